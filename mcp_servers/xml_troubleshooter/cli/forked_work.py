"""`validate` and `fix` of a few small files: a fork of this process is the worker, and nothing is loaded twice.

The fork is bounded as every worker is: in memory by the system, in time by its parent, which ends it with all that it
has started, and which it does not outlive. Work that ends badly there is done once more in the usual way, which can
report the error.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from ..plain_settings import PlainSettings, plain_settings
from ..workers.guards import end_with_parent, limit_memory
from .statuses import DONE, FAILED
from .terminal import cannot_be_written, say, show_cursor

if TYPE_CHECKING:
    import argparse

_SMALL = 200_000  # bytes of documents
_FEW = 7  # documents; of more, several workers take some each
_PATIENCE = 15.0  # seconds; longer work is no small matter
_PRINTS = b"p"

Telling = Callable[[], int]  # prints the report, and returns the exit status


def alone(
    options: argparse.Namespace,
    work: Callable[[argparse.Namespace, PlainSettings], Telling],
    patience: float = _PATIENCE,
) -> int | None:
    """The exit status of work on the files that are named; None where it has to be done in the usual way.

    Work of more than `patience` seconds has to.
    """
    settings = (
        plain_settings(asks_model="engine" in options and options.engine != "offline") if _suits(options) else None
    )
    if settings is None:
        return None
    told, tell = os.pipe()
    lives, live = os.pipe()
    gc.freeze()  # a collection would only copy the memory that both processes share
    process = os.fork()
    if not process:
        for pipe in (told, live):
            os.close(pipe)
        _be_a_worker(partial(work, options, settings), settings.worker_memory, lives, tell)
    for pipe in (lives, tell):
        os.close(pipe)
    with suppress(OSError):  # it may have ended
        os.setpgid(process, process)
    try:
        ready, _, _ = select.select([told], [], [], patience)
        if not ready or os.read(told, 1) != _PRINTS:
            return None
        _, ended = os.waitpid(process, 0)
        process = 0
        status = os.waitstatus_to_exitcode(ended)
        return status if status >= 0 else FAILED
    finally:
        if process:
            with suppress(OSError):
                os.killpg(process, signal.SIGKILL)
            show_cursor()
            os.waitpid(process, 0)
        for pipe in (told, live):
            os.close(pipe)


def _be_a_worker(work: Callable[[], Telling], memory: int, lives: int, tell: int) -> NoReturn:
    """Do the work and report on it; an error before the report is printed is silent."""
    told = False
    try:
        gc.disable()  # the modules stay, and a small document leaves little behind
        end_with_parent(lives)
        limit_memory(memory)
        telling = work()
        told = os.write(tell, _PRINTS) > 0
        os._exit(telling())
    except BrokenPipeError:  # whoever reads, such as head, has seen enough
        os._exit(DONE)
    except OSError as error:
        if told:
            say(cannot_be_written(error), sys.stderr)
    finally:
        os._exit(FAILED)


def _suits(options: argparse.Namespace) -> bool:
    """Whether few small files are named, and this process is as it began: with its own output, and no other thread."""
    threading = sys.modules.get("threading")
    if "engine" in options and (options.interactive or options.engine == "open_arena"):
        return False
    if not hasattr(os, "fork") or (threading is not None and threading.active_count() > 1):
        return False
    if len(options.files) > _FEW or (sys.stdout, sys.stderr) != (sys.__stdout__, sys.__stderr__):
        return False
    try:
        sizes = [os.path.getsize(name) if os.path.isfile(name) else _SMALL for name in options.files]  # noqa: PTH113, PTH202 - of any text
    except (OSError, ValueError):
        return False
    return sum(sizes) < _SMALL
