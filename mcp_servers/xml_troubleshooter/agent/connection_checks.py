"""The checks of the way to the model: one row each, with its meaning and the action to take."""

from __future__ import annotations

import socket
import ssl
import urllib.request
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

import anyio
import httpx
from pydantic import SecretStr

from . import credentials
from .failures import CertificateError, OpenArenaClientError
from .network_errors import NETWORK_FAILURES, NETWORK_HINT, TLS_HINT, network_failure
from .pool import Reply

_STEP_SECONDS = 2.0  # for each step of the way to a host
_SLOW_SECONDS = 3.0


class Health(StrEnum):
    """The outcome of a check. A warning works for now; a skipped check depends on one that failed."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class HealthRow:
    """One check: its name, its outcome, the meaning of that, and the action to take ("" for none)."""

    name: str
    status: Health
    meaning: str
    action: str = ""

    @property
    def works(self) -> bool:
        """Whether the checks that depend on it can be made."""
        return self.status in (Health.OK, Health.WARNING)


Token = Callable[[], SecretStr | None]

_STEPS = ("DNS", "connect", "TLS", "HTTP version", "token", "workflow", "latency")


async def examine(
    *,
    hosts: tuple[str, ...],
    tls: ssl.SSLContext,
    token: Token,
    workflow: str | None,
    ask: Callable[[], Awaitable[Reply]],
    seconds: float,
) -> list[HealthRow]:
    """Rows for DNS, connect, TLS, HTTP version, token, workflow and latency; `ask` fetches the list of workflows.

    Ends within `seconds`, and never raises because a check fails.
    """
    ends = anyio.current_time() + seconds
    if token() is None and workflow is None:
        off = "Open Arena is not configured; the built-in repair rules work without it."
        how = "Set OPEN_ARENA_TOKEN and OPEN_ARENA_WORKFLOW_ID in .env to use a model."
        return [HealthRow("token", Health.SKIPPED, off, how)]
    reached: list[list[HealthRow]] = [[]] * len(hosts)

    async def try_host(number: int) -> None:
        reached[number] = await _reach(hosts[number], tls)

    async with anyio.create_task_group() as group:
        for number in range(len(hosts)):
            group.start_soon(try_host, number)
    working = next((number for number, rows in enumerate(reached) if all(row.works for row in rows)), None)
    if working is None:
        own, rows = _token_row(token(), None), reached[0]
        return rows + [own if name == "token" else _skipped(name) for name in _STEPS[len(rows) :]]
    rows = reached[working] + await _ask_rows(ask, token, workflow, ends)
    if working:
        other = f"{hosts[0]} cannot be reached; {hosts[working]} is used."
        rows.insert(0, HealthRow("host", Health.WARNING, other, NETWORK_HINT))
    return rows


async def _ask_rows(
    ask: Callable[[], Awaitable[Reply]], token: Token, workflow: str | None, ends: float
) -> list[HealthRow]:
    started = anyio.current_time()
    reply, fault, action = None, "It did not answer in time.", "Try again in a few minutes."
    with anyio.CancelScope(deadline=ends):
        try:
            reply = await ask()
        except OpenArenaClientError as error:
            fault, action = str(error).removesuffix(error.hint).strip(), error.hint
    took = anyio.current_time() - started
    if reply is None:
        failed = HealthRow("latency", Health.FAILED, fault, action)
        return [_skipped("HTTP version"), _token_row(token(), None), _skipped("workflow"), failed]
    return [
        HealthRow("HTTP version", Health.OK, f"{reply.http_version} is spoken.")
        if reply.http_version == "HTTP/2"
        else HealthRow(
            "HTTP version",
            Health.WARNING,
            f"{reply.http_version} is spoken, so each request takes a connection of its own.",
            "This works; a proxy in between usually causes it.",
        ),
        _token_row(token(), reply.status),
        _workflow_row(reply, workflow),
        HealthRow("latency", Health.OK, f"It answered in {took:.2f} s.")
        if took < _SLOW_SECONDS
        else HealthRow(
            "latency", Health.WARNING, f"It took {took:.1f} s to answer.", "Try again when it is less busy."
        ),
    ]


def _skipped(name: str) -> HealthRow:
    return HealthRow(name, Health.SKIPPED, "Not checked, because an earlier check failed.")


def _token_row(token: SecretStr | None, status: int | None) -> HealthRow:
    if token is None:
        return HealthRow("token", Health.FAILED, "No token is set.", credentials.RENEW)
    says = credentials.describe_expiry(token)
    left = credentials.remaining(token)
    if status == httpx.codes.UNAUTHORIZED:
        return HealthRow("token", Health.FAILED, f"The service refuses the token; {says}.", credentials.RENEW)
    if left is not None and left <= 0:
        return HealthRow("token", Health.FAILED, f"The token: {says}.", credentials.RENEW)
    if credentials.runs_out_soon(token):
        return HealthRow("token", Health.WARNING, f"The token: {says}.", credentials.RENEW)
    if status is None:
        return HealthRow("token", Health.SKIPPED, f"The service was not asked about the token; {says}.")
    return HealthRow("token", Health.OK, f"The service takes the token; {says}.")


def _workflow_row(reply: Reply, workflow: str | None) -> HealthRow:
    setting = "OPEN_ARENA_WORKFLOW_ID"
    if workflow is None:
        return HealthRow("workflow", Health.FAILED, "No workflow is set.", f"Put the workflow's id into {setting}.")
    if reply.status == httpx.codes.UNAUTHORIZED:
        return HealthRow("workflow", Health.SKIPPED, "Not checked, because the token is refused.")
    if reply.status == httpx.codes.FORBIDDEN:
        return HealthRow(
            "workflow", Health.FAILED, "The token has no right to list workflows, or has run out.", credentials.RENEW
        )
    if reply.status != httpx.codes.OK:
        return HealthRow(
            "workflow",
            Health.WARNING if reply.status == httpx.codes.NOT_FOUND else Health.FAILED,
            f"The list of workflows could not be read ({reply.status}).",
            "Ask a question to see whether the workflow answers.",
        )
    # The shape of the list is not documented, so the id is looked for in its bytes.
    if workflow.encode() in reply.body:
        return HealthRow("workflow", Health.OK, "The workflow is listed for this token.")
    return HealthRow(
        "workflow",
        Health.WARNING,
        "The workflow is not among those listed for this token.",
        f"Compare {setting} with the id in Open Arena, or ask the workflow's owner for access.",
    )


async def _reach(url: str, tls: ssl.SSLContext) -> list[HealthRow]:
    """Rows for DNS, connect and TLS, as far as these work."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if proxy := _proxy(parts.scheme, host):
        # The proxy resolves the name and makes the connection; only it must be reached from here.
        through = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        name, at = through.hostname or "", through.port or 80
        return await _connect_rows(name, at, f"the proxy {name}")
    rows = await _connect_rows(host, port, host)
    if not rows[-1].works:
        return rows
    if parts.scheme != "https":
        how = "Use https:// in OPEN_ARENA_BASE_URL for anything but a test on this machine."
        return [*rows, HealthRow("TLS", Health.WARNING, f"{host} is spoken to in the clear.", how)]
    return [*rows, await _tls_row(host, port, tls)]


async def _connect_rows(host: str, port: int, name: str) -> list[HealthRow]:
    address = ""
    # a failure is reported behind the block, as is a time-out
    with anyio.move_on_after(_STEP_SECONDS), suppress(OSError):
        found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        address = str(found[0][4][0])
    if not address:
        return [HealthRow("DNS", Health.FAILED, f"The name {host} cannot be resolved.", NETWORK_HINT)]
    resolved = HealthRow("DNS", Health.OK, f"{name} is {address}.")
    with anyio.move_on_after(_STEP_SECONDS), suppress(OSError):
        async with await anyio.connect_tcp(host, port):
            return [resolved, HealthRow("connect", Health.OK, f"{name} accepts connections at port {port}.")]
    failed = HealthRow("connect", Health.FAILED, f"{name} accepts no connection at port {port}.", NETWORK_HINT)
    return [resolved, failed]


async def _tls_row(host: str, port: int, tls: ssl.SSLContext) -> HealthRow:
    with anyio.move_on_after(_STEP_SECONDS):
        try:
            stream = await anyio.connect_tcp(
                host, port, tls=True, ssl_context=tls, tls_standard_compatible=False, tls_hostname=host
            )
        except (*NETWORK_FAILURES, ssl.CertificateError) as error:
            failure = network_failure(error, f"https://{host}:{port}")
            if isinstance(failure, CertificateError):
                return HealthRow("TLS", Health.FAILED, str(failure).removesuffix(failure.hint).strip(), failure.hint)
            why = f"{host} does not speak TLS as expected ({type(error).__name__})."
            return HealthRow("TLS", Health.FAILED, why, TLS_HINT)
        async with stream:
            return HealthRow("TLS", Health.OK, f"The certificate of {host} is trusted.")
    return HealthRow("TLS", Health.FAILED, f"{host} did not finish the TLS handshake in time.", NETWORK_HINT)


def _proxy(scheme: str, host: str) -> str | None:
    if urllib.request.proxy_bypass(host):
        return None
    proxies = urllib.request.getproxies()
    return proxies.get(scheme) or proxies.get("all")
