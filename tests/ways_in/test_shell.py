"""What makes a shell a home: completion, explanations, and a baseline against which only what is new counts."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.cli import run
from mcp_servers.xml_troubleshooter.configuration.lookup import FORMATS

COMPLETED = [
    (["fi"], {"fix"}),
    (["fix", "--form"], {"--format"}),
    (["fix", "--format", ""], set(FORMATS)),
    (["validate", "--fail-on", "w"], {"warning"}),
    (["kb", "se"], {"search"}),
    (["schemas", "install", "--"], {"--help"}),
    (["validate", "valid"], {"valid.xml"}),
    (["completion", "z"], {"zsh"}),
]


@pytest.fixture(autouse=True)
def in_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_commands_options_values_and_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", "bash"]) == 0
    (folder / "completion.bash").write_text(capsys.readouterr().out)
    script = ["source ./completion.bash"]
    for words, _ in COMPLETED:
        typed = " ".join(f"'{word}'" for word in ["xml-troubleshooter", *words])
        script.append(f"COMP_WORDS=({typed}); COMP_CWORD={len(words)}; _xml_troubleshooter; echo ${{COMPREPLY[@]}}")
    done = subprocess.run(["bash", "-uc", "\n".join(script)], capture_output=True, text=True, check=True)
    assert [set(line.split(" ")) for line in done.stdout.splitlines()] == [offered for _, offered in COMPLETED]


@pytest.mark.parametrize(("shell", "option"), [("zsh", "-n"), ("fish", "--no-execute")])
def test_other_shells_can_read_what_is_for_them(
    shell: str, option: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert "--format" in script or "-l format" in script
    if (program := shutil.which(shell)) is not None:
        (folder / "script").write_text(script)
        subprocess.run([program, option, "script"], check=True)


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
    assert "of the baseline left out" in told
    assert not re.search("INVALID|To read|What is wrong", told)
    assert run([*compared, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["status"] == "invalid"  # which it is all the same
    (folder / "broken.xml").write_text(broken.replace("<order", "\n\n<order", 1).replace("Cups", "Cups & more"))
    assert run([*compared, "--format", "ndjson"]) == 1
    new = json.loads(capsys.readouterr().out)
    assert [fault["code"] for fault in new["diagnostics"]] == ["bare-ampersand"]
    assert new["summary"].startswith("1 fault that the baseline does not have. The first, in line ")


@pytest.mark.parametrize("content", ["", "<report/>", "[1]", '{"runs": 1}'])
def test_what_is_no_report_is_no_baseline(folder: Path, content: str, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "report").write_text(content)
    assert run(["validate", "valid.xml", "--baseline", "report"]) == 2
    assert "is no report to compare with" in capsys.readouterr().err
