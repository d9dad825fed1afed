"""The command line: the same use case for a person in a shell, or for a script."""

from __future__ import annotations

import argparse
import glob
import io
import json
import os
import re
import sys
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeVar

from . import __version__
from .errors import InputError, TroubleshooterError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from .diagnostics import Report
    from .output.rendering import Line
    from .output.results import Diagnosis, Troubleshooting
    from .services import OpenServices
    from .troubleshooter import Progress

    Result = TypeVar("Result", Diagnosis, Troubleshooting)

_DONE, _FAULTS, _FAILED, _INTERRUPTED = 0, 1, 2, 130
_EPILOG = """exit status: 0 valid or fixed, 1 faults remain, 2 the command could not do its work, or a --schema not its.
Without a command it serves the Model Context Protocol over stdin and stdout."""
_STYLES = {
    "title": "bold",
    "good": "bold green",
    "open": "bold yellow",
    "bad": "bold red",
    "fault": "red",
    "edit": "green",
    "question": "yellow",
}
_DIFF_STYLES = {"+": "green", "-": "red", "@": "cyan"}
# the options that stand for the arguments of a tool, which the sentences speak of
_OPTIONS = {
    "run_id and allow_unsafe": "--unsafe",
    "run_id and answers": "--answer ID=VALUE",
    "schema_path": "--schema",
    "output_path": "--output",
    "set overwrite": "give --overwrite",
}
_ARGUMENT = re.compile(rf"\b({'|'.join(_OPTIONS)})\b")
# what a terminal could take for a command; a document must not move its cursor
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def run(arguments: list[str]) -> int:
    """Do what the arguments say and return the exit status."""
    if not arguments:
        from .server import serve  # noqa: PLC0415 - the commands do without the protocol

        serve()
        return _DONE
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal may lack a character of the document
            stream.reconfigure(errors="backslashreplace")
    import anyio  # noqa: PLC0415 - --help does without

    try:
        status: int = anyio.run(options.command, options)
    except TroubleshooterError as error:
        _say(f"xml-troubleshooter: {error}", sys.stderr)
        return _FAILED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:  # whoever reads, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _DONE
    return status


async def _fix(options: argparse.Namespace) -> int:
    from .outcome import Request, Status  # noqa: PLC0415
    from .output.presentation import UNCAPPED, present  # noqa: PLC0415
    from .output.rendering import Line, troubleshooting_lines, verdict, verdict_line  # noqa: PLC0415
    from .schemas.plan import SEPARATOR  # noqa: PLC0415
    from .troubleshooter import troubleshoot  # noqa: PLC0415

    files = _files(options.files)
    answers = dict(_answer(given) for given in options.answer)
    targets = _targets(files, options)
    async with _services([*files, *targets.values()], options.schema, options.files) as services:

        async def fix(file: Path, progress: Progress) -> _Told:
            target = targets.get(file)
            request = Request(
                path=str(file),
                schema_path=SEPARATOR.join(options.schema),
                require_schema=options.require_schema,
                problem=options.problem,
                engine=options.engine,
                max_iterations=options.max_iterations,
                output_path=str(target) if target else "",
                overwrite=options.overwrite,
                allow_unsafe=options.unsafe,
                answers=answers,
            )
            outcome = await troubleshoot(request, services, progress)
            result = _for_a_shell(present(outcome, UNCAPPED))
            done = outcome.status in (Status.VALID, Status.WELL_FORMED, Status.FIXED)
            status = _status(outcome.result.report, done=done)
            shown = _for_a_person(result).model_copy(update={"document": "", "run_id": ""})
            # in a shell the last lines are the ones that are seen
            lines = [*troubleshooting_lines(shown), verdict_line(shown)]
            if outcome.diff and target is None:
                lines.append(Line("Nothing was written; --in-place or --output FILE writes the result."))
            return _Told(verdict(result), status, result, lines)

        return await _each(files, fix, as_json=options.json)


async def _validate(options: argparse.Namespace) -> int:
    from .outcome import Request  # noqa: PLC0415 - --help does without
    from .output.presentation import UNCAPPED, present_diagnosis  # noqa: PLC0415
    from .output.rendering import diagnosis_lines, verdict, verdict_line  # noqa: PLC0415
    from .schemas.plan import SEPARATOR  # noqa: PLC0415
    from .troubleshooter import check  # noqa: PLC0415

    files = _files(options.files)
    async with _services(files, options.schema, options.files) as services:

        async def validate(file: Path, progress: Progress) -> _Told:
            schemas = SEPARATOR.join(options.schema)
            request = Request(path=str(file), schema_path=schemas, require_schema=options.require_schema)
            checked = await check(request, services, progress)
            result = _for_a_shell(present_diagnosis(checked, UNCAPPED))
            status = _status(checked.report, done=checked.done)
            shown = _for_a_person(result)
            return _Told(verdict(result), status, result, [*diagnosis_lines(shown), verdict_line(shown)])

        return await _each(files, validate, as_json=options.json)


async def _health(options: argparse.Namespace) -> int:
    from .health import health  # noqa: PLC0415 - --help does without
    from .output.rendering import health_lines, verdict_line  # noqa: PLC0415

    async with _services() as services:
        with _spinner() as progress:
            await progress("checking")
            result = await health(services)
    _show(result, [*health_lines(result), verdict_line(result)], as_json=options.json)
    return _FAULTS if result.status == "failed" else _DONE


async def _usage(options: argparse.Namespace) -> int:
    from .health import usage  # noqa: PLC0415 - --help does without
    from .output.rendering import usage_lines  # noqa: PLC0415

    async with _services() as services:
        result = await usage(services)
    _show(result, usage_lines(result), as_json=options.json)
    return _DONE


async def _kb_search(options: argparse.Namespace) -> int:
    from .output.rendering import Line  # noqa: PLC0415 - --help does without

    words = " ".join(options.words)
    async with _services() as services:
        # a word may be the name of a fault, as the diagnostics show it
        found = services.knowledge.find(codes=options.words, words=words, limit=options.limit)
    if options.json:
        rows = [{"id": each.id, "title": each.title, "codes": each.codes, "body": each.body} for each in found]
        _say(json.dumps(rows, ensure_ascii=False))
    elif found:
        _print(
            line
            for each in found
            for line in (
                Line(f"{each.title} ({each.id})", "title"),
                Line(each.body.removeprefix(f"# {each.title}\n").lstrip("\n")),
            )
        )
    else:
        _say(f"No article speaks of {words!r}.", sys.stderr)
    return _DONE if found else _FAULTS


@dataclass(frozen=True, slots=True)
class _Told:
    """What a command has to say of one file."""

    verdict: str
    status: int
    result: BaseModel
    lines: list[Line]


async def _each(files: list[Path], work: Callable[[Path, Progress], Awaitable[_Told]], *, as_json: bool) -> int:
    """Do the work for every file, whatever happens to one of them; the worst status counts."""
    from .output.rendering import Line  # noqa: PLC0415 - --help does without

    verdicts: Counter[str] = Counter()
    worst = _DONE
    for file in files:
        name = _visible(str(file))
        try:
            with _spinner() as progress:
                told = await work(file, progress)
        except Exception as error:  # noqa: BLE001 - one bad file, or a fault of our own, never stops the rest
            verdicts["error"] += 1
            worst = _FAILED
            if as_json:
                _say(json.dumps({"file": str(file), "status": "error", "error": _sentence(error)}))
            else:
                _say(f"{name}: {_visible(_sentence(error))}", sys.stderr)
            continue
        verdicts[told.verdict] += 1
        worst = max(worst, told.status)
        if as_json:
            _say(json.dumps({"file": str(file), **told.result.model_dump(mode="json")}, ensure_ascii=False))
        else:
            _print([Line(f"== {name}", "title"), *told.lines, Line("")])
    if len(files) > 1 and not as_json:
        tally = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items())
        _print([Line(f"{len(files)} files: {tally}", "title")])
    return worst


def _status(report: Report, *, done: bool) -> int:
    """The exit status for one file; a schema that was named and cannot be run is work that could not be done."""
    return _FAILED if report.lacking else _DONE if done else _FAULTS


def _for_a_shell(result: Result) -> Result:
    """The result with the options of the command where the sentences speak of a tool's arguments."""
    sentences = ("summary", "schema_reason")
    return result.model_copy(update={name: _with_options(getattr(result, name)) for name in sentences})


def _for_a_person(result: Result) -> Result:
    """The result with commands where it has the addresses of articles."""
    articles = [row.model_copy(update={"uri": f"kb search {row.id}"}) for row in result.articles]
    return result.model_copy(update={"articles": articles})


def _with_options(sentence: str) -> str:
    return _ARGUMENT.sub(lambda match: _OPTIONS[match.group()], sentence)


def _sentence(error: Exception) -> str:
    if isinstance(error, TroubleshooterError):
        return _with_options(str(error))
    last = traceback.extract_tb(error.__traceback__)[-1]
    # its message may quote the document
    return f"The program hit a fault of its own ({type(error).__name__} at {Path(last.filename).name}:{last.lineno})."


def _files(names: Iterable[str]) -> list[Path]:
    """The files that the user named; folders and patterns are opened up. Raises InputError where nothing is left."""
    found: dict[Path, None] = {}
    for name in names:
        path = Path(name)
        try:
            kind = "folder" if path.is_dir() else "file" if path.exists() else "absent"
        except OSError:  # a name that is too long; it is told of when its turn comes
            kind = "file"
        if kind == "folder":
            found |= dict.fromkeys(sorted(filter(_is_document, path.rglob("*"))))
        elif kind == "absent" and glob.has_magic(name):
            found |= dict.fromkeys(Path(match) for match in sorted(glob.glob(name, recursive=True)))  # noqa: PTH207 - absolute patterns too
        else:
            found[path] = None
    if not found:
        raise InputError(f"There is no XML file in {' '.join(names)}; name the files.")
    return list(found)


def _is_document(path: Path) -> bool:
    return path.suffix.lower() == ".xml" and not path.is_dir()


def _targets(files: list[Path], options: argparse.Namespace) -> dict[Path, Path]:
    if options.in_place:
        return {file: file for file in files}
    if not options.output:
        return {}
    output = Path(options.output)
    if output.is_dir():
        targets = {file: output / file.name for file in files}
        if len(set(targets.values())) < len(files):
            raise InputError("Two of the files have the same name, and one would replace the other; fix them apart.")
        return targets
    if len(files) > 1:
        raise InputError(f"Several files need a folder as --output, and {output} is none; create it first.")
    return {files[0]: output}


def _answer(given: str) -> tuple[str, str]:
    question, equals, value = given.partition("=")
    if not equals:
        raise InputError(f"--answer {given} is no answer; write it as --answer id=value.")
    return question, value


@asynccontextmanager
async def _services(
    files: Iterable[Path] = (), schemas: Iterable[str] = (), given: Iterable[str] = ()
) -> AsyncIterator[OpenServices]:
    """The services for what a person named in a shell: that is permission enough to read and write there.

    A folder among the names that were `given` is one root, however many folders the files in it lie in.
    """
    from .config import get_settings  # noqa: PLC0415 - --help does without
    from .files import Workspace  # noqa: PLC0415
    from .schemas.plan import split  # noqa: PLC0415
    from .services import open_services  # noqa: PLC0415

    settings = get_settings()
    named = [*files, *(Path(name) for schema in schemas for name in split(schema, os.path.isfile))]
    roots = [
        Path.cwd(),
        *filter(Path.is_dir, map(Path, given)),
        *(folder for path in named for folder in _folders(path)),
        *settings.allowed_roots,
    ]
    workspace = Workspace.create(roots, settings.schema_dirs)
    async with open_services(settings, workspace, keep_runs=False) as services:
        yield services


def _folders(path: Path) -> tuple[Path, Path]:
    """Where a file is by its name, and where a link leads; links that go round in circles lead to themselves."""
    return path.parent, Path(os.path.realpath(path)).parent


def _show(result: BaseModel, lines: Iterable[Line], *, as_json: bool) -> None:
    if as_json:
        _say(result.model_dump_json())
    else:
        _print(lines)


def _print(lines: Iterable[Line]) -> None:
    """Print lines, in colours where somebody looks and NO_COLOR does not forbid it."""
    if not _coloured(sys.stdout):
        for line in lines:
            _say(_visible(line.text))
        return
    from rich.console import Console  # noqa: PLC0415 - a script does without
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        style = _DIFF_STYLES.get(line.text[:1], "") if line.kind == "diff" else _STYLES.get(line.kind, "")
        console.print(Text(_visible(line.text), style=style))


@contextmanager
def _spinner() -> Iterator[Progress]:
    """Progress on stderr where a person looks at it."""
    if not _coloured(sys.stderr) or not sys.stderr.isatty():

        async def silent(_: str) -> None:
            pass

        yield silent
        return
    from rich.console import Console  # noqa: PLC0415 - a script does without

    with Console(stderr=True).status("") as status:

        async def spin(message: str) -> None:
            status.update(_visible(message))

        yield spin


def _coloured(stream: object) -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (hasattr(stream, "isatty") and stream.isatty())


def _say(text: str, stream: TextIO | None = None) -> None:
    stream = stream or sys.stdout
    stream.write(text + "\n")
    stream.flush()


def _visible(text: str) -> str:
    return _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02X}", text.replace("\r\n", "\n"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="xml-troubleshooter",
        description="Find what is wrong with XML documents and repair them.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"xml-troubleshooter {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    documents = argparse.ArgumentParser(add_help=False)
    documents.add_argument("files", nargs="+", metavar="FILE", help="file, folder (its *.xml, all levels) or pattern")
    documents.add_argument(
        "--schema",
        action="append",
        default=[],
        metavar="FILE",
        help="schema or rules to judge by, once for each; left out, they are found",
    )
    documents.add_argument(
        "--require-schema", action="store_true", help="status 1 where nothing but well-formedness could be checked"
    )
    as_json = argparse.ArgumentParser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="one JSON object a line, for scripts")

    fix = commands.add_parser("fix", parents=[documents, as_json], help="repair documents")
    target = fix.add_mutually_exclusive_group()
    target.add_argument("-o", "--output", default="", metavar="PATH", help="write the result to this file, or folder")
    target.add_argument("-i", "--in-place", action="store_true", help="replace the file; the old one stays as FILE.bak")
    fix.add_argument("--overwrite", action="store_true", help="let --output replace files; they stay as FILE.bak")
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
    fix.set_defaults(command=_fix)

    validate = commands.add_parser("validate", parents=[documents, as_json], help="only tell what is wrong")
    validate.set_defaults(command=_validate)

    health = commands.add_parser("health", parents=[as_json], help="check settings, connection, knowledge and schemas")
    health.set_defaults(command=_health)

    usage = commands.add_parser("usage", parents=[as_json], help="requests, tokens and runs so far")
    usage.set_defaults(command=_usage)

    from .schemas_command import add_to  # noqa: PLC0415 - serving does without

    add_to(commands, as_json)

    knowledge = commands.add_parser("kb", help="the knowledge base")
    actions = knowledge.add_subparsers(required=True, metavar="ACTION")
    search = actions.add_parser("search", parents=[as_json], help="find articles by words or by the code of a fault")
    search.add_argument("words", nargs="+", metavar="WORD")
    search.add_argument("--limit", type=int, default=3, metavar="N", help="at most so many articles (default 3)")
    search.set_defaults(command=_kb_search)
    return parser
