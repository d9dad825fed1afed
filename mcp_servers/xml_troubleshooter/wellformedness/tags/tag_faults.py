"""From tags that do not pair to faults: where a missing tag belongs, which name is the wrong one, what is surplus.

All readings of one fault are priced on one scale: what the edit itself costs, plus how much the elements and text that
would then stand inside or outside speak against it (their layout, the document's statistics, the vocabulary).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ...codes import Code
from ...document.edits import Edit
from ...document.layout import indent, leftover_line, line_start, margin, newline
from ...document.tokens import EMPTY, START, TEXT, Kind, Token
from ..fault_kinds import FaultKind
from ..faults import Fault, Reading
from ..frame.trailing_content import content_behind_root, content_behind_sound_root
from ..scanner import Scan
from ..vocabulary import Vocabulary
from .document_statistics import DocumentStatistics, local
from .mismatches import Extra, LostSlash, Missing, Renamed, Structure, SurplusSlash, Swapped
from .pairing import similarity
from .tag_reader import VOID

MAX_ITEMS = 300  # siblings on either side that the placement of one tag looks at
MAX_SAMPLE = 2_000  # elements whose indentation is looked at
MAX_DEPTH = 64  # ancestors that matter
MIN_ITEMS = 8  # the same where very many tags want a place
ALIKE = 0.75  # the similarity from which a name may be a misspelling of another
STEPS = 10  # tokens that may be passed over for each of them
MAX_WORK = 30_000  # siblings that all placements together look at
MAX_READINGS = 6
MAX_UNCLOSED = 4  # unclosed elements around another that are looked at
MAX_NAME = 100  # characters of a variable's name
SURE = 1.0  # how much less a reading costs that leaves no doubt
NEAR = 12  # tokens behind the end of an element within which its own end tag may come too late

_LAYOUT = 0.9
_LEFTOVER = 1.2
_SPLIT = 0.25
_CUT = 3.0
_GLUED = 0.35
_END_TAG_WRONG = 0.3  # the misspelt one of two tags is the end tag, where nothing else speaks for its name
_HTML = frozenset(
    (
        "a",
        "b",
        "i",
        "u",
        "p",
        "em",
        "strong",
        "span",
        "div",
        "font",
        "code",
        "pre",
        "sub",
        "sup",
        "ul",
        "ol",
        "li",
        "td",
    )
)
_PHRASE = re.compile(r"\s*+[^.,;:!?()]+(?=[.,;:!?)]+\s)")
_EMPTY_END = re.compile(r"\s*/\s*>?\Z")
_LOST_END = re.compile(r"(?:([$#@]\{[\w.:\-]+)|[\w.}\])])>\Z")  # or with the brace of a variable
_TAG_TAIL = re.compile(r"[^<>]*[\"']\s*>")


@dataclass(frozen=True, slots=True)
class _Item:
    """A sibling: an element with all that is inside, a run of text, or a comment."""

    first: int  # token
    last: int  # token, inclusive
    name: str  # "" for text


def tag_faults(scan: Scan, structure: Structure, vocabulary: Vocabulary | None = None) -> list[Fault]:
    """The faults of the nesting of tags, in document order, each with its readings, best first."""
    if structure.balanced:
        return content_behind_root(scan, structure, vocabulary)
    if rest := content_behind_sound_root(scan, structure):
        return [rest]
    return _Placer(scan, structure, vocabulary).faults()


class _Placer:
    def __init__(self, scan: Scan, structure: Structure, vocabulary: Vocabulary | None) -> None:
        self.scan = scan
        self.text = scan.text
        self.tokens: Sequence[Token] = scan.tokens
        self.structure = structure
        self.vocabulary = vocabulary
        self.limit = max(MIN_ITEMS, min(MAX_ITEMS, MAX_WORK // max(1, len(structure.mismatches))))
        self.missing = {mismatch.start: mismatch for mismatch in structure.mismatches if isinstance(mismatch, Missing)}
        self.closing: dict[int, list[int]] = defaultdict(list)
        for mismatch in self.missing.values():
            self.closing[mismatch.before].append(mismatch.start)
        self.settled: dict[int, tuple[int, int]] = {}  # of unclosed elements: the last token inside, where they end
        self.parent = self._parents()
        # where an end tag is surplus, the element around it may hold what belongs to another
        doubtful = {self.parent[mismatch.end] for mismatch in structure.mismatches if isinstance(mismatch, Extra)}
        self.statistics = DocumentStatistics(structure, vocabulary, self.parent, {*self.missing, *doubtful})
        self._depths = self._indentation()

    def _parents(self) -> list[int]:
        """For every token the start tag of the element around it (-1 for none)."""
        parents = [-1] * len(self.tokens)
        partner = self.structure.partner
        stack: list[int] = []
        for index, token in enumerate(self.tokens):
            for start in self.closing.get(index, ()):
                if start in stack[-80:]:
                    del stack[len(stack) - 1 - stack[::-1].index(start) :]
            if 0 <= partner[index] < index:
                while stack and stack[-1] >= partner[index]:
                    stack.pop()
            parents[index] = stack[-1] if stack else -1
            if token.kind is START and (partner[index] > index or index in self.missing):
                stack.append(index)
        return parents

    def _indentation(self) -> dict[str, tuple[int, int]]:
        """For each name of a parent ("" for all): how many of its children stand deeper than it, of how many."""
        depths: dict[str, tuple[int, int]] = {}
        widths: dict[int, int | None] = {}
        looked = 0
        for index, token in enumerate(self.tokens):
            parent = self.parent[index]
            if not (token.kind is START or token.kind is EMPTY):
                continue
            own = widths[index] = indent(self.text, token.start)
            above = widths.get(parent)
            if own is None or above is None or parent in self.missing:
                continue
            for name in ("", self.tokens[parent].name):
                deeper, total = depths.get(name, (0, 0))
                depths[name] = (deeper + (own > above), total + 1)
            looked += 1
            if looked >= MAX_SAMPLE:
                break
        return depths

    def _trust(self, parent: str) -> float:
        """How far indentation tells what is inside elements of a name: 1 where all children stand deeper, 0 at half."""
        deeper, total = self._depths.get("", (0, 0))
        share = (deeper + 1) / (total + 1)
        deeper, total = self._depths.get(parent, (0, 0))
        share = (deeper + 2 * share) / (total + 2)
        return max(0.0, 2 * share - 1)

    def faults(self) -> list[Fault]:
        found: list[Fault] = []
        at_end: list[Fault] = []
        extras = {mismatch.end for mismatch in self.structure.mismatches if isinstance(mismatch, Extra)}
        overlapped: set[int] = set()
        late = {start: self._overlap(mismatch, extras, overlapped) for start, mismatch in self.missing.items()}
        # an element cannot end before the unclosed ones inside it do: the inner ones are placed first
        unclosed = {start: self._missing(self.missing[start], late[start]) for start in sorted(late, reverse=True)}
        for mismatch in self.structure.mismatches:
            match mismatch:
                case Missing():
                    fault = unclosed[mismatch.start]
                    (
                        at_end if mismatch.before >= len(self.tokens) and fault.start >= self._last_end() else found
                    ).append(fault)
                case Extra():
                    if mismatch.end not in overlapped:
                        found.append(self._extra(mismatch))
                case Renamed():
                    found.append(self._renamed(mismatch))
                case Swapped():
                    found.append(self._swapped(mismatch))
                case LostSlash():
                    found.append(self._lost_slash(mismatch))
                case SurplusSlash():
                    found.append(self._surplus_slash(mismatch))
        if at_end:
            found.append(self._truncated(at_end))
        # of two tags put in at one place the inner one comes first
        found.sort(key=lambda fault: (fault.start, -fault.other))
        return found

    def _last_end(self) -> int:
        return len(self.text.rstrip())

    def _truncated(self, faults: list[Fault]) -> Fault:
        inner_first = list(reversed(faults))
        edits = tuple(edit for fault in inner_first for edit in fault.readings[0].edits)
        if len({(edit.start, edit.end) for edit in edits}) == 1:
            edits = (Edit(edits[0].start, edits[0].end, "".join(edit.after for edit in edits)),)
        names = ", ".join(f'"{fault.name}"' for fault in inner_first[:5])
        note = f"The document stops before its end; the elements still open are closed: {names}."
        outer = faults[0]
        code = Code.TRUNCATED
        return Fault(
            code=code,
            start=outer.start,
            end=outer.end,
            name=outer.name,
            other=outer.other,
            other_note=outer.other_note,
            readings=(Reading(edits, note),),
        )

    def path(self, index: int) -> list[str]:
        """The names from the root down to the parent of a token."""
        names: list[str] = []
        parent = self.parent[index]
        while parent >= 0 and len(names) < MAX_DEPTH:
            names.append(self.tokens[parent].name)
            parent = self.parent[parent]
        names.reverse()
        return names

    def items(self, start: int, end: int) -> list[_Item]:
        """The siblings between two tokens, in order; white space and stray end tags are left out.

        Of very many only the first and the last: what lies between says the same.
        """
        found: list[_Item] = []
        index = start
        for _ in range(STEPS * self.limit):
            if index >= end or len(found) >= self.limit:
                break
            item = self._item(index, end)
            if item.first >= 0:
                found.append(item)
            index = item.last + 1
        return found if index >= end else [*found, *self._last_items(index, end)]

    def _last_items(self, start: int, end: int) -> list[_Item]:
        """The last siblings before a token, in order, none of them before `start`."""
        found: list[_Item] = []
        partner = self.structure.partner
        index = end - 1
        for _ in range(STEPS * self.limit):
            if index < start or len(found) >= self.limit:
                break
            first = partner[index] if start <= partner[index] < index else index
            item = self._item(first, end)
            if item.first >= 0:
                found.append(item)
            index = first - 1
        found.reverse()
        return found

    def _item(self, index: int, end: int) -> _Item:
        """The sibling that begins with a token; its `first` is -1 where that is none."""
        token = self.tokens[index]
        if token.kind is START:
            last = index
            if self.structure.partner[index] > index:
                last = min(self.structure.partner[index], end - 1)
            elif index in self.missing:
                last = min(self.settled.get(index, (self.missing[index].before - 1, 0))[0], end - 1)
            return _Item(index, max(last, index), token.name)
        if token.kind is EMPTY:
            return _Item(index, index, token.name)
        words = not token.text.isspace() if token.kind is TEXT else token.kind is Kind.CDATA
        return _Item(index if words else -1, index, "")

    def price(self, path: Sequence[str], item: _Item) -> float:
        """What speaks against an item as a child of the last element of a path."""
        return self.statistics.child(path, item.name) if item.name else self.statistics.words(path)

    def _repetitions(self, parent: str, items: Sequence[_Item]) -> list[float]:
        """For each item, what speaks against its standing in the parent together with those before it."""
        seen: set[str] = set()
        costs = []
        for item in items:
            costs.append(self.statistics.again(parent, item.name) if item.name in seen else 0.0)
            seen.add(item.name)
        return costs

    # ------------------------------------------------------------------ a missing end tag
    def _overlap(self, mismatch: Missing, extras: set[int], taken: set[int]) -> Extra | None:
        """The end tag that comes too late for this element, just outside the one that ended before it."""
        name = self.tokens[mismatch.start].name
        for end in range(mismatch.before + 1, mismatch.before + 1 + NEAR):
            if end in extras and end not in taken and self.tokens[end].name == name:
                taken.add(end)
                return Extra(end)
        return None

    def _missing(self, mismatch: Missing, extra: Extra | None) -> Fault:
        token = self.tokens[mismatch.start]
        name = token.name
        path = self.path(mismatch.start)
        items = self.items(mismatch.start + 1, mismatch.before)
        inner = [*path, name]
        width = indent(self.text, token.start)
        around = path[-1] if path else ""
        inside = [self.price(inner, item) + self._layout(item, width, name, inner=True) for item in items]
        outside = [self.price(path, item) + self._layout(item, width, around, inner=False) for item in items]
        for above in self._unclosed_around(mismatch.start):
            # what does not belong to the parent may belong further out, where the parent is not closed either
            layouts = [self._layout(item, width, above[-1], inner=False) for item in items]
            further = [self.price(above, item) + layout for item, layout in zip(items, layouts, strict=True)]
            outside = [min(pair) for pair in zip(outside, further, strict=True)]
        for at, cost in enumerate(self._repetitions(name, items)):
            inside[at] += cost
        readings = self._closings(mismatch, path, items, inside, outside)
        readings += self._other_readings(mismatch, path, sum(outside))
        readings.sort(key=lambda reading: reading.cost)
        self._settle(mismatch, items, readings[0])
        code = Code.MISSING_END_TAG
        if extra:
            late = self.tokens[extra.end]
            code = Code.OVERLAPPING_TAGS
            note = f'The end tag "</{name}>" moves in front of the end of the element around it.'
            best = next(reading for reading in readings if reading.note.startswith("The element"))
            readings = [Reading((*best.edits, Edit(late.start, late.end, "")), note, best.cost)]
        place = readings[0].edits[0].start
        if code is Code.MISSING_END_TAG and readings[0].note.startswith("The tag"):
            place = token.start
        return Fault(
            code=code,
            start=place,
            end=place,
            name=name,
            value=self._expected_before(mismatch),
            other=token.start,
            other_note=f'"{name}" opened here',
            readings=tuple(readings[:MAX_READINGS]),
        )

    def _unclosed_around(self, start: int) -> list[list[str]]:
        """The paths of the parents further out, as long as what is inside them lacks its end tag too."""
        found: list[list[str]] = []
        if self.limit < MAX_ITEMS // 2:
            return found  # with so many mismatches nothing is told by one of them
        parent = self.parent[start]
        while parent in self.missing and self.parent[parent] >= 0 and len(found) < MAX_UNCLOSED:
            found.append(self.path(parent))
            parent = self.parent[parent]
        return found

    def _settle(self, mismatch: Missing, items: list[_Item], reading: Reading) -> None:
        """Keep where an unclosed element ends by a reading, for the elements around it."""
        end = reading.edits[0].end
        inside = [item.last for item in items if self.tokens[item.first].start < end]
        self.settled[mismatch.start] = (inside[-1] if inside else mismatch.start, end)

    def _expected_before(self, mismatch: Missing) -> str:
        return self.tokens[mismatch.before].text[:80] if mismatch.before < len(self.tokens) else ""

    def _layout(self, item: _Item, width: int | None, parent: str, *, inner: bool) -> float:
        """What the indentation of an item says against its place inside or outside an element indented by `width`."""
        if not item.name:
            return 0.0
        own = indent(self.text, self.tokens[item.first].start)
        if own is None:
            return 0.0
        if width is None:
            return 0.3 * self._trust(parent) if inner else 0.0
        if inner:
            # the next of the same kind, standing under it
            twin = self._trust("") if item.name == parent and own == width else 0.0
            return twin + _LAYOUT * self._trust(parent) if own <= width else 0.0
        return _LAYOUT * self._trust(parent) if own > width else 0.0

    def _closings(
        self, mismatch: Missing, path: list[str], items: list[_Item], inside: list[float], outside: list[float]
    ) -> list[Reading]:
        """Every place where the element may end, with its price."""
        name = self.tokens[mismatch.start].name
        note = f'The element "{name}" gets its missing end tag "</{name}>".'
        cost = sum(outside) + 1.0 + (0.0 if self.statistics.knows(name) else 0.3)
        if self._is_stranger(mismatch.start, path):
            cost += 0.7
        found: list[Reading] = []
        for kept in range(len(items) + 1):
            if kept:
                cost += inside[kept - 1] - outside[kept - 1]
            price = cost + self._shape(mismatch, items, kept)
            edit, bonus = self._end_edit(mismatch, items, kept)
            holds = f'The element "{name}" holds nothing: its tag ends in "/>".' if edit.after == "/" else note
            found.append(Reading((edit,), holds, price - bonus))
            if kept == 1 and not items[0].name and (phrase := self._phrase_end(mismatch, items[0])) is not None:
                found.append(Reading((Edit(phrase, phrase, f"</{name}>"),), note, price - 0.4))
        return found

    def _shape(self, mismatch: Missing, items: list[_Item], kept: int) -> float:
        """What the shape of an element with the first `kept` items in it says, for (below 0) and against it."""
        name = self.tokens[mismatch.start].name
        price = 0.0
        if not kept:
            empty = self.statistics.empty[name] > 0 or name.lower() in VOID
            price += -0.3 if empty else 0.9 if self.statistics.seen[name] and items else 0.5
        elif kept == len(items):
            price -= 0.02
        elif items[kept].name and items[kept].name == items[kept - 1].name:
            price += _SPLIT  # brothers seldom part
        if kept < len(items):
            price += self._cut_price(mismatch)
        if kept == 1 and not items[0].name:
            price -= 0.35 if len(items) > 1 and self._breaks_after(items[0]) else 0.05
        elif kept and self.statistics.seen[name] and not self.statistics.parents[name] and items[kept - 1].name:
            price += 0.2
        return price

    def _cut_price(self, mismatch: Missing) -> float:
        """Where the document stops early, what is open there was meant to go on: the price of denying it."""
        return _CUT if self._cut_off and mismatch.before >= len(self.tokens) else 0.0

    @cached_property
    def _cut_off(self) -> bool:
        """Whether the document stops before its root element ends."""
        return any(self.parent[start] < 0 for start in self.closing.get(len(self.tokens), ()))

    def _phrase_end(self, mismatch: Missing, item: _Item) -> int | None:
        """Where a few marked words inside running text end: before the first punctuation."""
        token = self.tokens[mismatch.start]
        run = self.tokens[item.first]
        usual = self.statistics.longest[token.name] or 4
        before = self.text[max(0, token.start - 200) : token.start].rstrip()
        if run.kind is not Kind.TEXT or before.endswith(">") or len(run.text.split()) <= max(usual, 6):
            return None
        match = _PHRASE.match(run.text)
        if not match or len(match.group().split()) > usual:
            return None
        return run.start + match.end()

    def _breaks_after(self, item: _Item) -> bool:
        """Whether the text ends its line: the common shape of a leaf."""
        text = self.tokens[item.last].text
        kept = text.rstrip()
        return "\n" in text[len(kept) :] and "\n" not in kept

    def _end_edit(self, mismatch: Missing, items: list[_Item], kept: int) -> tuple[Edit, float]:
        """The end tag behind the first `kept` items, laid out as the start tag is, and a bonus for an empty line."""
        text, tokens = self.text, self.tokens
        token = tokens[mismatch.start]
        tag = f"</{token.name}>"
        last = tokens[items[kept - 1].last] if kept else token
        end = last.end
        if kept and last.kind is Kind.TEXT:
            end = last.start + len(last.text.rstrip())
        if kept and items[kept - 1].first in self.settled:
            end = max(end, self.settled[items[kept - 1].first][1])
        following = items[kept].first if kept < len(items) else mismatch.before
        stop = tokens[following].start if following < len(tokens) else len(text)
        if kept < len(items) and not items[kept].name:
            run = tokens[items[kept].first].text
            stop += len(run) - len(run.lstrip())
        width = indent(text, token.start)
        place = self._leftover(end, stop, width)
        if place is not None:
            return Edit(place, place, tag), _LEFTOVER
        if not kept:
            if text[token.end - 1] == ">":
                return Edit(token.end - 1, token.end - 1, "/"), 0.0
            return Edit(token.end, token.end, tag), 0.0
        if kept and last.kind is TEXT and (lost := _LOST_END.search(text, max(last.start, end - MAX_NAME), end)):
            return Edit(end - 1, end - 1, f"}}{tag[:-1]}" if lost.group(1) else tag[:-1]), 0.1
        own_line = width is not None and text[token.end : token.end + 200].lstrip(" \t").startswith(("\n", "\r"))
        if own_line:
            return Edit(end, end, newline(text) + margin(text, token.start) + tag), 0.0
        return Edit(end, end, tag), 0.0

    def _leftover(self, start: int, end: int, width: int | None) -> int | None:
        """Where between two offsets a line is empty that a tag indented by `width` stood in."""
        if width == 0:
            return self._gap if self._gap is not None and start < self._gap <= end else None
        return None if width is None else leftover_line(self.text, start, end, width)

    @cached_property
    def _gap(self) -> int | None:
        """The first of two empty lines in a row, where the text has only one such place."""
        line_end = newline(self.text)
        gap = self.text.find(line_end * 3)
        return gap + len(line_end) if gap >= 0 and self.text.find(line_end * 3, gap + 1) < 0 else None

    def _other_readings(self, mismatch: Missing, path: list[str], outside: float) -> list[Reading]:
        """A start tag that was meant as text, or is one too many."""
        token = self.tokens[mismatch.start]
        name, text = token.name, self.text
        found: list[Reading] = []
        attributed = bool(token.attributes)
        known = self.statistics.knows(name)
        glued = token.start > 0 and not text[token.start - 1].isspace() and text[token.start - 1] != ">"
        outside += self._cut_price(mismatch)
        cost = 1.6 + outside + self.statistics.words(path) + (1.0 if attributed else 0.0)
        if self._is_stranger(mismatch.start, path):
            cost -= 0.1
        elif known:
            cost += 1.0
        elif glued:
            cost -= 1.3
        elif self._in_sentence(mismatch.start):
            cost -= 0.4
        if name.lower() in VOID or name.lower() in _HTML or self.statistics.knows_alike(name):
            cost += 1.5
        elif self.vocabulary and not known:
            cost -= 0.6
        found.append(self._as_text(token, cost))
        repeated = self._repeated(mismatch.start)
        # what is inside stays inside the other of the two
        cost = 0.3 if repeated else 1.7 + outside + (0.5 if attributed else 0.0)
        note = f'The start tag "<{name}>", which nothing closes, is removed.'
        found.append(Reading((self._without(token),), note, cost, drops=attributed and not repeated))
        return found

    def _as_text(self, token: Token, cost: float) -> Reading:
        note = f'The tag "{token.text[:60]}" becomes text: "<" is written "&lt;".'
        return Reading((Edit(token.start, token.start + 1, "&lt;"),), note, cost)

    def _in_sentence(self, index: int) -> bool:
        """Whether words stand in front of a tag and behind it in its line."""
        if not 0 < index < len(self.tokens) - 1:
            return False
        before, after = (self.tokens[at].text if self.tokens[at].kind is TEXT else "" for at in (index - 1, index + 1))
        return not any(words.isspace() or not words for words in (before.rpartition("\n")[2], after.partition("\n")[0]))

    def _is_stranger(self, index: int, path: list[str]) -> bool:
        """Whether a tag in running text has the name of elements that never stand there: the text speaks of them."""
        if not self._in_sentence(index) or not path:
            return False
        name = self.tokens[index].name
        self.statistics.witness(path[-1], name, -1)  # the tag itself does not count
        found = self.statistics.is_stranger(path, name)
        self.statistics.witness(path[-1], name, 1)
        return found

    def _repeated(self, index: int) -> bool:
        """Whether a start tag stands twice, laid out alike, with nothing but white space in between."""
        token = self.tokens[index]
        for step in (1, -1):
            other = index + step
            while 0 <= other < len(self.tokens) and self.tokens[other].kind is Kind.TEXT:
                if not self.tokens[other].text.isspace():
                    break
                other += step
            else:
                if 0 <= other < len(self.tokens):
                    twin = self.tokens[other]
                    same = twin.kind is START and twin.text == token.text
                    if same and indent(self.text, twin.start) == indent(self.text, token.start):
                        return True
        return False

    def _without(self, token: Token) -> Edit:
        """Remove a tag, and its line where it stands alone."""
        text = self.text
        if indent(text, token.start) is not None:
            rest = re.compile(r"[ \t]*+(\r?\n)").match(text, token.end)
            if rest:
                start = line_start(text, token.start)
                return Edit(start, rest.end(), "")
        return Edit(token.start, token.end, "")

    # ------------------------------------------------------------------ an end tag without a start tag
    def _extra(self, mismatch: Extra) -> Fault:
        token = self.tokens[mismatch.end]
        name = token.name
        parent = self.parent[mismatch.end]
        path = self.path(mismatch.end)
        items = self._last_items(parent + 1, mismatch.end)
        inner = [*path, name]
        width = indent(self.text, token.start)
        inside = [self.price(inner, item) + self._layout(item, width, name, inner=True) for item in items]
        outside = [self.price(path, item) for item in items]
        if path and self._stands_deeper(token, self.tokens[parent]):
            # it is laid out as a sibling of what would then stand outside
            layouts = [self._layout(item, width, path[-1], inner=False) for item in items]
            outside = [cost + more for cost, more in zip(outside, layouts, strict=True)]
        if path:
            repeated = self._repetitions(path[-1], items)
            outside = [cost + more for cost, more in zip(outside, repeated, strict=True)]
        elif items:
            outside[0] = 0.0  # the root element itself
        cost = sum(outside)
        readings = [self._removal(mismatch, items, cost)]
        if self._in_sentence(mismatch.end) and path and self.statistics.is_stranger(path, name):
            readings = [replace(readings[0], cost=cost + 1.7), self._as_text(token, cost + 1.6)]
        for at in range(len(items) - 1, -1, -1):
            if items[at].name == name:
                readings += self._longer(mismatch, items, at, path, cost)
            cost += inside[at] - outside[at]
            if at > 0 or path:
                readings.append(self._opening(mismatch, items, at, path, cost))
        if items and (tail := self._tail(items[-1], token)):
            readings.append(tail)
        readings.sort(key=lambda reading: reading.cost)
        return Fault(
            code=Code.UNEXPECTED_END_TAG,
            start=token.start,
            end=token.end,
            name=name,
            value=path[-1] if path else "",
            other=self.tokens[parent].start if parent >= 0 else -1,
            other_note=f'"{path[-1]}" is the element open here' if path else "",
            readings=tuple(readings[:MAX_READINGS]),
        )

    def _stands_deeper(self, token: Token, than: Token) -> bool:
        own, other = indent(self.text, token.start), indent(self.text, than.start)
        return own is not None and other is not None and own > other

    def _longer(self, mismatch: Extra, items: list[_Item], at: int, path: list[str], cost: float) -> list[Reading]:
        """An earlier element of the name goes on up to the end tag: its own end came too early."""
        item, token = items[at], self.tokens[mismatch.end]
        name = token.name
        tag, end = self.tokens[item.first], self.tokens[item.last]
        if tag.kind is Kind.EMPTY:
            opened = Edit(tag.start, tag.end, _EMPTY_END.sub(">", tag.text))
            note = f'The empty tag "<{name}/>" becomes the start tag of the content that follows it.'
            cost += 0.5 if self._same_line(tag, token) else 0.9
            glued = at + 1 < len(items) and not items[at + 1].name and not self.text[tag.end].isspace()
            return [Reading((opened,), note, cost - _GLUED - 0.1 if glued else cost)]
        following = items[at + 1 :]
        if end.kind is not Kind.END or not following:
            return []
        merged = [*self.items(item.first + 1, item.last), *following]
        cost += 1.05 + sum(self._repetitions(name, merged)[-len(following) :])
        if all(not other.name for other in following) and not self._same_line(end, token):
            cost += 0.2  # text in a line of its own
        if path and (path[-1], name) in self.statistics.repeated:
            cost += 0.25
        note = f'The end tag "</{name}>" that comes too early is removed.'
        return [Reading((self._without(end),), note, cost)]

    def _tail(self, item: _Item, end: Token) -> Reading | None:
        """The rest of a line whose beginning got lost: 'fix">text</name>'."""
        run = self.tokens[item.first]
        if item.name or run.kind is not Kind.TEXT or run.end != end.start:
            return None
        start = run.start + len(run.text) - len(run.text.lstrip())
        if not _TAG_TAIL.match(self.text, start, run.end):
            return None
        note = f'What is left of a lost tag, up to "</{end.name}>", is removed.'
        return Reading((Edit(start, end.end, ""),), note, 1.0, drops=True)

    def _same_line(self, first: Token, second: Token) -> bool:
        return "\n" not in self.text[first.end : second.start]

    def _removal(self, mismatch: Extra, items: list[_Item], outside: float) -> Reading:
        token = self.tokens[mismatch.end]
        cost = 1.0 + outside
        if items:
            last = self.tokens[items[-1].last]
            if last.kind is Kind.END and last.name == token.name:
                cost -= 0.3
        note = f'The end tag "</{token.name}>", which closes nothing, is removed.'
        return Reading((self._without(token),), note, cost)

    def _opening(self, mismatch: Extra, items: list[_Item], at: int, path: list[str], cost: float) -> Reading:
        """A start tag in front of an item."""
        text = self.text
        token, name = self.tokens[mismatch.end], self.tokens[mismatch.end].name
        first = self.tokens[items[at].first]
        cost += 1.2 + 0.5 * self.statistics.child(path, name)  # the end tag itself speaks for the element
        if self.statistics.seen[name] and self.statistics.attributed[name] == self.statistics.seen[name]:
            cost += 0.5
        if not self.statistics.knows(name):
            cost += 0.5
        if at + 1 == len(items) and not items[at].name and not text[token.start - 1].isspace():
            cost -= _GLUED  # the shape of a leaf
        tag = f"<{name}>"
        width = indent(text, token.start)
        gap = self.tokens[items[at - 1].last].end if at else self.tokens[max(items[at].first - 1, 0)].start
        place = self._leftover(gap, first.start, width)
        if place is not None:
            note = f'The element "{name}" gets its missing start tag "<{name}>".'
            return Reading((Edit(place, place, tag),), note, cost - 0.6)
        start = first.start
        if first.kind is Kind.TEXT:
            start += len(first.text) - len(first.text.lstrip())
        if width is not None and indent(text, start) is not None:
            tag = f"{tag}{newline(text)}{text[start - self._column(start) : start]}"
        note = f'The element "{name}" gets its missing start tag "<{name}>".'
        return Reading((Edit(start, start, tag),), note, cost)

    def _column(self, at: int) -> int:
        return at - line_start(self.text, at)

    # ------------------------------------------------------------------ two names, one element
    def _renamed(self, mismatch: Renamed) -> Fault:
        start, end = self.tokens[mismatch.start], self.tokens[mismatch.end]
        path = self.path(mismatch.start)
        stop = end.name_start + len(end.name)
        around = path[-1] if path else ""
        self.statistics.witness(around, start.name, -1)  # the start tag itself says nothing about its name
        by_end = Reading(
            (Edit(end.name_start, stop, start.name),),
            f'The end tag "</{end.name}>" becomes "</{start.name}>", the name that its start tag has.',
            self._doubt(path, start.name, end.name),
        )
        self.statistics.witness(around, start.name, 1)
        readings = [by_end]
        if end.name:
            stop = start.name_start + len(start.name)
            by_start = Reading(
                (Edit(start.name_start, stop, end.name),),
                f'The start tag "<{start.name}>" becomes "<{end.name}>", the name that its end tag has.',
                # a name that is no misspelling was copied with its end tag
                self._doubt(path, end.name, start.name)
                + (_END_TAG_WRONG if similarity(start.name, end.name) > ALIKE else 1.3),
            )
            readings = sorted([by_end, by_start], key=lambda reading: reading.cost)
        # the fault lies in the tag that has the wrong name
        wrong, right, note = end, start, f'"{start.name}" opened here'
        if readings[0] is not by_end:
            wrong, right, note = start, end, f'"</{end.name}>" stands here'
        readings = [*self._moved_letter(start, end), *readings]
        return Fault(
            code=Code.TAG_MISMATCH,
            start=wrong.start,
            end=wrong.end,
            name=start.name,
            value=end.name,
            other=right.start,
            other_note=note,
            readings=tuple(readings),
        )

    def _moved_letter(self, start: Token, end: Token) -> Iterator[Reading]:
        """The reading of two names of which one has lost a letter to the text beside its tag: "<nam>e"."""
        text = self.text
        for tag, name in ((start, end.name), (end, start.name)):
            before, after = text[tag.start - 1 : tag.start], text[tag.end : tag.end + 1]
            note = f'The letter beside the tag "{tag.text[:60]}" goes back into the name "{name}".'
            if after and tag.name + after == name and text.startswith(">", tag.name_start + len(tag.name)):
                yield Reading((Edit(tag.end - 1, tag.end + 1, f"{after}>"),), note, -SURE)
            elif before and before + tag.name == name and tag.kind is START:
                yield Reading((Edit(tag.start - 1, tag.start + 1, f"<{before}"),), note, -SURE)

    def _doubt(self, path: list[str], name: str, other: str) -> float:
        """What speaks against a name for an element at a place."""
        statistics = self.statistics
        cost = 0.0 if statistics.knows(name) else 1.0
        if not statistics.knows(name):
            uses = statistics.starts[name] + statistics.ends[name]
            cost -= min(0.5, 0.1 * (uses - 1)) + 0.5 * statistics.familiar(name) + 0.5 * statistics.spelt(name, other)
        if path:
            cost += 0.8 * statistics.child(path, name)
        if local(name) == local(other) and ":" in other and ":" not in name:
            cost += 0.2
        if name.lower() == other.lower() and name.islower():
            cost += 0.3  # capitals get lost more often than they appear
        return cost

    def _swapped(self, mismatch: Swapped) -> Fault:
        first, second = self.tokens[mismatch.first], self.tokens[mismatch.second]
        edits = (Edit(first.start, first.end, second.text), Edit(second.start, second.end, first.text))
        note = f'The tags "{first.text}" and "{second.text}" change places.'
        opened = self.structure.partner[mismatch.second]
        return Fault(
            code=Code.OVERLAPPING_TAGS,
            start=first.start,
            end=second.end,
            name=second.name,
            value=first.name,
            other=self.tokens[opened].start if opened >= 0 else -1,
            other_note=f'"{second.name}" opened here',
            readings=(Reading(edits, note),),
        )

    def _lost_slash(self, mismatch: LostSlash) -> Fault:
        token = self.tokens[mismatch.end]
        begin = token.start - (token.kind is START and self.text.endswith("/", 0, token.start))  # the slash slipped out
        note = f'The tag "{token.text}" becomes the end tag "</{token.name}>".'
        return Fault(
            code=Code.MISSING_END_TAG,
            start=token.start,
            end=token.end,
            name=token.name,
            value=token.text,
            other=self.tokens[mismatch.start].start,
            other_note=f'"{token.name}" opened here',
            readings=(Reading((Edit(begin, token.end, f"</{token.name}>"),), note),),
        )

    def _surplus_slash(self, mismatch: SurplusSlash) -> Fault:
        token = self.tokens[mismatch.start]
        end = self.tokens[self.structure.partner[mismatch.start]]
        note = f'The end tag "{token.text}" becomes the start tag "<{token.name}>".'
        return Fault(
            code=Code.UNEXPECTED_END_TAG,
            start=token.start,
            end=token.end,
            name=token.name,
            value=token.text,
            other=end.start,
            other_note=f'"{end.text}" stands here',
            readings=(Reading((Edit(token.start, token.end, f"<{token.name}>"),), note),),
        )


FAULTS = (
    FaultKind(
        code=Code.MISSING_END_TAG,
        rule="end-tag",
        message='End tag "</{name}>" is missing',
        explanation=(
            'The element "{name}", opened in line {line}, is never closed; its end tag "</{name}>" is missing here.'
        ),
    ),
    FaultKind(
        code=Code.UNEXPECTED_END_TAG,
        rule="end-tag",
        message='Unexpected end tag "</{name}>"',
        explanation='The end tag "</{name}>" closes nothing: no element "{name}" is open here.',
    ),
    FaultKind(
        code=Code.TAG_MISMATCH,
        rule="end-tag",
        message='Tag mismatch: "{name}" is closed by "</{value}>"',
        explanation=(
            'The element "{name}", opened in line {line}, is closed by "</{value}>"; both tags need the same name.'
        ),
    ),
    FaultKind(
        code=Code.OVERLAPPING_TAGS,
        rule="end-tag",
        message='Element "{name}" overlaps another',
        explanation=(
            'The element "{name}", opened in line {line}, does not end inside the element it began in; the inner '
            "element must end first."
        ),
    ),
    FaultKind(
        code=Code.TRUNCATED,
        rule="end-tag",
        message='Document ends inside "{name}"',
        explanation=(
            'The document stops before the element "{name}", opened in line {line}, is closed; its end seems to '
            "be cut off."
        ),
    ),
)
