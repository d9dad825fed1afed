"""A DOCTYPE that names another document element than the one that is there."""

from __future__ import annotations

from collections.abc import Iterator

from ...conformance.violations import NameInDoctype, ViolationOf
from ...document.edits import Edit
from ...loop.proposal import Fix
from ..context import Context, mended


def mend(violation: ViolationOf[NameInDoctype], context: Context) -> Iterator[Fix]:
    """Name the document element there, surely where the DTD declares no other that may be meant."""
    correction = violation.correction
    certain = not correction.declared and not violation.others
    yield mended(
        violation, "doctype-name", Edit(violation.start, violation.end, correction.name), certain=certain,
        confidence=0.9 if certain else 0.5,
    )  # fmt: skip
