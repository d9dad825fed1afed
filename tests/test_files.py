"""Which files may be read and written, and how a file is replaced."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.errors import AccessError, InputError, LimitError
from mcp_servers.xml_troubleshooter.files import Workspace, read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An allowed folder with a document, beside a secret and with ways out of it."""
    inside = tmp_path / "inside"
    (inside / "sub").mkdir(parents=True)
    (inside / "invoice.xml").write_bytes(b"<a/>")
    (tmp_path / "secret.xml").write_bytes(b"<secret/>")
    (tmp_path / "inside-not").mkdir()
    (tmp_path / "inside-not" / "twin.xml").write_bytes(b"<a/>")
    (inside / "link.xml").symlink_to(tmp_path / "secret.xml")
    (inside / "out").symlink_to(tmp_path)
    (inside / "alias.xml").symlink_to(inside / "invoice.xml")
    (inside / "loop.xml").symlink_to(inside / "loop.xml")
    return inside


@pytest.mark.parametrize("name", ["invoice.xml", "sub/../invoice.xml", "alias.xml"])
def test_a_file_under_a_root_is_found_by_its_real_path(folder: Path, name: str) -> None:
    assert Workspace.create([folder]).document(str(folder / name)) == folder / "invoice.xml"


def test_a_relative_name_is_looked_for_in_every_root(folder: Path) -> None:
    assert Workspace.create([folder / "sub", folder]).document("invoice.xml") == folder / "invoice.xml"


def test_a_file_uri_names_a_file(folder: Path) -> None:
    (folder / "my file.xml").write_bytes(b"<a/>")
    assert Workspace.create([folder]).document(f"file://{folder}/my%20file.xml") == folder / "my file.xml"


@pytest.mark.parametrize(
    "name",
    ["../secret.xml", "link.xml", "out/secret.xml", "../inside-not/twin.xml", "../absent.xml", "/etc/passwd", "/"],
)
def test_a_path_that_leads_out_is_refused_the_same_way_whether_it_exists_or_not(folder: Path, name: str) -> None:
    with pytest.raises(AccessError, match="lies outside the allowed folders"):
        Workspace.create([folder]).document(str(folder / name))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("invoise.xml", r"There is no file .*invoise\.xml; check .* Near it: invoice\.xml"),
        ("sub", "is a folder; name one document file in it"),
        ("loop.xml", "Too many levels of symbolic links"),
        ("a\0b", "is no path but text"),
        ("a\n<b/>", "is no path but text"),
        ("n" * 300, "too long"),
        ("invoice.xml/a.xml", "There is no file"),
    ],
)
def test_a_name_that_is_no_document_is_explained(folder: Path, name: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Workspace.create([folder]).document(f"{folder}/{name}")


def test_something_that_is_no_regular_file_is_not_opened(folder: Path) -> None:
    os.mkfifo(folder / "pipe.xml")
    with pytest.raises(InputError, match="not a regular file"):
        Workspace.create([folder]).document(str(folder / "pipe.xml"))


def test_without_roots_the_working_folder_is_the_root(folder: Path) -> None:
    assert Workspace.create([], fallback=folder).roots == (folder,)


@pytest.mark.parametrize("fallback", [Path("/"), Path.home(), Path.home().parent])
def test_without_roots_a_working_folder_that_holds_everything_allows_nothing(fallback: Path) -> None:
    with pytest.raises(AccessError, match="Set ALLOWED_ROOTS"):
        Workspace.create([], fallback=fallback).document(__file__)


def test_schema_folders_are_for_schemas_alone(folder: Path, tmp_path: Path) -> None:
    schemas = tmp_path / "schemas"
    schemas.mkdir()
    (schemas / "a.xsd").write_bytes(b"<xs/>")
    workspace = Workspace.create([folder], [schemas])
    assert workspace.schema(str(schemas / "a.xsd")) == schemas / "a.xsd"
    with pytest.raises(AccessError):
        workspace.document(str(schemas / "a.xsd"))
    with pytest.raises(AccessError):
        workspace.target(str(schemas / "out.xml"))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("sub", "is a folder"), ("absent/out.xml", "does not exist; create it"), ("../out.xml", "outside")],
)
def test_a_place_that_cannot_be_written_to_is_refused(folder: Path, name: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Workspace.create([folder]).target(str(folder / name))


def test_a_file_beyond_the_limit_is_refused(folder: Path) -> None:
    assert read(folder / "invoice.xml", limit=4) == b"<a/>"
    with pytest.raises(LimitError, match="larger than"):
        read(folder / "invoice.xml", limit=3)
