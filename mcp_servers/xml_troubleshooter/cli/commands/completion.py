"""The command `completion`: scripts by which bash, zsh and fish complete the commands, made of the parser itself."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..statuses import DONE
from ..terminal import say

_NAME = "xml-troubleshooter"
_EPILOG = """to have it in every shell, put one of these lines into its file of settings:
  ~/.bashrc                   source <(xml-troubleshooter completion bash)
  ~/.zshrc                    source <(xml-troubleshooter completion zsh)
  ~/.config/fish/config.fish  xml-troubleshooter completion fish | source"""
SHELLS = ("bash", "zsh", "fish")


@dataclass(frozen=True, slots=True)
class _Command:
    """A command by the words that lead to it ("kb search"): what may follow, and whether files do."""

    path: str
    help: str
    parser: argparse.ArgumentParser

    @property
    def following(self) -> Mapping[str, argparse.ArgumentParser]:
        """The commands under it."""
        return next(
            (
                each.choices
                for each in self.parser._actions  # noqa: SLF001 - argparse tells it in no other way
                if isinstance(each, argparse._SubParsersAction)  # noqa: SLF001
            ),
            {},
        )

    @property
    def options(self) -> list[argparse.Action]:
        """Its options, without those of the commands under it."""
        return [each for each in self.parser._actions if each.option_strings]  # noqa: SLF001

    @property
    def takes_files(self) -> bool:
        """Whether it is given files."""
        return any(each.dest == "files" for each in self.parser._actions)  # noqa: SLF001


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
    from ..parser import build_parser  # noqa: PLC0415 - which asks this module for its own options

    found = list(_commands(build_parser()))
    say(_fish(found) if options.shell == "fish" else _bash(found, zsh=options.shell == "zsh"))
    return DONE


def _commands(parser: argparse.ArgumentParser, path: str = "", about: str = "") -> Iterator[_Command]:
    """A command and all that are under it."""
    command = _Command(path, about, parser)
    yield command
    helps = {
        item.dest: item.help or ""
        for each in parser._actions  # noqa: SLF001
        if isinstance(each, argparse._SubParsersAction)  # noqa: SLF001
        for item in each._choices_actions  # noqa: SLF001
    }
    for name, below in command.following.items():
        yield from _commands(below, f"{path} {name}".strip(), helps.get(name, ""))


def _bash(commands: list[_Command], *, zsh: bool) -> str:
    """The function of bash, which zsh understands as well."""
    paths = "|".join(f'"{each.path}"' for each in commands if each.path)
    values = [
        f'    "{each.path} {name}") COMPREPLY=($(compgen -W "{_joined(action.choices)}" -- "$cur")); return ;;'
        for each in commands
        for action in each.options
        if action.choices
        for name in action.option_strings
    ]
    words = [
        f'    "{each.path}") words="{" ".join([*each.following, *_names(each), *_choices(each)])}"; '
        f"files={'yes' if each.takes_files else ''} ;;"
        for each in commands
    ]
    lines = [
        "autoload -U +X compinit && compinit; autoload -U +X bashcompinit && bashcompinit" if zsh else "",
        "_xml_troubleshooter() {",
        '  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" path="" word words="" files=""',
        '  for word in "${COMP_WORDS[@]:1:$((COMP_CWORD - 1))}"; do',
        f'    case "${{path:+$path }}$word" in {paths}) path="${{path:+$path }}$word" ;; esac',
        "  done",
        '  case "$path $prev" in',
        *values,
        "  esac",
        '  case "$path" in',
        *words,
        "  esac",
        '  COMPREPLY=($(compgen -W "$words" -- "$cur"))',
        '  if [ -n "$files" ] && [ "${cur#-}" = "$cur" ]; then COMPREPLY+=($(compgen -f -- "$cur")); fi',
        "}",
        f"complete -o filenames -o bashdefault -F _xml_troubleshooter {_NAME}",
    ]
    return "\n".join(filter(None, lines))


def _joined(words: Iterable[object]) -> str:
    return " ".join(map(str, words))


def _names(command: _Command) -> list[str]:
    return [name for action in command.options for name in action.option_strings if name.startswith("--")]


def _choices(command: _Command) -> list[str]:
    """What its arguments without a name may be."""
    return [
        str(choice)
        for action in command.parser._actions  # noqa: SLF001
        if not action.option_strings and action.choices and not isinstance(action.choices, dict)
        for choice in action.choices
    ]


def _fish(commands: list[_Command]) -> str:
    lines = [f"complete -c {_NAME} -f"]
    for command in commands:
        *_, last = ["", *command.path.split()]
        here = f"__fish_seen_subcommand_from {last}" if last else "__fish_use_subcommand"
        start = f"complete -c {_NAME} -n '{here}'"
        lines += [
            f"{start} -a {each.path.rpartition(' ')[2]} -d {_quoted(each.help)}"
            for each in commands
            if each.path and each.path.rpartition(" ")[0] == command.path
        ]
        lines += [f"{start} -a '{choice}'" for choice in _choices(command)]
        if command.takes_files:
            lines.append(f"{start} -F")
        for action in command.options:
            names = " ".join(
                f"-l {name[2:]}" if name[:2] == "--" else f"-s {name[1:]}" for name in action.option_strings
            )
            value = (
                "" if action.nargs == 0 else f" -xa '{' '.join(map(str, action.choices))}'" if action.choices else " -r"
            )
            lines.append(f"{start} {names}{value} -d {_quoted(action.help or '')}")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("%%", "%") + "'"
