"""Faults of markup, with the ways in which the broken place can be read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..codes import Code
from ..document.edits import Edit


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a broken place, as the edits that write it down properly.

    `note` says in one sentence what the edits do; `drops` marks that words of the document go with them; readings of
    one fault compare by `cost`. Where costs say nothing, `sure` tells whether it is beyond doubt, with `confidence`.
    """

    edits: tuple[Edit, ...]
    note: str
    cost: float = 0.0
    drops: bool = False
    sure: bool | None = None
    confidence: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault at the characters from `start` up to `end`.

    `name` is the element, attribute or entity at fault, `value` the offending text, `other` the offset of a second
    place that explains it (-1 for none) and `other_note` what is there; `readings` come best first.
    """

    code: Code
    start: int
    end: int
    name: str = ""
    value: str = ""
    other: int = -1
    other_note: str = ""
    readings: tuple[Reading, ...] = ()


def doubted(found: Fault) -> Fault:
    """The fault with readings that are no more than a guess."""
    return replace(found, readings=tuple(replace(each, sure=False, confidence=0.5) for each in found.readings))


def fault(code: Code, start: int, end: int, edits: tuple[Edit, ...], note: str, **more: object) -> Fault:
    """A fault with one reading."""
    drops = bool(more.pop("drops", False))
    return Fault(code=code, start=start, end=end, readings=(Reading(edits, note, 0.0, drops),), **more)  # type: ignore[arg-type] # the fields of Fault
