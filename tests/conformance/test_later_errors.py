from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.plan import plan

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:log" xmlns="urn:log"
 elementFormDefault="qualified"><xs:element name="log"><xs:complexType><xs:sequence>
  <xs:element name="title" type="xs:string"/>
  <xs:element name="entry" maxOccurs="unbounded"><xs:complexType><xs:sequence>
   <xs:element name="day" type="xs:date"/><xs:element name="note" type="xs:string" minOccurs="0"/>
  </xs:sequence></xs:complexType></xs:element>
 </xs:sequence></xs:complexType></xs:element></xs:schema>"""
ENTRY = "<entry><day>2026-03-14</day><note>nothing</note></entry>\n"
LATE = "<entry><day>14.03.2026</day></entry>\n"


@pytest.mark.parametrize(
    "front",
    [
        "<title>A</title><remark/>",
        "<tilte>A</tilte>",
        "",
        "<entry><day>2026-03-13</day></entry><title>A</title>",
        "<title>A</title><title>A</title><remark/>",
    ],
)
@pytest.mark.parametrize("count", [3, 100])
def test_what_a_fault_hides_is_told_wherever_it_stands(tmp_path: Path, front: str, count: int) -> None:
    schema = tmp_path / "log.xsd"
    schema.write_text(SCHEMA)
    text = f'<log xmlns="urn:log">{front}\n{ENTRY * count}{LATE}{ENTRY}</log>'
    last = validate(Document.from_text(text), plan([schema])).diagnostics[-1]
    assert (last.value, last.start, last.masked) == ("14.03.2026", text.index("14.03.2026"), True)


def test_a_second_fault_of_the_order_behind_the_first_is_told(tmp_path: Path) -> None:
    schema = tmp_path / "log.xsd"
    schema.write_text(SCHEMA)
    twice = "<entry><day>2026-03-14</day><note/><note/></entry>\n"
    text = f'<log xmlns="urn:log"><title/><remark/>{ENTRY * 40}{twice}{ENTRY * 40}</log>'
    told = validate(Document.from_text(text), plan([schema])).diagnostics
    assert [item.name for item in told] == ["remark", "note"]


GRAMMAR = """<element name="log" xmlns="http://relaxng.org/ns/structure/1.0"
 datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes"><element name="title"><text/></element>
 <oneOrMore><element name="entry"><element name="day"><data type="date"/></element>
  <optional><element name="note"><text/></element></optional></element></oneOrMore>
</element>"""
TWICE = "<entry><day>2026-03-14</day><note/><note/></entry>\n"


@pytest.mark.parametrize(
    ("front", "behind", "told"),
    [
        ("<title/>", "", ["/log/entry[151]/day"]),
        ("<title/>", TWICE, ["/log/entry[151]/day", "/log/entry[302]/note[2]"]),
        ("<title/>", "<remark/>", ["/log/entry[151]/day", "/log/remark"]),
        ("", "", ["/log", "/log/entry[151]/day"]),
        ("<tilte/>", TWICE, ["/log/tilte", "/log/entry[151]/day", "/log/entry[302]/note[2]"]),
        ("<title/>", LATE * 7, ["/log/entry[151]/day", *(f"/log/entry[{n}]/day" for n in range(302, 309))]),
    ],
)
def test_all_faults_are_told_though_the_validator_stops_at_the_first(
    tmp_path: Path, front: str, behind: str, told: list[str]
) -> None:
    schema = tmp_path / "log.rng"
    schema.write_text(GRAMMAR)
    text = f"<log>{front}\n{ENTRY * 150}{LATE}{ENTRY * 150}{behind}</log>"
    assert [item.path for item in validate(Document.from_text(text), plan([schema])).diagnostics] == told
