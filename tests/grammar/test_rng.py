"""RELAX NG as a grammar, in the XML and the compact syntax."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from mcp_servers.xml_troubleshooter.errors import SchemaError
from mcp_servers.xml_troubleshooter.grammar import load
from mcp_servers.xml_troubleshooter.grammar.model import Grammar, TypeDef

HEAD = 'xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes"'


def read(folder: Path, body: str, tag: str = "grammar", attributes: str = "") -> Grammar:
    """The grammar of a schema that libxml2 accepts as well."""
    path = folder / "main.rng"
    path.write_text(f"<{tag} {HEAD} {attributes}>{body}</{tag}>")
    etree.RelaxNG(etree.parse(path))
    return load(path)


def root(grammar: Grammar) -> TypeDef:
    (decl,) = grammar.roots
    assert decl.type is not None
    return decl.type


def element(folder: Path, content: str) -> TypeDef:
    return root(read(folder, content, "element", 'name="root"'))


def follows(definition: TypeDef, *names: str) -> bool:
    pattern = definition.content
    for name in names:
        pattern = pattern.after(name)
    return pattern.nullable


def test_defines_combine_and_refer_to_each_other(tmp_path: Path) -> None:
    grammar = read(
        tmp_path,
        '<start><ref name="root"/></start><define name="root"><element name="root"><zeroOrMore><ref name="any"/>'
        "</zeroOrMore></element>"
        '</define><define name="any" combine="choice"><element name="a"><optional><ref name="root"/></optional>'
        "</element></define>"
        '<define name="any" combine="choice"><element name="b"><empty/></element></define>',
    )
    assert follows(root(grammar), "a", "b", "a")
    (a, _) = root(grammar).content.first
    assert a.type is not None
    assert a.type.content.first == grammar.roots


@pytest.mark.parametrize(
    ("attributes", "body", "name"),
    [
        pytest.param('ns="urn:t"', '<start><element name="r"><empty/></element></start>', "{urn:t}r", id="inherited"),
        pytest.param(
            'xmlns:p="urn:p"', '<start><element name="p:r"><empty/></element></start>', "{urn:p}r", id="prefixed"
        ),
        pytest.param(
            'ns="urn:t"',
            '<start><element><name ns="urn:o">r</name><empty/></element></start>',
            "{urn:o}r",
            id="a name child",
        ),
        pytest.param(
            "",
            "<start><element><choice><name>r</name></choice><empty/></element></start>",
            "r",
            id="a choice of names",
        ),
    ],
)
def test_names_of_elements(tmp_path: Path, attributes: str, body: str, name: str) -> None:
    assert [decl.name for decl in read(tmp_path, body, attributes=attributes).roots] == [name]


ATTRIBUTES = {
    "alone": ('<attribute name="x"/>', {"x": True}),
    "optional": ('<optional><attribute name="x"/></optional>', {"x": False}),
    "on one side of a choice": (
        '<choice><attribute name="x"/><group><attribute name="x"/><attribute name="y"/></group></choice>',
        {"x": True, "y": False},
    ),
    "beside an alternative": (
        '<choice><attribute name="x"/><element name="x"><empty/></element></choice>',
        {"x": False},
    ),
    "of several names": (
        "<attribute><choice><name>x</name><name>y</name></choice></attribute>",
        {"x": False, "y": False},
    ),
    "not allowed": (
        '<choice><group><attribute name="x"/><notAllowed/></group><attribute name="y"/></choice>',
        {"y": True},
    ),
}


@pytest.mark.parametrize(("content", "required"), ATTRIBUTES.values(), ids=ATTRIBUTES)
def test_attributes_are_required_where_every_alternative_has_them(
    tmp_path: Path, content: str, required: dict[str, bool]
) -> None:
    definition = element(tmp_path, content)
    assert {name: decl.required for name, decl in definition.attributes.items()} == required


def test_attributes_are_in_no_namespace_unless_they_say_so(tmp_path: Path) -> None:
    grammar = read(
        tmp_path,
        '<start><element name="r"><attribute name="x"/><attribute name="xml:id"><data type="ID"/></attribute>'
        "</element></start>",
        attributes='ns="urn:t"',
    )
    attributes = root(grammar).attributes
    assert list(attributes) == ["x", "{http://www.w3.org/XML/1998/namespace}id"]
    assert attributes["{http://www.w3.org/XML/1998/namespace}id"].type.is_id


VALUES = {
    "data with parameters": ('<data type="string"><param name="maxLength">3</param></data>', ["abc", ""], ["abcd"]),
    "a choice of values": ("<choice><value>a</value><value>b b</value></choice>", ["a", " b  b "], ["c", ""]),
    "data or values": ('<choice><data type="int"/><value>none</value></choice>', ["5", "none"], ["x"]),
    "optional data": ('<optional><data type="int"/></optional>', ["5", ""], ["x"]),
    "a list": ('<list><oneOrMore><data type="int"/></oneOrMore></list>', ["1 2", "1"], ["", "1 x"]),
    "a list of choices": (
        "<list><oneOrMore><choice><value>a</value><value>b</value></choice></oneOrMore></list>",
        ["a b a"],
        ["a c"],
    ),
    "white space around a date": ('<data type="date"/>', [" 2026-11-22 ", "2026-11-22"], ["2026-11-32"]),
    "all but": ('<data type="token"><except><value>no</value></except></data>', ["yes"], ["no"]),
}


@pytest.mark.parametrize(("content", "accepted", "rejected"), VALUES.values(), ids=VALUES)
def test_values_agree_with_libxml2(tmp_path: Path, content: str, accepted: list[str], rejected: list[str]) -> None:
    value = element(tmp_path, content).value
    judge = etree.RelaxNG(etree.parse(tmp_path / "main.rng"))
    assert value is not None
    for text, verdict in [*((text, True) for text in accepted), *((text, False) for text in rejected)]:
        document = etree.Element("root")
        document.text = text
        assert judge.validate(document) is verdict, text
        assert value.accepts(text) is verdict, text


@pytest.mark.parametrize(
    ("content", "mixed"),
    [
        ("<text/>", True),
        ('<mixed><element name="a"><empty/></element></mixed>', True),
        ("<empty/>", False),
        ('<element name="a"><text/></element>', False),
    ],
)
def test_free_text(tmp_path: Path, content: str, *, mixed: bool) -> None:
    definition = element(tmp_path, content)
    assert definition.mixed is mixed
    assert definition.value is None


def test_elements_of_one_name_are_told_apart(tmp_path: Path) -> None:
    definition = element(
        tmp_path,
        '<choice><element name="a"><attribute name="x"/></element><element name="a"><element name="b"><empty/>'
        "</element></element></choice>",
    )
    first, second = definition.content.first
    assert first.type is not None
    assert second.type is not None
    assert list(first.type.attributes) == ["x"]
    assert follows(second.type, "b")


def test_an_element_of_several_names_holds_what_follows_its_name_class(tmp_path: Path) -> None:
    definition = element(
        tmp_path,
        "<element><choice><name>a</name><name>b</name></choice>"
        '<element name="c"><empty/></element><attribute name="x"/></element>',
    )
    for decl in definition.content.first:
        assert decl.type is not None
        assert follows(decl.type, "c")
        assert list(decl.type.attributes) == ["x"]


def test_at_least_one_of_several_attributes_is_required(tmp_path: Path) -> None:
    definition = element(
        tmp_path, '<oneOrMore><choice><attribute name="x"/><attribute name="y"/></choice></oneOrMore><text/>'
    )
    required = [{name for name, decl in item.attributes.items() if decl.required} for item in definition.alternatives]
    assert required == [{"x"}, {"y"}]
    assert all(set(item.attributes) == {"x", "y"} for item in definition.alternatives)


def test_attributes_tell_contents_apart_through_defines_that_interleave(tmp_path: Path) -> None:
    grammar = read(
        tmp_path,
        '<start><element name="root"><ref name="atts"/><empty/></element></start>'
        '<define name="atts" combine="interleave"><choice><attribute name="x"/><attribute name="y"/></choice></define>'
        '<define name="atts" combine="interleave"><attribute name="z"/></define>',
    )
    assert [set(item.attributes) for item in root(grammar).alternatives] == [{"x", "z"}, {"y", "z"}]


def test_name_classes_become_wildcards(tmp_path: Path) -> None:
    definition = element(
        tmp_path,
        '<zeroOrMore><element><anyName><except><nsName ns="urn:o"/><name ns="">gone</name></except></anyName>'
        "<empty/></element></zeroOrMore>"
        '<zeroOrMore><attribute><nsName ns="urn:a"/></attribute></zeroOrMore>',
    )
    assert follows(definition, "x", "{urn:p}y")
    assert not follows(definition, "{urn:o}y")
    assert not follows(definition, "gone")
    assert definition.any_attribute is not None
    assert definition.any_attribute.matches("{urn:a}x")
    assert not definition.any_attribute.matches("x")


def test_include_with_overrides(tmp_path: Path) -> None:
    (tmp_path / "part.rng").write_text(
        f'<grammar {HEAD}><start><ref name="r"/></start><define name="r"><element name="old"><empty/></element>'
        f"</define>"
        '<define name="kept"><element name="kept"><empty/></element></define></grammar>'
    )
    grammar = read(
        tmp_path,
        '<include href="part.rng"><define name="r"><element name="new"><ref name="kept"/></element></define></include>',
    )
    assert [decl.name for decl in grammar.roots] == ["new"]
    assert follows(root(grammar), "kept")


def test_nested_grammars_have_names_of_their_own(tmp_path: Path) -> None:
    grammar = read(
        tmp_path,
        '<start><element name="root"><ref name="a"/><grammar><start><choice><parentRef name="a"/><ref name="a"/>'
        "</choice></start>"
        '<define name="a"><element name="inner"><empty/></element></define></grammar></element></start>'
        '<define name="a"><element name="outer"><empty/></element></define>',
    )
    assert follows(root(grammar), "outer", "outer")
    assert follows(root(grammar), "outer", "inner")
    assert not follows(root(grammar), "inner", "inner")


def test_compact_syntax_means_the_same(tmp_path: Path) -> None:
    path = tmp_path / "main.rnc"
    path.write_text(
        'default namespace = "urn:t"\nstart = element root { attribute id { xsd:ID }?, (a | b)+ }\n'
        'a = element a { xsd:date }\nb = element b { "x" | "y" }\n'
    )
    definition = root(load(path))
    a, b = definition.content.first
    assert (a.name, b.name) == ("{urn:t}a", "{urn:t}b")
    assert a.type is not None
    assert b.type is not None
    assert a.type.value is not None
    assert not a.type.value.accepts("2024-02-30")
    assert b.type.value is not None
    assert b.type.value.all_values == ("x", "y")
    assert not definition.attributes["id"].required


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("<grammar", "main.rng", id="broken"),
        pytest.param("<html/>", "not RELAX NG", id="another vocabulary"),
        pytest.param(
            f'<grammar {HEAD}><start><ref name="a"/></start><define name="a"><ref name="a"/></define></grammar>',
            "by itself",
            id="endless",
        ),
    ],
)
def test_a_schema_that_cannot_be_read_says_why(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "main.rng"
    path.write_text(text)
    with pytest.raises(SchemaError, match=words):
        load(path)
