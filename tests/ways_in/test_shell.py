"""What makes a shell a home: completion, explanations, and a baseline against which only what is new counts."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.cli import run
from mcp_servers.xml_troubleshooter.configuration.constants import FORMATS
from tests.ways_in.terminal import terminal

COMPLETED = [
    (["fi"], {"fix"}),
    (["fix", "--form"], {"--format"}),
    (["fix", "--format", ""], set(FORMATS)),
    (["validate", "--fail-on", "w"], {"warning"}),
    (["kb", "se"], {"search"}),
    (["schemas", "install", "--"], {"--help"}),
    (["validate", "valid"], {"valid.xml"}),
    (["validate", "--schema", "ord"], {"order.xsd"}),
    (["completion", "z"], {"zsh"}),
]


@pytest.fixture(autouse=True)
def in_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_commands_options_values_and_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", "bash"]) == 0
    (folder / "completion.bash").write_text(capsys.readouterr().out)
    script, complete = ["source ./completion.bash"], "_shtab_xml_troubleshooter"
    for words, _ in COMPLETED:
        typed = " ".join(f"'{word}'" for word in ["xml-troubleshooter", *words])
        script.append(f"COMP_WORDS=({typed}); COMP_CWORD={len(words)}; {complete}; echo ${{COMPREPLY[@]}}")
    done = subprocess.run(["bash", "-uc", "\n".join(script)], capture_output=True, text=True, check=True)
    assert [set(line.split(" ")) for line in done.stdout.splitlines()] == [offered for _, offered in COMPLETED]


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_fish_completes_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", "fish"]) == 0
    (folder / "completion.fish").write_text(capsys.readouterr().out)
    for words, offered in COMPLETED:
        script = f"source completion.fish; complete -C '{' '.join(['xml-troubleshooter', *words])}'"
        done = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, text=True, check=True)
        assert {line.split("\t")[0] for line in done.stdout.splitlines()} == offered, words


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh")
def test_zsh_completes_the_same_in_a_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", "zsh"]) == 0
    (folder / "completion.zsh").write_text(capsys.readouterr().out)
    (folder / ".zshrc").write_text("PROMPT='> '; source ./completion.zsh\n")
    with terminal(["zsh", "-i"], {"ZDOTDIR": str(folder), "TERM": "dumb"}) as zsh:
        zsh.until("> ")
        for words, offered in COMPLETED:
            zsh.type(f"{' '.join(['xml-troubleshooter', *words])}\t")
            for word in sorted(offered):
                zsh.until(word)
            zsh.type("\x15\r")  # the line is given up
            zsh.until("> ")


@pytest.mark.parametrize(
    ("words", "status", "shown"),
    [
        (["Content is not allowed in prolog."], 0, "in front of the document element"),
        (["bare-ampersand"], 0, "&amp;"),
        (["BR-CO-15"], 0, "EN 16931"),
        (["the", "dog", "ate", "it"], 1, "fix"),
    ],
)
def test_messages_codes_and_rules_are_explained(
    words: list[str], status: int, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", *words]) == status
    told = capsys.readouterr().out
    assert shown in told
    assert "troubleshoot_xml" not in told
    assert run(["explain", "--json", *words]) == status
    assert bool(json.loads(capsys.readouterr().out)["explained"]) == (status == 0)


@pytest.mark.parametrize("form", ["json", "ndjson", "sarif"])
def test_only_what_is_new_since_a_report_is_told_and_counts(
    folder: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    compared = ["validate", "broken.xml", "--baseline", "report"]
    assert run(["validate", "broken.xml", "--format", form]) == 1
    (folder / "report").write_text(capsys.readouterr().out)
    broken = (folder / "broken.xml").read_text()
    assert run(compared) == 0
    told = capsys.readouterr().out
    assert "NOTHING NEW" in told
    assert re.search(r"Left out: \d faults? of the baseline\.", told)
    assert not re.search("INVALID|To read|What is wrong", told)
    assert run([*compared, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["status"] == "invalid"  # which it is all the same
    (folder / "broken.xml").write_text(broken.replace("<order", "\n\n<order", 1).replace("Cups", "Cups & more"))
    assert run([*compared, "--format", "ndjson"]) == 1
    new = json.loads(capsys.readouterr().out)
    assert [fault["code"] for fault in new["diagnostics"]] == ["bare-ampersand"]
    assert new["summary"].startswith("1 fault counts. The first, in line ")


def test_what_the_command_line_ignores_does_not_count_and_the_document_is_no_more_valid_for_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "two.xml").write_text("<a><b>x & y</b><c d=e/></a>")
    assert run(["validate", "two.xml", "--ignore", "bare-ampersand", "--ignore", "unquoted-attribute"]) == 0
    assert "IGNORED: Nothing is at fault that counts. Left out: 2 faults ignored." in capsys.readouterr().out
    assert run(["validate", "two.xml", "--ignore", "bare-ampersand", "--json"]) == 1
    result = json.loads(capsys.readouterr().out)
    assert (result["status"], len(result["diagnostics"])) == ("invalid", 1)
    assert re.match(r"1 fault counts\. .* Left out: 1 fault ignored\.$", result["summary"])


@pytest.mark.parametrize("form", [[], ["--json"], ["--format", "sarif"]])
def test_names_to_ignore_that_nobody_knows_are_told_and_refuse_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], form: list[str]
) -> None:
    (folder / "one.xml").write_text("<a>x & y</a>")
    names = ["--ignore", "bare-ampersant", "--ignore", "R-7", "--ignore", "duplicate-attribute"]
    assert run(["validate", "one.xml", *form, *names]) == 1
    told = capsys.readouterr().err
    assert told.count("there is no such code") == 2
    assert "--ignore bare-ampersant: " in told
    assert "did you mean bare-ampersand?" in told
    assert "--ignore R-7: " in told


@pytest.mark.parametrize("content", ["", "<report/>", "[1]", '{"runs": 1}'])
def test_what_is_no_report_is_no_baseline(folder: Path, content: str, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "report").write_text(content)
    assert run(["validate", "valid.xml", "--baseline", "report"]) == 2
    assert "is no report to compare with" in capsys.readouterr().err


@pytest.mark.parametrize("files", [1, 20])
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_reader_that_leaves_at_once_is_no_fault(tmp_path: Path, files: int, form: str) -> None:
    for number in range(files):
        (tmp_path / f"{number}.xml").write_text("<a>")
    reading, writing = os.pipe()
    os.close(reading)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "mcp_servers.xml_troubleshooter", "validate", "--format", form, "."]
    done = subprocess.run(
        command,
        stdout=writing,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
