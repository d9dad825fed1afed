"""The one judge of documents. Pure, with arguments that can be pickled, because it is called in worker processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..diagnostics import Report
from ..document.document import Document
from ..schemas.plan import Plan
from .layers import Diagnosis

_STATES = 7  # beside the latest that are remembered at most


@dataclass(slots=True)
class _Memory:
    """The verdicts of this process: the latest, and within `judged_once` some before it."""

    states: list[tuple[Document, Plan, Diagnosis]] = field(default_factory=list)
    whole: bool = False

    def find(self, document: Document, plan: Plan) -> Diagnosis | None:
        return next((each[2] for each in reversed(self.states) if each[:2] == (document, plan)), None)

    def keep(self, document: Document, plan: Plan, made: Diagnosis) -> None:
        self.states = [*(self.states[-_STATES:] if self.whole else ()), (document, plan, made)]


_memory = _Memory()


@contextmanager
def judged_once() -> Iterator[None]:
    """Within it, each state of a document is judged once, however often its verdict is asked for."""
    _memory.states, _memory.whole = [], True
    try:
        yield
    finally:
        _memory.states, _memory.whole = _memory.states[-1:], False


def validate(document: Document, plan: Plan = Plan()) -> Report:  # noqa: B008 - it cannot be changed
    """The verdict on a document: is it well-formed, and does each layer of its plan accept it?

    Without a DTD, XSD or RELAX NG in the plan the document is judged by the declarations in its own DOCTYPE, if there
    are any. A layer that cannot be run gives no verdict; its result says why, and the other layers are run.
    """
    return _judged(document, plan, remembered=_memory.whole).report


def diagnosed(document: Document, plan: Plan) -> Diagnosis:
    """The verdict with the causes of its diagnostics; the one of `validate`, if that was the latest in this process."""
    return _judged(document, plan, remembered=True, explained=len(document.text))


def _judged(document: Document, plan: Plan, *, remembered: bool, explained: int = 0) -> Diagnosis:
    from .judge import EXPLAINED, judge  # noqa: PLC0415 - lxml is loaded where the work is done, in the worker

    # of a larger document the remembered diagnostics may be the validator's own errors
    made = _memory.find(document, plan) if remembered and explained <= EXPLAINED else None
    if made is None:
        made = judge(document, plan, max(explained, EXPLAINED))
        _memory.keep(document, plan, made)
    return made
