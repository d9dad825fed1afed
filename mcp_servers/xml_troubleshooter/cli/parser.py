"""The commands: the words by which each is called, and where it adds its options."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module

from .. import __version__
from .statuses import TABLE

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


def build_parser(arguments: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The parser of the command line; where the first of the `arguments` is a command, it knows of no other."""
    parser = argparse.ArgumentParser(
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
