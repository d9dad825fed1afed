"""The commands and their options."""

from __future__ import annotations

import argparse

from .. import __version__
from ..configuration.lookup import FORMATS
from .commands import completion
from .commands.fix import fix_files
from .commands.schemas_command import add_to
from .commands.short_commands import check_health, explain_message, restore_files, search_knowledge, show_usage
from .commands.validate import validate_alone, validate_files
from .option_defaults import show_configuration
from .statuses import TABLE

_EPILOG = f"""{TABLE}

Without a command it serves the Model Context Protocol over stdin and stdout."""


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="xml-troubleshooter",
        description="Find what is wrong with XML documents and repair them.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"xml-troubleshooter {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

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
    as_json = argparse.ArgumentParser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="one JSON object a line, for scripts")

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

    _add_fix(commands, [documents, detail])

    validate = commands.add_parser(
        "validate",
        parents=[documents, detail],
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

    restore = commands.add_parser(
        "restore",
        parents=[as_json],
        help="undo: put back what a file held before it was replaced; once more takes it back",
    )
    restore.add_argument("files", nargs="+", metavar="FILE", help="the file that was replaced, not its backup")
    restore.set_defaults(command=restore_files)

    health = commands.add_parser("health", parents=[as_json], help="check settings, connection, knowledge and schemas")
    health.set_defaults(command=check_health)

    usage = commands.add_parser("usage", parents=[as_json], help="requests, tokens and runs so far")
    usage.set_defaults(command=show_usage)

    add_to(commands, as_json)

    configuration = commands.add_parser("config", help="the settings, and the configuration of a project")
    shown = configuration.add_subparsers(required=True, metavar="ACTION")
    show = shown.add_parser("show", parents=[as_json], help="every value, and where it comes from")
    show.set_defaults(command=show_configuration)

    explain = commands.add_parser(
        "explain", parents=[as_json], help="what a message of any system, a code or a rule means; no document needed"
    )
    explain.add_argument(
        "message", nargs="+", metavar="MESSAGE", help="the message, a code, a rule's id, or - for stdin"
    )
    explain.set_defaults(command=explain_message)

    completion.add_to(commands, parser)

    knowledge = commands.add_parser("kb", help="the knowledge base")
    actions = knowledge.add_subparsers(required=True, metavar="ACTION")
    search = actions.add_parser("search", parents=[as_json], help="find articles by words or by the code of a fault")
    search.add_argument("words", nargs="+", metavar="WORD")
    search.add_argument("--limit", type=int, default=3, metavar="N", help="at most so many articles (default 3)")
    search.set_defaults(command=search_knowledge)
    return parser


def _add_fix(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], parents: list[argparse.ArgumentParser]
) -> None:
    fix = commands.add_parser(
        "fix",
        parents=parents,
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
    fix.set_defaults(command=fix_files)
