"""Run CPU-bound or native work in a worker process, so that a hang or crash there ends one call and not the server.

The workers are anyio's: reused while they are well, at most one a processor, killed when a call is cancelled. Their
standard streams are not ours, because standard output belongs to the protocol.
"""

from __future__ import annotations

import pickle
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, TypeVarTuple

import anyio
import anyio.to_process

from .errors import LimitError

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")

MEMORY = 4 << 30  # bytes of address space a worker may take


class WorkerError(RuntimeError):
    """An exception of a worker that cannot leave its process, as its type and text: nothing that a user can act on."""


@dataclass(frozen=True, slots=True)
class _Raised:
    """An exception on its way out of a worker."""

    error: Exception


async def offload(function: Callable[[*Arguments], Result], *arguments: *Arguments, seconds: float) -> Result:
    """The result of a module-level function, computed in a worker process.

    The worker is killed when the caller is cancelled or `seconds` have passed. Raises LimitError on the time or memory
    limit or when the worker died, and whatever the function raises; what cannot be pickled comes as WorkerError.
    """
    try:
        with anyio.fail_after(seconds):
            outcome = await anyio.to_process.run_sync(_call, function, arguments, cancellable=True)
    except TimeoutError:
        raise LimitError(
            f"The work did not end within {seconds:.0f} seconds and was stopped; try a smaller document, allow more "
            "time with AGENT_TIMEOUT, or look for a regular expression in the schema that backtracks without end."
        ) from None
    except anyio.BrokenWorkerProcess:
        raise LimitError(
            "The work on this document broke off: the XML library crashed, or the system ended it for want of memory. "
            "The server goes on; try again, or try the document in parts."
        ) from None
    if isinstance(outcome, _Raised):
        raise outcome.error
    return outcome


def _call(function: Callable[[*Arguments], Result], arguments: tuple[*Arguments]) -> Result | _Raised:
    """What runs in the worker: the function, with every exception in a form that survives the way back."""
    _settle()
    try:
        return function(*arguments)
    except MemoryError:
        return _Raised(
            LimitError(
                f"The work needs more memory than the {MEMORY >> 30} GiB it may take; try the document in parts."
            )
        )
    except Exception as error:  # noqa: BLE001  raised again on the other side
        return _Raised(_portable(error))


def _portable(error: Exception) -> Exception:
    try:
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301  made in the same line
    except Exception:  # noqa: BLE001  whatever goes wrong, it does not survive pickling
        copy = None
    if type(copy) is type(error) and str(copy) == str(error):
        return error
    return WorkerError(f"{type(error).__name__}: {error}")


def _settle() -> None:
    """Make the process a worker, once: an interrupt is the parent's business, and memory has its limit."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        import resource  # noqa: PLC0415  not there on Windows
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
