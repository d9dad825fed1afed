"""The command `completion`: scripts by which bash, zsh and fish complete the commands, made of the parser itself."""

from __future__ import annotations

import argparse
import shlex

from ..statuses import DONE
from ..terminal import say

_EPILOG = """to have it in every shell, put one of these lines into its file of settings:
  ~/.bashrc                   source <(xml-troubleshooter completion bash)
  ~/.zshrc                    source <(xml-troubleshooter completion zsh)
  ~/.config/fish/config.fish  xml-troubleshooter completion fish | source"""
SHELLS = ("bash", "zsh", "fish")
_FOR_ZSH = "(( $+functions[compdef] )) || { autoload -U +X compinit && compinit }"


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Put the command among the others."""
    completion = commands.add_parser(
        "completion",
        help="print what makes a shell complete the commands",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    completion.add_argument("shell", choices=SHELLS)

    completion.set_defaults(command=_show)


async def _show(options: argparse.Namespace) -> int:
    import shtab  # noqa: PLC0415 - the other commands do without

    from ..parser import build_parser  # noqa: PLC0415 - which asks this module for its own options

    parser = build_parser()
    _mark_files(parser, shtab.FILE)
    script = shtab.complete(parser, options.shell)
    if options.shell == "zsh":  # where it takes effect only if it is evaluated, not if it is read from a file
        script = f"{_FOR_ZSH}\neval {shlex.quote(script)}"
    say(script)
    return DONE


def _mark_files(parser: argparse.ArgumentParser, mark: object) -> None:
    """Have files offered for each argument that help calls a file or a path, in this command and all under it."""
    for action in parser._actions:  # noqa: SLF001 - argparse tells it in no other way
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for below in action.choices.values():
                _mark_files(below, mark)
        elif action.metavar is not None and ("FILE" in action.metavar or "PATH" in action.metavar):
            action.complete = mark  # type: ignore[attr-defined] # as shtab wants it
