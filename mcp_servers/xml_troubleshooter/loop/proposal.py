"""The proposals of an engine, and the task that it is given: the vocabulary of the loop.

There is one kind of proposal for rules and models alike; every fix passes the same gate.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import ClassVar, Protocol, runtime_checkable

from ..diagnostics import Diagnostic, Report
from ..document.document import Document
from ..document.edits import Edit
from ..schemas.plan import Plan

_POSITION = re.compile(r"\[\d+\]")
_TAKING = re.compile(r'<([^\s<>/]+)[^<>]*>\{\}|\s([^\s<>="]+)="\{\}"')  # the owner of the answer in a skeleton
_NUMBER = re.compile(r"(?<=\bline )\d+")

AT_ONCE = 20_000  # faults that are repaired in one round


class Safety(StrEnum):
    """Whether a fix may be applied without asking (after ruff's applicability)."""

    SAFE = "safe"  # one determined answer, nothing lost
    UNSAFE = "unsafe"  # drops content, or is one of several equally good answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """Edits that belong together and repair one fault.

    `source` is "rule:<name>" or "model"; `at` is the offset of the fault aimed at; `provenance` proves the source of an
    inserted value ("" where no value is inserted); `rewrites` declares that a value is replaced by the same value in
    another form (a date, a decimal comma, a code list's own spelling), so that its old words go on purpose. `voids`
    says that it changes signed content, and that no digest proves it; `evidence` names the grounds of `confidence`,
    with their amounts.
    """

    edits: tuple[Edit, ...]
    source: str
    reason: str
    safety: Safety
    confidence: float
    at: int
    provenance: str = ""
    rewrites: bool = False
    voids: bool = False
    evidence: tuple[tuple[str, float], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to a question: its `id`, which `lettered` assigns, or its `value` is the answer that the user gives.

    `meaning` is its effect and the reason for it, `before` and `after` are the values at the place ("" for none).
    """

    value: str
    id: str = ""
    meaning: str = ""
    confidence: float = 0.0
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A value that only a person knows. `id` is stable for the same place of the same document.

    `needed` is the question in one sentence, `type` names the value's type with its facets, `why` the reason for
    asking; `skeleton` is the XML that goes in with the answer in place of "{}", at offset `at`; `suggestion` is an
    unproven value that can be sent back as it is, `suggestion_reason` the reason for it; `allowed` the enumeration, if
    there is one; `options` are answers that are known to help, the likeliest first. `line` and `column` are its place
    in the document as it came (0 before that is known), `snippet` is text by which a person recognises the place;
    `refused` is the reason why an answer was not taken.
    """

    id: str
    path: str
    needed: str
    type: str
    why: str
    at: int = -1
    skeleton: str = ""
    suggestion: str = ""
    suggestion_reason: str = ""
    allowed: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    line: int = 0
    column: int = 0
    snippet: str = ""
    refused: str = ""

    @property
    def name(self) -> str:
        """The local name of the element or attribute asked about."""
        return self.written.rpartition(":")[2]

    @property
    def written(self) -> str:
        """The name with any prefix: of the element or attribute that takes the answer, else of the one at the path."""
        taking = [element or attribute for element, attribute in _TAKING.findall(self.skeleton)]
        return taking[0] if len(taking) == 1 else _POSITION.sub("", self.path.rpartition("/")[2]).lstrip("@")

    def settled(self, answer: str) -> str:
        """An answer that names an option in whatever way, as the option's id, or the edit that it stands for.

        Case, quotes, brackets and blanks around it do not matter, nor whether the text of the option is given.
        """
        said = _plain(answer)
        for option in self.options:
            if said in map(_plain, (option.id, option.value, option.meaning)):
                exact = answer if answer in (option.id, option.value) else option.id
                return option.value if option.value.startswith(EDIT) else exact
        return answer

    def chosen(self, answer: str | None) -> str | None:
        """The value that an answer stands for: an option may be named by its id."""
        return next((option.value for option in self.options if option.id == answer), answer)

    @property
    def group(self) -> str:
        """An id shared by the same question in all places and documents."""
        asked = _NUMBER.sub("", _POSITION.sub("", f"{self.needed}|{self.type}|{self.allowed}"))
        return (
            f"{self.name or 'choice'}-{hashlib.sha256(f'{self.name}|{asked}'.encode(errors='replace')).hexdigest()[:5]}"
        )


def _plain(answer: str) -> str:
    """The words of an answer, without quotes, brackets, blanks or a word such as "option" around them."""
    words = " ".join(answer.split()).casefold().strip(_AROUND)
    return _CALLED.sub("", words).strip(_AROUND)


OPTIONS = 3  # readings that are offered; a longer list is too long to compare
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
EDIT = "edit-"  # the prefix of an answer that chooses an edit, before its id
KEEP = "keep"  # the answer that keeps a value, and the prefix of the ids of the questions whether it may be changed
_AROUND = " \t\"'`()[]{}<>.:\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"
_CALLED = re.compile(r"^(?:option|answer|antwort|choice|opci\u00f3n|opzione)\s+(?=\S)")
BUSINESS_RULE = "rule:business-rule"  # the source of fixes for faults that rules report
QUICK_FIX = "rule: the QuickFix "  # the prefix of the provenance of fixes that a rule set itself offers
BY_USER = "user: "  # the prefix of the provenance of a user's values
_ANSWER_TO = f"{BY_USER}answer to "


def lettered(options: Iterable[Option]) -> tuple[Option, ...]:
    """Options with their ids, in their order, as many as there are letters; one without a value has its id for it."""
    numbered = zip(_LETTERS, options, strict=False)
    return tuple(replace(option, id=letter, value=option.value or letter) for letter, option in numbered)


def answered_by(*questions: Question) -> str:
    """The provenance of values that come from the user's answers to these questions."""
    return f"{_ANSWER_TO}{', '.join(question.id for question in questions)}"


def answers_in(fix: Fix) -> tuple[str, ...]:
    """The ids of the questions whose answers a fix inserts."""
    told = fix.provenance.partition(";")[0]
    return tuple(told.removeprefix(_ANSWER_TO).split(", ")) if told.startswith(_ANSWER_TO) else ()


@dataclass(frozen=True, slots=True)
class ProposeFix:
    """These fixes, in the order of the engine's confidence; they do not overlap.

    `questions` are the values that it could not prove; `refused` holds, in one line each, why an edit could not be
    resolved.
    """

    name: ClassVar[str] = "propose_fix"
    fixes: tuple[Fix, ...]
    reasoning: str = ""
    questions: tuple[Question, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReflectAndRetry:
    """The engine wants more before it proposes; `request` names it: an excerpt, a type, an article."""

    name: ClassVar[str] = "reflect_and_retry"
    request: Mapping[str, str]
    reasoning: str = ""


@dataclass(frozen=True, slots=True)
class ReportComplete:
    """The engine has nothing more to propose. Only the validator decides whether the document is fixed."""

    name: ClassVar[str] = "report_complete"
    questions: tuple[Question, ...] = ()
    withheld: tuple[Fix, ...] = ()  # unsafe fixes that would have been applied with allow_unsafe
    more_withheld: int = 0  # how many there are beside these
    unseen: int = 0  # faults that were not looked at, so many are there
    reasoning: str = ""


Action = ProposeFix | ReflectAndRetry | ReportComplete


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """All that an engine needs for its next action on the current state of a document."""

    document: Document
    report: Report
    plan: Plan = field(default_factory=Plan)  # the layers that judge it
    problem: str = ""
    allow_unsafe: bool = False
    accept: frozenset[str] = frozenset()  # edits that the user consents to, by id
    reject: frozenset[str] = frozenset()  # and those that are not to be made
    rejected: tuple[str, ...] = ()  # the latter as they were shown, a line each
    answers: Mapping[str, str] = field(default_factory=dict[str, str])
    history: tuple[Turn, ...] = ()
    iteration: int = 1
    max_iterations: int = 1
    tokens_left: int | None = None  # None: no limit
    questions: tuple[Question, ...] = ()  # asked so far
    withheld: tuple[Fix, ...] = ()  # fixes of engines before this one that wait for consent

    @property
    def remaining(self) -> tuple[Diagnostic, ...]:
        """The faults that are left."""
        return self.report.diagnostics


class Engine(Protocol):
    """An engine of the loop, which returns the next action for a task."""

    @property
    def name(self) -> str:
        """A short name for results and usage: "rules", "open_arena", ..."""

    async def next_action(self, task: Task) -> Action:
        """The next step for this task; raises TroubleshooterError where the engine cannot answer."""


@runtime_checkable
class Metered(Engine, Protocol):
    """An engine whose turns cost tokens; only they count as iterations."""

    @property
    def model(self) -> str:
        """The model that answered last, "" before the first answer."""

    @property
    def tokens_used(self) -> int:
        """Tokens of all prompts and answers of this run so far."""


@dataclass(slots=True, kw_only=True)
class Turn:
    """One turn of an engine: its action and the gate's verdict. The model is shown the last few.

    `meter` is an engine whose tokens count, `tokens` its tokens before the turn, then the cost of the turn; `granted`
    says that its request was granted, `ended` is the reason why it has no further turn.
    """

    engine: str
    number: int
    faults: int
    started: float
    meter: Metered | None = None
    tokens: int = 0
    action: str = "none"
    reasoning: str = ""
    verdict: str = ""
    accepted: bool = False
    granted: bool = False
    ended: str = ""
    rejected: tuple[tuple[Fix, str], ...] = ()
    refused: tuple[str, ...] = ()

    def end(self, reason: str) -> None:
        """Make this the engine's last turn, for the given reason."""
        self.ended, self.verdict = reason, self.verdict or reason
