"""Faults hidden behind others: a schema finds them once those are out of the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..codes import Code
from ..diagnostics import Diagnostic, Report
from ..document.document import Document
from ..document.edits import Edit, JointEdits, apply
from ..document.way_back import WayBack
from ..schemas.plan import Plan
from .latest_verdicts import diagnosed, validate
from .layers import Diagnosis

if TYPE_CHECKING:
    from ..conformance.violations import Violation

_LONGEST = 5_000_000  # characters of a document that is read this far ahead
_ROUNDS = 8  # until nothing hides anything
# faults that make a validator of XSD skip the elements behind and below them
_HIDING = {Code.UNDECLARED_ROOT, Code.WRONG_NAMESPACE, Code.UNEXPECTED_ELEMENT, Code.MISSING_ELEMENT}


def hidden(document: Document, report: Report, plan: Plan) -> tuple[Diagnostic, ...]:
    """The faults that a plan's layers find once the others are out of their way, at their offsets in the document.

    All are marked `masked`; none is in the report. The result is () for a document without faults that hide others,
    that only its syntax judges, or that no reading of its faults makes well-formed. The edits are made on trial: they
    are no repair, and nobody gets to see them.
    """
    if not plan.layers or len(document.text) > _LONGEST:
        return ()
    back = WayBack(document.text)
    found: dict[tuple[int, Code], Diagnostic] = {}
    known = {(item.start, item.code) for item in report.diagnostics}
    current, state = document, report
    while _hides(state, plan) and len(back) < _ROUNDS:
        diagnosis = diagnosed(current, plan)
        edits = _of_structure(diagnosis, current.text) if state.well_formed else _of_markup(diagnosis, current, plan)
        if not edits:
            break
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
    """Whether a report may be without some faults, because others hide them."""
    if not report.well_formed:
        return True
    return plan.grammar.endswith(".xsd") and any(item.code in _HIDING for item in report.diagnostics)


def _of_markup(diagnosis: Diagnosis, document: Document, plan: Plan) -> Sequence[Edit]:
    """The likeliest readings of the faults of markup, as far as they can be made together: first those beyond doubt."""
    from ..grammar.schema_names import names_of  # noqa: PLC0415 - lxml is loaded where it is used
    from ..wellformedness.broken_document import BrokenDocument  # noqa: PLC0415 - most documents are well-formed
    from ..wellformedness.families import FAULT_KINDS  # noqa: PLC0415

    broken = BrokenDocument(document, names_of(plan.grammar, plan.roots))
    joint, sure, doubtful = JointEdits(), list[Edit](), list[Edit]()
    for fault in diagnosis.faults:
        best = next(iter(FAULT_KINDS[fault.code].readings(broken, fault)), None)
        if best is not None and joint.admit(best.edits):
            (doubtful if best.drops or best.sure is False else sure).extend(best.edits)
    return sure or doubtful


def _of_structure(diagnosis: Diagnosis, text: str) -> Sequence[Edit]:
    """The edits that let a validator go on behind faults of the structure, as far as they can be made at once."""
    from ..conformance.later_errors import out_of_the_way  # noqa: PLC0415 - few documents have such faults

    joint, edits = JointEdits(), list[Edit]()
    for violation in _violations(diagnosis):
        made = out_of_the_way(violation, text)
        if violation.code in _HIDING and joint.admit(made):
            edits += made
    return edits


def _violations(diagnosis: Diagnosis) -> Iterator[Violation]:
    """The violations of the document, and those of the document that it carries, which are at the same offsets."""
    yield from diagnosis.violations
    if diagnosis.carried is not None:
        yield from (each for each in diagnosis.carried[1].violations if each.node.parent is not None)
