"""What the rules for well-formedness share: the case they judge, and fixes made from readings of the scanner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from ..document.document import Document
from ..document.edits import Edit
from ..document.faults import Fault, Reading
from ..document.scanner import Scan, scan
from ..document.vocabulary import Vocabulary
from .proposal import Fix, Safety

EQUAL = 0.35  # readings whose costs differ by less are equally good


@dataclass(frozen=True)
class Case:
    """A document that is not well-formed, with the vocabulary that it should use, where one is known."""

    document: Document
    vocabulary: Vocabulary | None = None

    @property
    def text(self) -> str:
        """The text of the document."""
        return self.document.text

    @cached_property
    def scan(self) -> Scan:
        """The tokens of the document."""
        return scan(self.document.text)


Rule = Callable[[Case, Fault], list[Fix]]


def fix(
    rule: str, fault: Fault, edits: tuple[Edit, ...], reason: str, *, safe: bool = True, confidence: float = 0.95
) -> Fix:
    """A fix of a rule for a fault."""
    return Fix(
        edits=edits,
        source=f"rule:{rule}",
        reason=reason,
        safety=Safety.SAFE if safe else Safety.UNSAFE,
        confidence=confidence,
        at=fault.start,
    )


def from_readings(rule: str, fault: Fault) -> list[Fix]:
    """One fix for each reading, best first; the best is safe where it drops nothing and no other reading equals it."""
    return [_from_reading(rule, fault, number, reading) for number, reading in enumerate(fault.readings)]


def _from_reading(rule: str, fault: Fault, number: int, reading: Reading) -> Fix:
    others = [other.cost for index, other in enumerate(fault.readings) if index != number]
    distance = min(others) - reading.cost if others else 1.0
    clear = number == 0 and distance >= EQUAL
    confidence = 0.95 if not others else max(0.3, min(0.95, 0.6 + 0.3 * distance)) if number == 0 else 0.3
    return fix(rule, fault, reading.edits, reading.note, safe=clear and not reading.drops, confidence=confidence)
