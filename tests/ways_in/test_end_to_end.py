"""The whole way: a client, the server as a process, the loop, HTTP/2 to the stand-in, and a validated file."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest
from mcp import Client, StdioServerParameters

from tests.open_arena.exchange import Exchange
from tests.open_arena.menu import MENU
from tests.open_arena.server import StandIn

ROOT = Path(__file__).resolve().parents[2]
PROBLEM = "The portal says that the order number is missing; it is AB-1234."
pytestmark = pytest.mark.anyio
Connect = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture
def arena() -> Iterator[StandIn]:
    """A service whose model puts the number that the user named where it is missing."""
    with StandIn() as running:
        running.answer = lambda _: json.dumps(
            {
                "action": "propose_fix",
                "confidence": 0.9,
                "reasoning": "The user names the number.",
                "data": {
                    "edits": [
                        {
                            "fault": 1,
                            "find": "  <date>",
                            "replace": "  <number>AB-1234</number>\n  <date>",
                            "source": {"kind": "user", "value": "it is AB-1234"},
                        }
                    ]
                },
            }
        )
        yield running


@pytest.fixture
def lacking(folder: Path) -> Path:
    """An order without its number and with a bare ampersand."""
    path = folder / "lacking.xml"
    text = (folder / "broken.xml").read_text()
    path.write_text(text.replace("  <number>AB-1234</number>\n", ""))
    return path


@pytest.fixture
def connect(folder: Path, arena: StandIn) -> Connect:
    """A function that starts the server for this service and connects to it."""

    def start(**environment: str) -> AbstractAsyncContextManager[Client]:
        variables = {**os.environ, **arena.environment, **environment, "PYTHONPATH": str(ROOT)}
        return Client(
            StdioServerParameters(command=sys.executable, args=["-m", "mcp_servers.xml_troubleshooter"], env=variables)
        )

    return start


async def troubleshoot(client: Client, arguments: dict[str, Any]) -> dict[str, Any]:
    result = await client.call_tool("troubleshoot_xml", arguments)
    assert not result.is_error, result.content
    structure: dict[str, Any] | None = result.structured_content
    assert structure is not None
    return structure


async def test_what_the_rules_leave_over_the_model_repairs_and_the_validator_confirms(
    connect: Connect, arena: StandIn, folder: Path, lacking: Path
) -> None:
    target = folder / "out.xml"
    async with connect() as client:
        answer = await troubleshoot(client, {"path": str(lacking), "problem": PROBLEM, "output_path": str(target)})
        usage = await client.call_tool("usage_stats", {})
        health = await client.call_tool("health_check", {})
    assert answer["status"] == "fixed"
    assert target.read_text() == (folder / "valid.xml").read_text()
    (request,) = arena.inferences
    assert request.http_version == "2"
    assert "Cups" in request.query  # the excerpt
    assert answer["model"] == "claude-sonnet-4"
    assert {edit["source"].partition(":")[0] for edit in answer["edits"]} == {"rule", "model"}
    (model_edit,) = [edit for edit in answer["edits"] if edit["source"] == "model"]
    assert "AB-1234" in model_edit["after"]
    assert model_edit["provenance"]
    assert usage.structured_content is not None
    assert usage.structured_content["session"]["requests"] == 1
    assert health.structured_content is not None
    assert health.structured_content["status"] == "ok"
    assert arena.token not in json.dumps([answer, usage.structured_content, health.structured_content])


async def test_a_call_ends_at_its_deadline_and_the_run_is_collected_later(
    connect: Connect, arena: StandIn, lacking: Path
) -> None:
    arena.delay = 4
    async with connect(AGENT_DEADLINE="2") as client:
        first = await troubleshoot(client, {"path": str(lacking), "problem": PROBLEM})
        assert first["status"] == "running"
        assert first["run_id"] in first["summary"]
        early = await client.call_tool("troubleshoot_xml", {"run_id": first["run_id"], "answers": {"a": "b"}})
        assert early.is_error
        assert "still under way" in str(early.content)
        with anyio.fail_after(20):
            while (later := await troubleshoot(client, {"run_id": first["run_id"]}))["status"] == "running":
                pass
    assert later["status"] == "fixed"
    assert len(arena.inferences) == 1
    async with connect() as another_process:
        assert await troubleshoot(another_process, {"run_id": first["run_id"]}) == later


async def test_what_goes_wrong_after_the_deadline_is_told_to_whoever_collects_the_run(
    connect: Connect, arena: StandIn, folder: Path, lacking: Path
) -> None:
    held, go = threading.Event(), threading.Event()

    async def hold(exchange: Exchange) -> None:
        held.set()
        await asyncio.to_thread(go.wait, 20)
        await MENU["ok"](exchange)

    arena.script(hold)
    target = folder / "sub" / "out.xml"
    target.parent.mkdir()
    async with connect(AGENT_DEADLINE="2") as client:
        arguments = {"path": str(lacking), "problem": PROBLEM, "output_path": str(target)}
        first = await troubleshoot(client, arguments)
        assert first["status"] == "running"
        await anyio.to_thread.run_sync(held.wait)
        target.parent.rmdir()
        go.set()
        with anyio.fail_after(20):
            while True:
                later = await client.call_tool("troubleshoot_xml", {"run_id": first["run_id"]})
                if later.is_error:
                    break
        assert "does not exist; create it first" in str(later.content)
        assert (await troubleshoot(client, {"run_id": first["run_id"]}))["remaining"] == []


async def test_a_cancelled_call_stops_its_run_and_keeps_the_best_state(
    connect: Connect, arena: StandIn, lacking: Path
) -> None:
    runs: list[str] = []
    received = threading.Event()

    async def hold(exchange: Exchange) -> None:
        received.set()
        await exchange.until_abandoned()

    async def listen(progress: float, total: float | None, message: str | None) -> None:
        runs.extend(re.findall(r"^run (\w+):", message or ""))

    arena.script(hold)
    async with connect() as client:
        with anyio.fail_after(20):
            async with anyio.create_task_group() as tasks:
                arguments = {"path": str(lacking), "problem": PROBLEM}
                tasks.start_soon(lambda: client.call_tool("troubleshoot_xml", arguments, progress_callback=listen))
                await anyio.to_thread.run_sync(received.wait)
                tasks.cancel_scope.cancel()
            (request,) = arena.inferences
            assert await anyio.to_thread.run_sync(request.abandoned.wait, 10)
        state = await troubleshoot(client, {"run_id": runs[0]})
    assert (state["status"], state["remaining_total"]) == ("needs_input", 1)
    assert "The run was broken off before its end: start it again." in state["summary"]
    assert [edit["after"] for edit in state["edits"] if edit["applied"]] == ["&amp;", "article"]


@pytest.mark.parametrize("fault", ["401", "500_too_large"])
async def test_a_model_that_fails_costs_nothing_that_the_rules_reached(
    connect: Connect, arena: StandIn, folder: Path, lacking: Path, fault: str
) -> None:
    arena.script(fault, fault)
    async with connect() as client:
        answer = await troubleshoot(client, {"path": str(lacking), "output_path": str(folder / "out.xml")})
    assert answer["status"] in ("improved", "needs_input")
    assert "&amp;" in (folder / "out.xml").read_text()
    (verdict,) = [turn["verdict"] for turn in answer["iterations"] if turn["engine"] == "open_arena"]
    assert verdict in answer["summary"]


async def test_a_model_that_makes_up_a_value_is_asked_for_proof_and_its_value_becomes_a_question(
    connect: Connect, lacking: Path
) -> None:
    async with connect() as client:
        answer = await troubleshoot(client, {"path": str(lacking), "problem": "The portal rejects it."})
    assert answer["status"] == "needs_input"
    assert "AB-1234" not in answer["document"]
    assert "AB-1234" in answer["questions"][0]["suggestion"]
    assert answer["summary"].endswith("answer the question by its id, with run_id and answers.")


async def test_a_named_engine_that_is_not_configured_is_refused(connect: Connect, lacking: Path) -> None:
    async with connect(OPEN_ARENA_TOKEN="your-token-here") as client:
        result = await client.call_tool("troubleshoot_xml", {"path": str(lacking), "engine": "open_arena"})
    assert result.is_error
    assert "OPEN_ARENA_TOKEN" in str(result.content)
