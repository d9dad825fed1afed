"""RELAX NG's compact syntax means what its specification says, by libxml2's verdict on documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from mcp_servers.xml_troubleshooter.schema_files import compact_syntax
from mcp_servers.xml_troubleshooter.validators.libxml2 import RelaxNgValidator
from mcp_servers.xml_troubleshooter.validators.schema import load

# the schema, a document that it accepts and one that it rejects
SCHEMAS = {
    "a pattern alone": ("element r { empty }", "<r/>", "<r>x</r>"),
    "sequence, choice and repetition": (
        "start = element r { element a { empty }?, (element b { empty } | element c { empty })+ }",
        "<r><b/><c/></r>",
        "<r><a/></r>",
    ),
    "interleave": (
        "start = element r { element a { empty } & element b { empty }* }",
        "<r><b/><a/></r>",
        "<r><b/></r>",
    ),
    "mixed": ("start = element r { mixed { element a { empty }* } }", "<r>x<a/>y</r>", "<r><b/></r>"),
    "a list": ("start = element r { list { xsd:int, xsd:int+ } }", "<r>1 2 3</r>", "<r>1</r>"),
    "nothing allowed": ("start = element r { element a { notAllowed } | empty }", "<r/>", "<r><a/></r>"),
    "parameters of a type": (
        'datatypes d = "http://www.w3.org/2001/XMLSchema-datatypes"\n'
        'start = element r { d:int { minInclusive = "1" maxInclusive = "5" } }',
        "<r>5</r>",
        "<r>6</r>",
    ),
    "all values but some": ('start = element r { xsd:token - ("x" | "y") }', "<r>z</r>", "<r>x</r>"),
    "values and their types": ('start = element r { string "x" | token "y" | "z" }', "<r> y </r>", "<r> x </r>"),
    "joined and escaped texts": ("start = element r { \"a\\x{42}\" ~ 'c' }", "<r>aBc</r>", "<r>abc</r>"),
    "texts over several lines": ('start = element r { string """x\ny""" }', "<r>x\ny</r>", "<r>x y</r>"),
    "an escaped line end": ('start = element r { string "x\\x{a}y" }', "<r>x\ny</r>", "<r>x y</r>"),
    "namespaces": (
        'default namespace = "urn:q"\nnamespace local = ""\nnamespace p = "urn:p"\n'
        "start = element r { attribute n { text }, attribute p:n { text }, element local:x { empty }, element y { x } }"
        "\nx = empty",
        '<r xmlns="urn:q" xmlns:p="urn:p" n="" p:n=""><x xmlns=""/><y/></r>',
        '<r xmlns="urn:q" xmlns:p="urn:p" n="" p:n=""><x/><y/></r>',
    ),
    "a default namespace with a prefix": (
        'default namespace p = "urn:p"\nstart = element p:r { element x { empty } }',
        '<r xmlns="urn:p"><x/></r>',
        '<r xmlns="urn:p"><x xmlns=""/></r>',
    ),
    "the prefix of XML": ("start = element r { attribute xml:lang { text } }", '<r xml:lang=""/>', '<r lang=""/>'),
    "classes of names": (
        'namespace a = "urn:a"\nstart = element r { element a:* - (a:b | a:c) { empty }*, element (d | e) { empty } }',
        '<r xmlns:a="urn:a"><a:x/><e/></r>',
        '<r xmlns:a="urn:a"><a:b/><e/></r>',
    ),
    "any name": (
        "start = element r { any }\nany = element * - r { attribute * { text }*, (text | any)* }",
        '<r><x y=""><z/>t</x></r>',
        "<r><r/></r>",
    ),
    "definitions that combine": (
        "start |= element r { x }\nstart |= element q { text }\nx &= element a { empty }\nx &= element b { empty }",
        "<r><b/><a/></r>",
        "<r><a/></r>",
    ),
    "keywords as names": (
        "start = element element { \\start, attribute text { text } }\n\\start = element list { empty }",
        '<element text=""><list/></element>',
        "<element><list/></element>",
    ),
    "names with dots and hyphens": ("a.b-c = text\nstart = element x.y-z { a.b-c }", "<x.y-z>t</x.y-z>", "<x.y/>"),
    "divisions": ("start = element r { x, y }\ndiv { x = empty div { y = element b { x } } }", "<r><b/></r>", "<r/>"),
    "grammars in grammars": (
        "start = element r { grammar { start = element a { parent q, q }\nq = element c { empty } } }\n"
        "q = element b { empty }",
        "<r><a><b/><c/></a></r>",
        "<r><a><c/><b/></a></r>",
    ),
    "a grammar in braces": ("grammar { start = element r { empty } }", "<r/>", "<q/>"),
    "annotations": (
        'namespace a = "urn:a"\n## documentation\na:note [ "x" a:inner [ n = "]" ] ]\n[ a:x = "}" ]\n'
        'start = [ a:y = "1" ] element r { [ a:z = "2" ] attribute n { text }?, text >> a:more [ "after" ] } # end "',
        "<r n=''>x</r>",
        "<r m=''/>",
    ),
    "line ends of Windows": ("start =\r\n  element r {\r\n empty\r\n}\r\n", "<r/>", "<q/>"),
}


@pytest.mark.parametrize(("schema", "valid", "invalid"), SCHEMAS.values(), ids=SCHEMAS)
def test_a_schema_accepts_what_it_says(schema: str, valid: str, invalid: str) -> None:
    judge = etree.RelaxNG(compact_syntax.parse(schema))
    assert judge.validate(etree.fromstring(valid)), judge.error_log
    assert not judge.validate(etree.fromstring(invalid))


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("start = element r { text", "line 1: where '}' is expected, the text ends"),
        ("start =\nelement { text }", "line 2: where a name is expected, there is '{'"),
        ("start = element r { text, text | text }", "',' again"),
        ("start = element p:r { text }", "the prefix 'p' is not declared"),
        ("start = element r { x:int }", "the prefix 'x' is not declared"),
        ('start = element r { "x }', "line 1: '\"' cannot stand here"),
        ("start = element r { text } }", "where a definition is expected, there is '}'"),
        ("element r { text } element q { text }", "where the end is expected"),
        ("[ a", "where ']' is expected, the text ends"),
        ("start = " + "(" * 5000, "nest too deeply"),
    ],
)
def test_what_is_no_compact_syntax_is_told_with_its_line(schema: str, words: str) -> None:
    with pytest.raises(compact_syntax.CompactError) as caught:
        compact_syntax.parse(schema)
    assert words in str(caught.value)


def test_an_included_grammar_may_inherit_a_namespace(tmp_path: Path) -> None:
    (tmp_path / "part.rnc").write_text("x = element x { empty }")
    (tmp_path / "one.rnc").write_text("element y { empty }")
    main = tmp_path / "main.rnc"
    main.write_text(
        'namespace p = "urn:p"\ninclude "part.rnc" inherit = p\n'
        'start = element r { x, external "one.rnc" inherit = p, external "one.rnc" }'
    )
    validator = load(main).validator
    assert isinstance(validator, RelaxNgValidator)
    judge = validator.compiled
    assert judge.validate(etree.fromstring('<r xmlns:p="urn:p"><p:x/><p:y/><y/></r>')), judge.error_log
    assert not judge.validate(etree.fromstring("<r><x/><y/><y/></r>"))


def test_libxml2_tells_the_line_of_what_it_refuses(tmp_path: Path) -> None:
    schema = compact_syntax.parse("start = element r {\n  undefined\n}")
    with pytest.raises(etree.RelaxNGParseError) as caught:
        etree.RelaxNG(schema)
    assert caught.value.error_log[0].line == 2
