"""A file of another kind under the name of a document: by its bytes here, by its words in `text_formats`."""

from __future__ import annotations

import base64
import re

from ...codes import Code
from ...document.document import Document
from ..broken_document import BrokenDocument
from ..faults import Fault
from .text_formats import SAMPLE, TAG, text_format

_BEGINNING = 64  # characters that hold the first bytes of any kind of file
_BINARY, _FEW = 0.05, 4  # share of control characters, and their number, from which on nobody wrote the text
_TANGLED = 0.2  # the same with bytes that are no characters, for what begins like a tag
# by their first bytes
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\0\0\1\0", "an icon image"),
    (b"BM", "a BMP image"),
    (b"%PDF-", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x7fELF", "an executable program (ELF binary)"),
    (b"MZ", "an executable program (Windows binary)"),
    (b"\xca\xfe\xba\xbe", "an executable program (Java class or macOS binary)"),
    (b"\xcf\xfa\xed\xfe", "an executable program (macOS binary)"),
    (b"\xce\xfa\xed\xfe", "an executable program (macOS binary)"),
    (b"\0asm", "an executable program (WebAssembly binary)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an older Office document (.doc, .xls, .ppt or .msg)"),
    (b"\x1f\x8b", "a gzip file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"BZh", "a bzip2 file, which is compressed"),
    (b"\xfd7zXZ\0", "an xz file, which is compressed"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file, which is compressed"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"bplist", "a binary property list; plutil -convert xml1 writes it as XML"),
    (b"OggS", "a sound or video file (Ogg)"),
    (b"ID3", "a sound file (MP3)"),
    (b"\0\1\0\0\0", "a font (TrueType)"),
    (b"OTTO", "a font (OpenType)"),
    (b"wOFF", "a font (WOFF)"),
    (b"wOF2", "a font (WOFF)"),
)
_TEXTUAL = frozenset((b"%PDF-", b"%!PS", b"{\\rtf", b"BM", b"MZ", b"ID3", b"BZh", b"OTTO", b"OggS", b"wOFF", b"wOF2"))
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]++\s*+)++={0,2}\s*+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_NO_CHARACTER = re.compile("[\udc80-\udcff\ufffd]")


def other_format(document: Document) -> Fault | None:
    """The one fault of a document of another format, with its name; None for a document that may be meant as XML."""
    if found := _binary(document) or text_format(document.text):
        return Fault(Code.NOT_XML, 0, min(len(document.text), 80), name=found)
    return None


def named_format(_document: BrokenDocument, fault: Fault) -> tuple[str, str] | None:
    """The message and explanation for a text of another format; None for any other fault."""
    if not fault.name:
        return None
    return f"Not XML but {fault.name}", f"This is not XML but {fault.name}. Give the XML document itself."


def _binary(document: Document) -> str:
    head = document.text[:SAMPLE]
    data = document.with_text(head[:_BEGINNING]).to_bytes()[len(document.bom) :]
    if named := _by_magic(data, head):
        return named
    if packed := _in_base64(head):
        return f"{packed}, written as Base64"
    if data[4:8] == b"ftyp":
        return "a video or image file (MP4 family)"
    if data.startswith(b"RIFF"):
        return "a sound, video or image file (RIFF)"
    if document.text[257:262] == "ustar":
        return "a tar archive"
    sample = head.rstrip("\0")  # a file that was never filled to its end
    size = len(sample)
    controls = len(_CONTROL.findall(sample))
    if not sample:
        return "empty but for NUL bytes" if head else ""
    if TAG.match(sample.lstrip("\ufeff \t\r\n")):
        tangled = controls + len(_NO_CHARACTER.findall(sample)) > size * _TANGLED
        return "binary data" if tangled and controls > max(size * _BINARY, _FEW) else ""
    return "binary data" if controls > max(size * _BINARY, _FEW) else ""


def _in_base64(head: str) -> str:
    if not _BASE64.fullmatch(head):
        return ""
    written = "".join(head[:_BEGINNING].split())
    return _by_magic(base64.b64decode(written[: len(written) // 4 * 4]))


def _by_magic(data: bytes, head: str = "") -> str:
    """The format by its first bytes, "" if unknown; if a text might begin with these too, only if no text follows."""
    return next(
        (
            words
            for magic, words in _MAGIC
            if data.startswith(magic) and (magic not in _TEXTUAL or _looks(magic, head or data.decode("latin-1")))
        ),
        "",
    )


def _looks(magic: bytes, head: str) -> bool:
    """Whether no text follows first bytes with which a text might begin too."""
    return magic[:1] in b"%{" or bool(_CONTROL.search(head) or _NO_CHARACTER.search(head))
