"""The one XML document inside a file that packs it: gzip, ZIP, or a signature around it (.p7m).

Containers are read without asking and never written. What they expand to is bounded, however small they are.
"""

from __future__ import annotations

import binascii
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import InputError, LimitError

if TYPE_CHECKING:
    import zipfile

_GZIP = b"\x1f\x8b\x08"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # the object identifier 1.2.840.113549.1.7.2
_DATA = bytes.fromhex("06092a864886f70d010701")
_SEQUENCE, _OCTETS, _EXPLICIT, _CONSTRUCTED = 0x30, 0x04, 0xA0, 0x20
_ARMOUR = re.compile(rb"\s*(?:-----BEGIN (?:PKCS7|CMS|PKCS #7 SIGNED DATA)-----\s+)?(M[A-P][A-Za-z0-9+/\s]{40,}={0,2})")
_XML_NAMES = (".xml", ".xsd", ".xsl", ".xslt", ".rng", ".svg", ".xhtml", ".ubl", ".p7m")
_ELEMENT = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[?!A-Za-z_]|\xff\xfe<\0|\xfe\xff\0<|<\0|\0<")
_OFFICE = {
    "word/": "a Word document (.docx)",
    "xl/": "an Excel workbook (.xlsx)",
    "ppt/": "a PowerPoint presentation (.pptx)",
    "META-INF/MANIFEST.MF": "a Java archive (.jar)",
    "META-INF/container.xml": "a book (.epub)",
    "content.xml": "an OpenDocument file",
}
_SHOWN = 8  # names of files inside that are listed
_NAME = 200  # characters of each
_DEPTH = 4  # containers in each other; a signed document may be signed again
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The content of a container: its bytes, and the kind of container in words that follow "in"."""

    data: bytes
    container: str


def is_container(head: bytes) -> bool:
    """Whether a file that begins with these bytes is packed or signed around its content."""
    return head.startswith((_GZIP, *_ZIP)) or _signed(head) is not None


def unpack(data: bytes, name: str, limit: int) -> Unpacked | None:
    """The one document in a container; None for bytes that are no container.

    Raises InputError where it cannot be opened or holds no document or several, and LimitError where it would be more
    than `limit` bytes.
    """
    found: Unpacked | None = None
    for _ in range(_DEPTH):
        if data.startswith(_GZIP):
            inside = Unpacked(_gunzipped(data, name, limit), "a gzip file")
        elif data.startswith(_ZIP):
            inside = _unzipped(data, name, limit)
        elif (signed := _signed(data)) is not None:
            inside = Unpacked(_content(signed, name), "a signature around it (.p7m)")
        else:
            break
        found = Unpacked(inside.data, f"{inside.container} in {found.container}" if found else inside.container)
        data = inside.data
    return found


def _gunzipped(data: bytes, name: str, limit: int) -> bytes:
    content, rest = b"", data
    try:
        while rest.startswith(_GZIP):  # several may follow one another
            stream = zlib.decompressobj(wbits=31)
            content += stream.decompress(rest, limit + 1 - len(content))
            if len(content) > limit:
                raise _too_much(name, "gzip file", limit)
            if not stream.eof:
                raise InputError(f"{name} is a gzip file that is cut off before its end; get the whole file.")
            rest = stream.unused_data
    except zlib.error as error:
        raise InputError(f"{name} is a gzip file that is damaged ({error}); get the file again.") from None
    return content


def _unzipped(data: bytes, name: str, limit: int) -> Unpacked:
    import zipfile  # noqa: PLC0415 - most documents are not packed

    content: bytes | None = None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [each for each in archive.infolist() if not each.is_dir() and "__MACOSX/" not in each.filename]
            what = _kind_of_zip([each.filename for each in members])
            documents = [each for each in members if _is_document(archive, each)]
            if len(documents) == 1:
                member = documents[0]
                with archive.open(member) as stream:  # its declared size may be a lie
                    content = stream.read(limit + 1)
    except Exception as error:  # noqa: BLE001 - the library raises any error for a damaged archive
        protected = isinstance(error, RuntimeError) and not isinstance(error, NotImplementedError)
        why = "is protected by a password" if protected else "cannot be opened"
        raise InputError(f"{name} is a ZIP archive that {why} ({error}); unpack it yourself.") from None
    if content is not None:
        if len(content) > limit:
            raise _too_much(name, what, limit)
        return Unpacked(content, f"a {what}, as {_called(documents[0])}")
    shown = documents or members
    names = ", ".join(map(_called, shown[:_SHOWN])) + (" ..." if len(shown) > _SHOWN else "")
    if documents:
        raise InputError(
            f"{name} is a {what}, not an XML document, with {len(documents)} XML documents inside: {names}. Unpack the "
            "one that is meant and give that."
        )
    raise InputError(
        f"{name} is a {what}, not an XML document, and there is none inside{f': {names}' if names else ''}. Give the "
        "XML document itself."
    )


def _called(member: zipfile.ZipInfo) -> str:
    name = member.filename
    return name if len(name) <= _NAME else f"{name[: _NAME // 2]}...{name[-_NAME // 2 :]}"


def _kind_of_zip(names: list[str]) -> str:
    marked = "[Content_Types].xml" in names or "META-INF/MANIFEST.MF" in names or "mimetype" in names
    if not marked and not any(name.startswith(("word/", "xl/", "ppt/")) for name in names):
        return "ZIP archive"
    found = next((words for mark, words in _OFFICE.items() if any(name.startswith(mark) for name in names)), "")
    return f"ZIP archive that is {found}" if found else "ZIP archive"


def _is_document(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    if member.flag_bits & 1:  # it is encrypted
        return member.filename.lower().endswith(_XML_NAMES)
    with archive.open(member) as stream:
        head = stream.read(_CHUNK)
    return _ELEMENT.match(head) is not None or is_container(head)


def _too_much(name: str, what: str, limit: int) -> LimitError:
    return LimitError(
        f"What {name}, a {what}, holds is larger than {limit // 2**20} MB, the most that is taken out of one; unpack "
        "it yourself and give the document."
    )


def _signed(data: bytes) -> bytes | None:
    """The signature in its binary form where bytes are one (CMS SignedData), also where they are written as base64."""
    if data[:1] == b"\x30" and _SIGNED_DATA in data[:32]:
        return data
    if (armour := _ARMOUR.match(data)) and armour.end() >= min(len(data.rstrip()), _CHUNK) - 100:
        try:
            plain = binascii.a2b_base64(armour.group(1))
        except binascii.Error:
            plain = binascii.a2b_base64(armour.group(1)[: len(armour.group(1)) // 4 * 4])
        return plain if plain[:1] == b"\x30" and _SIGNED_DATA in plain[:32] else None
    return None


def _content(signed: bytes, name: str) -> bytes:
    """The content of a CMS SignedData: ContentInfo / SignedData / EncapsulatedContentInfo / eContent (RFC 5652)."""
    start = signed.find(_DATA, 0, 4096)
    try:
        at = start + len(_DATA)
        if start >= 0 and signed[at : at + 1] == bytes([_EXPLICIT]):
            _, begin, end = _element(signed, at)
            if content := b"".join(_octets(signed, begin, end)):
                return content
    except IndexError:
        raise InputError(f"{name} is a signature (.p7m) that is cut off before its end; get the whole file.") from None
    raise InputError(
        f"{name} is a signature (.p7m) without the document that it signs; give the document, which is a file of its "
        "own."
    )


def _element(data: bytes, at: int) -> tuple[int, int, int]:
    """Tag, begin and end of the content of an ASN.1 element; an end of -1 where only a mark tells it."""
    tag, length = data[at], data[at + 1]
    at += 2
    if length == 0x80:  # noqa: PLR2004 - X.690: the indefinite length
        return tag, at, -1
    if length > 0x80:  # noqa: PLR2004 - so many bytes of length follow
        more = length & 0x7F
        length, at = int.from_bytes(data[at : at + more], "big"), at + more
    if at + length > len(data):
        raise IndexError(at)
    return tag, at, at + length


def _octets(data: bytes, at: int, end: int) -> Iterator[bytes]:
    """The pieces of an octet string, which may be made of several, each of known length or up to a mark."""
    depth = [end]
    while depth:
        if depth[-1] >= 0 and at >= depth[-1]:
            depth.pop()
            continue
        if depth[-1] < 0 and data[at] == data[at + 1] == 0:
            depth.pop()
            at += 2
            continue
        tag, begin, finish = _element(data, at)
        if tag == _OCTETS and finish >= 0:
            yield data[begin:finish]
            at = finish
        elif tag == _OCTETS | _CONSTRUCTED:
            depth.append(finish)
            at = begin
        else:
            return
