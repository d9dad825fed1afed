"""What goes wrong at a prompt ends in one sentence that says what to do, and in the right status."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.cli import run

COMMAND = [sys.executable, "-m", "mcp_servers.xml_troubleshooter"]


@pytest.fixture(autouse=True)
def in_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    (folder / "below").mkdir()
    (folder / "dangling.xml").symlink_to("gone.xml")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("valdate valid.xml", "did you mean validate? See xml-troubleshooter --help."),
        ("validate --shcema order.xsd valid.xml", "--shcema; did you mean --schema? See xml-troubleshooter validate"),
        ("validate valid.xml --format sarfi", "did you mean sarif?"),
        ("validate", "required: FILE. See xml-troubleshooter validate --help."),
        ("schemas lits", "did you mean list? See xml-troubleshooter schemas --help."),
        ("kb", "required: ACTION. See xml-troubleshooter kb --help."),
        ("fix broken.xml -i -o x.xml", "-o/--output: not allowed with argument -i/--in-place."),
        ("fix broken.xml --max-iterations 11", "invalid choice: 11"),
    ],
)
def test_a_command_line_that_cannot_be_read_is_told_in_one_line(
    line: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(line.split())
    shown = capsys.readouterr()
    assert said in shown.err
    assert (shown.out, shown.err.count("\n")) == ("", 1)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("validate vaild.xml", "There is no file vaild.xml; check the document's name. Near it: valid.xml"),
        ("validate dangling.xml", "dangling.xml is a link to "),
        ("validate https://example.com/a.xml", "is on the web, and nothing is fetched here; save it to a file first."),
        ("validate below", "There is no XML file in below"),
        ("validate @absent", "The list absent cannot be read: No such file or directory"),
        ("validate valid.xml --baseline valid.xml", "valid.xml is no report to compare with"),
        ("fix broken.xml -o absent/x.xml", "absent does not exist; create it first or choose another --output."),
        ("fix broken.xml -o valid.xml", "is there already; nothing was done."),
        ("fix broken.xml valid.xml -o one.xml", "Several files need a folder as --output"),
        ("fix - -i", "Standard input cannot be replaced by its result"),
        ("fix broken.xml --answer 7", "--answer 7 is no answer; write it as --answer id=value."),
        ("restore valid.xml", "No backup of"),
        ("schemas install nothing", "The catalogue has no nothing."),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(line.split()) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert (shown.out, shown.err.count("\n")) == ("", 1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
@pytest.mark.parametrize(
    "line",
    ["validate valid.xml", "fix broken.xml", "validate valid.xml broken.xml", "usage", "--help", "--version", "fix -h"],
)
def test_output_that_nothing_takes_is_told(line: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*COMMAND, *line.split()], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("xml-troubleshooter: The output cannot be written: No space left on device.")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="a shell closes the streams")
@pytest.mark.parametrize(
    ("closed", "line", "status", "said"),
    [
        (">&-", "validate valid.xml", 2, "The output cannot be written: Bad file descriptor."),
        (">&-", "fix broken.xml -o new.xml", 2, "The output cannot be written: Bad file descriptor."),
        (">&-", "--help", 2, "The output cannot be written: Bad file descriptor."),
        ("2>&-", "validate broken.xml", 1, ""),
        ("2>&-", "validate --no-such", 2, ""),
        ("2>/dev/full", "validate --no-such", 2, ""),
        ("2>/dev/full", "validate no-such.xml", 2, ""),
        ("<&-", "validate -", 2, "Standard input is closed"),
        ("<&-", "", 0, ""),
        (">&- </dev/null", "", 0, ""),
    ],
)
def test_what_is_printed_to_a_closed_stream_goes_nowhere_else(
    closed: str, line: str, status: int, said: str, folder: Path
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    shell = ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", *COMMAND, *line.split()]
    done = subprocess.run(shell, capture_output=True, text=True, check=False)
    assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (status, True, False)
    assert {name: (folder / name).read_bytes() for name in before} == before


@pytest.mark.parametrize("line", ["validate -", "fix -", "validate @-", "explain -"])
def test_an_interrupt_ends_the_wait_for_standard_input(line: str) -> None:
    script = f"""
import signal, sys, threading, time, os

class Waiting:  # whoever reads is interrupted
    def read(self, size=-1):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(20)
        return b"<late/>"

class Stdin:
    buffer = Waiting()

sys.stdin = Stdin()
from mcp_servers.xml_troubleshooter.cli import run
sys.exit(run({line.split()!r}))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stdout) == (128 + signal.SIGINT, "")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("line", ["validate -", "fix - --engine offline", "validate @-"])
def test_a_closed_standard_input_is_named(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert run(line.split()) == 2
    assert "Standard input is closed; pipe the content in, or name a file." in capsys.readouterr().err
