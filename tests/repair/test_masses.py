"""A document with more faults than a report tells is repaired round by round."""

from __future__ import annotations

from pathlib import Path

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.loop.proposal import Safety
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.schemas.plan import plan

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="rows"><xs:complexType><xs:sequence>
<xs:element name="amount" type="xs:decimal" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
</xs:schema>"""


def test_a_thousand_equal_faults_are_told_in_total_and_all_repaired(tmp_path: Path) -> None:
    schema = tmp_path / "rows.xsd"
    schema.write_text(SCHEMA)
    document = Document.from_text("<rows>\n" + "<amount>7,25</amount>\n" * 1000 + "</rows>")
    report = validate(document, plan([schema]))
    totals: list[int] = []
    while not report.valid and len(totals) < 3:
        totals.append(report.total)
        fixes = propose(document, plan([schema]), False, {}, frozenset()).fixes  # noqa: FBT003
        document = document.with_text(apply(document.text, [edit for fix in fixes for edit in fix.edits]))
        report = validate(document, plan([schema]))

    assert totals == [1000, 500]
    assert document.text == "<rows>\n" + "<amount>7.25</amount>\n" * 1000 + "</rows>"


def test_an_ampersand_that_can_begin_no_reference_is_as_sure_among_many_as_alone() -> None:
    document = Document.from_text("<rows>\n" + "<a>b & c</a>\n" * 100 + "</rows>")
    fixes = propose(document, plan([]), False, {}, frozenset()).fixes  # noqa: FBT003
    assert {fix.safety for fix in fixes} == {Safety.SAFE}
