"""An element that is allowed in its parent, but at another place among its siblings."""

from __future__ import annotations

from collections.abc import Iterator

from ...document.edits import Edit
from ...validation.departures import Departure
from ..context import Context
from ..proposal import Fix, Question, Safety


def mend(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Move the element, with its indentation, to where the content model has it."""
    start, end = context.whole(departure.node)
    moved = context.text[start:end]
    yield Fix(
        edits=(Edit(start, end, ""), Edit(departure.place, departure.place, moved)), source="rule:misplaced-element",
        reason=f"{departure.sentence} The schema gives the order of its siblings.",
        safety=Safety.UNSAFE if departure.others else Safety.SAFE, confidence=0.6 if departure.others else 0.9,
        at=departure.start,
    )  # fmt: skip
