"""Pairing start tags with end tags where they do not pair: the repair that costs least over the whole document.

Well-nested content folds away first, in linear time; a beam search over the other tags decides which are missing,
extra, misspelt, swapped or lack their slash. It is one algorithm, with the moves of its search and their prices.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from ...document.layout import MAX_LINE, indent
from ...document.tokens import EMPTY, END, START, TEXT, Kind, Token
from ...prices import PAIRING
from ..mismatches import Extra, LostSlash, Mismatch, Missing, Renamed, Structure, SurplusSlash, Swapped, place
from ..scanner import Scan
from ..tags.names_in_text import VOID
from .indentation import realign

BEAM = 40  # states that the search follows side by side
LEAF = 2  # tokens from the start tag to the end tag of an element that holds only text
MIN_BEAM = 4  # the same where very many tags are left over
MAX_WORK = 40_000
CAREFUL = 30_000  # tags that are paired with such care; of more faults than these have, nobody sees the readings
MAX_POP = 5_000  # elements that one end tag may close
MIN_POP = 40
MAX_POPS = 1_000_000  # what all end tags together may close, tried in all states
NEAR = 8  # elements around a place

_SLASH_BEHIND = re.compile(r"/\s*+(?=<|\n|\Z)")
_END = re.compile(r"\s*+\Z")
_SAME = 0.97  # the similarity of names that differ in case or prefix alone
_ALIKE = 0.6
_MISSPELT = 0.75


class _Open(NamedTuple):
    below: _Open | None
    token: int
    name: str
    key: int


class _Done(NamedTuple):
    before: _Done | None
    what: Mismatch | tuple[int, int]  # a mismatch, or a start and an end that match


class _State(NamedTuple):
    cost: float
    stack: _Open | None
    done: _Done | None

    def after(self, price: float, stack: _Open | None, *what: Mismatch | tuple[int, int]) -> _State:
        """The state after these pairs and mismatches at a price, with `stack` as the open elements."""
        done = self.done
        for each in what:
            done = _Done(done, each)
        return _State(self.cost + price, stack, done)


def pair(scan: Scan) -> Structure:
    """Pair the tags of a scan; `mismatches` has those that do not pair, in document order."""
    tokens = scan.tokens
    partner = [-1] * len(tokens)
    left = _fold(tokens, partner)
    structure = Structure(tokens, partner)
    if any(tokens[index].kind is not Kind.EMPTY for index in left):
        partner[:] = [-1] * len(tokens)
        left = _fold(tokens, partner, doubtful=True)
        structure.mismatches, structure.cost = _Search(scan, left).run(partner)
        realign(scan, structure)
        structure.mismatches.sort(key=place)
    return structure


def _fold(tokens: Sequence[Token], partner: list[int], *, doubtful: bool = False) -> list[int]:
    """Pair the tags that nest properly; returns the indexes of the others, empty tags among them included.

    With `doubtful`, "<x>" and "</x>" in lines of their own inside an "x" stay, and "<x>" between two others in one
    column: the first, or the one between, may be an end tag that lost its slash.
    """
    left: list[int] = []
    for index, token in enumerate(tokens):
        kind = token.kind
        if kind is START:
            left.append(index)
        elif kind is EMPTY:
            if left and tokens[left[-1]].name == token.name:
                left.append(index)
        elif kind is END:
            top = len(left) - 1
            while top >= 0 and tokens[left[top]].kind is EMPTY:
                top -= 1
            if top >= 0 and tokens[left[top]].kind is START and tokens[left[top]].name == token.name:
                if doubtful and _may_lack_slash(tokens, left, top, index):
                    left.append(index)
                    continue
                partner[index], partner[left[top]] = left[top], index
                del left[top:]
            else:
                left.append(index)
    return left


def _may_lack_slash(tokens: Sequence[Token], left: list[int], top: int, end: int) -> bool:
    start = tokens[left[top]]
    return (
        top > 0
        and tokens[left[top - 1]].name == start.name
        and not start.attributes
        and (
            bool(tokens[left[top - 1]].attributes)
            or (left[top] == end - 2 and tokens[end - 1].kind is Kind.TEXT and tokens[end - 1].text.isspace())
            or _stands_between(tokens, left[top - 1], left[top])
        )
    )


class _Search:
    """A beam search over the tags that are left: of the states with the same open elements the cheapest lives on."""

    def __init__(self, scan: Scan, left: list[int]) -> None:
        self.scan = scan
        self.tokens = scan.tokens
        self.left = left
        self.beam = max(MIN_BEAM, min(BEAM, MAX_WORK // max(1, len(left))))
        ends = sum(self.tokens[index].kind is END for index in left)
        self.reach = max(MIN_POP, min(MAX_POP, MAX_POPS // max(1, self.beam * ends)))
        tags = [index for index, token in enumerate(self.tokens) if token.kind in (START, END, EMPTY)]
        self.first, self.last = tags[0], tags[-1]
        self.starts = Counter(token.name for token in self.tokens if token.kind is START)
        self.empty = Counter(token.name for token in self.tokens if token.kind is EMPTY)

    def run(self, partner: list[int]) -> tuple[list[Mismatch], float]:
        """The mismatches of the cheapest reading, and its cost; the pairs are noted in `partner`."""
        waiting: dict[int, dict[int, _State]] = {0: {0: _State(0.0, None, None)}}
        for position in range(len(self.left)):
            for state in self._best(waiting.pop(position, {}), self.beam if position < CAREFUL else 1):
                for step, following in self._moves(position, state):
                    _keep(waiting.setdefault(position + step, {}), following)
        cut_off = self._cut_off()
        last = self._best(waiting.get(len(self.left), {}), self.beam)
        final = min((_close(state, len(self.tokens), cut_off=cut_off) for state in last), key=lambda state: state.cost)
        mismatches: list[Mismatch] = []
        done = final.done
        while done:
            if isinstance(done.what, tuple):
                start, end = done.what
                partner[start], partner[end] = end, start
            else:
                mismatches.append(done.what)
            done = done.before
        for mismatch in mismatches:
            if isinstance(mismatch, (Renamed, LostSlash)):
                partner[mismatch.start], partner[mismatch.end] = mismatch.end, mismatch.start
        return mismatches, final.cost

    def _cut_off(self) -> bool:
        """Whether a document stops before its end: its last tag does not end the element of the first tag left."""
        first, last = self.tokens[self.left[0]], self.tokens[self.last]
        if last.kind is not END or last.name != first.name:
            return True
        return indent(self.scan.text, first.start) != indent(self.scan.text, last.start)

    def _best(self, states: dict[int, _State], most: int) -> list[_State]:
        ranked = sorted(states.values(), key=lambda state: state.cost)[:most]
        return [state for state in ranked if state.cost <= ranked[0].cost + PAIRING.slack]

    def _moves(self, position: int, state: _State) -> Iterator[tuple[int, _State]]:
        """The meanings of a tag in a state, each as the number of tags used up and the state after them."""
        index = self.left[position]
        token, top = self.tokens[index], state.stack
        if token.kind is not END:
            yield from self._start(index, state)
        elif top and top.name == token.name:
            yield 1, state.after(0.0, top.below, (top.token, index))
        else:
            yield from self._surplus(position, state)
            if top:
                yield 1, state.after(self._rename_price(top, index), top.below, Renamed(top.token, index))
                yield from self._swapped(position, state, top)
                for closed in _pops(self.tokens, index, state, self.reach):
                    yield 1, closed

    def _start(self, index: int, state: _State) -> Iterator[tuple[int, _State]]:
        """A start tag or an empty one, or one that was meant as the end tag of the same name."""
        token, top = self.tokens[index], state.stack
        yield 1, state if token.kind is EMPTY else state.after(0.0, _push(top, index, token.name))
        if top and not token.attributes and (price := self._same_name(top, token)) is not None:
            price += _lost_slash_price(self.tokens, top.token, index)
            if token.kind is EMPTY and self.empty[token.name] > 1 and not _is_leaf(self.tokens, top.token, index):
                price += PAIRING.slash_but_empty
            if top.token == self.first and index != self.last:
                price += PAIRING.slash_root
            yield 1, state.after(price, top.below, LostSlash(top.token, index))

    def _same_name(self, top: _Open, token: Token) -> float | None:
        """The cost of taking the name of a start tag for that of the element around it; None for another name."""
        if top.name == token.name:
            return 0.0
        single = 1 in (self.starts[top.name], self.starts[token.name])
        return PAIRING.typo if single and similarity(top.name, token.name) >= _MISSPELT else None

    def _surplus(self, position: int, state: _State) -> Iterator[tuple[int, _State]]:
        """An end tag that closes nothing, or was meant as the start tag of the leaf that ends next."""
        tokens, index = self.tokens, self.left[position]
        name = tokens[index].name
        doubled = index > 0 and tokens[index - 1].kind is END and tokens[index - 1].name == name
        late = doubled or _lately_missing(tokens, state.done, name)
        yield 1, state.after(PAIRING.extra_late if late else PAIRING.extra, state.stack, Extra(index))
        second = self._next(position)
        leaf = second == index + LEAF and tokens[index + 1].kind is not EMPTY
        if leaf and state.stack and not doubled and tokens[second].kind is END and tokens[second].name == name:
            yield 2, state.after(PAIRING.slash_leaf, state.stack, (index, second), SurplusSlash(index))

    def _next(self, position: int) -> int:
        return self.left[position + 1] if position + 1 < len(self.left) else -1

    def _rename_price(self, top: _Open, index: int) -> float:
        price = _rename_price(self.scan, top.token, index)
        if _is_open(top, self.tokens[index].name):
            return max(price, PAIRING.other_name_leaf) + PAIRING.rename_of_another  # this is no misspelling
        return price

    def _swapped(self, position: int, state: _State, top: _Open) -> Iterator[tuple[int, _State]]:
        """An end tag of the element further out: it is in the wrong order with the next end tag, or the innermost start
        tag is with the start tag in front of it, or with this end tag."""
        tokens, index, outer = self.tokens, self.left[position], top.below
        if not outer or outer.name != tokens[index].name:
            return
        second = self._next(position)
        if _touch(tokens, index, second) and tokens[second].kind is END and tokens[second].name == top.name:
            pairs = (top.token, index), (outer.token, second)
            yield 2, state.after(PAIRING.swap, outer.below, *pairs, Swapped(index, second))
        empty = _touch(tokens, top.token, index)
        if not empty and not _touch(tokens, outer.token, top.token):
            return
        first, inner = (indent(self.scan.text, tokens[each.token].start) for each in (outer, top))
        deeper = 0 if first is None or inner is None else inner - first
        if empty:
            if deeper > 0:
                return  # a child that lacks its end tag
            swapped = Swapped(top.token, index)
            yield 1, state.after(PAIRING.swap, _push(outer.below, top.token, top.name), (outer.token, index), swapped)
        elif deeper < 0:
            swapped = Swapped(outer.token, top.token)
            stack = _push(outer.below, outer.token, top.name)
            yield 1, state.after(PAIRING.swap_told, stack, (top.token, index), swapped)


def _keep(states: dict[int, _State], state: _State) -> None:
    key = state.stack.key if state.stack else 0
    known = states.get(key)
    if known is None or state.cost < known.cost:
        states[key] = state


def _push(stack: _Open | None, token: int, name: str) -> _Open:
    return _Open(stack, token, name, hash((stack.key if stack else 0, token, name)))


def _is_open(stack: _Open | None, name: str) -> bool:
    """Whether one of the elements around has a name."""
    for _ in range(NEAR):
        if stack is None or stack.name == name:
            return stack is not None
        stack = stack.below
    return False


def _touch(tokens: Sequence[Token], first: int, second: int) -> bool:
    """Whether only white space, or nothing, is between two tags in this order."""
    return second == first + 1 or (second == first + LEAF and tokens[first + 1].text.isspace())


def _lost_slash_price(tokens: Sequence[Token], start: int, index: int) -> float:
    """The cost of reading a start tag or empty tag as the end tag of an earlier start tag."""
    leaf = _is_leaf(tokens, start, index)
    price = PAIRING.slash_leaf if leaf else PAIRING.slash
    if tokens[index].kind is EMPTY and not _before_text(tokens, index):
        price -= PAIRING.slash_last
    if not tokens[start].attributes and _before_text(tokens, index) and not _goes_on(tokens[index + 1]):
        # one of a list, unless the first stands amid text too
        amid = leaf and tokens[start - 1].kind is TEXT and tokens[start - 1].text.rpartition("\n")[2].strip()
        price += 0.0 if amid and tokens[index].name.lower() not in VOID else PAIRING.slash_before_text
    if _stands_between(tokens, start, index):
        price -= PAIRING.slash_between
    if tokens[index].name.lower() in VOID and _touch(tokens, start, index):
        price += PAIRING.slash_void
    if _ends_document(tokens, start, index):
        price -= PAIRING.slash_ends_all
    if tokens[index].source.startswith("/", tokens[index].start - 1):
        price -= PAIRING.slash_slipped
    return price


def _ends_document(tokens: Sequence[Token], start: int, index: int) -> bool:
    """Whether a tag is the last in the text and laid out as the end of an element of several lines."""
    source, tag = tokens[index].source, tokens[index]
    if not _END.match(source, tag.end) or source.find("\n", tokens[start].end, tag.start) < 0:
        return False
    return indent(source, tag.start) == indent(source, tokens[start].start) is not None


def _before_text(tokens: Sequence[Token], index: int) -> bool:
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return following is not None and following.kind is Kind.TEXT and not following.text.isspace()


def _stands_between(tokens: Sequence[Token], start: int, index: int) -> bool:
    """Whether a tag is in the column of a start tag in front and of one right behind, all three of one name."""
    following = index + 2
    if following >= len(tokens) or tokens[index + 1].kind is not TEXT or _before_text(tokens, index):
        return False
    if tokens[following].kind is not START or tokens[following].name != tokens[index].name:
        return False
    text = tokens[index].source
    column = indent(text, tokens[index].start)
    return column is not None and column == indent(text, tokens[following].start) == indent(text, tokens[start].start)


def _goes_on(run: Token) -> bool:
    """Whether a text begins like the rest of a sentence: with a punctuation mark, as no element does."""
    return run.text[:1] in ",.;:!?)"


def _lately_missing(tokens: Sequence[Token], done: _Done | None, name: str) -> bool:
    for _ in range(4):
        if done is None:
            return False
        if isinstance(done.what, Missing) and tokens[done.what.start].name == name:
            return True
        done = done.before
    return False


def _pops(tokens: Sequence[Token], index: int, state: _State, reach: int) -> Iterator[_State]:
    """The states in which an end tag closes an element further up, and those inside it lack their end tags."""
    token = tokens[index]
    lower = token.name.lower()
    price, stack, done = 0.0, state.stack, state.done
    seen: dict[str, int] = {}
    for depth in range(reach):
        if stack is None or stack.below is None or price > PAIRING.dearest:
            return
        # one habit, many cases: "<li>" after "<li>" without an end
        times = seen[stack.name] = seen.get(stack.name, 0) + 1
        one = PAIRING.missing_void if stack.name.lower() in VOID else PAIRING.missing
        one = PAIRING.slash_after if slash_after(tokens[stack.token]) else one
        price += PAIRING.missing_again[times] * one if times < len(PAIRING.missing_again) else PAIRING.missing_again[-1]
        done = _Done(done, Missing(stack.token, index))
        stack = stack.below
        if stack.name == token.name:
            yield _State(state.cost + price, stack.below, _Done(done, (stack.token, index)))
            return
        slip = PAIRING.letter_case if stack.name.lower() == lower else None
        if slip is None and depth < NEAR and similarity(stack.name, token.name) >= _MISSPELT:
            slip = PAIRING.typo
        if slip is not None:
            yield _State(state.cost + price + slip, stack.below, _Done(done, Renamed(stack.token, index)))


def _close(state: _State, end: int, *, cut_off: bool) -> _State:
    """The state at the end of the document, where all open elements lack their end tags."""
    cost, done, stack = state.cost, state.done, state.stack
    while stack:
        # a cut is one event, however many elements it leaves open
        cost += PAIRING.cut_open if cut_off and stack.below else PAIRING.missing_at_end
        done = _Done(done, Missing(stack.token, end))
        stack = stack.below
    return _State(cost, None, done)


def _is_leaf(tokens: Sequence[Token], start: int, end: int) -> bool:
    return end - start <= LEAF and all(token.kind in (Kind.TEXT, Kind.CDATA) for token in tokens[start + 1 : end])


def slash_after(tag: Token) -> bool:
    """Whether the slash of an empty tag is written behind it: <a/> as <a>/."""
    return _SLASH_BEHIND.match(tag.source, tag.end) is not None


def _rename_price(scan: Scan, start: int, end: int) -> float:
    tokens = scan.tokens
    first, second = tokens[start].name, tokens[end].name
    name_distance = similarity(first, second)
    if not second:
        return PAIRING.nameless
    if name_distance >= _SAME:
        return PAIRING.letter_case
    if name_distance >= _ALIKE:
        return PAIRING.typo
    if _is_leaf(tokens, start, end):
        return PAIRING.other_name_leaf
    if "\n" not in scan.text[tokens[start].end : min(tokens[end].start, tokens[start].end + MAX_LINE)]:
        return PAIRING.other_name
    own, other = indent(scan.text, tokens[start].start), indent(scan.text, tokens[end].start)
    return (
        PAIRING.other_name
        if own == other
        else PAIRING.other_name_askew
        if other is not None
        else PAIRING.other_name_far
    )


@lru_cache(maxsize=1024)
def similarity(first: str, second: str) -> float:
    """The similarity of two names, from 0 for nothing in common to 0.97 for names equal but for case or prefix."""
    one, other = first.lower(), second.lower()
    if one == other or one.rpartition(":")[2] == other.rpartition(":")[2]:
        return _SAME
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
