"""The program's own files, under STATE_DIR: folders that only their owner may enter, files that only they read."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

# by these a state folder is known for one, and not for a folder of something else that it was set to
_OURS = ("usage.db", "schema-index.json", "runs", "drivers", "unpacked", "backups", "tmp")


def private_folder(path: Path) -> Path:
    """A folder, made with its parents where it is not there, that only its owner may enter; raises OSError.

    One that was there before and holds other things than ours keeps its mode.
    """
    missing = [one for one in (path, *path.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
    if path not in missing and all(entry.name.startswith(_OURS) for entry in path.iterdir()):
        with suppress(OSError):  # another user's
            path.chmod(0o700)
    return path


def write_private(path: Path, data: bytes) -> None:
    """Put data into a file of a private folder in one step; raises OSError."""
    handle, name = tempfile.mkstemp(prefix="tmp", suffix=".tmp", dir=private_folder(path.parent))  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def is_alive(process: int) -> bool:
    """Whether a process of this machine still runs, as far as can be told; in doubt it does."""
    if sys.platform == "win32":  # where the signal 0 would end it
        import ctypes  # noqa: PLC0415 - of this system alone

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, process)  # noqa: FBT003 - may ask about it
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
