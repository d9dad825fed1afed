"""Stylesheets beyond XSLT 1.0, run by Saxon in a process of its own (see saxon_process.py).

Saxon reserves more address space than a worker may have, and holds Python's lock while it runs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import weakref
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_PROCESS = Path(__file__).with_name("saxon_process.py")


class SaxonError(Exception):
    """What Saxon says of a stylesheet, or how its process ended."""


class Stylesheet:
    """A compiled stylesheet. Its process lives as long as it does, because to compile takes most of the time."""

    def __init__(self, text: str) -> None:
        """Raises SaxonError where the text is no stylesheet."""
        self._process = subprocess.Popen(  # noqa: S603 - our own file
            [sys.executable, "-P", str(_PROCESS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        weakref.finalize(self, _end, self._process)
        self._ask(stylesheet=text)

    def transform(self, document: str) -> str:
        """What the stylesheet makes of a document; raises SaxonError."""
        return self._ask(document=document)

    def _ask(self, **request: str) -> str:
        wanted: Any = self._process.stdin
        given: Any = self._process.stdout
        try:
            wanted.write(json.dumps(request) + "\n")
            wanted.flush()
            line = given.readline()
        except OSError:
            line = ""
        if not line:
            raise SaxonError("they did not end within a minute of computing, or asked for too much memory")
        answer = json.loads(line)
        if "error" in answer:
            raise SaxonError(answer["error"])
        return str(answer["output"])


def installed() -> bool:
    """Whether the extra that brings Saxon is there."""
    return find_spec("saxonche") is not None


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
