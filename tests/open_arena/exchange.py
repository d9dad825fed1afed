"""One request to the stand-in and the ways to answer it, the wrong ones included."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.protocol.h2 import H2Protocol
from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable
from hyperframe.frame import GoAwayFrame

Behaviour = Callable[["Exchange"], Awaitable[None]]


class Service(Protocol):
    """What a behaviour may know of the stand-in."""

    token: str
    workflow: str
    delay: float
    listing: str
    answer: Callable[[Received], str]


@dataclass(slots=True)
class Received:
    """A request as the stand-in saw it, `at` seconds on the monotonic clock.

    `abandoned` is set when the client left before it had the whole response.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    http_version: str
    connection: int
    behaviour: str = ""
    at: float = field(default_factory=time.monotonic)
    abandoned: threading.Event = field(default_factory=threading.Event)

    @property
    def query(self) -> str:
        if self.is_chat:
            return str(self.body["messages"][0]["content"])
        return str(self.body.get("query", ""))

    @property
    def is_chat(self) -> bool:
        """An OpenAI-compatible request, which this service answers too."""
        return self.path.endswith("/chat/completions")


class Exchange:
    """One request and the ways to answer it, the wrong ones included."""

    def __init__(
        self,
        arena: Service,
        request: Received,
        receive: ASGIReceiveCallable,
        send: ASGISendCallable,
        connection: TCPServer,
    ) -> None:
        self.arena = arena
        self.request = request
        self._receive = receive
        self._send = send
        self._server = connection

    async def start(self, status: int, headers: dict[str, str] | None = None) -> None:
        fields = {"content-type": "application/json"} | (headers or {})
        pairs = [(name.encode(), value.encode()) for name, value in fields.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": pairs, "trailers": False})

    async def body(self, data: bytes, *, more: bool = False) -> None:
        await self._send({"type": "http.response.body", "body": data, "more_body": more})

    async def respond(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        await self.start(status, {"content-length": str(len(data))} | (headers or {}))
        await self.body(data)

    async def until_abandoned(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.request.abandoned.set()

    async def abandoned_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self.until_abandoned(), seconds)
        except TimeoutError:
            return False
        return True

    def reset_connection(self) -> None:
        self._server.writer.transport.abort()

    async def reset_stream(self, error_code: int = 2) -> None:
        protocol = self._server.protocol.protocol
        if not isinstance(protocol, H2Protocol):
            self.reset_connection()
            return
        newest = max(protocol.streams)
        protocol.connection.reset_stream(newest, error_code=error_code)
        self._server.writer.write(protocol.connection.data_to_send())

    async def go_away(self, *, processed: bool = False) -> None:
        """Close the connection in an orderly way, with or without having looked at the request."""
        protocol = self._server.protocol.protocol
        if isinstance(protocol, H2Protocol):
            protocol.connection.close_connection(last_stream_id=max(protocol.streams) if processed else 0)
            self._server.writer.write(protocol.connection.data_to_send())
        self._server.writer.close()

    def announce_end(self) -> None:
        """Say that the connection ends with this request, whose answer is still to come."""
        protocol = self._server.protocol.protocol
        if isinstance(protocol, H2Protocol):
            self._server.writer.write(GoAwayFrame(0, last_stream_id=max(protocol.streams)).serialize())


def answer(action: dict[str, Any] | str, **fields: object) -> Behaviour:
    """A good response whose text is this action; `fields` go beside `result` (`tokens_used=12`)."""
    text = action if isinstance(action, str) else json.dumps(action)

    async def respond(exchange: Exchange) -> None:
        await exchange.respond(200, result_of(text, exchange.request) | fields)

    return respond


def raw(status: int, body: object, **headers: str) -> Behaviour:
    """Exactly this response; underscores in the names of headers stand for hyphens."""

    async def respond(exchange: Exchange) -> None:
        await exchange.respond(status, body, {name.replace("_", "-"): value for name, value in headers.items()})

    return respond


def result_of(text: str, request: Received) -> dict[str, Any]:
    """The usual shape of a good response."""
    if request.is_chat:
        return {
            "id": "chat-1",
            "object": "chat.completion",
            "created": 1,
            "model": f"{request.body['model']}-2025",
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
            "usage": {"prompt_tokens": 20, "completion_tokens": 22, "total_tokens": 42},
        }
    model = next(iter(request.body.get("modelparams") or {"claude-sonnet-4": {}}))
    return {
        "result": {"answer": {model: text}, "metadata": {}, "cost_track": {"total_cost": 0.0021}},
        "tokens_used": 500,
        "request_id": f"req-{id(request) % 1_000_000}",
    }
