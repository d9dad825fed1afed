"""From offsets in a text behind edits back to the offsets in the text in front of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from .edits import Edit, apply, ordered


class OffsetMap:
    """The way from offsets behind some edits back to the text in front of them, in logarithmic time each."""

    def __init__(self, text: str, edits: Sequence[Edit]) -> None:
        self._text = text
        self._edits = ordered(edits)
        self._removed = {text[edit.start : edit.end].strip(): edit.start for edit in edits if edit.start < edit.end}
        self._starts: list[int] = []  # of the inserted texts, in the text behind the edits
        shift = 0
        for edit in self._edits:
            self._starts.append(edit.start + shift)
            shift += edit.shift

    def origin(self, offset: int) -> int:
        """The offset that one came from: of inserted text the place of the insertion, of moved text its old place."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return offset
        edit, inside = self._edits[index], offset - self._starts[index]
        if inside >= len(edit.after):
            return edit.end + inside - len(edit.after)
        source = self._source(edit)
        if source < 0:
            return edit.start
        moved = edit.after.strip()
        return self._text.index(moved, source) + min(max(inside - edit.after.index(moved), 0), len(moved) - 1)

    def is_new(self, offset: int) -> bool:
        """Whether an offset lies in text that an edit brought in, not merely moved."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return False
        edit = self._edits[index]
        return offset - self._starts[index] < len(edit.after) and self._source(edit) < 0

    def _source(self, edit: Edit) -> int:
        moved = edit.after.strip()
        return self._removed.get(moved, -1) if "<" in moved else -1


class WayBack:
    """From offsets in a text behind several steps of edits to those in the text as it first came."""

    def __init__(self, text: str, steps: Iterable[Sequence[Edit]] = ()) -> None:
        self._maps: list[OffsetMap] = []
        for edits in steps:
            self.add(text, edits)
            text = apply(text, edits)

    def add(self, text: str, edits: Sequence[Edit]) -> None:
        """One more step, of edits on the text behind those before it."""
        self._maps.append(OffsetMap(text, edits))

    def origin(self, offset: int) -> int:
        """The offset in the text as it first came, of one behind the last step."""
        for offsets in reversed(self._maps):
            offset = offsets.origin(offset)
        return offset

    def is_new(self, offset: int) -> bool:
        """Whether an offset lies in text that the last step brought in."""
        return self._maps[-1].is_new(offset)

    def __len__(self) -> int:
        return len(self._maps)
