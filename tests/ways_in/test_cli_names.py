"""What a person names on the command line: standard input, lists, folders and patterns; and how much is said."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.cli import run
from mcp_servers.xml_troubleshooter.cli.named_files import places_of
from mcp_servers.xml_troubleshooter.errors import InputError


@pytest.fixture(autouse=True)
def in_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person stands in the folder of the documents."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NO_COLOR", "1")


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_fix_is_a_filter_whose_stdout_is_the_document_and_nothing_else(
    encoding: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>\r\n'
    piped(monkeypatch, f"{head}<a>é & b</a>".encode(encoding))
    assert run(["fix", "-"]) == 0
    shown = capfdbinary.readouterr()
    assert shown.out == f"{head}<a>é &amp; b</a>".encode(encoding)
    assert b"FIXED: 1 edit made" in shown.err


def test_what_is_piped_is_judged_by_the_schema_that_lies_where_the_person_stands(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = (folder / "broken.xml").read_bytes()
    piped(monkeypatch, broken)
    assert run(["validate", "-"]) == 1
    assert "== standard input" in capsys.readouterr().out
    piped(monkeypatch, broken)
    assert run(["fix", "-", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["file"], row["status"]) == ("-", "fixed")
    assert row["schema_used"].endswith("order.xsd")
    piped(monkeypatch, broken)
    assert run(["fix", "-", "--diff"]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("--- document.xml\n")
    assert shown.err == ""
    piped(monkeypatch, b"")
    assert run(["validate", "-"]) == 1
    assert "empty-document" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-", "--in-place"], "leave --in-place"),
        (["-", "-o", "."], "has no name"),
        (["valid.xml", "broken.xml", "-o", "-"], "one document alone"),
        (["@absent.txt"], "The list absent.txt cannot be read"),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fix", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_file_may_go_to_stdout(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fix", "broken.xml", "-o", "-"]) == 0
    shown = capsys.readouterr()
    assert shown.out == (folder / "valid.xml").read_text()
    assert "Nothing was written" not in shown.err


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--quiet", r""),
        ("--summary", "broken.xml: FIXED: 2 edits made. The result is valid against order.xsd.\n"),
    ],
)
def test_as_much_is_said_as_was_asked_for(option: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fix", "broken.xml", option]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith(said)
    assert shown.out.count("\n") == said.count("\n")
    assert shown.err == ""


@pytest.fixture
def tree(folder: Path) -> Path:
    """A folder with files of many names, of which some are XML by what is in them alone."""
    root = folder / "tree"
    for name in (
        "a.xml",
        "b.SVG",
        "deep/c.xsd",
        "deep/target/pom.xml",
        "build.props",
        "java.props",
        "notes.txt",
        ".git/d.xml",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("key = value" if name == "java.props" else "<a/>")
    (root / "names.txt").write_text("a.xml\n\n deep/c.xsd \n")
    (root / "found.lst").write_bytes(b"a.xml\0notes.txt\0")
    return root


@pytest.mark.parametrize(
    ("names", "include", "exclude", "found"),
    [
        (["."], [], [], ["a.xml", "b.SVG", "build.props", "deep/c.xsd", "deep/target/pom.xml"]),
        (["."], [], ["target", "*.SVG"], ["a.xml", "build.props", "deep/c.xsd"]),
        (["."], ["*.txt", "deep/*.xsd"], [], ["deep/c.xsd", "names.txt", "notes.txt"]),
        (["@names.txt", "-"], [], [], ["a.xml", "deep/c.xsd", "-"]),
        (["@found.lst"], [], ["a.*"], ["notes.txt"]),
        (["*.xml", "notes.txt"], [], [], ["a.xml", "notes.txt"]),
    ],
)
def test_folders_lists_and_patterns_are_opened_up(
    tree: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    names: list[str],
    include: list[str],
    exclude: list[str],
    found: list[str],
) -> None:
    monkeypatch.chdir(tree)
    assert sorted(path.as_posix() for path in places_of(names, include, exclude)) == sorted(found)


def test_where_nothing_is_left_it_is_said(tree: Path) -> None:
    with pytest.raises(InputError, match="no XML file"):
        places_of([str(tree)], [], ["tree"])
