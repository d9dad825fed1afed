"""What a caller sees of each fault of the stand-in, with the real waits between attempts, as a Markdown table.

usage: python -m benchmarks.open_arena_faults [--timeout SECONDS]

Each fault is met once, with a good answer after it, and then without end. Takes about two minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import get_args

import anyio

from mcp_servers.xml_troubleshooter.agent.client import OpenArenaClient, OpenArenaClientError
from mcp_servers.xml_troubleshooter.agent.schemas import LLMInferenceRequest
from tests.open_arena.menu import LASTING, PASSING, SHAPES
from tests.open_arena.server import StandIn, TlsKind


async def ask(arena: StandIn, seconds: float, times: int, fault: str) -> tuple[str, int, float]:
    """What the caller sees, after how many attempts and seconds, when a fault comes that many times."""
    arena.script(*[fault] * times)
    started = anyio.current_time()
    async with OpenArenaClient(settings=arena.settings(), timeout=seconds) as client:
        try:
            response = await client.infer(LLMInferenceRequest(query="Hello", model_params={"max_tokens": 5}))
        except OpenArenaClientError as error:
            seen, attempts = f"raises {type(error).__name__}: {error}", error.attempt
        else:
            attempts = response.attempts
            if response.success:
                seen = "an action" + (", tokens estimated" if response.tokens_estimated else "")
            else:
                name = type(response.error).__name__ if response.error else "no action"
                seen = f"success=False, {name}: {response.error_message}"
    return seen, attempts, anyio.current_time() - started


def row(fault: str, seconds: float) -> str:
    """One fault, met once and met always."""
    cells = []
    for times in (1, 9) if fault in PASSING else (1,):
        with StandIn() as arena:
            seen, attempts, took = asyncio.run(ask(arena, seconds, times, fault))
        cells.append((seen, attempts, took))
    once = cells[0]
    if len(cells) == 1:
        return f"| {fault} | {short(once[0])} | {once[1]} | {once[2]:.1f} |"
    always = cells[1]
    return (
        f"| {fault} | {short(always[0])} | {always[1]} | {always[2]:.1f} |\n"
        f"| {fault}, once | {short(once[0])} | {once[1]} | {once[2]:.1f} |"
    )


def tls_row(kind: TlsKind, seconds: float) -> str:
    """A host whose TLS is not as it should be."""
    with StandIn(tls=kind) as arena:
        seen, attempts, took = asyncio.run(ask(arena, seconds, 0, "ok"))
    return f"| TLS: {kind} | {short(seen)} | {attempts} | {took:.1f} |"


def short(text: str) -> str:
    """A cell of the table."""
    flat = " ".join(text.split()).replace("|", "/")
    return flat if len(flat) <= 160 else flat[:157] + "..."  # noqa: PLR2004 - a cell of readable width


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--timeout", type=float, default=5.0, help="seconds that one attempt may take")
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    with ThreadPoolExecutor(max_workers=12) as threads:
        faults = [threads.submit(row, fault, chosen.timeout) for fault in [*PASSING, *LASTING, *SHAPES]]
        certificates = [threads.submit(tls_row, kind, chosen.timeout) for kind in get_args(TlsKind)]
        lines = [done.result() for done in [*faults, *certificates]]
    sys.stdout.write("| fault | what the caller sees | attempts | seconds |\n|---|---|---|---|\n")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
