"""What Schematron offers, each in a small rule set, in XPath 1 by libxslt and in XPath 2 by Saxon."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import Diagnostic
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.plan import plan

SCH = "http://purl.oclc.org/dsdl/schematron"
XSL = 'xmlns:xsl="http://www.w3.org/1999/XSL/Transform"'
SHOP = '<shop open="no"><item price="4">pen</item><item price="9">ink</item><note/><till>12</till></shop>'
FILES = {
    "prices.xml": "<prices><max>8</max></prices>",
    "till.sch": f'<pattern xmlns="{SCH}"><rule context="till"><assert id="T" test=". = 13">m</assert></rule></pattern>',
    "two.sch": f'<schema xmlns="{SCH}">'
    + "".join(
        f'<pattern id="{name}"><rule context="till"><assert id="{name}" test="false()">m</assert></rule></pattern>'
        for name in ("first", "second")
    )
    + "</schema>",
    "own.xsl": f'<xsl:stylesheet {XSL} version="1.0"><xsl:variable name="limit" select="13"/></xsl:stylesheet>',
    "base.sch": f'<rule abstract="true" id="b" xmlns="{SCH}"><assert id="B" test=". = 13">m</assert></rule>',
}


def pattern(context: str, test: str, inside: str = "", identity: str = "R") -> str:
    """A pattern of one rule with one assertion."""
    return (
        f'<pattern>{inside}<rule context="{context}"><assert id="{identity}" test="{test}">m</assert></rule></pattern>'
    )


ABSTRACT = (
    '<pattern abstract="true" id="of"><rule context="$what"><assert id="R" test="$whatever">m</assert></rule></pattern>'
)
# what stands in the schema, and the rules that do not hold for the shop, in order
CASES = {
    "a pattern": (pattern("till", ". = 13"), ["R"]),
    "a name that begins with another's": (
        f'{ABSTRACT}<pattern is-a="of"><param name="what" value="till"/>'
        '<param name="whatever" value=". = 13"/></pattern>',
        ["R"],
    ),
    "a default of an abstract pattern": (
        ABSTRACT.replace("<rule", '<param name="whatever" value="false()"/><rule', 1)
        + '<pattern is-a="of"><param name="what" value="item"/></pattern>',
        ["R", "R"],
    ),
    "an abstract rule of another pattern": (
        '<pattern><rule abstract="true" id="b"><assert id="B" test="@price = 4">m</assert></rule></pattern>'
        '<pattern><rule context="item"><extends rule="b"/></rule></pattern>',
        ["B"],
    ),
    "rules apart": (
        '<rules><rule abstract="true" id="b"><assert id="B" test="false()">m</assert></rule></rules>'
        '<pattern><rule context="till"><extends rule="b"/></rule></pattern>',
        ["B"],
    ),
    "the first rule that matches": (
        '<pattern><rule context="item[1]"><assert id="1" test="true()">m</assert></rule>'
        '<rule context="item"><assert id="2" test="false()">m</assert></rule></pattern>',
        ["2"],
    ),
    "a group, where all that match apply": (
        '<group><rule context="item[1]"><assert id="1" test="false()">m</assert></rule>'
        '<rule context="item"><assert id="2" test="false()">m</assert></rule></group>',
        ["1", "2", "2"],
    ),
    "one variable in two patterns": (
        pattern("till", ". = $x", '<let name="x" value="12"/>')
        + pattern("till", ". = $x", '<let name="x" value="13"/>', "S"),
        ["S"],
    ),
    "a variable's content": (f'<let name="x"><v xmlns="">13</v></let>{pattern("till", ". = $x")}', ["R"]),
    "a parameter of the schema": (f'<param name="x" value="13"/>{pattern("till", ". = $x")}', ["R"]),
    "a variable of a rule": (
        '<pattern><rule context="till"><let name="x" value=". + 1"/><assert id="R" test="$x = 12">m</assert>'
        "</rule></pattern>",
        ["R"],
    ),
    "a key": (f'<xsl:key {XSL} name="k" match="item" use="@price"/>{pattern("shop", "key(&apos;k&apos;, 5)")}', ["R"]),
    "a key of Schematron 1.5": (pattern("shop", "key('k', '5')", '<key name="k" match="item" path="@price"/>'), ["R"]),
    "a variable of XSLT": (f'<xsl:variable {XSL} name="x" select="13"/>{pattern("till", ". = $x")}', ["R"]),
    "a report": (
        '<pattern><rule context="till"><report id="R" test=". = 12">m</report><report id="S" test=". = 13">m</report>'
        "</rule></pattern>",
        ["R"],
    ),
    "another document": (
        pattern("max", ". = 7").replace("<pattern", "<pattern documents=\"'prices.xml'\""),
        ["R"],
    ),
    "a file beside the rules": (pattern("item", "@price &lt; document('prices.xml')/prices/max"), ["R"]),
    "an included pattern": ('<include href="till.sch"/>', ["T"]),
    "a part of an included file": ('<include href="two.sch#second"/>', ["second"]),
    "a schema in a schema": ('<include href="two.sch"/>', ["first", "second"]),
    "a rule in a file": ('<pattern><rule context="till"><extends href="base.sch"/></rule></pattern>', ["B"]),
    "the document": (pattern("/", "false()"), ["R"]),
    "texts": (pattern("item/text()", ". = 'pen'"), ["R"]),
    "attributes": (pattern("@*", ". &lt; 5"), ["R", "R"]),
    "comments": (pattern("comment()", "false()"), []),
    "the node at hand in a predicate": (pattern("item", "../item[@price &gt; current()/@price]"), ["R"]),
    "a stylesheet beside the rules": (
        f'<xsl:include {XSL} href="own.xsl"/>{pattern("till", ". = $limit")}',
        ["R"],
    ),
    "the same as a part of the rules": (f'<include href="own.xsl"/>{pattern("till", ". = $limit")}', ["R"]),
    "what the rules declare themselves": (
        f'<xsl:import {XSL} href="own.xsl"/><xsl:variable {XSL} name="limit" select="12"/>'
        f'{pattern("till", ". = $limit")}',
        [],
    ),
    "foreign elements": (
        '<pattern><rule context="till"><assert id="R" test=". = 13" x:fix="f" xmlns:x="urn:x">m</assert>'
        '<x:fix xmlns:x="urn:x" id="f"/></rule></pattern>',
        ["R"],
    ),
}  # fmt: skip


def found(schema: str, folder: Path, document: str = SHOP, attributes: str = "") -> list[Diagnostic]:
    """What a rule set finds."""
    for name, text in FILES.items():
        (folder / name).write_text(text)
    path = folder / "rules.sch"
    path.write_text(f'<schema xmlns="{SCH}" {attributes}>{schema}</schema>')
    return list(validate(Document.from_text(document), plan([path])).diagnostics)


@pytest.mark.parametrize("binding", ["xslt", "xslt2"])
@pytest.mark.parametrize("name", CASES)
def test_what_schematron_offers(name: str, binding: str, tmp_path: Path) -> None:
    schema, expected = CASES[name]
    diagnostics = found(schema, tmp_path, attributes=f'queryBinding="{binding}"')
    assert sorted(item.rule for item in diagnostics) == sorted(expected)


@pytest.mark.parametrize("binding", ["xslt", "xslt2"])
def test_the_default_phase_alone_is_run(binding: str, tmp_path: Path) -> None:
    schema = (
        '<phase id="p"><let name="x" value="13"/><active pattern="one"/></phase>'
        + pattern("till", ". = $x", identity="1").replace("<pattern", '<pattern id="one"')
        + pattern("till", "false()", identity="2").replace("<pattern", '<pattern id="two"')
    )
    (fault,) = found(schema, tmp_path, attributes=f'queryBinding="{binding}" defaultPhase="p"')
    assert fault.rule == "1"


# attributes of an assertion, of its rule, and what becomes of the severity
WEIGHTS = [
    ("", "", "error"),
    ('role="warning"', "", "warning"),
    ("", 'role="warning"', "warning"),
    ('flag="fatal"', 'role="warning"', "error"),
    ('flag="information"', "", "warning"),
    ('severity="warning"', "", "warning"),
    ('role="error"', "", "error"),
]


@pytest.mark.parametrize(("own", "of_rule", "severity"), WEIGHTS)
def test_how_grave_a_finding_is(own: str, of_rule: str, severity: str, tmp_path: Path) -> None:
    schema = f'<pattern><rule context="till" {of_rule}><assert {own} test="false()">m</assert></rule></pattern>'
    (fault,) = found(schema, tmp_path)
    assert fault.severity == severity


# what stands in the assertion, its attributes, and what the message says
MESSAGES = [
    ('<value-of select="@price"/> in <name/> of <name path=".."/>', "", "9 in item of shop"),
    ("a {price} in <emph>braces</emph>", "", "a {price} in braces"),
    ("too dear", 'diagnostics="d"', "too dear the most is 8"),
    ("", "", ""),
    ("5 &lt; 6 &amp; more", "", "5 < 6 & more"),
]


@pytest.mark.parametrize("binding", ["xslt", "xslt2"])
@pytest.mark.parametrize(("text", "attributes", "message"), MESSAGES)
def test_messages(text: str, attributes: str, message: str, binding: str, tmp_path: Path) -> None:
    schema = (
        f'<pattern><rule context="item"><assert test="@price &lt; 9" {attributes}>{text}</assert></rule></pattern>'
        '<diagnostics><diagnostic id="d">the most is <value-of select="8"/></diagnostic></diagnostics>'
    )
    (fault,) = found(schema, tmp_path, attributes=f'queryBinding="{binding}"')
    assert fault.message == (message or "@price < 9")


# context, attributes of the assertion, document, and the path of the finding
PLACES = [
    ("item", "", SHOP, "/shop/item[2]"),
    ("item/@price", "", SHOP, "/shop/item[2]/@price"),
    ("shop[item/@price = 9]", 'subject="till"', SHOP, "/shop/till"),
    ("item/text()", "", "<shop><item>a</item><item>9</item></shop>", "/shop/item[2]"),
    ("x:item", "", '<q:shop xmlns:q="urn:x"><q:item/><q:item price="9"/></q:shop>', "/q:shop/q:item[2]"),
]


@pytest.mark.parametrize("binding", ["xslt", "xslt2"])
@pytest.mark.parametrize(("context", "attributes", "document", "path"), PLACES)
def test_places(context: str, attributes: str, document: str, path: str, binding: str, tmp_path: Path) -> None:
    schema = (
        f'<ns prefix="x" uri="urn:x"/><pattern><rule context="{context}"><report {attributes} '
        "test=\"string() = '9' or string(@price) = '9' or string(item[2]/@price) = '9'\">m</report></rule></pattern>"
    )
    (fault,) = found(schema, tmp_path, document, f'queryBinding="{binding}"')
    assert fault.path.removesuffix("/@price") == path.removesuffix("/@price")


def test_what_xpath_3_writes_with_braces(tmp_path: Path) -> None:
    schema = pattern("till", "map { 'most' : 13 }?most = number(.)")
    (fault,) = found(schema, tmp_path, attributes='queryBinding="xslt3"')
    assert fault.rule == "R"


def test_functions_of_a_pattern(tmp_path: Path) -> None:
    function = (
        f'<xsl:function {XSL} xmlns:f="urn:f" name="f:ok"><xsl:param name="x"/><xsl:sequence select="$x = 13"/>'
        "</xsl:function>"
    )
    schema = f'<ns prefix="f" uri="urn:f"/>{pattern("till", "f:ok(.)", function)}'
    (fault,) = found(schema, tmp_path, attributes='queryBinding="xslt2"')
    assert [item.value for item in fault.operands] == ["12"]


@pytest.mark.parametrize("binding", ["xslt", "xslt2"])
@pytest.mark.parametrize("own", [True, False])
def test_what_a_dtd_gives_a_value_to_is_there_for_rules(binding: str, own: bool, tmp_path: Path) -> None:
    dtd = '<!ELEMENT t (u)><!ELEMENT u EMPTY><!ATTLIST u class CDATA " u " xml:lang CDATA "en" kept CDATA "a">'
    (tmp_path / "t.dtd").write_text(dtd)
    rules = pattern("u[contains(@class, ' u ')]", "lang('de') or @kept != 'b'")
    path = tmp_path / "rules.sch"
    path.write_text(f'<schema xmlns="{SCH}" queryBinding="{binding}">{rules}</schema>')
    text = f'<!DOCTYPE t {f"[{dtd}]" if own else f"SYSTEM {chr(34)}t.dtd{chr(34)}"}><t><u kept="b"/></t>'
    report = validate(Document.from_text(text), plan([path] if own else [tmp_path / "t.dtd", path]))
    assert [item.rule for item in report.diagnostics] == ["R"]
