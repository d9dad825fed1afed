"""An element that is misspelt, in the wrong case or in the wrong namespace."""

from __future__ import annotations

from collections.abc import Iterator

from ...conformance.violations import Rename, ViolationOf
from ...loop.proposal import Fix, Question
from ...prices import NAMES
from ..context import Context, mended, rename_tags


def mend(violation: ViolationOf[Rename], context: Context) -> Iterator[Fix | Question]:
    """Give the element the declared name that comes closest and fits the place."""
    node = violation.node
    written, declaration = context.written(violation.correction.name, node)
    certain = violation.cost < NAMES.slip and not violation.others
    yield mended(
        violation, "element-name", *rename_tags(node, written, declaration), certain=certain,
        confidence=max(0.3, 1 - violation.cost / 4), reason=f"{violation.sentence} {written} {_why(violation)}",
    )  # fmt: skip


def _why(violation: ViolationOf[Rename]) -> str:
    """What speaks for the name: that it is near, or the place alone."""
    if violation.correction.is_near(violation.node):
        return "is the closest name that the schema allows here."
    return "is allowed here, but nothing like the name that is written: it may be something else."
