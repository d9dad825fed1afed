"""The cheapest way to make a sequence of children match its content model.

A shortest path over (child, content model state) pairs, after Bouchou et al. 2006 and Svoboda and Mlýnková 2011, with
moves added: a child may be held back and placed later, or fetched from further on. Content models are deterministic
under derivatives, so a path without changes is a walk, and the search branches only near the places where it breaks
off.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Protocol

from ..grammar.model import ElementDecl
from ..grammar.patterns import Pattern
from ..prices import ALIGNMENT, RENAMES

INFINITE = float("inf")
WINDOW = 12  # children before a break that a change may touch
FETCH_RANGE = 40  # children behind a place that may be fetched to it
HELD = 2  # children on their way to another place, at most
EFFORT = 2500  # states branched from before the search settles for less
DEAR = 200  # possible children, times the interleaved parts, that cost as much as a state
FEW = 30  # declarations that a child is compared with, whatever their names
WAYS = 3  # paths to one state that are followed, so that equals are told

_WAITING = 1  # ranks a state in front of which no other child was changed, until that is the cheapest to try


class Change(StrEnum):
    """What becomes of a child."""

    KEEP = "keep"
    RENAME = "rename"
    MOVE = "move"
    REMOVE = "remove"
    INSERT = "insert"
    WRAP = "wrap"
    UNWRAP = "unwrap"


@dataclass(frozen=True, slots=True)
class Step:
    """One child of the result, in order; `child` is its index in the input (-1: inserted), `decl` what it falls under.

    `count` children from `child` on are kept or wrapped.
    """

    change: Change
    child: int
    decl: ElementDecl | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Alignment:
    """A sequence of steps whose result matches the content model, and what it costs."""

    cost: float
    steps: tuple[Step, ...]


class Costs(Protocol):
    """What a change of one child costs; infinite where it is out of the question. Keeping costs nothing."""

    def renames(self, child: int, decls: Sequence[ElementDecl]) -> Iterable[tuple[float, ElementDecl]]:
        """Giving the child another name, of declared ones; of more than FEW, those that are like it suffice."""
        ...

    def remove(self, child: int) -> float:
        """Leaving the child out."""
        ...

    def insert(self, decl: ElementDecl) -> float:
        """Putting in an element that is missing."""
        ...

    def wrap(self, child: int, decl: ElementDecl, *, alone: bool) -> tuple[float, int]:
        """Putting a missing element around the child and those behind it that it may hold; and how many these are.

        `alone` says that the content model allows no other element there.
        """
        ...

    def unwrap(self, child: int) -> tuple[float, Sequence[str]]:
        """Putting in the place of the child what it holds; and the names of that."""
        ...


_Key = tuple[int, int, tuple[int, ...], frozenset[int]]
_Result = tuple[tuple[Change, int, int | str], ...]  # children that are kept: from which up to which


@dataclass(slots=True)
class _State:
    """Where a path stands: `at` children are dealt with, `pattern` is to follow."""

    cost: float
    at: int
    pattern: Pattern
    held: tuple[int, ...] = ()
    taken: frozenset[int] = frozenset()
    before: _State | None = None
    step: Step | None = None

    @property
    def key(self) -> _Key:
        return (self.at, id(self.pattern), self.held, self.taken)


def align(names: Sequence[str], pattern: Pattern, costs: Costs, limit: int = 4) -> list[Alignment]:
    """The cheapest alignments of children with a content model, at most `limit` of equal cost, best first.

    Where children are too many to try every move within the search's effort, they stay in their order, and what was
    changed is settled as soon as a stretch of them may stay. An empty list means that no sequence of changes makes the
    children match.
    """
    found = _best(_Search(names, costs), pattern, limit) or _best(_Search(names, costs, thorough=False), pattern, 1)
    if not found or found[0].cost > HELD * ALIGNMENT.move + ALIGNMENT.slack:
        order = _sorted(names, pattern)
        if order is not None and (not found or order.cost < found[0].cost):
            return [order]
    return found


def _sorted(names: Sequence[str], pattern: Pattern) -> Alignment | None:
    """All children in the order of the content model, None where that has no room for one of them.

    Children that stand in order as they are stay; the others move.
    """
    left: dict[str, deque[int]] = {}
    for index, name in enumerate(names):
        left.setdefault(name, deque()).append(index)
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


def _best(search: _Search, pattern: Pattern, limit: int) -> list[Alignment]:
    found: dict[_Result, Alignment] = {}
    # far from the place where the children break off, they stay
    patterns = _unbroken(pattern, search.names, 0)
    search.expect(pattern)
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


class _Search:
    def __init__(self, names: Sequence[str], costs: Costs, *, thorough: bool = True) -> None:
        self.names = names
        self.costs = costs
        self.thorough = thorough
        self.held = HELD if thorough else 0
        self.ways_kept = WAYS if thorough else 1
        self.effort = EFFORT if thorough else EFFORT * 2
        self.best: dict[_Key, float] = {}
        self.ways: Counter[_Key] = Counter()
        self.branched: Counter[_Key] = Counter()
        self.options: dict[tuple[int, int], list[tuple[float, Step, int, Pattern]]] = {}
        self.openings: dict[Pattern, dict[Pattern, list[ElementDecl]]] = {}
        self.holders: Mapping[str, Sequence[ElementDecl]] = {}
        self.bound = INFINITE  # what a complete path costs, with the slack for its equals
        self.unbroken: tuple[int, list[Pattern]] = (0, [])  # children that may stay: the first, and what follows each
        self.strangers: list[int] = []  # children that cannot stay
        self.ahead: list[float] = [0.0]  # what changing them costs at least, from each of them on
        self.heap: list[tuple[float, int, int, _State]] = []
        self.order = count()

    def expect(self, pattern: Pattern) -> None:
        """Learn what any path through a content model costs, so that the search heads for the children that cost it."""
        named, wildcards = pattern.declared
        decls = [decl for decl in pattern.declarations() if decl.wildcard is None]
        self.holders = pattern.holders
        # where one may be wrapped together with others, its share of the cost is not known
        unknown = {name for name in set(self.names) - named.keys() - self.holders.keys()}
        unknown = {name for name in unknown if not any(item.matches(name) for item in wildcards)}
        self.strangers = [index for index, name in enumerate(self.names) if name in unknown]
        unlike = [RENAMES.fitting] if len(decls) > FEW else []  # what was not compared
        for child in reversed(self.strangers):
            renames = (cost for cost, _ in self.costs.renames(child, decls))
            ways = (self.costs.remove(child), self.costs.unwrap(child)[0], *renames, *unlike)
            self.ahead.append(self.ahead[-1] + min(ways))
        self.ahead.reverse()

    def run(self, start: int, pattern: Pattern) -> Iterator[_State]:
        """Complete paths from a child on, cheapest first."""
        self._push(_State(0.0, start, pattern))
        complete = len(self.names) + 1
        while self.heap and self.effort > 0:
            least, rank, _, state = heapq.heappop(self.heap)
            if -rank == complete:
                yield state
                continue
            if rank == _WAITING:
                if least <= self.bound:
                    self._branch(state)
                continue
            walk = self._walk(state)
            last = walk[-1]
            if last.at == len(self.names) and last.pattern.nullable and not last.held:
                heapq.heappush(self.heap, (last.cost, -complete, next(self.order), last))
                self.bound = min(self.bound, last.cost + ALIGNMENT.slack)
                continue  # any further change would make it dearer
            if not self.thorough and last.at - state.at > WINDOW:
                self.heap.clear()
            self._branch(last)
            for stop in walk[-WINDOW - 1 : -1]:
                # to place a child on its way costs next to nothing
                least = self._least(stop) + (0 if stop.held else ALIGNMENT.cheapest)
                heapq.heappush(self.heap, (least, _WAITING, next(self.order), stop))
            if state.held:
                self._place_along(walk[: -WINDOW - 1])

    def _push(self, state: _State) -> None:
        least = self._least(state)
        if least > self.bound:
            return
        key = state.key
        known = self.best.get(key)
        if known is None or state.cost < known - 1e-9:
            self.best[key] = state.cost
        elif state.cost > known + ALIGNMENT.slack or self.ways[key] >= self.ways_kept:
            return
        self.ways[key] += 1
        heapq.heappush(self.heap, (least, -state.at, next(self.order), state))

    def _least(self, state: _State) -> float:
        """What a complete path by way of a state costs at least."""
        return state.cost + self.ahead[bisect_left(self.strangers, state.at)]

    def _walk(self, state: _State) -> list[_State]:
        """The states met by keeping children as long as the content model lets them follow."""
        walk = [state]
        state = self._leap(state)
        while state.at < len(self.names):
            child = state.at
            if child in state.taken:
                state = _State(
                    state.cost, child + 1, state.pattern, state.held, state.taken - {child}, state.before, state.step
                )
                walk[-1] = state
                continue
            pattern = state.pattern.after(self.names[child])
            if pattern is pattern.table.nothing:
                break
            state = _State(state.cost, child + 1, pattern, state.held, state.taken, state, Step(Change.KEEP, child))
            known = self.best.get(state.key)
            if known is not None and known < state.cost - ALIGNMENT.slack:
                break  # a cheaper path came through here
            self.best[state.key] = min(known if known is not None else state.cost, state.cost)
            walk.append(state)
        return walk

    def _leap(self, state: _State) -> _State:
        """The state shortly before a long walk breaks off, where nothing may happen in between; else the same."""
        first, patterns = self.unbroken
        inside = 0 <= state.at - first < len(patterns) and patterns[state.at - first] is state.pattern
        if not inside:
            first, patterns = self.unbroken = state.at, _unbroken(state.pattern, self.names, state.at)
        target = first + len(patterns) - 1 - WINDOW
        if state.taken or target <= state.at:
            return state
        between = set(patterns[state.at - first : target - first])
        names = {self.names[index] for index in state.held}
        if any(pattern.after(name) is not pattern.table.nothing for pattern in between for name in names):
            return state  # a held child may be placed there
        step = Step(Change.KEEP, state.at, count=target - state.at)
        return _State(state.cost, target, patterns[target - first], state.held, before=state, step=step)

    def _branch(self, state: _State) -> None:
        """The states that a single change leads to."""
        self.branched[state.key] += 1
        if self.branched[state.key] > self.ways_kept:
            return
        self.effort -= 1
        names, pattern, child, held = self.names, state.pattern, state.at, state.held
        nothing = pattern.table.nothing
        for index in held:
            rest = tuple(item for item in held if item != index)
            after = pattern.after(names[index])
            if after is not nothing:
                step = Step(Change.MOVE, index, pattern.declaration(names[index]))
                cost = state.cost + _stretch(child - index)
                self._push(_State(cost, child, after, rest, state.taken, state, step))
            if child >= len(names):
                cost = state.cost + max(self.costs.remove(index) - ALIGNMENT.move / 2, 0)
                self._push(_State(cost, child, pattern, rest, state.taken, state, Step(Change.REMOVE, index)))
        if child < len(names) and child not in state.taken and len(held) < self.held:
            # no step: the child appears where it is placed, which costs no more
            self._push(_State(state.cost + ALIGNMENT.move, child + 1, pattern, (*held, child), state.taken, state))
        for cost, step, used, after in self._options(child, pattern):
            if used <= 1 or not state.taken:
                self._push(_State(state.cost + cost, child + used, after, held, state.taken, state, step))
        if len(state.taken) < self.held:
            self._fetch(state)

    def _options(self, child: int, pattern: Pattern) -> list[tuple[float, Step, int, Pattern]]:
        """What may be done with a child at a place but move it: cost, step, children used, what follows."""
        key = (child, id(pattern))
        if key not in self.options:
            self.options[key] = list(self._changes(child, pattern))
            self.effort -= len(self.options[key]) // DEAR
        return self.options[key]

    def _changes(self, child: int, pattern: Pattern) -> Iterator[tuple[float, Step, int, Pattern]]:
        costs, nothing = self.costs, pattern.table.nothing
        name = self.names[child] if child < len(self.names) else None
        for after, decls in self._openings(pattern).items():
            if not pattern.nullable or (name is not None and after.after(name) is not nothing):
                for decl in decls[:WAYS]:
                    if (cost := costs.insert(decl)) != INFINITE:
                        yield cost, Step(Change.INSERT, -1, decl), 0, after
        if name is None:
            return
        yield from self._renames(child, pattern)
        alone = len(pattern.first) == 1
        for decl in self.holders.get(name, ()):
            if decl.name != name and pattern.declaration(decl.name) is decl:
                cost, count = costs.wrap(child, decl, alone=alone)
                if count:
                    yield cost, Step(Change.WRAP, child, decl, count), count, pattern.after(decl.name)
        stays = pattern.after(name)
        if not stays.includes(pattern):
            yield costs.remove(child), Step(Change.REMOVE, child), 1, pattern
        cost, inner = costs.unwrap(child)
        for held in inner:
            pattern = pattern.after(held)
        if pattern is not nothing and cost != INFINITE:
            yield cost, Step(Change.UNWRAP, child), 1, pattern

    def _renames(self, child: int, pattern: Pattern) -> Iterator[tuple[float, Step, int, Pattern]]:
        """The likeliest names that a child may get, of those behind which the same follows."""
        stays = pattern.after(self.names[child])
        found: dict[Pattern, list[tuple[float, ElementDecl]]] = {}
        for cost, decl in self.costs.renames(child, pattern.first):
            found.setdefault(pattern.after(decl.name), []).append((cost, decl))
        for after, ways in found.items():
            if not stays.includes(after):  # else the child may keep its name
                least = min(cost for cost, _ in ways)
                for cost, decl in ways:
                    if cost <= least + ALIGNMENT.slack:
                        yield cost, Step(Change.RENAME, child, decl), 1, after

    def _openings(self, pattern: Pattern) -> dict[Pattern, list[ElementDecl]]:
        """Of what elements may come next, those that open what is closed without them, by what follows behind them."""
        known = self.openings.get(pattern)
        if known is None:
            self.effort -= len(pattern.first) * (1 + pattern.width) // DEAR
            known = self.openings[pattern] = {}
            for decl in pattern.first:
                if decl.wildcard is None and not pattern.includes(after := pattern.after(decl.name)):
                    known.setdefault(after, []).append(decl)
        return known

    def _fetch(self, state: _State) -> None:
        names, pattern, child = self.names, state.pattern, state.at
        nothing = pattern.table.nothing
        near = range(child + 1, min(child + FETCH_RANGE, len(names)))
        far = (len(names) - 1,) if len(names) - 1 > child + FETCH_RANGE else ()
        seen: set[str] = {names[child]} if child < len(names) else set()
        for index in (*near, *far):
            name = names[index]
            if name in seen or index in state.taken:
                continue
            seen.add(name)
            after = pattern.after(name)
            if after is not nothing:
                step = Step(Change.MOVE, index, pattern.declaration(name))
                self._push(
                    _State(
                        state.cost + ALIGNMENT.move + _stretch(index - child + 1),
                        child,
                        after,
                        state.held,
                        state.taken | {index},
                        state,
                        step,
                    )
                )

    def _place_along(self, walk: Sequence[_State]) -> None:
        """A held child may belong far behind the break: try the first and the last places that admit it."""
        for index in {index for state in walk[:1] for index in state.held}:
            name = self.names[index]
            open_to = [state for state in walk if state.pattern.after(name) is not state.pattern.table.nothing]
            for state in {id(item): item for item in (*open_to[:3], *open_to[-3:])}.values():
                rest = tuple(item for item in state.held if item != index)
                step = Step(Change.MOVE, index, state.pattern.declaration(name))
                self._push(
                    _State(
                        state.cost + _stretch(state.at - index),
                        state.at,
                        state.pattern.after(name),
                        rest,
                        state.taken,
                        state,
                        step,
                    )
                )


def _unbroken(pattern: Pattern, names: Sequence[str], start: int) -> list[Pattern]:
    """What follows in front of each child from `start` on that may stay, and behind the last one of them."""
    patterns = [pattern]
    for index in range(start, len(names)):
        pattern = pattern.after(names[index])
        if pattern is pattern.table.nothing:
            break
        patterns.append(pattern)
    return patterns


def _stretch(places: int) -> float:
    """Of two moves that cost the same, the shorter one is likelier what happened."""
    return ALIGNMENT.stretch * min(abs(places), 5)


def _steps(end: _State) -> tuple[Step, ...]:
    steps: list[Step] = []
    state: _State | None = end
    while state is not None:
        if state.step is not None:
            steps.append(state.step)
        state = state.before
    return tuple(reversed(steps))


def _result(steps: Sequence[Step]) -> _Result:
    """What the result looks like, however it was reached: two ways to the same order of children are one."""
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
