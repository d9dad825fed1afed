"""The command `validate`: for several files, and for the one small file that needs nothing but itself."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING

from ...output.rendering import Line, diagnosis_lines, verdict, verdict_line
from ...wording import count
from ..each_file import attempt, each, status_of, tell_all
from ..named_files import STDIN, judges_for, places_of, reported, source_of
from ..option_defaults import configured
from ..reporting import Told, teller_for
from ..shared_options import of_documents, of_telling
from ..statuses import TABLE
from ..terminal import for_a_person, for_a_shell, say, silent, visible

# the verdict on a file all of whose faults are left out
_NOTHING_NEW, _IGNORED = "nothing new", "ignored"

if TYPE_CHECKING:
    from ...output.formats.file_findings import FileFindings
    from ...output.rows import Diagnosis
    from ...plain_settings import PlainSettings
    from ...request import Request
    from ...troubleshooting.batches import Batches
    from ...troubleshooting.checked_document import Checked
    from ...troubleshooting.checking import Judges, Progress
    from ..forked_work import Telling
    from ..suppressed_faults import LeftOut


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Put the command among the others."""
    validate = commands.add_parser(
        "validate",
        parents=[of_documents(), of_telling()],
        epilog=TABLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        help="only tell what is wrong",
    )
    validate.add_argument(
        "--baseline",
        default="",
        metavar="FILE",
        help="tell and count what is not in this earlier report (json, ndjson, sarif)",
    )
    validate.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="CODE",
        help="neither tell nor count this code or rule, once for each; the document is no more valid for it",
    )
    validate.set_defaults(command=validate_files, alone=validate_alone)


async def validate_files(options: argparse.Namespace) -> int:
    """Report the faults of the files, changing nothing."""
    from ...config import get_settings  # noqa: PLC0415 - one small file does without
    from ...troubleshooting.batches import Batches  # noqa: PLC0415
    from ...workers.offload import limit_memory  # noqa: PLC0415

    configurations = configured(options)
    places = places_of(options.files, options.include, options.exclude)
    files = list(places)
    settings = get_settings()
    limit_memory(settings.worker_memory)
    judges = judges_for(places, options.schema, settings, configurations, options.files)
    left_out = _left_out(options)
    batches = Batches(files, _request(options), judges, os.cpu_count() or 1)
    work = partial(_validate, options, partial(_check, options, judges, batches), left_out)
    status = await each(files, work, teller_for(options, judges.knowledge), together=True)
    _hint(left_out)
    return status


def validate_alone(options: argparse.Namespace, settings: PlainSettings) -> Telling:
    """Judge the files that are named in this process, which is guarded; returns the function that reports."""
    from ...workers.dispatch import run_here  # noqa: PLC0415 - --help does without

    configurations = configured(options)
    places = places_of(options.files, options.include, options.exclude)
    files = list(places)
    judges = judges_for(places, options.schema, settings, configurations)
    left_out = _left_out(options)
    work = partial(_validate, options, partial(_check, options, judges, None), left_out)
    done = [run_here(attempt(file, work, silent), settings.worker_memory) for file in files]

    def telling() -> int:
        status = tell_all(files, done, teller_for(options, judges.knowledge))
        _hint(left_out)
        return status

    return telling


def _left_out(options: argparse.Namespace) -> LeftOut | None:
    if not options.ignore and not options.baseline:
        return None
    from ..suppressed_faults import LeftOut  # noqa: PLC0415 - few leave anything out

    return LeftOut(options.ignore, options.baseline)


def _hint(left_out: LeftOut | None) -> None:
    """Print on stderr the names to ignore that are unknown: one that is misspelt leaves nothing out."""
    for sentence in left_out.unknown() if left_out is not None else ():
        say(visible(sentence), sys.stderr)


def _request(options: argparse.Namespace) -> Request:
    from ...request import Request  # noqa: PLC0415 - --help does without
    from ...schemas.plan import SEPARATOR  # noqa: PLC0415

    return Request(schema_path=SEPARATOR.join(options.schema), require_schema=options.require_schema)


async def _check(
    options: argparse.Namespace, judges: Judges, batches: Batches | None, file: Path, progress: Progress
) -> Checked:
    if batches is not None and file != STDIN:
        return await batches.check(file, progress)
    from ...troubleshooting.checking import check  # noqa: PLC0415 - --help does without

    return await check(replace(_request(options), **source_of(file)), judges, progress)


async def _validate(
    options: argparse.Namespace,
    checking: Callable[[Path, Progress], Awaitable[Checked]],
    left_out: LeftOut | None,
    file: Path,
    progress: Progress,
) -> Told:
    checked = await checking(file, progress)
    # only now, so that long work there is begun early
    from ...diagnostics import Severity  # noqa: PLC0415
    from ...output.capping import UNCAPPED  # noqa: PLC0415
    from ...output.diagnoses import present_diagnosis  # noqa: PLC0415
    from ...output.marked_line import excerpts  # noqa: PLC0415

    result = for_a_shell(present_diagnosis(checked, UNCAPPED))
    report, done, faults = checked.report, checked.done, checked.diagnosis.diagnostics
    untold = checked.diagnosis.count - len(faults)
    nothing_new = False
    if left_out is not None:
        counts, why = left_out.counted(str(file), result.diagnostics)
        rows, faults = list(compress(result.diagnostics, counts)), tuple(compress(faults, counts))
        result = replace(result, diagnostics=rows, diagnostics_total=result.diagnostics_total - why.total())
        report = replace(report, diagnostics=faults)
        # of those that are not told nobody knows whether they count
        done = done or (not untold and not any(fault.severity is Severity.ERROR for fault in faults))
        if why:
            nothing_new = not untold and not rows and not report.lacking
            result = _compared(result, why, nothing_new=nothing_new)
    status = status_of(report, done=done, fail_on=options.fail_on)
    shown = for_a_person(result)
    called = verdict(result)
    last = verdict_line(shown)
    if nothing_new:
        called = _NOTHING_NEW if options.baseline else _IGNORED
        last = Line(f"{called.upper()}: {shown.summary}", "good")
    excerpt = excerpts(checked.document, checked.diagnosis.diagnostics)

    def findings() -> FileFindings:
        from ...output.formats.file_findings import FileFindings  # noqa: PLC0415 - a person is told without

        return FileFindings(
            name=reported(file),
            verdict=called,
            summary=result.summary,
            document=checked.document,
            faults=faults,
            untold=untold,
        )

    return Told(called, status, result, [*diagnosis_lines(shown, excerpt), last], last, findings)


def _compared(result: Diagnosis, left_out: Mapping[str, int], *, nothing_new: bool) -> Diagnosis:
    """The result with a summary of the faults that count and of those that are left out."""
    several = ", ".join(f"{count(number, 'fault')} {why}" for why, number in left_out.items())
    beside = f"Left out: {several}."
    if nothing_new:
        return replace(result, summary=f"Nothing is at fault that counts. {beside}", articles=[])
    if not result.diagnostics:  # of a great many faults, those that are not told may count
        return replace(result, summary=f"{result.summary} {beside}")
    first, number = result.diagnostics[0], result.diagnostics_total
    told = first.explanation or first.message
    counted = f"{count(number, 'fault counts', 'faults count')}. The first, in line {first.line}: {told}"
    return replace(result, summary=f"{counted} {beside}")
