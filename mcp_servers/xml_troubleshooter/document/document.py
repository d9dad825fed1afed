"""A document as its bytes, its text and its places; never re-serialised.

Bytes that the encoding cannot decode become lone surrogates (PEP 383), so that text and bytes convert
into each other without loss, and a repair of such a byte is an edit like any other.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

_UTF7 = re.compile(
    r"\+/v[89+/]|\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']?\s*(?:x-|cs)?(?:unicode-?[12]-[01]-)?(?:unicode11)?utf-?7\b",
    re.IGNORECASE,
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# XML 1.0, appendix F.1: the first bytes of "<?" or "<" plus a letter without a byte order mark.
_SIGNATURES = (
    (re.compile(rb"<\0\0\0[^\0]"), "utf-32-le"),
    (re.compile(rb"\0\0\0<\0\0\0[^\0]"), "utf-32-be"),
    (re.compile(rb"(?:[\t\n\r ]\0)*+<\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"(?:\0[\t\n\r ])*+\0<\0[^\0]"), "utf-16-be"),
)
_EBCDIC = "<?xml".encode("cp037")  # the same in all its code pages, which the declaration names
_UNITS = {"utf-16": 2, "utf-32": 4}  # bytes read at a time
_REST = "".join(map(chr, range(0xDC00, 0xDD00)))  # the characters that the bytes of an incomplete last unit become
_DECLARED = re.compile(r"<\?xml\b[^>]*?\bencoding\s*=\s*[\"']?\s*(\w[\w.\-]*)")
# codecs of Python that are no encodings of documents: how it writes strings and host names, or a system's own pages
_NO_ENCODINGS = frozenset(
    {
        "charmap", "idna", "mbcs", "oem", "palmos", "punycode", "raw-unicode-escape", "undefined", "unicode-escape",
        "utf-8-sig",
    }
)  # fmt: skip
_BLOCK = 1 << 11  # characters that are looked through for a place, once the line ends in front are counted
_HEAD = 1024  # characters or bytes that a declaration is looked for in
_LINE_END = re.compile(r"\r\n|\n|\r")


class Position(NamedTuple):
    """A place in a text: line and column, both counted in characters from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Document:
    """The text of a document with all that is needed to write the same bytes again.

    `encoding` is the Python codec that the bytes were read with, `bom` the byte order mark in front of them,
    `source` a label for messages (a path, or "" for inline text), `within` the path of the element around it, where it
    is a part of another one.
    """

    text: str
    encoding: str = "utf-8"
    bom: bytes = b""
    source: str = ""
    within: str = ""

    @classmethod
    def from_bytes(cls, data: bytes, source: str = "") -> Document:
        """Decode by byte order mark, then by the shape of the first bytes, then by the declaration, else UTF-8."""
        bom, encoding = next(((mark, name) for mark, name in _BOMS if data.startswith(mark)), (b"", ""))
        data = data[len(bom) :]
        encoding = encoding or next((name for shape, name in _SIGNATURES if shape.match(data)), "")
        if data.startswith(_EBCDIC):
            declared = declared_encoding(data[:_HEAD].decode("cp037")) or "cp037"
            encoding = declared if is_ebcdic(declared) else "cp037"
        if not encoding:
            declared = declared_encoding(data[:_HEAD].decode("latin-1"))
            # a declaration readable as ASCII cannot tell the truth about a two-byte encoding
            encoding = declared if declared and not declared.startswith(("utf-16", "utf-32")) else "utf-8"
        if not _is_lossless(data, encoding):
            encoding = "utf-8"  # the wrong encoding of mark or declaration is reported as the fault
        return cls(_decode(data, encoding), encoding, bom, source)

    @classmethod
    def from_text(cls, text: str, source: str = "") -> Document:
        """Inline text, to be encoded as it declares itself where that is possible, else as UTF-8."""
        encoding = declared_encoding(text) or "utf-8"
        if encoding[:6] in _UNITS:
            ordered = encoding if encoding.endswith(("-le", "-be")) else f"{encoding}-le"
            return cls(text, ordered, {name: mark for mark, name in _BOMS}[ordered], source)
        return cls(text, encoding, b"", source)

    @property
    def misdeclared(self) -> bool:
        """Whether the declaration names another encoding than the bytes show to be in: UTF-16, UTF-32, or neither.

        That is a fatal error (XML 1.0, 4.3.3), which libxml2 overlooks where the bytes tell their encoding.
        """
        declared = declared_encoding(self.text[:_HEAD])
        shown = self.encoding[:6] in _UNITS
        return (
            bool(declared) and (shown or declared[:6] in _UNITS) and declared not in (self.encoding, self.encoding[:6])
        )

    def with_text(self, text: str) -> Document:
        """The same document with another text, in the same encoding; in UTF-8 where that is newly declared instead."""
        if self.encoding != "utf-8" and declared_encoding(text) == "utf-8":
            declared = declared_encoding(self.text)
            meant = declared == self.encoding or is_ebcdic(self.encoding)
            return replace(self, text=text, encoding="utf-8" if meant else self.encoding)
        return replace(self, text=text)

    def to_bytes(self) -> bytes:
        """The bytes of the text; characters that the encoding lacks become character references."""
        return self.bom + _encode(self.text, self.encoding)

    def position(self, offset: int) -> Position:
        """Line and column (from 1, in characters) of a character offset."""
        if self._has_returns:
            line = bisect_right(self._line_starts, offset)
            return Position(line, offset - self._line_starts[line - 1] + 1)
        block = max(offset, 0) // _BLOCK
        lines, last = self._lines_in_front[block]
        line = lines + self.text.count("\n", block * _BLOCK, offset) + 1
        nearest = self.text.rfind("\n", block * _BLOCK, offset)
        return Position(line, offset - (nearest if nearest >= 0 else last))

    def offset(self, line: int, column: int = 1) -> int:
        """The character offset of a line and column (from 1), clamped to the text."""
        starts = self._line_starts
        if line < 1:
            return 0
        if line > len(starts):
            return len(self.text)
        return min(starts[line - 1] + max(column, 1) - 1, len(self.text))

    @cached_property
    def _has_returns(self) -> bool:
        return "\r" in self.text

    @cached_property
    def _lines_in_front(self) -> list[tuple[int, int]]:
        """The number of line ends in front of each block of the text, and the offset of the last one (-1 for none).

        With these a line is found without a list of all lines, however many there are or however long one is.
        """
        found = [(0, -1)]
        for start in range(0, len(self.text), _BLOCK):
            lines, last = found[-1]
            nearest = self.text.rfind("\n", start, start + _BLOCK)
            found.append((lines + self.text.count("\n", start, start + _BLOCK), nearest if nearest >= 0 else last))
        return found

    @cached_property
    def _line_starts(self) -> list[int]:
        if "\r" in self.text:
            return [0, *(match.end() for match in _LINE_END.finditer(self.text))]
        lengths = [len(line) + 1 for line in self.text.split("\n")]  # the same, several times faster
        return [0, *accumulate(lengths[:-1])]


def claims_utf7(text: str) -> bool:
    """Whether a text says that it is in UTF-7, whose bytes are other markup to whoever reads them as anything else."""
    return _UTF7.match(text[:_HEAD]) is not None


def declared_encoding(text: str) -> str:
    """The codec that the XML declaration of a text names, normalised; "" without one or for an unknown codec."""
    match = _DECLARED.search(text[:_HEAD])
    if not match:
        return ""
    try:
        name = codecs.lookup(match.group(1)).name
        "<".encode(name)
    except (LookupError, UnicodeError):
        return ""
    return "" if name in _NO_ENCODINGS else name


def is_ebcdic(encoding: str) -> bool:
    """Whether a codec is one of IBM's for mainframes, in which not even the letters are where ASCII has them."""
    return "<?xml".encode(encoding) == _EBCDIC


def _is_lossless(data: bytes, encoding: str) -> bool:
    """Whether bytes come back as they were; codecs such as utf-7 and unicode_escape fail or rewrite them."""
    if encoding in ("utf-8", "iso8859-1", "ascii", "cp1252"):
        return True
    try:
        return _encode(_decode(data, encoding), encoding) == data
    except UnicodeError:
        return False


def _decode(data: bytes, encoding: str) -> str:
    if unit := _UNITS.get(encoding[:6]):
        whole = len(data) - len(data) % unit
        # the bytes of an incomplete last unit are lone surrogates, like bytes that utf-8 cannot read
        return data[:whole].decode(encoding, "surrogatepass") + "".join(chr(0xDC00 + byte) for byte in data[whole:])
    return data.decode(encoding, "surrogateescape")


def _encode(text: str, encoding: str) -> bytes:
    if encoding[:6] in _UNITS:
        whole = text.rstrip(_REST)
        return whole.encode(encoding, "surrogatepass") + bytes(ord(rest) - 0xDC00 for rest in text[len(whole) :])
    try:
        return text.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        if len(text) == 1:
            return text.encode(encoding, "xmlcharrefreplace")
        return b"".join(_encode(character, encoding) for character in text)
