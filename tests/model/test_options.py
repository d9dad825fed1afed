"""What a model makes of the repairs that rules see but leave to others, and what it is shown beside a fault."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.loop.loop_manager import Judge, LoopManager, LoopResult
from mcp_servers.xml_troubleshooter.loop.proposal import Engine, Task
from mcp_servers.xml_troubleshooter.model.model_engine import ModelEngine
from mcp_servers.xml_troubleshooter.model.related import related_lines, root_namespaces
from mcp_servers.xml_troubleshooter.repair.engine import RuleEngine
from mcp_servers.xml_troubleshooter.schemas.plan import Plan, plan
from tests.loop.conftest import ScriptedModel

pytestmark = pytest.mark.anyio

Together = Callable[..., Awaitable[tuple[LoopResult, list[str]]]]
UNCLEAR = ("2026-03-05", "03/05/2026")
EXTRA = ("  <Total", "  <Extra>gone</Extra>\n  <Total")


@pytest.fixture
def together(schema: str, judge: Judge) -> Together:
    """The rules and a model as the services put them together."""

    async def repair(
        text: str, *answers: dict[str, Any] | str, allow_unsafe: bool = False
    ) -> tuple[LoopResult, list[str]]:
        layers, document, model = plan([schema]), Document.from_text(text), ScriptedModel(answers)
        engines: list[Engine] = [RuleEngine(patient=True), ModelEngine(model), RuleEngine()]
        begun = Task(document=document, report=validate(document, layers), plan=layers, allow_unsafe=allow_unsafe)
        return await LoopManager(engines, judge).run(begun), model.prompts

    return repair


def choice(letter: str, fault: int = 1, **more: object) -> dict[str, Any]:
    edits = [{"fault": fault, "choose": letter}]
    return {"action": "propose_fix", "confidence": 0.8, "reasoning": "likely", "data": {"edits": edits, **more}}


async def test_a_model_chooses_among_what_the_rules_see(order: str, together: Together) -> None:
    result, prompts = await together(order.replace(*EXTRA), choice("a"), allow_unsafe=True)
    assert result.report.valid
    assert {edit.source for edit in result.edits} == {"model"}
    assert "   option a: line 14: " in prompts[0]


@pytest.mark.parametrize("broken", [UNCLEAR, EXTRA])
async def test_what_is_chosen_waits_for_consent_where_it_drops_or_reads(
    order: str, together: Together, broken: tuple[str, str]
) -> None:
    result, _ = await together(order.replace(*broken), choice("a"))
    assert result.document.text == order.replace(*broken)
    assert not any(edit.applied or edit.safe for edit in result.edits)


async def test_with_consent_the_rules_do_what_the_model_does_not(order: str, together: Together) -> None:
    result, _ = await together(order.replace(*EXTRA), "nothing of use", allow_unsafe=True)
    assert result.document.text == order
    assert [edit.source for edit in result.edits] == ["rule:surplus-element"]


async def test_an_option_that_was_not_offered_is_refused(order: str, together: Together) -> None:
    result, prompts = await together(order.replace(*EXTRA), choice("h"))
    assert result.document.text == order.replace(*EXTRA)
    assert "fault 1 has no option h" in prompts[1]


async def test_one_answer_holds_edits_and_questions(order: str, together: Together) -> None:
    broken = order.replace("<Number>A17</Number>", "<Number/>").replace(*EXTRA).replace('no="2"', 'no="x"')
    asked = [{"fault": 1, "needed": "the number of line 2", "why": "nothing says it"}]
    result, _ = await together(broken, choice("a", fault=2, questions=asked), allow_unsafe=True)
    assert "Extra" not in result.document.text
    assert any("line 2" in question.needed or question.path.endswith("@no") for question in result.questions)


async def test_a_value_from_an_unrelated_place_is_no_proof(order: str, together: Together) -> None:
    broken = order.replace("2026-03-05", "31/12/20x4").replace("A17", "2019-05-05")
    edit = {"find": "31/12/20x4", "replace": "2019-05-05", "source": {"kind": "xpath", "value": "//Number"}}
    result, _ = await together(broken, {"action": "propose_fix", "data": {"edits": [{"fault": 1, **edit}]}})
    assert result.document.text == broken


async def test_of_a_business_rule_a_model_sees_the_values_and_the_repairs(tmp_path: Path, judge: Judge) -> None:
    pytest.importorskip("saxonche")
    sums = '<assert id="R-1" test="number(all) = number(sum) + number(tax)">The total is the sum and the tax.</assert>'
    (tmp_path / "rules.sch").write_text(
        '<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2"><pattern>'
        f'<rule context="order">{sums}</rule></pattern></schema>'
    )
    text = "<order>\n<sum>15.50</sum>\n<tax>3.10</tax>\n<all>16.80</all>\n</order>"
    document, layers, model = Document.from_text(text), plan([tmp_path / "rules.sch"]), ScriptedModel([choice("a")])
    engines: list[Engine] = [RuleEngine(patient=True), ModelEngine(model)]
    task = Task(document=document, report=validate(document, layers), plan=layers, allow_unsafe=True)
    await LoopManager(engines, judge).run(task)
    shown = model.prompts[0]
    assert "   looked at: line 4, /order/all: '16.80'" in shown
    assert "   looked at: line 2, /order/sum: '15.50'" in shown


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<a>\n<b>\n<c/>\n</a>\n", 2),
        ("<a>\n<b>\n<c/>\n</d>\n</a>\n", 2),
        ("<a>\n<b>\n<c/>\n</b>\n<c/>\n</b>\n</a>\n", 4),
        ('<a>\n<b xml:id="x"/>\n<c/>\n<b ref="x"/>\n<b xml:id="x"/>\n</a>', 4),
    ],
)
async def test_the_lines_that_belong_to_a_fault_are_shown(text: str, line: int) -> None:
    document = Document.from_text(text)
    faults = validate(document, Plan()).diagnostics
    assert (line, line) in related_lines(document, faults)


async def test_what_is_declared_is_shown_where_an_entity_is_not() -> None:
    document = Document.from_text('<?xml version="1.0"?>\n<!-- DOCTYPE a [\n<!ENTITY b "c">\n]-->\n<a>&b;</a>\n')
    faults = validate(document, Plan()).diagnostics
    assert related_lines(document, faults) == [(1, 5)]


async def test_the_namespaces_of_the_document_element_are_told() -> None:
    text = (
        '<?xml version="1.0"?><!-- <a xmlns="n"> --><o:r\n xmlns:o="urn:o" id="7" xmlns=\'urn:d\'><x xmlns="y"/></o:r>'
    )
    assert root_namespaces(Document.from_text(text)) == "xmlns:o=\"urn:o\" xmlns='urn:d'"
