"""A program in a terminal of its own, as a person sits at it."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import pytest

_PATIENCE = 30.0  # seconds


class Terminal:
    """What a program shows in its terminal, and what is typed there."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._seen = 0
        self.shown = ""

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._terminal, keys.encode())

    def until(self, words: str) -> str:
        """Wait until the words are shown, behind those waited for before; returns what is shown up to them."""
        end = time.monotonic() + _PATIENCE
        while (found := self.shown.find(words, self._seen)) < 0:
            if time.monotonic() > end or not self._read():
                raise AssertionError(f"{words!r} is not shown in {self.shown[self._seen :]!r}")
        before, self._seen = self._seen, found + len(words)
        return self.shown[before : self._seen]

    def _read(self) -> bool:
        if not select.select([self._terminal], [], [], _PATIENCE)[0]:
            return False
        try:
            data = os.read(self._terminal, 65_536)
        except OSError:  # the program has ended
            return False
        self.shown += data.decode(errors="replace")
        return bool(data)


@contextmanager
def terminal(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Terminal]:
    """A program in a new terminal, which ends with the block; the test is skipped where there are no such terminals."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        ["sh", "-c", 'exec "$@" <"$0" >"$0" 2>&1', os.ttyname(theirs), *command],  # who opens it is controlled by it
        env={**os.environ, **environment},
        start_new_session=True,
    ) as process:
        try:
            yield Terminal(ours)
        finally:
            process.kill()
            os.close(ours)
            os.close(theirs)
