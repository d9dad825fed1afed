"""The input of every form: the files, their faults with exact regions, and the edits that mend them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from ...diagnostics import Diagnostic, Severity
from ...document.document import Document

if TYPE_CHECKING:
    from ...knowledge.article_store import Article
    from ...loop.proposal import Question
    from ...loop.record import EditRecord

_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Level = Literal["error", "warning", "note"]

HelpOn = Callable[[str], "Article | None"]


@dataclass(frozen=True, slots=True)
class Region:
    """Lines and columns from 1, in characters; the end is the place behind the last one."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to mend a fault: texts, and the regions that they replace, all of them together."""

    reason: str
    pieces: tuple[tuple[str, Region], ...]


@dataclass(frozen=True, kw_only=True)
class FileFindings:
    """The findings in one file: `faults` at places of `document`, and the `edits` of it, made or proposed.

    `untold` is the number of further faults, beyond those that a report carries. `mended` are the numbers of the
    faults that the result does not have any more; `proposed` are the edits that wait for consent, at places of the
    input, and `questions` ask for values that only a person knows. `error` says why nothing could be done; then there
    is no verdict.
    """

    name: str
    verdict: str = ""
    summary: str = ""
    error: str = ""
    document: Document = field(default_factory=lambda: Document(""))
    faults: tuple[Diagnostic, ...] = ()
    untold: int = 0
    mended: frozenset[int] = frozenset()
    edits: tuple[EditRecord, ...] = ()
    proposed: tuple[EditRecord, ...] = ()
    questions: tuple[Question, ...] = ()
    diff: str = ""

    @property
    def uri(self) -> str:
        """The name as a relative or absolute URI."""
        path = Path(self.name)
        return path.as_uri() if path.is_absolute() else quote(path.as_posix())

    @property
    def levels(self) -> list[tuple[Diagnostic, Level]]:
        """The faults, each with its level; one that is mended is a note."""
        return [
            (fault, "note" if number in self.mended else "error" if is_error(fault) else "warning")
            for number, fault in enumerate(self.faults)
        ]

    @property
    def fails(self) -> bool:
        """Whether an error is left."""
        return any(level == "error" for _, level in self.levels)

    def region(self, fault: Diagnostic) -> Region:
        """The region of a fault; one character at its line and column where the text held ends before it."""
        start = self.document.position(fault.start)
        if (start.line, start.column) != (fault.line, fault.column) or fault.end > len(self.document.text):
            return Region(max(fault.line, 1), max(fault.column, 1), max(fault.line, 1), max(fault.column, 1) + 1)
        return self._between(fault.start, fault.end)

    @cached_property
    def fixes(self) -> dict[int, list[Fix]]:
        """The fixes of each fault, by its number: each is complete in itself and replaces exactly its regions.

        Edits for one reason are one fix where they need each other: a move, or the two tags of an element.
        """
        kinds: dict[tuple[str, str, bool], list[EditRecord]] = {}
        for edit in self.edits:
            kinds.setdefault((edit.code, edit.reason, edit.applied), []).append(edit)
        found: dict[int, list[Fix]] = {}
        for edits in kinds.values():
            placed = [
                (edit, aim, region)
                for edit in edits
                if (aim := self._aim(edit)) is not None and (region := self._replaced(edit)) is not None
            ]
            if len(placed) < len(edits):
                continue
            moved = {edit.before.strip() for edit in edits if not edit.after} & {edit.after.strip() for edit in edits}
            apart = len({aim for _, aim, _ in placed}) == len(edits) and not moved
            for group in [[each] for each in placed] if apart else [placed]:
                first, aim, _ = group[0]
                pieces = tuple((edit.after, region) for edit, _, region in group)
                consent = "" if first.applied else f" It waits for consent: --accept {first.id}."
                found.setdefault(aim, []).append(Fix(first.reason + consent, pieces))
        return found

    def _aim(self, edit: EditRecord) -> int | None:
        """The number of the fault of an edit's own kind that is nearest to it."""
        place = self.document.offset(edit.line, edit.column)
        same = [number for number, fault in enumerate(self.faults) if fault.code == edit.code]
        return min(same, key=lambda number: abs(place - self.faults[number].start), default=None)

    def _replaced(self, edit: EditRecord) -> Region | None:
        """The region that an edit replaces; None where the document does not have the replaced text there."""
        start = self.document.offset(edit.line, edit.column)
        there = self.document.position(start) == (edit.line, edit.column)
        if not there or not self.document.text.startswith(edit.before, start):
            return None
        return self._between(start, start + len(edit.before))

    def _between(self, start: int, end: int) -> Region:
        first, last = self.document.position(start), self.document.position(max(start, end))
        return Region(first.line, first.column, last.line, last.column)


def rule_of(fault: Diagnostic) -> str:
    """The stable id of a fault: that of the business rule, or the code."""
    return fault.rule or str(fault.code)


def is_error(fault: Diagnostic) -> bool:
    """Whether a system must reject the document for it."""
    return fault.severity == Severity.ERROR


def told(fault: Diagnostic, level: Level = "error") -> str:
    """The fault in plain words; of a note also that it is mended."""
    return writable(fault.explanation or fault.message) + (" (Mended in the result.)" if level == "note" else "")


def writable(text: str) -> str:
    """Text in which every character is allowed in XML, HTML and JSON."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
