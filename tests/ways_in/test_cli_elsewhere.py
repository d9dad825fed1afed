"""The files by which other tools run the commands name options that there are."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.cli.parser import build_parser

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("entry", re.findall(r"entry: (.+)", (ROOT / ".pre-commit-hooks.yaml").read_text()))
def test_a_hook_runs_a_command_that_there_is(entry: str) -> None:
    program, *arguments = shlex.split(entry)
    assert program == "xml-troubleshooter"
    options = build_parser().parse_args([*arguments, "a.xml"])
    assert options.files == ["a.xml"]
    assert options.command.__name__ in ("validate_files", "fix_files")


def test_the_action_runs_a_command_that_there_is_with_its_own_defaults() -> None:
    action = (ROOT / "action.yml").read_text()
    given = dict(re.findall(r"^  ([\w-]+):\n    description: .+\n    default: (.+)$", action, re.MULTILINE))
    values = {f"${name.upper().replace('-', '_')}": value.strip('"') for name, value in given.items()}
    (line,) = re.findall(r"xml-troubleshooter\" (validate (?:.|\\\n)+?) > ", action)
    words = shlex.split(line.replace("\\\n", " "))
    options = build_parser().parse_args([value for value in (values.get(word, word) for word in words) if value])
    assert (options.files, options.format, options.fail_on) == (["."], "github", "error")


def test_hooks_are_for_files_of_a_type_that_pre_commit_knows() -> None:
    assert set(re.findall(r"types(?:_or)?: (\[[^]]*\])", (ROOT / ".pre-commit-hooks.yaml").read_text())) == {"[xml]"}
