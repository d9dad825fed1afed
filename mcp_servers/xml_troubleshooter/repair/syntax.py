"""Repairs of what makes a document not well-formed: the readings of its faults as fixes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from ..codes import Code
from ..diagnosis.syntax import faults
from ..document.document import Document
from ..document.edits import Edit
from ..loop.proposal import Fix, Question, Safety, answered_by
from ..wellformedness.broken_document import BrokenDocument
from ..wellformedness.families import FAULT_KINDS
from ..wellformedness.faults import Fault, Reading
from ..wellformedness.vocabulary import Vocabulary
from .encoding_question import answered, question

EQUAL = 0.35  # readings whose costs differ by less are equally good


def fixes(
    document: Document, vocabulary: Vocabulary | None = None, answers: Mapping[str, str] = MappingProxyType({})
) -> list[Fix]:
    """The best repair of each fault of a document; together they do not overlap.

    A fault whose repair would touch the characters of another's is left for the next round.
    """
    taken = _Taken()
    found = candidates(document, vocabulary, answers)
    return [ways[0] for ways in found if ways and taken.admits(ways[0].edits)]


def questions(document: Document, vocabulary: Vocabulary | None = None) -> tuple[Question, ...]:
    """What only a person knows about its faults: the encoding of a text, the likely ones best first."""
    broken = BrokenDocument(document)
    asked = (question(broken, fault) for fault in faults(document, vocabulary) if fault.code == Code.ENCODING_MISMATCH)
    first = next(filter(None, asked), None)
    return (first,) if first else ()


def candidates(
    document: Document, vocabulary: Vocabulary | None = None, answers: Mapping[str, str] = MappingProxyType({})
) -> list[list[Fix]]:
    """For each fault of a document all ways to repair it, best first; none where nobody but the author can know."""
    broken = BrokenDocument(document, vocabulary)
    return [_fixes(broken, fault, answers) for fault in faults(document, vocabulary)]


def _fixes(broken: BrokenDocument, fault: Fault, answers: Mapping[str, str]) -> list[Fix]:
    """One fix for each reading of a fault, best first."""
    if answers and fault.code is Code.ENCODING_MISMATCH and (known := answered(broken, fault, answers)):
        reading, asked = known
        return [replace(_fix(fault, reading, safe=True), provenance=answered_by(asked))]
    readings = FAULT_KINDS[fault.code].read(broken, fault)
    return [_weighed(fault, readings, number) for number in range(len(readings))]


def _weighed(fault: Fault, readings: Sequence[Reading], number: int) -> Fix:
    """A reading as a fix: the best is safe where it drops nothing and no other reading equals it."""
    reading = readings[number]
    if reading.sure is not None:
        confidence = reading.confidence if number == 0 else min(reading.confidence, 0.3)
        return _fix(fault, replace(reading, confidence=confidence), safe=reading.sure and number == 0)
    others = [other.cost for index, other in enumerate(readings) if index != number]
    distance = min(others) - reading.cost if others else 1.0
    clear = number == 0 and distance >= EQUAL
    confidence = 0.95 if not others else max(0.3, min(0.95, 0.6 + 0.3 * distance)) if number == 0 else 0.3
    return _fix(fault, replace(reading, confidence=confidence), safe=clear and not reading.drops)


def _fix(fault: Fault, reading: Reading, *, safe: bool) -> Fix:
    return Fix(
        edits=reading.edits,
        source=f"rule:{FAULT_KINDS[fault.code].rule}",
        reason=reading.note,
        safety=Safety.SAFE if safe else Safety.UNSAFE,
        confidence=reading.confidence,
        at=fault.start,
    )


class _Taken:
    """The characters that fixes have taken so far."""

    def __init__(self) -> None:
        self._spans: list[tuple[int, int]] = []  # replaced characters, sorted
        self._points: list[int] = []  # places of insertions, sorted
        self._insertions: set[Edit] = set()

    def admits(self, edits: Sequence[Edit]) -> bool:
        """Whether none of these edits touches what is taken; if so, they are taken now."""
        if any(self._touches(edit) for edit in edits):
            return False
        for edit in edits:
            if edit.start == edit.end:
                self._insertions.add(edit)
                insort(self._points, edit.start)
            else:
                insort(self._spans, (edit.start, edit.end))
        return True

    def _touches(self, edit: Edit) -> bool:
        at = bisect_left(self._spans, (edit.start, edit.start))
        inside = at > 0 and self._spans[at - 1][1] > edit.start
        if edit.start == edit.end:
            return inside or edit in self._insertions
        overlaps = at < len(self._spans) and self._spans[at][0] < edit.end
        point = bisect_right(self._points, edit.start)
        return inside or overlaps or (point < len(self._points) and self._points[point] < edit.end)
