"""The loop: what it believes, when it ends, and what it never loses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import anyio
import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import Report
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import Edit
from mcp_servers.xml_troubleshooter.errors import LimitError, TroubleshooterError
from mcp_servers.xml_troubleshooter.loop.gate import Verdict
from mcp_servers.xml_troubleshooter.loop.loop_manager import Judge, Limits, LoopManager, LoopResult
from mcp_servers.xml_troubleshooter.loop.proposal import (
    Action,
    Engine,
    Fix,
    ProposeFix,
    Question,
    ReflectAndRetry,
    ReportComplete,
    Safety,
    Task,
)
from mcp_servers.xml_troubleshooter.schemas.plan import Plan, plan

pytestmark = pytest.mark.anyio

Step = Action | Exception | Callable[[Task], Action | Awaitable[Action]]


class Rules:
    """A free engine that takes these steps in turn, and then has nothing more."""

    name = "rules"

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.tasks: list[Task] = []

    async def next_action(self, task: Task) -> Action:
        self.tasks.append(task)
        step = self.steps.pop(0) if self.steps else ReportComplete()
        if isinstance(step, Exception):
            raise step
        made = step(task) if callable(step) else step
        return made if isinstance(made, (ProposeFix, ReflectAndRetry, ReportComplete)) else await made


class Model(Rules):
    """The same at ten tokens a turn."""

    name = "model"
    model = "told"
    tokens_used = 0

    async def next_action(self, task: Task) -> Action:
        self.tokens_used += 10
        return await super().next_action(task)


def replacing(old: str, new: str, safety: Safety = Safety.SAFE) -> Callable[[Task], ProposeFix]:
    """Propose to replace the first occurrence of a text, as a repair of what is wrong there."""

    def propose(task: Task) -> ProposeFix:
        start = task.document.text.index(old)
        edit = Edit(start, start + len(old), new)
        fix = Fix(
            edits=(edit,), source="model", reason="r", safety=safety, confidence=0.9, at=start, provenance="user: told"
        )
        return ProposeFix((fix,), "because")

    return propose


def asking(at: str) -> Callable[[Task], ReportComplete]:
    def ask(task: Task) -> ReportComplete:
        place = task.document.text.index(at)
        return ReportComplete(
            (Question(id="q1", path="/Order/Date", needed="n", type="xs:date", why="w", at=place),), reasoning="ask"
        )

    return ask


def task_for(document: Document, schema: str) -> Task:
    layers = plan([schema])
    return Task(document=document, report=validate(document, layers), plan=layers)


async def repaired(
    text: str, schema: str, judge: Judge, *engines: Engine, limits: Limits | None = None, allow_unsafe: bool = False
) -> LoopResult:
    document = Document.from_text(text)
    loop = LoopManager(engines, judge, limits)
    return await loop.run(replace(task_for(document, schema), allow_unsafe=allow_unsafe))


async def test_rules_go_first_and_cost_no_iteration(order: str, schema: str, judge: Judge) -> None:
    broken = order.replace("2026-03-05", "5 March").replace(">EUR<", ">Euro<")
    rules, model = Rules(replacing("5 March", "2026-03-05")), Model(replacing("Euro", "EUR"))
    result = await repaired(broken, schema, judge, rules, model)
    assert result.document.text == order
    assert result.report.valid
    assert result.stopped == "The document validates."
    assert [(turn.engine, turn.action, turn.tokens) for turn in result.iterations] == [
        ("rules", "propose_fix", 0),
        ("rules", "report_complete", 0),
        ("model", "propose_fix", 10),
    ]
    assert (result.model, result.usage["tokens"], result.usage["iterations"]) == ("told", 10, 1)
    assert model.tasks[0].document.text == order.replace(">EUR<", ">Euro<")


async def test_a_model_is_not_asked_about_what_rules_repaired(order: str, schema: str, judge: Judge) -> None:
    model = Model()
    result = await repaired(order.replace(">EUR<", ">Euro<"), schema, judge, Rules(replacing("Euro", "EUR")), model)
    assert result.report.valid
    assert model.tasks == []


async def test_a_valid_document_is_left_alone(order: str, schema: str, judge: Judge) -> None:
    rules, model = Rules(replacing("A17", "A18")), Model(replacing("A17", "A18"))
    result = await repaired(order, schema, judge, rules, model)
    assert (result.document.text, result.edits, result.iterations) == (order, (), ())


# the model's steps, the limits, how many turns it gets, and why the run ends
ENDINGS: dict[str, tuple[Sequence[Step], Limits, int, str]] = {
    "two fruitless turns": ([replacing("Euro", "Eur")] * 5, Limits(iterations=5), 2, "2 turns in a row"),
    "a claim that is not true": ([ReportComplete()] * 5, Limits(iterations=5), 2, "2 turns in a row"),
    "the iterations": ([replacing("Euro", "Eur")], Limits(iterations=1), 1, "The limit of 1 iteration is"),
    "the tokens": ([replacing("Euro", "Eur")] * 5, Limits(tokens=10), 1, "10 tokens"),
    "a failure that the user can mend": ([LimitError("Renew it.")], Limits(), 1, "Renew it."),
    "a failure that nobody foresaw": ([ZeroDivisionError()], Limits(), 1, "ZeroDivisionError"),
    "a request again and again": (
        [ReflectAndRetry({"need": "lines"})] * 9, Limits(iterations=9), 3, "2 turns in a row",
    ),
    "a question": ([asking("Euro")], Limits(), 1, "needs an answer"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDINGS)
async def test_a_run_ends_with_a_reason(name: str, order: str, schema: str, judge: Judge) -> None:
    steps, limits, turns, reason = ENDINGS[name]
    model = Model(*steps)
    result = await repaired(order.replace(">EUR<", ">Euro<"), schema, judge, model, limits=limits)
    assert reason in result.stopped
    assert len(model.tasks) == turns
    assert len(result.iterations) == turns
    assert not result.report.valid


async def test_rules_that_are_not_done_in_their_rounds_say_so(order: str, schema: str, judge: Judge) -> None:
    broken = order.replace("2026-03-05", "5 March").replace(">EUR<", ">Euro<")
    rules = Rules(replacing("5 March", "2026-03-05"), replacing("Euro", "EUR"))
    result = await repaired(broken, schema, judge, rules, limits=Limits(free_turns=1))
    assert result.document.text == order.replace(">EUR<", ">Euro<")
    assert result.stopped == "After 1 round of repair there may be more to repair: go on from here."


async def never(_: Task) -> Action:
    await anyio.sleep_forever()
    raise AssertionError


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(seconds=2.0), "time limit of 2 s"),
        (Limits(seconds_per_iteration=1.0), "2 turns in a row"),
    ],
)
async def test_time_ends_a_run_with_the_best_state(
    limits: Limits, reason: str, order: str, schema: str, judge: Judge
) -> None:
    broken = order.replace("2026-03-05", "5 March").replace(">EUR<", ">Euro<")
    engines = Rules(replacing("Euro", "EUR")), Model(never, never)
    result = await repaired(broken, schema, judge, *engines, limits=limits)
    assert reason in result.stopped
    assert result.document.text == order.replace("2026-03-05", "5 March")


async def test_the_best_state_survives_cancellation(order: str, schema: str, judge: Judge) -> None:
    document = Document.from_text(order.replace("2026-03-05", "5 March").replace(">EUR<", ">Euro<"))
    loop = LoopManager([Rules(replacing("Euro", "EUR")), Model(never)], judge)
    with anyio.move_on_after(1) as scope:
        await loop.run(task_for(document, schema))
    assert scope.cancelled_caught
    assert loop.best.document.text == order.replace("2026-03-05", "5 March")
    assert loop.best.report == validate(loop.best.document, plan([schema]))


async def test_an_engine_that_fails_leaves_the_rest_to_the_next(order: str, schema: str, judge: Judge) -> None:
    result = await repaired(
        order.replace(">EUR<", ">Euro<"), schema, judge, Rules(LimitError("Too slow.")), Model(replacing("Euro", "EUR"))
    )
    assert result.report.valid


@pytest.mark.parametrize(
    ("failure", "reason"), [(LimitError("The validator hangs."), "The validator hangs."), (KeyError(), "(KeyError)")]
)
async def test_a_gate_that_fails_ends_the_run_with_what_was_reached(
    failure: Exception, reason: str, order: str, schema: str, judge: Judge
) -> None:
    class Failing:
        async def judge(self, document: Document, report: Report, fixes: Sequence[Fix], plan: Plan) -> Verdict:
            if "5 March" in fixes[0].edits[0].after or "2026" in fixes[0].edits[0].after:
                raise failure
            return await judge.judge(document, report, fixes, plan)

    broken = order.replace("2026-03-05", "5 March").replace(">EUR<", ">Euro<")
    result = await repaired(
        broken, schema, Failing(), Model(replacing("Euro", "EUR"), replacing("5 March", "2026-03-05"))
    )
    assert reason in result.stopped
    assert result.document.text == order.replace("2026-03-05", "5 March")


async def test_a_rejection_reaches_the_model_with_its_reason(order: str, schema: str, judge: Judge) -> None:
    model = Model(replacing("Euro", "Eur"), replacing("Euro", "EUR"))
    result = await repaired(order.replace(">EUR<", ">Euro<"), schema, judge, model)
    (attempt,) = model.tasks[1].history
    assert not attempt.accepted
    assert "still there" in attempt.rejected[0][1]
    assert result.report.valid


async def test_unsafe_fixes_wait_for_leave(order: str, schema: str, judge: Judge) -> None:
    broken = order.replace("<Item>Nut</Item>", "<Item>Nut</Item><Weight>9 g</Weight>")

    def drop(task: Task) -> ProposeFix:
        start = task.document.text.index("<Weight>")
        fix = Fix(
            edits=(Edit(start, start + len("<Weight>9 g</Weight>"), ""),), source="model", reason="r",
            safety=Safety.SAFE, confidence=1, at=start,
        )  # fmt: skip
        return ProposeFix((fix,))

    kept = await repaired(broken, schema, judge, Model(drop, drop))
    assert kept.document.text == broken
    assert [(edit.applied, edit.safe, edit.before) for edit in kept.edits] == [(False, False, "<Weight>9 g</Weight>")]
    assert len(kept.withheld) == 1
    assert "9" in kept.iterations[0].verdict
    dropped = await repaired(broken, schema, judge, Model(drop), allow_unsafe=True)
    assert dropped.document.text == order
    assert [(edit.applied, edit.safe) for edit in dropped.edits] == [(True, False)]


async def test_edits_are_told_at_their_places_in_the_input(order: str, schema: str, judge: Judge) -> None:
    broken = order.replace("2026-03-05", "5 March").replace(">EUR<", ">Euro<").replace("12.75", "12,75")
    steps = replacing("<Date>5 March", "<Date\n\n>2026-03-05"), replacing("Euro", "EUR"), replacing("12,75", "12.75")
    result = await repaired(broken, schema, judge, Model(*steps), limits=Limits(iterations=9))
    places = {edit.before: (edit.line, edit.column) for edit in result.edits}
    assert places == {"<Date>5 March": (4, 3), "Euro": (5, 13), "12,75": (14, 25)}


async def test_questions_and_withheld_fixes_go_when_the_fault_is_gone(order: str, schema: str, judge: Judge) -> None:
    broken = order.replace("2026-03-05", "5 March").replace(">EUR<", ">Euro<")

    def complete(task: Task) -> ReportComplete:
        unsafe = replacing("Euro", "USD", Safety.UNSAFE)(task).fixes
        return ReportComplete(asking("5 March")(task).questions, withheld=unsafe)

    result = await repaired(
        broken, schema, judge, Rules(complete), Model(replacing("Euro", "EUR"), ReportComplete(), ReportComplete())
    )
    assert [question.id for question in result.questions] == ["q1"]
    assert result.withheld == ()
    result = await repaired(broken, schema, judge, Rules(complete), Model(replacing("5 March", "2026-03-05")))
    assert result.questions == ()
    assert [edit.after for edit in result.edits if not edit.applied] == ["USD"]


async def test_progress_is_told_in_words_and_while_nothing_happens(order: str, schema: str, judge: Judge) -> None:
    told: list[str] = []

    async def tell(message: str) -> None:
        told.append(message)

    async def slow(task: Task) -> Action:
        await anyio.sleep(0.1)
        return replacing("Euro", "EUR")(task)

    document = Document.from_text(order.replace(">EUR<", ">Euro<"))
    loop = LoopManager([Rules(), Model(slow)], judge, Limits(iterations=2), tell, heartbeat=0.02)
    await loop.run(task_for(document, schema))
    assert told[0] == "rules: looking at 1 fault"
    assert told[1] == "iteration 1 of 2: asking model about 1 fault"
    assert told[2].startswith("iteration 1 of 2: asking model about 1 fault, 0 s")
    assert told[-1] == "iteration 1 of 2: checking 1 edit"


async def test_a_listener_that_is_gone_does_not_end_the_run(order: str, schema: str, judge: Judge) -> None:
    async def broken_pipe(_: str) -> None:
        raise BrokenPipeError

    document = Document.from_text(order.replace(">EUR<", ">Euro<"))
    loop = LoopManager([Model(replacing("Euro", "EUR"))], judge, progress=broken_pipe)
    result = await loop.run(task_for(document, schema))
    assert result.report.valid


async def test_rules_that_never_end_are_ended(order: str, schema: str, judge: Judge) -> None:
    rules = Rules(*[replacing("Euro", "Eur")] * 50)
    result = await repaired(order.replace(">EUR<", ">Euro<"), schema, judge, rules)
    assert len(rules.tasks) < 10
    assert "nothing more to propose" in result.stopped


def test_there_is_no_best_state_before_the_run(judge: Judge) -> None:
    with pytest.raises(RuntimeError, match="not begun"):
        _ = LoopManager([], judge).best


async def test_errors_of_the_troubleshooter_are_told_as_they_are(order: str, schema: str, judge: Judge) -> None:
    result = await repaired(
        order.replace(">EUR<", ">Euro<"), schema, judge, Model(TroubleshooterError("Ask for a token."))
    )
    assert result.stopped == "Ask for a token."
    assert result.iterations[0].verdict == "Ask for a token."
