"""Schemas and stylesheets as documents: what keeps them from being used is told at its place, with what was meant."""
# ruff: noqa: E501 - a row of the table is one document

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnosis.programs.program_check import check
from mcp_servers.xml_troubleshooter.diagnosis.programs.program_parts import Compiled
from mcp_servers.xml_troubleshooter.diagnostics import Severity
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.facts.finding import Reading

XSD = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t">\n{}\n</xs:schema>'
)
RNG = '<grammar xmlns="http://relaxng.org/ns/structure/1.0">\n{}\n</grammar>'
XSL = '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">\n{}\n</xsl:stylesheet>'
SCH = (
    '<schema xmlns="http://purl.oclc.org/dsdl/schematron"><ns prefix="a" uri="urn:a"/>\n<pattern>{}</pattern></schema>'
)
TEMPLATE = '<xsl:template match="/">{}</xsl:template>'


def readings(text: str, path: Path) -> tuple[Reading, ...]:
    """How the one fault of a program may be mended."""
    ((_, found),) = check(Document(text, source=str(path))).told
    return (found.finding.reading,) if found and found.finding.reading else ()


@pytest.mark.parametrize(
    ("text", "place", "code", "meant"),
    [
        (XSD.format('<xs:element name="a" type="xs:number"/>'), "xs:number", Code.UNRESOLVED_REFERENCE, "xs:decimal"),
        (XSD.format('<xs:element name="a" type="xs:datetime"/>'), "xs:datetime", Code.UNRESOLVED_REFERENCE, "xs:dateTime"),
        (XSD.format('<xs:element name="a" type="string"/>'), "string", Code.UNRESOLVED_REFERENCE, "xs:string"),
        (XSD.format('<xs:element name="a" type="xsd:string"/>'), "xsd:string", Code.UNBOUND_PREFIX, "xs:string"),
        (XSD.format('<xs:complexType name="Foo"/><xs:element name="a" type="Foo"/>'), "Foo", Code.UNRESOLVED_REFERENCE, "t:Foo"),
        (XSD.format('<xs:complexType name="Order"/><xs:element name="a" type="t:Oder"/>'), "t:Oder", Code.UNRESOLVED_REFERENCE, "t:Order"),
        (XSD.format('<xs:element name="a" type="t:B"/>'), "t:B", Code.UNRESOLVED_REFERENCE, ""),
        (XSD.format('<xs:element name="a"/><xs:element name="a" type="xs:int"/>'), "a", Code.DUPLICATE_KEY, ""),
        (XSD.format('<xs:elment name="a"/>'), "<xs:elment", Code.UNEXPECTED_ELEMENT, "xs:element"),
        (XSD.format('<xs:element nmae="a"/>'), "nmae", Code.UNEXPECTED_ATTRIBUTE, "name"),
        (XSD.format('<xs:complexType name="A"><xs:sequence><xs:element name="x" maxOccurs="unbound"/></xs:sequence></xs:complexType>'), "unbound", Code.INVALID_VALUE, "unbounded"),
        (XSD.format('<xs:complexType name="A"><xs:sequence><xs:element name="b" minOccurs="0"/><xs:element name="b"/></xs:sequence></xs:complexType>'), "<xs:element", Code.DOES_NOT_COMPILE, ""),
        (XSD.format('<xs:complexType name="A"><xs:assert test="true()"/></xs:complexType><xs:element name="a" type="xs:number"/>'), "xs:number", Code.UNRESOLVED_REFERENCE, "xs:decimal"),
        (XSD.format('<xs:complexType name="Foo"><xs:assert test="true()"/></xs:complexType><xs:element name="a" type="Foo"/>'), "Foo", Code.UNRESOLVED_REFERENCE, "t:Foo"),
        (XSD.format('<xs:complexType name="A"><xs:assert test="true("/></xs:complexType>'), "true(", Code.DOES_NOT_COMPILE, ""),
        (XSD.format('<xs:complexType name="A"><xs:sequence><xs:element name="b" minOccurs="0"/><xs:element name="b"/></xs:sequence><xs:assert test="true()"/></xs:complexType>'), "<xs:element", Code.DOES_NOT_COMPILE, ""),
        (XSD.format('<xs:simpleType name="A"><xs:list itemType="xs:sting"/></xs:simpleType><xs:complexType name="B"><xs:assert test="true()"/></xs:complexType>'), "xs:sting", Code.UNRESOLVED_REFERENCE, "xs:string"),
        (XSD.format('<xs:simpleType name="A"><xs:restriction base="xs:string"><xs:pattern value="^[A-Z]{3}$"/></xs:restriction></xs:simpleType>'), "^[A-Z]{3}$", Code.INVALID_VALUE, "[A-Z]{3}"),
        (XSD.format('<xs:simpleType name="A"><xs:restriction base="xs:string"><xs:minLength value="5"/><xs:maxLength value="2"/></xs:restriction></xs:simpleType>'), "2", Code.INVALID_VALUE, ""),
        (SCH.format('<rule context="a:b"><assert test="count(a:c > 0">x</assert></rule>'), "count(a:c > 0", Code.DOES_NOT_COMPILE, ""),
        (RNG.format('<start><ref name="foo"/></start><define name="fooo"><text/></define>'), "foo", Code.UNRESOLVED_REFERENCE, "fooo"),
        (RNG.format('<start><elment name="a"><text/></elment></start>'), "<elment", Code.UNEXPECTED_ELEMENT, "element"),
        (RNG.format('<define name="a"><empty/></define>'), "<grammar", Code.DOES_NOT_COMPILE, ""),
        (RNG.format('<start><element name="a"><data datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes" type="datetime"/></element></start>'), "datetime", Code.UNRESOLVED_REFERENCE, "dateTime"),
        (XSL.format(TEMPLATE.format('<xsl:value-of select="$rate"/>')), "$rate", Code.UNRESOLVED_REFERENCE, ""),
        (XSL.format('<xsl:param name="rates"/>' + TEMPLATE.format('<xsl:value-of select="$rate"/>')), "$rate", Code.UNRESOLVED_REFERENCE, "$rates"),
        (XSL.format(TEMPLATE.format('<xsl:valueof select="a"/>')), "<xsl:valueof", Code.UNEXPECTED_ELEMENT, "xsl:value-of"),
        (XSL.format(TEMPLATE.format('<xsl:call-template name="a"/>')), "a", Code.UNRESOLVED_REFERENCE, ""),
        (XSL.format(TEMPLATE.format("<xsl:if tst='a'/>")), "<xsl:if", Code.MISSING_ATTRIBUTE, "test"),
        (XSL.format(TEMPLATE.format('<xsl:value-of select="a["/>')), "a[", Code.DOES_NOT_COMPILE, ""),
        (XSL.format(TEMPLATE.format('<xsl:value-of select="g:a"/>')), "g:a", Code.UNBOUND_PREFIX, ""),
        (XSL.format(TEMPLATE.format('<xsl:value-of select="cbc:ID"/>')), "cbc:ID", Code.UNBOUND_PREFIX, ' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'),
        (XSL.format(TEMPLATE.format('<a b="{string_length(c)}"/>')), "{string_length(c)}", Code.UNRESOLVED_REFERENCE, "{string-length(c)}"),
        (XSL.format(TEMPLATE.format('<xsl:value-of select="frobnicate(c)"/>')), "frobnicate(c)", Code.UNRESOLVED_REFERENCE, ""),
        (XSL.format(TEMPLATE.format('<a b="{matches(c, 1)}" d="{matches(e, 2)}"/>')), "{matches(c, 1)}", Code.UNRESOLVED_REFERENCE, ""),
        (XSL.format(TEMPLATE.format('<xsl:apply-templates slect="c"/>')), "slect", Code.UNEXPECTED_ATTRIBUTE, "select"),
        (XSL.format(TEMPLATE.format('<xsl:choose><xsl:otherwise>a</xsl:otherwise></xsl:choose>')), "<xsl:choose", Code.MISSING_ELEMENT, ""),
        (XSL.format(TEMPLATE.format('<xsl:choose><xsl:otherwise>a</xsl:otherwise><xsl:when test="1">b</xsl:when></xsl:choose>')), "<xsl:otherwise", Code.UNEXPECTED_ELEMENT, ""),
        (XSL.format(TEMPLATE.format('<a/><xsl:param name="b"/>')), "<xsl:param", Code.UNEXPECTED_ELEMENT, ""),
        (XSL.format(TEMPLATE.format('<xsl:for-each select="a"><b/><xsl:sort/></xsl:for-each>')), "<xsl:sort", Code.UNEXPECTED_ELEMENT, ""),
        (SCH.format('<rule context="b:x"><assert test="1">z</assert></rule>'), "b:x", Code.UNBOUND_PREFIX, ""),
        (SCH.format('<rule context="a:x"><assert test="$y">z</assert></rule>'), "$y", Code.UNRESOLVED_REFERENCE, ""),
        (SCH.format('<rule context="a:x"><assert test="count(a:y">z</assert></rule>'), "count(a:y", Code.DOES_NOT_COMPILE, ""),
        (SCH.format('<rule context="a:x"><extends rule="base"/><assert test="1">z</assert></rule>'), "base", Code.UNRESOLVED_REFERENCE, ""),
        (SCH.format('<rule context="a:x"><asert test="1">z</asert></rule>'), "<asert", Code.UNEXPECTED_ELEMENT, "assert"),
    ],
)  # fmt: skip
def test_what_keeps_a_program_from_being_used_is_told_at_its_place(
    text: str, place: str, code: Code, meant: str
) -> None:
    told = check(Document(text)).told
    assert [(text[item.start : item.end], item.code) for item, _ in told] == [(place, code)]
    readings = [found.finding.reading for _, found in told if found]
    edits = [edit.after for reading in readings if reading for edit in reading.edits]
    assert (meant in edits) if meant else not edits


@pytest.mark.parametrize(
    "text",
    [
        XSD.format('<xs:element name="a"><xs:complexType><xs:sequence><xs:any/></xs:sequence></xs:complexType></xs:element>'),
        XSD.format('<xs:complexType name="A"><xs:assert test="true()"/></xs:complexType><xs:element name="a" type="t:A"/>'),
        RNG.format('<start><ref name="a"/></start><define name="a"><element name="a"><text/></element></define>'),
        XSL.format('<xsl:variable name="a" select="1"/>' + TEMPLATE.format('<b c="{$a}"><xsl:variable name="d"/><e f="{$d}"/></b>')),
        XSL.format('<xsl:template name="a"><xsl:param name="b"/><xsl:value-of select="concat($b, \'$c\')"/></xsl:template>'),
        XSL.format(TEMPLATE.format('<a onclick="if (b) {{{{ c(d); }}}}"><xsl:value-of select="local-name(.) = \'f(g)\' or (text())"/></a>')),
        XSL.replace("1.0", "3.0").format(TEMPLATE.format('<xsl:sequence select="for $i in 1 to 3 return $i"/>')),
        SCH.format('<rule context="a:x"><let name="n" value="1"/><assert test="$n = 1 and \'b:c\'">z</assert></rule>'),
        "<order><line/></order>",
        "<xs:schema",
    ],
)  # fmt: skip
def test_nothing_is_said_of_what_compiles_and_of_other_documents(text: str) -> None:
    assert check(Document(text)) == Compiled()


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("start = element a { b* }\nc = element b { text }", "b* ", "no definition of b"),
        ("start = element a { text", "", "'}' is expected, the text ends"),
        ("start = element a { empty, text | empty }", "| empty", "',' again"),
        ("start = element x:a { text }", "x:a", "prefix 'x' is not declared"),
        ("# dates\nstart = element a { xsd:datetime }", "xsd:datetime", "no datetime. It has dateTime"),
        ("start = element a { attribute b { text }, attribute b { text } }", "start", "does not compile"),
        ("<!ELEMENT a (b)>\n<!ELEMENT b EMPTY>\n<!ATTLIST b c ID #REQUIERD>", "#REQUIERD", "#REQUIRED is meant"),
        ("<!ELEMENT a (b,c|d)>", "|d", "',' expected"),
        ("<!-- b -->\n<!ELEMENT a EMPTY>\n<!ELEMENT a ANY>", "<!ELEMENT a ANY", "Redefinition of element a"),
        ("<!ELEMENT a (lines)>\n<!ELEMENT line EMPTY>", "lines", "nothing declares it"),
        ("<!ELEMENT a (#PCDATA)>\n%more;", "", "not defined"),
        ("<!-- a > --><!ELEMENT a EMPTY> rubbish <!-- it -->", "rubbish", "behind its last declaration"),
    ],
)  # fmt: skip
def test_a_schema_that_is_no_xml_is_compiled_and_told_of_at_its_place(text: str, place: str, words: str) -> None:
    report = validate(Document(text))
    (found,) = report.diagnostics
    assert text[found.start :].startswith(place)
    assert words in found.message
    assert report.valid is (found.severity is Severity.WARNING)


@pytest.mark.parametrize(
    "text",
    [
        "start = element a { attribute b { xsd:date }, text }",
        "<!ELEMENT a (b+)>\n<!ELEMENT b (#PCDATA)>",
        "<!ENTITY b '<c>d</c>'>",
    ],
)
def test_a_schema_that_is_no_xml_and_compiles_can_be_used(text: str) -> None:
    report = validate(Document(text))
    assert (report.valid, report.diagnostics, [layer.name for layer in report.layers]) == (True, (), ["compilation"])


@pytest.mark.parametrize("newer", ["", '<xs:complexType name="C"><xs:assert test="true()"/></xs:complexType>'])
def test_an_import_is_put_in_where_a_neighbour_has_the_namespace(newer: str, tmp_path: Path) -> None:
    neighbour = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:o"><xs:simpleType name="T"><xs:restriction base="xs:string"/></xs:simpleType></xs:schema>'
    (tmp_path / "other.xsd").write_text(neighbour)
    text = XSD.format(f'  <xs:element name="a" type="o:T"/>{newer}').replace("xmlns:t", 'xmlns:o="urn:o" xmlns:t')
    main = tmp_path / "main.xsd"
    main.write_text(text)
    (reading,) = readings(text, main)
    mended = apply(text, reading.edits)
    assert '<xs:import namespace="urn:o" schemaLocation="other.xsd"/>' in mended
    main.write_text(mended)
    assert check(Document(mended, source=str(main))) == Compiled()


def test_a_part_that_is_not_there_is_told_and_nothing_that_hangs_on_it(tmp_path: Path) -> None:
    text = XSD.format('<xs:include schemaLocation="gone.xsd"/><xs:element name="a" type="t:T"/>')
    told = check(Document(text, source=str(tmp_path / "main.xsd")))
    ((found, _),) = told.told
    assert (found.code, found.severity, found.value) == (Code.SCHEMA_LOCATION, Severity.WARNING, "gone.xsd")
    assert told.reason  # a schema that came without its parts is neither right nor wrong
    (tmp_path / "Gone.xsd").write_text(
        XSD.format('<xs:simpleType name="T"><xs:list itemType="xs:int"/></xs:simpleType>')
    )
    (reading,) = readings(text, tmp_path / "main.xsd")
    assert check(Document(apply(text, reading.edits), source=str(tmp_path / "main.xsd"))) == Compiled()


def test_what_a_module_leaves_to_the_stylesheet_around_it_is_no_error(tmp_path: Path) -> None:
    module = XSL.format(
        '<xsl:template match="a"><xsl:call-template name="b"><xsl:with-param name="c" select="$d"/></xsl:call-template></xsl:template>'
    )
    told = check(Document(module, source=str(tmp_path / "module.xsl")))
    assert [item.severity for item, _ in told.told] == [Severity.WARNING] * 2
    assert told.reason
    (tmp_path / "module.xsl").write_text(module)
    main = XSL.format(
        '<xsl:include href="module.xsl"/><xsl:variable name="d" select="1"/><xsl:template name="b"/>'
        + TEMPLATE.format("<e/>")
    )
    assert check(Document(main, source=str(tmp_path / "main.xsl"))) == Compiled()
    calls = main.replace("<e/>", '<xsl:value-of select="$f"/>')
    ((found, _),) = check(Document(calls, source=str(tmp_path / "main.xsl"))).told
    assert (found.severity, found.value) == (Severity.ERROR, "$f")


def test_rules_that_never_apply_are_warned_of_at_their_line() -> None:
    text = SCH.format('<rule context="a:x"/>\n<rule context="a:x"/>\n<rule context="a:y/@b/c"/>')
    told = [item for item, _ in check(Document(text)).told]
    assert [(item.line, item.severity) for item in told] == [(3, Severity.WARNING), (4, Severity.WARNING)]
    assert "never applies" in told[0].explanation
