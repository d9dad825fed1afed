"""The effect on a caller of each fault of the stand-in, with the real waits between attempts, as a Markdown table.

usage: python -m benchmarks.model.open_arena_faults [--timeout SECONDS]

Each fault is met once, with a good answer after it, and then without end. Takes about two minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import get_args

import anyio

from mcp_servers.xml_troubleshooter.agent.client import OpenArenaClient, OpenArenaClientError
from mcp_servers.xml_troubleshooter.agent.schemas import LLMInferenceRequest
from tests.open_arena.menu import LASTING, PASSING, SHAPES, UNPROCESSED
from tests.open_arena.server import StandIn, TlsKind

ALWAYS = 40  # times that a fault comes which does not pass
_WIDTH = 160  # characters of the effect on the caller


@dataclass(frozen=True, slots=True)
class Outcome:
    """The effect of a fault on the caller, the attempts and seconds until then, and the requests to the service."""

    seen: str
    attempts: int
    requests: int
    sent_twice: int
    took: float

    def as_row(self, fault: str) -> str:
        """A line of the table."""
        seen = " ".join(self.seen.split()).replace("|", "/")
        seen = seen if len(seen) <= _WIDTH else f"{seen[: _WIDTH - 3]}..."
        return f"| {fault} | {seen} | {self.attempts} | {self.requests} | {self.sent_twice} | {self.took:.1f} |"


async def ask(arena: StandIn, seconds: float, times: int, fault: str, *, after_a_pause: bool = False) -> Outcome:
    """The outcome of a question when a fault comes so many times.

    `after_a_pause`: the service has answered one before, and closed the idle connection.
    """
    question = LLMInferenceRequest(query="Hello", model_params={"max_tokens": 5})
    async with OpenArenaClient(settings=arena.settings(), timeout=seconds) as client:
        if after_a_pause:
            await client.infer(question)
            arena.close_idle(orderly=fault == "orderly")
            await anyio.sleep(0.2)  # as long as the news takes to this socket
        arena.script(*[fault] * times)
        before, started = len(arena.inferences), anyio.current_time()
        try:
            response = await client.infer(question)
        except OpenArenaClientError as error:
            seen, attempts = f"raises {type(error).__name__}: {error}", error.attempt
        else:
            attempts = response.attempts
            if response.success:
                seen = "an action" + (", tokens estimated" if response.tokens_estimated else "")
            else:
                name = type(response.error).__name__ if response.error else "no action"
                seen = f"success=False, {name}: {response.error_message}"
        took = anyio.current_time() - started
        twice = int(client.get_usage_stats()["sent_twice"])
    return Outcome(seen, attempts, len(arena.inferences) - before, twice, took)


def row(fault: str, seconds: float) -> str:
    """One fault, met once and met always."""
    times = {f"{fault}, once": 1, fault: ALWAYS} if fault in PASSING | UNPROCESSED else {fault: 1}
    rows = []
    for name, number in times.items():
        with StandIn() as arena:
            rows.append(asyncio.run(ask(arena, seconds, number, fault)).as_row(name))
    return "\n".join(rows)


def idle_row(how: str, seconds: float) -> str:
    """A pooled connection that the service closed while nobody asked."""
    with StandIn() as arena:
        outcome = asyncio.run(ask(arena, seconds, 0, how, after_a_pause=True))
    return outcome.as_row(f"closed while idle, {how}")


def tls_row(kind: TlsKind, seconds: float) -> str:
    """A host whose TLS is not as it should be."""
    with StandIn(tls=kind) as arena:
        return asyncio.run(ask(arena, seconds, 0, "ok")).as_row(f"TLS: {kind}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--timeout", type=float, default=5.0, help="seconds that one attempt may take")
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    with ThreadPoolExecutor(max_workers=12) as threads:
        faults = [threads.submit(row, fault, chosen.timeout) for fault in [*PASSING, *UNPROCESSED, *LASTING, *SHAPES]]
        idle = [threads.submit(idle_row, how, chosen.timeout) for how in ("orderly", "abruptly")]
        certificates = [threads.submit(tls_row, kind, chosen.timeout) for kind in get_args(TlsKind)]
        lines = [done.result() for done in [*faults, *idle, *certificates]]
    sys.stdout.write(
        "| fault | what the caller sees | attempts | requests | sent twice | seconds |\n|---|---|---|---|---|---|\n"
    )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
