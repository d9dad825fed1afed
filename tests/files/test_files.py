"""Which files may be read and written, and how a file is replaced."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.errors import AccessError, InputError, LimitError
from mcp_servers.xml_troubleshooter.files.reading import Workspace, read
from tests.files.watched_folder import WatchedFolder


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


# a name as it is pasted, for {inside}/Über uns.xml or invoice.xml
PASTED = [
    ' "{inside}/invoice.xml" \n',
    "“{inside}/invoice.xml”",
    "'invoice.xml'",
    "\u200e{inside}/invoice.xml\r\n",
    "file://localhost{inside}/invoice.xml",
    "FILE://{inside}/invoice.xml",
    "sub\\..\\invoice.xml",
    "{inside}/U\u0308ber uns.xml",
    "{inside}/\u00dcber\\ uns.xml",
    "file://{inside}/U%CC%88ber%20uns.xml",
]


@pytest.mark.parametrize("pasted", PASTED)
def test_a_path_is_understood_as_it_was_pasted(folder: Path, pasted: str) -> None:
    for name in ("invoice.xml", "\u00dcber uns.xml"):
        (folder / name).write_bytes(b"<a/>")
    found = Workspace.create([folder]).document(pasted.format(inside=folder))
    assert found.name == ("invoice.xml" if "invoice" in pasted else "\u00dcber uns.xml")


def test_a_place_to_write_to_is_named_without_what_came_with_it(folder: Path) -> None:
    assert Workspace.create([folder]).target(f' "{folder}/new.xml"\n') == folder / "new.xml"


def test_a_path_of_another_system_is_said_to_be_one(folder: Path) -> None:
    with pytest.raises(InputError, match=r"a path of Windows, .*Near it: .*invoice\.xml\. Files may lie in"):
        Workspace.create([folder]).document(r"C:\Users\me\invoice.xml")


def test_a_file_that_lies_elsewhere_may_have_a_namesake_inside(folder: Path) -> None:
    with pytest.raises(AccessError, match=r"outside the allowed folders .*Near it: .*inside/invoice\.xml\."):
        Workspace.create([folder]).document("/somewhere/invoice.xml")


def test_a_folder_or_a_pattern_names_its_documents_and_nothing_outside(folder: Path) -> None:
    (folder / "sub" / "order.xml").write_bytes(b"<a/>")
    (folder / "sub" / "notes.txt").write_bytes(b"none")
    workspace = Workspace.create([folder])
    assert workspace.documents(str(folder)) == [folder / "invoice.xml", folder / "sub" / "order.xml"]
    assert workspace.documents("sub/*.xml") == [folder / "sub" / "order.xml"]
    assert workspace.documents("invoice.xml") is None
    with pytest.raises(InputError, match=r"There is no XML file in .*Files may lie in"):
        workspace.documents("*.rng")


@pytest.mark.parametrize("name", ["", "/**/*.xml", "/**", "/**/**/*", "/**/sub/**/*.xml", "/*/**/o*.xml"])
def test_a_folder_that_leads_in_circles_is_gone_through_once(folder: Path, name: str) -> None:
    (folder / "sub" / "order.xml").write_bytes(b"<a/>")
    for place in (folder, folder / "sub"):
        for way in ("here", "there"):
            (place / way).symlink_to(place)
    found = Workspace.create([folder]).documents(f"{folder}{name}")
    assert found is not None
    assert folder / "sub" / "order.xml" in found
    assert all(each in (folder / "invoice.xml", folder / "sub" / "order.xml") for each in found)


def test_a_pattern_goes_into_all_folders_a_few_times_only(folder: Path) -> None:
    with pytest.raises(InputError, match=r"\*\* in more than 3 places"):
        Workspace.create([folder]).documents(f"{folder}{'/**/a' * 9}")


def test_what_is_no_file_or_leads_out_is_not_looked_into_for_xml(folder: Path, tmp_path: Path) -> None:
    os.mkfifo(folder / "pipe.config")
    (tmp_path / "outside.config").write_bytes(b"<a/>")
    (folder / "link.config").symlink_to(tmp_path / "outside.config")
    (folder / "real.config").write_bytes(b"<a/>")
    watched = WatchedFolder(tmp_path)
    assert folder / "real.config" in (Workspace.create([folder]).documents(str(folder)) or [])
    assert "outside.config" not in watched.touched()


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
        ("sub", "is a folder, and one document is repaired at a time: validate_xml takes it"),
        ("*.xml", "is a pattern, and one document is repaired at a time"),
        ("INVOICE.XML", r"There is no file .*Near it: invoice\.xml\. Files may lie in .*inside\."),
        ("sub/invoice.xml", r"There is no file .*Near it: .*inside/invoice\.xml\."),
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


@pytest.mark.parametrize("name", ["two\nlines.xml", "<a>.xml"])
def test_a_file_whose_name_looks_like_text_is_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(folder)
    workspace = Workspace.create([folder])
    with pytest.raises(InputError, match="is no path but text"):
        workspace.document(name)
    (folder / name).write_text("<a/>")
    (folder.parent / name).write_text("<a/>")
    assert workspace.document(name) == workspace.target(name) == folder / name
    with pytest.raises(InputError, match=r"is no path but text: give a plain path\.$"):
        workspace.target(f"{folder.parent}/two\nlines.xml")


def test_a_folder_that_becomes_a_link_and_back_while_it_is_followed_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "link").symlink_to(folder)
    workspace = Workspace.create([folder])

    def changed(*_: object, **__: object) -> str:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "readlink", changed)
    with pytest.raises(InputError, match="cannot be looked at: Invalid argument; check the path"):
        workspace.document(str(folder / "link" / "invoice.xml"))


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


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("", "is a folder; give the path of the file that was replaced"), ("/away.xml", "move the file there")],
)
def test_what_was_no_file_written_here_is_refused_in_its_own_words(folder: Path, name: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Workspace.create([folder]).replaced(name or str(folder))


def test_a_file_beyond_the_limit_is_refused(folder: Path) -> None:
    assert read(folder / "invoice.xml", limit=4) == b"<a/>"
    with pytest.raises(LimitError, match="larger than"):
        read(folder / "invoice.xml", limit=3)
