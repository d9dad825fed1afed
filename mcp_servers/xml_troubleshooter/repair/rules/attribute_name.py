"""An attribute that an element may not have: misspelt, or unknown to the schema."""

from __future__ import annotations

from collections.abc import Iterator

from ...document.edits import Edit
from ...validation.departures import Departure
from ..context import CLOSE, Context
from ..proposal import Fix, Question, Safety


def rename(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Give the attribute the declared name that comes closest."""
    attribute = departure.attribute
    assert attribute is not None
    written, declaration = context.written(departure.name, departure.node, attribute=True)
    certain = departure.cost < CLOSE and not departure.others
    name = (declaration + " " + written).strip()
    yield Fix(
        edits=(Edit(attribute.name_start, attribute.name_start + len(attribute.name), name),),
        source="rule:attribute-name", reason=departure.sentence, safety=Safety.SAFE if certain else Safety.UNSAFE,
        confidence=max(0.3, 1 - departure.cost / 4), at=departure.start,
    )  # fmt: skip


def remove(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Take the attribute out; its value is lost, so this is never done without asking."""
    attribute = departure.attribute
    assert attribute is not None
    yield Fix(
        edits=(Edit(attribute.start, attribute.end, ""),), source="rule:surplus-attribute",
        reason=f"{departure.sentence} Removing it loses its value.", safety=Safety.UNSAFE, confidence=0.7,
        at=departure.start,
    )  # fmt: skip
