"""The one judge of documents. Pure, with arguments that can be pickled, because it is called in worker processes."""

from __future__ import annotations

from ..diagnostics import Report
from ..document.document import Document
from ..schemas.plan import Plan
from .layers import Diagnosis

_last: list[tuple[Document, Plan, Diagnosis]] = []  # one at most


def validate(document: Document, plan: Plan = Plan()) -> Report:  # noqa: B008 - it cannot be changed
    """The verdict on a document: is it well-formed, and what does each layer of its plan say?

    Without a DTD, XSD or RELAX NG in the plan it is measured by the declarations in its own DOCTYPE, where it has such.
    A layer that cannot be run costs its own verdict alone; its result says why.
    """
    from .judge import judge  # noqa: PLC0415 - lxml is loaded where the work is done, in the worker

    made = judge(document, plan)
    _last[:] = [(document, plan, made)]
    return made.report


def diagnosed(document: Document, plan: Plan) -> Diagnosis:
    """The verdict with what its faults are made of: the one that `validate` came to last in this process, if it did."""
    from .ill_formed import EXPLAINED  # noqa: PLC0415 - lxml is loaded where the work is done, in the worker
    from .judge import judge  # noqa: PLC0415

    large = len(document.text) > EXPLAINED
    if not large and _last and _last[0][:2] == (document, plan):
        return _last[0][2]
    made = judge(document, plan, len(document.text) if large else EXPLAINED)
    _last[:] = [(document, plan, made)]
    return made
