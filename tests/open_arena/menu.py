"""What the stand-in can do to a request, by name."""

from __future__ import annotations

import asyncio
import json
from email.utils import formatdate
from time import time
from typing import Any

from .exchange import Behaviour, Exchange, Received, Service, answer, raw, result_of

SLOW_SECONDS = 0.3

_GATEWAY_PAGE = b"<!DOCTYPE html><html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>"


async def ok(exchange: Exchange) -> None:
    if exchange.arena.delay and await exchange.abandoned_within(exchange.arena.delay):
        return
    await exchange.respond(200, result_of(exchange.arena.answer(exchange.request), exchange.request))


async def slow_first_byte(exchange: Exchange) -> None:
    if not await exchange.abandoned_within(SLOW_SECONDS):
        await ok(exchange)


async def stall(exchange: Exchange) -> None:
    await exchange.until_abandoned()


async def stall_mid_body(exchange: Exchange) -> None:
    await exchange.start(200)
    await exchange.body(b'{"result": {"answer": {"claude', more=True)
    await exchange.until_abandoned()


async def truncated_json(exchange: Exchange) -> None:
    body = json.dumps(result_of(exchange.arena.answer(exchange.request), exchange.request)).encode()
    await exchange.start(200)
    await exchange.body(body[: len(body) // 2])


async def reset(exchange: Exchange) -> None:
    exchange.reset_connection()


async def reset_mid_body(exchange: Exchange) -> None:
    await exchange.start(200)
    await exchange.body(b'{"result": ', more=True)
    await asyncio.sleep(0.01)
    exchange.reset_connection()


async def reset_stream(exchange: Exchange) -> None:
    await exchange.reset_stream()


async def go_away(exchange: Exchange) -> None:
    await exchange.go_away(processed=True)


async def go_away_before_answer(exchange: Exchange) -> None:
    exchange.announce_end()
    await asyncio.sleep(0.05)
    await ok(exchange)


async def go_away_unprocessed(exchange: Exchange) -> None:
    await exchange.go_away()


async def refused_stream(exchange: Exchange) -> None:
    await exchange.reset_stream(error_code=7)


async def huge_answer(exchange: Exchange) -> None:
    text = exchange.arena.answer(exchange.request)
    await exchange.respond(200, result_of("x" * 5_000_000 + "\n" + text, exchange.request))


async def too_many_dated(exchange: Exchange) -> None:
    await exchange.respond(429, {"message": "Too Many Requests"}, {"retry-after": formatdate(time() + 1, usegmt=True)})


async def no_component(exchange: Exchange) -> None:
    """What a workflow says that has no component of the asked name; without parameters it answers."""
    params: dict[str, Any] = exchange.request.body.get("modelparams") or {}
    if not params:
        await ok(exchange)
        return
    await exchange.respond(400, {"message": f"Component ID {next(iter(params))} does not exist in the chain"})


async def workflows(exchange: Exchange) -> None:
    listed = [{"workflow_id": exchange.arena.workflow, "title": "XML repair"}, {"workflow_id": "another"}]
    await exchange.respond(200, {"workflows": listed, "object": "list", "data": []})


def _shaped(**changes: object) -> Behaviour:
    """A good response with fields changed; the text stands for itself as `TEXT`."""

    async def respond(exchange: Exchange) -> None:
        text = exchange.arena.answer(exchange.request)
        body = result_of(text, exchange.request)
        for name, value in changes.items():
            body[name] = json.loads(json.dumps(value).replace('"TEXT"', json.dumps(text)))
        await exchange.respond(200, body)

    return respond


# Faults that another attempt can cure.
PASSING: dict[str, Behaviour] = {
    "408": raw(408, {"message": "Request Timeout"}),
    "429": raw(429, {"message": "Too Many Requests"}),
    "429_seconds": raw(429, {"message": "Too Many Requests"}, retry_after="1"),
    "429_date": too_many_dated,
    "500": raw(500, {"message": "Internal Server Error"}),
    "502": raw(502, {"message": "Bad Gateway"}),
    "503": raw(503, {"message": "Service Unavailable"}),
    "503_html": raw(503, _GATEWAY_PAGE, content_type="text/html"),
    "504": raw(504, {"message": "Endpoint request timed out"}),
    "stall": stall,
    "stall_mid_body": stall_mid_body,
    "reset": reset,
    "reset_mid_body": reset_mid_body,
    "reset_stream": reset_stream,
    "go_away": go_away,
    "go_away_before_answer": go_away_before_answer,
    "truncated_json": truncated_json,
    "html_page": raw(200, _GATEWAY_PAGE, content_type="text/html"),
    "empty_answer": _shaped(result={"answer": {"claude-sonnet-4": ""}}),
    "empty_result": _shaped(result=None),
    "empty_body": raw(200, b""),
    "list_body": raw(200, [1, 2]),
}

# The service says that it did not look at the request.
UNPROCESSED: dict[str, Behaviour] = {"go_away_unprocessed": go_away_unprocessed, "refused_stream": refused_stream}

# Faults that stay, however often one asks.
LASTING: dict[str, Behaviour] = {
    "400": raw(400, {"message": "query must not be empty"}),
    "401": raw(401, {"message": "Invalid Token"}),
    "403": raw(403, {"message": "User is not authorized to access this resource"}),
    "404": raw(404, {"message": "Workflow not found"}),
    "413": raw(413, {"message": "Payload Too Large"}),
    "302": raw(302, b"", location="https://login.example/"),
    "500_too_large": raw(500, {"message": "The input token count exceeds the maximum number of tokens allowed"}),
}

# Good answers in unusual shapes.
SHAPES: dict[str, Behaviour] = {
    "ok": ok,
    "slow_first_byte": slow_first_byte,
    "huge_answer": huge_answer,
    "wrong_content_type": raw(
        200, result_of('{"action": "report_complete"}', Received("", "", {}, {}, "", 0)), content_type="text/html"
    ),
    "plain_answer": _shaped(result={"answer": "TEXT"}),
    "plain_result": _shaped(result="TEXT"),
    "top_level_answer": _shaped(result=None, answer="TEXT"),
    "component_key": _shaped(result={"answer": {"llm_LLM_task": "TEXT"}}),
    "other_keys_first": _shaped(result={"answer": {"note": "", "count": 3, "llm_LLM_task": "TEXT"}}),
    "null_fields": _shaped(
        result={"answer": {"claude-sonnet-4": "TEXT"}, "metadata": None, "cost_track": None},
        tokens_used=None,
        request_id=None,
    ),
    "odd_figures": _shaped(result={"answer": "TEXT", "cost_track": {"total_cost": "dear"}}, tokens_used="many"),
    "missing_fields": _shaped(result={"answer": {"claude-sonnet-4": "TEXT"}}, tokens_used=None),
    "400_component": no_component,
    "no_action": answer("I would rather talk about the weather."),
}

MENU: dict[str, Behaviour] = PASSING | UNPROCESSED | LASTING | SHAPES | {"workflows": workflows}


def route(arena: Service, request: Received) -> str | None:
    """What is decided by the request itself: its token, its path, its workflow; None leaves it to the script."""
    if request.headers.get("authorization") != f"Bearer {arena.token}":
        return "401"
    if request.is_chat:
        return None
    if request.method == "GET":
        return arena.listing if request.path in {"/v2/workflow", "/openai/v1/models"} else "404"
    known = request.path in {"/v1/inference", "/v2/inference", "/v3/inference"}
    return None if known and request.body.get("workflow_id") == arena.workflow else "404"
