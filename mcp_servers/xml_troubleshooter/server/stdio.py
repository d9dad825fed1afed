"""The protocol's messages on standard input, as the SDK reads them, with an answer also for those that it cannot."""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any, Self

import anyio
from mcp.shared.message import SessionMessage
from mcp.types import INVALID_PARAMS, ErrorData, JSONRPCError
from pydantic import ValidationError

_HALF = (
    "The request holds half of a character (an escape from \\ud800 to \\udfff without its other half), which no text "
    "can hold; send the character whole, or leave it out."
)


class Answering:
    """A stream of messages. A request that is no text is answered on `outgoing`, for nobody else would."""

    def __init__(self, incoming: Any, outgoing: Any) -> None:  # noqa: ANN401 - the SDK names no public types for these
        self._incoming = incoming
        self._outgoing = outgoing

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._incoming, name)

    async def __aenter__(self) -> Self:
        await self._incoming.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._incoming.__aexit__(kind, error, trace)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    async def receive(self) -> SessionMessage | Exception:
        """The next message that can be read, or what the SDK says of one that is no request."""
        while True:
            message: SessionMessage | Exception = await self._incoming.receive()
            answer = _answer(message)
            if answer is None:
                return message
            await self._outgoing.send(SessionMessage(answer))


def _answer(message: SessionMessage | Exception) -> JSONRPCError | None:
    """What is to be said to a request whose strings are no text; None for anything else."""
    if not isinstance(message, ValidationError):
        return None
    fault = message.errors(include_url=False)[0]
    try:
        request = json.loads(fault["input"]) if fault["type"] == "json_invalid" else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(request, dict) or "id" not in request:
        return None
    name = request["id"]
    known = isinstance(name, int) or (isinstance(name, str) and name.isprintable())
    return JSONRPCError(jsonrpc="2.0", id=name if known else None, error=ErrorData(code=INVALID_PARAMS, message=_HALF))
