"""The cheapest way to make a sequence of children match its content model."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence

from ..grammar.patterns import Pattern
from ..prices import ALIGNMENT
from .alignment_search import HELD, WINDOW, Search, State, unbroken
from .child_changes import Alignment, Change, Step
from .edit_costs import Costs

_Result = tuple[tuple[Change, int, int | str], ...]  # children that are kept: from which up to which


def align(names: Sequence[str], pattern: Pattern, costs: Costs, limit: int = 4) -> list[Alignment]:
    """The cheapest alignments of children with a content model, at most `limit` of equal cost, best first.

    Once half of the search's effort is spent, changes far in front are not reconsidered; once all of it is spent, no
    child is moved. An empty list means that no sequence of changes makes the children match.
    """
    found = _best(Search(names, pattern, costs), limit) or _best(Search(names, pattern, costs, thorough=False), 1)
    if not found or found[0].cost > HELD * ALIGNMENT.move + ALIGNMENT.slack:
        order = _sorted(names, pattern)
        if order is not None and (not found or order.cost < found[0].cost):
            return [order]
    return found


def _sorted(names: Sequence[str], pattern: Pattern) -> Alignment | None:
    """All children in the order of the content model, None where that has no room for one of them.

    Children that are in that order already stay; the others move.
    """
    left: dict[str, deque[int]] = {}
    for index, name in enumerate(names):
        left.setdefault(name, deque()).append(index)
    if not pattern.declared[0].keys() >= left.keys():
        return None
    order: list[int] = []
    while len(order) < len(names):
        decl = next((decl for decl in pattern.first if left.get(decl.name)), None)
        if decl is None:
            return None
        order.append(left[decl.name].popleft())
        pattern = pattern.after(decl.name)
    if not pattern.nullable:
        return None
    kept = set(_longest_rise(order))
    steps = tuple(Step(Change.KEEP if index in kept else Change.MOVE, index) for index in order)
    # a list in another order is one slip, not as many as it has places
    return Alignment(ALIGNMENT.move + ALIGNMENT.sorted_child * (len(order) - len(kept)), steps)


def _longest_rise(order: Sequence[int]) -> list[int]:
    """The longest increasing subsequence (patience sorting)."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for index in order:
        place = bisect_left(ends, index)
        before[index] = ends[place - 1] if place else None
        ends[place : place + 1] = [index]
    rise: list[int] = []
    last = ends[-1] if ends else None
    while last is not None:
        rise.append(last)
        last = before[last]
    return rise[::-1]


def _best(search: Search, limit: int) -> list[Alignment]:
    found: dict[_Result, Alignment] = {}
    # far from the place where the children break off, they stay
    patterns = unbroken(search.pattern, search.names, 0)
    start = max(len(patterns) - 1 - WINDOW, 0)
    kept = [Step(Change.KEEP, 0, count=start)] if start else []
    for end in search.run(start, patterns[start]):
        best = next(iter(found.values()), None)
        if best is not None and end.cost > best.cost + ALIGNMENT.slack:
            break
        steps = _steps(end)
        found.setdefault(_result(steps), Alignment(end.cost, (*kept, *steps)))
        if len(found) == limit:
            break
    return list(found.values())


def _steps(end: State) -> tuple[Step, ...]:
    steps: list[Step] = []
    state: State | None = end
    while state is not None:
        if state.step is not None:
            steps.append(state.step)
        state = state.before
    return tuple(reversed(steps))


def _result(steps: Sequence[Step]) -> _Result:
    """The children after these steps: two sequences of steps with the same result count as one alignment."""
    found: list[tuple[Change, int, int | str]] = []
    for step in steps:
        if step.change in (Change.KEEP, Change.MOVE):
            first, end = step.child, step.child + step.count
            if found and found[-1][0] is Change.KEEP and found[-1][2] == first:
                first = found.pop()[1]
            found.append((Change.KEEP, first, end))
        elif step.change is not Change.REMOVE:
            found.append((step.change, step.child, step.decl.name if step.decl else ""))
    return tuple(found)
