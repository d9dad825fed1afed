"""What a schema would say once the faults that are told are repaired: the faults behind the faults."""

from __future__ import annotations

from dataclasses import replace

from ..codes import Code
from ..diagnostics import Diagnostic, Report
from ..document.document import Document
from ..document.edits import apply
from ..loop.gate import edits_of
from ..loop.progress import WayBack
from ..schemas.plan import Plan

_LONGEST = 5_000_000  # characters of a document that is read this far ahead
_ROUNDS = 8  # of repair, until nothing hides anything
# what makes a validator of XSD pass over the elements behind it and below it
_HIDING = {Code.UNDECLARED_ROOT, Code.WRONG_NAMESPACE, Code.UNEXPECTED_ELEMENT, Code.MISSING_ELEMENT}


def hidden(document: Document, report: Report, plan: Plan) -> tuple[Diagnostic, ...]:
    """The faults that a plan's layers find once the others are repaired, at their offsets in the document as it is.

    All are marked `masked`; none is in the report. None for a document in which nothing hides anything, which nothing
    but its syntax judges, or which the rules cannot make well-formed.
    """
    if not plan.layers or len(document.text) > _LONGEST:
        return ()
    from ..diagnosis.validate import validate  # noqa: PLC0415 - lxml is loaded where it is used
    from .engine import propose  # noqa: PLC0415

    back = WayBack(document.text)
    found: dict[tuple[int, Code], Diagnostic] = {}
    known = {(item.start, item.code) for item in report.diagnostics}
    current, state = document, report
    while _hides(state, plan) and len(back) < _ROUNDS:
        fixes = propose(current, plan, True, {}).fixes  # noqa: FBT003
        if not fixes:
            break
        edits = edits_of(fixes)
        back.add(current.text, edits)
        of_markup = not state.well_formed
        current = current.with_text(apply(current.text, edits))
        state = validate(current, plan)
        for item in state.diagnostics if state.well_formed else ():
            start = back.origin(item.start)
            if (start, item.code) not in known and (of_markup or not back.is_new(item.start)):
                line, column = document.position(start)
                end = max(back.origin(item.end), start)
                told = replace(item, start=start, end=end, line=line, column=column, masked=True)
                found.setdefault((start, item.code), told)
    return tuple(sorted(found.values(), key=lambda item: (item.start, item.end)))


def _hides(report: Report, plan: Plan) -> bool:
    """Whether there may be faults that a report does not tell of."""
    if not report.well_formed:
        return True
    return plan.grammar.endswith(".xsd") and any(item.code in _HIDING for item in report.diagnostics)
