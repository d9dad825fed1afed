"""What `diagnose` and `health_check` say of a service that works and of one that does not."""

import socket
import time
from collections.abc import Iterator

import pytest

from mcp_servers.xml_troubleshooter.agent.client import OpenArenaClient
from mcp_servers.xml_troubleshooter.agent.connection_checks import HealthRow
from tests.open_arena.server import StandIn, TlsKind, make_token

pytestmark = pytest.mark.anyio

ALL = ["DNS", "connect", "TLS", "HTTP version", "token", "workflow", "latency"]


@pytest.fixture
def dead_address() -> Iterator[str]:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"https://127.0.0.1:{unused.getsockname()[1]}"


@pytest.fixture
def deaf_address() -> Iterator[str]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"


async def examined(client: OpenArenaClient) -> tuple[list[HealthRow], dict[str, str], bool]:
    async with client:
        started = time.monotonic()
        rows = await client.diagnose()
        assert time.monotonic() - started < 10
        healthy = await client.health_check()
    for row in rows:
        assert row.meaning.endswith(".")
        assert row.status in {"ok", "skipped"} or row.action.endswith(".")
    return rows, {row.name: row.status.value for row in rows}, healthy


async def test_all_is_well() -> None:
    with StandIn() as arena:
        rows, found, healthy = await examined(OpenArenaClient(settings=arena.settings()))
    assert [row.name for row in rows] == ALL
    assert set(found.values()) == {"ok"}
    assert healthy


async def test_http_1_works_but_is_pointed_out() -> None:
    with StandIn(http1_only=True) as arena:
        _, found, healthy = await examined(OpenArenaClient(settings=arena.settings()))
    assert [name for name, status in found.items() if status != "ok"] == ["HTTP version"]
    assert healthy


@pytest.mark.parametrize("tls", ["untrusted", "wrong_host", "expired", "garbage"])
async def test_bad_tls_is_the_first_row_that_fails(tls: TlsKind) -> None:
    with StandIn(tls=tls) as arena:
        _, found, healthy = await examined(OpenArenaClient(settings=arena.settings()))
    assert [found[name] for name in ALL] == ["ok", "ok", "failed", "skipped", "skipped", "skipped", "skipped"]
    assert not healthy


async def test_a_closed_port_fails_at_connect(dead_address: str) -> None:
    _, found, healthy = await examined(OpenArenaClient(make_token(), dead_address, "workflow"))
    assert [found[name] for name in ALL] == ["ok", "failed", "skipped", "skipped", "skipped", "skipped", "skipped"]
    assert not healthy


async def test_a_silent_host_fails_in_time(deaf_address: str) -> None:
    _, found, healthy = await examined(OpenArenaClient(make_token(seconds=-60), deaf_address, "workflow"))
    assert [found[name] for name in ALL] == ["ok", "ok", "failed", "skipped", "failed", "skipped", "skipped"]
    assert not healthy


async def test_a_name_that_does_not_exist_fails_at_dns() -> None:
    rows, found, healthy = await examined(OpenArenaClient(make_token(), "https://nobody.invalid", "workflow"))
    assert found["DNS"] == "failed"
    assert "VPN" in rows[0].action
    assert not healthy


@pytest.mark.parametrize(
    ("seconds", "status", "word"),
    [(24 * 3600, "ok", "good for 23 h 59 min"), (1800, "warning", "29 min"), (-60, "failed", "ran out 1 min ago")],
)
async def test_the_token_row_tells_its_end(seconds: float, status: str, word: str) -> None:
    with StandIn() as arena:
        arena.token = make_token(seconds=seconds)
        rows, found, _ = await examined(OpenArenaClient(settings=arena.settings()))
    assert found["token"] == status
    assert word in next(row.meaning for row in rows if row.name == "token")


async def test_a_refused_token_and_an_unlisted_workflow_are_told() -> None:
    with StandIn() as arena:
        refused = await examined(OpenArenaClient("some.other.token", arena.url, "x", settings=arena.settings()))
        unlisted = await examined(OpenArenaClient(workflow_id="not-mine", settings=arena.settings()))
    assert (refused[1]["token"], refused[1]["workflow"], refused[2]) == ("failed", "skipped", False)
    assert (unlisted[1]["token"], unlisted[1]["workflow"], unlisted[2]) == ("ok", "warning", True)


@pytest.mark.parametrize(
    ("listing", "token", "workflow", "latency"),
    [
        ("403", "ok", "failed", "ok"),
        ("404", "ok", "warning", "ok"),
        ("503", "ok", "failed", "ok"),
        ("reset", "skipped", "skipped", "failed"),
    ],
)
async def test_a_list_of_workflows_that_cannot_be_had_is_told(
    listing: str, token: str, workflow: str, latency: str
) -> None:
    with StandIn() as arena:
        arena.listing = listing
        _, found, healthy = await examined(OpenArenaClient(settings=arena.settings()))
    assert (found["token"], found["workflow"], found["latency"]) == (token, workflow, latency)
    assert not healthy


async def test_a_host_without_tls_is_pointed_out() -> None:
    with StandIn(tls="garbage") as arena:
        rows, found, healthy = await examined(
            OpenArenaClient(make_token(), arena.url.replace("https", "http"), "workflow")
        )
    assert found["TLS"] == "warning"
    assert rows[-1].status == "failed"
    assert not healthy


async def test_the_second_host_is_reported_when_it_stands_in(dead_address: str) -> None:
    with StandIn() as arena:
        settings = arena.settings(open_arena_base_url=dead_address, open_arena_fallback_url=arena.url)
        rows, found, healthy = await examined(OpenArenaClient(settings=settings))
    assert (rows[0].name, rows[0].status) == ("host", "warning")
    assert {found[name] for name in ALL} == {"ok"}
    assert healthy


async def test_without_credentials_nothing_is_connected() -> None:
    with StandIn() as arena:
        settings = arena.settings(open_arena_token=None, open_arena_workflow_id=None)
        rows, found, _ = await examined(OpenArenaClient(settings=settings))
    assert found == {"token": "skipped"}
    assert "offline" in rows[0].meaning or "without it" in rows[0].meaning
