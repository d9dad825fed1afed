"""The engine of rules: deterministic, free, offline. What it is sure of goes first in the loop, its doubts last."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from ..checked import Request
from ..codes import Code
from ..diagnostics import LayerKind, Report
from ..document.document import Document
from ..document.edits import Edit
from ..errors import LimitError, SchemaError
from ..loop import gate
from ..loop.consent import sealed
from ..loop.decisions import apart
from ..loop.gate import Verdict
from ..loop.proposal import AT_ONCE, Action, Engine, Fix, ProposeFix, Question, ReportComplete, Safety, Task, answers_in
from ..loop.record import WITHHELD
from ..schemas.plan import Plan
from ..workers.offload import offload

if TYPE_CHECKING:
    from ..diagnosis.layers import Diagnosis
    from ..schemas.envelopes import Payload


_SOON = 2.0  # seconds: a verdict that took longer is worth to be known before more is asked
_AGAIN = 10.0  # seconds for a verdict alone, where with what the rules say to it it took too much


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the rules say to one state of a document."""

    fixes: tuple[Fix, ...]
    withheld: tuple[Fix, ...]  # as many as anybody looks through
    more_withheld: int
    questions: tuple[Question, ...]


class RuleEngine:
    """Proposes what the rules determine, state after state, until nothing is left to propose."""

    name = "rules"

    def __init__(self, seconds: float = 50.0, *, patient: bool = False) -> None:
        """`seconds` bounds the time that the rules may think about one state.

        A `patient` engine leaves what needs consent to others that come after it, even where consent was given.
        """
        self.seconds = seconds
        self.patient = patient
        self.asked: Task | None = None  # about what there are fixes that have not been judged yet
        self.ahead: tuple[Document, Plan, Proposal] | None = None  # what is known of a state before it is asked

    async def next_action(self, task: Task) -> Action:
        """All fixes that may be applied to this state; questions and withheld fixes once there are none."""
        if task.report.valid:
            return ReportComplete(reasoning="The validator accepts the document.")
        since = takewhile(lambda attempt: not attempt.accepted, reversed(task.history))  # it is another text before
        refused = frozenset(_key(fix) for attempt in since for fix, _ in attempt.rejected)
        ahead = self.ahead
        if ahead is not None and ahead[0] is task.document and ahead[1] == task.plan and not refused:
            proposal = ahead[2]
        else:
            proposal = await offload(
                propose, task.document, task.plan, task.allow_unsafe, dict(task.answers), refused,
                self.patient, seconds=self.seconds,
            )  # fmt: skip
        self.ahead, self.asked = None, task if proposal.fixes else None
        if proposal.fixes:
            count = len(proposal.fixes)
            faults = "1 fault has" if count == 1 else f"{count} faults have"
            return ProposeFix(proposal.fixes, reasoning=f"{faults} a repair by rule.")
        return ReportComplete(
            proposal.questions,
            proposal.withheld,
            proposal.more_withheld,
            0 if task.report.well_formed else max(0, task.report.total - AT_ONCE),
            "No rule has more to propose.",
        )


class LookaheadJudge:
    """The validator and the gate in a worker process, which with each verdict tell the rules what these say to it.

    So the verdict on a state and what the rules make of it are one piece of work, with nothing found twice.
    """

    def __init__(self, engines: Sequence[Engine], seconds: float = 120.0) -> None:
        """`seconds` bounds the time for one verdict."""
        self._rules = [each for each in engines if isinstance(each, RuleEngine)]
        self._seconds = seconds

    async def begin(self, document: Document, plan: Plan, request: Request) -> Report:
        """The verdict on a document as it comes. Raises LimitError where the validator hangs or crashes."""
        from ..diagnosis.validate import validate  # noqa: PLC0415 - lxml is loaded where it is used

        if not self._rules:
            return await offload(validate, document, plan, seconds=self._seconds)
        engine, (answers, _) = self._rules[0], apart(request.answers)
        try:
            report, proposal = await offload(
                validate_and_propose, document, plan, request.allow_unsafe, answers, engine.patient,
                seconds=self._seconds,
            )  # fmt: skip
        except LimitError:  # of the rules, perhaps
            return await offload(validate, document, plan, seconds=min(_AGAIN, self._seconds))
        engine.ahead = (document, plan, proposal) if proposal is not None else None
        return report

    async def judge(self, document: Document, report: Report, fixes: Sequence[Fix], plan: Plan) -> Verdict:
        """Raises LimitError where the validator hangs or crashes."""
        engine = next((each for each in self._rules if each.asked and each.asked.document is document), None)
        if engine is None or engine.asked is None:
            return await offload(gate.judge, document, report, tuple(fixes), plan, seconds=self._seconds)
        task = engine.asked
        verdict, proposal = await offload(
            judge_and_propose, document, report, tuple(fixes), plan, task.allow_unsafe, dict(task.answers),
            engine.patient, seconds=self._seconds + engine.seconds,
        )  # fmt: skip
        engine.asked = None
        engine.ahead = (verdict.document, plan, proposal) if proposal is not None else None
        return verdict


def validate_and_propose(
    document: Document,
    plan: Plan,
    allow_unsafe: bool,  # noqa: FBT001 - positional, because it crosses a process border
    answers: Mapping[str, str],
    patient: bool,  # noqa: FBT001
) -> tuple[Report, Proposal | None]:
    """The verdict on a document, and what the rules propose for it as `judge_and_propose` does."""
    from ..diagnosis.validate import validate  # noqa: PLC0415 - lxml is loaded where it is used

    started = time.perf_counter()
    report = validate(document, plan)
    return report, _proposed_soon(started, document, report, plan, allow_unsafe, answers, patient)


def judge_and_propose(
    document: Document,
    report: Report,
    fixes: Sequence[Fix],
    plan: Plan,
    allow_unsafe: bool,  # noqa: FBT001 - positional, because it crosses a process border
    answers: Mapping[str, str],
    patient: bool,  # noqa: FBT001
) -> tuple[Verdict, Proposal | None]:
    """The verdict of the gate, and what the rules propose for the state that it comes to.

    None where that is valid or the same as before, and where the verdict took so long that it is to be known first.
    """
    started = time.perf_counter()
    verdict = gate.judge(document, report, fixes, plan)
    if not verdict.accepted:
        return verdict, None
    return verdict, _proposed_soon(started, verdict.document, verdict.report, plan, allow_unsafe, answers, patient)


def _proposed_soon(
    started: float,
    document: Document,
    report: Report,
    plan: Plan,
    allow_unsafe: bool,  # noqa: FBT001
    answers: Mapping[str, str],
    patient: bool,  # noqa: FBT001
) -> Proposal | None:
    """What the rules propose for a document just judged; None where it is valid or its verdict took long."""
    if report.valid or time.perf_counter() - started > _SOON:
        return None
    try:
        return propose(document, plan, allow_unsafe, answers, frozenset(), patient)
    except Exception:  # noqa: BLE001 - the verdict stands; what fails here is told when it is asked for
        return None


def propose(
    document: Document,
    plan: Plan,
    allow_unsafe: bool,  # noqa: FBT001 - positional, because it crosses a process border
    answers: Mapping[str, str],
    refused: frozenset[tuple[object, ...]] = frozenset(),
    patient: bool = False,  # noqa: FBT001, FBT002
) -> Proposal:
    """What the rules propose for a document: well-formedness first, then validity by the first grammar of its plan.

    Unsafe fixes are withheld unless allowed, and even then come only where no safe one is left, to a `patient` caller
    never; a fix that the gate `refused` is not proposed again, and what it answered is asked anew. It goes on from the
    last diagnosis in its process.
    """
    from ..diagnosis.validate import diagnosed  # noqa: PLC0415 - lxml is loaded where it is used

    diagnosis = diagnosed(document, plan)
    found, questions = _rules(document, diagnosis, plan, answers)
    denied = {name for fix in found if _key(fix) in refused for name in answers_in(fix)}
    if denied:
        kept = {name: answer for name, answer in answers.items() if name not in denied}
        found, questions = _rules(document, diagnosis, plan, kept)
    found = sealed(document, [fix for fix in found if _key(fix) not in refused])
    safe = tuple(fix for fix in found if fix.safety is Safety.SAFE)
    doubtful = tuple(fix for fix in found if fix.safety is not Safety.SAFE)
    if allow_unsafe and safe:
        # of traces in the layout nobody hears any more once the faults are gone that they are told beside
        anomalies = {item.start for item in diagnosis.report.diagnostics if item.code is Code.LAYOUT_TRACE}
        safe += tuple(fix for fix in doubtful if fix.at in anomalies)
    if safe or patient or not allow_unsafe:  # what is beyond doubt may show that the rest was no fault
        withheld = () if safe and allow_unsafe else doubtful
        return Proposal(safe, withheld[:WITHHELD], len(withheld[WITHHELD:]), questions)
    return Proposal(doubtful, (), 0, questions)


def _rules(
    document: Document, diagnosis: Diagnosis, plan: Plan, answers: Mapping[str, str]
) -> tuple[tuple[Fix, ...], tuple[Question, ...]]:
    from ..grammar.schema_names import vocabulary  # noqa: PLC0415 - lxml is loaded where it is used
    from .syntax import proposals  # noqa: PLC0415

    if not diagnosis.report.well_formed:
        known = None
        with suppress(SchemaError):  # the layer says so; markup can be repaired all the same
            known = vocabulary(plan.grammar, plan.roots)
        made, open_questions = proposals(document, diagnosis.faults, known, answers)
        return tuple(made), open_questions
    found: tuple[Fix, ...] = ()
    asked: tuple[Question, ...] = ()
    if beyond_schemas := diagnosis.found:
        from . import facts  # noqa: PLC0415

        found, asked = facts.repairs(document, beyond_schemas, answers)
    around = diagnosis.without({layer.name for layer in plan.inside.layers})
    for fixes_, questions_ in (
        _of_validity(document, around, plan.around, answers),
        _of_payload(document, diagnosis.carried, plan, answers) if diagnosis.carried is not None else ((), ()),
    ):
        found, asked = (*found, *fixes_), (*asked, *questions_)
    return found, asked


def _of_validity(
    document: Document, diagnosis: Diagnosis, plan: Plan, answers: Mapping[str, str]
) -> tuple[tuple[Fix, ...], tuple[Question, ...]]:
    """What the rules say to a well-formed document that the layers of a plan have judged."""
    from .validity import repairs  # noqa: PLC0415 - lxml is loaded where it is used

    found: tuple[Fix, ...] = ()
    asked: tuple[Question, ...] = ()
    by_rules = {layer.name for layer in plan.layers if layer.kind is LayerKind.RULES}
    if any(item.layer in by_rules for item in diagnosis.report.diagnostics):
        from .business_rules.repairs import repairs as of_rules  # noqa: PLC0415

        found, asked = of_rules(document, plan, answers)
    made = repairs(document, diagnosis, answers)
    # a value that is missing is asked for once: what a rule says of it follows
    known = {(question.at, question.name) for question in made.questions if question.skeleton}
    others = (question for question in asked if (question.at, question.name) not in known)
    return (*made.fixes, *found), (*made.questions, *others)


def _of_payload(
    document: Document, diagnosis: Diagnosis, plan: Plan, answers: Mapping[str, str]
) -> tuple[tuple[Fix, ...], tuple[Question, ...]]:
    """The same of what a document carries, at the places of the whole; nothing where a signature is around it."""
    from ..schemas.envelopes import payload_named  # noqa: PLC0415 - few documents carry others

    carried = payload_named(document, plan.payload)
    seen = carried.seen_in(document) if carried is not None else None
    if carried is None or seen is None:
        return (), ()
    fixes, questions = _of_validity(seen, diagnosis, plan.inside, answers)
    return tuple(filter(None, (_placed(fix, carried, document) for fix in fixes))), questions


def _placed(fix: Fix, carried: Payload, document: Document) -> Fix | None:
    """A fix of what a document carries, as one of the document; None where it changes what only stands around it."""
    at = carried.offset(fix.at, document)
    edits: list[Edit] = []
    for edit in fix.edits:
        start, end = carried.offset(edit.start, document), carried.offset(edit.end, document)
        if start is None or end is None:
            return None
        edits.append(replace(edit, start=start, end=end))
    return replace(fix, at=carried.start if at is None else at, edits=tuple(edits))


def _key(fix: Fix) -> tuple[object, ...]:
    return (fix.source, fix.at, fix.edits)
