"""The command `fix`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError
from ...output.rendering import Line, troubleshooting_lines, verdict, verdict_line
from ..each_file import attempt, each, status_of, tell_all
from ..named_files import (
    STDIN,
    answer,
    judges_for,
    places_of,
    reported,
    services_for,
    source_of,
    targets_of,
    without_results,
)
from ..option_defaults import configured
from ..reporting import Told, teller_for
from ..shared_options import of_documents, of_telling
from ..statuses import TABLE
from ..terminal import for_a_person, for_a_shell, spinner

if TYPE_CHECKING:
    from ...configuration.lookup import Configurations
    from ...diagnostics import Report
    from ...output.formats.file_findings import FileFindings
    from ...plain_settings import PlainSettings
    from ...request import Request
    from ...troubleshooting.checking import Progress
    from ...troubleshooting.outcome import Outcome
    from ...troubleshooting.troubleshooter import Services
    from ..forked_work import Telling
    from ..interactive import Decisions


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Put the command among the others."""
    fix = commands.add_parser(
        "fix",
        parents=[of_documents(), of_telling()],
        epilog=TABLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        help="repair documents",
    )
    fix.add_argument(
        "-p",
        "--interactive",
        action="store_true",
        help="go through what waits for you, edit by edit and question by question",
    )
    target = fix.add_mutually_exclusive_group()
    target.add_argument(
        "-o", "--output", default="", metavar="PATH", help="write the result to this file or folder, - for stdout"
    )
    target.add_argument("-i", "--in-place", action="store_true", help="replace the file; the old one stays as FILE.bak")
    fix.add_argument("--diff", dest="detail", action="store_const", const="diff", help="show nothing but the diff")
    fix.add_argument("--overwrite", action="store_true", help="let --output replace files; they stay as FILE.bak")
    fix.add_argument(
        "--write-when",
        choices=["sound", "always"],
        default="sound",
        help="--in-place writes what is valid, well-formed or fixed (sound), or always",
    )
    fix.add_argument("--unsafe", action="store_true", help="also edits that drop content or choose between equals")
    fix.add_argument(
        "--engine", choices=["auto", "offline", "open_arena"], default="auto", help="offline: the rules alone, no model"
    )
    fix.add_argument(
        "--max-iterations", type=int, choices=range(1, 11), default=0, metavar="N", help="turns of the model, 1 to 10"
    )
    fix.add_argument("--problem", default="", metavar="TEXT", help="the error message of the system that rejects it")
    fix.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="ID=VALUE",
        help="answer to a question of an earlier result; once for each",
    )
    for name, does in (("accept", "make a proposed edit, by its id"), ("reject", "leave an edit out, by its id")):
        fix.add_argument(f"--{name}", action="append", default=[], metavar="ID", help=f"{does}; once for each")
    fix.set_defaults(command=fix_files, alone=fix_alone)


@dataclass(frozen=True, slots=True)
class _Work:
    """The work of one command: the files, the target of each result, and the answers given."""

    options: argparse.Namespace
    configurations: Configurations
    places: Mapping[Path, Path | None]
    targets: Mapping[Path, Path]
    answers: Mapping[str, str]

    @property
    def to_stdout(self) -> bool:
        """Whether the result itself goes to stdout."""
        options = self.options
        alone = self.files == [STDIN] and not self.targets and options.detail != "diff"
        return options.format == "text" and (options.output == "-" or alone)

    @property
    def files(self) -> Sequence[Path]:
        """The files to repair."""
        return list(self.places)

    @property
    def named(self) -> Mapping[Path, Path | None]:
        """All files that may be read or written, each with the folder in which it was found."""
        return {**dict.fromkeys(self.targets.values()), **self.places}

    def request(self, file: Path) -> Request:
        """The request for one file."""
        from ...request import Request  # noqa: PLC0415 - --help does without
        from ...schemas.plan import SEPARATOR  # noqa: PLC0415

        options, target = self.options, self.targets.get(file)
        return Request(
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
            answers=self.answers,
            accept=tuple(options.accept),
            reject=tuple(options.reject),
        )


def _work(options: argparse.Namespace) -> _Work:
    """The work that the options ask for. Raises InputError."""
    configurations = configured(options)
    places = without_results(places_of(options.files, options.include, options.exclude), options.output)
    if options.interactive and STDIN in places:
        raise InputError("-p asks on standard input, which is the document here; give the document as a file.")
    answers = dict(answer(given) for given in options.answer)
    return _Work(options, configurations, places, targets_of(places, options), answers)


async def fix_files(options: argparse.Namespace) -> int:
    """Repair the files."""
    work = _work(options)
    async with services_for(work.named, options.schema, options.files, work.configurations) as services:
        teller = teller_for(options, services.knowledge, document=work.to_stdout)
        return await each(work.files, partial(_fix, work, services), teller, seen=not options.interactive)


def fix_alone(options: argparse.Namespace, settings: PlainSettings) -> Telling:
    """Repair the named files by the rules, in this process, which is guarded; returns the function that reports."""
    from ...services import rule_services  # noqa: PLC0415 - --help does without
    from ...workers.dispatch import run_here  # noqa: PLC0415

    work = _work(options)
    judges = judges_for(work.named, options.schema, settings, work.configurations)
    done: list[Told | str] = []
    with rule_services(settings, judges) as services:
        for number, file in enumerate(work.files):
            with spinner(number, len(work.files), file.name) as progress:
                fixed = attempt(file, partial(_fix, work, services), progress)
                done.append(run_here(fixed, settings.worker_memory))
    teller = teller_for(options, judges.knowledge, document=work.to_stdout)
    return partial(tell_all, work.files, done, teller)


async def _fix(work: _Work, services: Services, file: Path, progress: Progress) -> Told:
    from ...output.capping import UNCAPPED  # noqa: PLC0415 - --help does without
    from ...output.marked_line import excerpts  # noqa: PLC0415
    from ...output.outcomes import present  # noqa: PLC0415
    from ...troubleshooting.outcome import SOUND  # noqa: PLC0415

    options, target = work.options, work.targets.get(file)
    outcome = await _repaired(options, work.request(file), services, progress, str(file))
    result = for_a_shell(present(outcome, UNCAPPED))
    done = outcome.status in SOUND
    status = status_of(outcome.result.report, done=done, fail_on=options.fail_on)
    shown = replace(for_a_person(result), document="", run_id="")
    before = excerpts(outcome.checked.document, outcome.checked.diagnosis.diagnostics)
    after = excerpts(outcome.result.document, outcome.result.report.diagnostics)
    # in a shell the last lines are the ones that are seen
    lines = [*troubleshooting_lines(shown, before, after), verdict_line(shown)]
    if outcome.diff and target is None and not work.to_stdout:
        lines.append(Line("Nothing was written; --in-place or --output FILE writes the result."))
    return Told(
        verdict(result), status, result, lines, verdict_line(shown),
        findings=partial(_findings, outcome, verdict(result), result.summary, file, target),
        document=outcome.result.document.to_bytes(), diff=outcome.diff, patch=partial(_patch, outcome, file),
    )  # fmt: skip


def _findings(outcome: Outcome, called: str, summary: str, file: Path, target: Path | None) -> FileFindings:
    """The findings for other programs: of a file that was written the faults left, else all faults and their edits."""
    from ...output.formats.file_findings import FileFindings  # noqa: PLC0415
    from ...output.formats.remaining_faults import mended_and_left  # noqa: PLC0415

    written = target is not None and bool(outcome.output_path)
    found, input_document = outcome.result, outcome.checked.document
    judged: Report = found.report if written else outcome.checked.diagnosis
    faults, mended = found.report.diagnostics, frozenset[int]()
    if not written:
        faults, mended = mended_and_left(input_document, outcome.checked.diagnosis, found)
    return FileFindings(
        name=reported(target if target is not None and written else file),
        verdict=called,
        summary=summary,
        document=found.document if written else input_document,
        faults=faults,
        untold=judged.count - len(judged.diagnostics),
        mended=mended,
        edits=() if written else found.edits,
        proposed=tuple(edit for edit in found.edits if not edit.applied),
        questions=found.questions,
        diff=outcome.diff,
    )


def _patch(outcome: Outcome, file: Path) -> str:
    """The diff as a program applies it."""
    from ...document.diff import unified  # noqa: PLC0415 - a person is told without

    name = "document.xml" if file == STDIN else reported(file)
    return unified(outcome.checked.document.text, outcome.result.document.text, name, patch=True)


async def _repaired(
    options: argparse.Namespace, request: Request, services: Services, progress: Progress, name: str
) -> Outcome:
    """The outcome of a request; with -p a person decides on edits and questions before the result is written."""
    from ...troubleshooting.troubleshooter import troubleshoot  # noqa: PLC0415 - --help does without

    if not options.interactive:
        return await troubleshoot(request, services, progress)
    from ...troubleshooting.delivery import check_target, deliver  # noqa: PLC0415
    from ..interactive import ask_through  # noqa: PLC0415

    check_target(request, services.workspace, None)
    decided: dict[str, None] = {}  # the options that would say the same

    async def carry_on(outcome: Outcome, made: Decisions) -> Outcome:
        decided.update(dict.fromkeys(made.options()))
        more = replace(
            request,
            path="",
            run_id=outcome.run_id,
            output_path="",
            answers=made.answers,
            accept=tuple(made.accept),
            reject=tuple(made.reject),
        )
        return await troubleshoot(more, services, progress)

    outcome = await troubleshoot(replace(request, output_path=""), services, progress)
    aside = options.output == "-" or options.format != "text"  # stdout is for the document, or for a program
    outcome = await ask_through(outcome, carry_on, name, sys.stderr if aside else sys.stdout)
    outcome = replace(outcome, request=replace(outcome.request, output_path=request.output_path))
    outcome = deliver(outcome, services.workspace, services.state_dir)
    if decided and request.output_path and not outcome.output_path:
        outcome = replace(outcome, notes=(*outcome.notes, f"What you decided, to give it again: {' '.join(decided)}"))
    return outcome
