"""What a run has reached: the best validated state, what led to it, and the turn under way."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..diagnostics import Report
from ..document.document import Document
from ..document.edits import MovedOffsets, Stretch, ordered
from .gate import Verdict, edits_of
from .progress import OffsetMap
from .proposal import (
    Action,
    Attempt,
    Engine,
    Fix,
    Metered,
    ProposeFix,
    Question,
    ReflectAndRetry,
    ReportComplete,
    Safety,
    Task,
)

_WITHHELD = 1000  # repairs that wait for consent; more nobody looks through


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRecord:
    """One edit as the user is shown it: its place in the input document (from 1) and what became of it."""

    line: int
    column: int
    before: str
    after: str
    reason: str
    source: str
    confidence: float
    safe: bool
    applied: bool
    provenance: str = ""
    article: str = ""
    code: str = ""  # of the fault aimed at, "" where it is not among those reported
    voids: bool = False  # it changes what a signature covers, and no digest proves it


@dataclass(frozen=True, slots=True, kw_only=True)
class Iteration:
    """One turn of an engine: what it did, why, what the gate said, and what it cost."""

    engine: str
    action: str
    reasoning: str
    verdict: str
    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopResult:
    """The best validated state and how it came about. `stopped` says in one sentence why the loop ended."""

    document: Document
    report: Report
    edits: tuple[EditRecord, ...] = ()
    questions: tuple[Question, ...] = ()
    iterations: tuple[Iteration, ...] = ()
    stopped: str = ""
    model: str = ""
    withheld: tuple[Fix, ...] = ()
    usage: Mapping[str, float] = field(default_factory=dict[str, float])


class State:
    """What a run has reached. All offsets are those of the current document."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.document = task.document
        self.report = task.report
        self.history: list[Attempt] = []
        self.iterations: list[Iteration] = []
        self.tokens = 0
        self.iterations_used = 0
        self.stopped = ""
        self.model = ""
        self._started = time.monotonic()
        self._offset_maps: list[OffsetMap] = []  # from each state back to the one before it
        self._records: list[EditRecord] = []
        self._questions: dict[str, Question] = {}
        self._withheld: list[Fix] = []

    def turns_of(self, engine: Engine) -> int:
        return sum(1 for item in self.iterations if item.engine == engine.name)

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(self._questions.values())

    @property
    def withheld(self) -> tuple[Fix, ...]:
        """The repairs that wait for consent, or for an engine that goes by it."""
        return tuple(self._withheld)

    def ask(self, questions: Sequence[Question]) -> bool:
        """Take questions in; whether one of them tells anything new."""
        merged = {question.id: self._with_suggestion(question) for question in questions}
        new = any(self._questions.get(name) != question for name, question in merged.items())
        self._questions.update(merged)
        return new

    def _with_suggestion(self, question: Question) -> Question:
        """A question with the idea that an engine had before, where the one that asks again has none."""
        earlier = self._questions.get(question.id)
        if earlier is None or question.suggestion or question.options:
            return question
        return replace(question, suggestion=earlier.suggestion, suggestion_reason=earlier.suggestion_reason)

    def withhold(self, fixes: Sequence[Fix]) -> None:
        known = {fix.edits for fix in self._withheld}
        self._withheld += [fix for fix in fixes if fix.edits not in known][: _WITHHELD - len(self._withheld)]

    def advance(self, verdict: Verdict) -> None:
        """Go on from the document that the gate made."""
        if not verdict.accepted:
            return
        codes = self._codes()
        for fix in verdict.accepted:
            self._records += self._recorded(fix, codes, applied=True)
        edits = ordered(edits_of(verdict.accepted))
        self._offset_maps.append(OffsetMap(self.document.text, edits))
        moved = MovedOffsets(edits)
        self.document, self.report = verdict.document, verdict.report
        self._withheld = [
            replace(
                fix,
                edits=tuple(
                    replace(edit, start=moved.behind(edit.start), end=moved.behind(edit.end)) for edit in fix.edits
                ),
                at=moved.behind(fix.at),
            )
            for fix in self._withheld
            if not any(moved.touched(edit) for edit in fix.edits)
        ]
        self._questions = {
            key: replace(question, at=moved.behind(question.at) if question.at >= 0 else -1)
            for key, question in self._questions.items()
            if question.at < 0 or not moved.touched(Stretch(question.at, question.at))
        }

    def close(self, turn: Turn) -> None:
        """Put a finished turn on record."""
        if isinstance(turn.engine, Metered):
            turn.tokens = turn.engine.tokens_used - turn.tokens_before
            self.tokens += turn.tokens
            self.model = turn.engine.model or self.model
            self.iterations_used += 1
        self.history.append(
            Attempt(
                turn.action,
                turn.reasoning,
                turn.verdict,
                turn.accepted,
                turn.rejected,
                turn.refused,
                turn.engine.name,
            )
        )
        self.iterations.append(
            Iteration(
                engine=turn.engine.name,
                action=turn.action,
                reasoning=turn.reasoning,
                verdict=turn.verdict,
                tokens=turn.tokens,
                seconds=time.monotonic() - turn.started,
            )
        )

    def result(self) -> LoopResult:
        open_questions = tuple(question for question in self._questions.values() if self._is_open(question))
        # with consent nothing waits for it: what an engine left to others was tried by them, or is no good
        withheld = () if self.report.valid or self.task.allow_unsafe else self.withheld
        codes = self._codes() if withheld else {}
        records = self._records + [record for fix in withheld for record in self._recorded(fix, codes, applied=False)]
        return LoopResult(
            document=self.document,
            report=self.report,
            edits=tuple(records),
            questions=open_questions,
            iterations=tuple(self.iterations),
            stopped=self.stopped,
            model=self.model,
            withheld=withheld,
            usage={
                "tokens": self.tokens,
                "iterations": self.iterations_used,
                "seconds": round(time.monotonic() - self._started, 3),
            },
        )

    def _is_open(self, question: Question) -> bool:
        """Whether something is still wrong where a value was asked for."""
        return any(
            question.path == fault.path
            or question.path.startswith(f"{fault.path}/")
            or fault.start <= question.at <= fault.end
            or bool(fault.rule and question.why and question.why in fault.message)  # what is missing has no place yet
            for fault in self.report.diagnostics
        )

    def _codes(self) -> Mapping[int, str]:
        """The codes of the faults that are told, by where they are."""
        return {item.start: item.code.value for item in reversed(self.report.diagnostics)}

    def _recorded(self, fix: Fix, codes: Mapping[int, str], *, applied: bool) -> list[EditRecord]:
        records = []
        code = codes.get(fix.at, "")
        for edit in fix.edits:
            start = edit.start
            for offsets in reversed(self._offset_maps):
                start = offsets.origin(start)
            place = self.task.document.position(start)
            records.append(
                EditRecord(
                    line=place.line,
                    column=place.column,
                    before=self.document.text[edit.start : edit.end],
                    after=edit.after,
                    reason=fix.reason,
                    source=fix.source,
                    confidence=fix.confidence,
                    safe=fix.safety is Safety.SAFE,
                    applied=applied,
                    provenance=fix.provenance,
                    code=code,
                    voids=fix.voids,
                )
            )
        return records


class Turn:
    """One turn of an engine while it lasts."""

    def __init__(self, engine: Engine, state: State) -> None:
        self.engine = engine
        self.state = state
        self.metered = isinstance(engine, Metered)
        self.number = state.iterations_used + 1
        self.faults = len(state.report.diagnostics)
        self.tokens_before = engine.tokens_used if isinstance(engine, Metered) else 0
        self.tokens = 0
        self.started = time.monotonic()
        self.action = "none"
        self.reasoning = ""
        self.verdict = ""
        self.accepted = False
        self.granted = False
        self.over = False
        self.rejected: tuple[tuple[Fix, str], ...] = ()
        self.refused: tuple[str, ...] = ()

    def note(self, action: Action) -> None:
        names = {
            ProposeFix: "propose_fix",
            ReflectAndRetry: "reflect_and_retry",
            ReportComplete: "report_complete",
        }
        self.action = names[type(action)]
        self.reasoning = action.reasoning

    def end(self, reason: str) -> None:
        """This is the engine's last turn."""
        self.over = True
        self.verdict = self.verdict or reason
        self.state.stopped = reason
