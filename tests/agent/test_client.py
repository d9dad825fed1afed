"""The client against the stand-in: what each fault costs, what the caller sees, and what the service is sent."""

import asyncio
import contextlib
import inspect
import json
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import anyio.abc
import pytest
from pydantic import SecretStr

from mcp_servers.xml_troubleshooter.agent.client import (
    AuthenticationError,
    NetworkError,
    OpenArenaClient,
    OpenArenaClientError,
    RateLimitError,
    retry_seconds,
)
from mcp_servers.xml_troubleshooter.agent.schemas import ActionType, LLMInferenceRequest, LLMInferenceResponse
from mcp_servers.xml_troubleshooter.errors import InputError
from mcp_servers.xml_troubleshooter.usage import UsageStore
from tests.open_arena.exchange import answer, raw
from tests.open_arena.menu import LASTING, PASSING, SHAPES, UNPROCESSED
from tests.open_arena.server import StandIn, TlsKind, make_token

pytestmark = pytest.mark.anyio

ASK = LLMInferenceRequest(query="What is wrong with <a>?", model_params={"temperature": 0.1, "max_tokens": 400})

KINDS = {
    "408": "service",
    "429": "rate_limit",
    "429_seconds": "rate_limit",
    "429_date": "rate_limit",
    "500": "service",
    "502": "service",
    "503": "service",
    "503_html": "service",
    "504": "service",
    "stall": "timeout",
    "stall_mid_body": "timeout",
    "reset": "network",
    "reset_mid_body": "network",
    "reset_stream": "network",
    "go_away": "network",
    "go_away_before_answer": "network",
    "truncated_json": "answer",
    "html_page": "answer",
    "empty_answer": "answer",
    "empty_result": "answer",
    "empty_body": "answer",
    "list_body": "answer",
    "302": "request",
    "400": "request",
    "401": "authentication",
    "403": "authentication",
    "404": "workflow",
    "413": "prompt_too_large",
    "500_too_large": "prompt_too_large",
}


def at_once(_failed: int, _retry_after: float | None) -> float:
    return 0.0


@pytest.fixture
def arena() -> Iterator[StandIn]:
    with StandIn() as arena:
        yield arena


def client_of(arena: StandIn, **options: object) -> OpenArenaClient:
    given: dict[str, Any] = {"settings": arena.settings(), "wait": at_once, "timeout": 10} | options
    return OpenArenaClient(**given)


async def failure_of(client: OpenArenaClient, *, deadline: float | None = None) -> OpenArenaClientError:
    """The failure of a question, whichever way it is told."""
    try:
        response = await client.infer(ASK, deadline=deadline)
    except (AuthenticationError, RateLimitError) as error:
        return error
    assert not response.success
    assert isinstance(response.error, OpenArenaClientError)
    assert response.error_message == str(response.error)
    return response.error


async def until(happened: Callable[[], object]) -> None:
    with anyio.fail_after(5):
        while not happened():  # noqa: ASYNC110 - another thread makes it happen
            await anyio.sleep(0.005)


# Faults


async def test_an_answer_is_read_as_it_came_whatever_the_token_is(arena: StandIn) -> None:
    arena.token = "x"
    arena.script(
        answer({"action": "propose_fix", "reasoning": "extra", "data": {"edits": [{"find": "x", "replace": "xx"}]}})
    )
    async with client_of(arena) as client:
        response = await client.infer(ASK)
    assert response.response is not None
    assert (response.response.action, response.response.reasoning) == (ActionType.PROPOSE_FIX, "extra")


@pytest.mark.parametrize("fault", PASSING)
async def test_a_passing_fault_is_cured_by_the_next_attempt(arena: StandIn, fault: str) -> None:
    arena.script(fault, "ok")
    async with client_of(arena, timeout=2 if "stall" in fault else 10) as client:
        response = await client.infer(ASK)
    assert response.success
    assert (response.attempts, len(arena.inferences)) == (2, 2)


@pytest.mark.parametrize("orderly", [True, False])
@pytest.mark.parametrize("together", [1, 8])
async def test_a_connection_closed_while_idle_costs_no_attempt(arena: StandIn, *, orderly: bool, together: int) -> None:
    async with client_of(arena) as client:
        assert (await client.infer(ASK)).success
        arena.close_idle(orderly=orderly)
        await anyio.sleep(0.2)  # as long as the news takes to this socket
        answers: list[LLMInferenceResponse] = []

        async def ask() -> None:
            answers.append(await client.infer(ASK))

        async with anyio.create_task_group() as tasks:
            for _ in range(together):
                tasks.start_soon(ask)
    assert [(each.success, each.attempts) for each in answers] == [(True, 1)] * together


@pytest.mark.parametrize("fault", UNPROCESSED)
async def test_a_request_that_the_service_did_not_look_at_is_sent_again_uncounted(arena: StandIn, fault: str) -> None:
    arena.script(fault, fault, fault, "ok")
    async with client_of(arena) as client:
        response = await client.infer(ASK)
        assert client.get_usage_stats()["sent_twice"] == 0
    assert (response.success, response.attempts, len(arena.inferences)) == (True, 1, 4)


@pytest.mark.parametrize("fault", UNPROCESSED)
async def test_a_service_that_never_looks_at_a_request_is_not_asked_for_ever(arena: StandIn, fault: str) -> None:
    arena.script(*[fault] * 100)
    async with client_of(arena) as client:
        failure = await failure_of(client)
        assert client.get_usage_stats()["sent_twice"] == 0
    assert (failure.kind, failure.attempt, len(arena.inferences)) == ("network", 4, 16)


@pytest.mark.parametrize(
    "fault", ["go_away", "go_away_before_answer", "reset", "reset_mid_body", "reset_stream", "stall"]
)
async def test_a_request_that_may_have_been_processed_is_counted_as_sent_twice(arena: StandIn, fault: str) -> None:
    arena.script(fault, "ok")
    async with client_of(arena, timeout=1 if fault == "stall" else 10) as client:
        assert (await client.infer(ASK)).success
        assert client.get_usage_stats()["sent_twice"] == 1


@pytest.mark.parametrize("fault", PASSING)
async def test_a_passing_fault_that_stays_is_told_after_four_attempts(arena: StandIn, fault: str) -> None:
    arena.script(*[fault] * 4)
    async with client_of(arena, timeout=0.5 if "stall" in fault else 10) as client:
        failure = await failure_of(client)
    assert (failure.kind, failure.attempt) == (KINDS[fault], 4)
    assert len(arena.inferences) == 4 or ("stall" in fault and len(arena.inferences) <= 4)
    assert failure.hint in str(failure)


@pytest.mark.parametrize("fault", LASTING)
async def test_a_lasting_fault_is_told_at_once(arena: StandIn, fault: str) -> None:
    arena.script(fault)
    async with client_of(arena) as client:
        failure = await failure_of(client)
    assert (failure.kind, failure.attempt, len(arena.inferences)) == (KINDS[fault], 1, 1)
    assert failure.status == int(fault[:3])


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "no_action"])
async def test_an_answer_is_found_in_every_shape(arena: StandIn, shape: str) -> None:
    arena.script(shape, shape)
    async with client_of(arena) as client:
        response = await client.infer(ASK)
    assert response.success
    assert response.response is not None
    assert response.response.action is ActionType.REPORT_COMPLETE
    assert response.tokens_used > 0
    assert response.tokens_estimated == (shape in {"null_fields", "missing_fields", "odd_figures"})


@pytest.mark.parametrize(
    ("tls", "kind", "attempts"),
    [
        ("untrusted", "certificate", 1),
        ("wrong_host", "certificate", 1),
        ("expired", "certificate", 1),
        ("garbage", "network", 4),
    ],
)
async def test_bad_tls_is_told_apart_from_a_bad_network(tls: TlsKind, kind: str, attempts: int) -> None:
    with StandIn(tls=tls) as arena:
        async with client_of(arena) as client:
            failure = await failure_of(client)
    assert (failure.kind, failure.attempt) == (kind, attempts)
    assert arena.requests == []
    if kind == "certificate":
        assert "SSL_CERT_FILE" in str(failure)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("401", ["OPEN_ARENA_TOKEN", "until"]),
        ("403", ["run out", "right", "OPEN_ARENA_WORKFLOW_ID"]),
        ("404", ["OPEN_ARENA_WORKFLOW_ID"]),
        ("413", ["smaller"]),
        ("429", ["fewer"]),
        ("400", ["query must not be empty", "OPEN_ARENA_API_VERSION"]),
        ("503", ["Service Unavailable", "few minutes"]),
        ("html_page", ["HTML page", "proxy"]),
    ],
)
async def test_a_failure_says_what_to_do(arena: StandIn, fault: str, words: list[str]) -> None:
    arena.script(fault)
    async with client_of(arena, max_retries=0) as client:
        failure = await failure_of(client)
    assert [word for word in words if word not in str(failure)] == []


async def test_a_host_that_cannot_be_reached_points_to_the_company_network(arena: StandIn) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with client_of(arena, api_base=f"https://127.0.0.1:{unused.getsockname()[1]}") as client:
            failure = await failure_of(client)
    assert isinstance(failure, NetworkError)
    assert failure.unreached
    assert "company network" in str(failure)


async def test_a_failure_carries_its_fields(arena: StandIn) -> None:
    arena.script(raw(429, {"message": "slow down"}, x_request_id="abc-1", retry_after="7"))
    async with client_of(arena, max_retries=0) as client:
        with pytest.raises(RateLimitError) as caught:
            await client.infer(ASK)
    failure = caught.value
    assert (failure.status, failure.request_id, failure.retry_after, failure.attempt) == (429, "abc-1", 7.0, 1)
    assert failure.elapsed > 0


async def test_an_answer_without_an_action_is_told_to_the_model(arena: StandIn) -> None:
    arena.script("no_action")
    async with client_of(arena) as client:
        response = await client.infer(ASK)
        figures = client.get_usage_stats()
    assert (response.success, response.response, response.error) == (False, None, None)
    assert "weather" in response.raw_content
    assert '"action"' in str(response.error_message)
    assert figures["errors_by_kind"] == {"no_action": 1}


# Attempts, waits, deadlines


@pytest.mark.parametrize("retries", [0, 1, 5])
async def test_max_retries_is_the_number_of_attempts_after_the_first(arena: StandIn, retries: int) -> None:
    arena.script(*["503"] * 6)
    async with client_of(arena, max_retries=retries) as client:
        failure = await failure_of(client)
    assert failure.attempt == len(arena.inferences) == retries + 1


@pytest.mark.parametrize(
    ("failed", "asked", "least", "most"),
    [
        (1, None, 4, 5),
        (2, None, 8, 10),
        (3, None, 10, 12.5),
        (9, None, 10, 12.5),
        (1, 2.0, 2, 2.5),
        (3, 0.0, 0, 0.5),
        (1, 3600.0, 30, 30.5),
    ],
)
def test_the_waits_are_those_of_the_table(failed: int, asked: float | None, least: float, most: float) -> None:
    waits = [retry_seconds(failed, asked) for _ in range(50)]
    assert least <= min(waits) < max(waits) <= most


@pytest.mark.parametrize(
    ("fault", "asked"),
    [("503", None), ("429_seconds", 1.0), ("429_date", 0.5)],
)
async def test_what_the_service_asks_for_reaches_the_wait(arena: StandIn, fault: str, asked: float | None) -> None:
    seen: list[float | None] = []

    def note(_failed: int, retry_after: float | None) -> float:
        seen.append(retry_after)
        return 0.0

    arena.script(fault)
    async with client_of(arena, wait=note) as client:
        await client.infer(ASK)
    assert seen
    assert all(value == (None if asked is None else pytest.approx(asked, abs=0.51)) for value in seen)


async def test_timeout_bounds_one_attempt_as_a_whole(arena: StandIn) -> None:
    arena.script("stall_mid_body")
    async with client_of(arena, timeout=0.3, max_retries=0) as client:
        failure = await failure_of(client)
    assert failure.kind == "timeout"
    assert 0.3 <= failure.elapsed < 2


async def test_the_deadline_ends_an_attempt(arena: StandIn) -> None:
    arena.script("stall")
    async with client_of(arena) as client:
        failure = await failure_of(client, deadline=anyio.current_time() + 0.3)
    assert failure.kind == "deadline"
    assert failure.elapsed < 2


async def test_a_wait_that_outlasts_the_deadline_is_not_begun(arena: StandIn) -> None:
    arena.script("503")
    async with client_of(arena, wait=retry_seconds) as client:
        failure = await failure_of(client, deadline=anyio.current_time() + 3)
    assert (failure.kind, failure.attempt) == ("service", 1)
    assert failure.elapsed < 1


async def test_a_time_limit_around_the_call_is_a_deadline_too(arena: StandIn) -> None:
    arena.script("429_seconds")
    async with client_of(arena, wait=lambda _failed, _asked: 30.0) as client:
        with anyio.fail_after(3):
            failure = await failure_of(client)
    assert (failure.kind, failure.attempt) == ("rate_limit", 1)


async def test_a_host_that_lets_callers_wait_for_a_connection_is_left_for_the_other(arena: StandIn) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as waiting:
        for _ in range(3):
            caller = waiting.enter_context(socket.socket())
            caller.setblocking(False)  # noqa: FBT003 - the name of the socket API
            caller.connect_ex(full.getsockname())
        slow = f"https://127.0.0.1:{full.getsockname()[1]}"
        settings = arena.settings(open_arena_base_url=slow, open_arena_fallback_url=arena.url)
        async with client_of(arena, settings=settings) as client:
            first, second = await client.infer(ASK), await client.infer(ASK)
    assert first.success
    assert 3 <= first.inference_time < 6
    assert second.inference_time < 2


async def test_cancelling_gives_the_stream_up_togetherand_leaves_the_client_usable(arena: StandIn) -> None:
    arena.script("stall")
    async with client_of(arena) as client:
        async with anyio.create_task_group() as group:
            group.start_soon(client.infer, ASK)
            await until(lambda: arena.inferences)
            group.cancel_scope.cancel()
        assert await anyio.to_thread.run_sync(arena.inferences[0].abandoned.wait, 2)
        assert (await client.infer(ASK)).success
        figures = client.get_usage_stats()
    assert figures["errors_by_kind"] == {"cancelled": 1}
    assert (figures["request_count"], figures["attempts"]) == (2, 2)


async def test_cancelling_one_question_leaves_the_others_alone(arena: StandIn) -> None:
    arena.script("stall", "slow_first_byte", "slow_first_byte")
    responses: list[LLMInferenceResponse] = []
    async with client_of(arena) as client:

        async def ask() -> None:
            responses.append(await client.infer(ASK))

        async with anyio.create_task_group() as group:
            doomed = anyio.CancelScope()

            async def ask_in_vain() -> None:
                with doomed:
                    await client.infer(ASK)

            group.start_soon(ask_in_vain)
            await until(lambda: len(arena.inferences) == 1)
            group.start_soon(ask)
            group.start_soon(ask)
            await until(lambda: len(arena.inferences) == 3)
            doomed.cancel()
        assert await anyio.to_thread.run_sync(arena.inferences[0].abandoned.wait, 2)
    assert [(response.success, response.attempts) for response in responses] == [(True, 1), (True, 1)]


async def test_a_handshake_that_is_given_up_leaves_no_connection_behind() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        address = f"https://127.0.0.1:{deaf.getsockname()[1]}"
        async with OpenArenaClient(make_token(), address, "w", timeout=0.3, max_retries=0) as client:
            assert (await failure_of(client)).kind == "timeout"
            caller, _ = deaf.accept()
            with caller:
                caller.settimeout(2)
                while caller.recv(65536):
                    pass  # the client's half of the handshake, then the end


# Connections


@pytest.mark.parametrize("http1_only", [False, True])
async def test_fifty_questions_share_the_connections_and_spare_the_service(http1_only: bool) -> None:
    with StandIn(http1_only=http1_only, delay=0.02) as arena:
        async with client_of(arena) as client, client_of(arena) as other, anyio.create_task_group() as group:
            for number in range(50):
                group.start_soon((client, other)[number % 2].infer, ASK)
        stats = client.get_usage_stats(), other.get_usage_stats()
    assert [figures["error_count"] for figures in stats] == [0, 0]
    assert len(arena.inferences) == 50
    assert {request.http_version for request in arena.inferences} == {"1.1" if http1_only else "2"}
    # five connections are kept, and up to eight calls run at once: some connections are made again
    assert arena.connections < 25 if http1_only else arena.connections == 1
    assert 1 < arena.most_at_once <= 8


async def test_a_refusal_for_rate_slows_every_caller(arena: StandIn) -> None:
    refused = anyio.Event()

    def half_a_second(_failed: int, _retry_after: float | None) -> float:
        refused.set()
        return 0.5

    arena.script("429")
    async with (
        client_of(arena, wait=half_a_second) as client,
        client_of(arena) as other,
        anyio.create_task_group() as group,
    ):
        group.start_soon(client.infer, ASK)
        await refused.wait()
        group.start_soon(other.infer, ASK)
    first, *later = [request.at for request in arena.inferences]
    assert len(later) == 2
    assert all(at - first >= 0.5 for at in later)


async def test_the_other_host_is_tried_when_no_connection_comes_about(arena: StandIn) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        dead = f"https://127.0.0.1:{unused.getsockname()[1]}"
        settings = arena.settings(open_arena_base_url=dead, open_arena_fallback_url=arena.url)
        async with client_of(arena, settings=settings) as client:
            response = await client.infer(ASK)
            assert await client.health_check()
    assert (response.success, response.attempts) == (True, 1)


@pytest.mark.parametrize("fault", ["503", "reset", "401", "stall"])
async def test_the_other_host_is_not_tried_for_any_other_reason(arena: StandIn, fault: str) -> None:
    with StandIn() as other:
        arena.script(fault)
        settings = arena.settings(open_arena_fallback_url=other.url)
        async with client_of(arena, settings=settings, max_retries=0, timeout=2) as client:
            await failure_of(client)
    assert (len(arena.inferences), len(other.requests)) == (1, 0)


@asynccontextmanager
async def proxy(monkeypatch: pytest.MonkeyPatch, *, refusal: bytes = b"") -> AsyncIterator[list[str]]:
    """A proxy that the environment names, and where it was asked to connect to."""
    asked: list[str] = []

    async def serve(client: anyio.abc.SocketStream) -> None:
        async with client:
            head = b""
            try:
                while not head.endswith(b"\r\n\r\n"):
                    head += await client.receive()
                asked.append(head.split()[1].decode())
                if refusal:
                    await client.send(refusal)
                    return
                host, _, port = asked[-1].rpartition(":")
                async with await anyio.connect_tcp(host, int(port)) as server, anyio.create_task_group() as group:
                    await client.send(b"HTTP/1.1 200 OK\r\n\r\n")
                    group.start_soon(copy, server, client)
                    await copy(client, server)
                    group.cancel_scope.cancel()
            except (anyio.EndOfStream, anyio.BrokenResourceError):
                return

    async def copy(source: anyio.abc.SocketStream, target: anyio.abc.SocketStream) -> None:
        async for data in source:
            await target.send(data)

    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, serve)
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(name, "elsewhere.example")
        yield asked
        group.cancel_scope.cancel()


async def test_a_proxy_from_the_environment_is_used(arena: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    async with proxy(monkeypatch) as asked, client_of(arena) as client:
        assert (await client.infer(ASK)).success
        rows = {row.name: row for row in await client.diagnose()}
    assert set(asked) == {arena.url.removeprefix("https://")}
    assert "proxy" in rows["connect"].meaning
    assert {row.status.value for row in rows.values()} == {"ok"}


async def test_a_proxy_that_wants_a_password_is_named(arena: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"
    async with proxy(monkeypatch, refusal=refusal), client_of(arena) as client:
        failure = await failure_of(client)
    assert (failure.kind, failure.attempt) == ("network", 1)
    assert "HTTPS_PROXY" in str(failure)


def test_a_client_may_be_used_in_one_event_loop_after_the_other(arena: StandIn) -> None:
    client = client_of(arena)

    async def once() -> bool:
        async with client:
            return (await client.infer(ASK)).success

    assert [asyncio.run(once()), asyncio.run(once())] == [True, True]


# Requests


@pytest.mark.parametrize(
    ("version", "extra"),
    [
        ("v1", {}),
        ("v2", {}),
        ("v3", {"input_variables": {}, "conversation_id": None, "context": {"vocabulary": "UBL"}}),
    ],
)
async def test_the_payload_is_that_of_the_version(arena: StandIn, version: str, extra: dict[str, Any]) -> None:
    request = LLMInferenceRequest(
        query="Repair this.",
        context={"vocabulary": "UBL"},
        model_params={"model": "openai_gpt-41", "temperature": 0.1, "max_tokens": 4000, "json": True, "stop": None},
    )
    async with client_of(arena, settings=arena.settings(open_arena_api_version=version)) as client:
        await client.infer(request)
    [sent] = arena.inferences
    query = sent.body.pop("query")
    assert sent.path == f"/{version}/inference"
    assert sent.body == {
        "workflow_id": arena.workflow,
        "is_persistence_allowed": False,
        "modelparams": {"openai_gpt-41": {"temperature": "0.1", "max_tokens": "4000", "json": "true"}},
        **extra,
    }
    assert query.startswith("Repair this.")
    assert ("UBL" in query) == (version != "v3")


async def test_the_instructions_are_sent_once_and_in_the_query(arena: StandIn) -> None:
    async with client_of(arena) as client:
        await client.infer(LLMInferenceRequest(query="Q", model_params={"system_prompt": "Be brief."}))
        await client.infer(LLMInferenceRequest(query="Be brief. Q", model_params={"system_prompt": "Be brief."}))
    for request in arena.inferences:
        assert json.dumps(request.body).count("Be brief.") == 1
        assert "Be brief." in request.query


async def test_parameters_that_the_workflow_has_no_place_for_are_dropped_once_and_for_all(
    arena: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    arena.script("400_component", "400_component", "ok")
    async with client_of(arena) as client:
        first, second = await client.infer(ASK), await client.infer(ASK)
    assert (first.success, first.attempts, second.attempts) == (True, 2, 1)
    assert ["modelparams" in request.body for request in arena.inferences] == [True, False, False]
    assert "OPEN_ARENA_MODEL" in caplog.text


async def test_the_size_of_a_request_is_known_before_it_is_sent(arena: StandIn) -> None:
    async with client_of(arena) as client:
        size = client.measure(ASK)
        await client.infer(ASK)
    assert size.characters == len(arena.inferences[0].query)
    assert 0 < size.tokens < size.characters


async def test_what_no_text_encoding_can_hold_does_not_break_the_request(arena: StandIn) -> None:
    async with client_of(arena) as client:
        response = await client.infer(LLMInferenceRequest(query="half a pair: \ud800, and a whole: \U0001f600"))
    assert response.success
    assert "\U0001f600" in arena.inferences[0].query


# The token


@pytest.mark.parametrize(
    ("missing", "word"),
    [("open_arena_token", "OPEN_ARENA_TOKEN"), ("open_arena_workflow_id", "OPEN_ARENA_WORKFLOW_ID")],
)
async def test_a_missing_credential_shows_when_something_is_asked(arena: StandIn, missing: str, word: str) -> None:
    async with client_of(arena, settings=arena.settings(**{missing: None})) as client:
        failure = await failure_of(client)
    assert word in str(failure)
    assert (failure.attempt, arena.requests) == (0, [])


async def test_a_renewed_token_needs_no_restart(
    arena: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    old = arena.token
    monkeypatch.setenv("OPEN_ARENA_TOKEN", old)
    arena.token = make_token(seconds=3 * 3600)
    (tmp_path / ".env").write_text(f"OPEN_ARENA_TOKEN='Bearer {arena.token}'\n")
    settings = arena.settings(open_arena_token=old)
    async with client_of(arena, settings=settings) as client:
        async with anyio.create_task_group() as group:
            for _ in range(12):
                group.start_soon(client.infer, ASK)
        assert client.get_usage_stats()["error_count"] == 0
        again = await client.infer(ASK)
        assert await client.health_check()
    assert again.attempts == 1


async def test_a_refused_token_is_not_asked_with_again_unless_it_was_renewed(
    arena: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPEN_ARENA_TOKEN", arena.token)
    settings = arena.settings()
    arena.token = make_token()
    async with client_of(arena, settings=settings) as client:
        failure = await failure_of(client)
    assert (failure.kind, failure.attempt) == ("authentication", 1)


async def test_a_token_given_to_the_constructor_is_not_replaced(
    arena: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPEN_ARENA_TOKEN", arena.token)
    async with client_of(arena, api_token="another.persons.token") as client:
        failure = await failure_of(client)
    assert (failure.kind, failure.attempt) == ("authentication", 1)


async def test_the_message_says_when_the_token_ran_out(arena: StandIn) -> None:
    async with client_of(arena, api_token=make_token(seconds=-2 * 3600 - 60)) as client:
        failure = await failure_of(client)
    assert "it ran out 2 h 1 min ago" in str(failure)


async def test_the_end_of_a_token_is_announced_once(arena: StandIn, caplog: pytest.LogCaptureFixture) -> None:
    arena.token = make_token(seconds=1800)
    with caplog.at_level(logging.WARNING):
        async with client_of(arena) as client:
            await client.infer(ASK)
            await client.infer(ASK)
    assert [record.message for record in caplog.records if "29 min more" in record.message] != []
    assert len(caplog.records) == 1


@pytest.mark.parametrize("pasted", ["Bearer {}", '"{}"', "{}\r\n"])
async def test_a_pasted_token_is_cleaned(arena: StandIn, pasted: str) -> None:
    for token in (pasted.format(arena.token), SecretStr(pasted.format(arena.token))):
        async with client_of(arena, api_token=token) as client:
            assert (await client.infer(ASK)).success


@pytest.mark.parametrize(
    "address", ["ftp://host.example", "http://host.example", "no address", "https://u:p@h.example"]
)
def test_a_bad_address_is_refused_before_anything_is_sent(arena: StandIn, address: str) -> None:
    with pytest.raises(InputError):
        client_of(arena, api_base=address)


# The contract with existing users


def test_the_constructor_keeps_its_signature() -> None:
    parameters = inspect.signature(OpenArenaClient).parameters.values()
    public = {p.name: p.default for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD}
    assert public == {
        "api_token": None,
        "api_base": None,
        "workflow_id": None,
        "default_model": None,
        "timeout": 60,
        "max_retries": 3,
    }
    assert all(p.default is not p.empty for p in parameters)


async def test_the_response_keeps_its_fields(arena: StandIn) -> None:
    async with client_of(arena) as client:
        response = await client.infer(ASK)
        figures = client.get_usage_stats()
    names = {"success", "response", "raw_content", "tokens_used", "inference_time", "model_used", "error_message"}
    assert names <= set(response.model_dump())
    assert {"total_tokens", "request_count", "error_count", "error_rate"} <= set(figures)


# Figures


async def test_the_figures_count_each_attempt_once(arena: StandIn, tmp_path: Path) -> None:
    arena.script("503", "429", "ok", "401", *["502"] * 4, "null_fields")
    store = UsageStore(tmp_path)
    async with client_of(arena, usage=store) as client:
        assert (await client.infer(ASK)).success
        assert (await failure_of(client)).kind == "authentication"
        assert (await failure_of(client)).kind == "service"
        assert (await client.infer(ASK)).tokens_estimated
        figures = client.get_usage_stats()
    assert (figures["request_count"], figures["error_count"], figures["error_rate"]) == (4, 2, 0.5)
    assert (figures["attempts"], figures["retries"]) == (9, 5)
    assert figures["tokens_reported"] == 500
    assert figures["total_tokens"] == 500 + figures["tokens_estimated"] > 500
    assert figures["cost"] == 0.0021
    assert figures["errors_by_kind"] == {"authentication": 1, "service": 1}
    lifetime = store.summary()["lifetime"]
    assert {name: lifetime[name] for name in lifetime} == {name: figures[name] for name in lifetime}


async def test_tokens_are_reported_with_their_action(arena: StandIn) -> None:
    arena.script(answer({"action": "report_complete"}, tokens_used=12))
    async with client_of(arena) as client:
        response = await client.infer(ASK)
    assert (response.tokens_used, response.tokens_estimated, response.cost) == (12, False, 0.0021)
    assert response.model_used == "claude-sonnet-4"
    assert response.inference_time > 0
    assert response.request_id is not None


def test_a_client_that_was_never_asked_has_an_error_rate_of_nought(arena: StandIn) -> None:
    figures = client_of(arena).get_usage_stats()
    assert (figures["total_tokens"], figures["request_count"], figures["error_rate"]) == (0, 0, 0.0)
