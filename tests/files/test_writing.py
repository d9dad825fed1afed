"""How a file is replaced: in one step, with a backup that is whole, whatever lies in the way or ends the process."""

from __future__ import annotations

import os
import resource
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.disk.bounds import open_file
from mcp_servers.xml_troubleshooter.errors import InputError
from mcp_servers.xml_troubleshooter.files.writing import backups, restore, write

OLD, NEW = b"<a/>", b"<b/>"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A document in a folder of its own, beside what nobody may touch."""
    folder = tmp_path / "inside"
    folder.mkdir()
    (folder / "invoice.xml").write_bytes(OLD)
    (tmp_path / "outside").mkdir()
    return folder / "invoice.xml"


def _names(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.parent.iterdir())


def test_a_replaced_file_keeps_its_mode_and_its_old_self(path: Path) -> None:
    path.chmod(0o640)
    os.utime(path, ns=(10**18, 10**18))
    started = time.time_ns()
    written = write(path, NEW, instead_of=[OLD])
    backup = path.with_name("invoice.xml.bak")
    assert (path.read_bytes(), backup.read_bytes()) == (NEW, OLD)
    assert {stat.S_IMODE(one.stat().st_mode) for one in (path, backup)} == {0o640}
    assert backup.stat().st_mtime_ns == 10**18
    assert path.stat().st_mtime_ns >= started - 10**9
    assert (written.backup, written.notes) == (backup, ())
    assert _names(path) == ["invoice.xml", "invoice.xml.bak"]


def test_extended_attributes_stay(path: Path) -> None:
    if not hasattr(os, "setxattr"):
        pytest.skip("this system has none that Python knows of")
    try:
        os.setxattr(path, "user.origin", b"here")
    except OSError:
        pytest.skip("this file system has none")
    write(path, NEW)
    assert os.getxattr(path, "user.origin") == b"here"
    assert os.getxattr(path.with_name("invoice.xml.bak"), "user.origin") == b"here"


def test_another_owner_stays_where_that_is_permitted(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may give files away")
    os.chown(path, 12345, 54321)
    write(path, NEW)
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 54321)


def test_hard_links_that_cannot_stay_are_told(path: Path) -> None:
    other = path.with_name("other.xml")
    os.link(path, other)
    assert "2 names (hard links)" in write(path, NEW).notes[0]
    assert (other.read_bytes(), path.read_bytes()) == (OLD, NEW)


def test_no_backup_is_ever_lost(path: Path) -> None:
    for content in (b"<b/>", b"<c/>", b"<d/>"):
        write(path, content)
    assert [one.name for one in backups(path)] == ["invoice.xml.bak", "invoice.xml.bak.2", "invoice.xml.bak.1"]
    assert [one.read_bytes() for one in backups(path)] == [b"<c/>", b"<b/>", b"<a/>"]


def _dangling(place: Path) -> None:
    place.symlink_to(place.parents[1] / "outside" / "made.txt")


def _listening(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(place))


IN_THE_WAY: dict[str, Callable[[Path], None]] = {
    "a link to nothing outside": _dangling,
    "a link to a folder outside": lambda place: place.symlink_to(place.parents[1] / "outside"),
    "a link in a circle": lambda place: place.symlink_to(place),
    "a pipe": os.mkfifo,
    "a socket": _listening,
    "a folder": lambda place: place.mkdir(),
}


@pytest.mark.parametrize("what", IN_THE_WAY)
def test_what_lies_in_the_place_of_a_backup_is_neither_followed_nor_opened_nor_moved(what: str, path: Path) -> None:
    place = path.with_name("invoice.xml.bak")
    IN_THE_WAY[what](place)
    before = place.lstat()
    written = write(path, NEW, instead_of=[OLD])
    assert written.backup == path.with_name("invoice.xml.bak.1")
    assert written.backup.read_bytes() == OLD
    assert os.path.samestat(before, place.lstat())
    assert list((path.parents[1] / "outside").iterdir()) == []


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _link(path: Path) -> None:
    path.unlink()
    _dangling(path)


CHANGED: dict[str, tuple[Callable[[Path], object], str]] = {
    "its content": (lambda path: path.write_bytes(b"<other/>"), "changed while it was worked on"),
    "it is gone": (Path.unlink, "was there when the work began and is gone now"),
    "it is a pipe": (_pipe, "not a regular file"),
    "it is a link": (_link, "not a regular file"),
}


@pytest.mark.parametrize("change", CHANGED)
def test_a_file_that_became_something_else_meanwhile_is_left_alone(change: str, path: Path) -> None:
    work, sentence = CHANGED[change]
    work(path)
    names = _names(path)
    with pytest.raises(InputError, match=sentence):
        write(path, NEW, instead_of=[OLD])
    assert _names(path) == names
    assert list((path.parents[1] / "outside").iterdir()) == []


def test_a_place_that_must_be_free_is_not_taken_from_anybody(path: Path) -> None:
    with pytest.raises(InputError, match="made by somebody else"):
        write(path, NEW, instead_of=())
    assert path.read_bytes() == OLD


def test_a_folder_that_is_swapped_for_a_link_is_not_written_through(path: Path) -> None:
    path.parent.rename(path.parent.with_name("moved"))
    path.parent.symlink_to(path.parents[1] / "outside")
    with pytest.raises(InputError, match=r"another folder|Not a directory"):
        write(path, NEW)
    assert list((path.parents[1] / "outside").iterdir()) == []


def test_a_file_is_opened_only_where_it_was_checked(path: Path) -> None:
    (path.parents[1] / "outside" / "invoice.xml").write_bytes(b"<secret/>")
    with open_file(path) as file:
        assert file.read() == OLD
    path.parent.rename(path.parent.with_name("moved"))
    path.parent.symlink_to(path.parents[1] / "outside")
    with pytest.raises(OSError, match="another file was put in its place"):
        open_file(path)


def test_a_new_file_gets_the_usual_mode_and_no_backup(path: Path) -> None:
    new = path.with_name("new.xml")
    assert write(new, NEW, instead_of=()).backup is None
    path.with_name("usual.xml").touch()
    assert new.stat().st_mode == path.with_name("usual.xml").stat().st_mode
    assert not path.with_name("new.xml.bak").exists()


@pytest.mark.parametrize("name", ["n" * 250, "ü" * 125, "two\nlines.xml", " blank .xml", "-rf.xml"])
def test_names_of_every_kind_are_written_and_backed_up(name: str, path: Path, tmp_path: Path) -> None:
    odd = path.with_name(name)
    odd.write_bytes(OLD)
    for content in (b"<b/>", b"<c/>", b"<d/>"):
        write(odd, content, state_dir=tmp_path / "state")
    assert [one.read_bytes() for one in backups(odd)] == [b"<c/>", b"<b/>", b"<a/>"]
    restore(odd, tmp_path / "state")
    assert odd.read_bytes() == b"<c/>"


def test_a_full_disk_leaves_the_old_file_and_nothing_else(path: Path) -> None:
    # a limit on the size of files fails as a full disk does: in the middle of a write
    work = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from mcp_servers.xml_troubleshooter.files.writing import write\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))\n"
        "write(Path(sys.argv[1]), b'x' * 1_000_000)\n"
    )
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    done = subprocess.run([sys.executable, "-c", work, str(path)], capture_output=True, text=True, check=False)
    assert "cannot be written" in done.stderr
    assert _names(path) == ["invoice.xml"]
    assert path.read_bytes() == OLD


def test_what_a_dead_process_left_is_swept_and_what_a_living_one_holds_is_not(path: Path) -> None:
    left = path.with_name(f".xml-troubleshooter-{'0' * 16}.tmp")
    held = path.with_name(f".xml-troubleshooter-{'1' * 16}.tmp")
    other = path.with_name(".xml-troubleshooter-notes.tmp")
    for one in (left, held, other):
        one.write_bytes(b"half of")
    work = (
        "import fcntl, sys, time\n"
        "file = open(sys.argv[1]); fcntl.flock(file, fcntl.LOCK_EX); print('locked', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", work, str(held)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"
        write(path, NEW)
        assert (left.exists(), held.exists(), other.exists()) == (False, True, True)
        holder.send_signal(signal.SIGKILL)
    write(path, OLD)
    assert (held.exists(), other.exists()) == (False, True)


def test_the_newest_backup_is_put_back_and_what_was_there_becomes_one(path: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    for content in (b"<b/>", b"<c/>"):
        write(path, content, state_dir=state)
    restored = restore(path, state)
    assert (path.read_bytes(), restored.backup and restored.backup.read_bytes()) == (b"<b/>", b"<c/>")
    restore(path, state)
    assert path.read_bytes() == b"<c/>"  # and once more undoes that
    assert stat.S_IMODE((state / "backups.jsonl").stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


def _without_journal(path: Path) -> None:
    for one in path.parents[1].glob("state/*"):
        one.unlink()


CANNOT_BE_PUT_BACK: dict[str, tuple[Callable[[Path], object], str]] = {
    "it changed since": (lambda path: path.write_bytes(b"<mine/>"), "has changed since"),
    "it is gone": (Path.unlink, "is gone"),
    "the backup is gone": (lambda path: path.with_name("invoice.xml.bak").unlink(), r"gone or changed"),
    "the backup changed": (lambda path: path.with_name("invoice.xml.bak").write_bytes(b"?"), r"gone or changed"),
    "it was put back by hand": (lambda path: path.write_bytes(OLD), "already holds"),
    "nothing is known": (_without_journal, r"No backup .* is known.* Beside it lies invoice\.xml\.bak; copy"),
}


@pytest.mark.parametrize("what", CANNOT_BE_PUT_BACK)
def test_what_cannot_be_put_back_is_left_alone_with_a_sentence(what: str, path: Path, tmp_path: Path) -> None:
    work, sentence = CANNOT_BE_PUT_BACK[what]
    write(path, NEW, state_dir=tmp_path / "state")
    work(path)
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(InputError, match=sentence):
        restore(path, tmp_path / "state")
    assert (path.read_bytes() if path.exists() else None) == before


def test_a_failed_write_leaves_nothing_behind(path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write(path.parents[1] / "outside", NEW)  # a folder cannot be replaced
    assert _names(path.parent) == ["inside", "outside"]
