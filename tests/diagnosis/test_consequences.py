"""A fault of the schema does not silence the rules; what only follows from it is marked so."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import LayerState
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.plan import plan

XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="bill"><xs:complexType><xs:sequence>
<xs:element name="day" type="xs:date"/><xs:element name="part" type="xs:decimal" maxOccurs="9"/>
<xs:element name="sum" type="xs:decimal"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""
# as compilers of Schematron write them: one with xsl:choose, one with xsl:if, in two ways of telling the place
XSLT = """<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:svrl="http://purl.oclc.org/dsdl/svrl"
xmlns:xs="http://www.w3.org/2001/XMLSchema" version="2.0"><xsl:template match="/"><svrl:schematron-output>
<xsl:apply-templates select="//bill"/></svrl:schematron-output></xsl:template>
<xsl:template match="bill"><svrl:fired-rule context="bill"/>
<xsl:choose><xsl:when test="day"/><xsl:otherwise>
<svrl:failed-assert test="day"><xsl:attribute name="id">B-1</xsl:attribute>
<xsl:attribute name="location">/bill</xsl:attribute><svrl:text>A bill has a day.</svrl:text></svrl:failed-assert>
</xsl:otherwise></xsl:choose>
<xsl:choose><xsl:when test="xs:decimal(sum) = sum(part/xs:decimal(.))"/><xsl:otherwise>
<svrl:failed-assert test="xs:decimal(sum) = sum(part/xs:decimal(.))"><xsl:attribute name="id">B-2</xsl:attribute>
<xsl:attribute name="location"><xsl:value-of select="'/bill'"/></xsl:attribute><svrl:text>The sum is wrong.</svrl:text>
</svrl:failed-assert></xsl:otherwise></xsl:choose>
<xsl:if test="not(@currency)"><svrl:failed-assert id="B-3" test="@currency" location="/bill"><svrl:text>A bill has a
currency.</svrl:text></svrl:failed-assert></xsl:if>
<xsl:if test="not(xs:integer(@number) gt 0)">
<svrl:failed-assert id="B-4" test="xs:integer(@number) gt 0" location="{'/bill'}">
<svrl:text>Numbers begin with 1.</svrl:text></svrl:failed-assert></xsl:if></xsl:template></xsl:stylesheet>"""
RIGHT = '<bill currency="EUR" number="1"><day>2024-01-31</day><part>1</part><part>2</part><sum>3</sum></bill>'

# what is wrong, what the rules say of it ("?": cannot be evaluated), and which of that follows from the schema's faults
CASES = {
    ("", ""): ("", ""),
    ("<sum>3</sum>", "<sum>4</sum>"): ("B-2", ""),
    ("<sum>3</sum>", "<sum></sum>"): ("B-2?", "B-2?"),
    ("<sum>3</sum>", "<sum>x</sum><!-- 1 -->"): ("B-2?", "B-2?"),
    ("day>", "dya>"): ("B-1", "B-1"),
    (' currency="EUR"', ""): ("B-3", ""),
    ('number="1"', 'number="one"'): ("B-4?", ""),
}


@pytest.mark.parametrize("change", CASES)
def test_rules_judge_beside_the_faults_of_the_schema(change: tuple[str, str], tmp_path: Path) -> None:
    pytest.importorskip("saxonche")
    (tmp_path / "a.xsd").write_text(
        XSD.replace("</xs:sequence>", "</xs:sequence><xs:anyAttribute processContents='skip'/>")
    )
    (tmp_path / "a.xslt").write_text(XSLT)
    text = RIGHT.replace(*change) if change[0] else RIGHT
    report = validate(Document.from_text(text), plan([tmp_path / "a.xsd", tmp_path / "a.xslt"]))
    said, follows = CASES[change]
    told = [item for item in report.diagnostics if item.rule]
    names = {item.rule + ("?" if item.code.value == "rule-not-evaluated" else ""): item for item in told}
    assert " ".join(names) == said
    assert " ".join(name for name, item in names.items() if item.follows) == follows
    assert all("This follows from the fault in line 1" in item.explanation for item in told if item.follows)
    assert report.layers[2].state is (LayerState.FAILED if said else LayerState.PASSED)


def test_findings_of_compiled_rules_show_the_values_that_their_tests_looked_at(tmp_path: Path) -> None:
    pytest.importorskip("saxonche")
    (tmp_path / "a.xslt").write_text(XSLT)
    wrong = RIGHT.replace("<sum>3</sum>", "<sum>4</sum>")
    (found,) = validate(Document.from_text(wrong), plan([tmp_path / "a.xslt"])).diagnostics
    assert found.explanation == "B-2 (a): The sum is wrong. Here: sum 4 ≠ 1 + 2 (part) = 3."
    assert wrong[found.start : found.end] == "4"
