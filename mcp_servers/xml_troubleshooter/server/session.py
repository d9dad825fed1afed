"""What one connection holds."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import anyio

from ..jobs import Jobs

if TYPE_CHECKING:
    from ..services import OpenServices


_PROGRAM = __name__.partition(".server")[0]  # whose logger all others belong to


class Session:
    """What one connection holds: the services, opened when first needed, and the runs under way."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs
        self._stack = AsyncExitStack()
        self._services: OpenServices | None = None
        self._lock = anyio.Lock()

    async def services(self) -> OpenServices:
        """The services for the settings as they are now: a changed setting needs no restart."""
        from ..config import get_settings  # noqa: PLC0415 - pydantic-settings costs 30 ms of the start
        from ..services import open_services  # noqa: PLC0415 - and lxml, httpx and sqlite3 a lot more

        async with self._lock:
            settings = get_settings()
            if self._services is None or self._services.settings != settings:
                logging.getLogger(_PROGRAM).setLevel(settings.log_level)
                self._services = await self._stack.enter_async_context(open_services(settings))
            return self._services

    async def close(self) -> None:
        """Stop the runs, which put away what they have, and close the services."""
        await self.jobs.stop()
        await self._stack.aclose()
