"""What a schema would say to a document that is not well-formed yet: the faults behind the faults."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..document.document import Document
from ..document.edits import Edit, apply, origin
from ..validation.diagnostics import Diagnostic, Report

_LONGEST = 5_000_000  # characters of a document that is read this far ahead
_ROUNDS = 5  # of repair, until the markup holds


def hidden(document: Document, report: Report, schema: str, roots: tuple[Path, ...] = ()) -> tuple[Diagnostic, ...]:
    """The faults that a schema finds once the markup is repaired, at their places in the document as it is.

    All are marked `masked`. None for a document that is well-formed, has no schema, or that the rules cannot make
    well-formed. Raises SchemaError.
    """
    if report.well_formed or not schema or len(document.text) > _LONGEST:
        return ()
    from ..validation.validate import validate  # noqa: PLC0415 - lxml is loaded where it is used
    from .engine import propose  # noqa: PLC0415

    batches: list[list[Edit]] = []
    current, state = document, report
    while not state.well_formed and len(batches) < _ROUNDS:
        fixes = propose(current, state.diagnostics, schema, True, {}, frozenset(), roots).fixes  # noqa: FBT003
        edits = [edit for fix in fixes for edit in fix.edits]
        if not edits:
            return ()
        batches.append(edits)
        current = current.with_text(apply(current.text, edits))
        state = validate(current, schema, roots)
    found = []
    for item in state.diagnostics if state.well_formed else ():
        start = origin(item.start, batches)
        line, column = document.position(start)
        end = max(origin(item.end, batches), start)
        found.append(replace(item, start=start, end=end, line=line, column=column, masked=True))
    return tuple(found)
