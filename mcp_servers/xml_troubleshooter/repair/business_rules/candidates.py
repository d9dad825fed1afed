"""A candidate for the repair of a fault, before it is known whether it helps."""

from __future__ import annotations

from dataclasses import dataclass

from ...document.edits import Edit
from ..values.rewrite import Rewrite
from .slots import Slot, Slots

SURE = 0.95  # of confidence: the same value, written otherwise


@dataclass(frozen=True, slots=True)
class Candidate:
    """Edits that may meet a demand.

    `path` is their place, `before` and `after` are the values there ("" for none), `provenance` is the source of the
    new value. `same` says that a value is only written otherwise, `choice` that nobody but a person may choose it,
    `drops` that information is removed. `shown` describes it among options, where it is more than one value.
    """

    edits: tuple[Edit, ...]
    at: int
    path: str
    reason: str
    confidence: float
    before: str = ""
    after: str = ""
    provenance: str = ""
    same: bool = False
    choice: bool = False
    drops: bool = False
    slot: Slot | None = None
    shown: str = ""


def of_value(slots: Slots, slot: Slot, value: Rewrite, provenance: str = "", *, choice: bool = False) -> Candidate:
    """A value written into a slot; a safe one is the same value in another form."""
    return Candidate(
        slots.put(slot, value.value), slots.start(slot), slots.path(slot), value.reason, value.confidence,
        before=slots.value(slot).strip(), after=value.value, provenance=provenance or f"computed: {value.reason}",
        same=value.safe, choice=choice, slot=slot,
    )  # fmt: skip
