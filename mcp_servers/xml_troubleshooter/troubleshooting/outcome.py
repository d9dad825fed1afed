"""The outcome of a run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from ..diagnostics import Report
from ..document.diff import unified
from ..document.document import Document
from ..loop.loop_manager import LoopResult
from ..loop.proposal import KEEP
from ..request import Request
from ..schemas.plan import Plan
from ..signatures.state import SignatureState
from .checked_document import Checked

if TYPE_CHECKING:
    from ..diagnosis.messages.assessment import Assessed


class Status(StrEnum):
    """The status of a run; public."""

    VALID = "valid"
    WELL_FORMED = "well_formed"
    FIXED = "fixed"
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    NEEDS_INPUT = "needs_input"
    RUNNING = "running"


SOUND = (Status.VALID, Status.WELL_FORMED, Status.FIXED)  # of results that may replace the input unasked


@dataclass(frozen=True, slots=True)
class Told:
    """The state of a run that its caller has seen already: the document as it then was, edits made, and articles."""

    document: Document
    edits: tuple[str, ...]
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """All that is known of a run, at its end or so far; the ways in decide how much of it they show."""

    run_id: str
    request: Request
    checked: Checked
    result: LoopResult
    output_path: str = ""
    written: bytes = b""  # the content of the file at output_path
    running: bool = False
    backup: str = ""  # of the file that was at output_path before
    notes: tuple[str, ...] = ()  # of properties of that file that could not be kept
    signatures: tuple[SignatureState, ...] = ()  # of the result
    told: Told | None = None  # the state that an earlier result of this run has shown

    @property
    def status(self) -> Status:
        """The status of the document; the validator alone says `valid` and `fixed`."""
        changed = self.result.document.text != self.checked.document.text
        if self.running:
            return Status.RUNNING
        report = self.result.report
        if report.valid and changed and report.is_done(require_schema=self.checked.require_schema):
            return Status.FIXED if self._is_whole() else Status.IMPROVED
        if report.valid and not changed and self.checked.done:
            return Status.VALID if report.accepted else Status.WELL_FORMED
        if self.result.questions:
            return Status.NEEDS_INPUT
        return Status.IMPROVED if changed else Status.UNCHANGED

    def _is_whole(self) -> bool:
        """Whether nothing is cut off, or the user consents to the repair of the cut."""
        line, cut = self.checked.ends_early
        agreed = (edit.line for edit in self.result.edits if edit.applied and edit.id in self.request.accept)
        return not cut or self.request.allow_unsafe or any(place >= line for place in agreed)

    @cached_property
    def claims(self) -> tuple[Assessed, ...]:
        """The verdict on each claim of another system about the document."""
        if not self.request.problem:
            return ()
        from ..diagnosis.messages.assessment import Touched, assess, hear  # noqa: PLC0415 - few quote a message
        from ..diagnosis.messages.wishes import wishes  # noqa: PLC0415

        checked, result = self.checked, self.result
        touched = [
            Touched(edit.id, edit.line, edit.before, edit.applied, code=edit.code, after=edit.after)
            for edit in result.edits
        ]
        made = [edit for edit in touched if edit.made]
        said = assess(self.request.problem, checked.document, checked.diagnosis, result.report, made, result.document)
        touched += [
            Touched(question.id, question.line, question.options[0].before, made=False, asked=True)
            for question in result.questions
            if question.id.startswith(f"{KEEP}-")
        ]
        return (*said, *(hear(wish, checked.document, touched) for wish in wishes(self.request.problem)))

    @property
    def goes_on(self) -> bool:
        """Whether the news alone are enough to show; of a file all changes are shown."""
        return self.told is not None and not self.output_path

    @cached_property
    def news(self) -> str:
        """The changes since the document was last shown, as a diff; all changes for a new run or a file."""
        if self.told is None or not self.goes_on:
            return self.diff
        return unified(self.told.document.text, self.result.document.text, self._name, "as last shown")

    @cached_property
    def diff(self) -> str:
        """The changes of the run, as a unified diff."""
        return unified(self.checked.document.text, self.result.document.text, self._name)

    @property
    def _name(self) -> str:
        return self.checked.path.name if self.checked.path else "document.xml"


def begun(run_id: str, request: Request) -> Outcome:
    """A run of which nothing is known yet but that it is under way."""
    document, report = Document(""), Report(well_formed=False, valid=False)
    return Outcome(
        run_id,
        request,
        Checked(document, None, Plan(), "", report),
        LoopResult(document=document, report=report),
        running=True,
    )
