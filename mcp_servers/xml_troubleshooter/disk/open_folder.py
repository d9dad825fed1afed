"""An open folder, and new files in it: the steps by which one is replaced.

All steps name files inside one open folder, so that no folder that is swapped in between leads them elsewhere (Windows
has no such handles and goes by paths). The temporary files that a dead process left in it are swept.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .bounds import READ, check_regular, is_at, real_path

_TEMPORARY = re.compile(r"\.xml-troubleshooter-[0-9a-f]{16}\.tmp")
_BY_HANDLE = os.open in os.supports_dir_fd and os.rename in os.supports_dir_fd
_CREATE = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV, errno.EINVAL}


def all_of(handle: int) -> bytes:
    """All that an open file holds."""
    with os.fdopen(os.dup(handle), "rb") as file:
        return file.read()


class OpenFolder:
    """An open folder; its files go by their bare names."""

    def __init__(self, path: Path, handle: int | None) -> None:
        self.path = path
        self._handle = handle

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[OpenFolder]:
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
        """The path that a system call takes, with the handle, for a name."""
        return name if self._handle is not None else str(self.path / name)

    def lstat(self, name: str) -> os.stat_result | None:
        """The status of the file or folder of a name, links not followed; None for none."""
        try:
            return os.stat(self.place(name), dir_fd=self._handle, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def names(self) -> list[str]:
        """The names of all that the folder holds."""
        return os.listdir(self.path if self._handle is None else self._handle)  # noqa: PTH208 - by the handle

    @contextmanager
    def existing(self, name: str) -> Iterator[tuple[int, os.stat_result]]:
        """A regular file, open to be read; raises OSError for anything else."""
        path = self.path / name
        if (status := self.lstat(name)) is not None:
            check_regular(status, path)
        handle = os.open(self.place(name), READ, dir_fd=self._handle)
        try:
            status = os.fstat(handle)
            check_regular(status, path)
            yield handle, status
        finally:
            os.close(handle)

    def content(self, name: str) -> bytes | None:
        """The content of a regular file; None where there is nothing. Raises OSError."""
        try:
            with self.existing(name) as (handle, _):
                return all_of(handle)
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
        """Give the file of a name another name, in place of the file that had it."""
        os.replace(self.place(name), self.place(new), src_dir_fd=self._handle, dst_dir_fd=self._handle)

    def move_new(self, name: str, new: str) -> bool:
        """Give the file of a name, links not followed, another name that is free; whether it was free."""
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
    def new(self, data: bytes) -> Iterator[NewFile]:
        """A new file beside the others, synced, that takes its place or goes again."""
        made = NewFile(self)
        try:
            made.fill(data)
            yield made
        finally:
            made.end()

    def create(self, name: str) -> int:
        """A file that was not there; raises OSError."""
        return os.open(self.place(name), _CREATE, 0o600, dir_fd=self._handle)

    def sweep(self) -> None:
        """Remove the files that a process left when it ended in between. A living one holds a lock on its file."""
        for name in filter(_TEMPORARY.fullmatch, self.names()):
            with suppress(OSError), self.existing(name) as (handle, _):
                if _lock(handle):
                    self.remove(name)


class NewFile:
    """A file that has not yet taken its place."""

    def __init__(self, folder: OpenFolder) -> None:
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
        """Take a name, in place of the file that has it."""
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
    """Lock a file as long as it is open; False where another process has done so, or that is unknown."""
    if sys.platform == "win32":
        return True  # where nobody can remove what another has open
    import fcntl  # noqa: PLC0415 - not there on Windows

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
