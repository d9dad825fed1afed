"""Two thousand questions, twenty at once, one in five met by a random fault.

usage: python -m benchmarks.model.open_arena_soak [--calls N] [--at-once N] [--fault-rate SHARE] [--http1]

Every call must end in the right result or the right error; no connection, task or file handle may be left over, and
memory must not grow with the number of calls. Waits between attempts are shortened; nothing else is.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from mcp_servers.xml_troubleshooter.agent.client import OpenArenaClient, OpenArenaClientError
from mcp_servers.xml_troubleshooter.agent.schemas import LLMInferenceRequest
from mcp_servers.xml_troubleshooter.usage import UsageStore
from tests.open_arena.apart import Apart, stand_in_apart
from tests.open_arena.menu import LASTING, PASSING, SHAPES

FIXED_ANSWERS = {"wrong_content_type", "no_action", "400_component"}
GOOD = set(SHAPES) - FIXED_ANSWERS
FAULTS = [*PASSING, *LASTING, *sorted(GOOD - {"ok"})]
# Kinds of error by the last behaviour of the stand-in.
KINDS = {
    **dict.fromkeys(PASSING, "service"),
    **dict.fromkeys(["429", "429_seconds", "429_date"], "rate_limit"),
    **dict.fromkeys(["stall", "stall_mid_body"], "timeout"),
    **dict.fromkeys(["reset", "reset_mid_body", "reset_stream", "go_away"], "network"),
    **dict.fromkeys(
        ["truncated_json", "html_page", "empty_answer", "empty_result", "empty_body", "list_body"], "answer"
    ),
    **dict.fromkeys(["400", "302"], "request"),
    **dict.fromkeys(["401", "403"], "authentication"),
    **dict.fromkeys(["413", "500_too_large"], "prompt_too_large"),
    "404": "workflow",
}


def resident_mib() -> float:
    """The memory that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def short_wait(_failed: int, _retry_after: float | None) -> float:
    return random.uniform(0.01, 0.05)  # noqa: S311 - jitter is no secret


async def soak(arena: Apart, calls: int, at_once: int) -> int:
    """Run the calls, print the findings, and return the number of things that are wrong."""
    results: dict[str, tuple[str, int]] = {}
    memory: list[float] = []
    numbers = iter(range(calls))
    with tempfile.TemporaryDirectory() as folder:
        files, tasks = open_files(), len(asyncio.all_tasks())
        store = UsageStore(Path(folder))
        client = OpenArenaClient(settings=arena.settings(), timeout=3, wait=short_wait, usage=store)

        async def ask() -> None:
            for number in numbers:
                query = f"call {number}"
                try:
                    response = await client.infer(LLMInferenceRequest(query=query))
                except OpenArenaClientError as error:
                    results[query] = (error.kind, error.attempt)
                else:
                    failure = response.error
                    if isinstance(failure, OpenArenaClientError):
                        results[query] = (failure.kind, response.attempts)
                    else:
                        right = response.response is not None and response.response.reasoning == query
                        results[query] = ("ok" if right else "wrong answer", response.attempts)
                if number % (calls // 8) == calls // 8 - 1:
                    gc.collect()
                    memory.append(resident_mib())

        started = time.monotonic()
        async with client:
            await asyncio.gather(*(ask() for _ in range(at_once)))
            figures = client.get_usage_stats()
        seconds = time.monotonic() - started
        lifetime = store.summary()["lifetime"]
        store.close()
        await asyncio.sleep(0.5)
        gc.collect()
        left_files, left_tasks = open_files() - files, len(asyncio.all_tasks()) - tasks
    wrong = judge(arena, results)
    say(f"{calls} calls, {at_once} at once, in {seconds:.0f} s: {dict(Counter(kind for kind, _ in results.values()))}")
    say(f"attempts {figures['attempts']}, retries {figures['retries']}")
    say(f"latency p50 {figures['latency_p50']} s, p95 {figures['latency_p95']} s")
    say(f"connections made {arena.connections()}")
    say(f"file handles left {left_files}, tasks left {left_tasks}")
    say("resident MiB at each eighth: " + " ".join(f"{value:.1f}" for value in memory))
    same = all(lifetime[name] == figures[name] for name in ("requests", "attempts", "errors", "total_tokens"))
    say(f"usage store agrees with the session: {same}")
    say(f"wrong results: {len(wrong)}")
    for line in wrong[:10]:
        say(f"  {line}")
    return len(wrong) + max(0, left_files) + max(0, left_tasks) + (not same) + (len(results) != calls)


def judge(arena: Apart, results: dict[str, tuple[str, int]]) -> list[str]:
    """The calls whose end does not follow from the behaviour of the stand-in.

    A broken connection breaks every question on it, so a call may also see the network fail for another's fault.
    """
    done: dict[str, list[str]] = defaultdict(list)
    for query, behaviour in arena.served():
        done[query].append(behaviour)
    wrong = []
    for query, (kind, attempts) in results.items():
        steps = done[query]
        last = steps[-1] if steps else ""
        right = (
            (kind == "ok" and last in GOOD)
            or (last in LASTING and kind == KINDS[last])
            or (last in PASSING and kind == KINDS[last] and attempts == 4)  # noqa: PLR2004 - one and three retries
            or (kind == "network" and attempts == 4)  # noqa: PLR2004 - one and three retries
        )
        if not right or len(steps) > attempts:
            wrong.append(f"{query}: {kind} after {attempts} attempts, but the stand-in did {steps}")
    return wrong


def say(line: str) -> None:
    """To the person who runs this."""
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Run the soak; the exit status is 0 when nothing is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--at-once", type=int, default=20)
    parser.add_argument("--fault-rate", type=float, default=0.2)
    parser.add_argument("--http1", action="store_true", help="speak HTTP/1.1 only")
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    options = {"fault_rate": chosen.fault_rate, "faults": FAULTS, "http1_only": chosen.http1}
    with stand_in_apart(**options) as arena:
        sys.exit(min(1, asyncio.run(soak(arena, chosen.calls, chosen.at_once))))


if __name__ == "__main__":
    main()
