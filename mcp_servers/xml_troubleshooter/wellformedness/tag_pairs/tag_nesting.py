"""The nesting of elements whose tags do not pair, and the evidence for and against it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from ...document.edits import Edit
from ...document.layout import indent, leftover_line, line_start, newline
from ...document.tokens import EMPTY, START, TEXT, Kind, Token
from ...prices import PLACEMENT
from ..faults import Reading
from ..mismatches import Extra, Missing, Structure
from ..scanner import Scan
from .document_statistics import DocumentStatistics

MAX_ITEMS = 300  # siblings on either side that the placement of one tag looks at
MAX_SAMPLE = 2_000  # elements whose indentation is looked at
MAX_DEPTH = 64  # ancestors that matter
MIN_ITEMS = 4  # the same where very many tags want a place
STEPS = 10  # tokens that may be passed over for each of them
MAX_WORK = 30_000  # siblings that all placements together look at


class Sibling(NamedTuple):
    """A sibling: an element with all that is inside, a run of text, or a comment."""

    first: int  # token
    last: int  # token, inclusive
    name: str  # "" for text


class Nesting:
    """The tags of a document that do not pair, with the evidence of which element belongs in which."""

    def __init__(self, scan: Scan, structure: Structure) -> None:
        self.text = scan.text
        self.tokens: Sequence[Token] = scan.tokens
        self.structure = structure
        self.schema_names = scan.schema_names
        self.limit = max(MIN_ITEMS, min(MAX_ITEMS, MAX_WORK // max(1, len(structure.mismatches))))
        self.missing = {mismatch.start: mismatch for mismatch in structure.mismatches if isinstance(mismatch, Missing)}
        self.closing: dict[int, list[int]] = defaultdict(list)
        for mismatch in self.missing.values():
            self.closing[mismatch.before].append(mismatch.start)
        self.settled: dict[int, tuple[int, int]] = {}  # of unclosed elements: the last token inside, where they end
        self.parent = self._parents()
        # the element around a surplus end tag may hold content of another
        doubtful = {self.parent[mismatch.end] for mismatch in structure.mismatches if isinstance(mismatch, Extra)}
        self.statistics = DocumentStatistics(structure, scan.schema_names, self.parent, {*self.missing, *doubtful})
        self._children, self._deeper = self._indentation()

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

    def _indentation(self) -> tuple[Counter[str], Counter[str]]:
        """By the name of a parent ("" for all): the number of children that begin a line, and of the deeper ones."""
        children: Counter[str] = Counter()
        deeper: Counter[str] = Counter()
        widths: dict[int, int | None] = {}
        for index, token in enumerate(self.tokens):
            parent = self.parent[index]
            if not (token.kind is START or token.kind is EMPTY):
                continue
            own = widths[index] = indent(self.text, token.start)
            above = widths.get(parent)
            if own is None or above is None or parent in self.missing:
                continue
            for name in ("", self.tokens[parent].name):
                children[name] += 1
                deeper[name] += own > above
            if children[""] >= MAX_SAMPLE:
                break
        return children, deeper

    def _trust(self, parent: str) -> float:
        """The weight of indentation as evidence inside elements of a name: 1 if all children are deeper, 0 at half."""
        share = (self._deeper[""] + 1) / (self._children[""] + 1)
        share = (self._deeper[parent] + 2 * share) / (self._children[parent] + 2)
        return max(0.0, 2 * share - 1)

    def path(self, index: int) -> list[str]:
        """The names from the root down to the parent of a token."""
        names: list[str] = []
        parent = self.parent[index]
        while parent >= 0 and len(names) < MAX_DEPTH:
            names.append(self.tokens[parent].name)
            parent = self.parent[parent]
        names.reverse()
        return names

    def items(self, start: int, end: int) -> list[Sibling]:
        """The siblings between two tokens, in order; white space and stray end tags are left out.

        Of very many only the first and the last: those between are no other evidence.
        """
        found: list[Sibling] = []
        index = start
        for _ in range(STEPS * self.limit):
            if index >= end or len(found) >= self.limit:
                break
            item = self._item(index, end)
            if item.first >= 0:
                found.append(item)
            index = item.last + 1
        return found if index >= end else [*found, *self.last_items(index, end)]

    def last_items(self, start: int, end: int) -> list[Sibling]:
        """The last siblings before a token, in order, none of them before `start`."""
        found: list[Sibling] = []
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

    def _item(self, index: int, end: int) -> Sibling:
        """The sibling that begins with a token; its `first` is -1 if none does."""
        token = self.tokens[index]
        if token.kind is START:
            last = index
            if self.structure.partner[index] > index:
                last = min(self.structure.partner[index], end - 1)
            elif index in self.missing:
                last = min(self.settled.get(index, (self.missing[index].before - 1, 0))[0], end - 1)
            return Sibling(index, max(last, index), token.name)
        if token.kind is EMPTY:
            return Sibling(index, index, token.name)
        words = not token.text.isspace() if token.kind is TEXT else token.kind is Kind.CDATA
        return Sibling(index if words else -1, index, "")

    def price(self, path: Sequence[str], item: Sibling) -> float:
        """The price of an item as a child of the last element of a path."""
        return self.statistics.child(path, item.name) if item.name else self.statistics.words(path)

    def prices(self, path: Sequence[str], items: Sequence[Sibling], width: int | None, *, inner: bool) -> list[float]:
        """The same for each item, with that of its indentation inside or outside an element indented by `width`."""
        parent = path[-1] if path else ""
        return [self.price(path, item) + self.layout(item, width, parent, inner=inner) for item in items]

    def repetitions(self, parent: str, items: Sequence[Sibling]) -> list[float]:
        """For each item, the price of having it in the parent together with those before it."""
        seen: set[str] = set()
        costs = []
        for item in items:
            costs.append(self.statistics.again(parent, item.name) if item.name in seen else 0.0)
            seen.add(item.name)
        return costs

    def layout(self, item: Sibling, width: int | None, parent: str, *, inner: bool) -> float:
        """The price of an item's indentation for its place inside or outside an element indented by `width`."""
        if not item.name:
            return 0.0
        own = indent(self.text, self.tokens[item.first].start)
        if own is None:
            return 0.0
        if width is None:
            return PLACEMENT.indented * self._trust(parent) if inner else 0.0
        if inner:
            # the next of the same kind, standing under it
            twin = self._trust("") if item.name == parent and own == width else 0.0
            return twin + PLACEMENT.askew * self._trust(parent) if own <= width else 0.0
        return PLACEMENT.askew * self._trust(parent) if own > width else 0.0

    def block(self, items: Sequence[Sibling], layouts: Sequence[float]) -> list[float]:
        """The prices `layouts` of items, lower for lines of a block that were moved together: one slip, not many."""
        columns = [indent(self.text, self.tokens[item.first].start) for item in items]
        following = [column is not None and column == next_ for column, next_ in pairwise([*columns, None])]
        return [layout * (PLACEMENT.in_block if same else 1.0) for layout, same in zip(layouts, following, strict=True)]

    def as_text(self, token: Token, cost: float) -> Reading:
        note = f'The tag "{token.text[:60]}" becomes text: "<" is written "&lt;".'
        return Reading((Edit(token.start, token.start + 1, "&lt;"),), note, cost)

    def in_sentence(self, index: int) -> bool:
        """Whether there are words in front of a tag and behind it in its line."""
        if not 0 < index < len(self.tokens) - 1:
            return False
        before, after = (self.tokens[at].text if self.tokens[at].kind is TEXT else "" for at in (index - 1, index + 1))
        return not any(words.isspace() or not words for words in (before.rpartition("\n")[2], after.partition("\n")[0]))

    def is_stranger(self, index: int, path: list[str]) -> bool:
        """Whether a tag in running text has the name of elements that never occur in text: it is a mention of them."""
        if not self.in_sentence(index) or not path:
            return False
        name = self.tokens[index].name
        with self.statistics.without(path[-1], name):
            return self.statistics.is_stranger(path, name)

    def unwitnessed(self, index: int, path: list[str]) -> float:
        """The price of an element as the child of the last of a path, by all but its own tag."""
        name = self.tokens[index].name
        with self.statistics.without(path[-1], name):
            return self.statistics.child(path, name)

    def without(self, token: Token) -> Edit:
        """The edit that removes a tag, with its line if it is alone there."""
        text = self.text
        if indent(text, token.start) is not None:
            rest = re.compile(r"[ \t]*+(\r?\n)").match(text, token.end)
            if rest:
                start = line_start(text, token.start)
                return Edit(start, rest.end(), "")
        return Edit(token.start, token.end, "")

    def leftover(self, start: int, end: int, width: int | None) -> int | None:
        """The place, between two offsets, in an empty line that has lost a tag indented by `width`; None for none."""
        if width == 0:
            return self._gap if self._gap is not None and start < self._gap <= end else None
        return None if width is None else leftover_line(self.text, start, end, width)

    @cached_property
    def _gap(self) -> int | None:
        """The first of two empty lines in a row, where the text has only one such place."""
        line_end = newline(self.text)
        gap = self.text.find(line_end * 3)
        return gap + len(line_end) if gap >= 0 and self.text.find(line_end * 3, gap + 1) < 0 else None


class MismatchReader:
    """The base of all readers of tags that do not pair: the document and its evidence of the nesting of elements."""

    def __init__(self, nesting: Nesting) -> None:
        self.nesting = nesting
        self.text, self.tokens = nesting.text, nesting.tokens
        self.partner = nesting.structure.partner
        self.statistics, self.schema_names = nesting.statistics, nesting.schema_names
