"""Schemas: every language, made of several files, compiled once, and blamed in one sentence when they are broken."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.errors import SchemaError
from mcp_servers.xml_troubleshooter.schemas.plan import plan
from mcp_servers.xml_troubleshooter.validators.schema import Kind, load

Write = Callable[[str, str], Path]

XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
RNG = 'xmlns="http://relaxng.org/ns/structure/1.0"'
SCH = 'xmlns="http://purl.oclc.org/dsdl/schematron"'
XSL = 'xmlns:xsl="http://www.w3.org/1999/XSL/Transform"'
ANY = f'<xs:schema {XS}><xs:element name="a"/></xs:schema>'

# files, the first of which is the schema; a valid and an invalid document
MADE_OF_SEVERAL = {
    "xsd include": (
        {
            "main/a.xsd": f'<xs:schema {XS}><xs:include schemaLocation="../parts/b.xsd"/>'
            f'<xs:element name="a" type="b"/></xs:schema>',
            "parts/b.xsd": f'<xs:schema {XS}><xs:simpleType name="b"><xs:restriction base="xs:int"/>'
            f"</xs:simpleType></xs:schema>",
        },
        ("<a>1</a>", "<a>x</a>"),
    ),
    "xsd import by a name on the web": (
        {
            "a.xsd": f'<xs:schema {XS} xmlns:b="urn:b">'
            f'<xs:import namespace="urn:b" schemaLocation="https://localhost/x/b.xsd"/>'
            '<xs:element name="a" type="b:b"/></xs:schema>',
            "b.xsd": f'<xs:schema {XS} targetNamespace="urn:b"><xs:simpleType name="b"><xs:restriction base="xs:int"/>'
            "</xs:simpleType></xs:schema>",
        },
        ("<a>1</a>", "<a>x</a>"),
    ),
    "xsd import through a catalog": (
        {
            "a.xsd": f'<xs:schema {XS} xmlns:b="urn:b">'
            f'<xs:import namespace="urn:b" schemaLocation="https://localhost/b.xsd"/>'
            '<xs:element name="a" type="b:b"/></xs:schema>',
            "catalog.xml": '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">'
            '<uri name="https://localhost/b.xsd" uri="kept/of%20b.xsd"/></catalog>',
            "kept/of b.xsd": f'<xs:schema {XS} targetNamespace="urn:b"><xs:simpleType name="b">'
            f'<xs:restriction base="xs:int"/>'
            "</xs:simpleType></xs:schema>",
        },
        ("<a>1</a>", "<a>x</a>"),
    ),
    "xsd with the attributes of xml": (
        {
            "a.xsd": f'<xs:schema {XS}><xs:import namespace="http://www.w3.org/XML/1998/namespace" '
            'schemaLocation="http://www.w3.org/2001/xml.xsd"/><xs:element name="a"><xs:complexType>'
            '<xs:attribute ref="xml:lang"/></xs:complexType></xs:element></xs:schema>',
        },
        ('<a xml:lang="de"/>', '<a xml:lang="?"/>'),
    ),
    "relax ng include with an override": (
        {
            "a.rng": f'<grammar {RNG}><include href="b.rng"><define name="x"><element name="x"><empty/>'
            f"</element></define>"
            "</include></grammar>",
            "b.rng": f'<grammar {RNG}><start><element name="a"><ref name="x"/><externalRef href="sub/c.rng"/>'
            f"</element></start>"
            '<define name="x"><element name="old"><empty/></element></define></grammar>',
            "sub/c.rng": f'<optional {RNG}><element name="c"><empty/></element></optional>',
        },
        ("<a><x/><c/></a>", "<a><old/></a>"),
    ),
    "compact relax ng include with an override": (
        {
            "a.rnc": 'include "b.rnc" { x = element x { empty } } # include "nothing.rnc"',
            "b.rnc": 'start = element a { x, external "sub/c.rnc" }\nx = element old { empty }',
            "sub/c.rnc": 'element c { attribute note { "include" }? }',
        },
        ('<a><x/><c note="include"/></a>', "<a><old/></a>"),
    ),
    "dtd with a parameter entity": (
        {
            "a.dtd": '<!ENTITY % more SYSTEM "sub/b.mod"> %more; <!ELEMENT a (%content;)>',
            "sub/b.mod": '<!ENTITY % content "b, c?"><!ELEMENT b EMPTY><!ELEMENT c EMPTY>',
        },
        ("<a><b/></a>", "<a><c/></a>"),
    ),
    "schematron include": (
        {
            "a.sch": f'<schema {SCH}><include href="sub/b.sch"/></schema>',
            "sub/b.sch": f'<pattern {SCH}><rule context="a"><assert test=". = 1">not one</assert></rule></pattern>',
        },
        ("<a>1</a>", "<a>2</a>"),
    ),
    "files of several folders, copied into one": (
        {
            "a.xsd": f'<xs:schema {XS}><xs:include schemaLocation="../common/b.xsd"/><xs:element name="a" type="b"/>'
            "</xs:schema>",
            "b.xsd": f'<xs:schema {XS}><xs:simpleType name="b"><xs:restriction base="xs:int"/></xs:simpleType>'
            "</xs:schema>",
        },
        ("<a>1</a>", "<a>x</a>"),
    ),
    "a DTD with its entity sets beside it": (
        {
            "a.dtd": '<!ENTITY % set SYSTEM "iso/set.ent">%set;<!ELEMENT a EMPTY><!ATTLIST a b (c) #REQUIRED>',
            "set.ent": '<!ENTITY x "y">',
        },
        ('<a b="c"/>', "<a/>"),
    ),
    "schematron 1.5": (
        {
            "a.sch": '<schema xmlns="http://www.ascc.net/xml/schematron"><pattern name="p"><rule context="a">'
            '<assert test=". = 1">not one</assert></rule></pattern></schema>'
        },
        ("<a>1</a>", "<a>2</a>"),
    ),
    "schematron with functions of EXSLT": (
        {
            "a.sch": f'<schema {SCH} queryBinding="exslt"><ns prefix="re" uri="http://exslt.org/regular-expressions"/>'
            "<pattern><rule context='a'><assert test=\"re:test(., '^1')\">not one</assert></rule></pattern></schema>"
        },
        ("<a>1</a>", "<a>2</a>"),
    ),
    "schematron compiled to a stylesheet": (
        {
            "a.xsl": f'<xsl:stylesheet version="1.0" {XSL} xmlns:svrl="http://purl.oclc.org/dsdl/svrl">'
            '<xsl:template match="/"><svrl:schematron-output><xsl:if test="not(a = document(\'one.xml\')/one)">'
            '<svrl:failed-assert test="a = 1" location="/a"><svrl:text>not one</svrl:text>'
            "</svrl:failed-assert></xsl:if>"
            "</svrl:schematron-output></xsl:template></xsl:stylesheet>",
            "one.xml": "<one>1</one>",
        },
        ("<a>1</a>", "<a>2</a>"),
    ),
}


@pytest.mark.parametrize("name", MADE_OF_SEVERAL)
@pytest.mark.parametrize("folder", ["plain", "a folder with blanks & more"])
def test_a_schema_may_be_made_of_several_files(name: str, folder: str, tmp_path: Path, write: Write) -> None:
    files, (valid, invalid) = MADE_OF_SEVERAL[name]
    schema, *_ = [write(f"{folder}/{file}", text) for file, text in files.items()]
    assert validate(Document.from_text(valid), plan([schema], (tmp_path,))).valid
    report = validate(Document.from_text(invalid), plan([schema], (tmp_path,)))
    assert report.well_formed
    assert not report.valid


# file name, content, what the sentence says
BROKEN = [
    ("a.xsd", f'<xs:schema {XS}>\n<xs:element name="a" type="gone"/></xs:schema>', r"a\.xsd, line 2: .*'gone'"),
    ("a.xsd", f"<xs:schema {XS}>\n<xs:element", r"a\.xsd, line 2: "),
    ("a.xsd", "", "Document is empty"),
    ("a.xsd", "<a/>", "no XML Schema"),
    ("a.xsd", f'<xs:schema {XS}><xs:include schemaLocation="gone.xsd"/></xs:schema>', r"gone\.xsd"),
    ("a.rng", f'<element {RNG} name="a"><ref name="gone"/></element>', r"a\.rng.*gone"),
    ("a.rng", f'<element {RNG} name="a"><externalRef href="gone.rng"/></element>', r"gone\.rng"),
    ("a.rng", f'<grammar {RNG}><start><externalRef href="a.rng"/></start></grammar>', "circle"),
    ("a.rnc", "start = element a {", r"a\.rnc, line 1: where a pattern is expected, the text ends"),
    ("a.rnc", "start = element a { \x00 }", r"a\.rnc"),
    ("a.rnc", "start = element a\n{ , }", r"a\.rnc, line 2: "),
    ("a.dtd", "<!ELEMENT a (b", r"a\.dtd, line 1"),
    ("a.dtd", "", "declares no element"),
    ("a.sch", f'<schema {SCH} queryBinding="sql"/>', "binding is sql, which is not known here"),
    (
        "a.sch",
        f'<schema {SCH}><pattern><rule context="a"><assert test="((">x</assert></rule></pattern></schema>',
        r"a\.sch",
    ),
    ("a.sch", "<a/>", "neither a schema in Schematron"),
    ("a.xsl", f'<xsl:stylesheet {XSL} version="2.0"/>', "does not write SVRL"),
    ("a.xsl", f'<xsl:stylesheet {XSL} version="1.0"/>', "does not write SVRL"),
    ("a.txt", "", r"a\.txt is no schema"),
]


@pytest.mark.parametrize(("name", "text", "problem"), BROKEN)
def test_a_broken_schema_is_blamed_in_one_sentence(name: str, text: str, problem: str, write: Write) -> None:
    path = write(name, text)
    (layer,) = validate(Document.from_text("<a/>"), plan([path])).not_run
    assert re.search(problem, layer.reason)
    assert "\n" not in layer.reason


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="cannot be read"):
        load(tmp_path / "gone.xsd")
    (tmp_path / "folder.xsd").mkdir()
    with pytest.raises(SchemaError, match="is a folder"):
        load(tmp_path / "folder.xsd")


def test_the_blame_never_carries_an_earlier_documents_errors(write: Write) -> None:
    validate(Document.from_text("<a>&nonsense;</a>"))
    with pytest.raises(SchemaError) as caught:
        load(write("a.xsd", "<oops"))
    assert "nonsense" not in str(caught.value)


def test_a_schema_is_compiled_once_until_one_of_its_files_changes(tmp_path: Path, write: Write) -> None:
    main = write(
        "a.xsd", f'<xs:schema {XS}><xs:include schemaLocation="b.xsd"/><xs:element name="a" type="b"/></xs:schema>'
    )
    part = f'<xs:schema {XS}><xs:simpleType name="b"><xs:restriction base="xs:int"/></xs:simpleType></xs:schema>'
    path = write("b.xsd", part)
    first = load(main)
    assert load(main) is first
    assert first.kind is Kind.XSD
    assert set(first.files) == {main, path}
    write("b.xsd", part.replace("xs:int", "xs:date"))
    os.utime(path, ns=(0, 0))
    assert load(main) is not first
    assert validate(Document.from_text("<a>2026-03-14</a>"), plan([main])).valid


def test_the_allowed_folders_are_part_of_what_is_remembered(tmp_path: Path, write: Write) -> None:
    write(
        "parts/b.xsd",
        f'<xs:schema {XS}><xs:simpleType name="b"><xs:restriction base="xs:int"/></xs:simpleType></xs:schema>',
    )
    main = write(
        "main/a.xsd",
        f'<xs:schema {XS}><xs:include schemaLocation="../parts/b.xsd"/><xs:element name="a" type="b"/></xs:schema>',
    )
    assert load(main, (tmp_path,)).kind is Kind.XSD
    with pytest.raises(SchemaError, match="outside the allowed folders"):
        load(main)


def test_a_schema_tells_from_which_folders_it_could_take_files(tmp_path: Path) -> None:
    path = tmp_path / "a.xsd"
    path.write_text('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"/></xs:schema>')

    assert load(path, (tmp_path / "shared",)).roots == (tmp_path / "shared",)
    assert load(path).roots == ()


RULE = '<sch:assert xmlns:sch="http://purl.oclc.org/dsdl/schematron" test="b">no b</sch:assert>'
VERSIONED = 'xmlns:vc="http://www.w3.org/2007/XMLSchema-versioning" vc:minVersion="1.1"'


@pytest.mark.parametrize(
    ("attributes", "annotated", "content", "kind"),
    [
        ("", RULE, "", Kind.XSD),
        ("", '<assert xmlns="" minVersion="1.1"/><!-- <xs:assert test="1"/> -->', "", Kind.XSD),
        ("", '<xs:assert test="1"/>', "", Kind.XSD),
        ("", RULE, '<xs:assert test="true()"/>', Kind.XSD11),
        (VERSIONED, "", "", Kind.XSD11),
    ],
)
def test_what_an_annotation_holds_does_not_make_a_schema_one_of_xsd_11(
    attributes: str, annotated: str, content: str, kind: Kind, write: Write
) -> None:
    text = (
        f"<xs:schema {XS} {attributes}><xs:annotation><xs:appinfo>{annotated}</xs:appinfo></xs:annotation>"
        f'<xs:element name="a"><xs:complexType>{content}</xs:complexType></xs:element></xs:schema>'
    )
    assert load(write("a.xsd", text)).kind is kind


def test_a_part_may_make_a_schema_one_of_xsd_11(write: Write) -> None:
    write("b.xsd", f'<xs:schema {XS}><xs:complexType name="b"><xs:assert test="true()"/></xs:complexType></xs:schema>')
    main = f'<xs:schema {XS}><xs:include schemaLocation="b.xsd"/><xs:element name="a" type="b"/></xs:schema>'
    assert load(write("a.xsd", main)).kind is Kind.XSD11
