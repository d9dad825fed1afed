"""The work for every file, which goes on even where it fails for one of them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import TroubleshooterError
from .statuses import DONE, FAILED, FAULTS
from .terminal import bar, silent, spinner, with_options

_MANY = 8  # files from which on it pays to start several workers

if TYPE_CHECKING:
    from ..diagnostics import Report
    from ..troubleshooting.checking import Progress
    from .reporting import Teller, Told

    Work = Callable[[Path, Progress], Awaitable[Told]]


async def each(files: Sequence[Path], work: Work, teller: Teller, *, seen: bool = True, together: bool = False) -> int:
    """Do the work for every file and report on it, in their order; the worst status counts.

    Progress is shown where it is `seen`. Of many files as many are worked on `together`, where that may be, as there
    are processors.
    """
    processors = os.cpu_count() or 1
    if together and processors > 1 and len(files) >= _MANY:
        with bar(len(files)) as show:
            worst = await _together(files, work, teller, processors, show)
    else:
        worst = DONE
        for number, file in enumerate(files):
            with spinner(number, len(files), file.name) if seen else nullcontext(silent) as progress:
                done = await attempt(file, work, progress)
            worst = max(worst, tell(file, done, teller))
    teller.end()
    return worst


async def _together(files: Sequence[Path], work: Work, teller: Teller, number: int, show: Callable[[int], None]) -> int:
    import asyncio  # noqa: PLC0415 - one file does without

    worst, left = DONE, iter(files)
    begun: deque[tuple[Path, asyncio.Task[Told | str]]] = deque()
    for told in range(len(files)):
        # a file that is done and not reported yet counts as begun: results do not pile up
        for file in islice(left, number - len(begun)):
            begun.append((file, asyncio.create_task(attempt(file, work, silent))))
        file, task = begun.popleft()
        worst = max(worst, tell(file, await task, teller))
        show(told + 1)
    return worst


async def attempt(file: Path, work: Work, progress: Progress) -> Told | str:
    """The report on a file, or a sentence that says why there is none."""
    try:
        return await work(file, progress)
    except Exception as error:  # noqa: BLE001 - one bad file, or a fault of our own, never stops the rest
        return _sentence(error)


def tell(file: Path, done: Told | str, teller: Teller) -> int:
    """Report on a file; returns the exit status for it."""
    if isinstance(done, str):
        teller.failed(file, done)
        return FAILED
    teller.tell(file, done)
    return done.status


def tell_all(files: Sequence[Path], done: Sequence[Told | str], teller: Teller) -> int:
    """The same of all files, in their order; the worst status counts."""
    worst = DONE
    for file, each_done in zip(files, done, strict=True):
        worst = max(worst, tell(file, each_done, teller))
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
    import traceback  # noqa: PLC0415 - errors that nobody foresaw are rare

    last = traceback.extract_tb(error.__traceback__)[-1]
    # its message may quote the document
    return f"The program hit a fault of its own ({type(error).__name__} at {Path(last.filename).name}:{last.lineno})."
