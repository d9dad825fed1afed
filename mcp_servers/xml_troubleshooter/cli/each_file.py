"""Doing the work for every file, whatever happens to one of them."""

from __future__ import annotations

import json
import sys
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import TroubleshooterError
from .showing import print_lines, say, spinner, visible, with_options
from .statuses import DONE, FAILED, FAULTS

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ..diagnostics import Report
    from ..output.rendering import Line
    from ..troubleshooter import Progress


@dataclass(frozen=True, slots=True)
class Told:
    """What a command has to say of one file."""

    verdict: str
    status: int
    result: BaseModel
    lines: list[Line]


async def each(files: list[Path], work: Callable[[Path, Progress], Awaitable[Told]], *, as_json: bool) -> int:
    """Do the work for every file, whatever happens to one of them; the worst status counts."""
    from ..output.rendering import Line  # noqa: PLC0415 - --help does without

    verdicts: Counter[str] = Counter()
    worst = DONE
    for file in files:
        name = visible(str(file))
        try:
            with spinner() as progress:
                told = await work(file, progress)
        except Exception as error:  # noqa: BLE001 - one bad file, or a fault of our own, never stops the rest
            verdicts["error"] += 1
            worst = FAILED
            if as_json:
                say(json.dumps({"file": str(file), "status": "error", "error": sentence(error)}))
            else:
                say(f"{name}: {visible(sentence(error))}", sys.stderr)
            continue
        verdicts[told.verdict] += 1
        worst = max(worst, told.status)
        if as_json:
            say(json.dumps({"file": str(file), **told.result.model_dump(mode="json")}, ensure_ascii=False))
        else:
            print_lines([Line(f"== {name}", "title"), *told.lines, Line("")])
    if len(files) > 1 and not as_json:
        tally = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items())
        print_lines([Line(f"{len(files)} files: {tally}", "title")])
    return worst


def status_of(report: Report, *, done: bool) -> int:
    """The exit status for one file; a schema that was named and cannot be run is work that could not be done."""
    return FAILED if report.lacking else DONE if done else FAULTS


def sentence(error: Exception) -> str:
    if isinstance(error, TroubleshooterError):
        return with_options(str(error))
    last = traceback.extract_tb(error.__traceback__)[-1]
    # its message may quote the document
    return f"The program hit a fault of its own ({type(error).__name__} at {Path(last.filename).name}:{last.lineno})."
