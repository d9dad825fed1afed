"""Imports go one way, and starting costs no more than it must."""

from __future__ import annotations

import ast
import re
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


def test_the_architecture_names_files_that_are_there() -> None:
    drawn = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:[\w.]+/)+(?:[\w.]+\.\w+)?)`", drawn)
    places = (ROOT, ROOT / "mcp_servers" / "xml_troubleshooter")
    assert [name for name in named if not any((place / name).exists() for place in places)] == []
    assert "wellformedness/truncation.py" in named


def _bare_prices(source: str) -> list[int]:
    """The lines that add a number to a cost, or give one: 0 is no price."""
    nodes = list(ast.walk(ast.parse(source)))
    found = [each.value for each in nodes if isinstance(each, ast.keyword) and each.arg == "cost"]
    sums = [each for each in nodes if isinstance(each, ast.AugAssign) and isinstance(each.target, ast.Name)]
    found += [each.value for each in sums if ast.unparse(each.target) in {"cost", "price"}]
    return sorted(each.lineno for each in found if isinstance(each, ast.Constant) and each.value)


def test_prices_stand_in_one_table() -> None:
    code = ROOT / "mcp_servers" / "xml_troubleshooter"
    files = [path for room in ("conformance", "wellformedness") for path in (code / room).rglob("*.py")]
    bare = {path.name: lines for path in files if (lines := _bare_prices(path.read_text(encoding="utf-8")))}
    assert bare == {}
    assert _bare_prices("cost += 0.3\nexam.add(cost=1.0)\n") == [1, 2]
