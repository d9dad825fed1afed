"""Pairing start tags with end tags where they do not pair: the repair that costs least over the whole document.

Well-nested content folds away first, in linear time; a beam search over what is left decides which tags are missing,
extra, misspelt, swapped or lack their slash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache

from .layout import MAX_LINE, indent
from .scanner import Scan
from .tags import VOID
from .tokens import EMPTY, END, START, TEXT, Kind, Token

BEAM = 40  # states that the search follows side by side
LEAF = 2  # tokens from the start tag to the end tag of an element that holds only text
MIN_BEAM = 4  # the same where very many tags are left over
MAX_WORK = 40_000
SLACK = 2.5  # how much dearer than the best a state may be and still be followed
MAX_POP = 5_000  # elements that one end tag may close
MIN_POP = 40
MAX_POPS = 1_000_000  # what all end tags together may close, tried in all states
MAX_PRICE = 8.0  # what it may cost
MAX_SIBLINGS = 100
NEAR = 8  # elements around a place

_END = re.compile(r"\s*+\Z")
_SAME = 0.97  # the similarity of names that differ in case or prefix alone
_ALIKE = 0.6


_MISSING = 1.0
_AGAIN = (0.0, 1.0, 0.7, 0.0005)  # the share of that for the first, the second, a third of one name
_MISSING_VOID = 0.5
_MISSING_AT_END = 0.75
_CUT_OPEN = 0.1
_EXTRA = 1.15
_EXTRA_LATE = 0.8  # the end tag that was missing a moment ago
_CASE = 0.4
_NAMELESS = 0.5
_TYPO = 0.7
_OTHER_NAME_LEAF = 1.1
_OTHER_NAME = 1.5
_OTHER_NAME_ASKEW = 1.8
_OTHER_NAME_FAR = 2.2
_RENAME_OF_ANOTHER = 0.3  # an end tag that an element further out waits for
_SWAP = 1.0
_SWAP_TOLD = 0.8  # the outer start tag stands deeper than the inner one
_SLASH_LEAF = 0.8
_SLASH = 1.1
_SLASH_BEFORE_TEXT = 1.2
_SLASH_BETWEEN = 0.3  # "<p>" between two others in one column
_SLASH_ENDS_ALL = 0.6  # "<project>" behind all else, in the column of the first
_SLASH_LAST = 0.3  # "<p/>" with nothing behind it in its line


@dataclass(frozen=True, slots=True)
class Missing:
    """A start tag without an end tag; its element ends somewhere before token `before`."""

    start: int
    before: int


@dataclass(frozen=True, slots=True)
class Extra:
    """An end tag without a start tag."""

    end: int


@dataclass(frozen=True, slots=True)
class Renamed:
    """A start tag and an end tag that belong together under two names."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Swapped:
    """Two neighbouring tags in the wrong order."""

    first: int
    second: int


@dataclass(frozen=True, slots=True)
class SurplusSlash:
    """An end tag that was meant as a start tag."""

    start: int


@dataclass(frozen=True, slots=True)
class LostSlash:
    """A start or empty tag that was meant as the end tag of `start`."""

    start: int
    end: int


Slip = Missing | Extra | Renamed | Swapped | LostSlash | SurplusSlash


@dataclass(slots=True)
class Structure:
    """How the tags of a scan pair: `partner` maps token indexes to each other (-1 for none)."""

    tokens: Sequence[Token]
    partner: list[int]
    slips: list[Slip] = field(default_factory=list)
    cost: float = 0.0  # of the slips, by which two ways to read one text compare

    @property
    def balanced(self) -> bool:
        """Whether every tag found its partner."""
        return not self.slips


@dataclass(frozen=True, slots=True)
class _Open:
    below: _Open | None
    token: int
    name: str
    depth: int
    key: int


@dataclass(frozen=True, slots=True)
class _Done:
    before: _Done | None
    what: Slip | tuple[int, int]  # a slip, or a start and an end that match


@dataclass(frozen=True, slots=True)
class _State:
    cost: float
    stack: _Open | None
    done: _Done | None


def pair(scan: Scan) -> Structure:
    """Pair the tags of a scan; `slips` says what does not pair, in document order."""
    tokens = scan.tokens
    partner = [-1] * len(tokens)
    left = _fold(tokens, partner)
    structure = Structure(tokens, partner)
    if any(tokens[index].kind is not Kind.EMPTY for index in left):
        partner[:] = [-1] * len(tokens)
        left = _fold(tokens, partner, doubtful=True)
        structure.slips, structure.cost = _search(scan, left, partner)
        _align(scan, structure)
        structure.slips.sort(key=place)
    return structure


def place(slip: Slip) -> int:
    """The token at which a slip shows."""
    match slip:
        case Missing(start, _) | Renamed(start, _) | LostSlash(start, _) | SurplusSlash(start):
            return start
        case Extra(end):
            return end
        case Swapped(first, _):
            return first


def _fold(tokens: Sequence[Token], partner: list[int], *, doubtful: bool = False) -> list[int]:
    """Pair what nests properly; returns the indexes of the tags that are left, empty tags among them included.

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


def _search(scan: Scan, left: list[int], partner: list[int]) -> tuple[list[Slip], float]:
    tokens = scan.tokens
    waiting: dict[int, dict[int, _State]] = {0: {0: _State(0.0, None, None)}}
    size = len(left)
    beam = max(MIN_BEAM, min(BEAM, MAX_WORK // max(1, size)))
    ends = sum(tokens[index].kind is Kind.END for index in left)
    reach = max(MIN_POP, min(MAX_POP, MAX_POPS // max(1, beam * ends)))
    for position in range(size):
        states = _best(waiting.pop(position, {}), beam)
        for state in states:
            for step, following in _moves(scan, left, position, state, reach):
                _keep(waiting.setdefault(position + step, {}), following)
    cut_off = _cut_off(scan, left)
    final = min(
        (_close(state, len(tokens), cut_off=cut_off) for state in _best(waiting.get(size, {}), beam)),
        key=lambda state: state.cost,
    )
    slips: list[Slip] = []
    done = final.done
    while done:
        if isinstance(done.what, tuple):
            start, end = done.what
            partner[start], partner[end] = end, start
        else:
            slips.append(done.what)
        done = done.before
    for slip in slips:
        if isinstance(slip, (Renamed, LostSlash)):
            partner[slip.start], partner[slip.end] = slip.end, slip.start
    return slips, final.cost


def _best(states: dict[int, _State], beam: int) -> list[_State]:
    ranked = sorted(states.values(), key=lambda state: state.cost)[:beam]
    return [state for state in ranked if state.cost <= ranked[0].cost + SLACK]


def _keep(states: dict[int, _State], state: _State) -> None:
    key = state.stack.key if state.stack else 0
    known = states.get(key)
    if known is None or state.cost < known.cost:
        states[key] = state


def _push(stack: _Open | None, token: int, name: str) -> _Open:
    return _Open(stack, token, name, stack.depth + 1 if stack else 1, hash((stack.key if stack else 0, token, name)))


def _moves(scan: Scan, left: list[int], position: int, state: _State, reach: int) -> list[tuple[int, _State]]:
    """What a tag may mean in a state: pairs of how many tags are used up and the state after them."""
    tokens = scan.tokens
    index = left[position]
    token = tokens[index]
    top = state.stack
    cost, done = state.cost, state.done
    moves: list[tuple[int, _State]] = []
    if token.kind is not Kind.END:
        if token.kind is Kind.EMPTY:
            moves.append((1, state))
        else:
            moves.append((1, _State(cost, _push(top, index, token.name), done)))
        if top and top.name == token.name and not token.attributes:
            price = _lost_slash_price(tokens, top.token, index)
            moves.append((1, _State(cost + price, top.below, _Done(done, LostSlash(top.token, index)))))
        return moves
    if top and top.name == token.name:
        return [(1, _State(cost, top.below, _Done(done, (top.token, index))))]
    doubled = index > 0 and tokens[index - 1].kind is Kind.END and tokens[index - 1].name == token.name
    extra = _EXTRA_LATE if doubled or _lately_missing(tokens, done, token.name) else _EXTRA
    moves.append((1, _State(cost + extra, top, _Done(done, Extra(index)))))
    second = left[position + 1] if position + 1 < len(left) else -1
    twin = second >= 0 and tokens[second].kind is END and tokens[second].name == token.name
    if twin and top and second == index + LEAF and tokens[index + 1].kind is not EMPTY and not doubled:
        pairs = _Done(_Done(done, (index, second)), SurplusSlash(index))
        moves.append((2, _State(cost + _SLASH_LEAF, top, pairs)))
    if not top:
        return moves
    price = _rename_price(scan, top.token, index)
    if _is_open(top, token.name):
        price = max(price, _OTHER_NAME_LEAF) + _RENAME_OF_ANOTHER  # this is no misspelling
    moves.append((1, _State(cost + price, top.below, _Done(done, Renamed(top.token, index)))))
    if top.below and top.below.name == token.name:
        after = tokens[second] if second >= 0 else token
        if after.kind is END and after.name == top.name and _touch(tokens, index, second):
            pairs = _Done(_Done(done, (top.token, index)), (top.below.token, second))
            moves.append((2, _State(cost + _SWAP, top.below.below, _Done(pairs, Swapped(index, second)))))
        moves += [(1, other) for other in _swapped_starts(tokens, index, state, top)]
    moves += [(1, other) for other in _pops(tokens, index, state, reach)]
    return moves


def _is_open(stack: _Open | None, name: str) -> bool:
    """Whether one of the elements around has a name."""
    for _ in range(NEAR):
        if stack is None or stack.name == name:
            return stack is not None
        stack = stack.below
    return False


def _swapped_starts(tokens: Sequence[Token], index: int, state: _State, top: _Open) -> Iterator[_State]:
    """The states in which the innermost start tag should stand further out: in front of the one around it, or behind
    this end tag."""
    outer = top.below
    assert outer is not None  # the caller saw it
    if _touch(tokens, top.token, index):
        swapped = _Done(_Done(state.done, (outer.token, index)), Swapped(top.token, index))
        yield _State(state.cost + _SWAP, _push(outer.below, top.token, top.name), swapped)
    elif _touch(tokens, outer.token, top.token):
        swapped = _Done(_Done(state.done, (top.token, index)), Swapped(outer.token, top.token))
        first, second = (indent(token.source, token.start) for token in (tokens[outer.token], tokens[top.token]))
        if first is not None and second is not None and first > second:
            yield _State(state.cost + _SWAP_TOLD, _push(outer.below, outer.token, top.name), swapped)


def _touch(tokens: Sequence[Token], first: int, second: int) -> bool:
    """Whether nothing but white space stands between two tags."""
    return not tokens[first].source[tokens[first].end : tokens[second].start].strip()


def _lost_slash_price(tokens: Sequence[Token], start: int, index: int) -> float:
    """What it costs to believe that a start or empty tag is meant as the end tag of a start tag."""
    leaf = _is_leaf(tokens, start, index)
    price = _SLASH_LEAF if leaf else _SLASH
    if tokens[index].kind is EMPTY and not _before_text(tokens, index):
        price -= _SLASH_LAST
    if not tokens[start].attributes and _before_text(tokens, index) and not _goes_on(tokens[index + 1]):
        # one of a list, unless the first stands amid text too
        amid = leaf and tokens[start - 1].kind is TEXT and tokens[start - 1].text.rpartition("\n")[2].strip()
        price += 0.0 if amid and tokens[index].name.lower() not in VOID else _SLASH_BEFORE_TEXT
    if _stands_between(tokens, start, index):
        price -= _SLASH_BETWEEN
    if _ends_document(tokens, start, index):
        price -= _SLASH_ENDS_ALL
    return price


def _ends_document(tokens: Sequence[Token], start: int, index: int) -> bool:
    """Whether nothing stands behind a tag that is laid out as the end of an element of several lines."""
    source, tag = tokens[index].source, tokens[index]
    if not _END.match(source, tag.end) or source.find("\n", tokens[start].end, tag.start) < 0:
        return False
    return indent(source, tag.start) == indent(source, tokens[start].start) is not None


def _before_text(tokens: Sequence[Token], index: int) -> bool:
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return following is not None and following.kind is Kind.TEXT and not following.text.isspace()


def _stands_between(tokens: Sequence[Token], start: int, index: int) -> bool:
    """Whether a tag stands in the column of a start tag in front and of one right behind, all three of one name."""
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
    for _ in range(reach):
        if stack is None or stack.below is None or price > MAX_PRICE:
            return
        # one habit, many cases: "<li>" after "<li>" without an end
        times = seen[stack.name] = seen.get(stack.name, 0) + 1
        price += _AGAIN[times] * missing_price(stack.name) if times < len(_AGAIN) else _AGAIN[-1]
        done = _Done(done, Missing(stack.token, index))
        stack = stack.below
        if stack.name == token.name:
            yield _State(state.cost + price, stack.below, _Done(done, (stack.token, index)))
            return
        if stack.name.lower() == lower:
            yield _State(state.cost + price + _CASE, stack.below, _Done(done, Renamed(stack.token, index)))


def _cut_off(scan: Scan, left: list[int]) -> bool:
    """Whether a document stops before its end: its last tag does not end what its first tag began."""
    first = scan.tokens[left[0]]
    last = next(token for token in reversed(scan.tokens) if token.kind in (Kind.START, Kind.EMPTY, Kind.END))
    if last.kind is not Kind.END or last.name != first.name:
        return True
    return indent(scan.text, first.start) != indent(scan.text, last.start)


def _close(state: _State, end: int, *, cut_off: bool) -> _State:
    """The state at the end of the document, where all that is open lacks its end tag."""
    cost, done, stack = state.cost, state.done, state.stack
    while stack:
        # a cut is one event, however many elements it leaves open
        cost += _CUT_OPEN if cut_off and stack.below else _MISSING_AT_END
        done = _Done(done, Missing(stack.token, end))
        stack = stack.below
    return _State(cost, None, done)


def _is_leaf(tokens: Sequence[Token], start: int, end: int) -> bool:
    return end - start <= LEAF and all(token.kind in (Kind.TEXT, Kind.CDATA) for token in tokens[start + 1 : end])


def missing_price(name: str) -> float:
    """What it costs to believe that the end tag of an element of this name is missing."""
    return _MISSING_VOID if name.lower() in VOID else _MISSING


def _rename_price(scan: Scan, start: int, end: int) -> float:
    tokens = scan.tokens
    first, second = tokens[start].name, tokens[end].name
    closeness = similarity(first, second)
    if not second:
        return _NAMELESS
    if closeness >= _SAME:
        return _CASE
    if closeness >= _ALIKE:
        return _TYPO
    if _is_leaf(tokens, start, end):
        return _OTHER_NAME_LEAF
    if "\n" not in scan.text[tokens[start].end : min(tokens[end].start, tokens[start].end + MAX_LINE)]:
        return _OTHER_NAME
    own, other = indent(scan.text, tokens[start].start), indent(scan.text, tokens[end].start)
    return _OTHER_NAME if own == other else _OTHER_NAME_ASKEW if other is not None else _OTHER_NAME_FAR


@lru_cache(maxsize=1024)
def similarity(first: str, second: str) -> float:
    """How alike two names are: 1 for equal but for case or prefix, 0 for nothing in common."""
    one, other = first.lower(), second.lower()
    if one == other or one.rpartition(":")[2] == other.rpartition(":")[2]:
        return _SAME
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _align(scan: Scan, structure: Structure) -> None:
    """Where elements of one name nest, let the indentation say which of them lost its tag."""
    aligned: list[Slip] = []
    for slip in structure.slips:
        match slip:
            case Missing():
                aligned.append(_align_missing(scan.text, structure, slip))
            case Extra():
                aligned.append(_align_extra(scan.text, structure, slip))
            case _:
                aligned.append(slip)
    structure.slips = aligned


def _align_missing(text: str, structure: Structure, slip: Missing) -> Missing:
    """A child of the same name whose end tag stands under the start tag of the parent is the one that never ended."""
    tokens, partner = structure.tokens, structure.partner
    while True:
        width = indent(text, tokens[slip.start].start)
        if width is None:
            return slip
        for child, end in _siblings_before(structure, slip.before):
            if tokens[child].name != tokens[slip.start].name:
                continue
            own = indent(text, tokens[child].start)
            if own is not None and own != width and indent(text, tokens[end].start) == width:
                partner[slip.start], partner[end], partner[child] = end, slip.start, -1
                slip = Missing(child, end)
                break
        else:
            return slip


def _align_extra(text: str, structure: Structure, slip: Extra) -> Extra:
    """An end tag under the start tag of an earlier element of its name that ended elsewhere belongs to that element."""
    tokens, partner = structure.tokens, structure.partner
    name = tokens[slip.end].name
    for _ in range(MAX_SIBLINGS):
        width = indent(text, tokens[slip.end].start)
        if width is None:
            return slip
        for start, end in _siblings_before(structure, slip.end):
            if tokens[end].name == name and indent(text, tokens[start].start) == width:
                if (
                    indent(text, tokens[end].start) == width
                    or "\n" not in text[tokens[start].start : tokens[end].start]
                ):
                    continue
                partner[start], partner[slip.end], partner[end] = slip.end, start, -1
                slip = Extra(end)
                break
        else:
            return slip
    return slip


def _siblings_before(structure: Structure, index: int) -> Iterator[tuple[int, int]]:
    """The elements in front of a token and at its level, nearest first, as start and end."""
    partner = structure.partner
    index -= 1
    for _ in range(MAX_SIBLINGS):
        while index >= 0 and structure.tokens[index].kind not in (Kind.START, Kind.END):
            index -= 1
        if index < 0 or structure.tokens[index].kind is Kind.START or partner[index] < 0:
            return
        yield partner[index], index
        index = partner[index] - 1
