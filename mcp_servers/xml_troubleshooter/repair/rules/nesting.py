"""A level of elements that is missing or too many."""

from __future__ import annotations

from collections.abc import Iterator

from ...document.edits import Edit
from ...validation.departures import Departure
from ..context import Context
from ..proposal import Fix, Question, Safety


def unwrap(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Take the tags of the element away and leave what is between them. The element's name is lost."""
    node = departure.node
    assert node.close is not None
    yield Fix(
        edits=(Edit(node.start, node.tag.end, ""), Edit(node.close.start, node.close.end, "")),
        source="rule:surplus-wrapper", reason=departure.sentence, safety=Safety.UNSAFE, confidence=0.6,
        at=departure.start,
    )  # fmt: skip


def wrap(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Put the missing element around the children that make up its content."""
    assert departure.decl is not None
    parent = departure.node.parent or departure.node
    written, declaration = context.written(departure.decl.name, parent)
    yield Fix(
        edits=(
            Edit(departure.start, departure.start, f"<{written}{declaration}>"),
            Edit(departure.place, departure.place, f"</{written}>"),
        ),
        source="rule:missing-wrapper", reason=f"{departure.sentence} {written} takes exactly these.",
        safety=Safety.UNSAFE if departure.others else Safety.SAFE, confidence=0.8, at=departure.start,
        provenance="schema: the only element that may hold them here",
    )  # fmt: skip
