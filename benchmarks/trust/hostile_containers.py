"""Attacks by the containers of documents: archives that lie, explode, nest or lead out; reading is bounded and said."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from mcp_servers.xml_troubleshooter.document.containers.archives import is_container, unpack
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.errors import TroubleshooterError
from mcp_servers.xml_troubleshooter.files.reading import Workspace, read
from tests.files.watched_folder import WatchedFolder

_LIMIT = 50_000_000  # characters that are taken out of a container
_SECONDS = 5.0
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # the object identifier of CMS
_XML = b"<r><a>1</a></r>"


def _zip(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "w", method) as archive:
        warnings.simplefilter("ignore")  # repeated names are meant
        for name, data in members:
            archive.writestr(name, data)
    return packed.getvalue()


def _nested(depth: int, pack: Callable[[bytes], bytes]) -> bytes:
    data = _XML
    for _ in range(depth):
        data = pack(data)
    return data


def _link(target: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        member = zipfile.ZipInfo("a.xml")
        member.external_attr = 0o120777 << 16
        archive.writestr(member, target)
    return packed.getvalue()


def _tar() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo("../../out.xml")
        member.size = len(_XML)
        archive.addfile(member, io.BytesIO(_XML))
    return packed.getvalue()


def _samples(outside: Path) -> dict[str, bytes]:
    plain, zeros = _zip(("a.xml", _XML)), bytes(60_000_000)
    encrypted = bytearray(plain)
    encrypted[6] |= 1
    encrypted[encrypted.rindex(b"PK\x01\x02") + 8] |= 1
    directory = plain.rindex(b"PK\x01\x02")
    lying = plain[: directory + 24] + struct.pack("<I", 3) + plain[directory + 28 :]
    return {
        "a member that leads up": _zip(("../../outside/new.xml", _XML)),
        "a member with a root": _zip((f"{outside}/new.xml", _XML)),
        "a member of a drive": _zip(("C:\\new.xml", _XML)),
        "a member with a zero": _zip(("a\0.xml", _XML)),
        "a member with a line end": _zip(("a\nb.xml", _XML)),
        "a member of 60,000 characters": _zip(("n" * 60_000 + ".xml", _XML)),
        "a member with controls": _zip(("\x1b[2Ja.xml", _XML)),
        "a link": _link(f"{outside}/secret.xml"),
        "a bomb in a zip": _zip(("a.xml", zeros)),
        "a bomb in a gzip": gzip.compress(zeros),
        "a bomb of many members": _zip(*((f"{n}.xml", zeros[:8_000_000]) for n in range(20))),
        "a bomb in a bomb": gzip.compress(gzip.compress(zeros)),
        "20,000 members": _zip(*((f"{n}.xml", _XML) for n in range(20_000)), method=zipfile.ZIP_STORED),
        "20,000 members of no kind": _zip(*((f"{n}.txt", b"x") for n in range(20_000)), method=zipfile.ZIP_STORED),
        "one name twice": _zip(("a.xml", _XML), ("a.xml", b"<other/>")),
        "a zip in 50 zips": _nested(50, lambda data: _zip(("a.zip", data))),
        "a gzip of 50 gzips": _nested(50, gzip.compress),
        "zip and gzip in turn": _nested(10, lambda data: gzip.compress(_zip(("a.xml", data)))),
        "an encrypted member": bytes(encrypted),
        "a size that lies": lying,
        "an offset that lies": plain[:-6] + struct.pack("<I", 2**31) + plain[-2:],
        "a zip cut off": plain[:-10],
        "a zip in front of XML": plain + _XML,
        "XML in front of a zip": _XML + plain,
        "an empty zip": _zip(),
        "an empty member": _zip(("a.xml", b"")),
        "a folder alone": _zip(("a.xml/", b"")),
        "a method that nobody knows": plain.replace(b"\x08\x00", b"\x63\x00"),
        "bzip2 in a zip": _zip(("a.xml", _XML), method=zipfile.ZIP_BZIP2),
        "LZMA in a zip": _zip(("a.xml", _XML), method=zipfile.ZIP_LZMA),
        "a gzip and something": gzip.compress(_XML) + b"something",
        "two gzips": gzip.compress(_XML) + gzip.compress(_XML),
        "a gzip cut off": gzip.compress(_XML * 1000)[:-20],
        "a gzip with a wrong sum": gzip.compress(_XML)[:-8] + bytes(8),
        "a gzip with an endless name": b"\x1f\x8b\x08\x08\0\0\0\0\0\0" + b"n" * 1_000_000,
        "a gzip with lengths that lie": b"\x1f\x8b\x08\x04\0\0\0\0\0\0\xff\xff" + b"x" * 10,
        "a tar": _tar(),
        "bzip2": bz2.compress(_XML),
        "xz": lzma.compress(_XML),
        "a signed message of lengths that lie": b"\x30\x84\xff\xff\xff\xff" + _SIGNED_DATA + bytes(50),
        "a signed message without an end": b"\x30\x80" + _SIGNED_DATA + b"\xa0\x80" + b"\x30\x80" * 20_000,
        "a mark of every encoding": b"\xef\xbb\xbf\xff\xfe\xfe\xff" + _XML,
    }  # fmt: skip


def hostile_containers(home: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """Archives, each taken apart and read as a file; nothing is written, and nothing outside is touched."""
    inside, outside = home / "in", home / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret.xml").write_text("<secret/>")
    watched = WatchedFolder(outside)
    workspace = Workspace.create([inside])

    def attempt(data: bytes) -> None:
        started = time.process_time()
        with suppress(TroubleshooterError):
            found = unpack(data, "file", _LIMIT) if is_container(data) else None
            if found is not None:
                assert len(found.data) <= _LIMIT
                assert b"secret" not in found.data or data.count(b"<secret")
        path = inside / "file.xml"
        path.write_bytes(data)
        with suppress(TroubleshooterError):
            read(workspace.document(str(path)))
        Document.from_bytes(data[:100_000])
        assert [*inside.iterdir()] == [path]
        assert watched.touched() == []
        assert time.process_time() - started < _SECONDS

    for name, data in _samples(outside).items():
        yield name, partial(attempt, data)
