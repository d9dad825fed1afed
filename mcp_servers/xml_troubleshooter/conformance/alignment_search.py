"""The search for the cheapest changes after which children match a content model.

A shortest path over (child, content model state) pairs, after Bouchou et al. 2006 and Svoboda and Mlýnková 2011, with
moves added: a child may be held back and placed later, or fetched from further on. Content models are deterministic
under derivatives, so a path without changes is a walk, and the search branches only near the places where it breaks
off.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from ..grammar.model import ElementDecl
from ..grammar.patterns import Pattern
from ..prices import ALIGNMENT, RENAMES
from .child_changes import Change, Step
from .edit_costs import FEW, INFINITE, Costs

WINDOW = 12  # children before a break that a change may touch
_FETCH_RANGE = 40  # children behind a place that may be fetched to it
HELD = 2  # children on their way to another place, at most
_EFFORT = 2500  # states branched from before the search gives up
_OPTION = 1 / 50  # of the effort of a state: each change of a child that is followed,
_OPENING = 1 / 200  # a child that may be inserted, for each part that is copied for it, and ten times for itself
_WAYS = 3  # paths to one state that are followed, so that equally cheap ones are found
_WAITING = 1  # ranks a state in front of which no other child was changed, until that is the cheapest to try

_Key = tuple[int, int, tuple[int, ...], frozenset[int]]


@dataclass(slots=True)
class State:
    """A state on a path: the children before the index `at` are dealt with, `pattern` must match the rest."""

    cost: float
    at: int
    pattern: Pattern
    held: tuple[int, ...] = ()
    taken: frozenset[int] = frozenset()
    before: State | None = None
    step: Step | None = None

    @property
    def key(self) -> _Key:
        return (self.at, id(self.pattern), self.held, self.taken)


class Search:
    """One search, over children by their `names`, the content model and the costs of their changes.

    Its lower bound (as in A*) counts the children that every path has to change. If it is not `thorough`, no child
    is held back to be placed further on, and of equally cheap paths one is followed.
    """

    def __init__(self, names: Sequence[str], pattern: Pattern, costs: Costs, *, thorough: bool = True) -> None:
        self.names = names
        self.pattern = pattern
        self.costs = costs
        self.held = HELD if thorough else 0
        self.ways_kept = _WAYS if thorough else 1
        self.effort: float = _EFFORT if thorough else _EFFORT * 2
        self.settles = self.effort / 2 if thorough else self.effort  # from then on it does not look far back
        self.furthest = 0  # the children that may stay or are changed, on the way that leads furthest
        self.best: dict[_Key, float] = {}
        self.ways: Counter[_Key] = Counter()
        self.branched: Counter[_Key] = Counter()
        self.options: dict[tuple[int, int], list[tuple[float, Step, int, Pattern]]] = {}
        self.openings: dict[Pattern, dict[Pattern, list[ElementDecl]]] = {}
        self.bound = INFINITE  # the cost of the cheapest complete path, with the slack for its equals
        self.unbroken: tuple[int, list[Pattern]] = (0, [])  # the result of `unbroken`, and the child it starts from
        self.heap: list[tuple[float, int, int, State]] = []
        self.order = count()
        present = set(names)
        self.unknown = {name for name in present if not pattern.names(name)}  # names that the content model has nowhere
        # children that must be changed, each alone: where one may be wrapped together with others, its share of the
        # cost is not known
        alone = self.unknown - pattern.holders.keys()
        self.strangers = [index for index, name in enumerate(names) if name in alone]
        self.ahead: list[float] = [0.0]  # the least cost of changing them, from each of them on
        decls = [decl for decl in pattern.declarations if decl.wildcard is None]
        # an element that has the new name already and may occur only once would have to change too
        another = ALIGNMENT.cheapest if thorough else INFINITE
        unlike = [RENAMES.fitting] if thorough and len(decls) > FEW else []  # declarations not compared
        for child in reversed(self.strangers):
            renames = (
                cost + (another if decl.name in present and pattern.limits.get(decl.name) == 1 else 0)
                for cost, decl in costs.renames(child, decls)
            )
            ways = (costs.remove(child), costs.unwrap(child)[0], *renames, *unlike)
            self.ahead.append(self.ahead[-1] + min(ways))
        self.ahead.reverse()

    def run(self, start: int, pattern: Pattern) -> Iterator[State]:
        """Complete paths from a child on, cheapest first."""
        self._push(State(0.0, start, pattern))
        complete = len(self.names) + 1
        while self.heap and self.effort > 0:
            least, rank, _, state = heapq.heappop(self.heap)
            if -rank == complete:
                yield state
                continue
            if self.effort < self.settles and state.at < self.furthest - 2 * WINDOW:
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
            if not last.held and not last.taken:
                self.furthest = max(self.furthest, last.at)
            self._branch(last)
            for stop in walk[-WINDOW - 1 : -1]:
                # to place a child on its way costs next to nothing
                least = self._least(stop) + (0 if stop.held else ALIGNMENT.cheapest)
                heapq.heappush(self.heap, (least, _WAITING, next(self.order), stop))
            if state.held:
                self._place_along(walk[: -WINDOW - 1])

    def _push(self, state: State) -> None:
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

    def _least(self, state: State) -> float:
        """The least cost of a complete path through a state."""
        return state.cost + self.ahead[bisect_left(self.strangers, state.at)]

    def _walk(self, state: State) -> list[State]:
        """The states met by keeping children as long as the content model lets them follow."""
        walk = [state]
        state = self._leap(state)
        while state.at < len(self.names):
            child = state.at
            if child in state.taken:
                state = walk[-1] = replace(state, at=child + 1, taken=state.taken - {child})
                continue
            pattern = state.pattern.after(self.names[child])
            if pattern is pattern.table.nothing:
                break
            state = State(state.cost, child + 1, pattern, state.held, state.taken, state, Step(Change.KEEP, child))
            known = self.best.get(state.key)
            if known is not None and known < state.cost - ALIGNMENT.slack:
                break  # a cheaper path came through here
            self.best[state.key] = min(known if known is not None else state.cost, state.cost)
            walk.append(state)
        return walk

    def _leap(self, state: State) -> State:
        """The state shortly before a long walk breaks off, where nothing may happen in between; else the same."""
        first, patterns = self.unbroken
        inside = 0 <= state.at - first < len(patterns) and patterns[state.at - first] is state.pattern
        if not inside:
            first, patterns = self.unbroken = state.at, unbroken(state.pattern, self.names, state.at)
        target = first + len(patterns) - 1 - WINDOW
        if state.taken or target <= state.at:
            return state
        between = set(patterns[state.at - first : target - first])
        names = {self.names[index] for index in state.held}
        if any(pattern.after(name) is not pattern.table.nothing for pattern in between for name in names):
            return state  # a held child may be placed there
        step = Step(Change.KEEP, state.at, count=target - state.at)
        return State(state.cost, target, patterns[target - first], state.held, before=state, step=step)

    def _branch(self, state: State) -> None:
        """The states that a single change leads to."""
        self.branched[state.key] += 1
        if self.branched[state.key] > self.ways_kept:
            return
        self.effort -= 1
        names, pattern, child, held = self.names, state.pattern, state.at, state.held
        for index in held:
            self._place(state, index, _stretch(child - index))
            if child >= len(names):
                rest = tuple(item for item in held if item != index)
                cost = state.cost + max(self.costs.remove(index) - ALIGNMENT.move / 2, 0)
                self._push(State(cost, child, pattern, rest, state.taken, state, Step(Change.REMOVE, index)))
        movable = child < len(names) and child not in state.taken and names[child] not in self.unknown
        if movable and len(held) < self.held:
            # no step: the child appears where it is placed, which costs no more
            self._push(State(state.cost + ALIGNMENT.move, child + 1, pattern, (*held, child), state.taken, state))
        for cost, step, used, after in self._options(child, pattern):
            if used <= 1 or not state.taken:
                self._push(State(state.cost + cost, child + used, after, held, state.taken, state, step))
        if len(state.taken) < self.held:
            self._fetch(state)

    def _options(self, child: int, pattern: Pattern) -> list[tuple[float, Step, int, Pattern]]:
        """The changes of a child at a place, moves aside: cost, step, children used, the pattern of the rest."""
        key = (child, id(pattern))
        if key not in self.options:
            self.options[key] = list(self._changes(child, pattern))
        self.effort -= _OPTION * len(self.options[key])
        return self.options[key]

    def _changes(self, child: int, pattern: Pattern) -> Iterator[tuple[float, Step, int, Pattern]]:
        costs, nothing = self.costs, pattern.table.nothing
        name = self.names[child] if child < len(self.names) else None
        yield from self._insertions(name, pattern)
        if name is None:
            return
        yield from self._renames(child, pattern)
        alone = len(pattern.first) == 1
        for decl in self.pattern.holders.get(name, ()):
            if decl.name != name and pattern.declaration(decl.name) is decl:
                cost, count = costs.wrap(child, decl, alone=alone)
                if count:
                    yield cost, Step(Change.WRAP, child, decl, count), count, pattern.after(decl.name)
        stays = pattern.after(name)
        if not stays.includes(pattern):
            yield costs.remove(child), Step(Change.REMOVE, child), 1, pattern
        cost, inner = costs.unwrap(child)
        pattern = pattern.after_all(inner)
        if pattern is not nothing and cost != INFINITE:
            yield cost, Step(Change.UNWRAP, child), 1, pattern

    def _insertions(self, name: str | None, pattern: Pattern) -> Iterator[tuple[float, Step, int, Pattern]]:
        """The elements that may be inserted in front of a child of this name, or at the end (None)."""
        if pattern.unordered and name is not None and len(pattern.first) > FEW:
            return  # where the order is free, a missing element may as well be inserted at the end
        for after, decls in self._openings(pattern).items():
            if not pattern.nullable or (name is not None and after.after(name) is not pattern.table.nothing):
                for decl in decls[:_WAYS]:
                    if (cost := self.costs.insert(decl)) != INFINITE:
                        yield cost, Step(Change.INSERT, -1, decl), 0, after

    def _renames(self, child: int, pattern: Pattern) -> Iterator[tuple[float, Step, int, Pattern]]:
        """The likeliest names that a child may get, of those after which the pattern of the rest is the same."""
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
        """The elements whose insertion may be of use, by the pattern of the rest after them."""
        known = self.openings.get(pattern)
        if known is None:
            self.effort -= _OPENING * len(pattern.openings) * (10 + pattern.width)
            known = self.openings[pattern] = {}
            for decl in pattern.openings:
                known.setdefault(pattern.after(decl.name), []).append(decl)
        return known

    def _place(self, state: State, child: int, cost: float) -> None:
        """Place a child that is held back, or comes later, at this state if the content model admits it there."""
        after = state.pattern.after(self.names[child])
        if after is not after.table.nothing:
            held = tuple(item for item in state.held if item != child)
            taken = state.taken if child in state.held else state.taken | {child}
            self._push(State(state.cost + cost, state.at, after, held, taken, state, Step(Change.MOVE, child)))

    def _fetch(self, state: State) -> None:
        names, child = self.names, state.at
        near = range(child + 1, min(child + _FETCH_RANGE, len(names)))
        far = (len(names) - 1,) if len(names) - 1 > child + _FETCH_RANGE else ()
        seen: set[str] = {names[child]} if child < len(names) else set()
        for index in (*near, *far):
            name = names[index]
            if name in seen or index in state.taken:
                continue
            seen.add(name)
            self._place(state, index, ALIGNMENT.move + _stretch(index - child + 1))

    def _place_along(self, walk: Sequence[State]) -> None:
        """A held child may belong far behind the break: try the first and the last places that admit it."""
        for index in {index for state in walk[:1] for index in state.held}:
            name = self.names[index]
            open_to = [state for state in walk if state.pattern.after(name) is not state.pattern.table.nothing]
            for state in {id(item): item for item in (*open_to[:3], *open_to[-3:])}.values():
                self._place(state, index, _stretch(state.at - index))


def unbroken(pattern: Pattern, names: Sequence[str], start: int) -> list[Pattern]:
    """The pattern of the rest before each child from `start` on that may stay, and after the last of them."""
    patterns = [pattern]
    for index in range(start, len(names)):
        pattern = pattern.after(names[index])
        if pattern is pattern.table.nothing:
            break
        patterns.append(pattern)
    return patterns


def _stretch(places: int) -> float:
    """The price of the length of a move: of two that cost the same, the shorter one is the likelier slip."""
    return ALIGNMENT.stretch * min(abs(places), 5)
