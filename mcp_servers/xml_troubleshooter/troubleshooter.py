"""The use case: a document goes in, a diagnosis or a repaired document comes out, and the validator has the last word."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Literal

from .agent.loop_manager import EditRecord, Iteration, LoopResult
from .diff import unified
from .document.document import Document
from .errors import InputError, LimitError, SchemaError
from .files import INLINE_LIMIT, Workspace, read, write
from .knowledge.store import Article
from .offload import offload
from .repair.proposal import Question
from .validation.diagnostics import Report

EngineChoice = Literal["auto", "offline", "open_arena"]
Progress = Callable[[str], Awaitable[None]]


class Status(StrEnum):
    """How a run ended; public."""

    VALID = "valid"
    FIXED = "fixed"
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    NEEDS_INPUT = "needs_input"
    RUNNING = "running"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a caller asks for; every field is explained in the tool's schema."""

    xml: str = ""
    path: str = ""
    schema_path: str = ""
    problem: str = ""
    engine: EngineChoice = "auto"
    max_iterations: int = 0
    output_path: str = ""
    allow_unsafe: bool = False
    answers: Mapping[str, str] = field(default_factory=dict[str, str])
    run_id: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A document taken in: where it came from, what judges it and why."""

    document: Document
    path: Path | None
    schema: str
    schema_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A diagnosis and what it was made with."""

    report: Report
    summary: str
    schema: str
    schema_reason: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that is known at the end of a run; the ways in decide how much of it they show."""

    status: Status
    summary: str
    run_id: str
    schema: str
    schema_reason: str
    source: Document
    document: Document
    report: Report
    remaining: Report
    inline: bool
    edits: tuple[EditRecord, ...] = ()
    questions: tuple[Question, ...] = ()
    iterations: tuple[Iteration, ...] = ()
    articles: tuple[Article, ...] = ()
    usage: Mapping[str, float] = field(default_factory=dict[str, float])
    diff: str = ""
    output_path: str = ""
