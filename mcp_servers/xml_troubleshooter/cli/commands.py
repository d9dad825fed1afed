"""What each command does."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .configured import configured
from .each_file import each, status_of
from .named_files import STDIN, answer, files_of, services_for, source_of, targets_of
from .showing import for_a_person, for_a_shell, print_lines, say, show, spinner
from .statuses import DONE, FAULTS
from .telling import Told, teller_for

if TYPE_CHECKING:
    import argparse

    from ..checking import Progress


async def fix_files(options: argparse.Namespace) -> int:
    """Repair the files."""
    from ..checked import Request  # noqa: PLC0415
    from ..outcome import Status  # noqa: PLC0415
    from ..output.diagnoses import UNCAPPED  # noqa: PLC0415
    from ..output.excerpt import excerpts  # noqa: PLC0415
    from ..output.formats.findings import FileFindings  # noqa: PLC0415
    from ..output.presentation import present  # noqa: PLC0415
    from ..output.rendering import Line, troubleshooting_lines, verdict, verdict_line  # noqa: PLC0415
    from ..schemas.plan import SEPARATOR  # noqa: PLC0415
    from ..troubleshooter import troubleshoot  # noqa: PLC0415

    configurations = configured(options)
    files = files_of(options.files, options.include, options.exclude)
    answers = dict(answer(given) for given in options.answer)
    targets = targets_of(files, options)
    to_stdout = options.format == "text" and (
        options.output == "-" or (files == [STDIN] and not targets and options.detail != "diff")
    )
    named = [*files, *targets.values()]
    async with services_for(named, options.schema, options.files, configurations) as services:

        async def fix(file: Path, progress: Progress) -> Told:
            target = targets.get(file)
            request = Request(
                **source_of(file),
                schema_path=SEPARATOR.join(options.schema),
                require_schema=options.require_schema,
                problem=options.problem,
                engine=options.engine,
                max_iterations=options.max_iterations,
                output_path=str(target) if target else "",
                overwrite=options.overwrite,
                write_when=options.write_when,
                allow_unsafe=options.unsafe,
                answers=answers,
                accept=tuple(options.accept),
                reject=tuple(options.reject),
            )
            outcome = await troubleshoot(request, services, progress)
            result = for_a_shell(present(outcome, UNCAPPED))
            done = outcome.status in (Status.VALID, Status.WELL_FORMED, Status.FIXED)
            status = status_of(outcome.result.report, done=done, fail_on=options.fail_on)
            shown = replace(for_a_person(result), document="", run_id="")
            before = excerpts(outcome.checked.document, outcome.checked.diagnosis.diagnostics)
            after = excerpts(outcome.result.document, outcome.result.report.diagnostics)
            # in a shell the last lines are the ones that are seen
            lines = [*troubleshooting_lines(shown, before, after), verdict_line(shown)]
            if outcome.diff and target is None and not to_stdout:
                lines.append(Line("Nothing was written; --in-place or --output FILE writes the result."))
            # in a file that was written, what is left counts; else all that is wrong, with the edits that mend it
            written = target is not None and bool(outcome.output_path)
            findings = FileFindings(
                name=str(target if written else file),
                verdict=verdict(result),
                summary=result.summary,
                document=outcome.result.document if written else outcome.checked.document,
                faults=outcome.result.report.diagnostics if written else outcome.checked.diagnosis.diagnostics,
                edits=() if written else outcome.result.edits,
                diff=outcome.diff,
            )
            document = outcome.result.document.to_bytes()
            return Told(
                verdict(result), status, result, lines, verdict_line(shown), lambda: findings, document, outcome.diff
            )

        return await each(files, fix, teller_for(options, services.knowledge, document=to_stdout))


async def check_health(options: argparse.Namespace) -> int:
    """Check settings, connection, knowledge and schemas."""
    from ..health import health  # noqa: PLC0415 - --help does without
    from ..output.rendering import health_lines, verdict_line  # noqa: PLC0415

    async with services_for() as services:
        with spinner() as progress:
            await progress("checking")
            result = await health(services)
    show(result, [*health_lines(result), verdict_line(result)], as_json=options.json)
    return FAULTS if result.status == "failed" else DONE


async def show_usage(options: argparse.Namespace) -> int:
    """Tell requests, tokens and runs so far."""
    from ..health import usage  # noqa: PLC0415 - --help does without
    from ..output.rendering import usage_lines  # noqa: PLC0415

    async with services_for() as services:
        result = await usage(services)
    show(result, usage_lines(result), as_json=options.json)
    return DONE


async def search_knowledge(options: argparse.Namespace) -> int:
    """Show articles by words or by the code of a fault."""
    from ..output.rendering import Line  # noqa: PLC0415 - --help does without

    words = " ".join(options.words)
    async with services_for() as services:
        # a word may be the name of a fault, as the diagnostics show it
        found = services.knowledge.find(codes=options.words, words=words, limit=options.limit)
    if options.json:
        rows = [{"id": each.id, "title": each.title, "codes": each.codes, "body": each.body} for each in found]
        say(json.dumps(rows, ensure_ascii=False))
    elif found:
        print_lines(
            line
            for each in found
            for line in (
                Line(f"{each.title} ({each.id})", "title"),
                Line(each.body.removeprefix(f"# {each.title}\n").lstrip("\n")),
            )
        )
    else:
        say(f"No article speaks of {words!r}.", sys.stderr)
    return DONE if found else FAULTS
