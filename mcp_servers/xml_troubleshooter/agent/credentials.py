"""The Open Arena token: its expiry, and the way onto a request without a copy anywhere else."""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Generator
from datetime import UTC, datetime

import httpx
from pydantic import SecretStr

RENEW = "Copy a new token from Open Arena into OPEN_ARENA_TOKEN in .env; no restart is needed."
_WARN_SECONDS = 3600


class BearerAuth(httpx.Auth):
    """Puts the token on a request at the last moment, so that no other object of ours holds it in the clear."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Adds the Authorization header."""
        request.headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        yield request

    def redact(self, body: bytes) -> bytes:
        """A response that may echo the token, without it."""
        return body.replace(self._token.get_secret_value().encode(), b"(token)")


def expiry(token: SecretStr) -> datetime | None:
    """The time when the token runs out, read from its own `exp` without verifying it; None where it has none."""
    parts = token.get_secret_value().split(".")
    if len(parts) != 3:  # noqa: PLR2004 - a JWT is header.payload.signature
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return datetime.fromtimestamp(float(claims["exp"]), UTC)
    except (binascii.Error, ValueError, TypeError, KeyError, OverflowError, OSError):
        return None


def remaining(token: SecretStr) -> float | None:
    """Seconds until the token runs out, negative when it has; None where its expiry is unknown."""
    ends = expiry(token)
    return None if ends is None else ends.timestamp() - time.time()


def describe_expiry(token: SecretStr) -> str:
    """The past or future expiry of the token, in one phrase for people."""
    ends, left = expiry(token), remaining(token)
    if ends is None or left is None:
        return "it does not say when it runs out"
    when = f"{ends:%Y-%m-%d %H:%M} UTC"
    return (
        f"it ran out {_span(-left)} ago, at {when}" if left <= 0 else f"it is good for {_span(left)} more, until {when}"
    )


def runs_out_soon(token: SecretStr) -> bool:
    """True within the last hour of the token's life."""
    left = remaining(token)
    return left is not None and 0 < left < _WARN_SECONDS


def _span(seconds: float) -> str:
    minutes = int(seconds // 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004 - an hour
