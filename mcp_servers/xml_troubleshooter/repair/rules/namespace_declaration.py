"""A namespace declaration that is missing or names a namespace the schema does not know."""

from __future__ import annotations

from collections.abc import Iterator

from ...document.edits import Edit
from ...validation.departures import Departure
from ..context import Context, attribute_text
from ..proposal import Fix, Question, Safety


def mend(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Declare the namespace that the schema gives to these elements."""
    node, attribute = departure.node, departure.attribute
    if attribute is not None:
        edit = Edit(attribute.value_start, attribute.value_end, attribute_text(departure.name, attribute.quote or '"'))
        reason = f"The schema declares the elements of {attribute.name} in {departure.name}, not in {departure.value}."
    else:
        at = node.start + 1 + len(node.written)
        edit = Edit(at, at, f' xmlns="{attribute_text(departure.name)}"')
        reason = departure.sentence
    yield Fix(
        edits=(edit,), source="rule:namespace-declaration", reason=reason, safety=Safety.SAFE, confidence=0.95,
        at=departure.start, provenance="schema: the namespace of its declarations",
    )  # fmt: skip
