"""Simple types accept what libxml2 accepts, and say which facet a value fails."""

from __future__ import annotations

from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.grammar.datatypes import BUILTINS, SimpleType, restrict
from mcp_servers.xml_troubleshooter.grammar.lexical_spaces import BASES

# values near the borders of every lexical space; the property test changes a few characters of them
SEEDS = {
    "string": ["x", " a  b "],
    "normalizedString": ["a\tb"],
    "token": [" a  b "],
    "boolean": ["true", "false", "0", "1"],
    "decimal": ["1.50", "-.5", "+12.", "0"],
    "float": ["-INF", "NaN", "12.5"],
    "double": ["INF", "1"],
    "duration": ["P1Y2M3DT4H5M6S", "-P1D", "PT1H"],
    "dateTime": ["2024-02-29T23:59:59.5Z", "-0044-03-15T00:00:00", "2000-01-01T24:00:00+14:00"],
    "date": ["2024-02-29", "1900-02-28Z", "12024-12-31-05:00"],
    "time": ["12:34:56", "23:59:59.9Z", "24:00:00"],
    "gYear": ["2024", "-0001Z"],
    "gYearMonth": ["2024-02+01:00"],
    "gMonth": ["--02", "--12Z"],
    "gMonthDay": ["--02-29", "--12-31-03:00"],
    "gDay": ["---31", "---01Z"],
    "hexBinary": ["0aFF"],
    "base64Binary": ["YWJj", "YWI=", "YQ=="],
    "anyURI": ["http://u@h:80/p/q?x=1#f", "../a b", "urn:a:b"],
    "language": ["en-US", "x-klingon"],
    "Name": ["a:b-1", "_é"],
    "NCName": ["a.b-1", "éa"],
    "ID": ["a1"],
    "NMTOKEN": ["-1:a"],
    "NMTOKENS": ["a b c"],
    "integer": ["-12", "+5", "0"],
    "nonPositiveInteger": ["0", "-3"],
    "negativeInteger": ["-1"],
    "nonNegativeInteger": ["0", "+7"],
    "positiveInteger": ["1"],
    "long": ["9223372036854775807", "-9223372036854775808"],
    "int": ["2147483647", "-2147483648"],
    "short": ["32767", "-32768"],
    "byte": ["127", "-128"],
    "unsignedLong": ["18446744073709551615"],
    "unsignedInt": ["4294967295"],
    "unsignedShort": ["65535"],
    "unsignedByte": ["255"],
}
ALPHABET = "0123456789-+.:TZPYMDHSaFfé _/=?#%&@[]\t\n"

FACETS = {
    "decimal": [
        "totalDigits=3",
        "fractionDigits=1",
        "minInclusive=-1.5",
        "maxExclusive=10",
        "minExclusive=0",
        "enumeration=1.50",
    ],
    "string": ["length=3", "minLength=2", "maxLength=4", "enumeration=ab", "enumeration= x", "pattern=[a-f]{1,3}"],
    "token": ["length=3", "maxLength=4", "enumeration=a b", "pattern=[a-f ]*"],
    "hexBinary": ["length=2", "minLength=1", "maxLength=1", "enumeration=0aFF"],
    "base64Binary": ["length=2", "minLength=1", "maxLength=2"],
    "date": ["minInclusive=2024-02-10", "maxExclusive=2024-03-01Z", "enumeration=2024-02-29"],
    "dateTime": ["minInclusive=2000-01-01T00:00:00Z", "maxInclusive=2024-02-29T23:59:59.5+02:00"],
    "time": ["minInclusive=12:00:00", "maxExclusive=20:00:00"],
    "gYear": ["minInclusive=2000", "maxInclusive=2030"],
    "duration": ["minInclusive=P1M", "maxExclusive=P1Y"],
    "double": ["minInclusive=0", "maxExclusive=100", "enumeration=12.50"],
    "integer": ["totalDigits=2", "minInclusive=0", "maxInclusive=50", "enumeration=07"],
    "NMTOKENS": ["length=2", "minLength=2"],
    "anyURI": ["maxLength=8"],
}
TRIED = {
    "string": ["ab", "abc", "\tab", "abcd"],
    "duration": ["P1M", "P30D", "P31D", "P12M", "P365D", "P366D", "P1Y"],
    "integer": ["7", "07", "50", "-1", "100"],
    "decimal": ["1.5", "9.99", "10", "-1.5", "123.40"],
    "date": ["2024-02-10", "2024-02-29", "2024-03-01Z"],
    "time": ["12:00:00", "19:59:59", "20:00:00"],
    "hexBinary": ["0aff", "00"],
    "double": ["12.5", "100", "INF"],
}


@lru_cache(maxsize=512)
def judge(base: str, facets: tuple[tuple[str, str], ...]) -> etree.XMLSchema | None:
    space = "http://www.w3.org/2001/XMLSchema"
    schema = etree.Element(f"{{{space}}}schema", nsmap={"xs": space})
    element = etree.SubElement(schema, f"{{{space}}}element", name="v")
    restriction = etree.SubElement(
        etree.SubElement(element, f"{{{space}}}simpleType"), f"{{{space}}}restriction", base="xs:" + base
    )
    for facet, value in facets:
        etree.SubElement(restriction, f"{{{space}}}{facet}", value=value)
    try:
        return etree.XMLSchema(schema)
    except etree.XMLSchemaParseError:  # facets that contradict each other
        return None


def agrees(base: str, facets: tuple[tuple[str, str], ...], value: str) -> bool:
    schema = judge(base, facets)
    document = etree.Element("v")
    document.text = value
    return schema is None or schema.validate(document) == restrict(BUILTINS[base], facets).accepts(value)


@st.composite
def near(draw: st.DrawFn, values: list[str]) -> str:
    """One of the values with up to three characters inserted, removed or replaced."""
    text = list(draw(st.sampled_from(values)))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(text)))
        match draw(st.sampled_from(["insert", "remove", "replace"])):
            case "insert":
                text.insert(place, draw(st.sampled_from(ALPHABET)))
            case "remove":
                del text[place : place + 1]
            case _:
                text[place : place + 1] = draw(st.sampled_from(ALPHABET))
    return "".join(text)


def beyond_the_specification(base: str, value: str) -> bool:
    """What libxml2 accepts by mistake."""
    if base == "duration":
        return ".S" in value or "M." in value or "T." in value
    return base == "NMTOKENS" and not value.strip()


@settings(max_examples=500, deadline=None)
@given(data=st.data(), base=st.sampled_from(sorted(SEEDS)))
def test_builtin_types_agree_with_libxml2(data: st.DataObject, base: str) -> None:
    value = data.draw(near(SEEDS[base]))
    if not beyond_the_specification(base, value):
        assert agrees(base, (), value)


@settings(max_examples=500, deadline=None)
@given(data=st.data(), base=st.sampled_from(sorted(FACETS)))
def test_facets_agree_with_libxml2(data: st.DataObject, base: str) -> None:
    chosen = data.draw(st.lists(st.sampled_from(FACETS[base]), min_size=1, max_size=3, unique=True))
    facets = tuple((facet, value) for facet, _, value in (one.partition("=") for one in sorted(chosen)))
    value = data.draw(near(TRIED.get(base, []) + SEEDS[base]))
    if not beyond_the_specification(base, value):
        assert agrees(base, facets, value)


VIOLATIONS = [
    ("date", "", "", Code.EMPTY_VALUE, "type", "xs:date"),
    ("date", "", "2024-02-30", Code.INVALID_VALUE, "type", "xs:date"),
    ("int", "", "2147483648", Code.VALUE_OUT_OF_RANGE, "maxInclusive", "<= 2147483647"),
    ("decimal", "fractionDigits=2", "1.234", Code.VALUE_OUT_OF_RANGE, "fractionDigits", "at most 2 fraction digits"),
    ("decimal", "totalDigits=2", "123", Code.VALUE_OUT_OF_RANGE, "totalDigits", "at most 2 digits"),
    ("string", "maxLength=2", "abc", Code.LENGTH_OUT_OF_BOUNDS, "maxLength", "at most 2 characters"),
    ("string", "minLength=1", "", Code.EMPTY_VALUE, "minLength", "at least 1 character"),
    ("string", "pattern=[A-Z]{2}", "ab", Code.PATTERN_MISMATCH, "pattern", "[A-Z]{2}"),
    ("string", "enumeration=a", "b", Code.NOT_IN_ENUMERATION, "enumeration", "a"),
]


@pytest.mark.parametrize(("base", "facet", "value", "code", "failing", "expected"), VIOLATIONS)
def test_a_violation_names_the_facet_and_what_it_accepts(
    base: str, facet: str, value: str, *, code: Code, failing: str, expected: str
) -> None:
    name, _, bound = facet.partition("=")
    found = restrict(BUILTINS[base], [(name, bound)]).violation(value)
    assert found is not None
    assert (found.code, found.facet, found.expected) == (code, failing, (expected,))


CHOICES = SimpleType(
    primitive="union",
    members=(BUILTINS["boolean"], restrict(BUILTINS["token"], [("enumeration", "maybe"), ("enumeration", "true")])),
)


def test_a_type_that_lists_its_values_tells_all_of_them() -> None:
    assert CHOICES.all_values == ("true", "false", "maybe")
    assert BUILTINS["token"].all_values == ()
    worded = restrict(BUILTINS["string"], [("pattern", "required|optional|x-1"), ("maxLength", "8")])
    assert worded.all_values == ("required", "optional", "x-1")
    assert restrict(BUILTINS["string"], [("pattern", "a|b*")]).all_values == ()
    found = CHOICES.violation("perhaps")
    assert found is not None
    assert (found.code, found.expected) == (Code.NOT_IN_ENUMERATION, ("true", "false", "maybe"))


@pytest.mark.parametrize(
    ("base", "one", "other", "same"),
    [
        ("decimal", "1.0", "+1", True),
        ("decimal", "1.0", "1.01", False),
        ("boolean", "1", "true", True),
        ("dateTime", "2024-01-01T12:00:00Z", "2024-01-01T14:00:00+02:00", True),
        ("dateTime", "2024-01-01T12:00:00Z", "2024-01-01T12:00:00", False),
        ("string", "1.0", "1", False),
        ("hexBinary", "ff", "FF", True),
        ("token", " a  b", "a b", True),
    ],
)
def test_values_are_compared_by_meaning(base: str, one: str, other: str, *, same: bool) -> None:
    assert BUILTINS[base].same(one, other) is same


def test_items_of_lists_are_compared_by_meaning() -> None:
    numbers = SimpleType(primitive="list", members=(BUILTINS["int"],), white_space="collapse", enumeration=("1 2",))
    assert numbers.accepts(" +1  02 ")
    assert not numbers.accepts("1 3")


@pytest.mark.parametrize(
    ("base", "facets", "words"),
    [
        ("decimal", "minExclusive=0 fractionDigits=2", "xs:decimal, at most 2 fraction digits, > 0"),
        ("int", "", "xs:int"),
        ("string", "enumeration=EUR enumeration=USD", "one of: EUR, USD"),
        ("string", "minLength=3 maxLength=3", "xs:string, exactly 3 characters"),
        ("NMTOKENS", "", "list of xs:NMTOKEN, at least 1 item"),
        ("string", "pattern=[A-Z]{3}", "xs:string, matching [A-Z]{3}"),
    ],
)
def test_types_describe_themselves(base: str, facets: str, words: str) -> None:
    pairs = [(facet, value) for facet, _, value in (one.partition("=") for one in facets.split())]
    assert restrict(BUILTINS[base], pairs).describe() == words


def test_every_builtin_type_descends_from_any_simple_type() -> None:
    assert set(BASES) | {"anySimpleType"} == set(BUILTINS)
    for name in BASES:
        while name != "anySimpleType":
            name = BASES[name]  # noqa: PLW2901 - the chain of bases


@pytest.mark.parametrize(
    "value", ["9" * 100_000 + "-01-01", "P" + "9" * 100_000 + "Y", "9" * 100_000, "1E" + "9" * 100_000]
)
def test_values_of_any_length_get_an_answer(value: str) -> None:
    answers = [kind.accepts(value) for kind in BUILTINS.values()]
    assert True in answers
    assert False in answers
