"""The configuration file of a project: the schemas that judge its documents, and the faults that count there.

It is `.xml-troubleshooter.toml`, or the table `[tool.xml-troubleshooter]` of a pyproject.toml. A shell looks for it
from the working folder upwards, the server at the top of the allowed folder that a document is in; never beside a
document, which may come from anywhere. It can make a verdict stricter and nothing else: permission to read,
write, send or change without asking is given on the command line and in the environment alone.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..disk.bounds import read_file, real_path
from .constants import LARGEST, NAME, SHARED, TABLE

if TYPE_CHECKING:
    from .file import Configuration


@dataclass(frozen=True, slots=True)
class Configurations:
    """The places of configurations: the top of `folders`, for documents below; `everywhere`: for all others too."""

    folders: tuple[Path, ...] = ()
    everywhere: bool = False

    def of(self, document: Path | None) -> Configuration | None:
        """The configuration for a document, by its real path (None: it came as text). Raises InputError."""
        for folder in sorted(self.folders, key=lambda each: -len(each.parts)):
            about = self.everywhere or document is None or document.is_relative_to(folder)
            if about and (found := at(folder)) is not None:
                return found
        return None


def above(folder: Path) -> Configurations:
    """The configuration of a shell: the first one in a folder or in one around it."""
    found = next((each for each in (folder, *folder.parents) if _file_in(each) is not None), None)
    return Configurations((found,) if found is not None else (), everywhere=True)


def at(folder: Path) -> Configuration | None:
    """The configuration at the top of a folder. Raises InputError that names the file and the fault in it."""
    found = _file_in(folder)
    if found is None:
        return None
    from .file import read  # noqa: PLC0415 - most folders have no configuration

    return read(*found)


def _file_in(folder: Path) -> tuple[Path, int, int] | None:
    """The configuration file in a folder, with the time of its last change in nanoseconds and its size in bytes.

    A file of another user is none: whoever can write to a folder above must not decide here. Nor is one that is not
    a regular file, which could block for ever. One that is too large counts, so that `read` reports it.
    """
    for name in (NAME, SHARED):
        path = folder / name
        try:
            facts = path.stat()
            ours = not hasattr(os, "getuid") or facts.st_uid in (os.getuid(), 0)
            if not ours or not stat.S_ISREG(facts.st_mode):
                continue
            if name == NAME or facts.st_size > LARGEST or f"[{'.'.join(TABLE)}".encode() in read_file(real_path(path)):
                return path, facts.st_mtime_ns, facts.st_size
        except OSError:
            continue
    return None
