"""The backups that this program made, and the files they are of: a journal for `restore`, in the state folder."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from .bounds import read_file, real_path
from .state_files import private_folder, write_private

_LONGEST = 1_000_000  # bytes, beyond which the older half is forgotten


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that was replaced: its path, the name of the backup beside it, the digests of its content then and now."""

    path: str
    backup: str
    before: str
    after: str


class Journal:
    """The replaced files in order, one line each; several processes may add to it."""

    def __init__(self, state_dir: Path | None) -> None:
        self._file = state_dir / "backups.jsonl" if state_dir is not None else None

    def add(self, entry: Entry) -> None:
        """Keep an entry. A state folder that cannot be written costs the way back by `restore`, not the backup."""
        if self._file is None:
            return
        line = json.dumps(asdict(entry)).encode() + b"\n"
        with suppress(OSError):
            private_folder(self._file.parent)
            if self._file.exists() and self._file.stat().st_size > _LONGEST:
                lines = read_file(real_path(self._file)).splitlines(keepends=True)
                write_private(self._file, b"".join(lines[len(lines) // 2 :]))
            handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "ab") as file:
                file.write(line)
                file.flush()
                os.fsync(handle)

    def newest(self, path: Path) -> Entry | None:
        """The last entry of a file; a line that a crash cut short is none."""
        if self._file is None:
            return None
        with suppress(OSError):
            for line in reversed(read_file(real_path(self._file)).splitlines()):
                with suppress(ValueError, TypeError):
                    entry = Entry(**json.loads(line))
                    if entry.path == str(path):
                        return entry
        return None
