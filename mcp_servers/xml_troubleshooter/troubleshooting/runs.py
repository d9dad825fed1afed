"""The store of runs, so that a result can be collected or continued: in memory, and in the owner's own files."""

from __future__ import annotations

import base64
import dataclasses
import json
import math
import os
import re
import time
import types
import typing
from collections import OrderedDict
from collections.abc import Mapping
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..disk.state_files import is_alive, private_folder, write_private
from ..errors import InputError

if TYPE_CHECKING:  # it loads a lot, and a store is made at the start
    from .outcome import Outcome

DAY = 24 * 60 * 60.0
_IN_MEMORY = 20
_SWEEP_EVERY = 60.0  # seconds; there may be thousands of runs to look through
_RUN_ID = re.compile(r"[A-Za-z0-9_\-]{8,64}")
_SUFFIX = ".run.json"
_LONG = 500  # characters; longer texts (documents) occur several times in an outcome and are written once


class RunStore:
    """The last runs of this process and, with a folder, those of the last day.

    Each run is one file that only its owner can read, in a folder that only its owner can enter.
    """

    def __init__(self, folder: Path | None, keep: float = DAY) -> None:
        """Keep runs under `folder` for `keep` seconds.

        None keeps them in memory alone; so does no time, which removes those that were kept there before.
        """
        self._folder = folder
        self._keep = keep
        self._recent: OrderedDict[str, Outcome] = OrderedDict()
        self._swept = -math.inf

    def remember(self, outcome: Outcome) -> None:
        """Keep an outcome under its run id, as long as this process lives; raises InputError for an unusable id."""
        run_id = _checked(outcome.run_id)
        self._recent[run_id] = outcome
        self._recent.move_to_end(run_id)
        while len(self._recent) > _IN_MEMORY:
            self._recent.popitem(last=False)

    def save(self, outcome: Outcome) -> None:
        """Keep an outcome under its run id, in place of an earlier one; raises InputError for an unusable id."""
        self.remember(outcome)
        self._sweep()
        if self._folder is not None and self._keep > 0:
            # a full or read-only disk costs the memory of a run, never its result
            try:
                self._write(self._folder, outcome)
            except OSError:
                return

    def holds(self, run_id: str) -> bool:
        """Whether there is something to load."""
        return (self._recent.get(run_id) or self._read(run_id)) is not None

    def load(self, run_id: str) -> Outcome:
        """The outcome of a run; raises InputError where there is none."""
        self._sweep()
        outcome = self._recent.get(_checked(run_id)) or self._read(run_id)
        if outcome is None:
            raise InputError(f"There is no run {run_id} any more; give the document again, as xml or path.")
        return outcome

    def _write(self, folder: Path, outcome: Outcome) -> None:
        private_folder(folder.parent)
        private_folder(folder).chmod(0o700)  # with any files in it already
        # ASCII: a text may hold bytes that were no text
        write_private(folder / f"{outcome.run_id}{_SUFFIX}", _encoded(outcome).encode("ascii"))

    def _read(self, run_id: str) -> Outcome | None:
        from .outcome import Outcome  # noqa: PLC0415 - it loads a lot

        if self._folder is None:
            return None
        file = self._folder / f"{run_id}{_SUFFIX}"
        try:
            if file.stat().st_mtime < time.time() - self._keep:
                return None
            content = json.loads(file.read_text(encoding="ascii"))
            outcome: Outcome = _decoded(content["outcome"], Outcome, content["texts"])
            process = int(content["process"])
        except OSError:
            return None
        except (ValueError, KeyError, TypeError, IndexError):
            return None  # written by another version: as good as gone
        # nothing else tells a slow run from a lost one; our own are in memory
        if outcome.running and (process == os.getpid() or not is_alive(process)):
            outcome = dataclasses.replace(outcome, running=False)
        return outcome

    def _sweep(self) -> None:
        """Remove the files whose time is over, and those that a crash left half-written."""
        if self._folder is None or time.monotonic() - self._swept < _SWEEP_EVERY or not self._folder.is_dir():
            return
        self._swept = time.monotonic()
        oldest = time.time() - self._keep
        for path in (*self._folder.glob(f"*{_SUFFIX}"), *self._folder.glob("*.tmp")):
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
            except OSError:
                continue  # another process was faster


def _checked(run_id: str) -> str:
    if not _RUN_ID.fullmatch(run_id):
        raise InputError("That is no run id; use the run_id of an earlier result as it was given.")
    return run_id


def _encoded(outcome: Outcome) -> str:
    """An outcome as JSON; the long texts in it as {"$": number} of their place in `texts`."""
    long: dict[str, int] = {}

    def short(value: object) -> object:
        if isinstance(value, str) and len(value) > _LONG:
            return {"$": long.setdefault(value, len(long))}
        return value

    def plain(value: object) -> object:
        if dataclasses.is_dataclass(value):
            return {name: short(getattr(value, name)) for name in _fields(value.__class__)}
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, bytes):
            return base64.b64encode(value).decode("ascii")
        if isinstance(value, Path):
            return str(value)
        if isinstance(value, Mapping):
            return {str(key): item for key, item in value.items()}
        raise TypeError(f"{type(value).__name__} is nothing that a run is kept with")

    body = json.dumps(outcome, default=plain, check_circular=False)
    return f'{{"process": {os.getpid()}, "outcome": {body}, "texts": {json.dumps(list(long))}}}'


@cache
def _fields(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def _decoded(value: Any, kind: Any, long: list[str]) -> Any:  # noqa: ANN401 - JSON in, any type out
    """The value of a type that JSON stands for."""
    if isinstance(value, dict) and isinstance(value.get("$"), int):
        value = long[value["$"]]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return (
            None if value is None else _decoded(value, next(item for item in arguments if item is not type(None)), long)
        )
    if origin is tuple:
        return tuple(_decoded(item, arguments[0], long) for item in value)
    if origin in (Mapping, dict):
        return {key: _decoded(item, arguments[1], long) for key, item in value.items()}
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{name: _decoded(item, hints[name], long) for name, item in value.items()})
    if kind is bytes:
        return base64.b64decode(value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, (Enum, Path)) else value
