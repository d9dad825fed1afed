"""How a file is replaced: whole or not at all, with what was there before kept beside it, and put back on demand.

Content goes to a new file beside its place, which is synced and only then given its name; whatever ends the process in
between leaves the old file or the new one, and the next write into that folder sweeps what a dead process left. All
steps name files inside one open folder, so that no folder that is swapped in between leads them elsewhere (Windows has
no such handles and goes by paths).
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import stat
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from .backup_journal import Entry, Journal
from .bounds import is_at, real_path
from .errors import InputError

_TEMPORARY = re.compile(r"\.xml-troubleshooter-[0-9a-f]{16}\.tmp")
_NUMBER = re.compile(r"\.bak\.([1-9]\d{0,8})$")
_NAME_BYTES = 255  # that a file's name may have nearly everywhere
_BY_HANDLE = os.open in os.supports_dir_fd and os.rename in os.supports_dir_fd
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_CREATE = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV, errno.EINVAL}


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written: where its older content is kept (None where there was none), and what could not be."""

    path: Path
    backup: Path | None = None
    notes: tuple[str, ...] = ()


def write(
    path: Path,
    data: bytes,
    *,
    instead_of: Collection[bytes] | None = None,
    ours: bytes = b"",
    state_dir: Path | None = None,
) -> Written:
    """Put `data` at a real path in one step, and keep what was there beside it, as `<name>.bak`.

    Older backups move on to the next free number. With `instead_of` the file must still hold one of these, or, where
    that is empty, must not be there; `ours` is what needs no backup. Owner, mode and extended attributes stay where
    that is permitted. `state_dir` keeps what `restore` needs. Raises InputError where the file changed, came or went
    meanwhile, or cannot be written.
    """
    try:
        with _Folder.opened(path.parent) as folder:
            folder.sweep()
            return _replaced(folder, path, data, instead_of, ours, Journal(state_dir))
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            f"{path} cannot be written: {reason}; nothing was changed. Choose another output_path, or see to the "
            f"folder {path.parent}."
        ) from None


def restore(path: Path, state_dir: Path | None) -> Written:
    """Put back the newest backup of a file that this program made; the state before becomes a backup too.

    Raises InputError where there is none, or where the file has changed since.
    """
    newest = Journal(state_dir).newest(path)
    if newest is None:
        beside = ", ".join(one.name for one in backups(path))
        found = f" Beside it lies {beside}; copy that by hand where it is the right one." if beside else ""
        raise InputError(f"No backup of {path} that was made here is known; nothing was changed.{found}")
    try:
        with _Folder.opened(path.parent) as folder:
            current = folder.content(path.name)
            kept = {_digest(content): content for content in folder.contents(_backup_names(folder, path.name))}
    except OSError as error:
        raise InputError(f"{path} cannot be restored: {error.strerror or error}.") from None
    if current is not None and _digest(current) == newest.before:
        raise InputError(f"{path} already holds what its newest backup holds; nothing was changed.")
    if current is None or _digest(current) != newest.after:
        what = "is gone" if current is None else "has changed since it was written here"
        raise InputError(
            f"{path} {what}, and was left alone; its backup is {path.with_name(newest.backup)}, to be copied by hand."
        )
    if newest.before not in kept:
        raise InputError(f"The backup of {path} is gone or changed ({newest.backup}); nothing was changed.")
    return write(path, kept[newest.before], instead_of=[current], state_dir=state_dir)


def backups(path: Path) -> tuple[Path, ...]:
    """The backups that lie beside a file, the newest first."""
    try:
        with _Folder.opened(path.parent) as folder:
            return tuple(path.with_name(name) for name in _backup_names(folder, path.name))
    except OSError:
        return ()


def _replaced(
    folder: _Folder, path: Path, data: bytes, instead_of: Collection[bytes] | None, ours: bytes, journal: Journal
) -> Written:
    name = path.name
    there = folder.lstat(name)
    if there is None:
        if instead_of:
            raise InputError(
                f"{path} was there when the work began and is gone now; nothing was written. Run the repair again, or "
                "give another output_path."
            )
        with folder.new(data) as made:
            made.set_usual_mode()
            if not made.becomes_new(name):
                raise InputError(f"{path} was made by somebody else meanwhile and was left alone; run it again.")
        folder.sync()
        return Written(path)
    with folder.existing(name) as (handle, status):
        old = _all_of(handle)
        if instead_of is not None and old not in instead_of:
            raise InputError(
                f"{path} changed while it was worked on and was left alone; run the repair again."
                if instead_of
                else f"{path} was made by somebody else meanwhile and was left alone; run it again."
            )
        notes = [f"It had {status.st_nlink} names (hard links); the others keep the old content."] * (
            status.st_nlink > 1
        )
        with folder.new(data) as made:
            notes += made.take_over(handle, status)
            backup = None if old == ours else _keep(folder, name, old, handle, status)
            if backup is not None:
                journal.add(Entry(str(path), backup, _digest(old), _digest(data)))
            now = folder.lstat(name)
            if now is None or not os.path.samestat(now, status) or now.st_mtime_ns != status.st_mtime_ns:
                raise InputError(f"{path} changed while it was worked on and was left alone; run the repair again.")
            made.becomes(name)
    folder.sync()
    return Written(path, path.with_name(backup) if backup else None, tuple(notes))


def _keep(folder: _Folder, name: str, old: bytes, handle: int, status: os.stat_result) -> str:
    """The name of a backup with this content, made where the newest one has another; that moves on to a free number.

    What bears that name and is no file is nobody's backup: it is let alone, and the backup takes a number.
    """
    newest = _backup_name(name)
    with folder.new(old) as made:
        made.take_over(handle, status)
        os.utime(made.handle if os.utime in os.supports_fd else made.place, ns=(status.st_atime_ns, status.st_mtime_ns))
        while not made.becomes_new(newest):
            try:
                if folder.content(newest) == old:
                    return newest
            except OSError:
                newest = _free_number(folder, name)
            else:
                folder.move_new(newest, _free_number(folder, name))
    folder.sync()
    return newest


def _free_number(folder: _Folder, name: str) -> str:
    number = 1
    while folder.lstat(_backup_name(name, number)) is not None:
        number += 1
    return _backup_name(name, number)


def _backup_name(name: str, number: int = 0) -> str:
    ending = f".bak.{number}" if number else ".bak"
    if len(os.fsencode(name + ending)) > _NAME_BYTES:
        mark = "~" + hashlib.sha256(os.fsencode(name)).hexdigest()[:8]
        room = _NAME_BYTES - len(ending) - len(mark)
        name = os.fsencode(name)[:room].decode(sys.getfilesystemencoding(), "ignore") + mark
    return name + ending


def _backup_names(folder: _Folder, name: str) -> list[str]:
    """The names of a file's backups, the newest first: of the numbered ones the last was moved on last."""
    known = set(folder.names())
    numbers = {int(found[1]) for other in known if (found := _NUMBER.search(other))}
    names = [_backup_name(name, number) for number in (0, *sorted(numbers, reverse=True))]
    return [one for one in names if one in known]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _all_of(handle: int) -> bytes:
    with os.fdopen(os.dup(handle), "rb") as file:
        return file.read()


class _Folder:
    """An open folder; its files go by their bare names."""

    def __init__(self, path: Path, handle: int | None) -> None:
        self.path = path
        self._handle = handle

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[_Folder]:
        """The folder at a real path; raises OSError where that leads elsewhere by now."""
        if not _BY_HANDLE:
            if real_path(path) != path:
                raise OSError(errno.EACCES, "another folder was put in its place", str(path))
            yield cls(path, None)
            return
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            if not is_at(handle, path):
                raise OSError(errno.EACCES, "another folder was put in its place", str(path))
            yield cls(path, handle)
        finally:
            os.close(handle)

    def place(self, name: str) -> str:
        """What a system call takes, with the handle, for a name."""
        return name if self._handle is not None else str(self.path / name)

    def lstat(self, name: str) -> os.stat_result | None:
        """What lies under a name, links not followed; None for nothing."""
        try:
            return os.stat(self.place(name), dir_fd=self._handle, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def names(self) -> list[str]:
        """What the folder holds."""
        return os.listdir(self.path if self._handle is None else self._handle)  # noqa: PTH208 - by the handle

    @contextmanager
    def existing(self, name: str) -> Iterator[tuple[int, os.stat_result]]:
        """A regular file, open to be read; raises OSError for anything else."""
        status = self.lstat(name)
        if status is not None and not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", name)
        handle = os.open(self.place(name), _READ, dir_fd=self._handle)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "it is not a regular file", name)
            yield handle, status
        finally:
            os.close(handle)

    def content(self, name: str) -> bytes | None:
        """The content of a regular file; None where there is nothing. Raises OSError."""
        try:
            with self.existing(name) as (handle, _):
                return _all_of(handle)
        except FileNotFoundError:
            return None

    def contents(self, names: list[str]) -> Iterator[bytes]:
        """The content of those that are regular files."""
        for name in names:
            with suppress(OSError):
                if (content := self.content(name)) is not None:
                    yield content

    def remove(self, name: str) -> None:
        """Take a name away; raises OSError."""
        os.unlink(self.place(name), dir_fd=self._handle)

    def rename(self, name: str, new: str) -> None:
        """Give what lies under a name another one, in place of whatever had it."""
        os.replace(self.place(name), self.place(new), src_dir_fd=self._handle, dst_dir_fd=self._handle)

    def move_new(self, name: str, new: str) -> bool:
        """Give what lies under a name, links not followed, another one that nothing has; whether nothing had it."""
        try:
            os.link(
                self.place(name),
                self.place(new),
                src_dir_fd=self._handle,
                dst_dir_fd=self._handle,
                follow_symlinks=os.link not in os.supports_follow_symlinks,
            )
        except FileExistsError:
            return False
        except OSError as error:  # a file system without links, a folder
            if error.errno not in _NO_LINKS:
                raise
            if self.lstat(new) is not None:
                return False
            self.rename(name, new)
        else:
            self.remove(name)
        return True

    def sync(self) -> None:
        """Have the names on the disk."""
        if self._handle is not None:
            with suppress(OSError):  # file systems that do not do it for folders
                os.fsync(self._handle)

    @contextmanager
    def new(self, data: bytes) -> Iterator[_New]:
        """A new file beside the others, synced, that takes its place or goes again."""
        made = _New(self)
        try:
            made.fill(data)
            yield made
        finally:
            made.end()

    def create(self, name: str) -> int:
        """A file that was not there; raises OSError."""
        return os.open(self.place(name), _CREATE, 0o600, dir_fd=self._handle)

    def sweep(self) -> None:
        """Remove what a process that ended in between left. A living one holds a lock on its file."""
        for name in filter(_TEMPORARY.fullmatch, self.names()):
            with suppress(OSError), self.existing(name) as (handle, _):
                if _lock(handle):
                    self.remove(name)


class _New:
    """A file that has not yet taken its place."""

    def __init__(self, folder: _Folder) -> None:
        self._folder = folder
        while True:
            self._name: str = f".xml-troubleshooter-{secrets.token_hex(8)}.tmp"
            self.handle = folder.create(self._name)
            _lock(self.handle)
            there = folder.lstat(self._name)
            if there is not None and os.path.samestat(there, os.fstat(self.handle)):
                break
            os.close(self.handle)  # swept before it was locked

    @property
    def place(self) -> str:
        """Its path, for systems that know no handles."""
        return str(self._folder.path / self._name)

    def fill(self, data: bytes) -> None:
        """Write the content to the disk; raises OSError."""
        with os.fdopen(os.dup(self.handle), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def set_usual_mode(self) -> None:
        """The mode of any file that is made anew."""
        mask = os.umask(0)  # the only portable way to read it is to set it
        os.umask(mask)
        self._set_mode(0o666 & ~mask)

    def take_over(self, handle: int, status: os.stat_result) -> list[str]:
        """Owner, mode and extended attributes of another file; a sentence for each that is not permitted."""
        notes: list[str] = []
        own = os.fstat(self.handle)
        mode = stat.S_IMODE(status.st_mode)
        if sys.platform != "win32" and (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
            with suppress(OSError):
                os.fchown(self.handle, -1, status.st_gid)
            with suppress(OSError):
                os.fchown(self.handle, status.st_uid, -1)
            own = os.fstat(self.handle)
            if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
                mode &= 0o777  # rights of another owner are not given to this one
                notes.append(
                    f"Its owner was {status.st_uid}:{status.st_gid} and is now {own.st_uid}:{own.st_gid}: the system "
                    "does not permit to keep it."
                )
        self._set_mode(mode)
        if sys.platform == "linux":
            lost, names = [], list[str]()
            with suppress(OSError):  # a file system without
                names = os.listxattr(handle)
            for name in names:
                try:
                    os.setxattr(self.handle, name, os.getxattr(handle, name))
                except OSError:
                    lost.append(name)
            if lost:
                notes.append(f"The extended attributes {', '.join(lost)} could not be kept.")
        return notes

    def becomes(self, name: str) -> None:
        """Take the place of what has a name."""
        self._settle()
        self._folder.rename(self._name, name)
        self._name = ""

    def becomes_new(self, name: str) -> bool:
        """Take a name that nothing has; whether that is so."""
        self._settle()
        done = self._folder.move_new(self._name, name)
        self._name = "" if done else self._name
        return done

    def end(self) -> None:
        """Close it, and remove it where it has not taken its place."""
        if self._name:
            with suppress(OSError):
                self._folder.remove(self._name)
        if self.handle >= 0:
            os.close(self.handle)

    def _set_mode(self, mode: int) -> None:
        if sys.platform == "win32":
            Path(self.place).chmod(mode)
        else:
            os.fchmod(self.handle, mode)

    def _settle(self) -> None:
        if sys.platform == "win32" and self.handle >= 0:  # where an open file cannot be given another name
            os.close(self.handle)
            self.handle = -1


def _lock(handle: int) -> bool:
    """Lock a file as long as it is open; False where another process has done so, or it cannot be told."""
    if sys.platform == "win32":
        return True  # where nobody can remove what another has open
    import fcntl  # noqa: PLC0415 - not there on Windows

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
