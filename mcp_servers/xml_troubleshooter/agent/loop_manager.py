"""The loop: ask an engine what next, gate what it proposes, keep the best validated state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..document.document import Document
from ..repair.proposal import Fix, Question
from ..validation.diagnostics import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRecord:
    """One edit as the user is shown it: its place in the input document (line and column from 1) and what became of it."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Iteration:
    """One turn of an engine: what it did, why, what the gate said, and what it cost."""

    engine: str
    action: str
    reasoning: str
    verdict: str
    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopResult:
    """The best validated state and how it came about. `stopped` says in one sentence why the loop ended."""

    document: Document
    report: Report
    edits: tuple[EditRecord, ...] = ()
    questions: tuple[Question, ...] = ()
    iterations: tuple[Iteration, ...] = ()
    stopped: str = ""
    model: str = ""
    withheld: tuple[Fix, ...] = ()
    usage: Mapping[str, float] = field(default_factory=dict[str, float])
