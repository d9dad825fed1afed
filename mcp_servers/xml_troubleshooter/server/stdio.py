"""The protocol's messages on standard input, as the SDK reads them, with an answer also for those that it cannot."""

from __future__ import annotations

import json
from typing import Any

from anyio.abc import ObjectReceiveStream
from mcp.shared.message import SessionMessage
from mcp.types import INVALID_PARAMS, ErrorData, JSONRPCError
from pydantic import ValidationError

_HALF = (
    "The request holds half of a character (an escape from \\ud800 to \\udfff without its other half), which no text "
    "can hold; send the character whole, or leave it out."
)


class Answering(ObjectReceiveStream[SessionMessage | Exception]):
    """A stream of messages. A request that is no text is answered on `outgoing`, for nobody else would."""

    def __init__(self, incoming: Any, outgoing: Any) -> None:  # noqa: ANN401 - the SDK names no public types for these
        self._incoming = incoming
        self._outgoing = outgoing

    async def aclose(self) -> None:
        await self._incoming.aclose()

    async def receive(self) -> SessionMessage | Exception:
        """The next message that can be read, or the SDK's exception for one that is no request."""
        while True:
            message: SessionMessage | Exception = await self._incoming.receive()
            answer = _answer(message)
            if answer is None:
                return message
            await self._outgoing.send(SessionMessage(answer))


def _answer(message: SessionMessage | Exception) -> JSONRPCError | None:
    """The error to send for a request whose strings are no text; None for any other message."""
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
