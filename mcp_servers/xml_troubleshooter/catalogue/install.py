"""Getting an entry of the catalogue from its publisher: the only place where schemas come over the network."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from ..errors import InputError, LimitError
from .catalogue_store import Held, SchemaStore
from .entries import Entry

if TYPE_CHECKING:
    import ssl

_REDIRECTS = 5
_SECONDS = 30.0
# hosts to which a publisher's own address leads for the files of a release
_RELEASE_HOSTS = {"github.com": ("objects.githubusercontent.com", "release-assets.githubusercontent.com")}

Progress = Callable[[int, int], None]  # bytes so far, bytes in all (0: not told)


def install(
    name: str,
    store: SchemaStore,
    *,
    mirror: str = "",
    trust: ssl.SSLContext | None = None,
    progress: Progress | None = None,
) -> Held:
    """Fetch an entry from its own address, or from `mirror`, check it and keep it. Raises InputError, LimitError.

    `mirror` is a folder or an https address in which the file lies under its own name. With a hash in the catalogue the
    file must have it; without, the hash of an earlier install of the same version must be the same.
    """
    entry, _ = store.known.find(name)
    if not entry.url:
        raise InputError(
            f"{entry.title} has no public address: get it from its publisher, and take it in with "
            f"`schemas add {entry.id} --from FILE.zip|FOLDER`."
        )
    file_name = entry.url.rpartition("/")[2]
    pinned = entry.sha256 or next((held.sha256 for held in store.held(name) if held.origin == entry.url), "")
    with tempfile.TemporaryDirectory(prefix="xml-troubleshooter-") as scratch:
        file = Path(scratch) / file_name
        digest = _fetch(entry, file_name, file, mirror, trust, progress)
        if pinned and digest != pinned:
            raise InputError(
                f"What came for {entry.id} is not what it should be: its SHA-256 is {digest}, expected {pinned}. "
                "Nothing was kept. If its publisher changed it on purpose, remove the old one first: "
                f"`schemas remove {entry.id}`."
            )
        return store.add(name, file, origin=entry.url, sha256=digest, file_name=file_name)


def _fetch(
    entry: Entry, file_name: str, file: Path, mirror: str, trust: ssl.SSLContext | None, progress: Progress | None
) -> str:
    if mirror and not mirror.startswith(("http://", "https://")):
        source = Path(mirror) / file_name
        if not source.is_file():
            raise InputError(f"The mirror {mirror} has no file {file_name}; put it there, or unset SCHEMA_MIRROR.")
        if source.stat().st_size > entry.size:
            raise _too_big(entry)
        file.write_bytes(source.read_bytes())
        return hashlib.sha256(file.read_bytes()).hexdigest()
    address = f"{mirror.rstrip('/')}/{file_name}" if mirror else entry.url
    return _download(address, entry, file, trust, progress)


def _download(address: str, entry: Entry, file: Path, trust: ssl.SSLContext | None, progress: Progress | None) -> str:
    import httpx  # noqa: PLC0415 - loaded where the network is used

    host = urlsplit(address).hostname
    digest, size = hashlib.sha256(), 0
    try:
        with httpx.Client(verify=trust if trust is not None else _system_trust(), timeout=_SECONDS) as client:
            for _ in range(_REDIRECTS):
                _check(address, host, entry)
                with client.stream("GET", address) as response, file.open("wb") as out:
                    if response.is_redirect:
                        address = urljoin(address, response.headers.get("location", ""))
                        continue
                    if not response.is_success:
                        raise InputError(
                            f"{address} answers with status {response.status_code}; look on its site whether it "
                            f"moved, and take it in with `schemas add {entry.id} --from FILE`."
                        )
                    total = int(response.headers.get("content-length") or 0)
                    for piece in response.iter_bytes():
                        size += len(piece)
                        if size > entry.size:
                            raise _too_big(entry)
                        digest.update(piece)
                        out.write(piece)
                        if progress is not None:
                            progress(size, total)
                    return digest.hexdigest()
    except httpx.HTTPError as error:
        raise InputError(
            f"{address} cannot be fetched ({type(error).__name__}: {error}). Where this machine does not reach it, "
            f"get the file elsewhere and take it in with `schemas add {entry.id} --from FILE`, or set SCHEMA_MIRROR."
        ) from None
    raise InputError(f"{entry.url} leads from one address to the next without an end.")


def _check(address: str, host: str | None, entry: Entry) -> None:
    """Only https, and only the host that was asked: a redirect may not lead elsewhere."""
    parts = urlsplit(address)
    if parts.scheme != "https":
        raise InputError(f"{address} is no https address; nothing was fetched for {entry.id}.")
    if parts.hostname != host and parts.hostname not in _RELEASE_HOSTS.get(host or "", ()):
        raise InputError(
            f"{host} leads to {parts.hostname}, which is not where {entry.id} comes from; nothing was kept."
        )


def _too_big(entry: Entry) -> LimitError:
    return LimitError(f"What came for {entry.id} is larger than {entry.size / 10**6:g} MB; nothing was kept.")


def _system_trust() -> ssl.SSLContext:
    import ssl as tls  # noqa: PLC0415 - loaded where the network is used

    import truststore  # noqa: PLC0415

    return truststore.SSLContext(tls.PROTOCOL_TLS_CLIENT)
