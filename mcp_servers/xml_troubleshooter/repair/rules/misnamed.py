"""An element or attribute under a name that the schema does not have there: misspelt, or unknown to it."""

from __future__ import annotations

from collections.abc import Iterator

from ...conformance.violations import RemoveAttribute, Rename, RenameAttribute, Violation, ViolationOf
from ...document.edits import Edit
from ...loop.proposal import Fix, Question
from ...prices import NAMES
from ..context import Context, mended, rename_tags


def rename_element(violation: ViolationOf[Rename], context: Context) -> Iterator[Fix | Question]:
    """Give the element the declared name that comes closest and fits the place."""
    written, declaration = context.written(violation.correction.name, violation.node)
    if violation.correction.is_near(violation.node):
        why = "is the closest name that the schema allows here."
    else:
        why = "is allowed here, but nothing like the name that is written: it may be something else."
    yield _renamed(
        violation, "element-name", *rename_tags(violation.node, written, declaration),
        reason=f"{violation.sentence} {written} {why}",
    )  # fmt: skip


def rename_attribute(violation: ViolationOf[RenameAttribute], context: Context) -> Iterator[Fix | Question]:
    """Give the attribute the declared name that comes closest."""
    attribute = violation.attribute
    assert attribute is not None
    written, declaration = context.written(violation.correction.name, violation.node, attribute=True)
    name = (declaration + " " + written).strip()
    edit = Edit(attribute.name_start, attribute.name_start + len(attribute.name), name)
    yield _renamed(violation, "attribute-name", edit)


def _renamed(violation: Violation, source: str, *edits: Edit, reason: str = "") -> Fix:
    certain, confidence = violation.cost < NAMES.slip and not violation.others, max(0.3, 1 - violation.cost / 4)
    return mended(violation, source, *edits, certain=certain, confidence=confidence, reason=reason)


def remove_attribute(violation: ViolationOf[RemoveAttribute], context: Context) -> Iterator[Fix | Question]:
    """Take the attribute out; its value is lost, so this is never done without asking."""
    attribute = violation.attribute
    assert attribute is not None
    yield mended(
        violation, "surplus-attribute", Edit(attribute.start, attribute.end, ""), certain=False, confidence=0.7,
        reason=f"{violation.sentence} Removing it loses its value.",
    )  # fmt: skip
