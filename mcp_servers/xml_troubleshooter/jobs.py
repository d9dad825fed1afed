"""Runs that outlive the call that started them, each in a task of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress

import anyio
from anyio.abc import TaskGroup

from .troubleshooter import Outcome, Progress

_HEARTBEAT = 8.0  # seconds; a client that hears nothing for longer may believe the call dead
_PATIENCE = 5.0  # seconds that a stopped run has to put its state away


class Job:
    """A run under way. It ends with an outcome or an error."""

    def __init__(self) -> None:
        self.message = "started"
        self._outcome: Outcome | None = None
        self._error: Exception | None = None
        self._done = anyio.Event()
        self._news = anyio.Event()
        self._scope = anyio.CancelScope()

    async def run(self, work: Callable[[Progress], Awaitable[Outcome]]) -> None:
        """Do the work; whatever it raises is kept for those who wait."""
        try:
            with self._scope:
                self._outcome = await work(self._report)
        except Exception as error:  # noqa: BLE001 - it is raised again where somebody waits for the outcome
            self._error = error
        finally:
            self._done.set()
            self._news.set()

    async def wait(self, seconds: float, report: Progress) -> Outcome | None:
        """The outcome, or None after `seconds`; news are reported as they come, and a sign of life without any."""
        with anyio.move_on_after(seconds):
            while not self._done.is_set():
                news = self._news  # before the report, so that nothing that comes while it is sent is missed
                await report(self.message)
                with anyio.move_on_after(_HEARTBEAT):
                    await news.wait()
        if self._error is not None:
            raise self._error
        return self._outcome

    async def stop(self) -> None:
        """End the run early; what it has so far stays in the run store."""
        self._scope.cancel()
        with anyio.move_on_after(_PATIENCE, shield=True):
            await self._done.wait()

    async def _report(self, message: str) -> None:
        self.message = message
        news, self._news = self._news, anyio.Event()
        news.set()


class Jobs:
    """The runs of this process that are under way, by run id."""

    def __init__(self, tasks: TaskGroup) -> None:
        self._tasks = tasks
        self._jobs: dict[str, Job] = {}

    def start(self, run_id: str, work: Callable[[Progress], Awaitable[Outcome]]) -> Job:
        """Begin the work in a task of its own."""
        job = self._jobs[run_id] = Job()

        async def follow() -> None:
            try:
                await job.run(work)
            finally:
                self._jobs.pop(run_id, None)

        self._tasks.start_soon(follow)
        return job

    def get(self, run_id: str) -> Job | None:
        """The run of this id while it is under way."""
        return self._jobs.get(run_id)

    async def stop(self) -> None:
        """End all runs early."""
        async with anyio.create_task_group() as tasks:
            for job in list(self._jobs.values()):
                tasks.start_soon(job.stop)
        with suppress(RuntimeError):
            self._tasks.cancel_scope.cancel()
