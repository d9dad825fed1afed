"""The names in a folder are kept, and what comes and goes is noticed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.disk.folder_names import FolderNames, names_in

LONG_AGO = 1_600_000_000


def test_what_comes_into_a_folder_and_goes_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "b.XSD").touch()
    (tmp_path / "c.xml").touch()
    (tmp_path / "sub.xsd").mkdir()
    (tmp_path / "link").symlink_to("sub.xsd")
    (tmp_path / "a.xsd").symlink_to("b.XSD")
    os.utime(tmp_path, (LONG_AGO, LONG_AGO))  # so that what follows is known from what was kept
    for _ in range(2):
        assert names_in(tmp_path, (".xsd",)) == FolderNames(("sub.xsd",), ("a.xsd", "b.XSD"))
    (tmp_path / "new.xsd").touch()
    assert names_in(tmp_path, (".xsd",)).files == ("a.xsd", "b.XSD", "new.xsd")
    (tmp_path / "newer.xsd").touch()  # in the same moment, perhaps
    (tmp_path / "new.xsd").unlink()
    assert names_in(tmp_path, (".xsd",)).files == ("a.xsd", "b.XSD", "newer.xsd")


def test_a_folder_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.sch").touch()
    os.utime(tmp_path, (LONG_AGO, LONG_AGO))
    found = names_in(tmp_path, (".sch",))
    monkeypatch.setattr(os, "scandir", None)
    assert names_in(tmp_path, (".sch",)) is found
    with pytest.raises(OSError, match="gone"):
        names_in(tmp_path / "gone", (".sch",))
