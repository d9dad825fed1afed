"""One small file is judged or repaired by a fork of the command: as fast as its imports, with the same words, and never
hanging.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.cli import run
from mcp_servers.xml_troubleshooter.config import Settings
from mcp_servers.xml_troubleshooter.plain_settings import NAMES, plain_settings

COMMAND = [sys.executable, "-m", "mcp_servers.xml_troubleshooter"]
# what a verdict on a valid document has no use for
HEAVY = (
    "repair",
    "loop",
    "model",
    "facts.fact_check",
    "wellformedness.families",
    "conformance",
    "grammar.xsd",
    "troubleshooter",
)

TELLS_IMPORTS = """
import os, sys

def tell(event, arguments):
    if event == "import":
        with open(os.environ["IMPORTS"], "a") as file:
            file.write(arguments[0] + "\\n")

sys.addaudithook(tell)
"""


@pytest.fixture(autouse=True)
def in_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    (folder / "invalid.xml").write_text((folder / "valid.xml").read_text().replace("AB-1234", "A-1"))


def test_a_valid_document_needs_nothing_that_repairs() -> None:
    command = [sys.executable, "-X", "importtime", *COMMAND[1:], "validate", "valid.xml", "--schema", "order.xsd"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time")}
    own = {name.removeprefix("mcp_servers.xml_troubleshooter.") for name in loaded}
    assert "lxml.etree" in loaded
    assert [name for name in own if name.startswith(HEAVY)] == []
    assert loaded.isdisjoint({"pydantic", "asyncio", "anyio", "rich", "rapidfuzz", "subprocess"})


@pytest.mark.parametrize(
    "files",
    [["invalid.xml"], ["broken.xml"], ["misnamed.xml"], ["valid.xml", "invalid.xml"], ["."]],
)
@pytest.mark.parametrize("form", ["text", "sarif"])
def test_no_process_of_a_diagnosis_loads_what_repairs(
    folder: Path, tmp_path: Path, files: list[str], form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "misnamed.xml").write_text((folder / "invalid.xml").read_text().replace("number", "nmuber"))
    (tmp_path / "sitecustomize.py").write_text(TELLS_IMPORTS)  # which every process loads
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path), os.environ["PYTHONPATH"])))
    monkeypatch.setenv("IMPORTS", str(tmp_path / "imports"))
    command = [*COMMAND, "validate", *files, "--schema", "order.xsd", "--format", form]
    done = subprocess.run(command, capture_output=True, check=False)
    imports = (tmp_path / "imports").read_text().split()
    own = {name.removeprefix("mcp_servers.xml_troubleshooter.") for name in imports}
    assert done.returncode == 1
    assert "diagnosis.beyond_schemas" in own  # which the judge imports, wherever it works
    assert [name for name in own if re.match(r"(repair|model|loop|agent|services|troubleshooting\.trou)\b", name)] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["valid.xml"],
        ["broken.xml"],
        ["invalid.xml", "--schema", "order.xsd"],
        ["valid.xml", "--schema", "absent.xsd"],
        ["invalid.xml", "--schema", "order.xsd", "--format", "sarif"],
        ["order.xsd", "--require-schema", "--summary"],
        ["invalid.xml", "broken.xml", "absent.xml", "valid.xml", "--schema", "order.xsd", "--summary"],
    ],
)
def test_it_says_what_the_usual_way_says(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    status = run(["validate", *arguments])  # whose output is caught, and so in the usual way
    usual = capsys.readouterr()
    alone = subprocess.run([*COMMAND, "validate", *arguments], capture_output=True, text=True, check=False)
    assert (alone.returncode, alone.stdout, alone.stderr) == (status, usual.out, usual.err)


@pytest.mark.parametrize(
    "arguments",
    [
        ["broken.xml"],
        ["invalid.xml", "--schema", "order.xsd", "--format", "json"],
        ["broken.xml", "--schema", "order.xsd", "--output", "result.xml"],
        ["broken.xml", "--output", "-"],
        ["valid.xml", "--output", "order.xsd"],
        ["broken.xml", "--engine", "open_arena"],
        ["valid.xml", "broken.xml", "--summary"],
    ],
)
def test_it_repairs_as_the_usual_way_does(
    arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run(["fix", *arguments])
    usual, made = capsys.readouterr(), folder / "result.xml"
    written = made.read_bytes() if made.exists() else b""
    made.unlink(missing_ok=True)
    alone = subprocess.run([*COMMAND, "fix", *arguments], capture_output=True, text=True, check=False)
    told = [re.sub(r'"run_id": ?"\w+"|"seconds": ?[\d.e-]+', "", text) for text in (usual.out, alone.stdout)]
    assert (alone.returncode, told[1], alone.stderr) == (status, told[0], usual.err)
    assert (made.read_bytes() if made.exists() else b"") == written


def test_a_repair_by_rules_alone_loads_no_event_loop(folder: Path) -> None:
    command = [sys.executable, "-X", "importtime", *COMMAND[1:], "fix", "broken.xml", "--schema", "order.xsd"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time")}
    assert "mcp_servers.xml_troubleshooter.repair.syntax" in loaded
    assert loaded.isdisjoint({"pydantic", "asyncio", "anyio", "ssl", "rich", "subprocess", "urllib.request"})


@pytest.mark.parametrize("fate", ["while True: pass", "os.kill(os.getpid(), 11)", "raise MemoryError", "os._exit(0)"])
def test_what_comes_to_no_end_there_is_left_to_the_usual_way(fate: str) -> None:
    script = f"""
import argparse, os, resource
from mcp_servers.xml_troubleshooter.cli import forked_work

def work(options, settings):
    os.setpgid(0, 0)
    {fate}

resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
print(forked_work.alone(argparse.Namespace(files=["valid.xml"]), work, patience=0.3))
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("nothing is left")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=20)
    assert done.stdout == "None\nnothing is left\n"


def test_settings_are_read_in_the_plain_way_or_not_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {name.upper() for name in Settings.model_fields} == NAMES
    for environment in ({}, {"SCHEMA_DIRS": f"{folder}{os.pathsep}~", "state_dir": "state", "OPEN_ARENA_TOKEN": "x"}):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        plain, whole = plain_settings(), Settings()
        assert plain is not None
        assert {name: getattr(plain, name) for name in plain.__slots__} == {
            name: getattr(whole, name) for name in plain.__slots__
        }
    monkeypatch.setenv("AGENT_TIMEOUT", "20")
    assert plain_settings() is None
    monkeypatch.delenv("AGENT_TIMEOUT")
    (folder / ".env").touch()
    assert plain_settings() is None
