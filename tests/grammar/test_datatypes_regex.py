"""The regular expressions of XML Schema."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_servers.xml_troubleshooter.grammar import regex

MATCHES = [
    (r"[A-Z]{2}\d{3}", ["AB123"], ["ab123", "AB12", "AB1234", "xAB123"]),
    (r"a|b|", ["a", "b", ""], ["ab"]),
    (r"(ab?){2,}", ["aa", "abab", "aba"], ["a", "abb"]),
    (r"[^a-c\-]x", ["dx"], ["ax", "-x"]),
    (r"[a-z-[aeiou]]+", ["xyz"], ["xaz"]),
    (r"[\w-[\d_]]", ["a"], ["1"]),
    (r"[a-]", ["a", "-"], ["b"]),
    (r"\p{Lu}\P{Lu}", ["Éa"], ["éA", "AA"]),
    (r"\p{IsGreek}+", ["αβ"], ["ab"]),
    (r"\i\c*", ["a-1", "_", ":x"], ["1a", "-a"]),
    (r"a.c", ["abc", "a\tc"], ["a\nc", "ac"]),
    (r"\s\S", [" x", "\nx"], ["xx"]),
    (r"\.\\\(\)\[\]\{\}\|\*\+\?\^\-", [r".\()[]{}|*+?^-"], ["x"]),
    (r"a^$", ["a^$"], ["a"]),  # no anchors in XML Schema
    (r"x{0}y{2,2}z{3}", ["yyzzz"], ["xyyzzz", "yyzz"]),
    (r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]{0,3})?", ["1,234.5", "12", ""], ["1.2345", "x"]),
]


@pytest.mark.parametrize(("expression", "matching", "others"), MATCHES, ids=[one[0] for one in MATCHES])
def test_expressions(expression: str, matching: list[str], others: list[str]) -> None:
    assert [value for value in matching if not regex.matches(expression, value)] == []
    assert [value for value in others if regex.matches(expression, value)] == []


@pytest.mark.parametrize("expression", ["(", "[a", "a{x}", r"\p{IsNowhere}", r"\y", "a**", "[]", "a{1"])
def test_what_is_not_understood_accepts_everything(expression: str) -> None:
    assert regex.matches(expression, "anything")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("(a*)*b", "a" * 5000),
        ("(a|aa)+b", "a" * 5000),
        ("([a-z]{1,50}){1,50}x", "a" * 1000),
        ("(a?){500}a{500}b", "a" * 600),
        ("(((a{0,99}){0,99}){0,99}){0,99}b", "a" * 400),
        ("(" * 5000 + "a" + ")" * 5000, "a"),
    ],
    ids=["stars", "alternatives", "counters", "options", "nested counters", "parentheses"],
)
def test_no_expression_takes_long(expression: str, value: str) -> None:
    started = time.process_time()
    regex.matches(expression, value)
    assert time.process_time() - started < 5


pieces = st.recursive(
    st.sampled_from(["a", "b", "[ab]", "[^a]", r"\d", "[a-c-[b]]"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{1,2}", "{0,3}"])).map(
            lambda pair: f"({pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(expression=pieces, values=st.lists(st.text("abc1", max_size=6), min_size=5, max_size=5))
def test_expressions_agree_with_those_of_python_where_the_syntax_is_shared(expression: str, values: list[str]) -> None:
    theirs = re.compile(expression.replace("[a-c-[b]]", "[ac]"))
    for value in values:
        assert regex.matches(expression, value) == (theirs.fullmatch(value) is not None), value
