"""The pages of docs/ tell the truth: links lead somewhere, commands are understood, what is made is up to date."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mcp_servers.xml_troubleshooter.cli.parser import build_parser
from mcp_servers.xml_troubleshooter.cli.statuses import TABLE

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMES = [page.name for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)):
        if "://" in target:
            continue
        name, _, heading = target.partition("#")
        led_to = page.parent / name if name else page
        assert led_to.exists(), target
        if heading:
            titles = re.findall(r"^#+ (.*)$", led_to.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}, target


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_commands_are_understood(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = page.read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"^```(?:sh|yaml|groovy)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    commands = re.findall(
        r"\bxml-troubleshooter ((?:validate|fix|config|explain|completion|schemas|kb)\b[^'\n]*)", blocks
    )
    for command in commands:
        arguments = shlex.split(command.partition(">")[0])
        try:
            build_parser().parse_args(arguments)
        except SystemExit:
            pytest.fail(f"{command}: {capsys.readouterr().err}")
    assert commands or page.name != "ci.md"


def test_what_is_made_of_the_code_is_what_the_code_makes() -> None:
    code = "import json, make; print(json.dumps(make.pages()))"
    made = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "docs", env={"PYTHONPATH": str(ROOT)}, capture_output=True, check=True
    )
    stale = []
    for name, text in json.loads(made.stdout).items():
        page = ROOT / "docs" / name
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")
            stale.append(name)
    assert stale == [], "these were out of date; look at what they say now and commit them"


def test_the_picture_needs_nothing_from_elsewhere_and_shows_what_is_said_today() -> None:
    text = (ROOT / "docs" / "terminal.svg").read_text(encoding="utf-8")
    shown = "".join(ET.fromstring(text).itertext()).replace("\N{NO-BREAK SPACE}", " ")
    assert re.findall(r"(?:href|src|url)\s*[=(]\s*[\"']?(?!#)[^\"')]+", text) == []
    assert "$ xml-troubleshooter fix kb/schema/date-and-decimal/broken.xml" in shown
    assert "FIXED: 3 edits made." in shown


def test_the_statuses_are_those_of_the_commands() -> None:
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| (\d+) \| (.*) \|$", text, re.MULTILINE))
    said = dict(re.findall(r"^  (\d+)\s+(.*)$", TABLE, re.MULTILINE))
    assert {status: words.replace("`", "") for status, words in told.items()} == said
