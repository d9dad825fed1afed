"""Stylesheets beyond XSLT 1.0, run by Saxon in a process of its own (see saxon_process.py).

Saxon reserves more address space than a worker may have, and holds Python's lock while it runs. One process serves all
stylesheets of this one; it ends with it.
"""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
import time
import weakref
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from threading import Lock, Thread
from typing import Any

_PROCESS = Path(__file__).with_name("saxon_process.py")
_AT_LINE = re.compile(
    r"(?P<what>Error [^\n]*?) on line (?P<line>\d+)[^\n]*\n\s*(?:[A-Z]{4}\d{4}\s+)?(?P<why>(?:(?!\nError ).)*)",
    re.DOTALL,
)
# what Saxon says beyond what a user can act on: the namespace of XPath's own functions, and how it is set up
_BESIDE = re.compile(
    r"Q\{http://www\.w3\.org/2005/xpath-functions\}|\.\s+External\s+function\s+calls\s+have\s+been\s+disabled"
)
_NEVER_ENDS = "they did not end within a minute of computing, or asked for too much memory"
_DOCUMENTS = 1000  # that a stylesheet may ask for
_A_MOMENT = 10.0  # seconds for which it is remembered what was made of a document
_MADE, _SHORT = 15, 200_000  # documents, beside the latest, and characters of one, of which that is remembered

Reader = Callable[[str], str | None]


class SaxonError(Exception):
    """An error of Saxon in a stylesheet, or the end of its process; `lines` are those that it names, with reasons."""

    def __init__(self, text: str) -> None:
        text = _BESIDE.sub("", text)
        super().__init__(text)
        self.lines = [
            (int(found["line"]), " ".join(f"{found['why'].rstrip(' .')}{_in(found['what'])}".split()))
            for found in _AT_LINE.finditer(text)
        ]


def _in(place: str) -> str:
    """The expression that contains an error, by its message."""
    expression = re.search(r"\{.*\}", place, re.DOTALL)
    return f" in {expression.group()}" if expression else ""


class _Process:
    """Saxon's process, started where it is not there."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running: subprocess.Popen[str] | None = None
        self.generation = 0  # counts the processes, each of which knows nothing of those before it

    def start(self) -> subprocess.Popen[str]:
        """The process, which takes a moment to be ready: to start it early saves the wait."""
        if self._running is None or self._running.poll() is not None:
            self.generation += 1
            self._running = subprocess.Popen(  # noqa: S603 - our own file
                [sys.executable, "-P", str(_PROCESS), str(os.getpid())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=_PROCESS.parent,  # the working folder may be gone, without which Saxon ends at once
                text=True,
                encoding="utf-8",
            )
            weakref.finalize(self, _end, self._running)
        return self._running

    def ask(self, **request: Any) -> dict[str, str]:  # noqa: ANN401 - what JSON can carry
        """The answer to a request; raises SaxonError where the process dies of it."""
        with self._lock:
            process = self.start()
            wanted: Any = process.stdin
            given: Any = process.stdout
            try:
                wanted.write(json.dumps(request) + "\n")
                wanted.flush()
                line = given.readline()
            except OSError:
                line = ""
            if not line:
                _end(process)
                self._running = None
                raise SaxonError(_NEVER_ENDS)
        answer: dict[str, str] = json.loads(line)
        return answer


_process = _Process()
_numbers = iter(range(1, sys.maxsize))
_forgotten: list[int] = []  # stylesheets that nobody needs any more


class Stylesheet:
    """A stylesheet, compiled once in Saxon's process, while this one goes on.

    Only the wait for that process is a thread's: lxml may be used by one thread alone (see schema.py).
    """

    def __init__(self, text: str, reads: Reader = lambda _: None) -> None:
        """`reads` gives the text of a document that the stylesheet asks for by its address, None for one that it may
        not have."""
        self._text = text
        self._reads = reads
        self._number = next(_numbers)
        self._generation = -1
        self._asked = False  # for other documents, which may change
        self._made: dict[str, tuple[float, str]] = {}  # of documents, and when: one is asked about again and again
        self._error: SaxonError | None = None
        _process.start()  # here: on Linux, a process ends with the thread that started it
        self._compiling: Thread | None = Thread(target=self._begin, daemon=True)
        self._compiling.start()
        weakref.finalize(self, _forgotten.append, self._number)  # at any moment: the process is told of it later

    def transform(self, document: str) -> str:
        """The output of the stylesheet for a document; raises SaxonError."""
        self.settle()
        made, output = self._made.get(document, (-math.inf, ""))
        if time.monotonic() - made < _A_MOMENT:
            return output
        _process.start()
        if self._generation != _process.generation:
            self._compile()
        for _ in range(_DOCUMENTS):
            answer = _process.ask(run=self._number, document=document)
            if (address := answer.get("asks")) is None:
                output = _checked(answer)
                if not self._asked and len(document) <= _SHORT:
                    self._made = {**dict([*self._made.items()][-_MADE:]), document: (time.monotonic(), output)}
                return output
            self._asked = True
            _checked(_process.ask(give=self._number, address=address, text=self._reads(address)))
        raise SaxonError("they ask for one document after another without end")

    def settle(self) -> None:
        """Wait until it is compiled; raises SaxonError where the text is no stylesheet."""
        if self._compiling is not None:
            self._compiling.join()
            self._compiling = None
        if self._error is not None:
            raise self._error

    def _begin(self) -> None:
        try:
            self._compile()
        except SaxonError as error:
            self._error = error

    def _compile(self) -> None:
        _process.start()
        done = [_forgotten.pop() for _ in range(len(_forgotten))]
        answer = _process.ask(compile=self._number, stylesheet=self._text, forget=done)
        self._generation = _process.generation
        _checked(answer)


def _checked(answer: dict[str, str]) -> str:
    if "error" in answer:
        raise SaxonError(answer["error"])
    return answer["output"]


def installed() -> bool:
    """Whether the extra that brings Saxon is there."""
    return find_spec("saxonche") is not None


def warm_up() -> None:
    """Let Saxon start, while there is other work to do."""
    if installed():
        _process.start()


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
