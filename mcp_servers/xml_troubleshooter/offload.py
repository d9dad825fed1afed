"""Run CPU-bound or native work in a worker process, so that a hang or crash there ends one call and not the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

import anyio
import anyio.to_process

from .errors import LimitError

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")


async def offload(function: Callable[[*Arguments], Result], *arguments: *Arguments, seconds: float) -> Result:
    """The result of a module-level function, computed in a worker process that is reused while it is well.

    The worker is killed when the caller is cancelled or `seconds` have passed. Raises LimitError on the time limit or when the
    worker died, and whatever the function raises.
    """
    try:
        with anyio.fail_after(seconds):
            return await anyio.to_process.run_sync(function, *arguments, cancellable=True)
    except TimeoutError:
        raise LimitError(
            f"The work did not end within {seconds:.0f} seconds and was stopped; try a smaller document, or look for a "
            "regular expression in the schema that backtracks without end."
        ) from None
    except anyio.BrokenWorkerProcess:
        raise LimitError(
            "The XML library crashed on this document and was stopped; the server goes on. Try the document in parts."
        ) from None
