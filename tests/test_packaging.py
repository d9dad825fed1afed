"""The wheel holds what an installed program needs, and the pins are those of the declared dependencies."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_code_and_the_knowledge_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"mcp_servers"}
    assert "mcp_servers/xml_troubleshooter/py.typed" in names
    inside = {name.removeprefix("mcp_servers/xml_troubleshooter/_kb/") for name in names if "/_kb/" in name}
    assert inside == {str(path.relative_to(ROOT / "kb")) for path in (ROOT / "kb").rglob("*") if path.is_file()}


def test_an_installed_program_finds_its_articles(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = """
from mcp_servers.xml_troubleshooter.knowledge.article_store import Store, default_folder
print(default_folder())
print(len(Store([default_folder()]).articles()))
"""
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    folder, count = result.stdout.split()
    assert Path(folder) == tmp_path / "mcp_servers" / "xml_troubleshooter" / "_kb"
    assert int(count) == len(list((ROOT / "kb").rglob("note.md")))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize(
    ("folder", "groups"),
    [
        ("mcp_servers", ("openai", "xsd11", "einvoice", "signatures")),
        ("tests", ("dev", "einvoice", "signatures")),
        ("benchmarks", ("dev", "fuzz", "einvoice")),
    ],
)
def test_every_library_that_is_imported_is_declared(folder: str, groups: tuple[str, ...]) -> None:
    extras = PROJECT["optional-dependencies"]
    texts = [*PROJECT["dependencies"], *(text for group in groups for text in extras[group])]
    declared = {canonicalize_name(Requirement(text).name) for text in texts}
    modules = {name for path in (ROOT / folder).rglob("*.py") for name in imported(ast.parse(path.read_bytes()))}
    modules -= {*sys.stdlib_module_names, "mcp_servers", "tests", "benchmarks"}
    sources = packages_distributions()
    # what is not installed goes by the name of its module
    missing = {name for name in modules if declared.isdisjoint(map(canonicalize_name, sources.get(name, [name])))}
    assert missing == set()


def test_the_pins_satisfy_every_declared_dependency() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    pinned = {canonicalize_name(name): version for name, version in pins.items()}
    declared = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    for requirement in (Requirement(text) for group in declared for text in group):
        if requirement.name == PROJECT["name"]:
            continue  # an extra that holds other extras
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), requirement


def test_the_pins_name_no_place_to_fetch_from() -> None:
    assert not re.search(r"://|@|^-", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
