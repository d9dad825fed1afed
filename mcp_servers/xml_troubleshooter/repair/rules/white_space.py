"""White space around a value that the schema would collapse, but the validator does not (libxml2 at dates and times)."""

from __future__ import annotations

from collections.abc import Iterator

from ...document.document import Document
from ...document.edits import Edit
from ...validation.diagnostics import Code, Diagnostic
from ..proposal import Fix, Safety

_VALUES = {
    Code.INVALID_VALUE,
    Code.NOT_IN_ENUMERATION,
    Code.PATTERN_MISMATCH,
    Code.LENGTH_OUT_OF_BOUNDS,
    Code.VALUE_OUT_OF_RANGE,
}


def mend(diagnostic: Diagnostic, document: Document) -> Iterator[Fix]:
    """Take the white space around the value away."""
    start, end = diagnostic.start, diagnostic.end
    if diagnostic.code not in _VALUES or not start < end or document.text[start] == "<":
        return
    # the span may lie inside the white space, or take it in
    while start > 0 and document.text[start - 1].isspace():
        start -= 1
    while end < len(document.text) and document.text[end].isspace():
        end += 1
    value = document.text[start:end].strip()
    left = start + document.text[start:end].index(value) if value else start
    edits = tuple(edit for edit in (Edit(start, left, ""), Edit(left + len(value), end, "")) if edit.start < edit.end)
    if value and edits:
        yield Fix(
            edits=edits, source="rule:white-space", reason=f"The validator accepts {diagnostic.name} without white space around it only.",
            safety=Safety.SAFE, confidence=0.9, at=diagnostic.start,
        )  # fmt: skip
