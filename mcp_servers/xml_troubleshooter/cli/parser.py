"""The commands: the names by which they are called, and the functions that add their options."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, NoReturn

from .. import __version__
from .statuses import TABLE
from .terminal import say

_EPILOG = f"""{TABLE}

Without a command it serves the Model Context Protocol over stdin and stdout."""
# in the order in which help tells them: the module below `commands`, and its function that adds the command
_COMMANDS = {
    "fix": ("fix", "add_to"),
    "validate": ("validate", "add_to"),
    "restore": ("short_commands", "add_restore"),
    "health": ("short_commands", "add_health"),
    "usage": ("short_commands", "add_usage"),
    "schemas": ("schemas_command", "add_to"),
    "config": ("short_commands", "add_config"),
    "explain": ("short_commands", "add_explain"),
    "completion": ("completion", "add_to"),
    "kb": ("short_commands", "add_knowledge"),
}


_NO_CHOICE = re.compile(r"invalid choice: '(.*)' \(choose from (.*)\)")


class _Parser(argparse.ArgumentParser):
    """A parser that names the fault of a command line in one sentence, and the word that may have been meant."""

    def error(self, message: str) -> NoReturn:
        """Print it on stderr, and end with status 2."""
        from difflib import get_close_matches  # noqa: PLC0415 - most command lines are right

        called, written, known = self.prog, "", list[str]()
        if wrong := _NO_CHOICE.search(message):
            written, known = wrong[1], re.findall(r"'([^']*)'", wrong[2])
        elif message.startswith("unrecognized arguments: "):
            written = message.removeprefix("unrecognized arguments: ").split()[0].partition("=")[0]
            parsers = [self, *self._below()]
            known = [name for each in parsers for action in each._actions for name in action.option_strings]  # noqa: SLF001
            called = parsers[1].prog if len(parsers) == 2 else called  # noqa: PLR2004 - the command that was named
        meant = get_close_matches(written, known, n=1)
        hint = f"; did you mean {meant[0]}?" if meant else "."
        self.exit(2, f"{called}: {message}{hint} See {called} --help.\n")

    def _print_message(self, message: str, file: Any = None) -> None:  # noqa: ANN401 - as argparse has it
        """Write it, and raise OSError where standard output takes nothing, which argparse keeps to itself."""
        say(message.removesuffix("\n"), file or sys.stderr)

    def _below(self) -> Iterator[argparse.ArgumentParser]:
        """The parsers of its commands."""
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - argparse tells it in no other way
                yield from action.choices.values()


def build_parser(arguments: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The parser of the command line; where the first of the `arguments` is a command, it knows of no other."""
    parser = _Parser(
        prog="xml-troubleshooter",
        description="Find what is wrong with XML documents and repair them.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"xml-troubleshooter {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", prog=parser.prog)
    for name in arguments[:1] if arguments and arguments[0] in _COMMANDS else _COMMANDS:
        module, function = _COMMANDS[name]
        getattr(import_module(f".commands.{module}", __package__), function)(commands)
    return parser
