"""The verdict on a state and what the rules make of it are one piece of work, and the same as apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import anyio
import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import Report
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.loop import gate
from mcp_servers.xml_troubleshooter.loop.loop_manager import LoopManager, LoopResult
from mcp_servers.xml_troubleshooter.loop.proposal import Task
from mcp_servers.xml_troubleshooter.repair import engine as engine_module
from mcp_servers.xml_troubleshooter.repair import lookahead
from mcp_servers.xml_troubleshooter.repair.engine import RuleEngine, propose
from mcp_servers.xml_troubleshooter.repair.lookahead import LookaheadJudge, Terms, first_steps, next_steps
from mcp_servers.xml_troubleshooter.request import Request
from mcp_servers.xml_troubleshooter.schemas.plan import Plan, plan

# what is broken in the order, and how many rounds it takes: markup first, names next, values last
BROKEN = [
    ({"<date>2026-03-05</date>": "<daet>2026-03-05</daet>"}, 1),
    ({"<date>2026-03-05</date>": "<daet>2026-03-05</daet>", "</number>": "</number", "2.5": "2,5"}, 2),
    ({"</article>": "</article", "  <number>A-17</number>\n": ""}, 1),
]


def broken(order: str, slips: Mapping[str, str], schema: str) -> tuple[Document, Plan, Report]:
    """The order with some slips in it, what judges it, and what that says."""
    for right, wrong in slips.items():
        order = order.replace(right, wrong)
    document, judged_by = Document.from_text(order), plan([schema])
    return document, judged_by, validate(document, judged_by)


@pytest.mark.parametrize(("slips", "rounds"), BROKEN)
def test_a_run_comes_to_the_same_end(
    slips: Mapping[str, str], rounds: int, schemas: Mapping[str, str], order: str
) -> None:
    document, judged_by, report = broken(order, slips, schemas["xsd"])

    def run(*, ahead: bool) -> LoopResult:
        engines = [RuleEngine()]
        loop = LoopManager(engines, LookaheadJudge(engines if ahead else [], 50))
        return anyio.run(loop.run, Task(document=document, report=report, plan=judged_by))

    result, other = run(ahead=True), run(ahead=False)
    assert (result.document, result.edits, result.questions) == (other.document, other.edits, other.questions)
    assert [each.action for each in result.iterations] == [each.action for each in other.iterations]
    assert sum(each.action == "propose_fix" for each in result.iterations) == rounds


@pytest.mark.parametrize(("slips", "rounds"), BROKEN)
def test_what_comes_next_is_proposed_where_anything_is_left(
    slips: Mapping[str, str], rounds: int, schemas: Mapping[str, str], order: str
) -> None:
    document, judged_by, report = broken(order, slips, schemas["xsd"])
    fixes = propose(document, judged_by, False, {}).fixes  # noqa: FBT003 - positional over the process border
    step = next_steps(document, report, fixes, judged_by, Terms(allow_unsafe=False, answers={}, patient=False))[0]
    verdict, proposal = step.verdict, step.proposal

    assert verdict.accepted == gate.judge(document, report, fixes, judged_by).accepted
    after = propose(verdict.document, judged_by, False, {})  # noqa: FBT003
    assert proposal == (None if verdict.report.valid else after)


def test_a_run_that_was_gone_ahead_needs_no_more_work(
    schemas: Mapping[str, str], order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, judged_by, _ = broken(order, {"</number>": "</number", "2.5": "2,5"}, schemas["xsd"])
    monkeypatch.setattr(lookahead, "_AT_ONCE", 60)
    begun = first_steps(document, judged_by, Terms(allow_unsafe=False, answers={}, patient=False))
    asked: list[str] = []

    async def answer(function: Callable[..., object], *_: object, seconds: float) -> object:
        assert seconds
        asked.append(function.__name__)
        return begun

    for module in (lookahead, engine_module):
        monkeypatch.setattr(module, "offload", answer)

    async def run() -> LoopResult:
        engines = [RuleEngine()]
        judge = LookaheadJudge(engines)
        report = await judge.begin(document, judged_by, Request())
        return await LoopManager(engines, judge).run(Task(document=document, report=report, plan=judged_by))

    assert anyio.run(run).report.valid
    assert asked == ["first_steps"]


@pytest.mark.parametrize("slips", [slips for slips, _ in BROKEN])
def test_the_first_verdict_brings_what_the_rules_say_to_the_document(
    slips: Mapping[str, str], schemas: Mapping[str, str], order: str
) -> None:
    document, judged_by, report = broken(order, slips, schemas["xsd"])
    engine = RuleEngine()

    async def begun() -> Report:
        return await LookaheadJudge([engine]).begin(document, judged_by, Request())

    assert anyio.run(begun).diagnostics == report.diagnostics
    assert engine.ahead == (document, judged_by, propose(document, judged_by, False, {}))  # noqa: FBT003
