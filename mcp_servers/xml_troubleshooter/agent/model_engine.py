"""The engine that asks a model: it builds the prompt, resolves the answer into fixes, and gates inserted values."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar, TypeVarTuple

import anyio.to_thread

from ..document.document import Document
from ..document.edits import Edit
from ..errors import LimitError, SchemaError, TroubleshooterError
from ..offload import offload
from ..repair.losses import gains, lost_values
from ..repair.proposal import Action, Fix, ProposeFix, Question, ReflectAndRetry, ReportComplete, Safety, Task
from ..validation.diagnostics import Code, Diagnostic
from . import prompts
from .definitions import definition, expected_at
from .excerpt import Excerpt, excerpt, fits
from .failures import PromptTooLargeError
from .provenance import Claim, Evidence, examine
from .resolution import ResolutionError, resolve
from .schemas import (
    AgentAction,
    EditData,
    LLMInferenceRequest,
    LLMInferenceResponse,
    ProposeFixData,
    QuestionData,
    ReflectData,
    ReportData,
    SourceData,
)

_MAX_FAULTS = 8
_MAX_EDITS = 40
_MAX_NOTES = 3
_NAME_BEFORE = re.compile(r"([^\s<>=\"'/]+)(?=\s*=\s*[\"']?\s*$|[^<>]*>\s*$)")
_SHRINK = 8  # how much less of the document is shown where a prompt was too large
_FAR = 80  # characters, about a line
_LEAST_ANSWER = 200  # tokens; with less left no answer can be whole

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")
Notes = Callable[[Sequence[str], str], Sequence[prompts.Note]]


class Work(Protocol):
    """How `offload` is called."""

    async def __call__(
        self, function: Callable[[*Arguments], Result], *arguments: *Arguments, seconds: float
    ) -> Result:
        """The result of a function, within a time limit; raises LimitError beyond it."""
        ...


class Client(Protocol):
    """What the engine needs of `OpenArenaClient` or of another model's client."""

    async def infer(self, request: LLMInferenceRequest) -> LLMInferenceResponse:
        """One question, one answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """How the model is asked. `excerpt` is counted in characters, `answer_tokens` bounds each answer."""

    name: str = "open_arena"
    model: str = ""
    temperature: float = 0.1
    answer_tokens: int = 2000
    excerpt: int = 2400
    seconds: float = 30.0  # for looking at the schema and for evaluating sources


class ModelEngine:
    """One run's conversation with a model. It keeps what was asked for, so each run needs an engine of its own."""

    def __init__(
        self,
        client: Client,
        settings: EngineSettings | None = None,
        notes: Notes | None = None,
        work: Work = offload,
    ) -> None:
        """`notes` finds at most a few knowledge articles for codes and words; `work` runs what could hang apart."""
        self._work = work
        self._client = client
        self._settings = settings or EngineSettings()
        self._notes = notes
        self._tokens = 0
        self._model = ""
        self._asked: dict[str, tuple[Question, ...]] = {}
        self._requests: list[ReflectData] = []
        self._written: dict[object, str] = {}
        self._shrunk = 1

    @property
    def name(self) -> str:
        """The engine's name in results."""
        return self._settings.name

    @property
    def model(self) -> str:
        """The model that answered last."""
        return self._model

    @property
    def tokens_used(self) -> int:
        """Tokens of all prompts and answers so far."""
        return self._tokens

    async def next_action(self, task: Task) -> Action:
        """Ask the model about the first faults that are not asked of the user already."""
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
        """The next faults, in document order, as many as one excerpt holds."""
        open_faults = [fault for fault in task.remaining if _fault_id(fault) not in self._asked]
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
            room = self._room(task, prompts.tokens(text))
            request = LLMInferenceRequest(query=text, model_params=self._parameters(room))
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
        shown = await anyio.to_thread.run_sync(excerpt, task.document, faults, room, lines[-2:])
        answers = [_answer(task, fault) for fault in faults]
        briefing = prompts.Briefing(
            faults=faults,
            excerpt=shown.text,
            expectations=await self._expectations(task, faults),
            answers=answers,
            notes=self._articles(task, faults),
            extras=await self._extras(task),
            tried=prompts.tried(task.history, self._written),
        )
        return shown, prompts.prompt(task, briefing)

    async def _expectations(self, task: Task, faults: Sequence[Diagnostic]) -> list[str]:
        """What the schema says at each fault; the faults' own `expected` has to do where it cannot be read."""
        if not task.schema or not task.report.well_formed:
            return []
        starts = tuple(fault.start for fault in faults)
        try:
            return await self._work(expected_at, task.document, starts, task.schema, seconds=self._settings.seconds)
        except (SchemaError, LimitError):
            return []

    async def _extras(self, task: Task) -> list[tuple[str, str]]:
        """What the model asked for besides lines, under a title each."""
        extras: list[tuple[str, str]] = []
        for request in self._requests[-2:]:
            wanted = _wanted(request)
            if request.need == "type" and task.schema:
                try:
                    found = await self._work(definition, wanted, task.schema, seconds=self._settings.seconds)
                except (SchemaError, LimitError):
                    found = ""
                extras.append((f"Schema: {wanted}", found or "the schema declares nothing of that name"))
            elif not _lines(request) and request.need != "article":
                extras.append(
                    (f"Asked for: {request.need} {wanted}".strip(), "cannot be shown; ask for lines, type or article")
                )
        return extras

    def _articles(self, task: Task, faults: Sequence[Diagnostic]) -> Sequence[prompts.Note]:
        if self._notes is None or self._shrunk > 1:
            return ()
        asked = [_wanted(request) for request in self._requests if request.need == "article"]
        codes = dict.fromkeys(fault.code.value for fault in faults)
        return self._notes(list(codes), " ".join([*asked, task.problem]))[:_MAX_NOTES]

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

    def _parameters(self, room: int) -> dict[str, object]:
        parameters: dict[str, object] = {"temperature": self._settings.temperature, "max_tokens": room}
        if self._settings.model:
            parameters["model"] = self._settings.model
        return parameters

    def _count(self, text: str, answer: LLMInferenceResponse) -> None:
        self._model = answer.model_used or self._model
        self._tokens += answer.tokens_used or (
            prompts.tokens(text) + prompts.tokens(answer.raw_content) if answer.raw_content else 0
        )

    # -- reading the answer

    async def _proposal(
        self, task: Task, faults: Sequence[Diagnostic], shown: Excerpt, action: AgentAction, data: ProposeFixData
    ) -> ProposeFix | ReportComplete:
        """Resolve the edits, one fix a fault, and keep back those whose values nothing proves."""
        drafts, refused = self._drafts(task.document, faults, shown, data.edits[:_MAX_EDITS])
        if len(data.edits) > _MAX_EDITS:
            refused.append(f"only the first {_MAX_EDITS} edits were looked at; propose fewer at once")
        proven, unproven = await self._examined(task, drafts)
        self._written |= {tuple(draft.edits): draft.written for draft, _ in proven}
        fixes = tuple(_fix(task.document.text, faults, draft, found, action) for draft, found in proven)
        asked: list[Question] = []
        for draft, found in unproven:
            refused += found.reasons
            if (
                fixes
                and task.iteration < task.max_iterations
                and any(source.kind == "xpath" for source in draft.sources)
            ):
                # what the expression reads may be among what the other edits repair
                refused += [f"{value[:80]!r} is not yet proven; propose it again" for value in found.unproven]
                continue
            refused += [f"nothing proves {value[:80]!r}, so it is asked of the user" for value in found.unproven]
            asked += self._ask(draft.fault, [_question(task, draft, value, action) for value in found.unproven])
        if asked and not fixes and not self._in_focus(task):
            return ReportComplete(self._questions, reasoning=action.reasoning)
        return ProposeFix(fixes, action.reasoning, tuple(asked), tuple(dict.fromkeys(refused)))

    def _drafts(
        self, document: Document, faults: Sequence[Diagnostic], shown: Excerpt, wanted: Sequence[EditData]
    ) -> tuple[list[_Draft], list[str]]:
        """The edits by the fault that they repair, and why others could not be made out."""
        named: dict[int, list[tuple[EditData, tuple[Edit, ...]]]] = {}
        refused: list[str] = []
        for item in wanted:
            try:
                edits = resolve(document, shown, item)
            except ResolutionError as error:
                refused.append(str(error))
                continue
            if edits:
                named.setdefault(_number(item.model_extra, len(faults)), []).append((item, edits))
            else:
                refused.append(f"{_written(item)}: it changes nothing")
        drafts: dict[int, _Draft] = {}
        for number, group in named.items():
            aim = _aim(number, [edit for _, edits in group for edit in edits], faults)
            draft = drafts.setdefault(aim, _Draft(faults[aim]))
            for item, edits in group:
                if not draft.take(item, edits):
                    refused.append(f"{_written(item)}: it overlaps another edit of the same fault")
        return _with_moves_joined(document.text, list(drafts.values())), refused

    async def _examined(self, task: Task, drafts: Sequence[_Draft]) -> tuple[list[_Examined], list[_Examined]]:
        """The drafts whose values are all proven, and the others; an edit that proves nothing takes no other along."""
        examined = await self._evidence(task, drafts)
        unproven = [(draft, found) for draft, found in examined if found.unproven]
        rests = [rest for draft, found in unproven if (rest := draft.without(found.unproven)).items]
        proven = [
            (draft, found) for draft, found in [*examined, *await self._evidence(task, rests)] if not found.unproven
        ]
        return proven, unproven

    async def _evidence(self, task: Task, drafts: Sequence[_Draft]) -> list[_Examined]:
        if not drafts:
            return []
        claims = tuple(Claim(tuple(draft.edits), tuple(draft.sources), draft.fault) for draft in drafts)
        found = await self._work(
            examine, task.document, task.schema, task.problem, dict(task.answers), claims,
            seconds=self._settings.seconds,
        )  # fmt: skip
        return list(zip(drafts, found, strict=True))

    def _completion(
        self, task: Task, faults: Sequence[Diagnostic], action: AgentAction, data: ReportData
    ) -> ProposeFix | ReportComplete:
        """The model has no more edits. Where it asks, that is an answer; while other faults wait, they are next."""
        asked: list[Question] = []
        for item in data.questions:
            fault = faults[_number(item.model_extra, len(faults))]
            asked += self._ask(fault, [_asked_by_model(task, fault, item)])
        reasoning = " ".join([action.reasoning, *data.reasons]).strip()
        if asked and self._in_focus(task):
            return ProposeFix((), reasoning, tuple(asked))
        return ReportComplete(self._questions if asked else (), reasoning=reasoning)

    @property
    def _questions(self) -> tuple[Question, ...]:
        return tuple(question for questions in self._asked.values() for question in questions)

    def _ask(self, fault: Diagnostic, questions: Sequence[Question]) -> Sequence[Question]:
        """Leave a fault to the user from now on."""
        self._asked[_fault_id(fault)] = tuple(questions)
        return questions


@dataclass(slots=True)
class _Draft:
    """The edits that a model proposes for one fault, as it wrote them and as they were made out."""

    fault: Diagnostic
    items: list[tuple[EditData, tuple[Edit, ...]]] = field(default_factory=list)

    def take(self, item: EditData, edits: tuple[Edit, ...]) -> bool:
        """Add edits, unless they touch what others change already."""
        if any(edit.start < other.end and other.start < edit.end for edit in edits for other in self.edits):
            return False
        self.items.append((item, edits))
        return True

    def without(self, values: Sequence[str]) -> _Draft:
        """The draft without the edits that bring these values in."""
        kept = [
            (item, edits)
            for item, edits in self.items
            if not any(value in html.unescape(edit.after) for value in values for edit in edits)
        ]
        return _Draft(self.fault, kept if len(kept) < len(self.items) else [])

    @property
    def edits(self) -> list[Edit]:
        return list(dict.fromkeys(edit for _, edits in self.items for edit in edits))

    @property
    def sources(self) -> list[SourceData]:
        return [source for item, _ in self.items for source in _sources(item)]

    @property
    def reason(self) -> str:
        return " ".join(dict.fromkeys(item.reason for item, _ in self.items if item.reason))

    @property
    def written(self) -> str:
        return " and ".join(_written(item) for item, _ in self.items)[:200]


_Examined = tuple[_Draft, Evidence]


def _with_moves_joined(text: str, drafts: Sequence[_Draft]) -> list[_Draft]:
    """The drafts, where one puts in what another takes out made one: together they move it."""
    joined: list[_Draft] = []
    for draft in drafts:
        for other in joined:
            if _moves(text, draft, other) or _moves(text, other, draft):
                for item, edits in draft.items:
                    other.take(item, edits)
                break
        else:
            joined.append(draft)
    return joined


def _moves(text: str, here: _Draft, there: _Draft) -> bool:
    new, _ = gains(text, here.edits)
    return bool(new) and not new.keys().isdisjoint(lost_values(text, there.edits))


def _fix(text: str, faults: Sequence[Diagnostic], draft: _Draft, found: Evidence, action: AgentAction) -> Fix:
    """A fix whose values are proven; unsafe where it drops more than values at fault, or chooses."""
    edits = tuple(draft.edits)
    lost = lost_values(text, edits)
    touched = [fault for fault in faults if any(e.start <= fault.end and fault.start <= e.end for e in edits)]
    in_place = bool(found.proofs) and set(lost) <= {word for fault in touched for word in fault.value.split()}
    certain = (not lost or in_place) and not found.ambiguous
    return Fix(
        edits=edits,
        source="model",
        reason=draft.reason or action.reasoning or draft.fault.explanation,
        safety=Safety.SAFE if certain else Safety.UNSAFE,
        confidence=action.confidence,
        at=draft.fault.start,
        provenance="; ".join(found.proofs),
        rewrites=in_place and bool(lost),
    )


def _question(task: Task, draft: _Draft, value: str, action: AgentAction) -> Question:
    """The question for a value that nothing proves, with the model's idea beside it."""
    fault = draft.fault
    edit = next((edit for edit in draft.edits if value in edit.after), draft.edits[0])
    before = edit.after.partition(value)[0]
    names = _NAME_BEFORE.findall(before)
    name = names[-1] if names else fault.name
    why = draft.reason or action.reasoning
    suggestion = f"{value} ({why})" if why else value
    known = _known(task, fault, name)
    if known is not None:
        return replace(known, suggestion=suggestion)
    alone = len(draft.edits) == 1 and edit.start == edit.end and "{" not in edit.after
    return Question(
        id=_fault_id(fault, name),
        path=fault.path,
        needed=f"The value of {name} at line {fault.line}." if name else f"A value at line {fault.line}.",
        type=", ".join(fault.expected[:12]) if fault.code is Code.NOT_IN_ENUMERATION else "",
        why=fault.explanation or fault.message,
        at=edit.start,
        skeleton=edit.after.replace(value, "{}", 1) if alone else "",
        suggestion=suggestion,
        allowed=fault.expected if fault.code is Code.NOT_IN_ENUMERATION else (),
    )


def _asked_by_model(task: Task, fault: Diagnostic, item: QuestionData) -> Question:
    known = _known(task, fault, "")
    if known is not None:
        return replace(known, suggestion=item.suggestion or known.suggestion)
    return Question(
        id=_fault_id(fault),
        path=fault.path,
        needed=item.needed or fault.explanation,
        type=item.type,
        why=item.why or fault.message,
        at=fault.start,
        suggestion=item.suggestion,
        allowed=fault.expected if fault.code is Code.NOT_IN_ENUMERATION else (),
    )


def _answer(task: Task, fault: Diagnostic) -> str:
    """The user's answer to a question of ours about this fault, whatever value it named."""
    digest = _fault_id(fault)[-9:]
    return next((answer for key, answer in task.answers.items() if key.endswith(digest)), "")


def _known(task: Task, fault: Diagnostic, name: str) -> Question | None:
    """The question that the rules have asked about the same value."""
    local = name.rpartition(":")[2]
    return next(
        (
            question
            for question in task.questions
            if question.path.startswith(fault.path) and (not local or question.path.endswith(local))
        ),
        None,
    )


def _fault_id(fault: Diagnostic, name: str = "") -> str:
    """An id that is the same for the same fault of the same document."""
    key = "|".join((fault.path, fault.code, fault.name, ",".join(fault.expected[:5])))
    label = re.sub(r"\W", "-", (name or fault.name or fault.code).rpartition(":")[2])
    return f"{label}-{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:8]}"


def _aim(number: int, edits: Sequence[Edit], faults: Sequence[Diagnostic]) -> int:
    """The index of the fault that edits repair: the one named, unless it is far from them and another is at hand."""

    def distance(fault: Diagnostic) -> int:
        return min(max(edit.start - fault.end, fault.start - edit.end, 0) for edit in edits)

    nearest = min(range(len(faults)), key=lambda index: distance(faults[index]))
    return nearest if distance(faults[number]) > _FAR and distance(faults[nearest]) == 0 else number


def _number(extra: Mapping[str, object] | None, count: int) -> int:
    """The index that a fault's number stands for; the first fault's where there is none."""
    try:
        number = int(str((extra or {}).get("fault", 1)))
    except ValueError:
        number = 1
    return min(max(number, 1), count) - 1


def _sources(item: EditData) -> list[SourceData]:
    """The sources that an edit names, in either of the two forms, with their kind made out."""
    named = [item.source] if item.source else []
    more = (item.model_extra or {}).get("sources")
    if isinstance(more, list):
        named += [SourceData.model_validate(entry) for entry in more if isinstance(entry, dict) and _is_plain(entry)]
    return [
        source.model_copy(update={"kind": source.kind.lower() or ("xpath" if "/" in source.value else "user")})
        for source in named
    ]


def _is_plain(entry: Mapping[str, object]) -> bool:
    return all(isinstance(entry.get(key, ""), str) for key in ("kind", "value"))


def _written(item: EditData) -> str:
    """An edit as the model wrote it, in one line."""
    place = repr(item.find) if item.find is not None else f"lines {item.first_line}-{item.last_line}"
    return f"{place} -> {item.replace!r}"


def _wanted(request: ReflectData) -> str:
    """What a request is about, whatever the model called the field."""
    extra = request.model_extra or {}
    return " ".join(str(extra[key]) for key in sorted(extra) if isinstance(extra[key], (str, int)))[:200]


def _lines(request: ReflectData) -> tuple[int, int] | None:
    """The range of lines that a request is for."""
    if request.need not in ("lines", "excerpt"):
        return None
    numbers = [int(number) for number in re.findall(r"\d{1,9}", _wanted(request))[:2]]
    return (min(numbers), max(numbers)) if numbers and 0 not in numbers else None
