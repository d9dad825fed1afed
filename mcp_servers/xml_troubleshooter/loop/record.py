"""The record of a run: its edits, its turns, and its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..diagnostics import Report
from ..document.document import Document
from ..document.edits import Edit
from .decided_places import DecidedPlace
from .proposal import Fix, Question

REJECTED = "it was rejected"  # why an edit is not made that the user does not want
UNKNOWN = "no edit of this run has that id"
WITHHELD = 1000  # repairs that are listed for consent; any beyond these are only counted


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRecord:
    """One edit as the user is shown it: its place in the input document (from 1) and its outcome."""

    line: int
    column: int
    before: str
    after: str
    reason: str
    source: str
    confidence: float
    safe: bool
    applied: bool
    provenance: str = ""
    article: str = ""
    id: str = ""  # of the fix that it belongs to, whose edits are made or left out together
    context: str = ""  # the text around it
    code: str = ""  # of the fault aimed at, "" where it is not among those reported
    voids: bool = False  # it changes signed content, and no digest proves it


@dataclass(frozen=True, slots=True, kw_only=True)
class Iteration:
    """One turn of an engine: its action, its reasoning, the gate's verdict, and its cost."""

    engine: str
    action: str
    reasoning: str
    verdict: str
    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopResult:
    """The best validated state and the steps that led to it, from the document as it first came.

    `stopped` gives the reason for the end of the loop in one sentence.
    """

    document: Document
    report: Report
    edits: tuple[EditRecord, ...] = ()
    questions: tuple[Question, ...] = ()
    iterations: tuple[Iteration, ...] = ()
    stopped: str = ""
    model: str = ""
    withheld: tuple[Fix, ...] = ()
    more_withheld: int = 0  # how many wait for consent beside these
    offered: tuple[Fix, ...] = ()  # fixes that wait for consent as options of questions
    usage: Mapping[str, float] = field(default_factory=dict[str, float])
    steps: tuple[tuple[Edit, ...], ...] = ()  # the edits that led to the document, each step on the text of the last
    asked: tuple[Question, ...] = ()  # all questions so far, those that were answered too
    answers: Mapping[str, str] = field(default_factory=dict[str, str])  # that were given, by the ids of questions
    left_out: Mapping[str, str] = field(default_factory=dict[str, str])  # edits that the user decided on, by id: why
    decided: tuple[DecidedPlace, ...] = ()  # the places whose content the user decided on
    rejected: tuple[EditRecord, ...] = ()  # edits that were shown and that the user rejected
