"""What becomes of a model's answers: edits, questions, rejections that help, and requests for more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mcp_servers.xml_troubleshooter.agent.failures import AuthenticationError, PromptTooLargeError
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.knowledge.article_store import Article
from mcp_servers.xml_troubleshooter.loop.loop_manager import Limits, LoopResult
from mcp_servers.xml_troubleshooter.loop.proposal import Question, ReportComplete, Task
from mcp_servers.xml_troubleshooter.model.model_engine import EngineSettings, ModelEngine
from mcp_servers.xml_troubleshooter.schemas.plan import plan

pytestmark = pytest.mark.anyio

Run = Callable[..., Awaitable[tuple[LoopResult, list[str]]]]
Proposal = Callable[..., dict[str, Any]]

NO_CURRENCY = ('<Amount currency="EUR">2.25', "<Amount>2.25")
CURRENCY = {"find": "<Amount>2.25", "replace": '<Amount currency="EUR">2.25'}
FROM_SIBLINGS = {"kind": "xpath", "value": "//Amount/@currency"}

BY_USER = {"kind": "user", "value": "on 5.3.2026"}


async def test_a_proven_value_is_applied_with_its_proof(order: str, run: Run, proposal: Proposal) -> None:
    result, prompts = await run(order.replace(*NO_CURRENCY), proposal({**CURRENCY, "source": FROM_SIBLINGS}))
    assert result.document.text == order
    (edit,) = result.edits
    assert (edit.line, edit.after, edit.provenance) == (12, ' currency="EUR"', "document: //Amount/@currency = EUR")
    assert (edit.source, edit.reason, edit.applied, edit.safe) == ("model", "because", True, True)
    assert len(prompts) == 1
    assert result.usage["tokens"] > 0


async def test_an_unproven_value_becomes_a_question_with_the_model_s_idea(
    order: str, run: Run, proposal: Proposal
) -> None:
    result, _ = await run(order.replace(*NO_CURRENCY), proposal(CURRENCY))
    assert result.document.text == order.replace(*NO_CURRENCY)
    (question,) = result.questions
    assert question.path == "/Order/Line[2]/Amount"
    assert (question.suggestion, question.suggestion_reason) == ("EUR", "because")
    assert question.needed == "The value of currency at line 12."
    assert question.skeleton == ' currency="{}"'
    assert result.stopped == "What remains needs an answer."


async def test_an_answer_proves_the_value_that_was_asked_for(order: str, run: Run, proposal: Proposal) -> None:
    broken = order.replace(*NO_CURRENCY)
    asked, _ = await run(broken, proposal(CURRENCY))
    result, prompts = await run(broken, proposal(CURRENCY), answers={asked.questions[0].id: "EUR"})
    assert result.document.text == order
    assert "the user's answer: EUR" in prompts[0]
    assert result.edits[0].provenance == f"user: the answer to {asked.questions[0].id}"
    other, _ = await run(broken, proposal(CURRENCY), answers={asked.questions[0].id: "SEK"})
    assert other.document.text == broken


async def test_the_user_s_own_words_prove_a_value(order: str, run: Run, proposal: Proposal) -> None:
    said = {**CURRENCY, "source": {"kind": "user", "value": "all amounts are EUR"}}
    broken = order.replace(' currency="EUR"', "")
    edits = [
        {
            "fault": 1,
            "find": f"<{name}>{amount}",
            "replace": f'<{name} currency="EUR">{amount}',
            "source": said["source"],
        }
        for name, amount in (("Amount", "10.50"), ("Amount", "2.25"), ("Total", "12.75"))
    ]
    result, _ = await run(broken, proposal(*edits), problem="Sorry, all amounts are EUR here.")
    assert result.document.text == order
    refused, _ = await run(broken, proposal(*edits), problem="Sorry, all amounts are EURO here.")
    assert refused.document.text == broken


async def test_the_proven_part_of_a_proposal_is_applied(order: str, run: Run, proposal: Proposal) -> None:
    broken = order.replace(*NO_CURRENCY).replace("2026-03-05", "soon")
    answer = proposal(
        {"fault": 1, "find": "soon", "replace": "2026-03-05"}, {"fault": 2, **CURRENCY, "source": FROM_SIBLINGS}
    )
    result, _ = await run(broken, answer, {"action": "report_complete", "data": {}})
    assert result.document.text == order.replace("2026-03-05", "soon")
    assert [question.path for question in result.questions] == ["/Order/Date"]


async def test_an_edit_without_a_fault_s_number_or_with_a_wrong_one_finds_its_fault(
    order: str, run: Run, proposal: Proposal
) -> None:
    broken = order.replace(*NO_CURRENCY).replace(">EUR<", ">Euro<")
    answer = proposal(
        {"fault": 1, **CURRENCY, "source": FROM_SIBLINGS},
        {"find": ">Euro<", "replace": ">EUR<", "source": FROM_SIBLINGS, "fault": 9},
    )
    result, _ = await run(broken, answer)
    assert result.document.text == order


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ({"find": "<Amount> 2.25", "replace": "x"}, "similar: line 12: <Amount>2.25</Amount>"),
        ({"find": "<Item>", "replace": "x"}, "<Item> stands 2 times in the excerpt (lines 7, 11)"),
        ({"find": "   12|     <Amount>", "replace": "x"}, "leave the line numbers out"),
        ({"find": "<Amount>2.25", "replace": "<Amount>2.25"}, "it changes nothing"),
        ({"first_line": 90, "last_line": 91, "replace": "x"}, "line 90 is not shown in full"),
        ({"find": "</Order>", "replace": ""}, "would no longer be well-formed"),
        ({"find": "<Amount>2.25", "replace": '<Amount curency="EUR">2.25', "source": FROM_SIBLINGS}, "itself at fault"),
        ({"fault": 1, "find": "soon", "replace": "5.3.2026", "source": BY_USER}, "still there"),
        ({"find": "    <Amount>2.25</Amount>\n", "replace": ""}, "it drops content (2.25)"),
        ({"find": "<Item>Nut", "replace": "<Item>Nut</Item><Item>Nut"}, "nothing proves"),
    ],
)
async def test_a_rejection_tells_the_model_what_to_do_better(
    first: dict[str, Any], told: str, order: str, run: Run, proposal: Proposal
) -> None:
    two = order.replace(*NO_CURRENCY).replace("2026-03-05", "soon")
    result, prompts = await run(
        two,
        proposal({"fault": 2, **first}),
        proposal({**CURRENCY, "source": FROM_SIBLINGS}),
        problem="It was sent on 5.3.2026.",
    )
    rejected = prompts[1].partition("Tried and rejected")[2].partition("Excerpt")[0]
    assert told in rejected
    assert "Tried" not in prompts[0]
    if "nothing proves" not in told:
        assert result.document.text == order.replace("2026-03-05", "soon")


async def test_an_answer_that_cannot_be_read_is_answered_with_the_form(
    order: str, run: Run, proposal: Proposal
) -> None:
    result, prompts = await run(
        order.replace(*NO_CURRENCY), "I would add the currency.", proposal({**CURRENCY, "source": FROM_SIBLINGS})
    )
    assert result.document.text == order
    assert "held no action" in prompts[1]
    assert "held no action" in result.iterations[0].verdict


@pytest.mark.parametrize(
    ("request_", "shown"),
    [
        ({"need": "lines", "value": "40-42"}, '   40|     <Amount currency="EUR">1.00</Amount>'),
        ({"need": "excerpt", "from": 40, "to": 42}, '   40|     <Amount currency="EUR">1.00</Amount>'),
        ({"need": "type", "value": "currency"}, "type currency: one of: EUR, SEK, USD"),
        ({"need": "type", "name": "line"}, "type line holds: Item, Amount"),
        ({"need": "type", "value": "nonsense"}, "the schema declares nothing of that name"),
        ({"need": "the weather"}, "cannot be shown"),
    ],
)
async def test_a_request_for_more_is_met_in_the_next_prompt(
    request_: dict[str, Any], shown: str, order: str, run: Run, proposal: Proposal
) -> None:
    line = '  <Line no="{}">\n    <Item>Bolt</Item>\n    <Amount currency="EUR">1.00</Amount>\n  </Line>\n'
    text = order.replace("  <Total", "".join(line.format(n) for n in range(10, 300)) + "  <Total")
    text = text.replace('<Total currency="EUR">', "<Total>")
    ask = {"action": "reflect_and_retry", "reasoning": "see more", "data": request_}
    edit = {"find": "<Total>", "replace": '<Total currency="EUR">', "source": FROM_SIBLINGS}
    result, prompts = await run(text, ask, proposal(edit))
    assert shown in prompts[1]
    assert shown not in prompts[0]
    assert "Tried and rejected" not in prompts[1]
    assert result.report.valid
    assert [turn.action for turn in result.iterations] == ["reflect_and_retry", "propose_fix"]


async def test_an_article_can_be_asked_for(order: str, run: Run, proposal: Proposal) -> None:
    asked: list[str] = []

    def notes(codes: object, words: str, about: str) -> list[Article]:
        asked.append(words)
        return []

    ask = {"action": "reflect_and_retry", "data": {"need": "article", "value": "currencies"}}
    await run(order.replace(*NO_CURRENCY), ask, proposal(CURRENCY), notes=notes, problem="rejected")
    assert asked == ["", "currencies"]


async def test_questions_of_the_model_end_the_run_when_nothing_else_is_left(order: str, run: Run) -> None:
    answer = {
        "action": "report_complete", "reasoning": "it is nowhere",
        "data": {"questions": [{"fault": 1, "needed": "the order's date", "suggestion": "today", "why": "no date"}]},
    }  # fmt: skip
    result, prompts = await run(order.replace("2026-03-05", "soon"), answer)
    (question,) = result.questions
    assert (question.path, question.needed, question.suggestion) == ("/Order/Date", "the order's date", "today")
    assert (len(prompts), result.stopped) == (1, "What remains needs an answer.")


async def test_an_edit_that_is_proposed_again_asks_once(order: str, run: Run, proposal: Proposal) -> None:
    broken = order.replace("2026-03-05", "soon").replace(*NO_CURRENCY)
    invented = {"fault": 1, "find": "<Date>soon<", "replace": "<Date>2026-04-01<"}
    result, prompts = await run(broken, proposal(invented))
    assert [question.path for question in result.questions] == ["/Order/Date"]
    assert "and the user is asked already" in prompts[-1]


async def test_a_question_about_one_fault_leaves_the_others_to_the_model(
    order: str, run: Run, proposal: Proposal
) -> None:
    broken = order.replace("2026-03-05", "soon").replace(*NO_CURRENCY)
    ask = {"action": "report_complete", "data": {"questions": [{"fault": 1, "needed": "the date"}]}}
    result, prompts = await run(broken, ask, proposal({**CURRENCY, "source": FROM_SIBLINGS}))
    assert result.document.text == order.replace("2026-03-05", "soon")
    assert len(result.questions) == 1
    assert "/Order/Date" not in prompts[1]


async def test_a_value_at_fault_may_be_replaced_by_a_proven_one(order: str, run: Run, proposal: Proposal) -> None:
    edit = {"find": "Euros", "replace": "EUR", "source": FROM_SIBLINGS}
    result, _ = await run(order.replace(">EUR<", ">Euros<"), proposal(edit))
    assert result.document.text == order


async def test_a_value_that_can_be_read_in_two_ways_waits_for_leave(order: str, run: Run, proposal: Proposal) -> None:
    broken = order.replace("2026-03-05", "03/05/2026")
    edit = proposal({"find": "03/05/2026", "replace": "2026-03-05"})
    kept, _ = await run(broken, edit)
    assert kept.document.text == broken
    assert "several equally good" in kept.iterations[0].verdict
    chosen, _ = await run(broken, edit, allow_unsafe=True)
    assert chosen.document.text == order


async def test_a_prompt_that_is_too_large_is_cut_down_and_sent_once_more(
    order: str, run: Run, proposal: Proposal
) -> None:
    line = '  <Line no="{}">\n    <Item>Bolt</Item>\n    <Amount currency="EUR">1.00</Amount>\n  </Line>\n'
    text = order.replace("  <Total", "".join(line.format(n) for n in range(10, 300)) + "  <Total")
    text = text.replace('<Total currency="EUR">', "<Total>")
    edit = {"find": "<Total>", "replace": '<Total currency="EUR">', "source": FROM_SIBLINGS}
    result, prompts = await run(text, PromptTooLargeError("too large"), proposal(edit))
    assert result.report.valid
    assert len(prompts[1]) < len(prompts[0])
    refused, prompts = await run(text, PromptTooLargeError("too large"))
    assert len(prompts) == 2
    assert refused.stopped == "too large"


async def test_a_service_that_fails_ends_the_run_with_its_sentence(order: str, run: Run) -> None:
    result, _ = await run(order.replace(*NO_CURRENCY), AuthenticationError("The token has run out.", hint="Renew it."))
    assert result.stopped == "The token has run out. Renew it."


async def test_no_prompt_is_sent_that_the_budget_does_not_hold(order: str, run: Run) -> None:
    result, prompts = await run(order.replace(*NO_CURRENCY), "x", limits=Limits(tokens=500))
    assert prompts == []
    assert "AGENT_TOKEN_BUDGET" in result.stopped
    assert result.usage["tokens"] == 0


async def test_too_many_edits_at_once_are_not_looked_at(order: str, run: Run, proposal: Proposal) -> None:
    edits = [{"find": f"nothing {n}", "replace": "x"} for n in range(60)]
    _, prompts = await run(order.replace(*NO_CURRENCY), proposal(*edits))
    assert "only the first 40 edits were looked at" in prompts[1]


async def test_an_edit_of_whole_lines_with_several_sources(order: str, run: Run, proposal: Proposal) -> None:
    broken = order.replace('  <Total currency="EUR">12.75</Total>\n', "")
    edit = {
        "first_line": 13, "last_line": 13, "replace": '  </Line>\n  <Total currency="EUR">12.75</Total>\n',
        "sources": [FROM_SIBLINGS, {"kind": "xpath", "value": "sum(//Line/Amount)"}],
    }  # fmt: skip
    result, _ = await run(broken, proposal(edit))
    assert result.document.text == order
    assert result.edits[0].provenance.count("document:") == 2


async def test_a_document_that_is_not_well_formed_is_mended_too(order: str, run: Run, proposal: Proposal) -> None:
    broken = order.replace("<Item>Nut</Item>", "<Item>Nut & <Bolt</Item>")
    edit = {"find": "Nut & <Bolt", "replace": "Nut &amp; &lt;Bolt"}
    result, _ = await run(broken, proposal(edit), settings=EngineSettings(excerpt=800))
    assert result.report.valid
    assert "Nut &amp; &lt;Bolt" in result.document.text


async def test_a_move_may_be_told_as_the_repair_of_two_faults(order: str, run: Run, proposal: Proposal) -> None:
    amount = '    <Amount currency="EUR">2.25</Amount>\n'
    broken = order.replace(f"{amount}  </Line>\n", f"  </Line>\n{amount}")
    answer = proposal(
        {"fault": 1, "find": "<Item>Nut</Item>\n", "replace": f"<Item>Nut</Item>\n{amount}"},
        {"fault": 2, "find": amount, "replace": ""},
    )
    result, _ = await run(broken, answer)
    assert result.document.text == order


async def test_what_is_proven_only_by_other_edits_follows_in_the_next_turn(
    order: str, run: Run, proposal: Proposal
) -> None:
    broken = order.replace('  <Total currency="EUR">12.75</Total>\n', "").replace(">2.25</Amount>", ">2,25</Amount>")
    total = {
        "find": "  </Line>\n</Order>", "replace": '  </Line>\n  <Total currency="EUR">12.75</Total>\n</Order>',
        "sources": [FROM_SIBLINGS, {"kind": "xpath", "value": "sum(//Line/Amount)"}],
    }  # fmt: skip
    comma = {"fault": 1, "find": "2,25", "replace": "2.25"}
    result, prompts = await run(broken, proposal(comma, {"fault": 2, **total}), proposal(total))
    assert result.document.text == order
    assert "'12.75' is not yet proven; propose it again" in prompts[1]
    assert result.questions == ()


async def test_an_edit_that_proves_nothing_takes_no_other_along(order: str, run: Run, proposal: Proposal) -> None:
    broken = order.replace("<Item>Nut</Item>", "<Item>Nut & bolt</Item>").replace("<Number>A17</Number>\n", "")
    answer = proposal(
        {"fault": 1, "find": "Nut & bolt", "replace": "Nut &amp; bolt"},
        {"fault": 1, "find": "  <Date>", "replace": "<Number>A18</Number>\n  <Date>"},
    )
    result, _ = await run(broken, answer, {"action": "report_complete", "data": {}})
    assert "Nut &amp; bolt" in result.document.text
    assert "A18" not in result.document.text


async def test_a_source_settles_which_reading_of_a_date_is_meant(order: str, run: Run, proposal: Proposal) -> None:
    broken = order.replace("2026-03-05", "03/05/2026")
    said = {"kind": "user", "value": "the order is of 2026-03-05"}
    edit = proposal({"find": "03/05/2026", "replace": "2026-03-05", "source": said})
    result, _ = await run(broken, edit, problem="Rejected, but the order is of 2026-03-05.")
    assert result.document.text == order


async def test_lines_that_nothing_takes_the_place_of_go_whole(order: str, run: Run, proposal: Proposal) -> None:
    edit = proposal({"first_line": 1, "last_line": 1, "replace": ""})
    result, _ = await run(f"\n{order}", edit)
    assert result.document.text == order


async def test_an_element_is_moved_without_being_written_again(order: str, run: Run, proposal: Proposal) -> None:
    date = "  <Date>2026-03-05</Date>\n"
    broken = order.replace(date, "").replace("  <Total", f"{date}  <Total")
    move = {"first_line": 13, "last_line": 13, "move_to": 4, "replace": ""}
    result, _ = await run(broken, proposal(move))
    assert result.document.text == order


@pytest.mark.parametrize(
    "answer",
    [
        {"action": "propose_fix", "reasoning": "a guess", "data": {"edits": [CURRENCY]}},
        {"action": "report_complete", "data": {"questions": [{"fault": 1, "needed": "it", "suggestion": "EUR"}]}},
    ],
)
async def test_a_question_that_the_rules_asked_gets_the_model_s_idea(
    answer: dict[str, Any], order: str, schema: str, engine: Callable[..., ModelEngine]
) -> None:
    document = Document.from_text(order.replace(*NO_CURRENCY))
    asked = Question(
        id="currency-1", path="/Order/Line[2]/Amount/@currency", needed="The currency.", type="", why="", at=200
    )
    task = Task(document=document, report=validate(document, plan([schema])), plan=plan([schema]), questions=(asked,))
    action = await engine(answer).next_action(task)
    assert isinstance(action, ReportComplete)
    (question,) = action.questions
    assert (question.id, question.needed) == ("currency-1", "The currency.")
    assert question.suggestion.startswith("EUR")


async def test_once_everything_is_asked_the_model_is_not_asked_again(
    order: str, schema: str, engine: Callable[..., ModelEngine]
) -> None:
    document = Document.from_text(order.replace(*NO_CURRENCY))
    task = Task(document=document, report=validate(document, plan([schema])), plan=plan([schema]))
    asking = engine({"action": "propose_fix", "data": {"edits": [CURRENCY]}})
    await asking.next_action(task)
    used = asking.tokens_used
    again = await asking.next_action(task)
    assert isinstance(again, ReportComplete)
    assert len(again.questions) == 1
    assert asking.tokens_used == used


async def test_an_edit_that_the_user_rejected_is_told_and_not_asked_for_again(
    order: str, run: Run, proposal: Proposal
) -> None:
    broken, edit = order.replace(*NO_CURRENCY), proposal({**CURRENCY, "source": FROM_SIBLINGS})
    (unwanted,) = (await run(broken, edit))[0].edits
    left, _ = await run(broken, "nothing")
    before = LoopResult(document=left.document, report=left.report, rejected=(unwanted,))

    result, prompts = await run(broken, edit, reject=frozenset({unwanted.id}), before=before)

    assert "Rejected by the user, never to be proposed again" in prompts[0]
    assert repr(unwanted.after) in prompts[0]
    assert len(prompts) == 1
    assert result.document.text == broken
    assert result.rejected == (unwanted,)
