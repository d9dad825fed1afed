"""The stand-in in a process of its own, so that what is measured is the client alone."""

from __future__ import annotations

import json
import logging
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from mcp_servers.xml_troubleshooter.config import Settings

from .exchange import Received
from .server import StandIn


class Apart:
    """What the measuring process sees of the stand-in."""

    def __init__(self, pipe: Connection, environment: dict[str, str]) -> None:
        self._pipe = pipe
        self._environment = environment

    def settings(self) -> Settings:
        """Settings that point at it."""
        return Settings.model_validate({name.lower(): value for name, value in self._environment.items()})

    def served(self) -> list[tuple[str, str]]:
        """The query of each request so far, and what was done to it."""
        self._pipe.send("served")
        served: list[tuple[str, str]] = self._pipe.recv()
        return served

    def connections(self) -> int:
        """How many connections were made."""
        self._pipe.send("connections")
        made: int = self._pipe.recv()
        return made


@contextmanager
def stand_in_apart(**options: Any) -> Iterator[Apart]:  # noqa: ANN401 - StandIn checks its own options
    """A stand-in whose answers repeat the query as their reasoning."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, options), daemon=True)
    process.start()
    try:
        yield Apart(ours, ours.recv())
    finally:
        ours.send("stop")
        process.join(10)


def _serve(pipe: Connection, options: dict[str, Any]) -> None:
    logging.disable()  # clients that break off are what it is for
    with StandIn(**options) as arena:
        arena.answer = _echo
        pipe.send(arena.environment)
        while (command := pipe.recv()) != "stop":
            if command == "served":
                pipe.send([(request.query, request.behaviour) for request in arena.inferences])
            else:
                pipe.send(arena.connections)


def _echo(request: Received) -> str:
    return json.dumps({"action": "report_complete", "confidence": 1.0, "reasoning": request.query})
