"""The diagnoses of many documents: several small ones in one call of a worker, which costs more than one of them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import anyio

from ..errors import LimitError, TroubleshooterError
from ..knowledge.article_store import Store
from ..request import Request
from ..workers.dispatch import run_here
from ..workers.offload import MEMORY, offload
from .checked_document import Checked
from .checking import Judges, Progress, check, silent, with_articles

_MANY = 8  # documents from which on it pays
_TOGETHER = 32  # documents of one call
_SMALL = 50_000  # bytes of a document that is not looked at by itself
_ENOUGH = 2.0  # seconds after which a call takes no further document
_PATIENCE = 15.0  # seconds for one call


class Batches:
    """The diagnoses of files as `check` makes them, one by one.

    Those that are asked for at the same time, by so many `lanes`, are of different calls. A document that a call has
    not reached, in its time or because another one broke it, is checked by itself, as are documents that are not small.
    """

    def __init__(self, files: Sequence[Path], request: Request, services: Judges, lanes: int) -> None:
        self._request = request
        self._services = services
        self._found: dict[Path, Checked | TroubleshooterError] = {}
        self._calls: dict[Path, _Call] = {}
        small = [path for path in files if _is_small(path)] if len(files) >= _MANY else []
        for start in range(0, len(small), _TOGETHER * lanes):
            for lane in range(lanes):
                taken = small[start + lane : start + _TOGETHER * lanes : lanes]
                self._calls |= dict.fromkeys(taken, _Call(taken))

    async def check(self, path: Path, progress: Progress) -> Checked:
        """The diagnosis of one of the files; raises TroubleshooterError."""
        call = self._calls.pop(path, None)
        if call is not None:
            async with call.lock:
                if call.files:
                    with suppress(TroubleshooterError, RuntimeError):  # the error of each is told by itself
                        self._found |= await self._together(call.files)
                    call.files = ()
        found = self._found.pop(path, None)
        if found is None:
            return await check(replace(self._request, path=str(path)), self._services, progress)
        if isinstance(found, TroubleshooterError):
            raise found
        return await with_articles(found, self._request.problem, self._services.knowledge)

    async def _together(self, files: Sequence[Path]) -> dict[Path, Checked | TroubleshooterError]:
        services = self._services
        # the articles stay here
        judges = {each.name: getattr(services, each.name) for each in fields(Judges) if each.name != "knowledge"}
        seconds = services.within(1, min(_PATIENCE, services.seconds))
        return await offload(_checked, files, self._request, judges, seconds=seconds, heavy=True)


class _Call:
    """The documents of one call, none once it was made."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.files = files
        self.lock = anyio.Lock()


def _is_small(path: Path) -> bool:
    try:
        return path.stat().st_size <= _SMALL
    except OSError:
        return False


def _checked(
    files: Sequence[Path], request: Request, services: Mapping[str, Any]
) -> dict[Path, Checked | TroubleshooterError]:
    """The diagnoses or errors of files in a worker, as far as time allows; none of a file whose work broke off."""
    judges, enough = Judges(**services, knowledge=Store(())), time.monotonic() + _ENOUGH
    found: dict[Path, Checked | TroubleshooterError] = {}
    for path in files:
        with suppress(Exception):  # a limit, or a fault of our own, is told where this one is checked by itself
            found[path] = run_here(_attempted(replace(request, path=str(path)), judges), MEMORY)
        if time.monotonic() > enough:
            break
    return found


async def _attempted(request: Request, judges: Judges) -> Checked | TroubleshooterError:
    try:
        checked = await check(request, judges, silent)
    except LimitError:
        raise
    except TroubleshooterError as error:
        return error
    _ = checked.vocabulary, checked.ends_early  # the caller asks for these, and now they travel with it
    return checked
