"""XML Schema as a grammar: what elements, attributes and values it declares."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from mcp_servers.xml_troubleshooter.errors import SchemaError
from mcp_servers.xml_troubleshooter.grammar import load
from mcp_servers.xml_troubleshooter.grammar.model import Grammar, TypeDef

HEAD = 'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" xmlns:t="urn:t" targetNamespace="urn:t"'
T = "{urn:t}"
XS = "{http://www.w3.org/2001/XMLSchema}"
XML = "{http://www.w3.org/XML/1998/namespace}"


def read(
    folder: Path, body: str, head: str = HEAD + ' elementFormDefault="qualified"', name: str = "main.xsd"
) -> Grammar:
    """The grammar of a schema that libxml2 accepts as well."""
    path = folder / name
    path.write_text(f"<xs:schema {head}>{body}</xs:schema>")
    etree.XMLSchema(etree.parse(path))
    return load(path)


def root(grammar: Grammar, name: str = T + "root") -> TypeDef:
    found = grammar.elements[name].type
    assert found is not None
    return found


def follows(definition: TypeDef, *names: str) -> bool:
    """Whether these children make a whole content."""
    pattern = definition.content
    for name in names:
        pattern = pattern.after(name)
    return pattern.nullable


CONTENT = {
    "a named type": (
        (
            '<xs:complexType name="C"><xs:sequence><xs:element name="a"/></xs:sequence></xs:complexType>'
            '<xs:element name="root" type="C"/>'
        ),
        [[T + "a"]],
        [[], ["a"]],
    ),
    "an extension adds behind its base": (
        (
            '<xs:complexType name="B"><xs:sequence><xs:element name="a"/></xs:sequence></xs:complexType>'
            '<xs:element name="root"><xs:complexType><xs:complexContent><xs:extension base="B"><xs:sequence>'
            '<xs:element name="b"/>'
            "</xs:sequence></xs:extension></xs:complexContent></xs:complexType></xs:element>"
        ),
        [[T + "a", T + "b"]],
        [[T + "b"], [T + "a"], [T + "b", T + "a"]],
    ),
    "a restriction stands alone": (
        (
            '<xs:complexType name="B"><xs:sequence><xs:element name="a" minOccurs="0"/><xs:element name="b"/>'
            "</xs:sequence></xs:complexType>"
            '<xs:element name="root"><xs:complexType><xs:complexContent><xs:restriction base="B"><xs:sequence>'
            '<xs:element name="b"/>'
            "</xs:sequence></xs:restriction></xs:complexContent></xs:complexType></xs:element>"
        ),
        [[T + "b"]],
        [[T + "a", T + "b"]],
    ),
    "a group by reference": (
        (
            '<xs:group name="G"><xs:choice><xs:element name="a"/><xs:element name="b"/></xs:choice></xs:group>'
            '<xs:element name="root"><xs:complexType><xs:sequence><xs:group ref="G" maxOccurs="2"/></xs:sequence>'
            "</xs:complexType></xs:element>"
        ),
        [[T + "a"], [T + "b", T + "a"]],
        [[], [T + "a"] * 3],
    ),
    "the concrete members of a substitution group": (
        (
            '<xs:element name="head" abstract="true"/><xs:element name="one" substitutionGroup="head"/>'
            '<xs:element name="middle" substitutionGroup="head" abstract="true"/>'
            '<xs:element name="two" substitutionGroup="middle"/>'
            '<xs:element name="root"><xs:complexType><xs:sequence><xs:element ref="head"/></xs:sequence>'
            "</xs:complexType></xs:element>"
        ),
        [[T + "one"], [T + "two"]],
        [[T + "head"], [T + "middle"]],
    ),
    "local elements are qualified by their form": (
        (
            '<xs:element name="root"><xs:complexType><xs:sequence><xs:element name="a" form="unqualified"/>'
            '<xs:element name="b"/>'
            "</xs:sequence></xs:complexType></xs:element>"
        ),
        [["a", T + "b"]],
        [[T + "a", T + "b"]],
    ),
    "any element of another namespace": (
        (
            '<xs:element name="root"><xs:complexType><xs:sequence><xs:any namespace="##other"/></xs:sequence>'
            "</xs:complexType></xs:element>"
        ),
        [["{urn:o}x"]],
        [[T + "x"], ["x"]],
    ),
    "any element of listed namespaces": (
        (
            '<xs:element name="root"><xs:complexType><xs:sequence>'
            '<xs:any namespace="##targetNamespace ##local urn:o"/></xs:sequence>'
            "</xs:complexType></xs:element>"
        ),
        [["{urn:o}x"], [T + "x"], ["x"]],
        [["{urn:p}x"]],
    ),
    "no type leaves everything open": ('<xs:element name="root"/>', [[], ["x", "{urn:o}y"]], []),
}


@pytest.mark.parametrize(("body", "allowed", "refused"), CONTENT.values(), ids=CONTENT)
def test_content_models(tmp_path: Path, body: str, allowed: list[list[str]], refused: list[list[str]]) -> None:
    definition = root(read(tmp_path, body))
    assert [names for names in allowed if not follows(definition, *names)] == []
    assert [names for names in refused if follows(definition, *names)] == []


def test_types_may_contain_themselves(tmp_path: Path) -> None:
    body = (
        '<xs:complexType name="Tree"><xs:sequence>'
        '<xs:element name="node" type="Tree" minOccurs="0" maxOccurs="unbounded"/>'
        '</xs:sequence></xs:complexType><xs:element name="root" type="Tree"/>'
    )
    grammar = read(tmp_path, body)
    (node,) = root(grammar).content.first
    assert node.type is root(grammar)
    assert set(grammar.declarations) == {T + "root", T + "node"}


def test_attributes_of_bases_groups_and_references(tmp_path: Path) -> None:
    (tmp_path / "xml.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/XML/1998/namespace">'
        '<xs:attribute name="lang" type="xs:language"/></xs:schema>'
    )
    definition = root(
        read(
            tmp_path,
            '<xs:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="xml.xsd"/>'
            '<xs:attribute name="global" type="xs:int"/>'
            '<xs:attributeGroup name="G"><xs:attribute name="inner" use="required"/>'
            '<xs:attribute ref="t:global" use="required"/>'
            '</xs:attributeGroup><xs:complexType name="B"><xs:attribute name="gone"/>'
            '<xs:attribute name="kept" default="x"/>'
            '<xs:attribute name="fixed" fixed="1"/><xs:anyAttribute/></xs:complexType>'
            '<xs:element name="root"><xs:complexType><xs:complexContent><xs:restriction base="B">'
            '<xs:attributeGroup ref="G"/>'
            '<xs:attribute name="gone" use="prohibited"/><xs:attribute ref="xml:lang"/></xs:restriction>'
            "</xs:complexContent>"
            "</xs:complexType></xs:element>",
        )
    )
    found = {name: (decl.required, decl.default, decl.fixed) for name, decl in definition.attributes.items()}
    assert found == {
        "kept": (False, "x", None),
        "fixed": (False, None, "1"),
        "inner": (True, None, None),
        T + "global": (True, None, None),
        XML + "lang": (False, None, None),
    }
    assert definition.attributes[T + "global"].type.builtin == "int"


def test_the_attributes_of_the_xml_prefix_are_known_without_their_schema(tmp_path: Path) -> None:
    path = tmp_path / "main.xsd"
    path.write_text(
        f'<xs:schema {HEAD}><xs:import namespace="http://www.w3.org/XML/1998/namespace" '
        'schemaLocation="http://www.w3.org/2001/xml.xsd"/><xs:element name="root"><xs:complexType>'
        '<xs:attribute ref="xml:lang"/>'
        '<xs:attribute ref="xml:space"/></xs:complexType></xs:element></xs:schema>'
    )
    attributes = root(load(path)).attributes
    assert attributes[XML + "space"].type.all_values == ("default", "preserve")
    assert attributes[XML + "lang"].type.accepts("en-GB")
    assert not attributes[XML + "lang"].type.accepts("en_GB")


WILDCARDS = {
    "restricted by its own alone": ("restriction", None),
    "extended by the union": ("extension", True),
}


@pytest.mark.parametrize(("derivation", "inherited"), WILDCARDS.values(), ids=WILDCARDS)
def test_attribute_wildcards(tmp_path: Path, derivation: str, *, inherited: bool | None) -> None:
    definition = root(
        read(
            tmp_path,
            '<xs:complexType name="B"><xs:anyAttribute namespace="urn:a urn:b" processContents="lax"/></xs:complexType>'
            f'<xs:element name="root"><xs:complexType><xs:complexContent><xs:{derivation} base="B">'
            + ('<xs:anyAttribute namespace="urn:c"/>' if inherited else "")
            + f"</xs:{derivation}></xs:complexContent></xs:complexType></xs:element>",
        )
    )
    if inherited is None:
        assert definition.any_attribute is None
        return
    assert definition.any_attribute is not None
    assert [definition.any_attribute.matches(f"{{urn:{name}}}x") for name in "abcd"] == [True, True, True, False]


def test_values_of_simple_and_complex_types_carry_their_facets(tmp_path: Path) -> None:
    grammar = read(
        tmp_path,
        '<xs:simpleType name="Amount"><xs:restriction base="xs:decimal"><xs:minInclusive value="0"/>'
        '<xs:fractionDigits value="2"/>'
        '</xs:restriction></xs:simpleType><xs:complexType name="Money"><xs:simpleContent><xs:extension base="Amount">'
        '<xs:attribute name="currency" use="required"><xs:simpleType><xs:restriction base="xs:string">'
        '<xs:enumeration value="EUR"/>'
        '<xs:enumeration value="USD"/></xs:restriction></xs:simpleType></xs:attribute></xs:extension>'
        "</xs:simpleContent></xs:complexType>"
        '<xs:complexType name="SmallMoney"><xs:simpleContent><xs:restriction base="Money">'
        '<xs:maxExclusive value="10"/></xs:restriction>'
        '</xs:simpleContent></xs:complexType><xs:element name="root" type="SmallMoney"/>'
        '<xs:element name="sizes"><xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType></xs:element>'
        '<xs:element name="either"><xs:simpleType><xs:union memberTypes="xs:date Amount"><xs:simpleType>'
        '<xs:restriction base="xs:token"><xs:enumeration value="never"/></xs:restriction></xs:simpleType>'
        "</xs:union></xs:simpleType></xs:element>",
    )
    definition = root(grammar)
    assert definition.value is not None
    assert definition.value.describe() == "xs:decimal, at most 2 fraction digits, >= 0, < 10"
    assert [definition.value.accepts(value) for value in ("9.99", "10", "-1", "1.234")] == [True, False, False, False]
    assert definition.attributes["currency"].type.all_values == ("EUR", "USD")
    sizes, either = root(grammar, T + "sizes").value, root(grammar, T + "either").value
    assert sizes is not None
    assert either is not None
    assert [sizes.accepts(value) for value in ("1 2\n3", "", "1 x")] == [True, True, False]
    assert [either.accepts(value) for value in ("2024-01-31", "1.50", "never", "ever")] == [True, True, True, False]


@pytest.mark.parametrize(
    ("part", "included"),
    [
        pytest.param('<xs:element name="part"/>', T + "part", id="a chameleon takes the namespace of its includer"),
        pytest.param(
            '<xs:element name="part" type="P"/><xs:complexType name="P"/>', T + "part", id="and so do its references"
        ),
    ],
)
def test_include_without_namespace(tmp_path: Path, part: str, included: str) -> None:
    (tmp_path / "part.xsd").write_text(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{part}</xs:schema>')
    grammar = read(tmp_path, '<xs:include schemaLocation="part.xsd"/><xs:element name="root" type="xs:string"/>')
    assert included in grammar.elements
    assert root(grammar, included) is not None
    assert len(grammar.files) == 2


def test_import_brings_another_namespace(tmp_path: Path) -> None:
    (tmp_path / "other.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:o"><xs:element name="x"/>'
        "</xs:schema>"
    )
    body = (
        '<xs:import namespace="urn:o" schemaLocation="other.xsd"/><xs:element name="root"><xs:complexType><xs:sequence>'
        '<xs:element xmlns:o="urn:o" ref="o:x"/></xs:sequence></xs:complexType></xs:element>'
    )
    grammar = read(tmp_path, body)
    assert follows(root(grammar), "{urn:o}x")
    assert grammar.namespaces == {"urn:t", "urn:o"}
    assert [decl.name for decl in grammar.roots] == [T + "root", "{urn:o}x"]


def test_redefine_builds_on_the_original(tmp_path: Path) -> None:
    (tmp_path / "base.xsd").write_text(
        f'<xs:schema {HEAD} elementFormDefault="qualified"><xs:complexType name="C"><xs:sequence>'
        f'<xs:element name="a"/></xs:sequence>'
        '</xs:complexType><xs:element name="root" type="C"/></xs:schema>'
    )
    body = (
        '<xs:redefine schemaLocation="base.xsd"><xs:complexType name="C"><xs:complexContent>'
        '<xs:extension base="C"><xs:sequence>'
        '<xs:element name="b"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType></xs:redefine>'
    )
    definition = root(read(tmp_path, body))
    assert follows(definition, T + "a", T + "b")
    assert not follows(definition, T + "a")


def test_xsi_type_finds_derived_types_only(tmp_path: Path) -> None:
    grammar = read(
        tmp_path,
        '<xs:complexType name="B"/><xs:complexType name="D"><xs:complexContent><xs:extension base="B"/>'
        "</xs:complexContent></xs:complexType>"
        '<xs:complexType name="E"><xs:complexContent><xs:extension base="D"/></xs:complexContent></xs:complexType>'
        '<xs:complexType name="X"/>'
        '<xs:element name="root" type="B"/><xs:element name="open"/><xs:element name="number" type="xs:decimal"/>',
    )
    assert grammar.derives is not None
    wanted = root(grammar)
    assert {name: grammar.derives(T + name, wanted) for name in "BDEX"} == {"B": True, "D": True, "E": True, "X": False}
    assert grammar.derives(T + "X", root(grammar, T + "open"))
    assert grammar.derives(XS + "byte", root(grammar, T + "number"))
    assert not grammar.derives(XS + "string", root(grammar, T + "number"))


def test_flags_of_elements_and_types(tmp_path: Path) -> None:
    grammar = read(
        tmp_path,
        '<xs:element name="root" nillable="true" default="x" type="xs:string"/><xs:element name="a" abstract="true"/>'
        '<xs:element name="f" fixed="y" type="xs:string"/><xs:complexType name="M" mixed="true" abstract="true"/>',
    )
    decl = grammar.elements[T + "root"]
    assert (decl.nillable, decl.default, grammar.elements[T + "f"].fixed) == (True, "x", "y")
    assert T + "a" not in {one.name for one in grammar.roots}
    assert (grammar.types[T + "M"].mixed, grammar.types[T + "M"].abstract) == (True, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("<xs:schema", "not well-formed", id="broken"),
        pytest.param("<html/>", "not an XML Schema", id="another vocabulary"),
        pytest.param(None, "cannot be read", id="absent"),
    ],
)
def test_a_schema_that_cannot_be_read_says_why(tmp_path: Path, text: str | None, words: str) -> None:
    path = tmp_path / "main.xsd"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SchemaError, match=words):
        load(path)


def test_nothing_outside_the_allowed_folders_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="secret"/></xs:schema>'
    )
    folder = tmp_path / "one"
    folder.mkdir()
    path = folder / "main.xsd"
    path.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:include schemaLocation="../secret.xsd"/>'
        '<xs:element name="root"/></xs:schema>'
    )
    assert [decl.name for decl in load(path).roots] == ["root"]
    assert "secret" in load(path, [tmp_path]).elements


def test_override_replaces_a_component(tmp_path: Path) -> None:
    schema = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{}</xs:schema>'
    (tmp_path / "base.xsd").write_text(
        schema.format(
            '<xs:simpleType name="S"><xs:restriction base="xs:int"/></xs:simpleType><xs:element name="root" type="S"/>'
        )
    )
    path = tmp_path / "main.xsd"  # XSD 1.1
    path.write_text(
        schema.format(
            '<xs:override schemaLocation="base.xsd"><xs:simpleType name="S"><xs:restriction base="xs:date"/>'
            "</xs:simpleType>"
            "</xs:override>"
        )
    )
    value = root(load(path), "root").value
    assert value is not None
    assert value.accepts("2024-12-24")
    assert not value.accepts("5")


def test_members_stand_in_for_their_union(tmp_path: Path) -> None:
    grammar = read(
        tmp_path,
        '<xs:simpleType name="U"><xs:union memberTypes="xs:int D"/></xs:simpleType><xs:simpleType name="D">'
        "<xs:restriction "
        'base="xs:date"><xs:minInclusive value="2000-01-01"/></xs:restriction></xs:simpleType>'
        '<xs:element name="root" type="U"/>',
    )
    assert grammar.derives is not None
    assert grammar.derives(T + "D", root(grammar))
    assert grammar.derives(XS + "int", root(grammar))
    assert not grammar.derives(XS + "string", root(grammar))
