"""A namespace declaration that is missing or names a namespace the schema does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...conformance.violations import DeclareNamespace, ViolationOf
from ...document.character_references import attribute_text
from ...document.edits import Edit
from ...loop.proposal import Fix, Question
from ..context import Context, mended

_DIGITS = re.compile(r"\d+")  # of which the versions of a vocabulary differ


def mend(violation: ViolationOf[DeclareNamespace], context: Context) -> Iterator[Fix | Question]:
    """Declare the namespace that the schema gives to these elements."""
    node, attribute, meant = violation.node, violation.attribute, violation.correction.namespace
    if attribute is not None:
        edit = Edit(attribute.value_start, attribute.value_end, attribute_text(meant, attribute.quote or '"'))
        reason = f"The schema declares the elements of {attribute.name} in {meant}, not in {violation.value}."
    else:
        edit = Edit(node.name_end, node.name_end, f' xmlns="{attribute_text(meant)}"')
        reason = violation.sentence
    version = _DIGITS.sub("", violation.value) == _DIGITS.sub("", meant)
    if version:
        reason += " It is another version; if that is meant, give its schema."
    yield mended(
        violation, "namespace-declaration", edit, certain=not version, confidence=0.7 if version else 0.95,
        reason=reason, provenance="schema: the namespace of its declarations",
    )  # fmt: skip
