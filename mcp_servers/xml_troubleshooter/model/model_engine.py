"""The engine that asks a model: it builds the prompt, resolves the answer into fixes, and gates inserted values."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import anyio.to_thread

from ..agent.failures import PromptTooLargeError
from ..agent.schemas import (
    AgentAction,
    LLMInferenceRequest,
    LLMInferenceResponse,
    ProposeFixData,
    QuestionData,
    ReflectData,
    ReportData,
    estimated_tokens,
)
from ..diagnostics import Diagnostic
from ..document.edits import meet
from ..errors import LimitError, SchemaError, TroubleshooterError
from ..knowledge.article_store import Article, nature
from ..loop.proposal import Action, Fix, ProposeFix, Question, ReflectAndRetry, ReportComplete, Task
from ..loop.record import REJECTED
from ..workers.dispatch import offload
from . import model_questions, prompts
from .definitions import definition, expected_at
from .drafts import Draft, drafts, fault_number, fix
from .excerpt import Excerpt, excerpt, fits
from .provenance import Claim, Evidence, examine
from .related import related_lines, root_namespaces

_MAX_FAULTS = 8
_MAX_EDITS = 40
_MAX_NOTES = 3
_SHRINK = 8  # how much less of the document is shown where a prompt was too large
_LEAST_ANSWER = 200  # tokens; with less left no answer can be whole

Examined = tuple[Draft, Evidence]
Notes = Callable[[Sequence[str], str, str], Sequence[Article]]


class Client(Protocol):
    """The interface of `OpenArenaClient`, or of another model's client, that the engine uses."""

    async def infer(self, request: LLMInferenceRequest) -> LLMInferenceResponse:
        """One question, one answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """The settings of the engine. `excerpt` is counted in characters, `answer_tokens` bounds each answer.

    `seconds` bounds an examination of the schema or of sources.
    """

    name: str = "open_arena"
    model: str = ""
    temperature: float = 0.1
    answer_tokens: int = 2000
    excerpt: int = 2400
    seconds: float = 30.0


class ModelEngine:
    """One run's conversation with a model. It keeps the model's requests, so each run needs an engine of its own."""

    def __init__(self, client: Client, settings: EngineSettings | None = None, notes: Notes | None = None) -> None:
        """`notes` finds knowledge articles for codes, words and the document's nature."""
        self._client = client
        self._settings = settings or EngineSettings()
        self._notes = notes
        self.name = self._settings.name
        self.model = ""  # that answered last
        self.tokens_used = 0  # of all prompts and answers so far
        self._asked: dict[str, tuple[Question, ...]] = {}
        self._requests: list[ReflectData] = []
        self._written: dict[object, str] = {}
        self._shrunk = 1

    async def next_action(self, task: Task) -> Action:
        """Ask the model about the first faults that the user is not asked about already."""
        # in a large document, finding lines takes a while
        faults = await anyio.to_thread.run_sync(self._in_focus, task)
        if not faults:
            return ReportComplete(self._questions, reasoning="Only a person can decide what is left.")
        shown, answer = await self._inquire(task, faults)
        if answer.response is None:
            return ProposeFix((), refused=(answer.error_message or "the answer held no action",))
        action = answer.response
        match action.details():
            case ProposeFixData() as data:
                return await self._proposal(task, faults, shown, action, data)
            case ReflectData() as data:
                self._requests.append(data)
                return ReflectAndRetry({"need": data.need, "value": _wanted(data)}, action.reasoning)
            case ReportData() as data:
                return self._completion(task, faults, action, data)

    # -- asking

    def _in_focus(self, task: Task) -> list[Diagnostic]:
        """The next faults, in document order, as many as one excerpt holds.

        A fault for which the user rejected the model's proposal is not asked about again.
        """
        unwanted = {fix.at for each in task.history for fix, why in each.rejected if why == REJECTED}
        open_faults = [
            fault
            for fault in task.remaining
            if model_questions.fault_id(fault) not in self._asked and fault.start not in unwanted
        ]
        focus = open_faults[:1]
        for fault in open_faults[1:_MAX_FAULTS]:
            if not fits(task.document, [*focus, fault], self._settings.excerpt // self._shrunk):
                break
            focus.append(fault)
        return focus

    async def _inquire(self, task: Task, faults: Sequence[Diagnostic]) -> tuple[Excerpt, LLMInferenceResponse]:
        """The excerpt that was shown and the model's answer; a prompt that is too large is cut down once."""
        while True:
            shown, text = await self._prompt(task, faults)
            room = self._room(task, estimated_tokens(text))
            parameters = {"temperature": self._settings.temperature, "max_tokens": room, "model": self._settings.model}
            request = LLMInferenceRequest(query=text, model_params=parameters)
            try:
                answer = await self._client.infer(request)
            except PromptTooLargeError as error:
                answer = LLMInferenceResponse(success=False, error_message=str(error), error=error)
            self._count(text, answer)
            if not isinstance(answer.error, PromptTooLargeError) or self._shrunk > 1:
                break
            self._shrunk = _SHRINK
            faults = faults[:1]
        if answer.error is not None:
            raise (
                answer.error if isinstance(answer.error, TroubleshooterError) else LimitError(str(answer.error_message))
            )
        return shown, answer

    async def _prompt(self, task: Task, faults: Sequence[Diagnostic]) -> tuple[Excerpt, str]:
        lines = [span for request in self._requests if (span := _lines(request))]
        room = self._settings.excerpt // self._shrunk
        related = await anyio.to_thread.run_sync(related_lines, task.document, faults)
        shown = await anyio.to_thread.run_sync(excerpt, task.document, faults, room, [*related, *lines[-2:]])
        answers = [model_questions.answer_to(task, fault) for fault in faults]
        briefing = prompts.Briefing(
            faults=faults,
            excerpt=shown.text,
            expectations=await self._expectations(task, faults),
            answers=answers,
            notes=self._articles(task, faults),
            extras=await self._extras(task),
            tried=prompts.tried(task.history, self._written),
            options=[[prompts.option(task.document.text, each) for each in _options(task, fault)] for fault in faults],
        )
        return shown, prompts.prompt(task, briefing)

    async def _expectations(self, task: Task, faults: Sequence[Diagnostic]) -> list[str]:
        """The schema's declarations at each fault; "" where it cannot be read, and a fault's `expected` has to do."""
        unknown = [""] * len(faults)
        if not task.plan.grammar or not task.report.well_formed:
            return unknown
        starts = tuple(fault.start for fault in faults)
        try:
            return await offload(expected_at, task.document, starts, task.plan, seconds=self._settings.seconds)
        except (SchemaError, LimitError):
            return unknown

    async def _extras(self, task: Task) -> list[tuple[str, str]]:
        """Namespaces, and the information that the model requested besides lines, each with a title."""
        extras: list[tuple[str, str]] = [("Namespaces of the document element", root_namespaces(task.document))]
        for request in self._requests[-2:]:
            wanted = _wanted(request)
            if request.need == "type" and task.plan.grammar:
                roots, seconds = task.plan.roots, self._settings.seconds
                try:
                    found = await offload(definition, wanted, task.plan.grammar, roots, seconds=seconds)
                except (SchemaError, LimitError):
                    found = ""
                extras.append((f"Schema: {wanted}", found or "the schema declares nothing of that name"))
            elif not _lines(request) and request.need != "article":
                extras.append(
                    (f"Asked for: {request.need} {wanted}".strip(), "cannot be shown; ask for lines, type or article")
                )
        return extras

    def _articles(self, task: Task, faults: Sequence[Diagnostic]) -> Sequence[Article]:
        if self._notes is None or self._shrunk > 1:
            return ()
        asked = [_wanted(request) for request in self._requests if request.need == "article"]
        codes = dict.fromkeys(fault.code.value for fault in faults)
        about = nature(task.document.text, task.plan.names)
        return self._notes(list(codes), " ".join(asked), about)[:_MAX_NOTES]  # further articles are off the subject

    def _room(self, task: Task, needed: int) -> int:
        """The tokens that the answer may take. Raises LimitError where the run's budget does not hold the prompt."""
        if task.tokens_left is None:
            return self._settings.answer_tokens
        room = min(self._settings.answer_tokens, task.tokens_left - needed)
        if room < _LEAST_ANSWER:
            raise LimitError(
                f"The next prompt needs about {needed} tokens, and {max(task.tokens_left, 0)} of the run's budget are "
                "left; raise AGENT_TOKEN_BUDGET to go on."
            )
        return room

    def _count(self, text: str, answer: LLMInferenceResponse) -> None:
        self.model = answer.model_used or self.model
        self.tokens_used += answer.tokens_used or (
            estimated_tokens(text) + estimated_tokens(answer.raw_content) if answer.raw_content else 0
        )

    # -- reading the answer

    async def _proposal(
        self, task: Task, faults: Sequence[Diagnostic], shown: Excerpt, action: AgentAction, data: ProposeFixData
    ) -> ProposeFix | ReportComplete:
        """Resolve the edits, one fix a fault, and keep back those with unproven values."""
        options = [_options(task, fault) for fault in faults]
        made, refused = drafts(task.document, faults, shown, data.edits[:_MAX_EDITS], options)
        if len(data.edits) > _MAX_EDITS:
            refused.append(f"only the first {_MAX_EDITS} edits were looked at; propose fewer at once")
        proven, unproven = await self._examined(task, made)
        self._written |= {tuple(draft.edits): draft.written for draft, _ in proven}
        fixes = tuple(fix(task.document.text, faults, draft, found, action) for draft, found in proven)
        more_turns = bool(fixes) and task.iteration < task.max_iterations
        asked: list[Question] = []
        for draft, found in unproven:
            refused += found.reasons
            if more_turns and any(source.kind == "xpath" for source in draft.sources):
                # the value that the expression reads may be repaired by the other edits
                refused += [f"{value[:80]!r} is not yet proven; propose it again" for value in found.unproven]
                continue
            if self._is_asked(task, draft):
                refused += [f"nothing proves {value[:80]!r}, and the user is asked already" for value in found.unproven]
                continue
            refused += [f"nothing proves {value[:80]!r}, so it is asked of the user" for value in found.unproven]
            asked += self._ask(
                draft.fault, [model_questions.for_value(task, draft, value, action) for value in found.unproven]
            )
        aimed = {draft.fault.start for draft in made}
        others = [item for item in data.questions if faults[fault_number(item, faults)].start not in aimed]
        asked += self._questions_of(task, faults, others)
        if asked and not fixes and not self._in_focus(task):
            return ReportComplete(self._questions, reasoning=action.reasoning)
        return ProposeFix(fixes, action.reasoning, tuple(asked), tuple(dict.fromkeys(refused)))

    async def _examined(self, task: Task, made: Sequence[Draft]) -> tuple[list[Examined], list[Examined]]:
        """The drafts whose values are all proven, and the others; proven edits of the others become drafts, too."""
        examined = [
            # rules insert nothing that they cannot prove
            (draft, found if draft.chosen is None else replace(found, unproven=()))
            for draft, found in await self._evidence(task, made)
        ]
        unproven = [(draft, found) for draft, found in examined if found.unproven]
        rests = [rest for draft, found in unproven if (rest := draft.without(found.unproven)).items]
        examined += await self._evidence(task, rests)
        return [(draft, found) for draft, found in examined if not found.unproven], unproven

    async def _evidence(self, task: Task, made: Sequence[Draft]) -> list[Examined]:
        if not made:
            return []
        claims = tuple(Claim(tuple(draft.edits), tuple(draft.sources), draft.fault) for draft in made)
        found = await offload(
            examine, task.document, task.plan.grammar, task.problem, dict(task.answers), claims,
            seconds=self._settings.seconds,
        )  # fmt: skip
        return list(zip(made, found, strict=True))

    def _completion(
        self, task: Task, faults: Sequence[Diagnostic], action: AgentAction, data: ReportData
    ) -> ProposeFix | ReportComplete:
        """The action where the model has no more edits: its questions are taken, and faults that wait come next."""
        asked = self._questions_of(task, faults, data.questions)
        reasoning = " ".join([action.reasoning, *data.reasons]).strip()
        if asked and self._in_focus(task):
            return ProposeFix((), reasoning, tuple(asked))
        return ReportComplete(self._questions if asked else (), reasoning=reasoning)

    def _questions_of(
        self, task: Task, faults: Sequence[Diagnostic], items: Sequence[QuestionData]
    ) -> Sequence[Question]:
        """The model's questions, each of which leaves its fault to the user."""
        asked: list[Question] = []
        for item in items:
            fault = faults[fault_number(item, faults)]
            asked += self._ask(fault, [model_questions.from_model(task, fault, item)])
        return asked

    def _is_asked(self, task: Task, draft: Draft) -> bool:
        """Whether a draft is for a place that is left to the user, whatever fault it names."""
        left = [fault for fault in task.remaining if model_questions.fault_id(fault) in self._asked]
        return any(meet(edit, fault) for fault in left for edit in draft.edits)

    @property
    def _questions(self) -> tuple[Question, ...]:
        return tuple(question for questions in self._asked.values() for question in questions)

    def _ask(self, fault: Diagnostic, asked: Sequence[Question]) -> Sequence[Question]:
        """Leave a fault to the user from now on."""
        self._asked[model_questions.fault_id(fault)] = tuple(asked)
        return asked


def _options(task: Task, fault: Diagnostic) -> list[Fix]:
    """The repairs that rules would make of a fault with consent, the likeliest first."""
    found = [each for each in task.withheld if each.source != "model" and _is_about(each, fault)]
    return sorted(found, key=lambda each: -each.confidence)[: len(prompts.LETTERS)]


def _is_about(fix: Fix, fault: Diagnostic) -> bool:
    """Whether a repair is for a fault: at its place, or for the rule that it violates, wherever the repair is made."""
    if fix.at == fault.start or any(meet(edit, fault) for edit in fix.edits):
        return True
    return bool(fault.rule) and fix.reason.startswith(f"{fault.rule} (")


def _wanted(request: ReflectData) -> str:
    """The subject of a request, whatever the model called the field."""
    extra = request.model_extra or {}
    return " ".join(str(extra[key]) for key in sorted(extra) if isinstance(extra[key], (str, int)))[:200]


def _lines(request: ReflectData) -> tuple[int, int] | None:
    """The range of lines that a request is for."""
    if request.need not in ("lines", "excerpt"):
        return None
    numbers = [int(number) for number in re.findall(r"\d{1,9}", _wanted(request))[:2]]
    return (min(numbers), max(numbers)) if numbers and 0 not in numbers else None
