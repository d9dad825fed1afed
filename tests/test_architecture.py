"""Imports go one way, and starting costs no more than it must."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "mcp_servers.xml_troubleshooter"
MOST_MODULES = 15
MOST_LINES = 400
WHY_ONE = re.compile(r"\bone\s+(?:table|algorithm|recursion|structure)\b", re.IGNORECASE)


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


def test_a_room_holds_no_more_than_can_be_looked_through() -> None:
    modules = (ROOT / "mcp_servers").rglob("*.py")
    rooms = Counter(str(path.parent.relative_to(ROOT)) for path in modules if path.name != "__init__.py")
    assert {room: held for room, held in rooms.items() if held > MOST_MODULES} == {}


def test_a_name_leads_to_one_module() -> None:
    """Commands are named as the user types them, beside what they call."""
    code = ROOT / "mcp_servers" / "xml_troubleshooter"
    names = Counter(path.stem for path in code.rglob("*.py") if path.parent.name != "commands")
    assert [name for name, count in names.items() if count > 1 and not name.startswith("__")] == []
    assert set(names) & sys.stdlib_module_names - {"__init__", "__main__"} == set()


def test_a_long_file_says_why_it_is_one() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "mcp_servers").rglob("*.py")}
    long = {path: ast.get_docstring(ast.parse(text)) for path, text in texts.items() if text.count("\n") > MOST_LINES}
    assert [str(path) for path, said in long.items() if not WHY_ONE.search(said or "")] == []


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


def test_no_threads_where_schemas_are_compiled() -> None:
    """A parse in another thread would take the resolver away that keeps a schema's parts within the allowed folders."""
    code = ROOT / "mcp_servers" / "xml_troubleshooter"
    rooms = (
        "catalogue",
        "conformance",
        "diagnosis",
        "facts",
        "grammar",
        "repair",
        "schema_files",
        "schemas",
        "validators",
    )
    files = [path for room in rooms for path in (code / room).rglob("*.py")]
    waiting = code / "validators" / "saxon.py"  # its threads wait for another process
    assert "lxml import" not in waiting.read_text("utf-8")
    files.remove(waiting)
    threads = re.compile(r"^\s*(?:import|from)\s+(?:threading|concurrent|anyio|multiprocessing|queue)\b", re.MULTILINE)
    assert files
    assert [str(path) for path in files if threads.search(path.read_text("utf-8"))] == []
