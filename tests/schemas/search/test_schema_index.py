"""The index of schema folders: what is opened, how long it takes, and what stays known."""

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

from mcp_servers.xml_troubleshooter.disk.bounds import Bounds
from mcp_servers.xml_troubleshooter.schemas.search.schema_index import index
from tests.files.watched_folder import WatchedFolder

Write = Callable[[str, str], Path]
XSD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="{}"/></xs:schema>'


def test_only_regular_files_inside_are_opened(tmp_path: Path, write: Write) -> None:
    write("outside/secret.xsd", XSD.format("secret"))
    write("other/more.xsd", XSD.format("more"))
    folder = write("schemas/good.xsd", XSD.format("good")).parent
    (folder / "out.xsd").symlink_to(tmp_path / "outside" / "secret.xsd")
    (folder / "out").symlink_to(tmp_path / "outside")
    (folder / "other.xsd").symlink_to(tmp_path / "other" / "more.xsd")
    (folder / "loop.xsd").symlink_to(folder / "loop.xsd")
    for suffix in ("xsd", "rng", "rnc", "dtd"):
        os.mkfifo(folder / f"pipe.{suffix}")
        (folder / f"folder.{suffix}").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "socket.xsd"))
    watched = WatchedFolder(tmp_path / "outside")
    entries, whole = index([folder], None, bounds=Bounds.of([folder, tmp_path / "other"]))
    assert ({name for entry in entries for name in entry.elements}, whole) == ({"good", "more"}, True)
    assert {name for entry in index([folder], None).entries for name in entry.elements} == {"good"}
    assert watched.touched() == []
    watched.close()


def test_a_look_that_takes_too_long_ends_and_goes_on_the_next_time(tmp_path: Path, write: Write) -> None:
    for number in range(300):
        write(f"schemas/{number:03}.xsd", XSD.format(f"e{number}"))
    state = tmp_path / "state"
    found = [index([tmp_path / "schemas"], state, seconds=seconds) for seconds in (0, 0.002, 0.004, 60, 60)]
    assert found[0] == ([], False)
    assert (len(found[-1].entries), found[-1].whole) == (300, True)
    assert all(one.whole == (len(one.entries) == 300) for one in found)
    assert stat.S_IMODE((state / "schema-index.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


def test_what_was_learnt_before_the_end_of_time_is_not_learnt_again(tmp_path: Path, write: Write) -> None:
    first, second = (write(f"schemas/{name}.xsd", XSD.format(name)) for name in "ab")
    state = tmp_path / "state"
    index([first.parent], state)
    changed = first.stat().st_mtime_ns
    first.write_text(XSD.format("c"))
    os.utime(first, ns=(changed, changed))  # as it was known
    second.unlink()
    assert index([first.parent], state, seconds=0) == ([], False)
    assert [set(entry.elements) for entry in index([first.parent], state).entries] == [{"a"}]
