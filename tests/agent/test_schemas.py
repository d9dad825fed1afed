import json

import pytest
from pydantic import ValidationError

from mcp_servers.xml_troubleshooter.agent.schemas import (
    ActionError,
    ActionType,
    AgentAction,
    EditData,
    LLMInferenceRequest,
    ProposeFixData,
    ReflectData,
    ReportData,
)

FIX = {
    "action": "propose_fix",
    "confidence": 0.9,
    "reasoning": "The end tag is misspelt.",
    "data": {"edits": [{"find": "</Nmae>", "replace": "</Name>"}]},
}
TEXT = json.dumps(FIX)
REPORT = '{"action": "report_complete", "confidence": 1.0, "data": {"reasons": ["nothing is left"]}}'


def edits_of(text: str) -> list[tuple[str | None, str]]:
    details = AgentAction.parse_from_text(text).details()
    assert isinstance(details, ProposeFixData)
    return [(edit.find, edit.replace) for edit in details.edits]


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        json.dumps(FIX, indent=2),
        f"```json\n{TEXT}\n```",
        f"Here is my answer:\n\n```\n{TEXT}\n```\nI hope {{this}} helps.",
        f"The set {{a, b}} and the map {{x: 1}} are wrong. {TEXT} That is {{all}}.",
        f'Facts: {{"line": 3, "column": 7}}. Action: {TEXT}',
        f'{{"response": {TEXT}}}',
        f"[{TEXT}]",
        TEXT.replace("propose_fix", "Propose-Fix"),
        TEXT[:-3] + ",]}}",
        TEXT[:-1] + ",}",
        TEXT.replace('"', "'"),
        TEXT[:-1],
        TEXT[:-2],
        TEXT[:-3],
        TEXT[:-3] + ', {"find": "<Id>4", "repla',
        TEXT[:-3] + ', {"find": "<Id>4</Id>", "replace": "<Id>4',
        TEXT.replace("misspelt.", "misspelt,\n\tas {one} sees."),
        f"<thinking>{{}}</thinking>{TEXT}",
    ],
)
def test_the_action_is_found_wherever_and_however_broken_it_stands(text: str) -> None:
    action = AgentAction.parse_from_text(text)
    assert action.action is ActionType.PROPOSE_FIX
    assert edits_of(text) == [("</Nmae>", "</Name>")]


def test_unescaped_quotation_marks_inside_an_edit_survive() -> None:
    text = '{"action": "propose_fix", "data": {"edits": [{"find": "<a b=\'1\'>", "replace": "<a b="1" c="2">"}]}}'
    assert edits_of(text) == [("<a b='1'>", '<a b="1" c="2">')]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I would propose_fix the end tag, and then report_complete.",
        "{}",
        "[1, 2, 3]",
        '"propose_fix"',
        '{"plan": "fix it"}',
        '{"action": "propose_fix" | "report_complete"}',
        '{"action": "delete_everything"}',
        '{"action": null}',
        '{"action": "propose_fix"}',
        '{"action": "propose_fix", "data": {}}',
        '{"action": "propose_fix", "data": {"edits": []}}',
        '{"action": "propose_fix", "data": {"edits": [{"find": "a"}]}}',
        '{"action": "propose_fix", "data": {"edits": [{"replace": "a"}]}}',
        '{"action": "propose_fix", "data": {"edits": [{"find": "", "replace": "a"}]}}',
        '{"action": "propose_fix", "data": {"edits": [{"first_line": 0, "replace": "a"}]}}',
        '{"action": "propose_fix", "data": {"edits": [{"first_line": 4, "last_line": 3, "replace": "a"}]}}',
        '{"action": "propose_fix", "data": {"edits": [{"find": "<Id>4</Id>", "replace": "<Id>4',
        '{"action": "propose_fix", "data": {"edits": [{"first_line": 1, "last_line": 1, "replace": "<a>", "rea',
        "{" * 50_000,
        "[" * 50_000,
        '{"a":' * 50_000,
        '{"action": "propose_fix", "data": {"edits": [' + '{"find": "x", "replace": "y"} ' * 5_000,
    ],
)
def test_where_there_is_no_whole_action_none_is_made_up(text: str) -> None:
    with pytest.raises(ActionError) as caught:
        AgentAction.parse_from_text(text)
    assert 20 < len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "edit",
    [
        "{'find': 'it', 'replace': 'it's'}",
        '{"find": "x", "replace": "<a b="">"}',
        '{"find": "x", "replace": <a/>}',
        '{"find": x, "replace": y z}',
    ],
)
def test_an_edit_that_repair_had_to_guess_at_is_refused(edit: str) -> None:
    with pytest.raises(ActionError, match="escape each quotation mark"):
        AgentAction.parse_from_text(f'{{"action": "propose_fix", "data": {{"edits": [{edit}]}}}}')


def test_the_correction_counts_among_actions_of_one_kind_and_the_first_among_kinds() -> None:
    draft = TEXT.replace("</Name>", "</Nome>")
    assert edits_of(f"{draft} No, wait: {TEXT}") == [("</Nmae>", "</Name>")]
    assert AgentAction.parse_from_text(f"{TEXT} Afterwards: {REPORT}").action is ActionType.PROPOSE_FIX


@pytest.mark.parametrize(
    "data",
    [
        {"edits": {"find": "a", "replace": "b"}},
        {"edit": {"find": "a", "replace": "b"}},
        {"find": "a", "replace": "b"},
        [{"find": "a", "replace": "b"}],
    ],
)
def test_one_edit_is_taken_where_a_list_is_meant(data: object) -> None:
    assert edits_of(json.dumps({"action": "propose_fix", "data": data})) == [("a", "b")]


def test_edits_beside_data_are_taken_as_data() -> None:
    assert edits_of('{"action": "propose_fix", "edits": [{"find": "a", "replace": "b"}]}') == [("a", "b")]


@pytest.mark.parametrize(
    ("written", "share"),
    [(0.7, 0.7), ("0.7", 0.7), ("70%", 0.7), (70, 0.7), ("high", 0.5), (None, 0.5), (-1, 0.5), (1e9, 0.5), (1, 1.0)],
)
def test_confidence_is_a_share_however_it_was_written(written: object, share: float) -> None:
    text = json.dumps({"action": "report_complete", "confidence": written})
    assert AgentAction.parse_from_text(text).confidence == share


@pytest.mark.parametrize("wrong", [-0.1, 1.5, "high"])
def test_a_confidence_outside_its_range_is_no_action_of_ours(wrong: object) -> None:
    with pytest.raises(ValidationError):
        AgentAction.model_validate({"action": "report_complete", "confidence": wrong})


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        ({"kind": "xpath", "value": "/Invoice/ID"}, "xpath", "/Invoice/ID"),
        ("xpath: /Invoice/ID", "xpath", "/Invoice/ID"),
        ("the buyer's name in line 4", "", "the buyer's name in line 4"),
    ],
)
def test_a_source_is_read_as_an_object_or_as_text(written: object, kind: str, value: str) -> None:
    source = EditData.model_validate({"find": "a", "replace": "b", "source": written}).source
    assert source is not None
    assert (source.kind, source.value) == (kind, value)


def test_unknown_fields_are_kept() -> None:
    action = AgentAction.parse_from_text(
        '{"action": "reflect_and_retry", "mood": "calm", "data": {"need": "excerpt", "lines": [3, 9], "zoom": 2}}'
    )
    assert action.model_dump()["mood"] == "calm"
    details = action.details()
    assert isinstance(details, ReflectData)
    assert (details.need, details.model_dump()["lines"]) == ("excerpt", [3, 9])


def test_questions_and_reasons_are_read_as_lists_of_objects() -> None:
    details = AgentAction.parse_from_text(
        '{"action": "report_complete", "data": {"questions": ["Which invoice number?", {"needed": "a date", '
        '"path": "/Invoice/IssueDate", "suggestion": "2024-01-01"}], "reasons": "the rest is valid"}}'
    ).details()
    assert isinstance(details, ReportData)
    assert [question.needed for question in details.questions] == ["Which invoice number?", "a date"]
    assert details.questions[1].path == "/Invoice/IssueDate"
    assert details.reasons == ["the rest is valid"]


def test_an_action_says_which_field_is_wrong() -> None:
    with pytest.raises(ActionError, match=r"edits\.1"):
        AgentAction.parse_from_text(
            '{"action": "propose_fix", "data": {"edits": [{"find": "a", "replace": "b"}, {"find": "c"}]}}'
        )


def test_a_request_refuses_unknown_fields() -> None:
    with pytest.raises(ValidationError):
        LLMInferenceRequest.model_validate({"query": "x", "prompt": "y"})
