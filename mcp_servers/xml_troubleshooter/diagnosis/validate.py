"""The one judge of documents. Pure, with arguments that can be pickled, because it is called in worker processes."""

from __future__ import annotations

from ..diagnostics import Report
from ..document.document import Document
from ..schemas.plan import Plan


def validate(document: Document, plan: Plan = Plan()) -> Report:  # noqa: B008 - it cannot be changed
    """The verdict on a document: is it well-formed, and what does each layer of its plan say?

    Without a DTD, XSD or RELAX NG in the plan it is measured by the declarations in its own DOCTYPE, where it has such.
    A layer that cannot be run costs its own verdict alone; its result says why.
    """
    from .judge import judge  # noqa: PLC0415 - lxml is loaded where the work is done, in the worker

    return judge(document, plan)
