"""What holds for the repair of all that a schema rejects, whatever kind of fault it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.conformance.violations import Correction
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.repair import rules
from mcp_servers.xml_troubleshooter.repair.validity import rule_for
from mcp_servers.xml_troubleshooter.schemas.plan import plan

from .conftest import LANGUAGES, Repair

OPEN_PAGE = {
    "xsd": """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:s" xmlns="urn:s"
 elementFormDefault="qualified">
 <xs:element name="page"><xs:complexType><xs:sequence>
  <xs:any processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
 <xs:element name="price" type="xs:decimal"/>
 <xs:element name="box"><xs:complexType><xs:sequence><xs:element name="width" type="xs:int"/>
  <xs:element name="height" type="xs:int"/></xs:sequence></xs:complexType></xs:element></xs:schema>""",
    "rng": """<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="urn:s"
 datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
 <start><element name="page"><zeroOrMore><ref name="any"/></zeroOrMore></element></start>
 <define name="any"><choice><element name="price"><data type="decimal"/></element>
  <element name="box"><element name="width"><data type="int"/></element>
   <element name="height"><data type="int"/></element></element>
  <element><anyName><except><nsName/></except></anyName><zeroOrMore><ref name="any"/></zeroOrMore></element>
 </choice></define></grammar>""",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_faults_are_found_and_repaired_together(
    language: str, schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    broken = (
        order.replace("<article>Lamp</article>", "<artikle>Lamp</artikle>")
        .replace('position="1"', 'postion="1"')
        .replace("<number>", "<nummber>")
        .replace("</number>", "</nummber>")
        .replace('unit="metre"', 'unit="METRE"')
    )
    report = validate(Document.from_text(broken), plan([schemas[language]]))

    assert {broken[item.start : item.end].lstrip("<") for item in report.diagnostics} == {
        "artikle", "postion", "nummber", "METRE",
    }  # fmt: skip
    assert repair(broken, schemas[language])[0] == order


def test_an_element_of_another_vocabulary_gets_one_sentence(schemas: Mapping[str, str], repair: Repair) -> None:
    text = "<recipe><title>Soup</title></recipe>"

    report = validate(Document.from_text(text), plan([schemas["xsd"]]))

    assert [item.code for item in report.diagnostics] == ["undeclared-root"]
    assert "order" in report.diagnostics[0].expected
    assert repair(text, schemas["xsd"], allow_unsafe=True)[0] == text


@pytest.fixture
def dependent(tmp_path: Path) -> str:
    """A schema in which the attribute "kind" decides what else an element has."""
    path = tmp_path / "settings.rng"
    path.write_text(
        """<grammar xmlns="http://relaxng.org/ns/structure/1.0"
    datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="settings"><oneOrMore><element name="set"><ref name="content"/></element></oneOrMore></element>
  </start>
  <define name="content">
    <choice>
      <group><attribute name="kind"><value>number</value></attribute><data type="int"/></group>
      <group><attribute name="kind"><value>text</value></attribute><attribute name="language"/><text/></group>
    </choice>
  </define>
</grammar>"""
    )
    return str(path)


def test_what_an_attribute_decides_is_held_against_the_rest_of_its_element(dependent: str, repair: Repair) -> None:
    right = '<settings><set kind="number">8</set><set kind="text" language="de">8 Stück</set></settings>'

    assert repair(right.replace(">8<", ">8;<"), dependent)[0] == right
    fixed, _, [question] = repair(right.replace(' language="de"', ""), dependent)
    assert question.path.endswith("/@language")
    assert repair(fixed, dependent, answers={question.id: "de"})[0] == right


@pytest.mark.parametrize("language", OPEN_PAGE)
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<s:price>1.5</s:price>", "<s:price>1,5</s:price>"),
        ("<s:width>3</s:width><s:height>4</s:height>", "<s:height>4</s:height><s:width>3</s:width>"),
        ("<s:width>3</s:width>", "<s:widht>3</s:widht>"),
    ],
)
def test_what_the_schema_knows_below_what_it_does_not_know_is_repaired(
    right: str, wrong: str, language: str, tmp_path: Path, repair: Repair
) -> None:
    schema = tmp_path / f"page.{language}"
    schema.write_text(OPEN_PAGE[language])
    inner = "<s:price>1.5</s:price><s:box><s:width>3</s:width><s:height>4</s:height></s:box>"
    page = f'<s:page xmlns:s="urn:s" xmlns="urn:other"><row><cell>{inner}</cell></row></s:page>'
    assert right in page

    assert repair(page.replace(right, wrong), str(schema))[0] == page


def test_every_kind_of_repair_has_a_test_file_of_its_name() -> None:
    kinds = {path.stem for path in Path(rules.__path__[0]).glob("*.py")} - {"__init__"}
    assert {path.stem.removeprefix("test_") for path in (Path(__file__).parent / "rules").glob("test_*.py")} == kinds


def test_every_correction_names_a_rule_that_is_there() -> None:
    kinds = [kind for kind in Correction.__subclasses__() if kind.mended_by]
    assert len(kinds) > 15
    assert all(callable(rule_for(kind.mended_by)) for kind in kinds)
    assert rule_for(Correction.mended_by) is None
