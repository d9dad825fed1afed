"""Edits on a text: the only way in which this project changes a document."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple, Protocol


class EditConflictError(ValueError):
    """Two edits of one batch touch the same characters, or an edit lies outside the text."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the characters from `start` up to `end` (offsets, end exclusive) by `after`."""

    start: int
    end: int
    after: str

    def __reduce__(self) -> tuple[type[Edit], tuple[int, int, str]]:
        """Masses of edits cross between processes; this way that takes a third of the time."""
        return Edit, (self.start, self.end, self.after)

    @property
    def shift(self) -> int:
        """By how many characters the text behind the edit moves."""
        return len(self.after) - (self.end - self.start)


class Span(Protocol):
    """Whatever has the characters of a text from `start` up to `end` (offsets, end exclusive): an edit, a fault."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


class Stretch(NamedTuple):
    """A span of any text."""

    start: int
    end: int


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans share characters, or an empty one lies within the other; not at its border."""
    return one.start < other.end and other.start < one.end


def meet(one: Span, other: Span) -> bool:
    """Whether two spans share characters or a border."""
    return one.start <= other.end and other.start <= one.end


class JointEdits:
    """Edits of one text that can be made together, collected group by group.

    Two edits are in each other's way where they overlap, or are equal: one fault repaired twice. Where it is said to be
    `shared`, an edit of several groups counts as one.
    """

    def __init__(self, edits: Iterable[Edit] = (), *, shared: bool = False) -> None:
        self._made = sorted(edits)
        self._shared = shared

    def admit(self, edits: Sequence[Edit]) -> bool:
        """Take a group of edits, or none of them where one overlaps an edit that was taken before, or another one."""
        last = self._made[-1:]
        if all(one.end <= other.start and one < other for one, other in pairwise((*last, *edits))):
            self._made += edits  # masses of edits come like this, in the order of the text
            return True
        new: list[Edit] = []
        for edit in edits:
            at = bisect_left(self._made, edit)
            known = at < len(self._made) and self._made[at] == edit
            if known and (self._shared or (edit in new and edit.start == edit.end)):
                continue  # the insertions of one group may be equal
            neighbours = self._made[max(at - 1, 0) : at + 1]
            if known or any(overlap(edit, other) for other in neighbours):
                for undone in new:
                    self._made.remove(undone)
                return False
            self._made.insert(at, edit)
            new.append(edit)
        return True


def apply(text: str, edits: Iterable[Edit], start: int = 0, end: int | None = None) -> str:
    """The text, or its part from `start` up to `end`, with all edits made at once.

    Edits at one place keep their given order. Raises EditConflictError where edits overlap or lie outside the text.
    """
    pieces: list[str] = []
    at = start
    for edit in ordered(edits):
        if edit.start < at or edit.end > len(text):
            raise EditConflictError(f"the edit at {edit.start}-{edit.end} overlaps another or lies outside the text")
        pieces += (text[at : edit.start], edit.after)
        at = edit.end
    return "".join(pieces) + text[at:end]


def ordered(edits: Iterable[Edit]) -> list[Edit]:
    """The edits by place; a stable sort, so that insertions at one place keep their order."""
    return sorted(edits, key=lambda edit: (edit.start, edit.end))


class MovedOffsets:
    """The offsets of a text mapped to those behind edits that do not overlap, in logarithmic time each."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        """The edits come in their order."""
        self._starts = [edit.start for edit in edits]
        self._ends = [edit.end for edit in edits]
        self._shifts = [0, *accumulate(edit.shift for edit in edits)]

    def after_edits(self, offset: int) -> int:
        """The offset behind the edits that an offset of the text becomes."""
        return offset + self._shifts[bisect_right(self._ends, offset)]

    def touched(self, span: Span) -> bool:
        """Whether an edit and a span meet."""
        return bisect_left(self._ends, span.start) < bisect_right(self._starts, span.end)


class Spans:
    """Stretches of a text, which may overlap; an offset is looked up among many in logarithmic time."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        """Each reaches from its first offset up to its second."""
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def __contains__(self, offset: int) -> bool:
        """Whether an offset lies in one of them."""
        return self.overlap(Stretch(offset, offset + 1))

    def overlap(self, span: Span) -> bool:
        """Whether one of them and a span overlap."""
        index = bisect_right(self._ends, span.start)
        return index < len(self._starts) and self._starts[index] < span.end
