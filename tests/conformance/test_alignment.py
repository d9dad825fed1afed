"""The cheapest way to make children match a content model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_servers.xml_troubleshooter.conformance.alignment import align
from mcp_servers.xml_troubleshooter.conformance.child_changes import Alignment, Change
from mcp_servers.xml_troubleshooter.conformance.edit_costs import Costs
from mcp_servers.xml_troubleshooter.grammar.model import ElementDecl
from mcp_servers.xml_troubleshooter.grammar.patterns import Pattern, Patterns


class Flat(Costs):
    """Every change of a kind costs the same."""

    def __init__(self) -> None:
        """Of no element: the children are names alone."""

    def renames(self, child: int, decls: Sequence[ElementDecl]) -> Iterator[tuple[float, ElementDecl]]:
        return ((2.5, decl) for decl in decls)

    def remove(self, child: int) -> float:
        return 2.0

    def insert(self, decl: ElementDecl) -> float:
        return 1.8

    def wrap(self, child: int, decl: ElementDecl, *, alone: bool) -> tuple[float, int]:
        return 0.0, 0

    def unwrap(self, child: int) -> tuple[float, Sequence[str]]:
        return float("inf"), ()


def model() -> Pattern:
    """a, b?, c*, d, (e | f)?"""
    table = Patterns()
    a, b, c, d, e, f = (table.element(ElementDecl(name)) for name in "abcdef")
    return table.sequence(
        [a, table.repeat(b, 0, 1), table.repeat(c, 0, None), d, table.repeat(table.choice([e, f]), 0, 1)]
    )


def result(names: str, alignment: Alignment) -> str:
    """The children after the changes."""
    return "".join(
        step.decl.name if step.decl and step.change in (Change.RENAME, Change.INSERT) else names[step.child]
        for step in alignment.steps
        if step.change is not Change.REMOVE
    )


@pytest.mark.parametrize(
    ("names", "expected", "changes"),
    [
        ("ad", "ad", []),
        ("abcccdf", "abcccdf", []),
        ("bad", "abd", [Change.MOVE]),
        ("acdb", "abcd", [Change.MOVE]),
        ("fabcd", "abcdf", [Change.MOVE]),
        ("d", "ad", [Change.INSERT]),
        ("abxd", "abd", [Change.REMOVE]),
        ("abbd", "abd", [Change.REMOVE]),
        ("abc", "abcd", [Change.INSERT]),
    ],
)
def test_the_cheapest_change_is_found(names: str, expected: str, changes: list[Change]) -> None:
    best = align(list(names), model(), Flat())[0]

    assert result(names, best) == expected
    assert [step.change for step in best.steps if step.change is not Change.KEEP] == changes


def test_equally_cheap_alignments_are_told() -> None:
    table = Patterns()
    choice = table.choice([table.element(ElementDecl("a")), table.element(ElementDecl("b"))])

    found = align(["x"], choice, Flat())

    assert {result("x", alignment) for alignment in found} == {"a", "b"}


@given(st.text(alphabet="abcdefx", max_size=9))
def test_an_alignment_matches_the_content_model_and_uses_each_child_once(names: str) -> None:
    found = align(list(names), model(), Flat())

    assert found
    assert all(one.cost <= other.cost for one, other in pairwise(found))
    for alignment in found:
        pattern = model()
        for name in result(names, alignment):
            pattern = pattern.after(name)
        assert pattern.nullable
        used = [step.child for step in alignment.steps if step.child >= 0]
        assert sorted(used) == list(range(len(names)))


@given(st.text(alphabet="abcdef", max_size=9))
def test_children_that_match_are_left_alone(names: str) -> None:
    pattern = model()
    for name in names:
        pattern = pattern.after(name)
    best = align(list(names), model(), Flat())[0]

    assert (best.cost == 0) == pattern.nullable


def test_a_long_list_costs_no_more_than_its_length() -> None:
    names = ["a", *["c"] * 20_000, "x", "d"]

    best = align(names, model(), Flat())[0]

    assert [step.change for step in best.steps if step.change is not Change.KEEP] == [Change.REMOVE]
