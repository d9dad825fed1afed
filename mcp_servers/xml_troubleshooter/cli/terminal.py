"""Output for a person in a terminal: lines in colours, progress, the names of options."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TextIO, TypeVar

if TYPE_CHECKING:
    from ..output.rendering import Line
    from ..output.results import Explanation, Troubleshooting
    from ..output.rows import Diagnosis, Row
    from ..troubleshooting.checking import Progress

    Result = TypeVar("Result", Diagnosis, Troubleshooting)
    Told = TypeVar("Told", Diagnosis, Troubleshooting, Explanation)

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
# the options in place of the arguments of a tool, which the sentences name
_OPTIONS = {
    "run_id and allow_unsafe": "--unsafe",
    "run_id and accept": "--accept ID",
    "run_id and reject": "--reject ID",
    "allow_unsafe": "--unsafe",
    "run_id and answers": "--answer ID=VALUE",
    "schema_path": "--schema",
    "output_path": "--output",
    "set overwrite": "give --overwrite",
    "troubleshoot_xml": "fix",
    "validate_xml": "validate",
    "as problem": "as --problem",
    "write_when always": "--write-when always",
    "pass the text as `xml`": "give it over standard input, as -",
}
_ARGUMENT = re.compile(rf"\b({'|'.join(_OPTIONS)})(?!\w)")
_BAR = 20  # columns of the bar that shows how far the work is
# characters that a terminal could take for a command; a document must not move its cursor
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def for_a_shell(result: Result) -> Result:
    """The result with the options of the command where the sentences speak of a tool's arguments."""
    return replace(result, summary=with_options(result.summary), schema_reason=with_options(result.schema_reason))


def for_a_person(result: Told) -> Told:
    """The result with commands where it has the addresses of articles."""
    articles = [replace(row, uri=f"kb search {row.id}") for row in result.articles]
    return replace(result, articles=articles)


def with_options(sentence: str) -> str:
    """A sentence with the command's options for a tool's arguments."""
    return _ARGUMENT.sub(lambda match: _OPTIONS[match.group()], sentence)


def show(result: Row, lines: Iterable[Line], *, as_json: bool) -> None:
    """Print a result for a script or for a person."""
    if as_json:
        say(result.as_json())
    else:
        print_lines(lines)


def print_lines(lines: Iterable[Line], stream: TextIO | None = None) -> None:
    """Print lines, in colours where somebody looks and NO_COLOR does not forbid it."""
    stream = stream or sys.stdout
    if not coloured(stream):
        stream.writelines(f"{visible(line.text)}\n" for line in lines)
        stream.flush()  # once: there may be masses of lines
        return
    from rich.console import Console  # noqa: PLC0415 - a script does without
    from rich.text import Text  # noqa: PLC0415

    console = Console(file=stream, highlight=False, soft_wrap=True)
    for line in lines:
        style = _DIFF_STYLES.get(line.text[:1], "") if line.kind == "diff" else _STYLES.get(line.kind, "")
        console.print(Text(visible(line.text), style=style))


async def silent(_: str) -> None:
    """Progress that nobody looks at."""


@contextmanager
def spinner(done: int = 0, total: int = 1, name: str = "") -> Iterator[Progress]:
    """Progress on stderr where a person looks at it: the step on a file, and how many of several are done with."""
    if not coloured(sys.stderr) or not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console  # noqa: PLC0415 - a script does without
    from rich.markup import escape  # noqa: PLC0415

    with Console(stderr=True).status("") as status:

        async def spin(message: str) -> None:
            status.update(
                escape(visible(f"{_bar(done, total)}{', ' if total > 1 else ''}{f'{name}: ' if name else ''}{message}"))
            )

        yield spin


@contextmanager
def bar(total: int) -> Iterator[Callable[[int], None]]:
    """Shows on stderr how many of the files are done with, where a person looks at it and sees no results meanwhile."""
    if sys.stdout.isatty() or not sys.stderr.isatty() or not coloured(sys.stderr):
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 - a script does without

    with Console(stderr=True).status(_bar(0, total)) as status:
        yield lambda done: status.update(_bar(done, total))


def _bar(done: int, total: int) -> str:
    """The progress of the work on several files, as a bar; "" for one."""
    if total < 2:  # noqa: PLR2004 - one
        return ""
    full = done * _BAR // total
    return f"{'#' * full}{'.' * (_BAR - full)} {done} of {total} files"


@contextmanager
def interruptible() -> Iterator[None]:
    """An interrupt ends the wait for an answer at once, as in any program without an event loop."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def coloured(stream: object) -> bool:
    """Whether this stream is to have colours."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (hasattr(stream, "isatty") and stream.isatty())


def say(text: str, stream: TextIO | None = None) -> None:
    """Write one line to stdout, or to another stream; errors of stderr are ignored."""
    stream = stream or sys.stdout
    with suppress(OSError) if stream is sys.stderr else nullcontext():
        stream.write(text + "\n")
        stream.flush()


def cannot_be_written(error: OSError) -> str:
    """The message where standard output takes no more."""
    why = error.strerror or str(error)
    return f"xml-troubleshooter: The output cannot be written: {why}. Make room, or write elsewhere."


def show_cursor() -> None:
    """Bring back the cursor that a spinner hid whose process was ended."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[2K\x1b[?25h")
        sys.stderr.flush()


def visible(text: str) -> str:
    """Text in which no character can command the terminal."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02X}", text.replace("\r\n", "\n").removesuffix("\r"))
