"""Content models of every schema language agree with libxml2 on which children are allowed."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from mcp_servers.xml_troubleshooter.grammar import load
from mcp_servers.xml_troubleshooter.grammar.model import ElementDecl, Grammar
from mcp_servers.xml_troubleshooter.grammar.patterns import Pattern

NAMES = "abcd"
OCCURS = {"": (1, 1), "?": (0, 1), "*": (0, None), "+": (1, None)}

Model = tuple[str, tuple["Model", ...], str]  # kind or name, parts, occurrence

models: st.SearchStrategy[Model] = st.recursive(
    st.tuples(st.sampled_from(NAMES), st.just(()), st.sampled_from(["", "", "?", "*", "+"])),
    lambda inner: st.tuples(
        st.sampled_from(["sequence", "sequence", "choice"]),
        st.lists(inner, min_size=1, max_size=4).map(tuple),
        st.sampled_from(["", "", "?", "*", "+"]),
    ),
    max_leaves=8,
)
sequences = st.lists(st.lists(st.sampled_from(NAMES), max_size=7), min_size=6, max_size=6)
checked = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)


def as_xsd(model: Model) -> str:
    kind, parts, occurs = model
    low, high = OCCURS[occurs]
    bounds = f'minOccurs="{low}" maxOccurs="{"unbounded" if high is None else high}"'
    if not parts:
        return f'<xs:element ref="{kind}" {bounds}/>'
    return f"<xs:{kind} {bounds}>{''.join(map(as_xsd, parts))}</xs:{kind}>"


def as_dtd(model: Model) -> str:
    kind, parts, occurs = model
    if not parts:
        return kind + occurs
    return f"({(',' if kind == 'sequence' else '|').join(map(as_dtd, parts))}){occurs}"


def as_rng(model: Model) -> str:
    kind, parts, occurs = model
    inner = "".join(map(as_rng, parts)) if parts else ""
    written = (
        f"<{RNG_KINDS[kind]}>{inner}</{RNG_KINDS[kind]}>" if parts else f'<element name="{kind}"><empty/></element>'
    )
    return f"<{RNG_OCCURS[occurs]}>{written}</{RNG_OCCURS[occurs]}>" if occurs else written


RNG_KINDS = {"sequence": "group", "choice": "choice", "interleave": "interleave"}
RNG_OCCURS = {"?": "optional", "*": "zeroOrMore", "+": "oneOrMore"}


def allows(grammar: Grammar, names: list[str]) -> bool:
    root = next(decl for decl in grammar.roots if decl.name == "root").type
    assert root is not None
    pattern = root.content
    for name in names:
        pattern = pattern.after(name)
    return pattern.nullable


def likely(grammar: Grammar, choices: list[str]) -> list[str]:
    """A sequence of children that follows the model wherever it can, led by the random choices."""
    root = next(decl for decl in grammar.roots if decl.name == "root").type
    assert root is not None
    pattern, names = root.content, []
    for number, choice in enumerate(choices):
        first = [decl.name for decl in pattern.first]
        if not first:
            break
        names.append(choice if choice in first else first[number % len(first)])
        pattern = pattern.after(names[-1])
    return names


def document(names: list[str]) -> etree._Element:
    root = etree.Element("root")
    for name in names:
        etree.SubElement(root, name)
    return root


@checked
@given(model=models, tried=sequences)
def test_xsd_models_allow_what_libxml2_allows(tmp_path: Path, model: Model, tried: list[list[str]]) -> None:
    model = model if model[1] else ("sequence", (model,), "")
    source = (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        + "".join(f'<xs:element name="{name}"/>' for name in NAMES)
        + f'<xs:element name="root"><xs:complexType>{as_xsd(model)}</xs:complexType></xs:element></xs:schema>'
    )
    try:
        judge = etree.XMLSchema(etree.fromstring(source))
    except etree.XMLSchemaParseError:  # not deterministic
        assume(False)  # noqa: FBT003
    check(tmp_path / "model.xsd", source, judge, tried)


@checked
@given(model=models, tried=sequences)
def test_dtd_models_allow_what_libxml2_allows(tmp_path: Path, model: Model, tried: list[list[str]]) -> None:
    model = model if model[1] else ("sequence", (model,), "")
    source = f"<!ELEMENT root {as_dtd(model)}>" + "".join(f"<!ELEMENT {name} ANY>" for name in NAMES)
    judge = etree.DTD(StringIO(source))
    judge.validate(document([]))
    assume(not any("not determinist" in entry.message for entry in judge.error_log))
    check(tmp_path / "model.dtd", source, judge, tried)


interleaved = st.tuples(st.just("interleave"), st.lists(models, min_size=2, max_size=3).map(tuple), st.just(""))


@checked
@given(model=models | interleaved, tried=sequences)
def test_relax_ng_models_allow_what_libxml2_allows(tmp_path: Path, model: Model, tried: list[list[str]]) -> None:
    source = f'<element name="root" xmlns="http://relaxng.org/ns/structure/1.0">{as_rng(model)}</element>'
    try:
        judge = etree.RelaxNG(etree.fromstring(source))
    except etree.RelaxNGParseError:  # an interleave with one name on both sides
        assume(False)  # noqa: FBT003
    check(tmp_path / "model.rng", source, judge, tried)


def check(path: Path, source: str, judge: etree.XMLSchema | etree.DTD | etree.RelaxNG, tried: list[list[str]]) -> None:
    path.write_text(source)
    grammar = load(path)
    for choices in tried:
        for names in (choices, likely(grammar, choices), likely(grammar, choices)[:-1]):
            assert allows(grammar, names) == judge.validate(document(names)), (source, names)


COUNTED = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="root">
<xs:complexType>{}</xs:complexType></xs:element></xs:schema>"""


@pytest.mark.parametrize(
    ("model", "allowed", "refused"),
    [
        pytest.param(
            '<xs:sequence minOccurs="2" maxOccurs="3"><xs:element name="a"/></xs:sequence>',
            ["aa", "aaa"],
            ["", "a", "aaaa"],
            id="a counted group",
        ),
        pytest.param(
            '<xs:sequence><xs:element name="a" maxOccurs="100000"/></xs:sequence>',
            ["a", "a" * 500],
            ["", "b"],
            id="a large maximum costs nothing",
        ),
        pytest.param(
            '<xs:all><xs:element name="a"/><xs:element name="b" minOccurs="0"/><xs:element name="c"/></xs:all>',
            ["ac", "ca", "bca", "cab"],
            ["", "ab", "aca", "bb"],
            id="all, in any order",
        ),
        pytest.param(
            '<xs:sequence><xs:element name="a" minOccurs="0" maxOccurs="0"/><xs:element name="b"/></xs:sequence>',
            ["b"],
            ["ab"],
            id="never",
        ),
    ],
)
def test_occurrence_bounds_of_xsd_hold(tmp_path: Path, model: str, allowed: list[str], refused: list[str]) -> None:
    path = tmp_path / "counted.xsd"
    path.write_text(COUNTED.format(model))
    grammar = load(path)
    judge = etree.XMLSchema(etree.parse(path))
    for names, verdict in [*((names, True) for names in allowed), *((names, False) for names in refused)]:
        assert allows(grammar, list(names)) is verdict, names
        assert judge.validate(document(list(names))) is verdict, names


def test_a_schema_is_read_again_when_a_file_of_it_changes(tmp_path: Path) -> None:
    path, part = tmp_path / "main.xsd", tmp_path / "part.xsd"
    schema = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{}</xs:schema>'
    path.write_text(schema.format('<xs:include schemaLocation="part.xsd"/>'))
    part.write_text(schema.format('<xs:element name="one"/>'))
    first = load(path)
    assert load(path) is first
    part.write_text(schema.format('<xs:element name="another"/>'))
    assert [decl.name for decl in load(path).roots] == ["another"]


def test_a_child_among_hundreds_of_optional_ones_is_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"e{number}" for number in range(300)]
    elements = "".join(f'<xs:element name="{name}" minOccurs="0"/>' for name in names)
    path = tmp_path / "long.xsd"
    path.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType><xs:sequence>'
        f"{elements}</xs:sequence></xs:complexType></xs:element></xs:schema>"
    )
    (root,) = load(path).roots
    assert root.type is not None
    content = root.type.content
    asked = 0
    declaration = Pattern.declaration

    def counted(pattern: Pattern, name: str) -> ElementDecl | None:
        nonlocal asked
        asked += 1
        return declaration(pattern, name)

    monkeypatch.setattr(Pattern, "declaration", counted)
    assert all(content.after(name) is not content.table.nothing for name in names)
    assert content.after("e250").after("e249") is content.table.nothing
    assert asked <= 2 * len(names)
