"""An attribute that an element may not have: misspelt, or unknown to the schema."""

from __future__ import annotations

from collections.abc import Iterator

from ...conformance.violations import RemoveAttribute, RenameAttribute, ViolationOf
from ...document.edits import Edit
from ...loop.proposal import Fix, Question
from ...prices import NAMES
from ..context import Context, mended


def rename(violation: ViolationOf[RenameAttribute], context: Context) -> Iterator[Fix | Question]:
    """Give the attribute the declared name that comes closest."""
    attribute = violation.attribute
    assert attribute is not None
    written, declaration = context.written(violation.correction.name, violation.node, attribute=True)
    certain = violation.cost < NAMES.slip and not violation.others
    name = (declaration + " " + written).strip()
    edit = Edit(attribute.name_start, attribute.name_start + len(attribute.name), name)
    yield mended(violation, "attribute-name", edit, certain=certain, confidence=max(0.3, 1 - violation.cost / 4))


def remove(violation: ViolationOf[RemoveAttribute], context: Context) -> Iterator[Fix | Question]:
    """Take the attribute out; its value is lost, so this is never done without asking."""
    attribute = violation.attribute
    assert attribute is not None
    yield mended(
        violation, "surplus-attribute", Edit(attribute.start, attribute.end, ""), certain=False, confidence=0.7,
        reason=f"{violation.sentence} Removing it loses its value.",
    )  # fmt: skip
