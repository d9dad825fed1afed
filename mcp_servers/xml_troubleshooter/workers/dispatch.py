"""Where work is done: away from the event loop, in worker processes and threads, or here.

A process that is guarded as a worker is, with its memory bounded and a parent that ends it in time, does its work
itself and has no event loop to wait in.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, TypeVarTuple

from ..errors import LimitError, memory_is_up

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")


class _Guarded:
    memory = 0  # bytes that this process may hold; 0 where it is not guarded


_guarded = _Guarded()


def run_here(work: Coroutine[Any, Any, Result], memory: int) -> Result:
    """The result of a coroutine that awaits nothing but what this module gives it, in a process that is guarded."""
    _guarded.memory = memory
    try:
        work.send(None)
    except StopIteration as end:
        result: Result = end.value
        return result
    raise RuntimeError("the work waits for an event loop")


async def offload(
    function: Callable[[*Arguments], Result], *arguments: *Arguments, seconds: float, heavy: bool = False
) -> Result:
    """The result of a module-level function, as `offload.offload` tells it; in a guarded process computed at once."""
    if not _guarded.memory:
        from .offload import offload as offload_to_worker  # noqa: PLC0415 - a guarded process does without

        return await offload_to_worker(function, *arguments, seconds=seconds, heavy=heavy)
    try:
        return function(*arguments)
    except MemoryError:
        raise LimitError(memory_is_up(_guarded.memory)) from None


async def in_thread(function: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
    """The result of a function that waits for files, computed in a thread; in a guarded process at once."""
    if _guarded.memory:
        return function(*arguments)
    import anyio.to_thread  # noqa: PLC0415 - a guarded process does without

    return await anyio.to_thread.run_sync(function, *arguments)
