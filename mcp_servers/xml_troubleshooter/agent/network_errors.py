"""The cause of a failed connection to a host, in words that name a remedy."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import anyio
import h2.exceptions
import httpx

from .failures import CertificateError, NetworkError

# httpx lets some errors of the layers below through when a connection breaks under several streams at once.
NETWORK_FAILURES = (
    httpx.HTTPError,
    httpx.StreamError,
    httpx.InvalidURL,
    h2.exceptions.H2Error,
    anyio.ClosedResourceError,
    anyio.BrokenResourceError,
    anyio.EndOfStream,
    OSError,
)

NETWORK_HINT = (
    "The internal host answers only from the company network: connect the VPN, set HTTPS_PROXY where a proxy is "
    "needed, or set OPEN_ARENA_BASE_URL to a host that you can reach."
)

TLS_HINT = "Check the scheme and port of OPEN_ARENA_BASE_URL; a proxy or firewall may also be in the way."


def network_failure(error: Exception, url: str) -> NetworkError:
    """The failure behind an exception of the HTTP library. `unreached` is set if no connection came about at all."""
    host = httpx.URL(url).host if not isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol)) else url
    found = list(causes(error))
    for cause in found:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return CertificateError(
                f"The certificate of {host} is not trusted ({cause.verify_message.rstrip('.')}).",
                hint="A company proxy may be inspecting the traffic: put its certificate into the system's store, "
                "or name its file in SSL_CERT_FILE.",
            )
    if isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol)):
        return NetworkError(
            f"{host!r} is no address to connect to.",
            hint="Correct OPEN_ARENA_BASE_URL; it looks like https://host.example.",
            retryable=False,
        )
    if isinstance(error, httpx.ProxyError):
        return NetworkError(
            f"The proxy did not connect to {host} ({error}).",
            hint="Check HTTPS_PROXY and NO_PROXY; a proxy that wants a password gets it in HTTPS_PROXY.",
            retryable="407" not in str(error),
        )
    if any(isinstance(cause, socket.gaierror) for cause in found):
        return NetworkError(f"The name {host} cannot be resolved.", hint=NETWORK_HINT, unreached=True)
    if isinstance(error, httpx.ConnectTimeout):
        return NetworkError(f"{host} did not accept a connection in time.", hint=NETWORK_HINT, unreached=True)
    if isinstance(error, httpx.ConnectError):
        if any(isinstance(cause, (ssl.SSLError, anyio.EndOfStream)) for cause in found):
            return NetworkError(f"{host} does not speak TLS as expected.", hint=TLS_HINT)
        return NetworkError(f"{host} refuses connections.", hint=NETWORK_HINT, unreached=True)
    return NetworkError(
        f"The connection to {host} broke ({type(error).__name__}).",
        hint="Try again; if it goes on, a proxy or firewall may be cutting long requests.",
    )


def causes(error: BaseException) -> Iterator[BaseException]:
    """An exception, and the exceptions that it was raised from or during."""
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield at
        at = at.__cause__ or at.__context__
