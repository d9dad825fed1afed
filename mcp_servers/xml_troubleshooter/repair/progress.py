"""Whether a step is progress: faults before and after it, compared at their places in one and the same text."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..document.edits import Edit, ordered
from ..validation.diagnostics import Diagnostic, Report


@dataclass(frozen=True, slots=True)
class Placed:
    """A diagnostic at its place in the original document."""

    start: int
    end: int
    fault: Diagnostic

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same fault after an edit: the place, the code, and what was expected there.

        A wrong new name or value for what is at fault leaves the expectation, so the fault counts as still there; a
        filled gap changes it.
        """
        return self.start, self.fault.code, self.fault.expected


def no_progress(
    old: Report,
    before: Sequence[Placed],
    new: Report,
    after: Sequence[Placed],
    aims: dict[int, tuple[int, list[Placed]]],
) -> str:
    """Why a step is no progress; "" where it is."""
    if new.valid and not old.valid:
        return ""
    if old.valid and not new.valid:
        return f"the document was valid and would not be: {_first(after)}"
    if old.well_formed and not new.well_formed:
        return f"the document would no longer be well-formed: {_first(after)}"
    if new.well_formed and not old.well_formed:
        return ""
    remaining = Counter(item.key for item in after)
    falls = _total(new) < _total(old)
    for count, faults in aims.values():
        gone = sum(1 for fault in faults if not remaining[fault.key])
        if gone < min(count, len(faults)):
            still = next(fault for fault in faults if remaining[fault.key])
            return f"the fault is still there: {told(still.fault)}"
        if not faults and not falls:
            return "no fault is reported at the place it aims at"
    known = Counter(item.key for item in before)
    limit = min((fault.start for _, faults in aims.values() for fault in faults), default=0)
    broken = next((item for item in after if item.start < limit and not known[item.key]), None)
    if broken:
        return f"it breaks what was valid in front of it: {told(broken.fault)}"
    if falls or (before and after and after[0].start >= before[0].start and _rises_in_order(old, new)):
        return ""
    return f"it repairs nothing in sum: {_first(after)}"


def _rises_in_order(old: Report, new: Report) -> bool:
    """Whether more faults than before can mean progress: a schema hides faults, well-formedness is listed whole."""
    return old.well_formed or _total(new) <= _total(old)


def _total(report: Report) -> int:
    return max(report.total, len(report.diagnostics))


def faults_at(offset: int, placed: Sequence[Placed]) -> list[Placed]:
    """The faults that start at an offset, else the one of the shortest span around it."""
    exact = [item for item in placed if item.start == offset]
    around = [item for item in placed if item.start <= offset < item.end]
    return exact or sorted(around, key=lambda item: item.end - item.start)[:1]


def placed(text: str, report: Report, edits: Sequence[Edit]) -> list[Placed]:
    """The diagnostics at their places in the text before the edits, in document order."""
    place = origins(text, edits)
    found = [Placed(start := place(item.start), max(place(item.end), start), item) for item in report.diagnostics]
    return sorted(found, key=lambda item: item.start)


def origins(text: str, edits: Sequence[Edit]) -> Callable[[int], int]:
    """A function from an offset behind the edits to the offset in front of them, in logarithmic time.

    An offset inside inserted text maps to the place of the insertion, inside moved text to where that stood.
    """
    in_order = ordered(edits)
    removed = {text[edit.start : edit.end].strip(): edit.start for edit in in_order if edit.start < edit.end}
    starts: list[int] = []  # of the inserted texts, in the text behind the edits
    shift = 0
    for edit in in_order:
        starts.append(edit.start + shift)
        shift += edit.shift

    def place(offset: int) -> int:
        index = bisect_right(starts, offset) - 1
        if index < 0:
            return offset
        edit = in_order[index]
        inside = offset - starts[index]
        if inside >= len(edit.after):
            return edit.end + inside - len(edit.after)
        moved = edit.after.strip()
        source = removed.get(moved, -1) if "<" in moved else -1
        if source < 0:
            return edit.start
        indent = text.index(moved, source)
        return indent + min(max(inside - edit.after.index(moved), 0), len(moved) - 1)

    return place


def _first(placed: Sequence[Placed]) -> str:
    return told(placed[0].fault) if placed else "the validator names no place"


def told(fault: Diagnostic) -> str:
    message = " ".join((fault.message or fault.explanation or fault.code).split())
    return f"line {fault.line}: {message[:300]}"
