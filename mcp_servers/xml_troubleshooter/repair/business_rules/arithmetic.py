"""The value that one figure of a calculation must have, all others being right."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations

from rapidfuzz.distance import OSA

from ...document.names import local_name
from ...document.tree import Node
from ...validators.schematron.findings import RuleFinding
from ..context import Context
from .rule_tests.comparisons import comparisons
from .rule_tests.demands import demands
from .slots import Slot, Slots
from .trial import Trials

_LOW, _HIGH = Decimal(1013), Decimal(21017)  # values to try: far apart, so that rounding does not show
_RULES = 8  # that are asked about one figure
_STEPS = 8  # totals that follow from each other
_BESIDE = 12  # figures in the same group
_SLIP, _PRODUCT = 0.03, 0.06  # of confidence: a slip of the keys away, the product of two figures beside it
_WHOLE = Decimal(100)
_EXACT = ("=", "eq")
_RISING = ("<", "<=", "lt", "le")
_CENT = Decimal("0.01")
_UNIT = 0.02  # how far from 1 the weight of a figure may be that counts as a term of a sum

Sides = list[tuple[str, float, float]]


@dataclass(frozen=True, slots=True)
class Solution:
    """A value by the calculation of a rule; `term` says that the value is added or subtracted there, not multiplied."""

    value: Decimal
    rule: str
    term: bool


def solutions(slot: Slot, slots: Slots, trials: Trials) -> list[Solution]:
    """The values of a figure by which the calculations that it is part of are right."""
    name = local_name((slot.missing[-1] if slot.missing else slots.name(slot)).lstrip("@")).rpartition(":")[2]
    state = trials.after(slots.put(slot, str(_LOW))) if slot.missing else trials
    concerned = [
        fault.finding
        for fault in (state.faults if state is not None else ())
        if name in fault.finding.test or any(name in let.value for let in fault.finding.scope.own_lets)
    ]
    if not concerned:
        return []
    found: dict[Decimal, Solution] = {}
    for finding in concerned[:_RULES]:
        with suppress(Exception):  # a test that cannot be evaluated says nothing
            for solution in _of(finding, slot, slots, trials):
                known = found.get(solution.value)
                if known is None or (solution.term and not known.term):
                    found[solution.value] = solution
    return list(found.values())


def chained(slots: Slots, trials: Trials) -> dict[Slot, str]:
    """Results that follow from each other, computed one after another; {} where the computation does not end.

    So each wrong total is computed from those before it: the sum, the total without and with tax, the rest.
    """
    values: dict[Slot, str] = {}
    state, here = trials, slots
    for _ in range(_STEPS):
        step = next(_results(state, here), None)
        if step is None:
            return values
        slot, value = step
        if slot in values or slot.missing:
            return {}
        values[slot] = written(value, slots.value(slot).strip())
        after = trials.after([edit for each, text in values.items() for edit in slots.put(each, text)])
        if after is None:
            return {}
        state, here = after, replace(slots, context=Context(after.document, {}))
    return {}


def _results(trials: Trials, slots: Slots) -> Iterator[tuple[Slot, Decimal]]:
    """The results that differ from their calculations, with their right values; those used in no other result first."""
    root = trials.root()
    wanted: list[tuple[RuleFinding, Slot, tuple[Slot, ...]]] = []
    for fault in trials.faults[:_RULES]:
        made = demands(fault.finding, root)
        wanted += [(fault.finding, each.result, each.slots) for each in made if each.result is not None]
    results = {result for _, result, _ in wanted}
    for finding, result, parts in sorted(wanted, key=lambda each: len(results & {*each[2]} - {each[1]})):
        for solution in solutions(result, slots, trials):
            if solution.rule == finding.rule and result in parts:
                yield result, solution.value


def plausible(slot: Slot, before: str, after: str, slots: Slots) -> float:
    """The confidence that evidence beside a calculation adds to a figure, or takes from it."""
    likelier = 0.0
    if is_typing_error(before, after):
        likelier += _SLIP
    node = slots.node(slot.place)
    group = node if slot.missing else node.parent
    if group is not None and _is_product(after, _figures(group, slots)):
        likelier += _PRODUCT
    if re.search("Percent|Factor|Rate", slots.name(slot)) and Decimal(after) > _WHOLE:
        likelier -= _PRODUCT
    return likelier


def is_typing_error(before: str, after: str) -> bool:
    """Whether one figure is the other with a digit mistyped, lost, doubled or exchanged."""
    return bool(before) and (sorted(before) == sorted(after) or OSA.distance(before, after) == 1)


def _figures(group: Node, slots: Slots) -> list[Decimal]:
    found: list[Decimal] = []
    waiting = [group]
    while waiting and len(found) < _BESIDE:
        node = waiting.pop(0)
        text = slots.tree.value(node).strip() if not node.children else ""
        if re.fullmatch(r"-?\d+(\.\d+)?", text):
            found.append(Decimal(text))
        waiting += node.children
    return found


def _is_product(value: str, figures: Sequence[Decimal]) -> bool:
    wanted = Decimal(value)
    products = ((one * other).quantize(_CENT, ROUND_HALF_UP) for one, other in combinations(figures, 2))
    return wanted != 0 and wanted in products


def _of(finding: RuleFinding, slot: Slot, slots: Slots, trials: Trials) -> Iterator[Solution]:
    low, high = (_sides(finding, value, slot, slots, trials) for value in (_LOW, _HIGH))
    exact: list[tuple[Decimal, bool]] = []
    bounds: dict[bool, list[tuple[float, bool]]] = {True: [], False: []}
    for (symbol, left, right), (_, left2, right2) in zip(low, high, strict=True):
        before, after = left - right, left2 - right2
        slope = (after - before) / float(_HIGH - _LOW)
        if not math.isfinite(slope) or abs(slope) < 1e-4:  # noqa: PLR2004 - it has no part in this
            continue
        value, term = float(_LOW) - before / slope, abs(abs(slope) - 1) < _UNIT
        if symbol in _EXACT:
            exact.append((_cents(value), term))
        else:
            bounds[(symbol in _RISING) == (slope > 0)].append((value, term))
    for figure, term in dict.fromkeys(exact):
        yield Solution(_corrected(figure, finding, slot, slots, trials), finding.rule, term)
    for (upper, term), (lower, _) in zip(bounds[True], bounds[False], strict=False):
        yield Solution(_cents((upper + lower) / 2), finding.rule, term)


def _corrected(value: Decimal, finding: RuleFinding, slot: Slot, slots: Slots, trials: Trials) -> Decimal:
    """The value without the error of rounding: moved by the difference that its own evaluation leaves."""
    for symbol, left, right in _sides(finding, value, slot, slots, trials):
        rest = left - right
        if symbol in _EXACT and 0 < abs(rest) < 1:
            for near in (value - _cents(rest), value + _cents(rest)):
                again = _sides(finding, near, slot, slots, trials)
                if any(sign in _EXACT and abs(one - other) < 1e-9 for sign, one, other in again):  # noqa: PLR2004
                    return near
    return value


def _sides(finding: RuleFinding, value: Decimal, slot: Slot, slots: Slots, trials: Trials) -> Sides:
    """The comparisons of a finding with this value in the slot: operator and both sides."""
    with trials.standing(str(value), slot.place, slots.put(slot, str(value)), missing=bool(slot.missing)) as root:
        return comparisons(finding, root)


def _cents(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(_CENT, ROUND_HALF_UP)


def written(value: Decimal, like: str) -> str:
    """A figure with two decimals, or with none where one like it has none and none are needed."""
    whole = value == value.to_integral_value()
    return f"{value:.0f}" if whole and like and "." not in like else f"{value:.2f}"
