"""The stand-in's server: hypercorn on a thread of its own, a certificate of its own, and a script of what to answer.

with StandIn() as arena:
    arena.script("503", answer({"action": "report_complete"}))
    client = OpenArenaClient(arena.token, arena.url, arena.workflow, settings=arena.settings())
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Self

import trustme
from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.protocol.h2 import H2Protocol
from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable, Scope

from mcp_servers.xml_troubleshooter.config import Settings

from .exchange import Behaviour, Exchange, Received
from .menu import MENU, route

TlsKind = Literal["trusted", "untrusted", "wrong_host", "expired", "garbage"]

_serving: ContextVar[TCPServer] = ContextVar("_serving")


def make_token(*, seconds: float = 24 * 3600) -> str:
    """A token of the shape that Open Arena hands out, which runs out after that many seconds."""

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims = {"sub": "stand-in", "exp": int(time.time() + seconds)}
    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}.{part(random.random())}"


class StandIn:
    """The service on `url`; `script` says how the next inference requests are answered; then `answer` does.

    `token` and `workflow` are what it accepts. `tls` and `http1_only` hold for every connection. A share `fault_rate`
    of the inference requests that no script covers gets one of `faults` at random. `delay` is how long a good answer
    takes, in seconds.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        tls: TlsKind = "trusted",
        http1_only: bool = False,
        fault_rate: float = 0.0,
        faults: Sequence[str] = (),
        seed: int = 1,
        delay: float = 0.0,
    ) -> None:
        self.token = make_token()
        self.workflow = "stand-in-workflow"
        self.requests: list[Received] = []
        self.connections = 0
        self.most_at_once = 0
        self.fault_rate = fault_rate
        self.faults = tuple(faults)
        self.delay = delay
        self.listing = "workflows"  # what of the menu answers a request for the list of workflows
        self.answer: Callable[[Received], str] = lambda _: '{"action": "report_complete", "confidence": 1.0}'
        self._port = port
        self._tls: TlsKind = tls
        self._http1_only = http1_only
        self._random = random.Random(seed)
        self._steps: deque[tuple[str, Behaviour]] = deque()
        self._under_way = 0
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._servers: set[TCPServer] = set()
        self._folder = tempfile.TemporaryDirectory(prefix="open-arena-")
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="open-arena", daemon=True)

    # What tests use

    @property
    def url(self) -> str:
        return f"https://localhost:{self._port}"

    @property
    def ca_file(self) -> Path:
        return Path(self._folder.name) / "ca.pem"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point a program at this stand-in."""
        return {
            "OPEN_ARENA_BASE_URL": self.url,
            "OPEN_ARENA_TOKEN": self.token,
            "OPEN_ARENA_WORKFLOW_ID": self.workflow,
            "SSL_CERT_FILE": str(self.ca_file),
        }

    def settings(self, **changes: object) -> Settings:
        """Settings that point at this stand-in; `changes` are fields of Settings."""
        fields: dict[str, Any] = {name.lower(): value for name, value in self.environment.items()} | changes
        return Settings.model_validate(fields)

    def script(self, *steps: str | Behaviour) -> None:
        """Answer the next inference requests so: a name of the menu, or what `answer` and the like return."""
        named = [(step, MENU[step]) if isinstance(step, str) else ("scripted", step) for step in steps]
        self._on_loop(lambda: self._steps.extend(named))

    def close_idle(self, *, orderly: bool = True) -> None:
        """Close all connections as a server does that has waited long enough; `orderly` with a GOAWAY first."""

        def close() -> None:
            for server in list(self._servers):
                protocol = server.protocol.protocol
                if orderly and isinstance(protocol, H2Protocol):
                    protocol.connection.close_connection(last_stream_id=0)
                    server.writer.write(protocol.connection.data_to_send())
                server.writer.close()

        self._on_loop(close)

    @property
    def inferences(self) -> list[Received]:
        return [request for request in self.requests if request.is_chat or request.path.endswith("/inference")]

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the stand-in did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        self._folder.cleanup()

    # The server

    def _on_loop(self, action: Callable[[], None]) -> None:
        done = threading.Event()

        def run() -> None:
            action()
            done.set()

        self._loop.call_soon_threadsafe(run)
        done.wait(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        # Clients that break off are what this server is for.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        config, context = self._config(), WorkerContext(None)
        app = ASGIWrapper(self._app)

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._tasks.add(task)
            self._writers.add(writer)
            self.connections += 1
            server = TCPServer(app, self._loop, config, context, {}, reader, writer)
            self._servers.add(server)
            _serving.set(server)
            try:
                await server
            except (asyncio.CancelledError, KeyError, OSError, ExceptionGroup):
                writer.transport.abort()  # the client left in the middle of something
            finally:
                self._tasks.discard(task)
                self._servers.discard(server)
                writer.transport.abort()
                self._writers.discard(writer)

        async def garbage(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 mail.example ESMTP\r\n")
            writer.close()

        if self._tls == "garbage":
            listener = await asyncio.start_server(garbage, "127.0.0.1", self._port)
        else:
            listener = await asyncio.start_server(
                connected, "127.0.0.1", self._port, ssl=config.create_ssl_context(), backlog=200
            )
        self._port = listener.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        listener.close()
        await listener.wait_closed()
        for writer in self._writers:
            writer.transport.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._loop.shutdown_asyncgens()
        await asyncio.sleep(0.02)  # aborted transports close their sockets in the next turns of the loop

    def _config(self) -> Config:
        ours, other = trustme.CA(), trustme.CA()
        ends = datetime.now(UTC) - timedelta(days=2) if self._tls == "expired" else None
        issuer = other if self._tls == "untrusted" else ours
        name = "elsewhere.example" if self._tls == "wrong_host" else "localhost"
        certificate = issuer.issue_cert(name, not_before=datetime.now(UTC) - timedelta(days=9), not_after=ends)
        folder = Path(self._folder.name)
        ours.cert_pem.write_to_path(str(self.ca_file))
        certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
        for number, blob in enumerate(certificate.cert_chain_pems):
            blob.write_to_path(str(folder / "cert.pem"), append=number > 0)
        config = Config()
        config.certfile, config.keyfile = str(folder / "cert.pem"), str(folder / "key.pem")
        config.accesslog = config.errorlog = None
        config.keep_alive_timeout = 60
        config.keep_alive_max_requests = 100_000
        if self._http1_only:
            config.alpn_protocols = ["http/1.1"]
        return config

    async def _app(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message["body"]
            if not message["more_body"]:
                break
        server = _serving.get()
        request = Received(
            method=scope["method"],
            path=scope["path"],
            headers={name.decode().lower(): value.decode() for name, value in scope["headers"]},
            body=json.loads(body) if body else {},
            http_version=scope["http_version"],
            connection=id(server),
        )
        self.requests.append(request)
        exchange = Exchange(self, request, receive, send, server)
        self._under_way += 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        try:
            request.behaviour, behave = self._choose(request)
            await behave(exchange)
        finally:
            self._under_way -= 1

    def _choose(self, request: Received) -> tuple[str, Behaviour]:
        name = route(self, request)
        if name is not None:
            return name, MENU[name]
        if self._steps:
            return self._steps.popleft()
        if self.faults and self._random.random() < self.fault_rate:
            name = self._random.choice(self.faults)
            return name, MENU[name]
        return "ok", MENU["ok"]


def names(behaviours: Iterable[Received]) -> list[str]:
    """What the stand-in did to each of the requests."""
    return [request.behaviour for request in behaviours]
