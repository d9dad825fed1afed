"""The process that does the work of `offload`: requests come in by one pipe, their outcomes go out by another.

Each is a pickle, which marks its own end. The process leads a process group of its own, and ends with all of it when
its parent is gone, whatever it is doing.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
import threading
from contextlib import suppress
from importlib import import_module
from typing import IO

from ..errors import LimitError, too_deep
from .guards import limit_memory

RESULT, ERROR, FAILURE, NO_MEMORY = b"R", b"E", b"F", b"M"  # the kinds of answers


def main() -> None:
    """Answer requests until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the parent's business
    limit_memory(int(sys.argv[1]))
    requests, answers = _own_pipes()
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    for name in sys.argv[2:]:
        import_module(name)
    while True:
        pickle.dump(_answer(waiting.get()), answers)
        answers.flush()


def _own_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The two ends for the parent, under numbers that no other code knows: prints and reads go to the null device."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - as long as the process
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    return requests, answers


def _listen(requests: IO[bytes], waiting: queue.SimpleQueue[bytes]) -> None:
    """Take requests in, also while one is worked on: their end is the end of the parent."""
    with suppress(Exception):  # whatever comes instead of a request is their end
        while True:
            waiting.put(pickle.load(requests))  # noqa: S301 - our own parent's
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _answer(request: bytes) -> tuple[bytes, bytes | str]:
    """The outcome of a request, with its kind; an exception that cannot be pickled is given as its type and text."""
    try:
        function, arguments = pickle.loads(request)  # noqa: S301 - our own parent's
        return RESULT, pickle.dumps(function(*arguments))
    except MemoryError:
        return NO_MEMORY, ""
    except RecursionError:
        return ERROR, pickle.dumps(LimitError(too_deep("The document, or what judges it,")))
    except Exception as error:  # noqa: BLE001 - raised again on the other side
        with suppress(Exception):  # whatever goes wrong, it cannot be pickled
            packed = pickle.dumps(error)
            copy = pickle.loads(packed)  # noqa: S301 - made in the line above
            if type(copy) is type(error) and str(copy) == str(error):
                return ERROR, packed
        return FAILURE, f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    main()
