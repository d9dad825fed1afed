"""What a folder of schemas says of documents: `[[layers]]`, and the scenarios of a validator by KoSIT."""

from __future__ import annotations

import zipfile
from pathlib import Path

import anyio
import pytest

from mcp_servers.xml_troubleshooter.catalogue.catalogue_store import SchemaStore
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import Report
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.errors import InputError
from mcp_servers.xml_troubleshooter.files.reading import Workspace
from mcp_servers.xml_troubleshooter.schemas.conditions import Condition
from mcp_servers.xml_troubleshooter.schemas.layer_tables import read_layers, read_manifest
from mcp_servers.xml_troubleshooter.troubleshooting.schema_choice import Choice, Sources, choose

XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:example:bill">
<xs:element name="bill"/></xs:schema>"""
SCH = """<schema xmlns="http://purl.oclc.org/dsdl/schematron"><ns prefix="b" uri="urn:example:bill"/>
<pattern><rule context="b:bill"><assert id="B-1" test="@sum">A bill needs a sum.</assert>
<assert id="B-2" test="@date" flag="warning">A bill has a date.</assert></rule></pattern></schema>"""
SPEC = "<b:CustomizationID>urn:example:spec#a</b:CustomizationID>"
BILL = f'<b:bill xmlns:b="urn:example:bill" version="2.1">{SPEC}</b:bill>'
SCENARIOS = """<scenarios xmlns="http://www.xoev.de/de/validator/framework/1/scenarios" frameworkVersion="1.0.0">
<name>Bills</name>
<scenario><name>Orders</name><namespace prefix="b">urn:example:bill</namespace><match>exists(/b:order)</match>
<validateWithXmlSchema><resource><name>x</name><location>none.xsd</location></resource></validateWithXmlSchema></scenario>
<scenario><name>Bills of 2</name><namespace prefix="b">urn:example:bill</namespace>
<match>exists(/b:bill[starts-with(@version, '2')])</match>
<validateWithXmlSchema><resource><name>Schema of bills</name><location>parts/bill.xsd</location></resource>
</validateWithXmlSchema>
<validateWithSchematron><resource><name>Rules of bills</name><location>parts/bill.sch</location></resource>
</validateWithSchematron>
<createReport><customLevel level="warning">B-1</customLevel>
<customLevel level="error">B-2 B-9</customLevel></createReport>
</scenario></scenarios>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of schemas with both files in `parts`."""
    (tmp_path / "schemas" / "parts").mkdir(parents=True)
    (tmp_path / "schemas" / "parts" / "bill.xsd").write_text(XSD)
    (tmp_path / "schemas" / "parts" / "bill.sch").write_text(SCH)
    return tmp_path / "schemas"


def chosen(named: str, folder: Path, text: str = BILL) -> Choice:
    sources = Sources(
        workspace=Workspace.create([folder.parent], [folder]),
        catalogue=SchemaStore(folder.parent / "store"),
        state_dir=folder.parent / "state",
        seconds=30,
    )
    return anyio.run(choose, named, Document.from_text(text), None, sources)


def verdict(choice: Choice, text: str = BILL) -> Report:
    return validate(Document.from_text(text), choice.plan)


def severities(report: Report) -> dict[str, str]:
    return {item.rule: item.severity.value for item in report.diagnostics}


CONDITIONS = {
    'root = "bill"': True,
    'root = "{urn:example:bill}bill"': True,
    'root = ["order", "b*"]': True,
    'root = "order"': False,
    'namespace = "urn:example:*"': True,
    'namespace = "urn:other"': False,
    'customization_id = "urn:example:spec#?"': True,
    'customization_id = "urn:example:spec"': False,
    'profile_id = "*"': False,
    'version = "2.*"': True,
    'version = "3*"': False,
    'xpath = "/b:bill[@version]"\nnamespaces = { b = "urn:example:bill" }': True,
    "xpath = \"every $each in /*/@version satisfies $each = '2.1'\"": True,
    'xpath = "/b:bill[@sum]"\nnamespaces = { b = "urn:example:bill" }': False,
    'root = "bill"\nversion = "3*"': False,
    "": True,
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_table_is_about_the_documents_of_which_all_its_conditions_hold(condition: str, folder: Path) -> None:
    (folder / "layers.toml").write_text(f'[[layers]]\nschema = "parts/bill.sch"\nname = "House rules"\n{condition}\n')
    names = [layer.name for layer in chosen("", folder).plan.layers]
    assert (names == ["House rules"]) is CONDITIONS[condition]


@pytest.mark.parametrize("text", ["", "no markup", "<a", "<a><b></a>"])
def test_conditions_are_asked_of_broken_documents_too(text: str) -> None:
    assert Condition(xpath="/a").holds(Document.from_text(text)) is text.startswith("<a")


def test_layers_of_several_tables_judge_with_their_own_severities(folder: Path) -> None:
    tables = """[[layers]]\nschema = ["parts/bill.xsd", "parts/bill.sch"]\nseverities = { B-1 = "information" }
[[layers]]\nschema = "eu.cen.en16931:ubl:latest"\n"""
    (folder / "layers.toml").write_text(tables)
    choice = chosen("", folder)
    report = verdict(choice)
    assert [layer.name for layer in choice.plan.layers] == ["bill.xsd", "bill.sch", "EN 16931 1.3.16"]
    assert severities(report) == {"B-1": "warning", "B-2": "warning"}
    assert report.valid


FAULTS = {
    'schma = "a.xsd"': "layer 1: schma is not known; schema may be meant",
    'name = "x"': "layer 1: schema is missing",
    'schema = "bil.xsd"': "near to it: bill.xsd",
    'schema = "en16931-ub"': "near to it: en16931-ubl",
    'schema = "parts/bill.sch"\nseverities = { R = "fatal" }': 'severities cannot be {"R": "fatal"}',
    'schema = "parts/bill.sch"\nroot = 5': "layer 1: root cannot be 5: it is a text, or a list of texts",
    "schema = ": "is no TOML",
    f"schema = {'[' * 3000}": "too many levels deep",
}


@pytest.mark.parametrize("table", FAULTS)
def test_a_manifest_that_cannot_be_used_says_where_and_why(table: str, folder: Path) -> None:
    (folder / "bill.xsd").write_text(XSD)
    (folder / "layers.toml").write_text(f"[[layers]]\n{table}\n")
    with pytest.raises(InputError) as error:
        read_manifest(folder / "layers.toml")
    assert FAULTS[table] in str(error.value)
    assert str(folder / "layers.toml") in str(error.value)
    for named in ("", str(folder)):
        (layer,) = chosen(named, folder).plan.layers
        assert layer.unusable == str(error.value)
        assert layer.named is bool(named)


def test_the_value_of_layers_must_be_tables(folder: Path) -> None:
    with pytest.raises(InputError, match=r"config: layers must be written as tables"):
        read_layers({"schema": "a.xsd"}, folder, "config")


def test_no_layer_comes_from_outside_the_allowed_folders(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other.sch").write_text(SCH)
    (folder / "layers.toml").write_text('[[layers]]\nschema = "../other.sch"\n')
    assert "outside the allowed folders" in chosen("", folder).plan.layers[0].unusable


@pytest.mark.parametrize("way", ["folder", "file", "found", "zip"])
def test_a_document_is_judged_by_the_first_scenario_that_it_matches(way: str, folder: Path, tmp_path: Path) -> None:
    (folder / "scenarios.xml").write_text(SCENARIOS)
    with zipfile.ZipFile(tmp_path / "conf.zip", "w") as archive:
        for path in folder.rglob("*.*"):
            archive.write(path, f"conf/{path.relative_to(folder)}")
    named = {"folder": str(folder), "file": str(folder / "scenarios.xml"), "zip": str(tmp_path / "conf.zip")}
    choice = chosen(named.get(way, ""), folder)
    report = verdict(choice)
    assert "Bills of 2" in choice.reason
    assert [layer.name for layer in report.layers] == ["syntax", "Schema of bills", "Rules of bills"]
    assert severities(report) == {"B-1": "warning", "B-2": "error"}
    assert not report.valid


def test_what_a_scenario_lacks_comes_from_the_catalogue_or_is_said_with_the_way_to_it(folder: Path) -> None:
    text = SCENARIOS.replace("none.xsd", "resources/XRechnung-UBL-validation.xsl")
    (folder / "scenarios.xml").write_text(text)
    order = '<order xmlns="urn:example:bill"/>'
    (layer,) = chosen(str(folder), folder, order).plan.layers
    assert layer.name == "x"
    assert "XRechnung-UBL-validation.xsl is not there; XRechnung 3.0" in layer.unusable
    assert "`xml-troubleshooter schemas install xrechnung-ubl`" in layer.unusable
    (folder / "XRechnung-UBL-validation.sch").write_text(SCH)
    SchemaStore(folder.parent / "store").add("xrechnung-ubl", folder / "XRechnung-UBL-validation.sch")
    (layer,) = chosen(str(folder), folder, order).plan.layers
    assert (layer.name, layer.unusable) == ("x (XRechnung 3.0 2.5.0 of the catalogue)", "")


def test_a_document_without_a_scenario_is_not_called_valid(folder: Path) -> None:
    (folder / "scenarios.xml").write_text(SCENARIOS)
    report = verdict(chosen(str(folder), folder, "<memo/>"), "<memo/>")
    assert "none of its scenarios is for this document" in report.layers[1].reason
    assert not report.accepted


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<match>exists(/b:order)</match>", "", "the scenario Orders has no match"),
        ('level="warning"', 'level="mild"', "customLevel has the level 'mild'"),
        ("<location>none.xsd</location>", "", "has no location"),
        ("framework/1", "framework/9", "no configuration of scenarios"),
        ("</scenarios>", "", "is no XML"),
    ],
)
def test_scenarios_that_cannot_be_used_say_why(old: str, new: str, said: str, folder: Path) -> None:
    (folder / "scenarios.xml").write_text(SCENARIOS.replace(old, new))
    (layer,) = chosen(str(folder), folder).plan.layers
    assert said in layer.unusable
