"""The cost of the client over bare httpx on the same stand-in.

usage: python -m benchmarks.model.open_arena_overhead [--calls N] [--size CHARACTERS] [--delay SECONDS]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from mcp_servers.xml_troubleshooter.agent.client import OpenArenaClient
from mcp_servers.xml_troubleshooter.agent.pool import tls_context
from mcp_servers.xml_troubleshooter.agent.schemas import LLMInferenceRequest
from mcp_servers.xml_troubleshooter.usage import UsageStore
from tests.open_arena.apart import Apart, stand_in_apart


async def measure(arena: Apart, calls: int, size: int) -> None:
    """Ask in turn with each way, so that all see the same machine, and print the medians."""
    settings = arena.settings()
    request = LLMInferenceRequest(query="x" * size, model_params={"temperature": 0.1})
    token = settings.open_arena_token
    assert token is not None
    headers = {"Authorization": f"Bearer {token.get_secret_value()}"}
    payload = {
        "workflow_id": settings.open_arena_workflow_id,
        "query": request.query,
        "is_persistence_allowed": False,
        "modelparams": {"claude-sonnet-4": {"temperature": "0.1"}},
    }
    url = f"{settings.open_arena_base_url}/v1/inference"
    with tempfile.TemporaryDirectory() as folder:
        async with (
            httpx.AsyncClient(http2=True, verify=tls_context(settings), headers=headers) as bare,
            OpenArenaClient(settings=settings) as client,
            OpenArenaClient(settings=settings, usage=UsageStore(Path(folder))) as keeping,
        ):

            async def with_httpx() -> None:
                response = await bare.post(url, json=payload)
                json.loads(response.json()["result"]["answer"]["claude-sonnet-4"])

            ways: dict[str, Callable[[], Awaitable[object]]] = {
                "httpx": with_httpx,
                "client": lambda: client.infer(request),
                "client with usage store": lambda: keeping.infer(request),
            }
            seconds: dict[str, list[float]] = {name: [] for name in ways}
            order = list(ways)
            for _ in range(calls):
                random.shuffle(order)  # who comes after whom matters to the processor's caches
                for name in order:
                    started = time.perf_counter()
                    await ways[name]()
                    seconds[name].append(time.perf_counter() - started)
    base = statistics.median(seconds["httpx"])
    for name, values in seconds.items():
        median = statistics.median(values)
        say(f"{name:25} median {median * 1000:6.2f} ms, {median / base:.2f} times httpx")


def say(line: str) -> None:
    """To the person who runs this."""
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=400)
    parser.add_argument("--size", type=int, default=8000, help="characters of the query")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds that the stand-in takes to answer")
    chosen = parser.parse_args()
    with stand_in_apart(delay=chosen.delay) as arena:
        asyncio.run(measure(arena, chosen.calls, chosen.size))


if __name__ == "__main__":
    main()
