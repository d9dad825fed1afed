"""Faults of markup, with the ways in which the broken place can be read."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, replace

from ..codes import Code
from ..document.edits import Edit


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a broken place, as the edits that write it down properly.

    `note` describes the edits in one sentence; `drops`: they remove words of the document; readings of one fault
    compare by `cost`. Where costs do not decide, `sure` is whether it is beyond doubt, with `confidence`.
    """

    edits: tuple[Edit, ...]
    note: str
    cost: float = 0.0
    drops: bool = False
    sure: bool | None = None
    confidence: float = 0.95

    def doubted(self, confidence: float = 0.5) -> Reading:
        """The reading as no more than a guess."""
        return replace(self, sure=False, confidence=confidence)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault at the characters from `start` up to `end`.

    `name` is the element, attribute or entity at fault, `value` the offending text, `other` the offset of a second
    place that explains it (-1 for none) and `other_note` a note on it; `readings` come best first.
    """

    code: Code
    start: int
    end: int
    readings: tuple[Reading, ...] = ()
    _: KW_ONLY
    name: str = ""
    value: str = ""
    other: int = -1
    other_note: str = ""

    def doubted(self, confidence: float = 0.5) -> Fault:
        """The fault with readings that are no more than guesses."""
        return replace(self, readings=tuple(reading.doubted(confidence) for reading in self.readings))

    def explained_by(self, other: int, note: str) -> Fault:
        """The fault with the offset of a second place that explains it, and a note on that place."""
        return replace(self, other=other, other_note=note)


def fault(
    code: Code,
    start: int,
    end: int,
    edits: tuple[Edit, ...],
    note: str,
    *,
    name: str = "",
    value: str = "",
    drops: bool = False,
    sure: bool | None = None,
) -> Fault:
    """A fault with one reading."""
    return Fault(code, start, end, (Reading(edits, note, drops=drops, sure=sure),), name=name, value=value)
