"""The token and the document are found nowhere but on the wire."""

import io
import logging
import os
import traceback
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from pydantic import SecretStr

from mcp_servers.xml_troubleshooter.agent.client import OpenArenaClient, OpenArenaClientError
from mcp_servers.xml_troubleshooter.agent.schemas import LLMInferenceRequest
from mcp_servers.xml_troubleshooter.config import Settings
from mcp_servers.xml_troubleshooter.usage import UsageStore
from tests.open_arena.exchange import Behaviour, raw
from tests.open_arena.menu import LASTING, PASSING
from tests.open_arena.server import StandIn

pytestmark = pytest.mark.anyio

DOCUMENT = "<Invoice><Buyer>Confidential Buyer Ltd</Buyer></Invoice>"
ASK = LLMInferenceRequest(query=DOCUMENT)


@pytest.fixture
def every_log() -> Iterator[io.StringIO]:
    """All that any library logs at any level."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def dump(error: BaseException) -> str:
    """The traceback with every local variable of every frame, as crash reporters print it."""
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


async def told_by(client: OpenArenaClient, *, seconds: float = 10) -> list[str]:
    """All that a caller can see of one question; this frame knows no secret of its own."""
    try:
        with anyio.fail_after(seconds):
            response = await client.infer(ASK)
    except (OpenArenaClientError, TimeoutError) as error:
        return [dump(error), repr(error), repr(vars(error))]
    seen = [repr(response), response.model_dump_json(), str(response.error_message)]
    return seen + ([dump(response.error), repr(vars(response.error))] if response.error else [])


def stored(folder: Path) -> list[str]:
    return [file.read_bytes().decode("latin-1") for file in folder.rglob("*") if file.is_file()]


async def test_no_fault_brings_the_token_or_the_document_to_light(every_log: io.StringIO, tmp_path: Path) -> None:
    shown: list[str] = []
    with StandIn() as arena:
        echo = raw(400, {"message": f"cannot use token {arena.token}"})
        secret = arena.token
        store = UsageStore(tmp_path)
        client = OpenArenaClient(
            settings=arena.settings(), usage=store, timeout=0.5, max_retries=1, wait=lambda _failed, _asked: 0.0
        )
        async with client:
            faults: list[str | Behaviour] = [*PASSING, *LASTING, "no_action", "ok", echo]
            for fault in faults:
                arena.script(fault, fault)
                shown += await told_by(client)
            shown += [repr(client), repr(await client.diagnose()), str(client.get_usage_stats())]
            shown.append(str(store.summary()))
            arena.script("stall")
            shown += await told_by(client, seconds=0.3)
    kept = [every_log.getvalue(), *stored(tmp_path)]
    told = "\n".join(shown + kept)
    for part in (secret, secret.split(".")[2], secret.split(".")[1]):
        assert part not in told
    assert "Confidential Buyer" not in "\n".join(kept)
    assert "/v1/inference" in kept[0]
    assert "claude-sonnet-4" in "".join(kept[1:])


async def test_an_unreachable_host_does_not_bring_the_token_to_light(every_log: io.StringIO) -> None:
    client = OpenArenaClient("eyJh.c2VjcmV0.c2ln", "https://nobody.invalid", "w", wait=lambda _failed, _asked: 0.0)
    async with client:
        response = await client.infer(ASK)
    assert response.error is not None
    told = dump(response.error) + repr(response) + every_log.getvalue()
    assert "c2VjcmV0" not in told
    assert "Confidential" not in every_log.getvalue()


def test_settings_that_cannot_be_used_do_not_show_the_token() -> None:
    for token in (os.urandom(8).hex(), SecretStr(os.urandom(8).hex())):
        with pytest.raises(ValueError, match="agent_timeout") as caught:
            Settings.model_validate({"open_arena_token": token, "agent_timeout": 1})
        bare = token.get_secret_value() if isinstance(token, SecretStr) else token
        assert bare not in str(caught.value)
        assert bare not in repr(caught.value.__context__)
