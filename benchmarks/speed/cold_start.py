"""The time from the start of the server to its answer to `initialize`, beside that of a bare server with one tool.

usage: python benchmarks/speed/cold_start.py [ROUNDS]

Both are started in turn, so that other work of the machine hits both alike. Prints the median of each in milliseconds
and their ratio; the aim is at most 1.15.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BARE = """
from mcp.server import MCPServer
server = MCPServer("bare")
@server.tool()
def echo(text: str) -> str:
    "Give the text back."
    return text
server.run("stdio")
"""
COMMANDS = {
    "bare": [sys.executable, "-c", BARE],
    "xml-troubleshooter": [sys.executable, "-m", "mcp_servers.xml_troubleshooter"],
}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "cold-start", "version": "1"},
    },
}


def seconds_to_answer(command: list[str]) -> float:
    """Start a server, ask it to initialize, and time its answer."""
    started = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - one of the two commands above
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT
    ) as server:
        if server.stdin is None or server.stdout is None:
            raise RuntimeError("the pipes are missing")
        server.stdin.write(json.dumps(INITIALIZE).encode() + b"\n")
        server.stdin.flush()
        answer = server.stdout.readline()
        elapsed = time.perf_counter() - started
        server.stdin.close()
    if "serverInfo" not in json.loads(answer)["result"]:
        raise RuntimeError(f"no answer to initialize: {answer[:200]!r}")
    return elapsed


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(rounds):
        for name, command in COMMANDS.items():
            times[name].append(seconds_to_answer(command))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        sys.stdout.write(f"{name:20} median {median * 1000:6.0f} ms, fastest {min(times[name]) * 1000:6.0f} ms\n")
    sys.stdout.write(
        f"ratio of the medians  {medians['xml-troubleshooter'] / medians['bare']:.3f} (rounds: {rounds})\n"
    )


if __name__ == "__main__":
    main()
