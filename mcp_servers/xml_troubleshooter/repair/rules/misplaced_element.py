"""An element that is allowed in its parent, but at another place among its siblings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...document.edits import Edit
from ...validation.departures import Departure
from ..context import Context
from ..proposal import Fix, Question, Safety


def mend(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Move the element, with its indentation, to where the content model has it."""
    certain = not departure.others and not departure.strays  # another parent gives the element another meaning
    yield Fix(
        edits=context.move(departure.node, departure.place), source="rule:misplaced-element",
        reason=f"{departure.sentence} The schema gives the order of its siblings.",
        safety=Safety.SAFE if certain else Safety.UNSAFE, confidence=0.9 if certain else 0.6,
        at=departure.start,
    )  # fmt: skip


def put_back(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Move the element to the empty line that it left."""
    yield Fix(
        edits=context.move(departure.node, departure.place), source="rule:misplaced-element",
        reason=departure.sentence, safety=Safety.UNSAFE, confidence=0.5, at=departure.start,
    )  # fmt: skip


def reorder(departures: Sequence[Departure], context: Context) -> Fix:
    """Move several children of one parent at once; none of them would do alone."""
    removed = [Edit(*context.whole(departure.node), "") for departure in departures]
    added = [Edit(item.place, item.place, context.indented(item.node)) for item in departures]
    certain = not any(departure.others for departure in departures)
    parent = departures[0].node.parent
    names = ", ".join(dict.fromkeys(departure.node.written for departure in departures))
    return Fix(
        edits=(*removed, *added), source="rule:misplaced-element",
        reason=f"{names} stand in another order in {parent.written if parent else ''} than the schema gives them.",
        safety=Safety.SAFE if certain else Safety.UNSAFE, confidence=0.9 if certain else 0.6,
        at=min(departure.start for departure in departures),
    )  # fmt: skip
