"""The state of one connection."""

from __future__ import annotations

import gc
import logging
from contextlib import AsyncExitStack
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from .background_runs import Jobs

if TYPE_CHECKING:
    from ..config import Settings
    from ..services import OpenServices


_PROGRAM = __name__.partition(".server")[0]  # whose logger all others belong to


class Session:
    """The state of one connection: the services, opened when first needed, and the runs under way."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs
        self._stack = AsyncExitStack()
        self._services: OpenServices | None = None
        self._lock = anyio.Lock()

    async def services(self) -> OpenServices:
        """The services for the settings as they are now: a changed setting needs no restart."""
        async with self._lock:
            settings = await anyio.to_thread.run_sync(_settings)
            if self._services is None or self._services.settings != settings:
                from ..services import open_services  # noqa: PLC0415 - loaded by now

                logging.getLogger(_PROGRAM).setLevel(settings.log_level)
                self._services = await self._stack.enter_async_context(open_services(settings))
            return self._services

    async def close(self) -> None:
        """Stop the runs, which save their state, and close the services."""
        await self.jobs.stop()
        await self._stack.aclose()


def _settings() -> Settings:
    """The settings as they are now."""
    from ..config import get_settings  # noqa: PLC0415 - pydantic-settings costs 30 ms of the start

    _load()
    return get_settings()


@cache
def _load() -> None:
    """Load the modules that a call needs, with the first call: it takes a while, and the event loop goes on.

    They stay loaded, and garbage collection skips them from now on: to go through them would hold everything up.
    """
    for room in ("output.size_limits", "services"):  # and lxml, httpx and sqlite3 with them
        import_module(f"{_PROGRAM}.{room}")
    gc.freeze()
    gc.set_threshold(*_CLEARED)


_CLEARED = (2_000, 10, 100)  # how often young and old objects are gone through; the old may be masses of edits
