"""Many documents at once: the verdict on each, one by one, also where one of them fails."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import anyio

from ..diagnostics import Diagnostic, Severity
from ..errors import TroubleshooterError
from ..request import Request
from .batches import Batches
from .checked_document import Checked
from .checking import Judges, Progress, silent

_AT_ONCE = 2  # documents that are looked at side by side; more would keep other calls waiting
_GOOD = ("valid", "well_formed")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileVerdict:
    """The verdict on one document: the status of its diagnosis, or `failed` with the reason as `first`.

    Otherwise `first` explains its first fault, in `line`, with `code`.
    """

    file: str
    status: str
    errors: int = 0
    warnings: int = 0
    line: int = 0
    code: str = ""
    first: str = ""


@dataclass
class Survey:
    """The documents that were named, and the verdicts on them so far."""

    run_id: str
    named: str
    files: Sequence[Path]
    verdicts: dict[Path, FileVerdict] = field(default_factory=dict[Path, FileVerdict])

    @cached_property
    def folder(self) -> Path:
        """The innermost folder that holds all of them."""
        return Path(os.path.commonpath([path.parent for path in self.files]))

    @property
    def rows(self) -> list[FileVerdict]:
        """The verdicts so far, those on documents with faults first, each kind by name."""
        return sorted(self.verdicts.values(), key=lambda verdict: (verdict.status in _GOOD, verdict.file))

    @property
    def left(self) -> int:
        """The number of documents that have not been checked yet."""
        return len(self.files) - len(self.verdicts)

    async def run(self, request: Request, services: Judges, progress: Progress) -> None:
        """Look at all of them; each is judged as `check` would by itself."""
        limiter = anyio.CapacityLimiter(_AT_ONCE)
        batches = Batches(self.files, request, services, _AT_ONCE)

        async def look(path: Path) -> None:
            async with limiter:
                self.verdicts[path] = await _verdict(path, str(path.relative_to(self.folder)), batches)
                await progress(f"{len(self.verdicts)} of {len(self.files)} files checked")

        async with anyio.create_task_group() as tasks:
            for path in self.files:
                tasks.start_soon(look, path)


async def _verdict(path: Path, name: str, batches: Batches) -> FileVerdict:
    try:
        checked = await batches.check(path, silent)
    except TroubleshooterError as error:
        return FileVerdict(file=name, status="failed", first=str(error))
    except Exception as error:  # noqa: BLE001 - a fault of our own costs the others nothing
        return FileVerdict(file=name, status="failed", first=f"A fault of the program ({type(error).__name__}).")
    return _told(name, checked)


def _told(name: str, checked: Checked) -> FileVerdict:
    diagnostics = checked.diagnosis.diagnostics
    warnings = sum(fault.severity is Severity.WARNING for fault in diagnostics)
    first: Diagnostic | None = min(diagnostics, key=lambda each: each.severity is Severity.WARNING, default=None)
    verdict = FileVerdict(
        file=name,
        status=checked.status,
        errors=checked.diagnosis.count - warnings,
        warnings=warnings,
    )
    if first is None:
        return verdict
    return replace(verdict, line=first.line, code=first.code.value, first=first.explanation or first.message)
