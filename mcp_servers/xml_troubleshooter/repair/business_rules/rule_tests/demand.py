"""The demands that a part of a test may make on the document."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..slots import Slot


class Kind(StrEnum):
    """The kinds of demands."""

    LITERAL = "literal"  # that a value is one that the rule names
    EQUAL = "equal"  # that it is the same as another of the document
    BEGIN = "begin"  # that it begins with one
    END = "end"
    HOLD = "hold"  # that it holds one
    OTHERWISE = "otherwise"  # that it is not this one
    LISTED = "listed"  # that it is in a list
    PATTERN = "pattern"  # that it matches an expression
    FORM = "form"  # that it can be read as a number, a date, or another type
    DECIMALS = "decimals"  # that it has no more decimals
    LENGTH = "length"  # that it is no longer, or no shorter, or of just so many characters
    AMOUNTS = "amounts"  # that a calculation comes out
    LEFT_OUT = "left out"  # nothing, but it would have a part in a calculation
    PRESENT = "present"
    ABSENT = "absent"
    FEWER = "fewer"  # that there are no more of them
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Demand:
    """A demand on some slots. `values` are those that would do, or a pattern, or a number of decimals or characters.

    `result` is the slot that a calculation yields by definition, where that is clear: a total, and not the addends.
    """

    kind: Kind
    slots: tuple[Slot, ...] = ()
    values: tuple[str, ...] = ()
    result: Slot | None = None
