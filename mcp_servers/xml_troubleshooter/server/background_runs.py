"""Runs that outlive the call that started them, each in a task of its own."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import anyio
import anyio.to_thread
from anyio.abc import TaskGroup

from ..errors import InputError, LimitError

if TYPE_CHECKING:  # jobs are there before the first call, and the use case loads a lot
    from ..request import Request
    from ..troubleshooting.checked_document import Checked
    from ..troubleshooting.checking import Progress
    from ..troubleshooting.outcome import Outcome
    from ..troubleshooting.survey import Survey
    from ..troubleshooting.troubleshooter import Services

Result = TypeVar("Result")

_HEARTBEAT = 8.0  # seconds; a client that hears nothing for longer may believe the call dead
_SURVEYS = 20  # that are kept, as long as the connection lasts
_FOR_STEPS = 0.95  # of the time for a diagnosis, in which its steps must end
_PATIENCE = 1.2  # seconds that a stopped run has to put its state away


class Job(Generic[Result]):
    """Work under way. It ends with a result or an error."""

    def __init__(self) -> None:
        self._message = "started"
        self._result: Result | None = None
        self._error: Exception | None = None
        self._done = anyio.Event()
        self._news = anyio.Event()
        self._scope = anyio.CancelScope()

    async def run(self, work: Callable[[Progress], Awaitable[Result]]) -> None:
        """Do the work; an error that it raises is kept for the callers that wait."""
        try:
            with self._scope:
                self._result = await work(self._tell)
        except Exception as error:  # noqa: BLE001 - raised again where somebody waits for the result
            self._error = error
        finally:
            self._done.set()
            self._news.set()

    async def wait(self, seconds: float, progress: Progress) -> Result | None:
        """The result, or None after `seconds`; news are passed on as they come, and a sign of life without any."""
        with anyio.move_on_after(seconds):
            while not self._done.is_set():
                news = self._news  # before it is told, so that nothing that comes meanwhile is missed
                await progress(self._message)
                with anyio.move_on_after(_HEARTBEAT):
                    await news.wait()
        if self._error is not None:
            raise self._error
        return self._result

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._done.is_set()

    @property
    def failed(self) -> bool:
        """Whether it ended with an error."""
        return self._error is not None

    async def stop(self) -> None:
        """End the work early."""
        self._scope.cancel()
        with anyio.move_on_after(_PATIENCE, shield=True):
            await self._done.wait()

    async def _tell(self, message: str) -> None:
        self._message = message
        news, self._news = self._news, anyio.Event()
        news.set()


class Jobs:
    """The work under way on one connection; runs are known by their run id."""

    def __init__(self, tasks: TaskGroup) -> None:
        self._tasks = tasks
        self._jobs: set[Job[Any]] = set()
        self._surveys: OrderedDict[str, Survey] = OrderedDict()
        self._runs: dict[str, Job[Outcome]] = {}  # until they end, and those that failed until that is told

    async def check(self, request: Request, services: Services, progress: Progress, seconds: float) -> Checked:
        """A diagnosis within `seconds`; raises TroubleshooterError."""
        from ..troubleshooting.checking import check  # noqa: PLC0415 - it loads a lot

        # steps that take too long are left out, so that the rest can be reported in time
        within = replace(services, until=time.monotonic() + _FOR_STEPS * seconds)
        job = self._start(lambda tell: check(request, within, tell))
        try:
            checked = await job.wait(seconds, progress)
        finally:
            await job.stop()
        if checked is None:
            raise LimitError(
                f"The diagnosis did not end within {seconds:.0f} seconds and was stopped; allow more time with "
                "AGENT_DEADLINE, or check the document in parts."
            )
        return checked

    async def survey(
        self,
        request: Request,
        named: str,
        files: Sequence[Path],
        services: Services,
        progress: Progress,
        seconds: float,
    ) -> Survey:
        """The survey of many documents, with the verdicts known after `seconds`; the others follow later."""
        from ..troubleshooting.survey import Survey  # noqa: PLC0415 - it loads a lot
        from ..troubleshooting.troubleshooter import new_run_id  # noqa: PLC0415

        survey = Survey(new_run_id(), named, files)
        self._surveys[survey.run_id] = survey
        while len(self._surveys) > _SURVEYS:
            self._surveys.popitem(last=False)
        job = self._start(lambda tell: survey.run(request, services, tell))
        try:
            await job.wait(seconds, progress)
        except anyio.get_cancelled_exc_class():
            await job.stop()
            raise
        return survey

    def surveyed(self, run_id: str) -> Survey | None:
        """The survey that has this run id; None where there is none."""
        return self._surveys.get(run_id)

    async def follow(self, request: Request, services: Services, progress: Progress, seconds: float) -> Outcome:
        """Start, continue or join a run: its outcome when it ends, or so far when `seconds` have passed.

        A run goes on after that; a call that is cancelled stops its run, and its best state stays in the run store.
        Raises TroubleshooterError.
        """
        from ..troubleshooting.outcome import begun  # noqa: PLC0415 - it loads a lot
        from ..troubleshooting.troubleshooter import new_run_id, troubleshoot  # noqa: PLC0415

        if request.run_id and (request.xml or request.path or request.schema_path):
            raise InputError(
                "Give either a document (xml or path, and schema_path) or the run_id of an earlier run, not both: it "
                "keeps its document and its schema."
            )
        run_id = request.run_id or new_run_id()
        job = self._runs.get(run_id)
        if job is not None and _continues(request):
            raise InputError(f"Run {run_id} is still under way; collect its result first, by its run_id alone.")
        if job is None and request.run_id and not _continues(request):
            return await anyio.to_thread.run_sync(services.runs.load, run_id)
        if job is None:
            job = self._start(lambda tell: troubleshoot(request, services, tell, run_id), run_id)
            self._runs[run_id] = job

        try:
            return await self._reached(run_id, job, services, progress, seconds) or begun(run_id, request)
        except InputError as error:
            if request.run_id or not services.runs.holds(run_id):
                raise
            # the result could not be written
            raise InputError(f'{error} What was repaired is kept: call again with run_id="{run_id}".') from None

    async def _reached(
        self, run_id: str, job: Job[Outcome], services: Services, progress: Progress, seconds: float
    ) -> Outcome | None:
        """The outcome of a run when it ends, or so far when `seconds` have passed; None where nothing is known yet."""

        async def name_the_run(message: str) -> None:
            await progress(f"run {run_id}: {message}")

        try:
            outcome = await job.wait(seconds, name_the_run)
        except anyio.get_cancelled_exc_class():
            await job.stop()
            raise
        finally:
            if job.over:
                self._runs.pop(run_id, None)
        if outcome is None and await anyio.to_thread.run_sync(services.runs.holds, run_id):
            return await anyio.to_thread.run_sync(services.runs.load, run_id)
        return outcome

    async def stop(self) -> None:
        """End everything early."""
        async with anyio.create_task_group() as tasks:
            for job in list(self._jobs):
                tasks.start_soon(job.stop)

    def _start(self, work: Callable[[Progress], Awaitable[Result]], run_id: str = "") -> Job[Result]:
        job: Job[Result] = Job()

        async def follow() -> None:
            try:
                await job.run(work)
            finally:
                self._jobs.discard(job)
                if not job.failed:  # its outcome is in the run store
                    self._runs.pop(run_id, None)

        self._jobs.add(job)
        self._tasks.start_soon(follow)
        return job


def _continues(request: Request) -> bool:
    """Whether a request with a run id asks for more than the result that the run has so far."""
    wants = (
        request.answers,
        request.accept,
        request.reject,
        request.allow_unsafe,
        request.max_iterations,
        request.output_path,
        request.problem,
    )
    return any(wants) or request.engine != "auto"
