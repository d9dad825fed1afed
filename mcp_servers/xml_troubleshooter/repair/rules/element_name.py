"""An element that is misspelt, in the wrong case or in the wrong namespace."""

from __future__ import annotations

from collections.abc import Iterator

from ...validation.departures import Departure
from ..context import CLOSE, Context, rename_tags
from ..proposal import Fix, Question, Safety


def mend(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Give the element the declared name that comes closest and fits the place."""
    node = departure.node
    written, declaration = context.written(departure.name, node)
    certain = departure.cost < CLOSE and not departure.others
    yield Fix(
        edits=rename_tags(node, written, declaration), source="rule:element-name",
        reason=f"{departure.sentence} {written} is the closest name that the schema allows here.",
        safety=Safety.SAFE if certain else Safety.UNSAFE, confidence=max(0.3, 1 - departure.cost / 4),
        at=departure.start,
    )  # fmt: skip
