"""The server as a process: what it writes, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "mcp_servers.xml_troubleshooter"]
IN_TIME = 2.5  # seconds; two, and what a busy machine takes from them
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}


class Server:
    """A server process that speaks JSON lines."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )

    def send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def answer(self, number: int) -> dict[str, Any]:
        """The answer to a request; whatever stands before it on stdout must be of the protocol too."""
        assert self.process.stdout is not None
        while True:
            message: dict[str, Any] = json.loads(self.process.stdout.readline())
            assert message["jsonrpc"] == "2.0"
            if message.get("id") == number:
                return message

    def call(self, number: int, name: str, arguments: dict[str, Any]) -> None:
        params = {"name": name, "arguments": arguments}
        self.send({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params})


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    running = Server()
    with running.process:
        running.send(HELLO)
        assert running.answer(1)["result"]["serverInfo"]["name"] == "xml-troubleshooter"
        running.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        yield running
        running.process.kill()


def test_nothing_but_the_protocol_is_on_stdout(server: Server, folder: Path) -> None:
    server.call(2, "troubleshoot_xml", {"path": str(folder / "broken.xml")})
    assert server.answer(2)["result"]["structuredContent"]["status"] == "fixed"
    server.send({"jsonrpc": "2.0", "id": 3, "method": "no/such"})
    assert "error" in server.answer(3)
    rest, _ = server.process.communicate(timeout=10)
    assert rest == b""


def test_the_end_of_stdin_ends_it(server: Server) -> None:
    _, log = server.process.communicate(timeout=5)
    assert (server.process.returncode, log) == (0, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_signal_ends_it_at_once_and_without_noise(server: Server, number: signal.Signals, folder: Path) -> None:
    server.call(2, "validate_xml", {"path": str(folder / "valid.xml")})
    server.answer(2)
    server.process.send_signal(number)
    assert server.process.wait(timeout=5) == 0
    assert server.process.stderr is not None
    assert server.process.stderr.read() == b""


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_client_of_another_make_works_with_the_process(folder: Path, mode: str) -> None:
    server = StdioServerParameters(command=COMMAND[0], args=COMMAND[1:], env=os.environ | {"PYTHONPATH": str(ROOT)})
    async with Client(server, mode=mode) as client:
        result = await client.call_tool("validate_xml", {"path": str(folder / "valid.xml")})
    assert result.structured_content is not None
    assert result.structured_content["status"] == "valid"


def test_a_request_that_is_no_text_is_answered(server: Server) -> None:
    assert server.process.stdin is not None
    for number, text in enumerate((r"\ud800", r"<a>\udfff</a>", r"<a>\ud83d\ud83d</a>"), 10):
        params = f'{{"name":"validate_xml","arguments":{{"xml":"{text}"}}}}'
        line = f'{{"jsonrpc":"2.0","id":{number},"method":"tools/call","params":{params}}}\n'
        server.process.stdin.write(line.encode())
        server.process.stdin.flush()
        assert "half of a character" in server.answer(number)["error"]["message"]
    server.call(20, "validate_xml", {"xml": "<a>\U0001f600</a>"})  # whole characters are sent as two halves
    assert server.answer(20)["result"]["structuredContent"]["well_formed"]


def test_a_client_that_is_gone_leaves_no_traceback(server: Server) -> None:
    assert server.process.stdout is not None
    assert server.process.stderr is not None
    server.process.stdout.close()
    server.call(2, "validate_xml", {"xml": "<a/>"})
    assert server.process.wait(20) == 0
    assert server.process.stderr.read() == b""


HEAVY = "<r>" + "x & y <" * 150_000 + "</r>"


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, None], ids=["SIGTERM", "SIGINT", "the end of stdin"])
def test_it_ends_in_time_whatever_it_works_on(server: Server, folder: Path, end: signal.Signals | None) -> None:
    (folder / "heavy.xml").write_text(HEAVY)
    server.call(2, "validate_xml", {"path": str(folder / "valid.xml")})
    server.answer(2)
    for number in range(3, 7):
        server.call(number, "troubleshoot_xml", {"path": str(folder / "heavy.xml")})
    server.call(7, "usage_stats", {})
    server.answer(7)  # by now the others are under way
    started = time.monotonic()
    if end is None:
        assert server.process.stdin is not None
        server.process.stdin.close()
    else:
        server.process.send_signal(end)
    assert server.process.wait(20) == 0
    assert time.monotonic() - started < IN_TIME
