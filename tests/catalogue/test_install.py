"""Schemas fetched from a server on this machine: only over https, only what was asked for, only whole."""

from __future__ import annotations

import hashlib
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from mcp_servers.xml_troubleshooter.catalogue.catalogue_store import SchemaStore
from mcp_servers.xml_troubleshooter.catalogue.entries import Catalogue, Entry
from mcp_servers.xml_troubleshooter.catalogue.install import install
from mcp_servers.xml_troubleshooter.errors import InputError, LimitError

SCHEMA = b"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'/>"


@dataclass
class Site:
    """A publisher: what it answers by path, a status with a body or the address that it leads to."""

    address: str
    trust: ssl.SSLContext
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict[str, tuple[int, bytes]])
    asked: list[str] = field(default_factory=list[str])


@pytest.fixture(name="site")
def publisher() -> Iterator[Site]:
    authority = trustme.CA()
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(own)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            status, body = site.answers.get(self.path, (404, b""))
            self.send_response(status)
            if status in (301, 302):
                self.send_header("Location", body.decode())
                body = b""
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = own.wrap_socket(server.socket, server_side=True)
        site = Site(f"https://localhost:{server.server_port}", trust)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield site
        server.shutdown()
        thread.join()


def store_with(entry: Entry, folder: Path) -> SchemaStore:
    return SchemaStore(folder, Catalogue({entry.id: entry}, {}))


def entry_at(site: Site, **changes: object) -> Entry:
    entry = Entry(
        id="letters",
        version="1",
        title="Letters",
        licence="ours",
        kind="xsd",
        files={"*": ("letters.xsd",)},
        url=f"{site.address}/letters.xsd",
        size=1000,
    )
    return replace(entry, **changes)  # type: ignore[arg-type] # the fields of Entry


def test_what_comes_is_pinned_and_another_content_is_refused_later(site: Site, tmp_path: Path) -> None:
    site.answers["/letters.xsd"] = (200, SCHEMA)
    store = store_with(entry_at(site), tmp_path / "schemas")
    held = install("letters", store, trust=site.trust)
    assert held.sha256 == hashlib.sha256(SCHEMA).hexdigest()
    file = held.file()
    assert file is not None
    assert file.read_bytes() == SCHEMA
    site.answers["/letters.xsd"] = (200, SCHEMA + b"<!-- other -->")
    with pytest.raises(InputError, match="not what it should be"):
        install("letters", store, trust=site.trust)
    assert file.read_bytes() == SCHEMA


@pytest.mark.parametrize(
    ("answer", "changes", "error", "reason"),
    [
        ((200, SCHEMA), {"sha256": "0" * 64}, InputError, "not what it should be"),
        ((200, b"x" * 2000), {}, LimitError, "larger than"),
        ((404, b""), {}, InputError, "status 404"),
        ((302, b"http://localhost/letters.xsd"), {}, InputError, "no https address"),
        ((302, b"https://127.0.0.1/letters.xsd"), {}, InputError, "not where letters comes from"),
        ((302, b"/letters.xsd"), {}, InputError, "without an end"),
        ((200, b"<html/>"), {"files": {"*": ("other.xsd",)}}, InputError, "holds no file"),
    ],
)
def test_what_is_not_right_is_refused_and_nothing_stays(
    answer: tuple[int, bytes],
    changes: dict[str, object],
    error: type[Exception],
    reason: str,
    site: Site,
    tmp_path: Path,
) -> None:
    site.answers["/letters.xsd"] = answer
    store = store_with(entry_at(site, **changes), tmp_path / "schemas")
    with pytest.raises(error, match=reason):
        install("letters", store, trust=site.trust)
    assert store.held("letters") == []
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_plain_http_is_never_used(site: Site, tmp_path: Path) -> None:
    entry = entry_at(site, url=entry_at(site).url.replace("https:", "http:"))
    with pytest.raises(InputError, match="no https address"):
        install("letters", store_with(entry, tmp_path), trust=site.trust)
    assert site.asked == []


def test_a_redirect_on_the_same_site_is_followed(site: Site, tmp_path: Path) -> None:
    site.answers["/letters.xsd"] = (302, b"/there/letters.xsd")
    site.answers["/there/letters.xsd"] = (200, SCHEMA)
    assert install("letters", store_with(entry_at(site), tmp_path), trust=site.trust).file() is not None


def test_a_mirror_stands_for_the_publisher(site: Site, tmp_path: Path) -> None:
    entry = entry_at(site, url="https://nowhere.invalid/letters.xsd")
    site.answers["/copies/letters.xsd"] = (200, SCHEMA)
    assert install("letters", store_with(entry, tmp_path / "a"), mirror=f"{site.address}/copies/", trust=site.trust)
    folder = tmp_path / "mirror"
    folder.mkdir()
    with pytest.raises(InputError, match=r"has no file letters\.xsd"):
        install("letters", store_with(entry, tmp_path / "b"), mirror=str(folder))
    (folder / "letters.xsd").write_bytes(SCHEMA)
    assert install("letters", store_with(entry, tmp_path / "b"), mirror=str(folder)).origin == entry.url


def test_an_entry_without_an_address_says_how_to_take_it_in(site: Site, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="schemas add letters --from"):
        install("letters", store_with(entry_at(site, url=""), tmp_path))
