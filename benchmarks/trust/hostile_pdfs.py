"""PDFs that want to cost whoever reads their attachment time or memory, or lead it astray.

Each is made where it is asked for, and carries `XML` as an attachment, or nothing.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterable, Sequence

XML = b"<a>1</a>"
_STREAM = b"/Type/EmbeddedFile"
_NAMES = b"<</Names[(factur-x.xml) 3 0 R]>>"
_MEGABYTE = 1_000_000


def pdf(objects: Iterable[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1, the first of which is its catalog."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    start, size = len(out), len(places) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, start)


def stream(data: bytes, entries: bytes = _STREAM) -> bytes:
    """An object that holds bytes."""
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(data), data)


def carrying(attachment: bytes = stream(XML), names: bytes = _NAMES, more: Sequence[bytes] = ()) -> bytes:
    """A PDF whose one attachment is this object, in this tree of names."""
    return pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles %b>>>>" % names,
            b"<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>",  # its pages go in a circle
            b"<</Type/Filespec/F(factur-x.xml)/UF(factur-x.xml)/EF<</F 4 0 R>>>>",
            attachment,
            *more,
        ]
    )


def filtered(filters: bytes, data: bytes) -> bytes:
    """A PDF whose attachment is packed in this way."""
    return carrying(stream(data, b"%b/Filter%b" % (_STREAM, filters)))


def deflated(times: int, size: int) -> bytes:
    """A PDF whose attachment is so many zeros, packed so many times."""
    data = bytes(size)
    for _ in range(times):
        data = zlib.compress(data, 9)
    return filtered(b"[%b]" % (b"/FlateDecode" * times), data)


def written(*names: str, lock: str | None = None) -> bytes:
    """A PDF as a library writes it."""
    from pypdf import PdfWriter  # noqa: PLC0415 - an extra

    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    for name in names:
        writer.add_attachment(name, XML)
    if lock is not None:
        writer.encrypt(lock, "owner")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def packed_objects(depth: int) -> bytes:
    """Streams of objects of which each lies in the next one, and the last in the first."""
    first, last = 10, 10 + depth
    where = {1: first} | {number: number + 1 for number in range(first, last)} | {last: first}
    rows = b"".join(
        (b"\2" + where[number].to_bytes(4, "big") if number in where else bytes(5)) + b"\0"
        for number in range(last + 2)
    )
    return _by_table(last + 1, rows, b"/W[1 4 1]")


def table_of(entries: int, size: int) -> bytes:
    """A table of objects of zeros, said to have so many entries."""
    return _by_table(entries, zlib.compress(bytes(size), 9), b"/Filter/FlateDecode/W[1 4 2]")


def _by_table(number: int, rows: bytes, entries: bytes) -> bytes:
    head = b"%PDF-1.7\n%/EmbeddedFile\n"
    table = stream(rows, b"/Type/XRef/Size %d/Root 1 0 R%b" % (number + 1, entries))
    return head + b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF" % (number, table, len(head))


TRICKS: dict[str, Callable[[], bytes]] = {
    "a bomb": lambda: deflated(1, 100 * _MEGABYTE),
    "a bomb in a bomb": lambda: deflated(2, 100 * _MEGABYTE),
    "too much": lambda: deflated(1, 70 * _MEGABYTE),
    "packed thousands of times": lambda: filtered(b"[%b]" % (b"/FlateDecode" * 20_000), zlib.compress(XML)),
    "characters without end": lambda: filtered(b"/ASCII85Decode", b"z" * 2 * _MEGABYTE + b"~>"),
    "runs without end": lambda: filtered(b"/RunLengthDecode", b"\x81a" * _MEGABYTE + b"\x80"),
    "rows of one byte": lambda: filtered(
        b"/FlateDecode/DecodeParms<</Predictor 12/Columns 1>>", zlib.compress(b"\0a" * 5 * _MEGABYTE)
    ),
    "rows without end": lambda: filtered(
        b"/FlateDecode/DecodeParms<</Predictor 15/Columns 2000000000>>", zlib.compress(b"\0a")
    ),
    "a fax": lambda: filtered(b"/CCITTFaxDecode/DecodeParms<</Columns 1000000000/Rows 1000000000>>", b"abc"),
    "an image that a program unpacks": lambda: filtered(b"/JBIG2Decode", b"abc"),
    "packed in no known way": lambda: filtered(b"/Unheard", b"abc"),
    "encrypted in itself": lambda: filtered(b"/Crypt/DecodeParms<</Name/X>>", b"abc"),
    "a filter that is a number": lambda: filtered(b" 7", XML),
    "names in a circle": lambda: carrying(names=b"5 0 R", more=[b"<</Kids[5 0 R 5 0 R]>>"]),
    "names that double": lambda: carrying(
        names=b"5 0 R", more=[*(b"<</Kids[%b]>>" % (b"%d 0 R " % next_ * 10) for next_ in range(6, 31)), _NAMES]
    ),
    "names thousands deep": lambda: carrying(
        names=b"5 0 R", more=[*(b"<</Kids[%d 0 R]>>" % next_ for next_ in range(6, 5006)), _NAMES]
    ),
    "lists thousands deep": lambda: carrying(names=b"[" * 100_000 + b"]" * 100_000),
    "tables thousands deep": lambda: carrying(names=b"<</A " * 50_000 + b">>" * 50_000),
    "a name without an end": lambda: carrying(names=b"(" * _MEGABYTE),
    "a number without an end": lambda: carrying(names=b"1" * _MEGABYTE),
    "names of no use": lambda: carrying(names=b"<</Names[1 2 3 4 (x)]>>"),
    "a length that is itself": lambda: carrying(b"<</Length 4 0 R>>\nstream\n%b\nendstream" % XML),
    "a length beyond the end": lambda: carrying(b"<</Length 99999999>>\nstream\n%b\nendstream" % XML),
    "a length below nothing": lambda: carrying(b"<</Length -5>>\nstream\n%b\nendstream" % XML),
    "references in a circle": lambda: pdf([b"<</Type/Catalog/Names 2 0 R>>", b"3 0 R", b"2 0 R %/EmbeddedFile"]),
    "objects in each other": lambda: packed_objects(3),
    "objects in each other, thousands": lambda: packed_objects(3000),
    "a table that is a bomb": lambda: table_of(100_000_000, 100 * _MEGABYTE),
    "a table of millions": lambda: table_of(10_000_000, 70 * _MEGABYTE),
    "a table said to be huge": lambda: carrying().replace(b"xref\n0 5", b"xref\n0 999999999"),
    "no table": lambda: carrying().replace(b"startxref", b"startnone"),
    "no catalog": lambda: carrying().replace(b"/Root 1 0 R", b""),
    "objects without a table": lambda: (
        b"%PDF-1.7\n"
        + b"".join(b"%d 0 obj\n<</EmbeddedFile 1>>\nendobj\n" % number for number in range(20_000))
        + b"startxref\n0\n%%EOF"
    ),
    "an end that is far away": lambda: carrying() + bytes(5 * _MEGABYTE),
    "thousands of attachments": lambda: carrying(
        names=b"<</Names[%b]>>" % b"".join(b"(n%d.xml) 3 0 R " % number for number in range(100_000))
    ),
    "hundreds of attachments": lambda: written(*(f"n{number}.xml" for number in range(300))),
    "a name that leads out": lambda: written("../../../etc/passwd.xml"),
    "names that command": lambda: written("/etc/a\n\x1b[31m.xml", "..\\b.xml"),
    "a name of a megabyte": lambda: written("n" * _MEGABYTE + ".xml"),
    "names of a megabyte": lambda: written("n" * _MEGABYTE + ".xml", "m" * _MEGABYTE + ".xml"),
    "encrypted": lambda: written("factur-x.xml", lock="secret"),
    "encrypted for anybody": lambda: written("factur-x.xml", lock=""),
    "cut off early": lambda: written("factur-x.xml")[:300],
    "cut off in the middle": lambda: (whole := written("factur-x.xml"))[: len(whole) // 2],
    "cut off before its end": lambda: written("factur-x.xml")[:-40],
}
