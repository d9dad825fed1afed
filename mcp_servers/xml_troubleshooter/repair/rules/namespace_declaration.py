"""A namespace declaration that is missing or names a namespace the schema does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...document.edits import Edit
from ...validation.departures import Departure
from ..context import Context, attribute_text
from ..proposal import Fix, Question, Safety

_DIGITS = re.compile(r"\d+")  # of which the versions of a vocabulary differ


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
    version = _DIGITS.sub("", departure.value) == _DIGITS.sub("", departure.name)
    if version:
        reason += " It is another version; if that is meant, give its schema."
    yield Fix(
        edits=(edit,), source="rule:namespace-declaration", reason=reason,
        safety=Safety.UNSAFE if version else Safety.SAFE, confidence=0.7 if version else 0.95,
        at=departure.start, provenance="schema: the namespace of its declarations",
    )  # fmt: skip
