"""What a slip of the hand left in the layout is told beside the faults, and mended where that is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import Severity
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.loop.gate import judge
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.schemas.plan import plan

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
 <xs:element name="list"><xs:complexType><xs:sequence>
  <xs:element name="day" type="xs:date"/>
  <xs:choice maxOccurs="unbounded">
   <xs:element name="item" type="xs:string"/><xs:element name="note" type="xs:string"/>
   <xs:element name="pair"><xs:complexType mixed="true"><xs:sequence>
    <xs:element name="b" type="xs:string" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
  </xs:choice></xs:sequence></xs:complexType></xs:element></xs:schema>"""
LINES = "".join(f"  <item>{number}</item>\n" for number in range(24))
LIST = f"<list>\n  <day>{{day}}</day>\n{LINES}{{rest}}</list>\n"

REPEATED = ("  <note>n</note><note>n</note>\n", "  <note>n</note>\n")
MISSPELT = ("  <note>n</note><nte>n</nte>\n", "  <note>n</note>\n")
MOVED = (
    "  <note>n</note><item>x</item>\n  <item>y</item>\n  \n  <item>z</item>\n",
    "  <item>x</item>\n  <item>y</item>\n  <note>n</note>\n  <item>z</item>\n",
)
INNOCENT = [
    "  <note>n</note>\n  <note>n</note>\n",  # on lines of their own
    "  <item>x</item><note>n</note>\n",  # another element, and no line is empty
    "  <note>n</note><item>x</item>\n\n  <item>y</item>\n",  # an empty line that nothing was indented in
    "  <note>n</note><item>x</item>\n  \n  <item>y</item>\n  \n",  # two empty lines
    "  <pair>so <b>very</b><b>very</b> dear</pair>\n",  # text between elements
    "  <note>n</note><note>n</note><note>n</note><note>n</note><note>n</note>\n",  # written in a row
]


def _schema(folder: Path) -> str:
    schema = folder / "list.xsd"
    schema.write_text(SCHEMA)
    return str(schema)


@pytest.mark.parametrize(("slip", "meant"), [REPEATED, MOVED])
def test_a_trace_is_a_warning_and_is_mended_with_the_faults(tmp_path: Path, slip: str, meant: str) -> None:
    schema = _schema(tmp_path)
    document = Document.from_text(LIST.format(day="13.2.2026", rest=slip))
    report = validate(document, plan([schema]))
    assert [(item.code, item.severity) for item in report.diagnostics] == [
        (Code.INVALID_VALUE, Severity.ERROR),
        (Code.LAYOUT_TRACE, Severity.WARNING),
    ]
    careful = propose(document, plan([schema]), allow_unsafe=False, answers={})
    assert all(fix.at == report.diagnostics[0].start for fix in careful.fixes)
    allowed = propose(document, plan([schema]), allow_unsafe=True, answers={})
    verdict = judge(document, report, allowed.fixes, plan([schema]))
    assert verdict.report.valid
    assert verdict.document.text == LIST.format(day=verdict.document.text[14:24], rest=meant)


@pytest.mark.parametrize("slip", [MISSPELT[0], "  <nte>n</nte><note>n</note>\n"])
def test_what_repeats_another_but_for_a_slip_in_a_name_is_a_trace(tmp_path: Path, slip: str) -> None:
    schema = _schema(tmp_path)
    document = Document.from_text(LIST.format(day="2026-02-01", rest=slip))
    report = validate(document, plan([schema]))
    fixes = propose(document, plan([schema]), allow_unsafe=True, answers={}).fixes
    meant = LIST.format(day="2026-02-01", rest=MISSPELT[1])
    assert judge(document, report, fixes, plan([schema])).document.text == meant


@pytest.mark.parametrize("rest", INNOCENT)
def test_what_may_be_meant_is_no_trace(tmp_path: Path, rest: str) -> None:
    report = validate(Document.from_text(LIST.format(day="1.2.2026", rest=rest)), plan([_schema(tmp_path)]))
    assert [item.code for item in report.diagnostics] == [Code.INVALID_VALUE]


@pytest.mark.parametrize("slip", [REPEATED[0], MOVED[0]])
def test_a_valid_document_is_left_in_peace(tmp_path: Path, slip: str) -> None:
    report = validate(Document.from_text(LIST.format(day="2026-02-01", rest=slip)), plan([_schema(tmp_path)]))
    assert report.valid
    assert not report.diagnostics
