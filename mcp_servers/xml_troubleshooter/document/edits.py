"""Edits on a text: the only way in which this project changes a document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


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


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made at once; edits at one place keep their given order.

    Raises EditConflictError where edits overlap or lie outside the text.
    """
    pieces: list[str] = []
    at = 0
    for edit in ordered(edits):
        if edit.start < at or edit.end > len(text):
            raise EditConflictError(f"the edit at {edit.start}-{edit.end} overlaps another or lies outside the text")
        pieces += (text[at : edit.start], edit.after)
        at = edit.end
    return "".join(pieces) + text[at:]


def ordered(edits: Iterable[Edit]) -> list[Edit]:
    """The edits by place; a stable sort, so that insertions at one place keep their order."""
    return sorted(edits, key=lambda edit: (edit.start, edit.end))
