"""Doing the work for every file, whatever happens to one of them."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import TroubleshooterError
from .showing import spinner, with_options
from .statuses import DONE, FAILED, FAULTS

if TYPE_CHECKING:
    from ..checking import Progress
    from ..diagnostics import Report
    from .telling import Teller, Told


async def each(files: Sequence[Path], work: Callable[[Path, Progress], Awaitable[Told]], teller: Teller) -> int:
    """Do the work for every file and have it told; the worst status counts."""
    worst = DONE
    for file in files:
        try:
            with spinner() as progress:
                told = await work(file, progress)
        except Exception as error:  # noqa: BLE001 - one bad file, or a fault of our own, never stops the rest
            worst = FAILED
            teller.failed(file, _sentence(error))
            continue
        worst = max(worst, told.status)
        teller.tell(file, told)
    teller.end()
    return worst


def status_of(report: Report, *, done: bool, fail_on: str) -> int:
    """The exit status for one file; a schema that was named and cannot be run is work that could not be done.

    `fail_on` is the least that counts as a fault: "error", "warning", or "never".
    """
    if report.lacking:
        return FAILED
    if fail_on == "never" or (done and not (fail_on == "warning" and report.diagnostics)):
        return DONE
    return FAULTS


def _sentence(error: Exception) -> str:
    if isinstance(error, TroubleshooterError):
        return with_options(str(error))
    last = traceback.extract_tb(error.__traceback__)[-1]
    # its message may quote the document
    return f"The program hit a fault of its own ({type(error).__name__} at {Path(last.filename).name}:{last.lineno})."
