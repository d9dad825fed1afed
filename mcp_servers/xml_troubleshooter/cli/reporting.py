"""Reports on the results of files: for a person, or for a script."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TextIO

from ..output.rendering import Line
from .named_files import STDIN, reported
from .terminal import coloured, print_lines, say, visible

if TYPE_CHECKING:
    import argparse

    from ..knowledge.article_store import Article, Store
    from ..output.formats.file_findings import FileFindings, HelpOn
    from ..output.rows import Row

Detail = Literal["all", "diff", "summary", "quiet"]


@dataclass(frozen=True, slots=True)
class Told:
    """The report of a command on one file.

    `lines` end with `verdict_line` and the notes after it; `findings` makes the input of the forms for other programs;
    `document` are the bytes of the result, `diff` is a unified diff for a person, `patch` makes one that applies.
    """

    verdict: str
    status: int
    result: Row
    lines: list[Line]
    verdict_line: Line
    findings: Callable[[], FileFindings]
    document: bytes = b""
    diff: str = ""
    patch: Callable[[], str] = str


class Teller(Protocol):
    """A reporter on the files, one after the other."""

    def tell(self, file: Path, told: Told) -> None:
        """Report the result of a file."""

    def failed(self, file: Path, why: str) -> None:
        """Report why nothing could be done with a file."""

    def end(self) -> None:
        """End the report: no file is left."""


@dataclass(slots=True)
class Lines:
    """Reports to a person line by line; with `document` the result itself goes to stdout, the report to stderr."""

    detail: Detail = "all"
    document: bool = False
    _verdicts: Counter[str] = field(default_factory=Counter[str])

    def tell(self, file: Path, told: Told) -> None:
        """Print the report on a file, or as much of it as was asked for."""
        self._verdicts[told.verdict] += 1
        if self.document:
            sys.stdout.flush()
            sys.stdout.buffer.write(told.document)
            sys.stdout.buffer.flush()
        if self.detail == "all":
            print_lines([Line(f"== {_called(file)}", "title"), *told.lines, Line("")], self._stream)
        elif self.detail == "summary":
            print_lines([told.verdict_line._replace(text=f"{_called(file)}: {told.verdict_line.text}")], self._stream)
        elif self.detail == "diff" and told.diff:
            if coloured(self._stream):
                print_lines([Line(line, "diff") for line in told.diff.removesuffix("\n").split("\n")], self._stream)
            else:  # a program applies it as it is
                self._stream.write(told.patch())

    def failed(self, file: Path, why: str) -> None:
        """Print on stderr why there is no report."""
        self._verdicts["error"] += 1
        say(f"{_called(file)}: {visible(why)}", sys.stderr)

    def end(self) -> None:
        """Print how many files ended in which way."""
        if self._verdicts.total() > 1 and self.detail in ("all", "summary"):
            tally = ", ".join(f"{number} {verdict}" for verdict, number in self._verdicts.items())
            print_lines([Line(f"{self._verdicts.total()} files: {tally}", "title")], self._stream)

    @property
    def _stream(self) -> TextIO:
        return sys.stderr if self.document else sys.stdout


class JsonLines:
    """Reports to a script, one JSON object a line."""

    def tell(self, file: Path, told: Told) -> None:
        """The whole result of a file."""
        self._put(json.dumps({"file": str(file), **told.result.as_data()}, ensure_ascii=False))

    def failed(self, file: Path, why: str) -> None:
        """The error of a file."""
        self._put(json.dumps({"file": str(file), "status": "error", "error": why}))

    def end(self) -> None:
        """Nothing is left to print."""

    def _put(self, row: str) -> None:
        say(row)


class JsonList(JsonLines):
    """Reports to a script with one JSON array of the objects that JsonLines prints one a line."""

    def __init__(self) -> None:
        """Nothing is reported yet."""
        self._rows: list[str] = []

    def _put(self, row: str) -> None:
        self._rows.append(row)

    def end(self) -> None:
        """Print the array."""
        say("[" + ",\n".join(self._rows) + "]")


class Written:
    """Reports to another program in a form of its own, when all files are done."""

    def __init__(self, form: str, help_on: HelpOn) -> None:
        """`form` is a name of the table of forms."""
        self._form, self._help_on = form, help_on
        self._files: list[FileFindings] = []

    def tell(self, _: Path, told: Told) -> None:
        """Keep the findings."""
        self._files.append(told.findings())

    def failed(self, file: Path, why: str) -> None:
        """Keep why there are none, and print that on stderr, where a person finds it."""
        from ..output.formats.file_findings import FileFindings  # noqa: PLC0415 - --help does without

        self._files.append(FileFindings(name=reported(file), error=why))
        say(f"{_called(file)}: {visible(why)}", sys.stderr)

    def end(self) -> None:
        """Print the whole; a form of lines has none where nothing was found."""
        from ..output.formats.format_table import FORMATS  # noqa: PLC0415 - --help does without

        if text := FORMATS[self._form](self._files, self._help_on):
            say(text)


def teller_for(options: argparse.Namespace, knowledge: Store, *, document: bool = False) -> Teller:
    """The reporter on the files that the options ask for; with `document` the result itself goes to stdout."""
    if options.format == "text":
        return Lines(options.detail, document)
    if options.format in ("json", "ndjson"):
        return JsonList() if options.format == "json" else JsonLines()

    def help_on(code: str) -> Article | None:
        return next(iter(knowledge.find(codes=[code], limit=1)), None)

    return Written(options.format, help_on)


def _called(file: Path) -> str:
    return "standard input" if file == STDIN else visible(str(file))
