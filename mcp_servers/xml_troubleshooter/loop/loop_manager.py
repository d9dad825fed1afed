"""The loop: ask an engine for its next action, gate the proposal, keep the best validated state."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar, TypeVarTuple

from ..diagnostics import Report
from ..document.document import Document
from ..errors import TroubleshooterError
from ..schemas.plan import Plan
from ..signatures import may_be_signed
from ..wording import count
from ..workers.dispatch import accompanied, at_most, in_thread, offload
from . import gate
from .consent import Sifted, sift
from .proposal import (
    Action,
    Engine,
    Fix,
    Metered,
    ProposeFix,
    ReflectAndRetry,
    ReportComplete,
    Task,
    Turn,
)
from .record import EditRecord, Iteration, LoopResult
from .run_state import State

__all__ = ["EditRecord", "Iteration", "Judge", "Limits", "LoopManager", "LoopResult", "Progress"]

_HANDFUL = 30  # fixes that are sifted in the event loop, without a worker
_SHORT = 200_000  # characters of a document whose places are counted in the event loop
_AROUND = 400  # characters around an edit that are looked at
Progress = Callable[[str], Awaitable[None]]
Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a run. `iterations` counts turns of metered engines, `free_turns` those of each other engine.

    Times are in seconds, tokens count prompts and answers together.
    """

    iterations: int = 3
    free_turns: int = 100
    seconds_per_iteration: float = 60.0
    seconds: float = 600.0
    tokens: int = 60_000
    fruitless_turns: int = 2


class Judge(Protocol):
    """The gate as the loop sees it."""

    async def judge(self, document: Document, report: Report, fixes: Sequence[Fix], plan: Plan) -> gate.Verdict:
        """Apply and validate; see `loop.gate.judge`."""


class LoopManager:
    """One run of the loop over one document: every engine in turn, each until it has nothing more to propose.

    `best` holds the best validated state at any time, so that it survives a cancelled `run`. `progress` gets a message
    at every step, and after `heartbeat` seconds without one a message that the work goes on.
    """

    def __init__(
        self,
        engines: Sequence[Engine],
        judge: Judge,
        limits: Limits | None = None,
        progress: Progress | None = None,
        *,
        heartbeat: float = 8.0,
    ) -> None:
        self._engines = engines
        self._judge = judge
        self._limits = limits or Limits()
        self._progress = progress
        self._heartbeat = heartbeat
        self._state: State | None = None

    async def run(self, task: Task, before: LoopResult | None = None) -> LoopResult:
        """Repair the document as far as the engines and the limits allow; never raises because an engine fails.

        A run that continues from the result `before` still has the task that it began with.
        """
        self._state = state = State(task, before or LoopResult(document=task.document, report=task.report))
        with at_most(self._limits.seconds) as scope:
            told = ""  # why a model stopped, which is worth more than that the rules after it have nothing to add
            await self._consented(state)
            for engine in self._engines:
                await self._exhaust(engine, state)
                while await self._consented(state):
                    await self._exhaust(engine, state)
                if isinstance(engine, Metered):
                    told = state.stopped
                state.stopped = told or state.stopped
        if scope.cancelled_caught:
            state.stopped = f"The run's time limit of {self._limits.seconds:.0f} s was reached."
        if state.report.valid:
            state.stopped = "The document validates."
        return await self._aside(state, len(state.withheld) + len(state.questions), state.result)

    @property
    def best(self) -> LoopResult:
        """The best validated state so far; raises RuntimeError before `run`."""
        if self._state is None:
            raise RuntimeError("the loop has not begun")
        return self._state.result()

    @property
    def document(self) -> Document | None:
        """The document of `best`; None before `run`."""
        return self._state.document if self._state else None

    async def _consented(self, state: State) -> bool:
        """Make the edits that the user has consented to; whether any was made."""
        fixes = state.consented()
        if not fixes:
            return False
        turn = state.begin(None)
        accepted = await self._gate(turn, state, ProposeFix(fixes, reasoning="The user accepts these edits."))
        state.close(turn)
        return accepted

    async def _exhaust(self, engine: Engine, state: State) -> None:
        """Turn after turn of one engine, until it or a limit ends it."""
        fruitless = 0
        while not state.report.valid and (limit := self._limit(engine, state, fruitless)) is None:
            turn = state.begin(engine)
            action = await self._ask(engine, turn, state)
            accepted = action is not None and await self._gate(turn, state, action)
            state.close(turn)
            if turn.ended:
                return
            fruitless = 0 if accepted or turn.granted else fruitless + 1
        if not state.report.valid:
            state.stopped = limit or ""

    def _limit(self, engine: Engine, state: State, fruitless: int) -> str | None:
        """The reason why this engine gets no further turn; None where it gets one."""
        limits = self._limits
        if not isinstance(engine, Metered):
            if fruitless > limits.fruitless_turns:
                return _nothing_more()
            if sum(turn.engine == engine.name for turn in state.history) >= limits.free_turns:
                rounds = count(limits.free_turns, "round")
                return f"After {rounds} of repair there may be more to repair: go on from here."
        elif fruitless >= limits.fruitless_turns:
            return f"{count(fruitless, 'turn')} in a row brought nothing that the validator accepts."
        elif state.iterations_used >= limits.iterations:
            return f"The limit of {count(limits.iterations, 'iteration')} is used up."
        elif state.tokens >= limits.tokens:
            return f"The budget of {limits.tokens} tokens is used."
        return None

    async def _ask(self, engine: Engine, turn: Turn, state: State) -> Action | None:
        """The engine's next action; None where it returned none."""
        task = replace(
            state.task,
            document=state.document,
            report=state.report,
            history=tuple(state.history),
            iteration=state.iterations_used + 1,
            max_iterations=self._limits.iterations,
            questions=state.questions,
            answers=state.answers,
            withheld=state.withheld,
            tokens_left=self._limits.tokens - state.tokens,
        )
        faults = count(turn.faults, "fault")
        message = f"asking {engine.name} about {faults}" if turn.meter else f"{engine.name}: looking at {faults}"
        with at_most(self._limits.seconds_per_iteration):
            return await self._tried(turn, message, engine.next_action(task))
        turn.verdict = f"no answer within {self._limits.seconds_per_iteration:.0f} s"
        return None

    async def _gate(self, turn: Turn, state: State, action: Action) -> bool:
        """Judge an action and take over the accepted edits; whether it brought the run forward."""
        turn.action, turn.reasoning = action.name, action.reasoning
        match action:
            case ReflectAndRetry():
                turn.verdict = "granted: " + ", ".join(f"{key} {value}" for key, value in action.request.items())
                turn.granted = not state.history or state.history[-1].action != "reflect_and_retry"
                return False
            case ReportComplete():
                state.ask(action.questions)
                state.withhold(action.withheld, action.more_withheld)
                if state.answered_by_name():
                    turn.verdict, turn.granted = "answered: the answers were given by name", True
                    return False
                if turn.meter and not action.questions:
                    turn.verdict = f"not believed: the validator still reports {count(turn.faults, 'fault')}"
                    return False
                nothing = _nothing_more(action.unseen, metered=turn.meter is not None)
                turn.end("What remains needs an answer." if action.questions else nothing)
                return False
            case ProposeFix():
                return await self._apply(turn, state, action)

    async def _apply(self, turn: Turn, state: State, action: ProposeFix) -> bool:
        new_questions = state.ask(action.questions)
        sifted = await self._tried(turn, "weighing what is proposed", self._sifted(state, action.fixes))
        if sifted is None:
            return False
        allowed, rejected = state.decided(*sifted)
        withheld = [fix for fix, _ in rejected]
        accepted: tuple[Fix, ...] = ()
        if allowed:
            message = f"checking {count(sum(len(fix.edits) for fix in allowed), 'edit')}"
            judging = self._judge.judge(state.document, state.report, allowed, state.task.plan)
            verdict = await self._tried(turn, message, judging)
            if verdict is None:
                return False
            accepted = verdict.accepted
            rejected = [*rejected, *verdict.rejected]
            state.refused(verdict.rejected)
            await self._aside(state, len(accepted), state.advance, verdict)
        state.withhold(tuple(withheld))
        turn.rejected, turn.refused = tuple(rejected), action.refused
        turn.verdict = _verdict(accepted, action, rejected)
        turn.accepted = bool(accepted)
        return bool(accepted) or new_questions

    async def _aside(
        self, state: State, number: int, function: Callable[[*Arguments], Result], *arguments: *Arguments
    ) -> Result:
        """The result of a function that loops over so many fixes: outside of the event loop unless they are few."""
        if number <= _HANDFUL and len(state.document.text) <= _SHORT:
            return function(*arguments)
        return await in_thread(function, *arguments)

    async def _sifted(self, state: State, fixes: Sequence[Fix]) -> Sifted:
        """The fixes to try and those that wait for consent; outside of the event loop unless the edits are few.

        In a document with signatures, their digests must be computed for this.
        """
        document, allow_unsafe = state.document, state.task.allow_unsafe
        size = sum(edit.end - edit.start + len(edit.after) + _AROUND for fix in fixes for edit in fix.edits)
        if len(fixes) <= _HANDFUL and size <= _HANDFUL * _AROUND and not may_be_signed(document.text):
            return sift(document, fixes, allow_unsafe)
        return await offload(sift, document, tuple(fixes), allow_unsafe, seconds=self._limits.seconds_per_iteration)

    async def _tried(self, turn: Turn, message: str, work: Awaitable[Result]) -> Result | None:
        """The result of some work; None where it failed, which ends the engine's turns with the reason."""
        try:
            return await self._telling(turn, message, work)
        except TroubleshooterError as error:
            turn.end(str(error))
        except Exception as error:  # noqa: BLE001 - whatever breaks, the best state so far is delivered
            failed = f"{turn.engine} failed unexpectedly ({type(error).__name__})"
            turn.end(f"{failed}; what was repaired before stands.")
        return None

    async def _telling(self, turn: Turn, message: str, work: Awaitable[Result]) -> Result:
        """The result of some work, with signs of life for the user while it lasts."""
        if turn.meter:
            message = f"iteration {turn.number} of {self._limits.iterations}: {message}"
        started = time.monotonic()
        await self._tell(message)

        async def tell() -> None:
            await self._tell(f"{message}, {time.monotonic() - started:.0f} s")

        return await accompanied(work, tell, self._heartbeat)

    async def _tell(self, message: str) -> None:
        if self._progress is None:
            return
        try:
            await self._progress(message)
        except Exception:  # noqa: BLE001 - the listener may be gone; the run goes on for a caller that collects it
            self._progress = None


def _verdict(accepted: Sequence[Fix], action: ProposeFix, rejected: Sequence[tuple[Fix, str]]) -> str:
    offered = len(action.fixes) + len(action.refused)
    parts = [f"{len(accepted)} of {count(offered, 'fix', 'fixes')} accepted"]
    parts += action.refused
    parts += dict.fromkeys(reason for _, reason in rejected[:5])
    return "; ".join(parts)


def _nothing_more(unseen: int = 0, *, metered: bool = False) -> str:
    who = "The model has" if metered else "The repair rules have"
    if unseen:
        return f"{who} nothing to propose for the first faults; {count(unseen, 'one')} behind them await their turn."
    return f"{who} nothing more to propose."
