"""The HTTP connections to the model's service: one pool for the process, shared by every client.

An HTTP/2 stream that is given up (time-out, cancellation, broken answer) cannot be reset through httpx: the server
keeps it open, it counts against the connection's streams and its late data is never acknowledged. So the connections
are held in generations: a given-up stream retires its generation, new requests go to a fresh one, and the retired one
is closed as soon as its last request has ended, at once where there is no other.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import anyio
import httpx
import truststore
from anyio.abc import AsyncResource

from ..config import Settings

CONNECT_SECONDS = 3.0
# Requests under way at once, so that many documents do not swamp the service. Below the ten connections that we allow
# ourselves, since every request may be the last of a retired generation while the fresh one holds an idle connection.
CONCURRENCY = 8
_LIMITS = httpx.Limits(max_connections=10, max_keepalive_connections=5, keepalive_expiry=30)

_HEADERS = {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "xml-troubleshooter"}


@dataclass(eq=False)
class _Generation:
    client: httpx.AsyncClient
    in_flight: int = 0
    retired: bool = False
    multiplexed: bool = True  # until a response says that it is HTTP/1.1


@dataclass(frozen=True)
class _Trust:
    """What decides which certificates are trusted."""

    file: Path | None
    folder: Path | None


@dataclass(frozen=True, slots=True)
class Reply:
    """One whole HTTP response."""

    status: int
    headers: httpx.Headers
    http_version: str
    body: bytes


class BodyTooLargeError(Exception):
    """The body is larger than the caller is ready to take."""


class _Handshake:
    """Watches a connection come about; the HTTP library forgets to close one whose TLS handshake is cancelled."""

    def __init__(self) -> None:
        self._stream: AsyncResource | None = None

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """What httpcore calls at each step of a request."""
        if event.endswith(".connect_tcp.complete"):
            self._stream = info["return_value"]
        elif event.endswith(".start_tls.complete"):
            self._stream = None

    async def abandon(self) -> None:
        """Close the connection whose handshake has not ended."""
        stream, self._stream = self._stream, None
        if stream is not None:
            await stream.aclose()


class Pool:
    """Connections, the limit on requests under way, and the pause that a 429 imposes on all."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self.tls = tls
        self._loop = asyncio.get_running_loop()
        self._current: _Generation | None = None
        self._limiter = anyio.CapacityLimiter(CONCURRENCY)
        self._resume_at = 0.0
        self.users = 0

    def belongs_here(self) -> bool:
        """True in the event loop whose connections these are."""
        return self._loop is asyncio.get_running_loop()

    def pause(self, seconds: float) -> None:
        """No request starts before that many seconds have passed."""
        self._resume_at = max(self._resume_at, anyio.current_time() + seconds)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a place among the requests under way, and for the end of a pause."""
        async with self._limiter:
            while anyio.current_time() < self._resume_at:  # noqa: ASYNC110 - another 429 may lengthen the pause
                await anyio.sleep_until(self._resume_at)
            yield

    async def send(
        self, method: str, url: str, *, content: bytes | None, auth: httpx.Auth | None, max_bytes: int
    ) -> Reply:
        """The whole response to one request; `content` is JSON. No redirect is followed.

        Raises BodyTooLargeError beyond `max_bytes`, and what httpx raises.
        """
        if self._current is None:
            self._current = _Generation(_http_client(self.tls))
        generation = self._current
        generation.in_flight += 1
        whole, handshake = False, _Handshake()
        try:
            request = generation.client.build_request(
                method, url, content=content, headers=_HEADERS, extensions={"trace": handshake}
            )
            response = await generation.client.send(request, auth=auth, stream=True)
            generation.multiplexed = response.http_version == "HTTP/2"
            try:
                body = bytearray()
                async for piece in response.aiter_bytes():
                    body += piece
                    if len(body) > max_bytes:
                        raise BodyTooLargeError
            finally:
                with anyio.CancelScope(shield=True):
                    await response.aclose()
            whole = True
            return Reply(response.status_code, response.headers, response.http_version, bytes(body))
        except BaseException:
            with anyio.CancelScope(shield=True):
                await handshake.abandon()
            raise
        finally:
            generation.in_flight -= 1
            if not whole and generation.multiplexed:
                self._retire(generation)
            if generation.retired and not generation.in_flight:
                with anyio.CancelScope(shield=True):
                    await generation.client.aclose()

    def _retire(self, generation: _Generation) -> None:
        generation.retired = True
        if self._current is generation:
            self._current = None

    async def close(self) -> None:
        """Close the connections; requests under way keep theirs until they end."""
        generation = self._current
        if generation is not None:
            self._retire(generation)
            if not generation.in_flight:
                await generation.client.aclose()


# Connections belong to the event loop that opened them; a server has one loop, a script may have several in a row.
_POOLS: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[_Trust, Pool]] = WeakKeyDictionary()


def acquire_pool(settings: Settings) -> Pool:
    """The pool of this event loop. Every acquire is matched by one `release_pool`; the last one closes it."""
    pools = _POOLS.setdefault(asyncio.get_running_loop(), {})
    trust = _Trust(settings.ssl_cert_file, settings.ssl_cert_dir)
    pool = pools.get(trust)
    if pool is None:
        pool = pools[trust] = Pool(tls_context(settings))
    pool.users += 1
    return pool


async def release_pool(pool: Pool) -> None:
    """Give a pool back."""
    pool.users -= 1
    if pool.users == 0:
        pools = _POOLS.get(asyncio.get_running_loop(), {})
        for trust in [trust for trust, other in pools.items() if other is pool]:
            del pools[trust]
        await pool.close()


def _http_client(tls: ssl.SSLContext) -> httpx.AsyncClient:
    # The header compressor logs each header at DEBUG, and one of them is the token.
    logging.getLogger("hpack").setLevel(logging.INFO)
    # Proxies come from the environment (trust_env); an attempt as a whole is timed by its caller.
    return httpx.AsyncClient(
        http2=True, verify=tls, limits=_LIMITS, timeout=httpx.Timeout(None, connect=CONNECT_SECONDS), trust_env=True
    )


def tls_context(settings: Settings) -> ssl.SSLContext:
    """The system's certificate store, and what SSL_CERT_FILE and SSL_CERT_DIR add to it."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    file, folder = settings.ssl_cert_file, settings.ssl_cert_dir
    file = file if file and file.is_file() else None
    folder = folder if folder and folder.is_dir() else None
    if file or folder:
        context.load_verify_locations(file, folder)
    return context
