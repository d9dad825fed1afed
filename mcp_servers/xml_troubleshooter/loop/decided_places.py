"""The places whose content the user has decided on, and the repairs that would undo a decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ..document.edits import Edit, MovedOffsets, meet, overlap
from .proposal import Fix


@dataclass(frozen=True, slots=True)
class DecidedPlace:
    """A place of the current document, with the text that a decision put there and the text that it replaced."""

    start: int
    before: str
    after: str

    @property
    def end(self) -> int:
        """The offset of its end."""
        return self.start + len(self.after)

    def undone_by(self, edit: Edit) -> bool:
        """Whether an edit changes the decided text, restores the removed text, or makes markup of escaped text."""
        if overlap(edit, self):
            return True
        if not self.after:
            return edit.start == self.start and edit.after.strip() == self.before.strip() != ""
        is_text = self.after.startswith("&")
        return is_text and meet(edit, self) and "<" in edit.after


def places_of(fixes: Iterable[Fix], before: str, after: str, moved: MovedOffsets) -> list[DecidedPlace]:
    """The places in the text `after` of the fixes' edits of the text `before`; `moved` has all edits made with them."""
    edits = [edit for fix in fixes for edit in fix.edits]
    ends = [moved.after_edits(edit.end) for edit in edits]
    found = [
        DecidedPlace(end - len(edit.after), before[edit.start : edit.end], edit.after)
        for edit, end in zip(edits, ends, strict=True)
    ]
    return [each for each in found if after.startswith(each.after, each.start)]


def still_there(places: Iterable[DecidedPlace], text: str, moved: MovedOffsets) -> list[DecidedPlace]:
    """The places in the text after an edit, without those that the edit has changed."""
    found = [replace(each, start=moved.after_edits(each.start)) for each in places]
    return [each for each in found if text.startswith(each.after, each.start)]


def undo(fix: Fix, places: Sequence[DecidedPlace]) -> bool:
    """Whether a fix would undo the decision at one of the places."""
    return any(place.undone_by(edit) for place in places for edit in fix.edits)
