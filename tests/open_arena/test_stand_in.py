"""The stand-in as a developer starts it by hand."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.agent.client import OpenArenaClient
from mcp_servers.xml_troubleshooter.agent.schemas import LLMInferenceRequest
from mcp_servers.xml_troubleshooter.config import Settings
from tests.open_arena.server import StandIn, names

ROOT = Path(__file__).parents[2]


@pytest.mark.anyio
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_one_command_starts_it_and_says_how_to_reach_it(number: signal.Signals) -> None:
    process = subprocess.Popen(  # noqa: ASYNC220 - it must outlive the call
        [sys.executable, "-m", "tests.open_arena", "--port", "0"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        fields = dict(re.findall(r"export (\w+)=(\S+)", "".join(lines)))
        settings = Settings.model_validate({name.lower(): value for name, value in fields.items()})
        async with OpenArenaClient(settings=settings) as client:
            assert await client.health_check()
            assert (await client.infer(LLMInferenceRequest(query="Hello"))).success
    finally:
        process.send_signal(number)
        _, errors = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "2 requests over 1 connections" in errors


@pytest.mark.anyio
async def test_faults_come_at_the_asked_rate_and_the_same_way_each_time() -> None:
    served = []
    for _ in range(2):
        with StandIn(fault_rate=0.4, faults=["500", "503", "html_page"]) as arena:
            async with OpenArenaClient(settings=arena.settings(), max_retries=0) as client:
                for _ in range(30):
                    await client.infer(LLMInferenceRequest(query="Hello"))
            served.append(names(arena.inferences))
    assert served[0] == served[1]
    assert 5 < sum(name != "ok" for name in served[0]) < 20
