"""The bounds of a process that works for another: on its memory, and on its life."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress


def end_with_parent(alive: int) -> None:
    """Lead a process group of its own, which ends when the parent's end of a pipe is closed."""
    os.setpgid(0, 0)
    for each in (signal.SIGINT, signal.SIGTTOU):  # an interrupt is the parent's business
        signal.signal(each, signal.SIG_IGN)

    def wait() -> None:
        os.read(alive, 1)
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=wait, daemon=True).start()


def limit_memory(size: int) -> None:
    """Bound the memory of the process: its data, if the system counts that (Linux), not the addresses it reserves."""
    try:
        import resource  # noqa: PLC0415 - not there on Windows
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = size if hard == resource.RLIM_INFINITY else min(size, hard)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
