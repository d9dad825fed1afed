"""The engine of rules: deterministic, free, offline. What it is sure of goes first in the loop, its doubts last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, takewhile
from typing import TYPE_CHECKING

from ..codes import Code
from ..diagnostics import LayerKind
from ..document.document import Document
from ..document.edits import Edit
from ..loop.consent import sealed
from ..loop.proposal import AT_ONCE, Action, Fix, ProposeFix, Question, ReportComplete, Safety, Task, answers_in
from ..loop.record import WITHHELD
from ..schemas.plan import Plan
from ..wording import count
from ..workers.dispatch import offload
from .signed_answers import Made, answered_by_digests

if TYPE_CHECKING:
    from ..diagnosis.layers import Diagnosis
    from ..schemas.envelopes import Payload


_EVEN = 0.5  # the confidence with which a repair is as likely right as wrong


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposal of the rules for one state of a document."""

    fixes: tuple[Fix, ...]
    withheld: tuple[Fix, ...]  # as many as anybody looks through
    more_withheld: int
    questions: tuple[Question, ...]


class RuleEngine:
    """Proposes the fixes that the rules determine, state after state, until none is left to propose."""

    name = "rules"

    def __init__(self, seconds: float = 50.0, *, patient: bool = False) -> None:
        """`seconds` bounds the time that the rules may think about one state.

        A `patient` engine leaves fixes that need consent to engines that come after it, even where consent was given.
        """
        self.seconds = seconds
        self.patient = patient
        self.asked: Task | None = None  # the one whose fixes have not been judged yet
        self.ahead: tuple[Document, Plan, Proposal] | None = None  # for a state, before it is asked for

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
        proposal = _without_doubtful(task, proposal)
        self.ahead, self.asked = None, task if proposal.fixes else None
        if proposal.fixes:
            faults = count(len(proposal.fixes), "fault has", "faults have")
            return ProposeFix(proposal.fixes, reasoning=f"{faults} a repair by rule.")
        return ReportComplete(
            proposal.questions,
            proposal.withheld,
            proposal.more_withheld,
            0 if task.report.well_formed else max(0, task.report.total - AT_ONCE),
            "No rule has more to propose.",
        )


def _without_doubtful(task: Task, proposal: Proposal) -> Proposal:
    """A proposal that withholds the fixes more likely wrong than right on lines about which others ask the user."""
    own = {question.id for question in proposal.questions}
    line = task.document.position
    left = {line(question.at).line for question in task.questions if question.id not in own}
    doubtful = tuple(fix for fix in proposal.fixes if left and fix.confidence < _EVEN and line(fix.at).line in left)
    if not doubtful:
        return proposal
    kept = tuple(fix for fix in proposal.fixes if fix not in doubtful)
    return replace(proposal, fixes=kept, withheld=(*proposal.withheld, *doubtful))


def propose(
    document: Document,
    plan: Plan,
    allow_unsafe: bool,  # noqa: FBT001 - positional, because it crosses a process border
    answers: Mapping[str, str],
    refused: frozenset[tuple[object, ...]] = frozenset(),
    patient: bool = False,  # noqa: FBT001, FBT002
) -> Proposal:
    """The proposal of the rules for a document: well-formedness first, then validity by the first grammar of its plan.

    Unsafe fixes are withheld unless allowed, and even then come only if no safe one is left, to a `patient` caller
    never; a fix that the gate `refused` is not proposed again, and the questions that it answered are asked anew. It
    goes on from the last diagnosis in its process.
    """
    from ..diagnosis.latest_verdicts import diagnosed  # noqa: PLC0415 - lxml is loaded where it is used

    diagnosis = diagnosed(document, plan)
    if not (_latest and _latest[0][0] is diagnosis and _latest[0][1] == answers):
        _latest[:] = [(diagnosis, dict(answers), _rules(document, diagnosis, plan, answers))]
    found, questions = _latest[0][2]
    denied = {name for fix in found if _key(fix) in refused for name in answers_in(fix)}
    if denied:
        kept = {name: answer for name, answer in answers.items() if name not in denied}
        found, questions = _rules(document, diagnosis, plan, kept)
    found, questions = answered_by_digests(
        document,
        (found, questions),
        lambda more: _rules(document, diagnosis, plan, {**answers, **more}),
        lambda fix: _key(fix) in refused,
    )
    found = sealed(document, [fix for fix in found if _key(fix) not in refused])
    safe = tuple(fix for fix in found if fix.safety is Safety.SAFE)
    doubtful = tuple(fix for fix in found if fix.safety is not Safety.SAFE)
    if allow_unsafe and safe:
        # of traces in the layout nobody hears any more once the faults are gone that they are told beside
        anomalies = {item.start for item in diagnosis.report.diagnostics if item.code is Code.LAYOUT_TRACE}
        safe += tuple(fix for fix in doubtful if fix.at in anomalies)
    if safe or patient or not allow_unsafe:  # sure fixes may show that the rest was no fault
        withheld = () if safe and allow_unsafe else doubtful
        return Proposal(safe, withheld[:WITHHELD], len(withheld[WITHHELD:]), questions)
    return Proposal(doubtful, (), 0, questions)


_latest: list[tuple[Diagnosis, dict[str, str], Made]] = []  # one at most


def _rules(document: Document, diagnosis: Diagnosis, plan: Plan, answers: Mapping[str, str]) -> Made:
    """All fixes and questions; a question about several places, or from several rules, once."""
    made = list(_made(document, diagnosis, plan, answers))
    questions = {each.id: each for each in made if isinstance(each, Question)}
    return tuple(each for each in made if isinstance(each, Fix)), tuple(questions.values())


def _made(document: Document, diagnosis: Diagnosis, plan: Plan, answers: Mapping[str, str]) -> Iterator[Fix | Question]:
    from ..grammar.schema_names import names_of  # noqa: PLC0415 - lxml is loaded where it is used
    from .syntax import proposals  # noqa: PLC0415

    if not diagnosis.report.well_formed:
        known = names_of(plan.grammar, plan.roots)
        yield from chain(*proposals(document, diagnosis.faults, known, answers))
        return
    if beyond_schemas := diagnosis.found:
        from . import facts  # noqa: PLC0415

        yield from facts.repairs(document, beyond_schemas, answers)
    around = diagnosis.without({layer.name for layer in plan.inside.layers})
    yield from _of_validity(document, around, plan.around, answers)
    if diagnosis.carried is not None:
        yield from _of_payload(document, *diagnosis.carried, plan, answers)


def _of_validity(
    document: Document, diagnosis: Diagnosis, plan: Plan, answers: Mapping[str, str]
) -> Iterator[Fix | Question]:
    """The fixes and questions for a well-formed document that the layers of a plan have judged."""
    from .validity import repairs  # noqa: PLC0415 - lxml is loaded where it is used

    made = list(repairs(document, diagnosis, answers))
    yield from made
    by_rules = {layer.name for layer in plan.layers if layer.kind is LayerKind.RULES}
    if any(item.layer in by_rules for item in diagnosis.report.diagnostics):
        from .business_rules.repairs import repairs as of_rules  # noqa: PLC0415

        fixes, questions = of_rules(document, plan, answers)
        yield from fixes
        # a missing value is asked for once: the finding of a rule about it follows
        known = {(each.at, each.name) for each in made if isinstance(each, Question) and each.skeleton}
        yield from (question for question in questions if (question.at, question.name) not in known)


def _of_payload(
    document: Document, carried: Payload, diagnosis: Diagnosis, plan: Plan, answers: Mapping[str, str]
) -> Iterator[Fix | Question]:
    """The same for the payload of a document, at the offsets of the whole; nothing if a signature is around it."""
    seen = carried.seen_in(document)
    for made in _of_validity(seen, diagnosis, plan.inside, answers) if seen is not None else ():
        placed = made if isinstance(made, Question) else _placed(made, carried, document)
        if placed is not None:
            yield placed


def _placed(fix: Fix, carried: Payload, document: Document) -> Fix | None:
    """A fix of a payload as one of the whole document; None if it changes an inherited namespace declaration."""
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
