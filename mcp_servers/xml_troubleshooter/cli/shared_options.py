"""The options that several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable

from ..configuration.constants import FORMATS


def of_documents() -> argparse.ArgumentParser:
    """The options that name the documents, and the schemas to judge them by."""
    documents = argparse.ArgumentParser(add_help=False)
    documents.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="file, folder (what is XML by its name, at all levels but .git, node_modules and the like), pattern, "
        "@LIST of names, or - for stdin",
    )
    documents.add_argument(
        "--include", action="append", default=[], metavar="GLOB", help="take these files of folders instead"
    )
    documents.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="GLOB",
        help="leave out what matches, or lies in a folder that does",
    )
    documents.add_argument(
        "--schema",
        action="append",
        default=[],
        metavar="FILE",
        help="schema or rules to judge by, once for each: a file, an id of `schemas list`, or a folder or zip with "
        "layers.toml or scenarios.xml; left out, they are found",
    )
    documents.add_argument(
        "--require-schema", action="store_true", help="status 1 where nothing but well-formedness could be checked"
    )
    return documents


def of_telling() -> argparse.ArgumentParser:
    """The options for the amount and the form of the report, and for the faults that count."""
    detail = argparse.ArgumentParser(add_help=False)
    amount = detail.add_mutually_exclusive_group()
    amount.add_argument(
        "-q",
        "--quiet",
        dest="detail",
        action="store_const",
        const="quiet",
        default="all",
        help="say nothing; the exit status tells",
    )
    amount.add_argument("--summary", dest="detail", action="store_const", const="summary", help="one line a file")

    detail.add_argument(
        "--format",
        choices=FORMATS,
        help="sarif, junit, html and what github, gitlab and azure show; ndjson is one object a line",
    )
    detail.add_argument(
        "--json", dest="format", action="store_const", const="ndjson", help="the same as --format ndjson"
    )
    detail.add_argument("--fail-on", choices=["error", "warning", "never"], help="what makes the exit status 1")
    return detail


def add_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    command: Callable[[argparse.Namespace], Awaitable[int]],
    does: str,
    *,
    tells_scripts: bool = True,
) -> argparse.ArgumentParser:
    """Put a command among others, with its line in the help; most can print their result for scripts."""
    parser = commands.add_parser(name, help=does)
    if tells_scripts:
        parser.add_argument("--json", action="store_true", help="one JSON object a line, for scripts")
    parser.set_defaults(command=command)
    return parser
