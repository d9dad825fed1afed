"""Schemas taken in from files, folders and zips: whole, side by side, and never what could do harm."""

from __future__ import annotations

import os
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.catalogue.catalogue_store import SchemaStore
from mcp_servers.xml_troubleshooter.catalogue.entries import catalogue
from mcp_servers.xml_troubleshooter.errors import InputError

GPX = "{http://www.topografix.com/GPX/1/1}gpx"
SCHEMA = "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'/>"


@pytest.fixture
def store(tmp_path: Path) -> SchemaStore:
    return SchemaStore(tmp_path / "data" / "schemas")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "gpx.xsd").write_text(SCHEMA)
    return folder


def zipped(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/"), text)
    return path


def test_every_entry_can_be_had_and_is_known_by_all_its_names() -> None:
    known = catalogue()
    for entry in known.entries.values():
        assert entry.title
        assert entry.licence
        assert entry.files
        assert not entry.url or (entry.url.startswith("https://") and entry.size > 0)
        for name in (entry.id, *entry.aliases):
            assert known.find(name) == (entry, "")
            assert known.find(f"{name}@{entry.version}") == (entry, entry.version)
    assert known.find("eu.peppol.bis3:invoice:latest")[0].id == "peppol-bis3-ubl"
    assert known.find("eu.cen.en16931:ubl:1.3.16") == (known.entries["en16931-ubl"], "1.3.16")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("en16931-ulb", "en16931-ubl"),
        ("peppol", "peppol-bis3-ubl, peppol-bis3-cii"),
        ("Peppol BIS", "peppol-bis3-ubl, peppol-bis3-cii"),
        ("facturx", "factur-x-minimum"),
        ("zugferd", "factur-x-minimum"),
        ("camt", "camt.053.001.02, camt.053.001.08"),
    ],
)
def test_an_unknown_name_is_answered_with_near_ones(name: str, near: str) -> None:
    with pytest.raises(InputError, match=f"Near to it: {near}"):
        catalogue().find(name)


@pytest.mark.parametrize(
    "make", [lambda s, t: s, lambda s, t: s / "gpx.xsd", lambda s, t: zipped(t / "a.zip", x__gpx_xsd=SCHEMA)]
)
def test_a_folder_a_file_and_a_zip_are_taken_in(
    make: Callable[[Path, Path], Path], store: SchemaStore, source: Path, tmp_path: Path
) -> None:
    given = make(source, tmp_path)
    if given.suffix == ".zip":
        zipped(given, **{"x/gpx.xsd": SCHEMA})
    held = store.add("gpx-1.1", given)
    file = held.file(GPX)
    assert file is not None
    assert file.read_text() == SCHEMA
    assert store.held("gpx-1.1")[0] == held
    assert not store.changed(held)


def test_versions_lie_side_by_side_and_the_newest_counts(store: SchemaStore, source: Path) -> None:
    first = store.add("gpx-1.1@1.0", source)
    (source / "gpx.xsd").write_text(SCHEMA + " ")
    second = store.add("gpx-1.1", source)
    assert [held.version for held in store.held("gpx-1.1")] == ["1.1", "1.0"]
    assert store.held("gpx-1.1@1.0") == [first]
    assert store.remove("gpx-1.1@1.0") == [first]
    assert store.held("gpx-1.1") == [second]


def test_a_changed_file_is_noticed(store: SchemaStore, source: Path) -> None:
    held = store.add("gpx-1.1", source)
    (held.folder / "gpx.xsd").write_text("<other/>")
    assert store.changed(held)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"../gpx.xsd": SCHEMA}, "leads out"),
        ({"/gpx.xsd": SCHEMA}, "leads out"),
        ({"..\\gpx.xsd": SCHEMA}, "leads out"),
        ({"gpx.xsd": "a" * 30_000_000}, "grows beyond all measure"),
        ({"readme.txt": "no schema"}, "holds no file that gpx-1.1 is known by"),
    ],
)
def test_a_zip_that_could_do_harm_or_holds_something_else_leaves_nothing_behind(
    members: dict[str, str], reason: str, store: SchemaStore, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=reason):
        store.add("gpx-1.1", zipped(tmp_path / "bad.zip", **members))
    assert store.held("gpx-1.1") == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "bad.zip"]


def test_a_link_that_leads_out_is_refused(store: SchemaStore, source: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.xsd"
    secret.write_text("secret")
    (source / "other.xsd").symlink_to(secret)
    with pytest.raises(InputError, match="leads out of the folder"):
        store.add("gpx-1.1", source)
    assert store.held("gpx-1.1") == []


def test_a_link_in_a_zip_is_refused(store: SchemaStore, tmp_path: Path) -> None:
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("gpx.xsd")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(InputError, match=r"holds the link"):
        store.add("gpx-1.1", path)


def test_several_at_once_leave_one_whole_version(store: SchemaStore, source: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: store.add("gpx-1.1", source), range(12)))
    (held,) = store.held("gpx-1.1")
    assert not store.changed(held)
    assert [path.name for path in store.folder.iterdir()] == ["gpx-1.1"]


def test_what_a_dead_process_left_is_swept(store: SchemaStore, source: Path) -> None:
    left = store.folder / ".new-dead"
    left.mkdir(parents=True)
    long_ago = time.time() - 100_000
    os.utime(left, (long_ago, long_ago))
    store.add("gpx-1.1", source)
    assert not left.exists()


def test_an_installed_package_is_read_where_it_lies(store: SchemaStore) -> None:
    [held, *_] = store.held("ubl-2.1")
    assert held is not None
    invoice = held.file("{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice")
    assert invoice is not None
    assert invoice.is_file()
    assert not store.folder.exists()
