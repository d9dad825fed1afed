"""Programs that users of the integration have, unchanged but for the import path, run as scripts."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.open_arena.exchange import answer, raw
from tests.open_arena.server import StandIn

ROOT = Path(__file__).parents[2]

ASK_ONCE = """
import asyncio
from mcp_servers.xml_troubleshooter.agent.client import OpenArenaClient
from mcp_servers.xml_troubleshooter.agent.schemas import LLMInferenceRequest


async def main():
    async with OpenArenaClient() as client:
        if not await client.health_check():
            print("Open Arena is not available")
            return
        request = LLMInferenceRequest(
            query="Fix the XML error: Opening and ending tag mismatch: Nmae line 3 and Name",
            context={"file": "invoice.xml", "line": 3},
            model_params={"model": "claude-sonnet-4", "temperature": 0.1, "max_tokens": 4000},
        )
        response = await client.infer(request)
        if response.success:
            print(f"Action: {response.response.action}")
            print(f"Confidence: {response.response.confidence}")
            print(f"Reasoning: {response.response.reasoning}")
        else:
            print(f"Error: {response.error_message}")
        stats = client.get_usage_stats()
        print(f"Total tokens: {stats['total_tokens']}")


asyncio.run(main())
"""

HANDLE_ERRORS = """
import asyncio
from mcp_servers.xml_troubleshooter.agent.client import AuthenticationError, OpenArenaClient, RateLimitError
from mcp_servers.xml_troubleshooter.agent.schemas import LLMInferenceRequest


async def main():
    client = OpenArenaClient(timeout=120)
    try:
        response = await client.infer(LLMInferenceRequest(query="Validate this XML", context={}, model_params={}))
        print("Success:", response.success)
    except AuthenticationError as e:
        print("Authentication failed:", e)
    except RateLimitError as e:
        print("Rate limit exceeded:", e)
    finally:
        await client.close()


asyncio.run(main())
"""

TEST_CONNECTION = """
import asyncio
from mcp_servers.xml_troubleshooter.agent.client import OpenArenaClient
from mcp_servers.xml_troubleshooter.agent.schemas import LLMInferenceRequest


async def test_connection():
    async with OpenArenaClient() as client:
        healthy = await client.health_check()
        print(f"Health check: {'PASS' if healthy else 'FAIL'}")
        request = LLMInferenceRequest(query="Reply with report_complete.", context={}, model_params={"max_tokens": 100})
        response = await client.infer(request)
        print(f"Inference: {'PASS' if response.success else 'FAIL'}")
        if not response.success:
            print(f"Error: {response.error_message}")


asyncio.run(test_connection())
"""


@pytest.fixture
def arena() -> Iterator[StandIn]:
    with StandIn() as arena:
        yield arena


def run(script: str, arena: StandIn, folder: Path, **changes: str) -> str:
    environment = {name: value for name, value in os.environ.items() if "PROXY" not in name.upper()}
    environment |= arena.environment | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", "STATE_DIR": str(folder)}
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env=environment | changes,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "ResourceWarning" not in ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stdout


def test_a_question_prints_the_action_and_the_tokens(arena: StandIn, tmp_path: Path) -> None:
    fix = {"edits": [{"find": "</Nmae>", "replace": "</Name>"}]}
    action = {"action": "propose_fix", "confidence": 0.95, "reasoning": "The end tag is misspelt.", "data": fix}
    arena.script(answer(action, tokens_used=321))
    printed = run(ASK_ONCE, arena, tmp_path).splitlines()
    assert printed == [
        "Action: propose_fix",
        "Confidence: 0.95",
        "Reasoning: The end tag is misspelt.",
        "Total tokens: 321",
    ]


def test_a_question_prints_why_there_is_no_action(arena: StandIn, tmp_path: Path) -> None:
    arena.script("no_action")
    assert run(ASK_ONCE, arena, tmp_path).startswith("Error: The answer held no action.")


@pytest.mark.parametrize(
    ("fault", "printed"),
    [
        ("ok", "Success: True"),
        ("401", "Authentication failed: Open Arena refused the token (401)"),
        ("403", "Authentication failed: Open Arena refused access (403)"),
    ],
)
def test_errors_are_caught_by_their_class(arena: StandIn, tmp_path: Path, fault: str, printed: str) -> None:
    arena.script(fault)
    assert run(HANDLE_ERRORS, arena, tmp_path).startswith(printed)


def test_a_rate_limit_is_caught_by_its_class(arena: StandIn, tmp_path: Path) -> None:
    arena.script(*[raw(429, {}, retry_after="0")] * 4)
    assert run(HANDLE_ERRORS, arena, tmp_path).startswith(
        "Rate limit exceeded: Open Arena asks for fewer requests (429)"
    )


def test_the_connection_test_passes(arena: StandIn, tmp_path: Path) -> None:
    assert run(TEST_CONNECTION, arena, tmp_path).splitlines() == ["Health check: PASS", "Inference: PASS"]


def test_the_connection_test_says_why_it_fails(arena: StandIn, tmp_path: Path) -> None:
    printed = run(TEST_CONNECTION, arena, tmp_path, OPEN_ARENA_WORKFLOW_ID="another").splitlines()
    assert printed[:2] == ["Health check: PASS", "Inference: FAIL"]
    assert "OPEN_ARENA_WORKFLOW_ID" in printed[2]
