"""The validator and the gate in a worker process, which work ahead as long as that takes no time.

So the verdict on a state, the proposal of the rules for it and the gate's verdict on that are one piece of work, with
nothing found twice.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from ..diagnostics import Diagnostic, Report
from ..document.document import Document
from ..errors import LimitError
from ..loop import gate
from ..loop.decisions import apart
from ..loop.gate import Verdict
from ..loop.proposal import Engine, Fix
from ..request import Request
from ..schemas.plan import Plan
from ..workers.dispatch import offload
from .engine import Proposal, RuleEngine, propose

_SOON = 2.0  # seconds: a verdict that took longer is worth to be known before more is asked
_AT_ONCE = 0.2  # seconds of work, within which it goes on unasked
_STEPS = 4  # that are gone unasked
_AGAIN = 10.0  # seconds for a verdict alone, if with the proposal it took too long


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of the rules: consent, the answers, and whether they leave fixes that need consent to others."""

    allow_unsafe: bool
    answers: Mapping[str, str]
    patient: bool


@dataclass(frozen=True, slots=True)
class Step:
    """Fixes, the verdict of the gate on them, and the proposal of the rules for the resulting state.

    The proposal is None if that state is valid or unchanged, or if its verdict took so long that it comes first.
    """

    fixes: tuple[Fix, ...]
    verdict: Verdict
    proposal: Proposal | None


class LookaheadJudge:
    """The validator and the gate as a run needs them; proposals known ahead go to the rules among its engines."""

    def __init__(self, engines: Sequence[Engine], seconds: float = 120.0) -> None:
        """`seconds` bounds the time for one verdict."""
        self._rules = [each for each in engines if isinstance(each, RuleEngine)]
        self._seconds = seconds
        self.hidden: tuple[Diagnostic, ...] | None = None  # behind the faults of markup that a run began with
        self._steps: tuple[Step, ...] = ()  # that are known ahead, from a state on these terms
        self._from: tuple[Document, Plan, Terms] | None = None

    async def begin(self, document: Document, plan: Plan, request: Request) -> Report:
        """The verdict on a document as it comes. Raises LimitError where the validator hangs or crashes."""
        from ..diagnosis.latest_verdicts import validate  # noqa: PLC0415 - lxml is loaded where it is used

        if not self._rules:
            return await offload(validate, document, plan, seconds=self._seconds)
        engine, (answers, _) = self._rules[0], apart(request.answers)
        terms = Terms(request.allow_unsafe, answers, engine.patient)
        try:
            begun = await offload(first_steps, document, plan, terms, seconds=self._seconds)
        except LimitError:  # of the rules, perhaps
            return await offload(validate, document, plan, seconds=min(_AGAIN, self._seconds))
        report, self.hidden, proposal, self._steps = begun
        self._from = (document, plan, terms)
        engine.ahead = (document, plan, proposal) if proposal is not None else None
        return report

    async def judge(self, document: Document, report: Report, fixes: Sequence[Fix], plan: Plan) -> Verdict:
        """Raises LimitError where the validator hangs or crashes."""
        engine = next((each for each in self._rules if each.asked and each.asked.document is document), None)
        if engine is None or engine.asked is None:
            return await offload(gate.judge, document, report, tuple(fixes), plan, seconds=self._seconds)
        terms = Terms(engine.asked.allow_unsafe, dict(engine.asked.answers), engine.patient)
        if not self._knows(document, plan, terms, tuple(fixes)):
            seconds = self._seconds + engine.seconds
            self._steps = await offload(next_steps, document, report, tuple(fixes), plan, terms, seconds=seconds)
        step, self._steps = self._steps[0], self._steps[1:]
        self._from = (step.verdict.document, plan, terms)
        engine.asked = None
        engine.ahead = (step.verdict.document, plan, step.proposal) if step.proposal is not None else None
        return step.verdict

    def _knows(self, document: Document, plan: Plan, terms: Terms, fixes: tuple[Fix, ...]) -> bool:
        """Whether the next step is known ahead."""
        if not self._steps or self._from is None or self._from[0] is not document:
            return False
        return self._from[1:] == (plan, terms) and self._steps[0].fixes == fixes


def first_steps(
    document: Document, plan: Plan, terms: Terms
) -> tuple[Report, tuple[Diagnostic, ...] | None, Proposal | None, tuple[Step, ...]]:
    """The verdict on a document, and the results that follow from it in no time; None for those not known yet.

    They are the faults that its schema finds behind those of its markup, the proposal, and the steps from there.
    """
    from ..diagnosis.latest_verdicts import judged_once, validate  # noqa: PLC0415 - lxml is loaded where it is used

    started = time.perf_counter()
    with judged_once():
        report = validate(document, plan)
        hidden = _hidden_at_once(started, document, report, plan)
        proposal = _proposed_soon(started, document, report, plan, terms)
        return report, hidden, proposal, tuple(_steps(started, document, report, proposal, plan, terms))


def next_steps(
    document: Document, report: Report, fixes: tuple[Fix, ...], plan: Plan, terms: Terms
) -> tuple[Step, ...]:
    """The verdict of the gate on fixes, the proposal of the rules for the resulting state, and the steps from there."""
    from ..diagnosis.latest_verdicts import judged_once  # noqa: PLC0415 - lxml is loaded where it is used

    started = time.perf_counter()
    with judged_once():
        first = _step(started, document, report, fixes, plan, terms)
        state = first.verdict
        return (first, *_steps(started, state.document, state.report, first.proposal, plan, terms))


def _steps(
    started: float, document: Document, report: Report, proposal: Proposal | None, plan: Plan, terms: Terms
) -> Iterator[Step]:
    """The steps that follow from a proposal, as long as the work since it `started` takes no time."""
    with suppress(Exception):  # known steps are kept; a failure is reported when the next is asked for
        for _ in range(_STEPS):
            if proposal is None or not proposal.fixes or time.perf_counter() - started > _AT_ONCE:
                return
            step = _step(started, document, report, proposal.fixes, plan, terms)
            yield step
            document, report, proposal = step.verdict.document, step.verdict.report, step.proposal


def _step(started: float, document: Document, report: Report, fixes: tuple[Fix, ...], plan: Plan, terms: Terms) -> Step:
    verdict = gate.judge(document, report, fixes, plan)
    proposal = _proposed_soon(started, verdict.document, verdict.report, plan, terms) if verdict.accepted else None
    return Step(fixes, verdict, proposal)


def _proposed_soon(started: float, document: Document, report: Report, plan: Plan, terms: Terms) -> Proposal | None:
    """The proposal of the rules for a document just judged; None if it is valid or its verdict took long."""
    if report.valid or time.perf_counter() - started > _SOON:
        return None
    with suppress(Exception):  # the verdict is kept; a failure is reported when the proposal is asked for
        return propose(document, plan, terms.allow_unsafe, terms.answers, frozenset(), terms.patient)
    return None


def _hidden_at_once(started: float, document: Document, report: Report, plan: Plan) -> tuple[Diagnostic, ...] | None:
    """The diagnostics hidden behind faults of markup; None if they have to be requested on their own."""
    if report.well_formed:
        return ()  # it comes to light anyway while the document is repaired
    if time.perf_counter() - started > _AT_ONCE:
        return None
    from ..diagnosis.hidden_faults import hidden  # noqa: PLC0415 - most documents are well-formed

    with suppress(Exception):  # told when it is asked for
        return hidden(document, report, plan)
    return None
