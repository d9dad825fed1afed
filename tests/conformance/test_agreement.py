"""The examination of a document and libxml2 agree on what is valid, whatever a schema is made of."""

from __future__ import annotations

import random
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree

from mcp_servers.xml_troubleshooter.conformance.content import examine
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.tree import Tree
from mcp_servers.xml_troubleshooter.grammar import load
from mcp_servers.xml_troubleshooter.validators.libxml2 import DtdValidator, RelaxNgValidator, XsdValidator
from mcp_servers.xml_troubleshooter.validators.schema import load as load_judge

NAMES = ("a", "b", "c", "d", "h")
VALUES = ("", "1", "01", "x", "a b", "2026-11-22", " 2026-11-22")
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
ATTRIBUTES = ("n", "m", "{urn:x}k", "{urn:y}k", TYPE)
STEPS = 150  # documents that are tried with a schema

XSD = "http://www.w3.org/2001/XMLSchema"
RNG = "http://relaxng.org/ns/structure/1.0"
PLAIN = "".join(f'<xs:element name="{name}" type="xs:string"/>' for name in "abcd")
BASE = '<xs:complexType name="B"><xs:sequence><xs:element ref="c" minOccurs="0"/></xs:sequence>{}</xs:complexType>'


def of_root(content: str, more: str = PLAIN, head: str = "") -> str:
    """An XML Schema with a document element of this content."""
    return (
        f'<xs:schema xmlns:xs="{XSD}" {head}><xs:element name="r"><xs:complexType>{content}</xs:complexType>'
        f"</xs:element>{more}</xs:schema>"
    )


def derived(how: str, changes: str, base: str = "") -> str:
    """An XML Schema with elements of a derived type."""
    return of_root(
        '<xs:sequence><xs:element name="a" type="D" maxOccurs="3"/></xs:sequence>',
        f'{PLAIN}{BASE.format(base)}<xs:complexType name="D"><xs:complexContent><xs:{how} base="B">{changes}</xs:{how}>'
        "</xs:complexContent></xs:complexType>",
    )


def of_type(simple: str, more: str = "") -> str:
    """An XML Schema with elements of a simple type."""
    return of_root(
        '<xs:sequence><xs:element name="a" type="T" maxOccurs="9"/></xs:sequence>',
        f'<xs:simpleType name="T">{simple}</xs:simpleType>{more}',
    )


def pattern(body: str) -> str:
    """A RELAX NG schema with a document element of this content."""
    return f'<element name="r" xmlns="{RNG}" datatypeLibrary="{XSD}-datatypes">{body}</element>'


# suffix, schema, a valid document to start from
SCHEMAS: dict[str, tuple[str, str, str]] = {
    "all": (
        "xsd",
        of_root('<xs:all><xs:element ref="a"/><xs:element ref="b" minOccurs="0"/><xs:element ref="c"/></xs:all>'),
        "<r><c/><a/></r>",
    ),
    "groups that repeat": (
        "xsd",
        of_root(
            '<xs:sequence minOccurs="0" maxOccurs="2"><xs:choice maxOccurs="unbounded"><xs:element ref="a"/>'
            '<xs:element ref="b"/></xs:choice><xs:group ref="g"/></xs:sequence>',
            PLAIN + '<xs:group name="g"><xs:sequence><xs:element ref="c"/><xs:element ref="d" minOccurs="2" '
            'maxOccurs="3"/></xs:sequence></xs:group>',
        ),
        "<r><b/><a/><c/><d/><d/></r>",
    ),
    "substitution": (
        "xsd",
        of_root(
            '<xs:sequence><xs:element ref="h" maxOccurs="3"/><xs:element ref="d"/></xs:sequence>',
            '<xs:element name="h" abstract="true" type="xs:string"/><xs:element name="a" substitutionGroup="h"/>'
            '<xs:element name="d" type="xs:string"/>'
            '<xs:element name="b" substitutionGroup="a"/><xs:element name="c" substitutionGroup="h" abstract="true"/>',
        ),
        "<r><a/><b/><d/></r>",
    ),
    "substitution that is blocked": (
        "xsd",
        of_root(
            '<xs:sequence><xs:element ref="h" maxOccurs="3"/></xs:sequence>',
            '<xs:element name="h"/><xs:element name="a" substitutionGroup="h"/>',
            'blockDefault="substitution"',
        ),
        "<r><h/><h/></r>",
    ),
    "extension": ("xsd", derived("extension", '<xs:choice><xs:element ref="d"/></xs:choice>'), "<r><a><d/></a></r>"),
    "restriction": (
        "xsd",
        derived(
            "restriction",
            '<xs:sequence><xs:element ref="c"/></xs:sequence><xs:attribute name="n" use="prohibited"/>'
            '<xs:attribute name="m" type="xs:int" use="required"/>',
            '<xs:attribute name="n"/><xs:attribute name="m"/><xs:anyAttribute processContents="skip"/>',
        ),
        '<r><a m="1"><c/></a></r>',
    ),
    "wildcards of attributes, joined": (
        "xsd",
        derived(
            "extension",
            '<xs:anyAttribute namespace="urn:y ##local" processContents="skip"/>',
            '<xs:anyAttribute namespace="urn:x" processContents="skip"/>',
        ),
        '<r><a n="1"/></r>',
    ),
    "a lax wildcard of attributes": (
        "xsd",
        of_root('<xs:anyAttribute processContents="lax"/>', '<xs:attribute name="n" type="xs:int"/>'),
        '<r n="1" m="x"/>',
    ),
    "a strict wildcard of attributes": (
        "xsd",
        of_root('<xs:anyAttribute processContents="strict"/>', '<xs:attribute name="n" type="xs:int"/>'),
        '<r n="1"/>',
    ),
    "a strict wildcard of elements": (
        "xsd",
        of_root('<xs:sequence><xs:any maxOccurs="9"/></xs:sequence>', '<xs:element name="b" type="xs:int"/>'),
        "<r><b>1</b></r>",
    ),
    "types that documents name": (
        "xsd",
        derived("extension", '<xs:sequence><xs:element ref="d"/></xs:sequence>').replace('type="D"', 'type="B"'),
        '<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><a xsi:type="D"><d/></a></r>',
    ),
    "an abstract type": (
        "xsd",
        derived("extension", '<xs:sequence><xs:element ref="d"/></xs:sequence>')
        .replace('type="D"', 'type="B"')
        .replace('name="B"', 'name="B" abstract="true"'),
        '<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><a xsi:type="D"><d/></a></r>',
    ),
    "a list": (
        "xsd",
        of_type('<xs:restriction base="L"><xs:enumeration value="1 1"/><xs:enumeration value="1"/></xs:restriction>',
                '<xs:simpleType name="L"><xs:list itemType="xs:int"/></xs:simpleType>'),
        "<r><a>1</a></r>",
    ),
    "a union": (
        "xsd",
        of_type('<xs:union memberTypes="xs:date"><xs:simpleType><xs:list itemType="xs:NCName"/></xs:simpleType>'
                "</xs:union>"),
        "<r><a>x</a></r>",
    ),
    "white space around a date": ("xsd", of_type('<xs:restriction base="xs:date"/>'), "<r><a>2026-11-22</a></r>"),
    "white space around a date of a list": (
        "xsd",
        of_type('<xs:restriction base="xs:date"><xs:enumeration value="2026-11-22"/></xs:restriction>'),
        "<r><a>2026-11-22</a></r>",
    ),
    "a fixed attribute": (
        "xsd",
        of_root('<xs:attribute name="n" type="xs:int" fixed="1"/>', ""),
        '<r n="1"/>',
    ),
    "interleaving groups": (
        "rng",
        pattern('<interleave><group><element name="a"><empty/></element><element name="b"><empty/></element></group>'
                '<optional><element name="c"><text/></element></optional></interleave>'),
        "<r><a/><c/><b/></r>",
    ),
    "a name class with a choice": (
        "rng",
        pattern('<oneOrMore><element><choice><name>a</name><name>b</name></choice><data type="int"/></element>'
                "</oneOrMore>"),
        "<r><a>1</a><b>1</b></r>",
    ),
    "a name class with an exception": (
        "rng",
        pattern('<zeroOrMore><element><anyName><except><name>a</name></except></anyName><text/></element></zeroOrMore>'),
        "<r><b/><c/></r>",
    ),
    "attributes that decide": (
        "rng",
        pattern('<choice><group><attribute name="n"><value>1</value></attribute><element name="a"><empty/></element>'
                '</group><group><attribute name="n"><value>x</value></attribute><element name="b"><empty/></element>'
                "</group></choice>"),
        '<r n="1"><a/></r>',
    ),
    "at least one attribute": (
        "rng",
        pattern('<oneOrMore><choice><attribute name="n"/><attribute name="m"/></choice></oneOrMore><empty/>'),
        '<r n="1"/>',
    ),
    "a padded date in RELAX NG": (
        "rng",
        pattern('<oneOrMore><element name="a"><data type="date"/></element></oneOrMore>'),
        "<r><a>2026-11-22</a></r>",
    ),
    "definitions that interleave": (
        "rng",
        f'<grammar xmlns="{RNG}"><start><element name="r"><ref name="x"/></element></start><define name="x" '
        'combine="interleave"><element name="a"><choice><text/><value>1</value></choice></element></define>'
        '<define name="x" combine="interleave"><optional><element name="b"><choice><value>x</value><value>1</value>'
        "</choice></element></optional></define></grammar>",
        "<r><b>x</b><a>y</a></r>",
    ),
    "a notation": (
        "dtd",
        '<!NOTATION x PUBLIC "x"><!ELEMENT r (a*)><!ELEMENT a (#PCDATA)><!ATTLIST a n NOTATION (x) #IMPLIED>',
        '<r><a n="x">y</a></r>',
    ),
    "parameter entities and sections": (
        "dtd",
        '<!ENTITY % ab "a|b"><!ENTITY % kept "INCLUDE"><!ELEMENT r ((%ab;)+,c)><![%kept;[<!ELEMENT a (d?)>]]>'
        "<![IGNORE[<!ELEMENT b (a)>]]><!ELEMENT b (#PCDATA)><!ELEMENT c ANY><!ELEMENT d (#PCDATA|a)*>"
        "<!ATTLIST a n (x|y) #REQUIRED>",
        '<r><a n="x"/><b>x</b><c/></r>',
    ),
    "sequences in a choice": (
        "dtd",
        "<!ELEMENT r ((b,a?)*,(c|d)+,(a,b))><!ELEMENT a (b?)><!ELEMENT b (#PCDATA)><!ELEMENT c (d*)><!ELEMENT d (a|b)>",
        "<r><b/><a/><c/><a/><b/></r>",
    ),
}  # fmt: skip


def neighbours(start: str, rand: random.Random) -> Iterator[str]:
    """Documents a step or a few away from a valid one."""
    pool = [etree.fromstring(start)]
    for _ in range(STEPS):
        root = deepcopy(rand.choice(pool[-20:] if rand.random() < 0.5 else pool[:1]))
        _change(rand.choice(list(root.iter())), rand)
        pool.append(root)
        yield etree.tostring(root, encoding="unicode")


def _change(element: etree._Element, rand: random.Random) -> None:
    parent = element.getparent()
    match rand.choice(["remove", "insert", "insert", "rename", "attribute", "attribute", "value"]):
        case "remove" if parent is not None:
            parent.remove(element)
        case "insert":
            element.insert(rand.randint(0, len(element)), etree.Element(rand.choice(NAMES)))
        case "rename" if parent is not None:
            element.tag = rand.choice(NAMES)
        case "attribute":
            name = rand.choice(ATTRIBUTES)
            if element.attrib.pop(name, None) is None:
                element.set(name, rand.choice(("B", "D", "N") if name == TYPE else VALUES))
        case "value" if len(element) == 0:
            element.text = rand.choice(VALUES)


@pytest.mark.parametrize(("suffix", "schema", "start"), SCHEMAS.values(), ids=SCHEMAS)
def test_the_examination_agrees_with_libxml2(tmp_path: Path, suffix: str, schema: str, start: str) -> None:
    path = tmp_path / f"schema.{suffix}"
    path.write_text(schema)
    grammar, judge = load(path), load_judge(path).validator
    assert isinstance(judge, XsdValidator | RelaxNgValidator | DtdValidator)
    verdicts = set()
    for text in [start, *neighbours(start, random.Random(schema))]:
        valid = judge.compiled.validate(etree.fromstring(text))
        verdicts.add(valid)
        assert valid is not bool(examine(Tree(Document.from_text(text), literal=suffix == "dtd"), grammar)), text
    assert verdicts == {True, False}
