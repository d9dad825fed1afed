"""What a fault hides from the validator of a large document is told, once and at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.hidden_faults import hidden
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.plan import plan

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="list"><xs:complexType><xs:sequence>
 <xs:element name="item" maxOccurs="unbounded"><xs:complexType><xs:sequence>
  <xs:element name="day" type="xs:date"/><xs:element name="count" type="xs:int"/>
 </xs:sequence></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element></xs:schema>"""
ITEM = "<item><day>2026-03-14</day><count>7</count></item>\n"


@pytest.fixture
def schema(tmp_path: Path) -> str:
    path = tmp_path / "list.xsd"
    path.write_text(SCHEMA)
    return str(path)


@pytest.mark.parametrize(
    ("first", "behind", "told"),
    [
        (ITEM.replace("item>", "itme>"), ITEM.replace(">7<", ">seven<"), ["seven"]),
        ("<note/>" + ITEM, ITEM.replace("count>", "cuont>"), ["<cuont"]),
        ("<note/>" + ITEM, ITEM.replace(">7<", ">seven<") + ITEM.replace("item>", "itme>"), ["seven", "<itme"]),
        ("<note/>" + ITEM, ITEM, []),
        ("<group>" + ITEM + "</group>", ITEM.replace(">7<", ">seven<"), ["seven"]),
        ("<day>2026-03-14</day><count>7</count>", ITEM.replace(">7<", ">seven<"), ["seven"]),
        ("<count>7</count>" + ITEM.replace("<count>7</count>", ""), ITEM.replace(">7<", ">seven<"), ["seven"]),
    ],
)
def test_what_lies_far_behind_a_fault_of_the_structure_is_told(
    first: str, behind: str, told: list[str], schema: str
) -> None:
    text = f"<list>\n{ITEM}{first}{ITEM * 1000}{behind}{ITEM * 10}</list>"
    document = Document.from_text(text)
    report = validate(document, plan([schema]))

    found = hidden(document, report, plan([schema]))

    seen = sorted((*report.diagnostics[1:], *found), key=lambda item: item.start)
    assert [text[item.start : item.end] for item in seen] == told
    assert all(item.masked for item in seen)
    assert [document.position(item.start) for item in found] == [(item.line, item.column) for item in found]


def test_a_fault_of_a_value_hides_nothing(schema: str) -> None:
    document = Document.from_text(f"<list>{ITEM.replace('>7<', '>seven<')}{ITEM * 1000}</list>")

    assert hidden(document, validate(document, plan([schema])), plan([schema])) == ()
