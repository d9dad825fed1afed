"""Run CPU-bound or native work in a worker process, so that a hang or crash there ends one call and not the server.

Workers are used again while they are well. Each leads a process group of its own, which ends as a whole, with every
process that the worker has started. Nothing is packed, sent, awaited or unpacked in the event loop. Short work, by the
size of its arguments, has a worker for itself, so that it waits for no heavy work.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import IO, TypeVar, TypeVarTuple, cast

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar

from ..errors import LimitError, broken_off, memory_is_up, time_is_up
from . import worker_process

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")

MEMORY = 4 << 30  # bytes of data that a worker may hold, unless the settings say otherwise
SHORT = 200_000  # bytes of arguments, up to which work is taken for short
_SECONDS_SHORT = 1.0  # after which it was not short, and makes room for the next


class WorkerError(RuntimeError):
    """An exception of a worker that cannot leave its process, as its type and text: nothing that a user can act on."""


async def offload(
    function: Callable[[*Arguments], Result], *arguments: *Arguments, seconds: float, heavy: bool = False
) -> Result:
    """The result of a module-level function, computed in a worker process.

    The worker, with any process that it started, is killed when the caller is cancelled or the work has taken
    `seconds`. `heavy` is work that takes long although its arguments are small. Raises LimitError on the time or memory
    limit or when the worker died, and any exception of the function; one that cannot be pickled comes as WorkerError.
    """
    slots = _worker_slots()
    packed: bytes | None = None
    if not slots.free:  # the order is decided by size
        packed = await anyio.to_thread.run_sync(pickle.dumps, (function, arguments), limiter=slots.threads)
    async with slots.acquired(heavy=heavy or packed is None or len(packed) > SHORT):
        worker = await _well_worker()

        def do() -> tuple[bytes, object]:
            return worker.do(pickle.dumps((function, arguments)) if packed is None else packed)

        try:
            with anyio.fail_after(seconds):
                # the thread ends with the worker
                kind, outcome = await anyio.to_thread.run_sync(do, limiter=slots.threads, abandon_on_cancel=True)
        except TimeoutError:
            await _ended(worker)
            raise LimitError(time_is_up(seconds)) from None
        except EOFError:
            killed = await _ended(worker) == -getattr(signal, "SIGKILL", 9)
            raise LimitError(broken_off(killed=killed)) from None
        except BaseException:
            await _ended(worker)
            raise
        _idle.append(worker)
    if kind == worker_process.NO_MEMORY:
        raise LimitError(memory_is_up(_limit.bytes))
    if kind == worker_process.FAILURE:
        raise WorkerError(outcome)
    if kind == worker_process.ERROR:
        raise cast("Exception", outcome)
    return cast("Result", outcome)


def limit_memory(size: int) -> None:
    """Set the bytes of data that workers started from now on may hold; idle workers are ended."""
    if size != _limit.bytes:
        _limit.bytes = size
        end_workers(idle_only=True)


def begin_worker(*modules: str) -> None:
    """Start a worker where none waits, which loads modules while this process does other things."""
    if not _idle:
        _idle.append(_Worker(modules))


def end_workers(*, idle_only: bool = False) -> None:
    """End the workers, with all that they have started; a call that waits for one gets the error that it died."""
    for worker in [*_idle] if idle_only else [*_all]:
        with suppress(ValueError):
            _idle.remove(worker)
        worker.end()


async def _ended(worker: _Worker) -> int | None:
    status: int | None = None
    with anyio.CancelScope(shield=True):
        status = await anyio.to_thread.run_sync(worker.end, limiter=_worker_slots().threads)
    return status  # noqa: RET504 - to a type checker the scope might go on behind it


class _Worker:
    """A worker process, which handles one request after another."""

    def __init__(self, modules: Sequence[str] = ()) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", worker_process.__name__, str(_limit.bytes), *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        self._lock = threading.Lock()
        _all.add(self)

    @property
    def is_well(self) -> bool:
        return self._process.poll() is None

    def do(self, request: bytes) -> tuple[bytes, object]:
        """The outcome of a request, with its kind; raises EOFError where the worker died over it."""
        to_worker = cast("IO[bytes]", self._process.stdin)
        from_worker = cast("IO[bytes]", self._process.stdout)
        try:
            pickle.dump(request, to_worker)
            to_worker.flush()
            kind, content = pickle.load(from_worker)  # noqa: S301 - our own worker's
            packed = kind in (worker_process.RESULT, worker_process.ERROR)
            return kind, pickle.loads(content) if packed else content  # noqa: S301
        except (OSError, ValueError, pickle.UnpicklingError):
            raise EOFError from None

    def end(self) -> int | None:
        """End the process and all that it started; returns its exit status if it had ended already, else None."""
        with self._lock:
            if self not in _all:
                return self._process.returncode
            _all.discard(self)
            with suppress(subprocess.TimeoutExpired):  # one that died leaves its pipe a moment before it can be seen
                self._process.wait(0.05)
            status = self._process.returncode
            with suppress(OSError):
                if hasattr(os, "killpg"):
                    os.killpg(self._process.pid, signal.SIGKILL)  # also processes that a dead worker has left
            with suppress(OSError):
                self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError, ValueError):
                if pipe is not None and not pipe.closed:
                    pipe.close()
        return status


class _Limit:
    bytes = MEMORY


_limit = _Limit()
_all: set[_Worker] = set()
_idle: list[_Worker] = []
atexit.register(end_workers)


async def _well_worker() -> _Worker:
    while _idle:
        worker = _idle.pop()
        if worker.is_well:
            return worker
        await _ended(worker)
    return await anyio.to_thread.run_sync(_Worker, limiter=_worker_slots().threads)


class _WorkerSlots:
    """The places for work: for heavy work as many workers as there are processors, for short work one more."""

    def __init__(self) -> None:
        processors = os.cpu_count() or 2
        self.threads = anyio.CapacityLimiter(1000)  # they only wait
        self._any = anyio.CapacityLimiter(processors)
        self._short = anyio.CapacityLimiter(1)
        self._overdue = anyio.CapacityLimiter(processors)

    @property
    def free(self) -> bool:
        """Whether there is a place for any work."""
        return self._any.available_tokens > 0

    @asynccontextmanager
    async def acquired(self, *, heavy: bool) -> AsyncIterator[None]:
        """A place, once there is one."""
        if heavy or self.free:
            async with self._any:
                yield
            return
        place = object()
        await self._short.acquire_on_behalf_of(place)
        timer = _Timer(self._short, self._overdue, place)
        try:
            yield
        finally:
            timer.stop()


class _Timer:
    """Frees the place for short work when the work in it takes long, as often as there are processors."""

    def __init__(self, short: anyio.CapacityLimiter, overdue: anyio.CapacityLimiter, place: object) -> None:
        import asyncio  # noqa: PLC0415 - the server and the commands run on it

        self._holds, self._overdue, self._place = short, overdue, place
        self._handle = asyncio.get_running_loop().call_later(_SECONDS_SHORT, self._step_aside)

    def _step_aside(self) -> None:
        with suppress(anyio.WouldBlock):
            self._overdue.acquire_on_behalf_of_nowait(self._place)
            self._holds.release_on_behalf_of(self._place)
            self._holds = self._overdue

    def stop(self) -> None:
        self._handle.cancel()
        self._holds.release_on_behalf_of(self._place)


_of_this_loop: RunVar[_WorkerSlots] = RunVar("_of_this_loop")


def _worker_slots() -> _WorkerSlots:
    try:
        return _of_this_loop.get()
    except LookupError:
        slots = _WorkerSlots()
        _of_this_loop.set(slots)
        return slots
