"""Whatever a document holds, the server goes on listening: it computes nowhere but in threads and worker processes."""

from __future__ import annotations

import time
from pathlib import Path

import anyio
import pytest
from mcp import Client

from .conftest import Connect
from .test_server import structure_of

pytestmark = pytest.mark.anyio

LONGEST = 0.1  # seconds of computing, in any thread of the server, between two turns of its loop
ATTACKS = {
    "comments without an end": b"<a>" + b"<!--x--" * 20_000 + b"</a>",
    "bare ampersands": b"<a>" + b"x & y\n" * 5_000 + b"</a>",
    "duplicate attributes": b"<a " + b" ".join(b'c="%d"' % number for number in range(5_000)) + b"/>",
    "elements in each other": b"<a>" * 50_000 + b"</a>" * 50_000,
    "elements without an end": b"<a>" * 500,
    "bytes of another encoding": b"<a>" + b"gr\xfc\xdfe " * 2_000 + b"</a>",
    "one word of such bytes": b"<a>" + b"\xfc-\xdf." * 3_000 + b"</a>",
    "a program": b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 2_000,
    "brackets": b"<a>" + b"x < y\n" * 3_000 + b"</a>",
    "declarations": b"<a>" + b'<?xml version="1.0"?>\n' * 500 + b"</a>",
    "second roots": b"<a>1</a>\n" * 20_000,
    "unknown prefixes": b"<a>" + b"<p:b/>\n" * 3_000 + b"</a>",
    "5 MB that are sound": b"<a>" + b"<b>text</b>\n" * 400_000 + b"</a>",
}


class Pulse:
    """The longest time between two turns of the loop in which it wanted to go on and the server computed.

    What other programs of a busy machine took from it is left out: the time that it waited for a processor, and that in
    which no thread of the server had one.
    """

    def __init__(self) -> None:
        self.longest = 0.0

    async def feel(self) -> None:
        while True:
            computed, waited, started = time.process_time(), _waited(), time.monotonic()
            await anyio.sleep(0.005)
            stalled = time.monotonic() - started - (_waited() - waited)
            self.longest = max(self.longest, min(stalled, time.process_time() - computed))


def _waited() -> float:
    """Seconds that this thread was ready and had no processor; 0 where the system does not tell."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except OSError:
        return 0.0


async def _stall(client: Client, path: Path) -> float:
    pulse = Pulse()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(pulse.feel)
        result = await client.call_tool("troubleshoot_xml", {"path": str(path)})
        tasks.cancel_scope.cancel()
    assert "status" in structure_of(result)
    return pulse.longest


async def test_no_document_keeps_the_server_from_listening(
    folder: Path, connect: Connect, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    monkeypatch.setenv("AGENT_DEADLINE", "10")
    async with connect() as client:
        await client.call_tool("troubleshoot_xml", {"path": "broken.xml"})  # what is imported at the first call
        for case, data in ATTACKS.items():
            attack = folder / "attack.xml"
            attack.write_bytes(data)
            with subtests.test(case):
                stall = await _stall(client, attack)
                # once may be chance, on a machine with other work to do
                assert stall <= LONGEST or await _stall(client, attack) <= LONGEST
