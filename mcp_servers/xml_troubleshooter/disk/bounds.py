"""The files that may be opened, and how: one policy for all that a user, a document, a schema or a catalog names.

A file is opened where its real path (symbolic links followed) lies in an allowed folder and it is a regular file; else
it is refused before it is opened. The file opened is the one checked: the path is asked of the descriptor itself, which
reveals a link or folder swapped in between. Linux tells it in /proc, macOS by F_GETPATH, Windows by
GetFinalPathNameByHandle; where none of these answers, the path is followed once more and must lead to the same file.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

_ATTEMPTS = 3  # an editor may replace a file at the moment at which it is opened
READ = os.O_RDONLY
for _flag in ("O_NONBLOCK", "O_NOFOLLOW", "O_NOCTTY", "O_CLOEXEC", "O_BINARY", "O_NOINHERIT"):
    READ |= getattr(os, _flag, 0)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Folders (real paths), whose files may be opened, with all that lies below them."""

    folders: tuple[Path, ...]

    @classmethod
    def of(cls, folders: Iterable[Path]) -> Bounds:
        """The bounds that these folders make, each taken by its real path."""
        return cls(tuple(dict.fromkeys(real_path(folder) for folder in folders)))

    def allow(self, path: Path) -> bool:
        """Whether a path, links followed, lies inside."""
        try:
            return self.hold(real_path(path))
        except (OSError, ValueError):  # a name that no file can have
            return False

    def file(self, path: Path) -> Path | None:
        """The real path of a regular file inside; None for anything else, of which nothing more is learnt."""
        try:
            place = real_path(path)
            return place if self.hold(place) and stat.S_ISREG(os.lstat(place).st_mode) else None
        except (OSError, ValueError):
            return None

    def hold(self, place: Path) -> bool:
        """Whether a real path lies inside."""
        return any(place.is_relative_to(folder) for folder in self.folders)


def real_path(path: Path) -> Path:
    """The path without symbolic links, as far as it exists."""
    return Path(os.path.realpath(path))


def open_file(path: Path) -> BufferedReader:
    """Open a regular file by its real path; nothing else is ever opened, and nothing is waited for.

    Raises OSError, whose `strerror` ends a sentence, also where the path now leads elsewhere.
    """
    for _ in range(_ATTEMPTS):
        check_regular(os.lstat(path), path)
        handle = os.open(path, READ)
        try:
            status = os.fstat(handle)
            check_regular(status, path)
            if _leads_to(handle, status, path):
                return os.fdopen(handle, "rb")
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
    raise OSError(errno.EACCES, "another file was put in its place while it was opened", str(path))


def read_file(path: Path) -> bytes:
    """The content of a regular file, opened as `open_file` does; raises OSError."""
    with open_file(path) as file:
        return file.read()


def is_at(handle: int, path: Path) -> bool:
    """Whether a descriptor, of a file or a folder, leads to the file or folder at a real path."""
    return _leads_to(handle, os.fstat(handle), path)


def check_regular(status: os.stat_result, path: Path) -> None:
    """Raises OSError for anything but a regular file, which nothing waits for."""
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))


def _leads_to(handle: int, status: os.stat_result, path: Path) -> bool:
    with suppress(OSError):
        place = _place(handle)
        if place == str(path):
            return True
        # file systems there tell names apart by neither case nor composition
        if place and sys.platform in ("darwin", "win32"):
            return _folded(place) == _folded(str(path))
        if place:
            return False
    with suppress(OSError):  # nobody tells
        return real_path(path) == path and os.path.samestat(status, os.lstat(path))
    return False


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", os.path.normcase(path.removeprefix("\\\\?\\"))).casefold()


def _place(handle: int) -> str:
    """The path of a descriptor, as the system tells it; "" where there is no way to ask."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - as msvcrt, of this system alone
        import msvcrt  # noqa: PLC0415

        buffer = ctypes.create_unicode_buffer(32768)
        ask = ctypes.windll.kernel32.GetFinalPathNameByHandleW
        ask.argtypes = [ctypes.c_void_p, ctypes.c_wchar_p, ctypes.c_uint32, ctypes.c_uint32]
        return buffer.value if ask(msvcrt.get_osfhandle(handle), buffer, len(buffer), 0) else ""
    if sys.platform == "darwin":
        import fcntl  # noqa: PLC0415 - not there on Windows

        return os.fsdecode(fcntl.fcntl(handle, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0"))
    return os.readlink(f"/proc/self/fd/{handle}")  # noqa: PTH115 - thrice as fast as by a Path
