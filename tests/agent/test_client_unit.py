"""What the client makes of single answers, without a server."""

from __future__ import annotations

import httpx
import pytest
import respx

from mcp_servers.xml_troubleshooter.agent.client import AuthenticationError, OpenArenaClient
from mcp_servers.xml_troubleshooter.agent.schemas import LLMInferenceRequest

BASE = "https://arena.example"


@pytest.mark.anyio
async def test_a_refused_token_is_told_and_not_tried_again() -> None:
    with respx.mock(base_url=BASE) as arena:
        route = arena.post("/v1/inference").mock(return_value=httpx.Response(401, json={"message": "Invalid Token"}))
        async with OpenArenaClient(api_token="a.b.c", api_base=BASE, workflow_id="w") as client:
            with pytest.raises(AuthenticationError, match="OPEN_ARENA_TOKEN"):
                await client.infer(LLMInferenceRequest(query="hello"))

    assert route.call_count == 1
