"""The README tells the truth: its commands run, its configurations start a server, its links lead somewhere."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CLIENTS = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
QUICK_START = README.split("## Quick start\n")[1].split("\n## ")[0]
COMMANDS = re.findall(r"^```sh\n(.*?)^```$", QUICK_START, re.MULTILINE | re.DOTALL)
CONFIGURATIONS: list[dict[str, Any]] = [
    json.loads(block) for block in re.findall(r"^```json\n(.*?)^```$", CLIENTS, re.MULTILINE | re.DOTALL)
]


def run_last_part(command: str) -> subprocess.CompletedProcess[str]:
    """What a command of the quick start does once its environment is set up; here that is the tests' own."""
    python, *arguments = shlex.split(command.rsplit("&&", 1)[1])
    assert python == ".venv/bin/python"
    environment = {**os.environ, "FORCE_COLOR": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_the_quick_start_is_two_commands_of_one_line() -> None:
    assert [command.count("\n") for command in COMMANDS] == [1, 1]


def test_the_first_command_repairs_an_e_invoice_and_leaves_the_file_alone() -> None:
    folder = ROOT / "kb" / "e-invoice" / "rejected-invoice"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    result = run_last_part(COMMANDS[0])
    assert result.returncode == 0, result.stdout + result.stderr
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert "bare-ampersand" in result.stdout
    assert "A date is written YYYY-MM-DD." in result.stdout
    assert re.search(r"^\x1b\[32m\+  <cbc:DueDate>2026-04-16</cbc:DueDate>\x1b\[0m$", result.stdout, re.MULTILINE)
    assert "FIXED" in result.stdout
    assert re.search(r"valid against UBL 2\.1 \(OASIS\) and EN 16931 1\.3\.16", result.stdout)


def test_the_second_command_is_what_continuous_integration_runs() -> None:
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1] == COMMANDS[1].strip()
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.anyio
@pytest.mark.parametrize("configuration", CONFIGURATIONS, ids=["Claude Desktop", "VS Code", "Cursor"])
async def test_a_client_configuration_starts_a_server(configuration: dict[str, Any], tmp_path: Path) -> None:
    ((_, server),) = (configuration.get("mcpServers") or configuration["servers"]).items()
    clone, script = server["command"].split("/.venv/bin/")
    assert clone == "/path/to/xml-troubleshooter"
    (tmp_path / "a.xml").write_text("<a>1 & 2</a>", encoding="utf-8")
    parameters = StdioServerParameters(
        command=str(Path(sys.executable).parent / script),
        env={"ALLOWED_ROOTS": str(tmp_path), "STATE_DIR": str(tmp_path / "state")},
        cwd=tmp_path,
    )
    assert set(server["env"]) == {"ALLOWED_ROOTS"}
    async with Client(parameters) as client:
        result = await client.call_tool("validate_xml", {"path": str(tmp_path / "a.xml")})
    assert result.structured_content is not None
    assert result.structured_content["status"] == "invalid"


def test_the_table_of_tools_is_complete() -> None:
    rows = re.findall(r"^\| (`[^|]*`) \|", README, re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    code = "from mcp_servers.xml_troubleshooter.server import create_server as s; import anyio; "
    code += "print(*(tool.name for tool in anyio.run(s().list_tools)))"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert sorted(named) == sorted(result.stdout.split())


def test_every_command_that_is_named_exists() -> None:
    named = set(re.findall(r"^xml-troubleshooter ([a-z]+)", README, re.MULTILINE)) | {"usage"}
    for command in named:
        help_text = subprocess.run(
            [sys.executable, "-m", "mcp_servers.xml_troubleshooter", command, "--help"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert help_text.returncode == 0, command
        assert command in help_text.stdout


def test_its_client_configuration_is_that_of_the_page_on_clients() -> None:
    (own,) = re.findall(r"^```json\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert json.loads(own) == CONFIGURATIONS[0]


def test_the_readme_is_two_screens() -> None:
    assert len(README.splitlines()) <= 130
