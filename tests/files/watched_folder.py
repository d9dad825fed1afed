"""A folder whose every opening is seen, by whatever library or process: Linux tells of it (inotify)."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_ACCESSED, _MODIFIED, _OPENED, _CREATED = 0x1, 0x2, 0x20, 0x100


class WatchedFolder:
    """Counts from its making on."""

    def __init__(self, folder: Path) -> None:
        self._handle = -1
        if sys.platform == "linux":
            system = ctypes.CDLL(None, use_errno=True)
            self._handle = system.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
            kinds = _ACCESSED | _MODIFIED | _OPENED | _CREATED
            assert system.inotify_add_watch(self._handle, os.fsencode(folder), kinds) >= 0

    def close(self) -> None:
        """Stop watching."""
        if self._handle >= 0:
            os.close(self._handle)

    def touched(self) -> list[str]:
        """The names of files that were opened, read, written or made since the last time, "" for the folder itself."""
        names = []
        while self._handle >= 0:
            try:
                data = os.read(self._handle, 1 << 16)
            except BlockingIOError:
                break
            at = 0
            while at < len(data):
                length = int.from_bytes(data[at + 12 : at + 16], sys.byteorder)
                names.append(os.fsdecode(data[at + 16 : at + 16 + length].rstrip(b"\0")))
                at += 16 + length
        return names
