"""Things made of files at some cost, kept until one of these files changes."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

_MOST = 16  # things of a kind, the latest used


class MadeOfFiles(Protocol):
    """Something that knows the files it was made of."""

    @property
    def files(self) -> tuple[Path, ...]: ...


Thing = TypeVar("Thing", bound=MadeOfFiles)


class FileCache(Generic[Thing]):
    """The latest used of some things, each as long as its files stay as they are. Not for several threads."""

    def __init__(self) -> None:
        self._cache: OrderedDict[Hashable, tuple[list[tuple[int, int]], Thing]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """The thing known by a key; made where it is not known or its files have changed."""
        stamps, thing = self._cache.get(key, (None, None))
        if thing is None or stamps != _stamps(thing.files):
            thing = make()
            self._cache[key] = (_stamps(thing.files), thing)
        self._cache.move_to_end(key)
        if len(self._cache) > _MOST:
            self._cache.popitem(last=False)
        return thing

    def drop(self, key: Hashable) -> None:
        """Forget the thing known by a key."""
        self._cache.pop(key, None)


def _stamps(files: Iterable[Path]) -> list[tuple[int, int]]:
    stamps = []
    for file in files:
        try:
            status = os.stat(str(file))  # noqa: PTH116 - many files, on every call: pathlib's way takes thrice as long
        except OSError:
            stamps.append((0, -1))
        else:
            stamps.append((status.st_mtime_ns, status.st_size))
    return stamps
