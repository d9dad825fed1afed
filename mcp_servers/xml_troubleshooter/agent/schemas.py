"""The data exchanged with the model: requests, responses, and the one action that an answer holds.

Models wrap their JSON in prose and fences, and break it. `AgentAction.parse_from_text` reads the action as written and
never makes up a missing part: text that repair had to guess at is refused, and the reason is a sentence for the model.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any

from json_repair import repair_json
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

# Beyond this an answer is no list of small edits; repairing broken JSON takes time in proportion to its length.
_REPAIRABLE = 100_000
# How many braces that start no JSON are passed over: each may cost a look at the whole answer.
_TRIES = 50
_UNSAID = 0.5
_OBJECT_START = re.compile(r"""\{\s*["']?\w+["']?\s*:""")
_FENCE = re.compile(r"^\s*(?:```|~~~)", re.MULTILINE)


class ActionError(ValueError):
    """An answer holds no action that can be carried out; the text tells the model what to do differently."""


class ActionType(StrEnum):
    """The kinds of action that an engine may take next."""

    PROPOSE_FIX = "propose_fix"
    REFLECT_AND_RETRY = "reflect_and_retry"
    REPORT_COMPLETE = "report_complete"


def _as_list(value: object) -> object:
    return value if isinstance(value, (list, tuple)) else [] if value is None else [value]


class _Lenient(BaseModel):
    """The base of all data that a model writes: unknown fields are kept."""

    model_config = ConfigDict(extra="allow")


class SourceData(_Lenient):
    """The source of an inserted value: `kind` ("xpath", "schema", "user", ... or "" when unsaid) and `value`."""

    kind: str = ""
    value: str = ""


class EditData(_Lenient):
    """One edit: replace the one occurrence of `find`, or the lines `first_line` to `last_line`, by `replace`.

    Or the choice of an option that the prompt offers for a fault, by its letter.
    """

    find: str | None = None
    first_line: int | None = Field(default=None, ge=1)
    last_line: int | None = Field(default=None, ge=1)
    replace: str = ""
    choose: str = ""
    reason: str = ""
    source: SourceData | None = None

    @field_validator("source", mode="before")
    @classmethod
    def _source(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        kind, colon, rest = value.partition(":")
        return {"kind": kind.strip(), "value": rest.strip()} if colon and kind.strip().isalpha() else {"value": value}

    @model_validator(mode="after")
    def _place(self) -> EditData:
        if self.choose:
            return self
        if "replace" not in self.model_fields_set:
            raise ValueError('an edit needs "replace" (the text that takes the place of the old one)')
        if self.find is None and self.first_line is None:
            raise ValueError('an edit needs "find" (text that occurs once) or "first_line" and "last_line"')
        if self.find == "":
            raise ValueError('"find" must not be empty')
        if self.first_line is not None:
            self.last_line = self.first_line if self.last_line is None else self.last_line
            if self.last_line < self.first_line:
                raise ValueError('"last_line" must not be smaller than "first_line"')
        return self


class ReflectData(_Lenient):
    """The data of `reflect_and_retry`: the information needed (`excerpt`, `type`, `article`, ...) and its place."""

    need: str = ""


class QuestionData(_Lenient):
    """A value that only a person knows."""

    needed: str = ""
    path: str = ""
    type: str = ""
    why: str = ""
    suggestion: str = ""


def _question(value: object) -> object:
    return {"needed": value} if isinstance(value, str) else value


Questions = Annotated[list[Annotated[QuestionData, BeforeValidator(_question)]], BeforeValidator(_as_list)]


class ProposeFixData(_Lenient):
    """The data of `propose_fix`: the edits, and the questions to the user about other faults."""

    edits: list[EditData] = Field(min_length=1)
    questions: Questions = Field(default_factory=list)


class ReportData(_Lenient):
    """The data of `report_complete`: the questions to the user, and why nothing more is proposed."""

    questions: Questions = Field(default_factory=list)
    reasons: Annotated[list[str], BeforeValidator(_as_list)] = Field(default_factory=list)


class AgentAction(_Lenient):
    """The next step that the model asks for. `data` fits `action`."""

    action: ActionType
    confidence: float = Field(default=_UNSAID, ge=0, le=1)
    reasoning: str = ""
    data: dict[str, Any] = Field(default_factory=dict)
    next_steps: Annotated[list[str], BeforeValidator(_as_list)] = Field(default_factory=list)

    @field_validator("action", mode="before")
    @classmethod
    def _action(cls, value: object) -> object:
        return re.sub(r"[\s-]+", "_", value.strip().lower()) if isinstance(value, str) else value

    @field_validator("reasoning", mode="before")
    @classmethod
    def _reasoning(cls, value: object) -> object:
        if isinstance(value, list):
            return " ".join(map(str, value))
        return "" if value is None else value

    @model_validator(mode="before")
    @classmethod
    def _lift(cls, value: object) -> object:
        """The usual slips: the edits beside `data` instead of in it, or one edit where a list is meant."""
        if not isinstance(value, Mapping):
            return value
        fields = dict(value)
        data = fields.get("data")
        if isinstance(data, list):
            data = {"edits": data}
        data = dict(data) if isinstance(data, Mapping) else {}
        for name in ("edits", "edit", "need", "questions", "reasons"):
            if name in fields and name not in data:
                data[name] = fields.pop(name)
        if "edits" not in data and "edit" in data:
            data["edits"] = data.pop("edit")
        if "edits" not in data and "replace" in data:
            data = {"edits": [data]}
        if isinstance(data.get("edits"), Mapping):
            data["edits"] = [data["edits"]]
        fields["data"] = data
        return fields

    @model_validator(mode="after")
    def _check_data(self) -> AgentAction:
        self.details()
        return self

    def details(self) -> ProposeFixData | ReflectData | ReportData:
        """`data` as the model that belongs to `action`."""
        models: dict[ActionType, type[ProposeFixData | ReflectData | ReportData]] = {
            ActionType.PROPOSE_FIX: ProposeFixData,
            ActionType.REFLECT_AND_RETRY: ReflectData,
            ActionType.REPORT_COMPLETE: ReportData,
        }
        return models[self.action].model_validate(self.data)

    @classmethod
    def parse_from_text(cls, text: str) -> AgentAction:
        """The action in a model's answer, at whatever place of the answer.

        Among several actions of one kind the last counts, since it corrects the earlier; where the kinds differ the
        first does, since the later ones assume its outcome. Raises ActionError, whose text is for the model.
        """
        found: list[AgentAction] = []
        faults: list[str] = []
        # as they are written where any parses, else repaired
        for candidate in list(_with_action(_parsed(text))) or _with_action(_repaired(text)):
            try:
                found.append(cls.model_validate(candidate | {"confidence": _share(candidate.get("confidence"))}))
            except ValidationError as error:
                faults.append(_explain(error))
        if not found:
            raise ActionError(faults[-1] if faults else _NO_ACTION)
        return [action for action in found if action.action is found[0].action][-1]


_NO_ACTION = (
    "The answer held no action. Answer with one JSON object only: "
    '{"action": "propose_fix" | "reflect_and_retry" | "report_complete", "confidence": 0.0-1.0, "reasoning": "...", '
    '"data": {...}}.'
)


def _share(confidence: object) -> float:
    """A confidence as a share of 1, however it was written: 0.9, "0.9", 90, "90%". Anything else counts as unsaid."""
    try:
        number = float(str(confidence).strip().rstrip("%"))
    except ValueError:
        return _UNSAID
    share = number if number <= 1 else number / 100
    return share if 0 <= share <= 1 else _UNSAID


def _explain(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    place = ".".join(map(str, first["loc"]))
    message = first["msg"].removeprefix("Value error, ")
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return (
        f"The action cannot be used: {place + ': ' if place else ''}{message}{more}. Correct the JSON and answer again."
    )


def _with_action(values: Iterator[object]) -> Iterator[dict[str, Any]]:
    """The JSON objects that name their action."""
    for value in values:
        if isinstance(value, dict):
            if "action" in value:
                yield value
            else:  # some models wrap the object once more: {"response": {...}}
                yield from (inner for inner in value.values() if isinstance(inner, dict) and "action" in inner)


def _parsed(text: str) -> Iterator[object]:
    """Every JSON object in the text; braces in the prose are passed over."""
    decoder = json.JSONDecoder(strict=False)
    at = failures = 0
    while failures < _TRIES and (match := _OBJECT_START.search(text, at)):
        try:
            value, at = decoder.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            at = match.start() + 1
            failures += 1
        else:
            yield value


def _repaired(text: str) -> Iterator[object]:
    """Objects whose JSON is broken (trailing comma, bare quote, cut-off end), if no edit had to be guessed at.

    Raises ActionError where the repaired text of an edit does not occur in the answer.
    """
    start = re.search(r"""\{\s*["']?(action|reasoning|confidence|data)["']?\s*:""", text)
    if start is None:
        return
    body = text[start.start() :]
    if fence := _FENCE.search(body):
        body = body[: fence.start()]
    # Text behind the last brace of a cut-off answer is an edit whose end is unknown.
    body = body[: body.rfind("}") + 1]
    if not body:
        raise ActionError(
            "The answer was cut off before its first edit ended. Answer again with fewer or smaller edits."
        )
    if len(body) > _REPAIRABLE:
        return
    try:
        value = repair_json(body, return_objects=True, skip_json_loads=True)
    except (ValueError, RecursionError):
        return
    for found in value if isinstance(value, list) else [value]:
        if isinstance(found, dict):
            _refuse_guesses(found, body)
            yield found


def _refuse_guesses(value: object, body: str) -> None:
    plain = _ESCAPE.sub(_unescape, body)
    for text in _edit_texts(value):
        if not re.search(rf"""[:\[]\s*["']{re.escape(text)}["']\s*{_BEHIND_STRING}""", plain):
            raise ActionError(
                f"The JSON is broken in the edit text that begins {text[:40]!r}: escape each quotation mark inside a "
                'string as \\" and each line end as \\n, and answer again.'
            )


# The text that may follow a string that ended where its writer meant it to end.
_BEHIND_STRING = r"""(?:$|[}\]]|,\s*(?:$|[{}\]]|["']?\w+["']?\s*:))"""
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    return chr(int(code[1:], 16)) if len(code) > 1 else _ESCAPED.get(code, code)


def _edit_texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str) and key in {"find", "replace", "value"}:
                yield inner
            else:
                yield from _edit_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _edit_texts(inner)


def estimated_tokens(text: str) -> int:
    """The number of tokens of a text, estimated on the high side: three bytes a token suit markup."""
    return -(-len(text.encode("utf-8", "replace")) // 3)


class LLMInferenceRequest(BaseModel):
    """One question to the model.

    `model_params` may name `model`, `temperature`, `max_tokens`, `system_prompt` and whatever else the workflow knows;
    `context` is sent with the query.
    """

    model_config = ConfigDict(extra="forbid")

    query: str
    context: dict[str, Any] = Field(default_factory=dict)
    model_params: dict[str, Any] = Field(default_factory=dict)


class LLMInferenceResponse(BaseModel):
    """The outcome of one question.

    `success` means that `response` holds a valid action. Otherwise `error_message` says what to do: to the model where
    the service answered (`error` is None), to the user where it did not (`error` holds the failure). `tokens_estimated`
    marks `tokens_used` as our estimate. `inference_time` is in seconds, waits included.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    success: bool
    response: AgentAction | None = None
    raw_content: str = ""
    tokens_used: int = 0
    tokens_estimated: bool = False
    inference_time: float = 0.0
    model_used: str = ""
    error_message: str | None = None
    attempts: int = 0
    cost: float | None = None
    request_id: str | None = None
    error: Exception | None = Field(default=None, exclude=True, repr=False)
