"""The OpenAI-compatible fallback: off unless named, the same protocol, the same failures, and it says who answered."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

pytest.importorskip("openai")

from mcp_servers.xml_troubleshooter.agent.client import AuthenticationError, OpenArenaClientError, RateLimitError
from mcp_servers.xml_troubleshooter.agent.inference import ModelClient
from mcp_servers.xml_troubleshooter.agent.model_clients import model_client
from mcp_servers.xml_troubleshooter.agent.openai_client import OpenAICompatibleClient
from mcp_servers.xml_troubleshooter.agent.schemas import LLMInferenceRequest
from mcp_servers.xml_troubleshooter.config import Settings
from mcp_servers.xml_troubleshooter.errors import InputError
from mcp_servers.xml_troubleshooter.usage import UsageStore
from tests.open_arena.exchange import answer
from tests.open_arena.server import StandIn

pytestmark = pytest.mark.anyio

ASK = LLMInferenceRequest(
    query="What is wrong?",
    model_params={"model": "claude-sonnet-4", "temperature": 0.1, "max_tokens": 50, "system_prompt": "Be brief."},
)
NO_ARENA: dict[str, Any] = {"open_arena_token": None, "open_arena_workflow_id": None}


@pytest.fixture
def arena() -> Iterator[StandIn]:
    with StandIn() as arena:
        yield arena


def settings_of(arena: StandIn, **changes: object) -> Settings:
    """Settings under which the stand-in plays both services."""
    return arena.settings(
        openai_fallback_model="gpt-x",
        openai_fallback_base_url=f"{arena.url}/openai/v1",
        openai_fallback_api_key=arena.token,
        **changes,
    )


def client_of(settings: Settings, usage: UsageStore | None = None) -> ModelClient:
    client = model_client(settings, usage=usage, wait=lambda _failed, _asked: 0.0)
    assert client is not None
    return client


async def failure_of(client: ModelClient) -> OpenArenaClientError:
    try:
        response = await client.infer(ASK)
    except (AuthenticationError, RateLimitError) as error:
        return error
    assert isinstance(response.error, OpenArenaClientError)
    return response.error


def test_without_a_named_model_there_is_no_second_service(arena: StandIn) -> None:
    key_alone = arena.settings(openai_fallback_api_key="sk-1", **NO_ARENA)
    assert model_client(key_alone) is None
    assert type(model_client(arena.settings())).__name__ == "OpenArenaClient"


async def test_it_answers_alone_and_says_who_it_is(arena: StandIn) -> None:
    client = client_of(settings_of(arena, **NO_ARENA))
    response = await client.infer(ASK)
    assert await client.health_check()
    assert client.measure(ASK).characters == len(arena.inferences[0].query)
    await client.close()
    assert response.success
    assert (response.model_used, response.tokens_used, response.tokens_estimated) == ("gpt-x-2025", 42, False)
    [sent] = arena.inferences
    assert (sent.path, sent.body["model"]) == ("/openai/v1/chat/completions", "gpt-x")
    assert (sent.body["temperature"], sent.body["max_tokens"]) == (0.1, 50)
    assert sent.query == "Be brief.\n\nWhat is wrong?"
    assert len(sent.body["messages"]) == 1


@pytest.mark.parametrize(
    ("fault", "kind", "attempts"),
    [
        ("401", "authentication", 1),
        ("404", "workflow", 1),
        ("413", "prompt_too_large", 1),
        ("429", "rate_limit", 4),
        ("503", "service", 4),
        ("504", "service", 4),
        ("reset", "network", 4),
        ("html_page", "answer", 4),
        ("truncated_json", "answer", 4),
    ],
)
async def test_its_faults_are_told_like_those_of_open_arena(
    arena: StandIn, fault: str, kind: str, attempts: int
) -> None:
    arena.script(*[fault] * 4)
    client = client_of(settings_of(arena, **NO_ARENA))
    failure = await failure_of(client)
    await client.close()
    assert (failure.kind, failure.attempt, len(arena.inferences)) == (kind, attempts, attempts)
    assert arena.token not in repr(vars(failure))
    if fault == "401":
        assert "OPENAI_FALLBACK_API_KEY" in str(failure)


async def test_an_empty_answer_and_a_silent_service_are_failures_too(arena: StandIn) -> None:
    arena.script(answer(""), answer(""), "stall", "stall")
    client = OpenAICompatibleClient(settings_of(arena), timeout=0.5, max_retries=1, wait=lambda _failed, _asked: 0.0)
    async with client:
        kinds = [(await failure_of(client)).kind for _ in range(2)]
    assert kinds == ["answer", "timeout"]


@pytest.mark.parametrize(("listing", "healthy"), [("workflows", True), ("401", False), ("reset", False)])
async def test_its_health_is_whether_it_lists_its_models(
    arena: StandIn,
    listing: str,
    healthy: bool,
) -> None:
    arena.listing = listing
    async with OpenAICompatibleClient(settings_of(arena)) as client:
        assert await client.health_check() == healthy


async def test_one_of_the_two_is_enough_for_health(arena: StandIn) -> None:
    client = client_of(settings_of(arena, open_arena_base_url="https://nobody.invalid"))
    assert await client.health_check()
    assert client.measure(ASK).characters > 0
    await client.close()


def test_a_named_model_without_the_sdk_says_what_to_install(arena: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    monkeypatch.delitem(sys.modules, OpenAICompatibleClient.__module__)
    with pytest.raises(InputError, match=r"\[openai\]"):
        model_client(settings_of(arena))


def test_a_client_without_a_named_model_is_refused(arena: StandIn) -> None:
    with pytest.raises(InputError, match="OPENAI_FALLBACK_MODEL"):
        OpenAICompatibleClient(arena.settings())


@pytest.mark.parametrize("fault", ["401", "429", "503", "404"])
async def test_it_is_asked_when_open_arena_fails(arena: StandIn, fault: str) -> None:
    arena.script(*[fault] * (4 if fault in {"429", "503"} else 1))
    client = client_of(settings_of(arena))
    response = await client.infer(ASK)
    await client.close()
    assert response.success
    assert response.model_used == "gpt-x-2025"


async def test_it_is_not_asked_when_open_arena_answers_or_a_smaller_question_is_needed(arena: StandIn) -> None:
    arena.script("ok", "no_action", "500_too_large", "stall")
    client = client_of(settings_of(arena))
    answered, rambling, too_large = [await client.infer(ASK) for _ in range(3)]
    late = await client.infer(ASK, deadline=anyio.current_time() + 0.3)
    await client.close()
    assert (answered.success, answered.model_used) == (True, "claude-sonnet-4")
    assert rambling.error is None
    assert isinstance(too_large.error, OpenArenaClientError)
    assert too_large.error.kind == "prompt_too_large"
    assert isinstance(late.error, OpenArenaClientError)
    assert late.error.kind == "deadline"
    assert not any(request.is_chat for request in arena.inferences)


async def test_both_are_counted_by_model(arena: StandIn, tmp_path: Path) -> None:
    arena.script("404")
    store = UsageStore(tmp_path)
    client = client_of(settings_of(arena), store)
    await client.infer(ASK)
    await client.close()
    by_model = store.summary()["session"]["by_model"]
    assert {name: (row["requests"], row["errors"]) for name, row in by_model.items()} == {
        "claude-sonnet-4": (1, 1),
        "gpt-x": (1, 0),
    }
