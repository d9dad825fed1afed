"""Rules in XPath 2 and later, run by Saxon."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.validate import validate
from mcp_servers.xml_troubleshooter.diagnostics import Diagnostic
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.errors import SchemaError
from mcp_servers.xml_troubleshooter.schemas.plan import plan
from mcp_servers.xml_troubleshooter.validators.schema import load

SCH = "http://purl.oclc.org/dsdl/schematron"
SVRL = "http://purl.oclc.org/dsdl/svrl"
XSL = "http://www.w3.org/1999/XSL/Transform"
ORDER = '<o:order xmlns:o="urn:o"><o:line n="7">1.10</o:line><o:line n="8">2.20</o:line><o:sum>{}</o:sum></o:order>'

RULES = f"""<schema xmlns="{SCH}" queryBinding="xslt2">
<ns prefix="o" uri="urn:o"/><ns prefix="xs" uri="http://www.w3.org/2001/XMLSchema"/><ns prefix="f" uri="urn:f"/>
<xsl:function xmlns:xsl="{XSL}" xmlns:xs="http://www.w3.org/2001/XMLSchema" name="f:odd" as="xs:boolean">
<xsl:param name="n"/><xsl:sequence select="xs:integer($n) mod 2 = 1"/></xsl:function>
<let name="total" value="sum(for $line in //o:line return xs:decimal($line))"/>
<pattern><rule context="o:sum"><assert id="R-1" test="xs:decimal(.) = $total">The sum is of the lines.</assert></rule>
</pattern>
<pattern abstract="true" id="odd"><rule context="$what"><assert test="f:odd(.)" flag="warning">[R-2] It is odd.</assert>
</rule></pattern>
<pattern is-a="odd"><param name="what" value="o:line/@n"/></pattern></schema>"""


def stylesheet(body: str, head: str = "") -> str:
    """Rules that someone compiled."""
    return (
        f'<xsl:stylesheet version="2.0" xmlns:xsl="{XSL}" xmlns:svrl="{SVRL}">{head}<xsl:template match="/">'
        f"<svrl:schematron-output>{body}</svrl:schematron-output></xsl:template></xsl:stylesheet>"
    )


def failing(location: str, test: str = "false()") -> str:
    """Compiled rules with an assertion that fails at a place."""
    return stylesheet(
        f'<svrl:failed-assert test="{test}" location="{location}"><svrl:text>No.</svrl:text></svrl:failed-assert>'
    )


def found(rules: str, document: str, folder: Path, suffix: str = "sch") -> list[Diagnostic]:
    path = folder / f"rules.{suffix}"
    path.write_text(rules)
    report = validate(Document.from_text(document), plan([path]))
    if report.not_run:
        raise SchemaError(report.not_run[0].reason)
    return list(report.diagnostics)


def test_rules_with_functions_variables_and_abstract_patterns(tmp_path: Path) -> None:
    assert found(RULES, ORDER.format("3.30").replace("8", "9"), tmp_path) == []
    of_line, of_sum = found(RULES, ORDER.format("3.31"), tmp_path)
    assert of_sum.path == "/o:order/o:sum"
    assert "[R-1] The sum is of the lines." in of_sum.explanation
    assert of_line.path == "/o:order/o:line[2]/@n"
    assert of_line.explanation.count("R-2") == 1


def test_texts_are_compared_as_texts(tmp_path: Path) -> None:
    rules = (
        f'<schema xmlns="{SCH}" queryBinding="xslt2"><pattern><rule context="a">'
        '<assert test="@from &lt; @to">No.</assert></rule></pattern></schema>'
    )
    assert found(rules, '<a from="alpha" to="beta"/>', tmp_path) == []
    (fault,) = found(rules, '<a from="beta" to="alpha"/>', tmp_path)
    assert "it looked at @from = beta; @to = alpha" in fault.explanation


def test_the_types_of_xml_schema_need_no_declaration(tmp_path: Path) -> None:
    rules = RULES.replace('<ns prefix="xs" uri="http://www.w3.org/2001/XMLSchema"/>', "")
    assert len(found(rules, ORDER.format("3.31"), tmp_path)) == 2


@pytest.mark.parametrize("binding", ["xslt2", "XSLT2", "xpath2", "xslt3", "xpath31"])
def test_every_binding_beyond_xpath_1_is_run(tmp_path: Path, binding: str) -> None:
    rules = RULES.replace("xslt2", binding)
    assert len(found(rules, ORDER.format("3.31"), tmp_path)) == 2


@pytest.mark.parametrize(
    "location",
    [
        "/*:order[namespace-uri()='urn:o'][1]/*:sum[namespace-uri()='urn:o'][1]",
        "/Q{{urn:o}}order[1]/Q{{urn:o}}sum[1]",
        "/*[local-name()='order']/*[3]",
    ],
)
def test_places_are_found_however_a_compiler_writes_them(tmp_path: Path, location: str) -> None:
    (fault,) = found(failing(location), ORDER.format("1"), tmp_path, "xsl")
    assert fault.path == "/o:order/o:sum"


@pytest.mark.parametrize(
    "reach",
    [
        "doc('{file}')",
        "document('{file}')",
        "unparsed-text('{file}')",
        "collection('{folder}?select=*.xml')",
        "doc('http://127.0.0.1:9/x')",
    ],
)
def test_rules_reach_nothing_but_the_document(tmp_path: Path, reach: str) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text("<secret/>")
    select = reach.format(file=secret.as_uri(), folder=tmp_path.as_uri())
    with pytest.raises(SchemaError, match=r"The rules in .*rules\.xsl break off"):
        found(stylesheet(f'<xsl:copy-of select="{select}"/>'), "<a/>", tmp_path, "xsl")


def test_texts_of_any_alphabet_pass(tmp_path: Path) -> None:
    rules = (
        f'<schema xmlns="{SCH}" queryBinding="xslt2"><pattern><rule context="ä"><assert test=". = \'Müller €\'">Größe '
        "<value-of select='upper-case(.)'/></assert></rule></pattern></schema>"
    )
    assert found(rules, "<ä>Müller €</ä>", tmp_path) == []
    (fault,) = found(rules, "<ä>straße</ä>", tmp_path)
    assert "Größe STRASSE" in fault.explanation


def test_rules_learn_nothing_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPEN_ARENA_TOKEN", "a secret")
    test = "{environment-variable('OPEN_ARENA_TOKEN')}"
    (fault,) = found(failing("/*", test), "<a/>", tmp_path, "xsl")
    assert "a secret" not in str(fault)
    assert os.environ["OPEN_ARENA_TOKEN"] == "a secret"


def test_rules_write_no_file(tmp_path: Path) -> None:
    target = tmp_path / "written.xml"
    with pytest.raises(SchemaError, match="they write files"):
        found(stylesheet(f'<xsl:result-document href="{target.as_uri()}"/>'), "<a/>", tmp_path, "xsl")
    assert not target.exists()


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (RULES.replace("xs:decimal(.)", "xs:decimal(("), "XPST0003"),
        (RULES.replace("xslt2", "xquery"), "their query binding is xquery, which is not known here"),
        (RULES.replace("$total", "error()"), "break off at this document: Error signalled"),
    ],
)
def test_broken_rules_are_blamed(tmp_path: Path, rules: str, words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        found(rules, ORDER.format("1"), tmp_path)


def test_a_document_after_one_that_the_rules_choke_on_is_judged(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match='break off at this document: Cannot convert string "three"'):
        found(RULES, ORDER.format("three"), tmp_path)
    assert len(found(RULES, ORDER.format("3.30"), tmp_path)) == 1


def test_without_saxon_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "saxonche", None)
    path = tmp_path / "rules.sch"
    path.write_text(RULES)
    with pytest.raises(SchemaError, match=r"install xml-troubleshooter\[xslt2\]"):
        load(path)
