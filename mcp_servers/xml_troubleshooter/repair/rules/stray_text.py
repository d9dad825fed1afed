"""Text between the children of an element that may hold elements only."""

from __future__ import annotations

from collections.abc import Iterator

from ...document.edits import Edit
from ...validation.departures import Departure
from ..context import Context
from ..proposal import Fix, Question, Safety


def mend(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Take the text out; it is lost, so this is never done without asking."""
    yield Fix(
        edits=(Edit(departure.start, departure.end, ""),), source="rule:stray-text",
        reason=f"{departure.sentence} Removing it loses the text.", safety=Safety.UNSAFE, confidence=0.7,
        at=departure.start,
    )  # fmt: skip
