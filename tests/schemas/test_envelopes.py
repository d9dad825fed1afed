"""Documents inside others: found, seen at their places, judged and repaired by layers of their own."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest

from mcp_servers.xml_troubleshooter.catalogue.catalogue_store import SchemaStore
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import LayerState
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.document.tree import Tree
from mcp_servers.xml_troubleshooter.files.reading import Workspace
from mcp_servers.xml_troubleshooter.loop.gate import edits_of, judge
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.schemas.envelopes import only, payloads
from mcp_servers.xml_troubleshooter.troubleshooting.schema_choice import Choice, Sources, choose

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:example:bill"
elementFormDefault="qualified"><xs:element name="Bill"><xs:complexType><xs:sequence>
<xs:element name="Number" type="xs:string"/><xs:element name="Day" type="xs:date"/></xs:sequence></xs:complexType>
</xs:element></xs:schema>"""
ENVELOPE = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{SOAP}"
elementFormDefault="qualified"><xs:element name="Envelope"><xs:complexType><xs:sequence><xs:element name="Body">
<xs:complexType><xs:sequence><xs:any processContents="lax"/></xs:sequence></xs:complexType></xs:element></xs:sequence>
</xs:complexType></xs:element></xs:schema>"""
RNG = """<element name="Bill" ns="urn:example:bill" xmlns="http://relaxng.org/ns/structure/1.0"
datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes"><element name="Number"><data type="string"/></element>
<element name="Day"><data type="date"/></element></element>"""
SCH = """<schema xmlns="http://purl.oclc.org/dsdl/schematron"><ns prefix="b" uri="urn:example:bill"/>
<pattern><rule context="/b:Bill"><assert id="B-1" test="b:Number != ''">A bill has a number.</assert></rule></pattern>
</schema>"""
BILL = "<b:Bill><b:Number>7</b:Number><b:Day>2024-11-02</b:Day></b:Bill>"
IN_SOAP = f"""<?xml version="1.0"?>
<e:Envelope xmlns:e="{SOAP}"
   xmlns:b="urn:example:bill">
<e:Body>
{BILL}</e:Body></e:Envelope>"""
IN_OTHER = f'<Post xmlns="urn:example:post" xmlns:b="urn:example:bill"><To/><Sent>{BILL}</Sent></Post>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"bill.xsd": XSD, "envelope.xsd": ENVELOPE, "bill.sch": SCH, "bill.rng": RNG}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def chosen(text: str, named: str, folder: Path, *, dirs: bool = False) -> Choice:
    sources = Sources(
        workspace=Workspace.create([folder], [folder] if dirs else []),
        catalogue=SchemaStore(folder / "store"),
        state_dir=folder / "state",
        seconds=30,
    )
    return anyio.run(choose, named, Document.from_text(text), None, sources)


INVOICE = f'<Invoice xmlns="{UBL}Invoice-2"/>'
# a document, and the root of what it carries ("" for nothing)
CARRIED = {
    f'<s:StandardBusinessDocument xmlns:s="{SBDH}"><s:StandardBusinessDocumentHeader/>{INVOICE}'
    "</s:StandardBusinessDocument>": f"{{{UBL}Invoice-2}}Invoice",
    f'<s:StandardBusinessDocument xmlns:s="{SBDH}"><s:StandardBusinessDocumentHeader/><x/>'
    "</s:StandardBusinessDocument>": "x",
    f'<s:StandardBusinessDocument xmlns:s="{SBDH}"><s:StandardBusinessDocumentHeader/><x/><y/>'
    "</s:StandardBusinessDocument>": "",
    f'<s:Envelope xmlns:s="{SOAP}"><s:Header><x/></s:Header><s:Body><y/></s:Body></s:Envelope>': "y",
    f'<s:Envelope xmlns:s="{SOAP}"><s:Body><y>{INVOICE}</y></s:Body></s:Envelope>': f"{{{UBL}Invoice-2}}Invoice",
    f'<s:Envelope xmlns:s="{SOAP}"><s:Body><s:Fault/></s:Body></s:Envelope>': "",
    f"<a><b/><!-- {INVOICE} --><c>{INVOICE}": f"{{{UBL}Invoice-2}}Invoice",
    f"<a>{INVOICE}{INVOICE}</a>": "",
    f"<a><![CDATA[{INVOICE}]]></a>": "",
    INVOICE: "",
    "no markup": "",
}


@pytest.mark.parametrize("text", CARRIED)
def test_what_an_envelope_carries_is_found_where_it_is_one_document(text: str) -> None:
    found = only(payloads(Document.from_text(text), lambda name: name.startswith(f"{{{UBL}")))
    assert (found.name if found is not None else "") == CARRIED[text]


def test_it_is_seen_with_its_namespaces_at_its_own_place() -> None:
    document = Document.from_text(IN_SOAP)
    found = only(payloads(document, lambda _: False))
    assert found is not None
    seen = found.seen_in(document)
    assert seen is not None
    tree = Tree(seen)
    assert tree.root.name == "{urn:example:bill}Bill"
    day = tree.root.children[1]
    assert day.path == "/e:Envelope/e:Body/b:Bill/b:Day"
    assert document.text[day.start :].startswith("<b:Day>")
    assert seen.position(day.start) == document.position(day.start)


@pytest.mark.parametrize("text", [IN_SOAP, IN_OTHER])
@pytest.mark.parametrize(
    "named", ["bill.xsd", "bill.xsd;bill.sch", "bill.sch;bill.xsd;envelope.xsd", "bill.sch", "bill.rng"]
)
def test_what_is_named_judges_what_it_is_about(text: str, named: str, folder: Path) -> None:
    given = ";".join(str(folder / each) for each in named.split(";"))
    if text is IN_OTHER:
        given = given.replace(f";{folder / 'envelope.xsd'}", "")
    plan = chosen(text, given, folder).plan
    assert validate(Document.from_text(text), plan).accepted
    wrong = text.replace("<b:Number>7<", "<b:Number><").replace("-11-", "-13-")
    report = validate(Document.from_text(wrong), plan)
    assert {layer.name: layer.state for layer in report.layers if layer.state is LayerState.FAILED}.keys() == {
        f"{Path(each).name} (inside)" for each in named.split(";") if each.startswith("bill")
    }
    assert all(wrong[: item.start].count("Bill") == 1 for item in report.diagnostics)


def test_layers_found_judge_envelope_and_payload_each_by_its_own(folder: Path) -> None:
    (folder / "bill.rng").unlink()
    choice = chosen(IN_SOAP, "", folder, dirs=True)
    assert [(layer.name, layer.payload) for layer in choice.plan.layers] == [
        ("envelope.xsd", False),
        ("bill.xsd (inside)", True),
    ]
    report = validate(Document.from_text(IN_SOAP.replace("<e:Body>", "<e:Body x='1'>")), choice.plan)
    assert [item.layer for item in report.diagnostics] == ["envelope.xsd"]


@pytest.mark.parametrize("root", ["Bil", "b:Bil"])
def test_a_misspelt_root_is_no_envelope(root: str, folder: Path) -> None:
    text = f'<{root} xmlns="urn:example:bill" xmlns:b="urn:example:bill"><Bill/></{root}>'
    assert chosen(text, str(folder / "bill.xsd"), folder).plan.payload == ""


@pytest.mark.parametrize(
    ("old", "new"), [("b:Day>", "b:Dya>"), ("b:Bill>", "b:Bil>"), ("2024-11-02", " 2024-11-02T00:00:00 ")]
)
def test_edits_land_in_the_payload(old: str, new: str, folder: Path) -> None:
    document = Document.from_text(IN_SOAP.replace(old, new))
    plan = chosen(document.text, str(folder / "bill.xsd"), folder).plan
    report = validate(document, plan)
    fixes = propose(document, plan, True, {}).fixes  # noqa: FBT003
    assert apply(document.text, edits_of(fixes)) == IN_SOAP
    assert judge(document, report, fixes, plan).report.accepted


def test_a_payload_that_is_gone_is_not_called_valid(folder: Path) -> None:
    plan = chosen(IN_SOAP, str(folder / "bill.xsd"), folder).plan
    report = validate(Document.from_text(IN_SOAP.replace(BILL, "")), plan)
    assert not report.accepted
    assert "no Bill inside" in report.layers[2].reason


@pytest.mark.parametrize("around", [IN_OTHER, IN_SOAP])
def test_of_several_documents_inside_all_are_judged_and_repaired(around: str, folder: Path) -> None:
    text = around.replace(BILL, BILL + BILL.replace("Day", "Dey") + BILL.replace("2024-11-02", "2024-11-2"))
    plan = chosen(around.replace(BILL, BILL * 2), str(folder / "bill.xsd"), folder).plan
    report = validate(Document.from_text(text), plan)
    assert [item.value for item in report.diagnostics] == ["b:Dey", "2024-11-2"]
    document = Document.from_text(text)
    for _ in range(2):
        fixes = propose(document, plan, False, {}).fixes  # noqa: FBT003 - positional over the process border
        document = document.with_text(apply(document.text, [edit for fix in fixes for edit in fix.edits]))
    assert document.text == around.replace(BILL, BILL * 3)
    assert validate(document, plan).accepted


def test_documents_inside_that_are_too_many_to_be_judged_are_not_called_valid(folder: Path) -> None:
    plan = chosen(IN_OTHER, str(folder / "bill.xsd"), folder).plan
    report = validate(Document.from_text(IN_OTHER.replace(BILL, BILL * 101)), plan)
    assert not report.accepted
    assert "only the first 100" in report.layers[2].reason


def test_an_official_chain_judges_an_invoice_in_an_envelope(tmp_path: Path) -> None:
    profile = f'<c:CustomizationID xmlns:c="{UBL}CommonBasicComponents-2">urn:cen.eu:en16931:2017</c:CustomizationID>'
    text = f'<Post xmlns="urn:example:post"><Invoice xmlns="{UBL}Invoice-2">{profile}</Invoice></Post>'
    choice = chosen(text, "", tmp_path)
    around, *inside = [layer.name for layer in choice.plan.layers]
    assert around == "what is around it"
    assert inside == ["UBL 2.1 (OASIS) (inside)", "EN 16931 1.3.16 (inside)"]
    named = chosen(text, "ubl-2.1;en16931-ubl", tmp_path).plan
    assert [layer.name for layer in named.layers] == [around, *inside]
    assert [layer.payload for layer in named.layers] == [False, True, True]


KNOWN = f"<Invoice xmlns='{UBL}Invoice-2' xmlns:c='{UBL}CommonBasicComponents-2'>"
KNOWN += "<c:CustomizationID>urn:cen.eu:en16931:2017</c:CustomizationID></Invoice>"


def test_what_was_not_judged_of_an_envelope_is_said(folder: Path) -> None:
    several = chosen(f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{KNOWN}{KNOWN}</s:Body></s:Envelope>', "", folder)
    assert several.advice.startswith("It carries 2 documents (Invoice, Invoice), which were not judged")
    (folder / "bill.rng").unlink()
    (folder / "envelope.xsd").unlink()
    plan = chosen(IN_SOAP, "", folder, dirs=True).plan
    report = validate(Document.from_text(IN_SOAP), plan)
    assert report.accepted
    assert [layer.name for layer in report.layers if layer.state is LayerState.NOT_RUN] == ["what is around it"]
