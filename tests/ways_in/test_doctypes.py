"""What a document's own DOCTYPE says beside other schemas: a layer of its own, wherever its declarations are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mcp_servers.xml_troubleshooter.cli import run

XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="note"><xs:complexType><xs:sequence>
<xs:element name="to" type="xs:string" maxOccurs="9"/><xs:element name="n" type="xs:int"/></xs:sequence>
</xs:complexType></xs:element></xs:schema>"""
PARTS = "<!ELEMENT to (#PCDATA)><!ELEMENT n (#PCDATA)>"
FILES = {
    "note.xsd": XSD,
    "one.dtd": f"<!ELEMENT note (to, n)>{PARTS}",
    "parts.ent": f'{PARTS}<!ENTITY firm "Firm">',
    "names.dtd": '<!ENTITY firm "Firm"><!ENTITY kept SYSTEM "kept.txt">',
    "torn.dtd": "<!ELEMENT note (to",
}
ONE, TWO = "<note><to>x</to><n>1</n></note>", "<note><to>x</to><to>y</to><n>1</n></note>"
NAMED = "<note><to>&firm;</to><n>1</n></note>"
VALID, INVALID = ("valid", 0), ("invalid", 1)
PASSED, FAILED, OUT = "passed", "failed", "not_applicable"
OWN = f"[<!ELEMENT note (to, n)>{PARTS}]"
DONE = "Nothing has to be done"

# the DOCTYPE, the document, the name and state of its layer ("" for none), the verdict beside note.xsd, which accepts
# all of these, and what the summary says
BESIDE_A_SCHEMA: dict[str, tuple[str, str, str, str, tuple[str, int], str]] = {
    "declares elements": (OWN, ONE, "DOCTYPE", PASSED, VALID, "its own DOCTYPE and note"),
    "rejects it": (OWN, TWO, "DOCTYPE", FAILED, INVALID, "is valid against note.xsd"),
    "declares entities alone": ('[<!ENTITY firm "x">]', NAMED, "", "", VALID, DONE),
    "declares elements in a comment": ("[<!-- <!ELEMENT note EMPTY> -->]", ONE, "", "", VALID, DONE),
    "declares nothing": ("", ONE, "", "", VALID, DONE),
    "declares an element more": ("[<!ELEMENT more EMPTY>]", ONE, "DOCTYPE", OUT, VALID, DONE),
    "says which attributes are IDs": ("[<!ATTLIST note id ID #IMPLIED>]", ONE, "", "", VALID, DONE),
    "takes parts in": (
        '[<!ELEMENT note (to, n)><!ENTITY % p SYSTEM "parts.ent"> %p;]', NAMED, "DOCTYPE", PASSED, VALID, "own DOCTYPE",
    ),
    "takes parts in and rejects it": (
        '[<!ELEMENT note (to, n)><!ENTITY % p SYSTEM "parts.ent"> %p;]', TWO, "DOCTYPE", FAILED, INVALID, "own DOCTYPE",
    ),
    "takes in what is not there": (
        '[<!ELEMENT note (to, n)><!ENTITY % p SYSTEM "gone.ent"> %p;]', TWO, "DOCTYPE", "not_run", VALID, "gone.ent",
    ),
    "names a DTD": ('SYSTEM "one.dtd"', ONE, "one.dtd", PASSED, VALID, "one.dtd and note.xsd"),
    "names one that rejects it": ('SYSTEM "one.dtd"', TWO, "one.dtd", FAILED, INVALID, "is valid against note.xsd"),
    "names one of the web that lies beside it": (
        'PUBLIC "-//X" "http://x.invalid/one.dtd"', TWO, "one.dtd", FAILED, INVALID, "not valid against one.dtd",
    ),
    "adds to a DTD": (
        'SYSTEM "one.dtd" [<!ATTLIST note x CDATA #IMPLIED>]', ONE, "one.dtd", PASSED, VALID, DONE,
    ),
    "names a DTD of entities": ('SYSTEM "names.dtd"', NAMED, "names.dtd", OUT, VALID, DONE),
    "names one that is not there": ('SYSTEM "gone.dtd"', TWO, "gone.dtd", "not_run", VALID, "Not checked.*gone.dtd"),
    "adds to one that is not there": (
        f'SYSTEM "gone.dtd" {OWN}', TWO, "gone.dtd", "not_run", VALID, "Not checked.*gone.dtd",
    ),
    "names one outside": ('SYSTEM "../out.dtd"', TWO, "out.dtd", "not_run", VALID, "outside the allowed folders"),
    "names one of the web": ('PUBLIC "-//Y" "http://y.invalid/y.dtd"', TWO, "y.dtd", "not_run", VALID, "the network"),
    "names a broken one": ('SYSTEM "torn.dtd"', TWO, "torn.dtd", "not_run", VALID, "torn.dtd, line 1"),
}  # fmt: skip

Tell = Callable[..., tuple[dict[str, Any], int]]


@pytest.fixture
def tell(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tell:
    """A function that writes a document beside the schemas, and what a command then says of it, with its status."""
    monkeypatch.chdir(folder)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    (folder.parent / "out.dtd").write_text(FILES["one.dtd"])

    def told(command: str, text: str, *options: str) -> tuple[dict[str, Any], int]:
        (folder / "note.xml").write_text(text)
        status = run([command, "note.xml", "--json", *options])
        return json.loads(capsys.readouterr().out), status

    return told


@pytest.mark.parametrize("case", BESIDE_A_SCHEMA)
def test_a_doctype_judges_beside_a_schema(case: str, tell: Tell) -> None:
    doctype, text, name, state, verdict, said = BESIDE_A_SCHEMA[case]
    answer, status = tell("validate", f"<!DOCTYPE note {doctype}>\n{text}", "--schema", "note.xsd")
    assert [(each["name"], each["state"]) for each in answer["layers"][1:-1]] == ([(name, state)] if name else [])
    assert answer["layers"][-1]["state"] == PASSED
    assert (answer["status"], status) == verdict
    assert re.search(said, answer["summary"])


def test_a_dtd_that_is_named_must_judge(tell: Tell) -> None:
    text = f'<!DOCTYPE note SYSTEM "gone.dtd">\n{ONE}'
    answer, status = tell("validate", text, "--schema", "note.xsd", "--schema", "torn.dtd")
    assert [(each["name"], each["state"]) for each in answer["layers"][1:]] == [
        ("torn.dtd", "not_run"),
        ("note.xsd", PASSED),
    ]
    assert (answer["status"], status) == ("well_formed", 2)


def test_an_entity_in_another_file_of_a_dtd_is_not_read(tell: Tell) -> None:
    text = f'<!DOCTYPE note SYSTEM "names.dtd">\n{NAMED.replace("firm", "kept")}'
    answer, status = tell("validate", text, "--schema", "note.xsd")
    assert (answer["diagnostics"][0]["code"], status) == ("external-entity", 1)


def test_a_dtd_of_entities_leaves_the_schema_to_be_found(tell: Tell, folder: Path) -> None:
    answer, _ = tell("validate", f'<!DOCTYPE note SYSTEM "names.dtd">\n{NAMED}')
    assert (answer["status"], answer["schema_used"]) == ("valid", str(folder / "note.xsd"))


def test_a_repair_has_to_please_the_doctype_and_the_schema(tell: Tell, folder: Path) -> None:
    doctype = f"<!DOCTYPE note [<!ELEMENT note (to, n)>{PARTS}]>\n"
    text = doctype + "<note><n>1</n><to>x</to></note>"
    answer, status = tell("fix", text, "--schema", "note.xsd", "--unsafe", "--in-place")
    assert (answer["status"], status) == ("fixed", 0)
    assert (folder / "note.xml").read_text() == doctype + ONE
    # where the two contradict each other, nothing is a repair
    for order in (ONE, text.removeprefix(doctype)):
        answer, status = tell("fix", doctype.replace("to, n", "n, to") + order, "--schema", "note.xsd", "--unsafe")
        assert (answer["status"], status) == ("unchanged", 1)


@pytest.mark.parametrize(
    ("declared", "advice"),
    [("", "correct its name"), ("<!ELEMENT strong (#PCDATA)>", "rename it to strong")],
)
def test_an_element_that_a_content_model_names_must_be_declared_too(declared: str, advice: str, tell: Tell) -> None:
    doctype = f"<!DOCTYPE text [<!ELEMENT text (#PCDATA|strnog)*>{declared}]>"
    answer, _ = tell("validate", f"{doctype}<text>a <strnog>b</strnog></text>")
    explanation = answer["diagnostics"][0]["explanation"]
    assert explanation.startswith("The DTD does not declare the element <strnog>. Declare it there, or ")
    assert advice in explanation


def test_a_dtd_that_is_not_at_hand_is_told_with_what_to_do(tell: Tell) -> None:
    text = f'<!DOCTYPE note SYSTEM "http://x.invalid/gone.dtd">\n{TWO.replace("<n>1</n>", "<to>&nbsp;</to>")}'
    answer, _ = tell("validate", text, "--schema", "note.xsd")
    assert "not valid against note.xsd" in answer["summary"]
    assert "is not known" not in json.dumps(answer["diagnostics"])
    assert "put the DTD beside the document, or name it as" in answer["layers"][1]["reason"]


def test_a_fault_that_doctype_and_schema_find_counts_once(tell: Tell) -> None:
    answer, _ = tell("validate", f"<!DOCTYPE note {OWN}>{ONE.replace('n>', 'm>')}", "--schema", "note.xsd")
    places = {each["column"] for each in answer["diagnostics"]}
    assert {each["layer"] for each in answer["diagnostics"]} == {"DOCTYPE", "note.xsd"}
    assert len(places) == 1
    assert ": 1 fault. " in answer["summary"]


XSI = "http://www.w3.org/2001/XMLSchema-instance"
OF_NAMESPACES = {
    "a default namespace": ('xmlns="urn:n"', "valid"),
    "a prefix": ('xmlns:p="urn:p" xmlns="urn:n"', "valid"),
    "the place of a schema": (f'xmlns="urn:n" xmlns:xsi="{XSI}" xsi:schemaLocation="urn:n spaced.xsd"', "valid"),
    "the type beside one of the document's own": (f'xmlns="urn:n" xmlns:i="{XSI}" i:type="note" type="t"', "valid"),
    "a language": ('xmlns="urn:n" xml:lang="en"', "valid"),
    "an attribute that nothing declares": ('xmlns="urn:n" lang="en"', "invalid"),
    "one of another's namespace": ('xmlns="urn:n" xmlns:p="urn:p" p:lang="en"', "invalid"),
    "a language beside a fault": ('xmlns="urn:n" xml:lang="en" lang="en"', "invalid"),
}


@pytest.mark.parametrize("case", OF_NAMESPACES)
def test_what_is_there_for_namespaces_is_no_fault_of_a_dtd_beside_a_schema(case: str, tell: Tell, folder: Path) -> None:
    attributes, status = OF_NAMESPACES[case]
    dtd = "<!ELEMENT note (#PCDATA)><!ATTLIST note type CDATA #IMPLIED>"
    (folder / "own.dtd").write_text(dtd)
    (folder / "spaced.xsd").write_text(
        """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:n" xmlns="urn:n">
        <xs:import namespace="http://www.w3.org/XML/1998/namespace"/><xs:complexType name="note"><xs:simpleContent>
        <xs:extension base="xs:string"><xs:anyAttribute processContents="skip"/></xs:extension></xs:simpleContent>
        </xs:complexType><xs:element name="note" type="note"/></xs:schema>"""
    )
    body = f"<note {attributes}>x</note>"
    for doctype in (f"[{dtd}]", 'SYSTEM "own.dtd"', 'SYSTEM "own.dtd" [<!ATTLIST note more CDATA #IMPLIED>]'):
        answer, _ = tell("validate", f"<!DOCTYPE note {doctype}>{body}", "--schema", "spaced.xsd")
        assert answer["status"] == status
        assert not re.search("attribute (xmlns|xml:|xsi:)", str(answer["diagnostics"]))
    # a DTD that was named judges them like all others
    answer, _ = tell("validate", body, "--schema", "spaced.xsd", "--schema", "own.dtd")
    assert answer["status"] == "invalid"
