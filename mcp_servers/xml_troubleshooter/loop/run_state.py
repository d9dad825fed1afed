"""The state of a run: the best validated document, the steps that led to it, and the turn under way."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..document.edits import MovedOffsets, Stretch, ordered
from ..document.way_back import WayBack
from .consent import Sifted
from .decided_places import places_of, still_there, undo
from .decisions import apart, by_id, fix_id, option_of, protecting, surroundings
from .gate import Verdict, edits_of
from .proposal import (
    Engine,
    Fix,
    Metered,
    Question,
    Safety,
    Task,
    Turn,
    answers_in,
)
from .record import REJECTED, UNKNOWN, WITHHELD, EditRecord, Iteration, LoopResult

if TYPE_CHECKING:
    from ..diagnosis.messages.wishes import Wish


class State:
    """The state that a run has reached. All offsets are those of the current document."""

    def __init__(self, task: Task, before: LoopResult) -> None:
        """The state that a run reached `before`: at its beginning the document as it came."""
        rejected = (f"line {each.line}: {each.before!r} -> {each.after!r}" for each in before.rejected)
        self.task = replace(task, rejected=tuple(rejected))
        self.document = before.document
        self.report = before.report
        self.history: list[Turn] = []
        self.tokens = 0
        self.iterations_used = 0
        self.stopped = ""
        self.model = before.model
        self.answers, chosen = apart(task.answers)
        self._accept = task.accept | chosen
        self._answered_by_name = False
        self._before = before
        self._started = time.monotonic()
        self._iterations = list(before.iterations)
        self._steps = list(before.steps)
        self._back = WayBack(task.document.text, before.steps)  # to the document as it first came
        self._records = [record for record in before.edits if record.applied]
        self._questions: dict[str, Question] = {}
        self._asked = {question.id: question for question in before.asked}
        self._withheld = [*before.withheld, *before.offered]
        self._more_withheld = before.more_withheld
        self._left_out: dict[str, str] = {}
        self._consented: set[str] = set()
        self._denied: dict[str, str] = {}  # why the gate refused values of answers, by the ids of questions
        self._kept = _kept(task.problem)
        self._decided = list(before.decided)

    def begin(self, engine: Engine | None) -> Turn:
        """A turn of an engine, or of the user, who accepts edits."""
        meter = engine if isinstance(engine, Metered) else None
        return Turn(
            engine=engine.name if engine else "user",
            number=self.iterations_used + 1,
            faults=len(self.report.diagnostics),
            started=time.monotonic(),
            meter=meter,
            tokens=meter.tokens_used if meter else 0,
        )

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(self._questions.values())

    @property
    def withheld(self) -> tuple[Fix, ...]:
        """The repairs that wait for consent, or for an engine that is guided by it."""
        return tuple(self._withheld)

    def ask(self, questions: Sequence[Question]) -> bool:
        """Take questions in; whether one of them is new or has changed."""
        merged = {question.id: self._with_suggestion(question) for question in questions}
        new = any(self._questions.get(name) != question for name, question in merged.items())
        self._questions.update(merged)
        self._asked.update(merged)
        answers = by_id(self.answers, self._asked.values())
        self._answered_by_name |= answers != self.answers
        self.answers = answers
        return new

    def answered_by_name(self) -> bool:
        """Whether an answer turned out to be for a question that has been asked since this was last called."""
        told, self._answered_by_name = self._answered_by_name, False
        return told

    def id_of(self, fix: Fix) -> str:
        """The id by which the user may decide on a fix."""
        return fix_id(fix, self.document.text, [self._back.origin(edit.start) for edit in fix.edits])

    def decided(self, fixes: Sequence[Fix], waiting: Sequence[tuple[Fix, str]]) -> Sifted:
        """The fixes that may be tried and those that wait, after the user's decision on each of them."""
        accept, reject = self._accept, self.task.reject
        if not (accept or reject or self._kept or self._decided):
            return list(fixes), list(waiting)
        tried, kept = [], []
        for fix, why in (*map(self._with_wishes, fixes), *waiting):
            name = self.id_of(fix)
            if name in reject:
                self._left_out[name] = REJECTED
                kept.append((fix, REJECTED))
            elif why and name not in accept:
                kept.append((fix, why))
            else:
                tried.append(fix)
        return tried, kept

    def _with_wishes(self, fix: Fix) -> tuple[Fix, str]:
        """A fix with the reason why it waits: it changes content that the user wants to keep; "" if it may be tried."""
        if undo(fix, self._decided):
            return replace(fix, safety=Safety.UNSAFE), "it would undo what you decided there"
        if value := "" if self.task.allow_unsafe else self._to_stay(fix):
            return replace(fix, safety=Safety.UNSAFE), f"it changes \u201c{value}\u201d, which is to stay"
        return fix, ""

    def _to_stay(self, fix: Fix) -> str:
        """The value that a fix changes although the user wants to keep it; "" where there is none."""
        if not self._kept:
            return ""
        from ..diagnosis.messages.wishes import changed  # noqa: PLC0415 - few requests wish for anything

        return changed(fix.edits, self.document.text, self._kept)

    def consented(self) -> tuple[Fix, ...]:
        """The fixes that waited, to which the user consents, and which have not been tried yet."""
        named = [(fix, self.id_of(fix)) for fix in self._withheld] if self._accept else []
        new = [(fix, name) for fix, name in named if name in self._accept - self._consented]
        self._consented.update(name for _, name in new)
        return tuple(fix for fix, _ in new)

    def refused(self, rejected: Sequence[tuple[Fix, str]]) -> None:
        """Record why edits that the user consented to, or that insert an answer, could not be made."""
        for fix, why in rejected:
            self._denied.update(dict.fromkeys(answers_in(fix), why))
        for fix, why in rejected if self._accept else ():
            if (name := self.id_of(fix)) in self._accept:
                self._left_out[name] = why

    def _with_suggestion(self, question: Question) -> Question:
        """A question with the suggestion that an engine had before, where the one that asks again has none."""
        earlier = self._questions.get(question.id)
        if earlier is None or question.suggestion or question.options:
            return question
        return replace(question, suggestion=earlier.suggestion, suggestion_reason=earlier.suggestion_reason)

    def withhold(self, fixes: Sequence[Fix], more: int = 0) -> None:
        """Keep repairs that wait for consent, as many as anybody looks through; the rest, and `more`, are counted."""
        known = {fix.edits for fix in self._withheld}
        new = [fix for fix in fixes if fix.edits not in known]
        self._withheld += new
        self._more_withheld = max(self._more_withheld, more + len(self._withheld[WITHHELD:]))
        del self._withheld[WITHHELD:]
        for fix in new[:WITHHELD] if self.task.reject else ():
            if (name := self.id_of(fix)) in self.task.reject:
                self._left_out[name] = REJECTED

    def advance(self, verdict: Verdict) -> None:
        """Go on from the document that the gate made."""
        if not verdict.accepted:
            return
        codes = self._codes()
        chosen = [
            fix for fix in verdict.accepted if answers_in(fix) or (self._accept and self.id_of(fix) in self._accept)
        ]
        for fix in verdict.accepted:
            self._records += self._recorded(fix, codes, applied=True)
        edits = ordered(edits_of(verdict.accepted))
        self._steps.append(tuple(edits))
        self._back.add(self.document.text, edits)
        moved = MovedOffsets(edits)
        text, self.document, self.report = self.document.text, verdict.document, verdict.report
        self._decided = still_there(self._decided, self.document.text, moved) if self._decided else []
        self._decided += places_of(chosen, text, self.document.text, moved) if chosen else []
        self._more_withheld = 0  # the engines report again those that are left
        self._withheld = [
            replace(
                fix,
                edits=tuple(
                    replace(edit, start=moved.after_edits(edit.start), end=moved.after_edits(edit.end))
                    for edit in fix.edits
                ),
                at=moved.after_edits(fix.at),
            )
            for fix in self._withheld
            if not any(moved.touched(edit) for edit in fix.edits)
        ]
        self._questions = {
            key: replace(question, at=moved.after_edits(question.at) if question.at >= 0 else -1)
            for key, question in self._questions.items()
            if question.at < 0 or not moved.touched(Stretch(question.at, question.at))
        }

    def close(self, turn: Turn) -> None:
        """Put a finished turn on record."""
        if turn.meter is not None:
            turn.tokens = turn.meter.tokens_used - turn.tokens
            self.tokens += turn.tokens
            self.model = turn.meter.model or self.model
            self.iterations_used += 1
        self.stopped = turn.ended or self.stopped
        self.history.append(turn)
        self._iterations.append(
            Iteration(
                engine=turn.engine,
                action=turn.action,
                reasoning=turn.reasoning,
                verdict=turn.verdict,
                tokens=turn.tokens,
                seconds=time.monotonic() - turn.started,
            )
        )

    def result(self) -> LoopResult:
        # with consent nothing waits for it: fixes that an engine left to others were tried by them, or are no good
        waiting = () if self.report.valid or self.task.allow_unsafe else self._waiting()
        questions, beside = self._with_edits(waiting)
        protected, touching = self._protected([fix for fix in waiting if fix not in beside])
        offered = (*beside, *touching)
        withheld = tuple(fix for fix in waiting if fix not in {*offered}) if offered else waiting
        codes = self._codes() if withheld else {}
        spent = {
            "tokens": self.tokens,
            "iterations": self.iterations_used,
            "seconds": round(time.monotonic() - self._started, 3),
        }
        records = self._records + [record for fix in withheld for record in self._recorded(fix, codes, applied=False)]
        return LoopResult(
            document=self.document,
            report=self.report,
            edits=tuple(records),
            questions=(*questions, *protected),
            iterations=tuple(self._iterations),
            stopped=self.stopped,
            model=self.model,
            withheld=withheld,
            more_withheld=self._more_withheld if withheld else 0,
            usage={key: spent + self._before.usage.get(key, 0) for key, spent in spent.items()},
            steps=tuple(self._steps),
            asked=(*self._asked.values(), *(each for each in protected if each.id not in self._asked)),
            offered=offered,
            answers=self.answers,
            rejected=self._before.rejected,
            left_out=self._told_of_decisions(records, offered),
            decided=tuple(self._decided),
        )

    def _waiting(self) -> tuple[Fix, ...]:
        """The fixes that wait for consent, without those that the user has rejected."""
        if not self.task.reject:
            return self.withheld
        named = [(fix, self.id_of(fix)) for fix in self._withheld]
        self._left_out.update((name, REJECTED) for _, name in named if name in self.task.reject)
        return tuple(fix for fix, name in named if name not in self.task.reject)

    def _protected(self, waiting: Sequence[Fix]) -> tuple[tuple[Question, ...], tuple[Fix, ...]]:
        """The questions whether values that the user wants to keep may be changed, and the repairs that do so."""
        if not self._kept or self.task.allow_unsafe:
            return (), ()
        ways: dict[tuple[int, str], list[Fix]] = {}
        for fix in waiting:
            if value := self._to_stay(fix):
                ways.setdefault((fix.at, value), []).append(fix)
        asked = []
        for (_, value), fixes in ways.items():
            question = protecting(value, [(fix, self.id_of(fix)) for fix in fixes], self.document.text)
            answer = self.answers.get(question.id)
            ids = ", ".join(option.id for option in question.options)
            refused = f"The answer \u201c{answer}\u201d to {question.id} does not fit: it must be one of {ids}."
            asked.append(replace(self._placed(question), refused=refused if answer else ""))
        return tuple(asked), tuple(fix for fixes in ways.values() for fix in fixes)

    def _with_edits(self, waiting: Sequence[Fix]) -> tuple[list[Question], dict[Fix, None]]:
        """The open questions, with other repairs of their faults as options, and the fixes that are offered so.

        Each fault is presented once, so that the user does not answer a question and consent to an edit for it, too.
        """
        fixes: dict[int, list[Fix]] = {}
        for fix in waiting:
            fixes.setdefault(fix.at, []).append(fix)
        places: dict[str, set[int]] = {}
        for fault in self.report.diagnostics:
            places.setdefault(fault.path, set()).add(fault.start)
        told, offered = [], dict[Fix, None]()
        for question in filter(self._is_open, self._questions.values()):
            inside = question.path.rpartition("/")[0]
            # where the tags do not pair, no fault has a path
            spots = {question.at} | (
                places.get(question.path, set()) | places.get(inside, set()) if question.path else set()
            )
            beside = [fix for at in sorted(spots) for fix in fixes.get(at, ())]
            offered |= dict.fromkeys(beside)
            said = {option.meaning for option in question.options}
            others = [fix for fix in beside if fix.reason not in said]
            options = tuple(option_of(fix, self.id_of(fix), self.document.text) for fix in others)
            refused = self._refused(question)
            told.append(replace(self._placed(question), refused=refused, options=(*question.options, *options)))
        return told, offered

    def _told_of_decisions(self, records: Sequence[EditRecord], offered: Sequence[Fix]) -> dict[str, str]:
        """The reason why an edit that the user decided on is not made, for each that is not."""
        made = {record.id for record in records if record.applied}
        known = {record.id for record in records} | self._left_out.keys() | {self.id_of(fix) for fix in offered}
        unknown = dict.fromkeys(sorted((self._accept | self.task.reject) - known), UNKNOWN)
        return {name: why for name, why in {**self._left_out, **unknown}.items() if name not in made}

    def _placed(self, question: Question) -> Question:
        """A question with its place in the document as it first came."""
        at = question.at
        if at < 0:  # without a place of its own it has that of its fault
            paths = (fault.start for fault in self.report.diagnostics if question.path.startswith(fault.path or "?"))
            at = next(paths, -1)
        if at < 0:
            return question
        place = self.task.document.position(self._back.origin(at))
        return replace(question, line=place.line, column=place.column)

    def _refused(self, question: Question) -> str:
        """The reason why an answer to a question that is still open was not taken; "" where none was refused."""
        answer = self.answers.get(question.id)
        together = [
            each for each in self._questions.values() if (each.at, each.skeleton) == (question.at, question.skeleton)
        ]
        if answer is None or not all(each.id in self.answers for each in together):
            return ""  # values of one skeleton wait until all of them are known
        if why := self._denied.get(question.id):
            return f"The answer \u201c{answer}\u201d to {question.id} was not taken: {why.rstrip('.')}."
        wanted = " or ".join(question.allowed) or question.type or "another value"
        return f"The answer \u201c{answer}\u201d to {question.id} does not fit: it must be {wanted}."

    def _is_open(self, question: Question) -> bool:
        """Whether there is still a fault where a value was asked for."""
        return any(
            question.path == fault.path
            or question.path.startswith(f"{fault.path}/")
            or fault.start <= question.at <= fault.end
            or bool(fault.rule and question.why and question.why in fault.message)  # a missing element has no place yet
            for fault in self.report.diagnostics
        )

    def _codes(self) -> Mapping[int, str]:
        """The codes of the reported faults, by their offsets."""
        return {item.start: item.code.value for item in reversed(self.report.diagnostics)}

    def _recorded(self, fix: Fix, codes: Mapping[int, str], *, applied: bool) -> list[EditRecord]:
        records = []
        code = codes.get(fix.at, "")
        name = self.id_of(fix)
        for edit in fix.edits:
            place = self.task.document.position(self._back.origin(edit.start))
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
                    id=name,
                    context=surroundings(self.document, edit.start, edit.end),
                    code=code,
                    voids=fix.voids,
                )
            )
        return records


def _kept(problem: str) -> list[Wish]:
    """The wishes that a value be kept."""
    if not problem:
        return []
    from ..diagnosis.messages.wishes import wishes  # noqa: PLC0415 - few requests say anything

    return [wish for wish in wishes(problem) if wish.kept or wish.named]
