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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import anyio
import h2.errors
import h2.events
import httpx
import truststore
from anyio.abc import AsyncResource

from ..config import Settings
from .failures import AnswerError, OpenArenaClientError
from .network_errors import NETWORK_FAILURES, causes, network_failure

CONNECT_SECONDS = 3.0
# Requests under way at once, so that many documents do not swamp the service. Below the ten connections that we allow
# ourselves, since every request may be the last of a retired generation while the fresh one holds an idle connection.
CONCURRENCY = 8
MAX_ANSWER_BYTES = 16_000_000
# times that a request which the service did not look at is sent again at once
UNPROCESSED = 3
_LIMITS = httpx.Limits(max_connections=10, max_keepalive_connections=5, keepalive_expiry=30)

_HEADERS = {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "xml-troubleshooter"}


@dataclass(eq=False)
class _Generation:
    client: httpx.AsyncClient
    in_flight: int = 0
    retired: bool = False
    multiplexed: bool = True  # until a response says that it is HTTP/1.1
    streams: list[Any] = field(default_factory=list[Any])  # the network streams of its connections

    def is_stale(self) -> bool:
        """Whether the server has closed one of its idle connections, or sent something there unasked."""
        return not self.in_flight and any(stream.get_extra_info("is_readable") for stream in self.streams)


@dataclass(frozen=True, slots=True)
class Reply:
    """One whole HTTP response."""

    status: int
    headers: httpx.Headers
    http_version: str
    body: bytes


class _Watch:
    """Watches one request: the opening of its connection, and the progress of the request.

    The HTTP library forgets to close a connection whose TLS handshake is cancelled.
    """

    def __init__(self) -> None:
        self.streams: list[Any] = []  # of its generation
        self._opening: AsyncResource | None = None
        self.stream_id = 0
        self.sent = False

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """The trace function that httpcore calls at each step of a request."""
        if event.endswith(".connect_tcp.complete"):
            self._opening = info["return_value"]
        elif event.endswith(".start_tls.complete"):
            self._opening = None
            self.streams.append(info["return_value"])
        elif event.endswith(".send_request_headers.started"):
            self.stream_id = info.get("stream_id", 0)
        elif event.endswith(".send_request_headers.complete"):
            self.sent = True

    def is_unprocessed(self, error: BaseException) -> bool:
        """Whether the server reports that it did not process the request (RFC 9113, 8.7)."""
        for cause in causes(error):
            said = cause.args[0] if cause.args else None
            if isinstance(said, h2.events.StreamReset) and said.error_code == h2.errors.ErrorCodes.REFUSED_STREAM:
                return True
            if isinstance(said, h2.events.ConnectionTerminated) and self.stream_id > (said.last_stream_id or 0):
                return True
        return False

    async def abandon(self) -> None:
        """Close the connection whose handshake has not ended."""
        opening, self._opening = self._opening, None
        if opening is not None:
            await opening.aclose()


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
        self, method: str, url: str, *, content: bytes | None, auth: httpx.Auth | None
    ) -> Reply | OpenArenaClientError:
        """The whole response to one request, or the failure; `content` is JSON. No redirect is followed.

        A request that the server provably did not process is sent again at once, at most `UNPROCESSED` times. A failure
        is returned, not raised from its cause: the frames of the HTTP library hold the token.
        """
        repeats = 0
        while True:
            watch = _Watch()
            try:
                return await self._exchange(watch, method, url, content, auth)
            except NETWORK_FAILURES as error:
                unprocessed = watch.is_unprocessed(error)
                if unprocessed and repeats < UNPROCESSED:
                    repeats += 1
                    continue
                failure = network_failure(error, url)
                failure.sent = watch.sent and not unprocessed
                return failure

    async def _usable(self) -> _Generation:
        """The connections to send on: fresh ones where the server has closed those at hand."""
        if self._current is not None and self._current.is_stale():
            stale = self._current
            self._retire(stale)
            await stale.client.aclose()
        if self._current is None:
            self._current = _Generation(_http_client(self.tls))
        return self._current

    async def _exchange(
        self, watch: _Watch, method: str, url: str, content: bytes | None, auth: httpx.Auth | None
    ) -> Reply | AnswerError:
        generation = await self._usable()
        watch.streams = generation.streams
        request = generation.client.build_request(
            method, url, content=content, headers=_HEADERS, extensions={"trace": watch}
        )
        generation.in_flight += 1
        whole = False
        try:
            response = await generation.client.send(request, auth=auth, stream=True)
            generation.multiplexed = response.http_version == "HTTP/2"
            try:
                body = bytearray()
                async for piece in response.aiter_bytes():
                    body += piece
                    if len(body) > MAX_ANSWER_BYTES:
                        size = f"{MAX_ANSWER_BYTES // 1_000_000} MB"
                        return AnswerError(f"The answer is larger than {size}.", retryable=False)
            finally:
                with anyio.CancelScope(shield=True):
                    await response.aclose()
            whole = True
            return Reply(response.status_code, response.headers, response.http_version, bytes(body))
        except BaseException:
            with anyio.CancelScope(shield=True):
                await watch.abandon()
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
# Of a loop there is one for each choice of trusted certificates (file and folder).
_POOLS: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[Path | None, Path | None], Pool]] = WeakKeyDictionary()


def acquire_pool(settings: Settings) -> Pool:
    """The pool of this event loop. Every acquire is matched by one `release_pool`; the last one closes it."""
    pools = _POOLS.setdefault(asyncio.get_running_loop(), {})
    trust = (settings.ssl_cert_file, settings.ssl_cert_dir)
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
    """The context that trusts the system's certificate store and the certificates in SSL_CERT_FILE and SSL_CERT_DIR."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    file, folder = settings.ssl_cert_file, settings.ssl_cert_dir
    file = file if file and file.is_file() else None
    folder = folder if folder and folder.is_dir() else None
    if file or folder:
        context.load_verify_locations(file, folder)
    return context
