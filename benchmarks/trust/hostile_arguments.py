"""Attacks on the tools by a client that speaks raw JSON: wrong types, huge numbers, halves of characters, secrets.

Every message gets one answer, a result or an error, whatever it holds; nothing of it reaches the logs.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

_PATIENCE = 60.0  # seconds for an answer; the machine may be busy
CANARY = "canary-8f3a51"  # part of all that is sent, and of no log
_HELLO = {
    "jsonrpc": "2.0",
    "id": 0,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}},
}
_SURE = f"<a><b>{CANARY}</a>"
_HALF = '"\\ud800"'
# what is put in the place of an argument, as JSON
_VALUES = (
    "null", "true", "-1", "1e400", "NaN", "Infinity", "1" + "0" * 400, "0.5", "[]", "{}", '""', _HALF, '"\\u0000"',
    '"a\\u0000b"',
    '"' + "x" * 100_000 + '"', "[" * 500 + "]" * 500, '{"a": null}', '["\\udfff"]',
)  # fmt: skip
_ARGUMENTS = {
    "troubleshoot_xml": (
        "xml", "path", "schema_path", "problem", "engine", "max_iterations", "output_path", "overwrite", "answers",
        "accept", "run_id", "unknown",
    ),
    "validate_xml": ("xml", "path", "schema_path"),
    "get_run": ("run_id", "part", "offset", "limit"),
    "restore": ("path",),
    "explain_error": ("message",),
}  # fmt: skip
_MESSAGES = (
    "", "null", "[]", "{}", "1", '"x"', "{", "\x00", "\xff\xfe", '{"jsonrpc": "2.0"}',
    '{"jsonrpc": "1.0", "id": 5, "method": "ping"}', '{"jsonrpc": "2.0", "id": null, "method": "ping"}',
    '{"jsonrpc": "2.0", "id": [1], "method": "ping"}',
    '{"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 99}}',
    '{"jsonrpc": "2.0", "method": "notifications/progress", "params": {}}', "[" * 5000, '{"a":' * 3000,
    '{"jsonrpc": "2.0", "id": 7, "result": {}}',
)  # fmt: skip


class RawServer:
    """A server of its own, with its answers line by line."""

    def __init__(self, home: Path, state: Path | None = None, **settings: str) -> None:
        state = state or home / "state"
        environment = {**os.environ, "STATE_DIR": str(state), "OPEN_ARENA_TOKEN": "", "LOG_LEVEL": "DEBUG", **settings}
        self.log = state.with_name("log")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "mcp_servers.xml_troubleshooter"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, cwd=home, env=environment,
            )  # fmt: skip
        self.answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.number = 0
        self.send(json.dumps(_HELLO))
        self.answers.get(timeout=_PATIENCE)
        self.send('{"jsonrpc": "2.0", "method": "notifications/initialized"}')

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.answers.put(json.loads(line))

    def send(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode("utf-8", "surrogatepass") + b"\n")
        self.process.stdin.flush()

    def answered(self, line: Callable[[int], str]) -> dict[str, Any]:
        """The answer to a message, which is made for a number of its own."""
        self.number += 1
        self.send(line(self.number))
        while (answer := self.answers.get(timeout=_PATIENCE)).get("id") not in (self.number, str(self.number)):
            pass
        return answer

    def alive(self) -> None:
        answer = self.answered(lambda number: json.dumps({"jsonrpc": "2.0", "id": number, "method": "ping"}))
        assert "result" in answer, answer

    def close(self) -> str:
        """Close its input and return what it logged; raises where it does not end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(timeout=_PATIENCE)
        finally:
            self.process.kill()
            self._listener.join()
        return self.log.read_text(errors="replace")


def hostile_arguments(home: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """Arguments of every wrong kind for every tool, then messages that are none, then what the log tells of it all."""
    server = RawServer(home)

    def call(tool: str, arguments: str) -> None:
        def line(number: int) -> str:
            params = f'{{"name": "{tool}", "arguments": {arguments}}}'
            return f'{{"jsonrpc": "2.0", "id": {number}, "method": "tools/call", "params": {params}}}'

        answer = server.answered(line)
        assert "result" in answer or answer["error"]["message"], answer
        assert "Traceback" not in json.dumps(answer)

    def send(message: str) -> None:
        server.send(message)
        server.alive()

    for tool, names in _ARGUMENTS.items():
        for name in names:
            for value in _VALUES:
                first = "" if name == "xml" or "xml" not in names else f'"xml": {json.dumps(_SURE)}, '
                arguments = f'{{{first}"{name}": {value}}}'
                yield f"{tool}, {name}: {value[:30]}", partial(call, tool, arguments)
        for value in _VALUES:
            yield f"{tool} of {value[:30]}", partial(call, tool, value)
    for message in _MESSAGES:
        yield f"message {message[:40]!r}", partial(send, message)

    def silent() -> None:
        told = server.close()
        assert CANARY not in told, "the log tells of a document"
        assert "Traceback" not in told, told[-500:]

    yield "the log", silent
