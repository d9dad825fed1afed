"""The dispatch of work: to worker processes and threads, away from the event loop, or to this process.

A process that is guarded as a worker is, with its memory bounded and a parent that ends it in time, does its work
itself, and has no event loop to wait in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple

from ..errors import LimitError, memory_is_up

if TYPE_CHECKING:
    from anyio import CancelScope

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")


class _Guarded:
    memory = 0  # bytes that this process may hold; 0 where it is not guarded


_guarded = _Guarded()


def run_here(work: Coroutine[Any, Any, Result], memory: int) -> Result:
    """The result of a coroutine that awaits only functions of this module, in a process that is guarded."""
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
    """The result of a module-level function, as `offload.offload` returns it; in a guarded process computed at once."""
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


class _Whole:
    cancelled_caught = False


def at_most(seconds: float) -> AbstractContextManager[CancelScope | _Whole]:
    """A context that is cancelled after so many seconds; in a guarded process the parent takes care of that."""
    if _guarded.memory:
        return nullcontext(_Whole())
    import anyio  # noqa: PLC0415 - a guarded process does without

    return anyio.move_on_after(seconds)


async def accompanied(work: Awaitable[Result], again: Callable[[], Awaitable[None]], every: float) -> Result:
    """The result of some work, while a function is called again every so many seconds.

    In a guarded process nobody waits that long.
    """
    if _guarded.memory:
        return await work
    import anyio  # noqa: PLC0415 - a guarded process does without

    failure: Exception | None = None

    async def accompany() -> None:
        while True:
            await anyio.sleep(every)
            await again()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(accompany)
        try:
            result = await work
        except Exception as error:  # noqa: BLE001 - raised below, outside of the group that would wrap it
            failure = error
        tasks.cancel_scope.cancel()
    if failure is not None:
        raise failure
    return result
