"""The names in a folder, kept until something comes into it or goes: of a thousand documents in one it is read once."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

_SETTLED = 3_000_000_000  # nanoseconds after its last change from which on a folder's time tells of the next one
_MOST = 10_000  # folders


@dataclass(frozen=True, slots=True)
class FolderNames:
    """The names in a folder, in order: of the folders in it, and of all other entries with an ending asked for.

    No link is followed: each is another entry.
    """

    folders: tuple[str, ...]
    files: tuple[str, ...]


_known: dict[tuple[Path, tuple[str, ...]], tuple[int, FolderNames]] = {}


def names_in(folder: Path, endings: tuple[str, ...]) -> FolderNames:
    """The names in a folder; `endings` are in lower case, names in any. Raises OSError where it cannot be listed."""
    changed = os.stat(folder).st_mtime_ns  # noqa: PTH116 - on every call
    known = _known.get((folder, endings))
    if known is not None and known[0] == changed:
        return known[1]
    folders: list[str] = []
    files: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            elif entry.name.lower().endswith(endings):
                files.append(entry.name)
    names = FolderNames(tuple(sorted(folders)), tuple(sorted(files)))
    if time.time_ns() - changed > _SETTLED:
        if len(_known) >= _MOST:
            _known.clear()
        _known[folder, endings] = changed, names
    return names
