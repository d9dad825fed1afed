"""Imports go one way, and starting costs no more than it must."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "mcp_servers.xml_troubleshooter"


def test_the_layers_hold() -> None:
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(cache_dir=None))"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("module", ["__main__", "cli", "server", "errors"])
def test_a_way_in_brings_no_heavy_library_along(module: str) -> None:
    code = f"""
import sys
import {PACKAGE}.{module}
print(sorted({{"lxml", "httpx", "rich", "xmlschema", "openai", "sqlite3"}} & set(sys.modules)))
"""
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_the_architecture_names_every_room() -> None:
    code = ROOT / "mcp_servers" / "xml_troubleshooter"
    rooms = {path.parent.relative_to(code).as_posix() for path in code.rglob("__init__.py")} - {"."}
    drawn = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert [room for room in sorted(rooms) if f"| `{room}/` |" not in drawn] == []
