"""Bytes that the declared encoding cannot decode, and what they were meant to be."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from .document import Document
from .faults import Code, Fault
from .scanner import Scan
from .tokens import Kind

_DECLARED = re.compile(r"\bencoding\s*=\s*[\"']([^\"']*)[\"']")
# names that parsers commonly know; Python's own spellings (latin-1, utf_8) are not among them
_REGISTERED = re.compile(
    r"utf-?(?:7|8|16|32)(?:le|be)?|utf-(?:16|32)-?(?:le|be)|iso-?8859-\d+|iso-10646-ucs-[24]|ucs-?[24]|latin[1-9]|(?:us-)?ascii"
    r"|windows-\d+|cp\d+|ibm\d+|koi8-[ru]|shift_jis|sjis|euc-\w+|gb2312|gbk|gb18030|big5(?:-hkscs)?|iso-2022-\w+|tis-620"
    r"|macintosh",
    re.IGNORECASE,
)
MIN_CYRILLIC = 8  # letters without which a guess at Cyrillic has no ground
_CONTROLS = frozenset(range(0x80, 0xA0))  # control characters in Latin-1, letters and quotation marks in cp1252
_HIGH = re.compile(r"[\udc80-\udcff][\udc80-\udcff]*+")  # much faster to look for than with a mere "+"
_CYRILLIC_RUN = re.compile(rb"[\xc0-\xff]{3,}")
_WORD = re.compile(r"[\w\udc80-\udcff]*[\udc80-\udcff][\w\udc80-\udcff]*")


def encoding_faults(document: Document, scan: Scan) -> list[Fault]:
    """A declaration that names no encoding, or one that the bytes deny."""
    token = scan.tokens[0] if scan.tokens else None
    if token is None or token.kind is not Kind.DECLARATION:
        return []
    match = _DECLARED.search(document.text, token.start, token.end)
    if not match:
        return []
    declared = match.group(1)
    start, end = match.span(1)
    try:
        name = codecs.lookup(declared).name
        "<".encode(name)
    except (LookupError, ValueError):  # ValueError: a null character in the name
        name = ""
    if not name or not _REGISTERED.fullmatch(declared):
        return [Fault(code=Code.UNKNOWN_ENCODING, start=start, end=end, name=declared, value=document.encoding)]
    wide = name.startswith(("utf-16", "utf-32"))
    if wide and not document.encoding.startswith(name[:6]):
        return [Fault(code=Code.ENCODING_MISMATCH, start=start, end=end, name=declared, value=document.encoding)]
    if not wide and document.encoding.startswith(("utf-16", "utf-32")):
        return [Fault(code=Code.ENCODING_MISMATCH, start=start, end=end, name=declared, value=document.encoding)]
    return []


def undecodable(text: str) -> bytes:
    """The bytes behind a run of lone surrogates."""
    return text.encode("utf-8", "surrogateescape")


@lru_cache(maxsize=1)
def likely_encoding(text: str) -> str:
    """The encoding that the undecodable bytes of a text were most likely written in; the last answer is kept."""
    runs = _HIGH.findall(text)
    data = [undecodable(run) for run in runs]
    joined = b"".join(data)
    if not joined:
        return "utf-8"
    try:
        # whole sequences: the text is UTF-8 under a declaration that says something narrower
        for piece in data:
            piece.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    letters = sum(len(piece) for piece in data if _CYRILLIC_RUN.fullmatch(piece))
    if letters * 2 > len(joined) and len(joined) >= MIN_CYRILLIC:
        return "cp1251"
    if not _CONTROLS.isdisjoint(joined):
        return "cp1252"
    return "latin-1"


def intended(run: str, encoding: str) -> str:
    """The characters that a run of undecodable bytes stands for, in the likely encoding."""
    data = undecodable(run)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        # cp1252 leaves five bytes undefined
        return "".join(_character(byte, encoding) for byte in data)


def _character(byte: int, encoding: str) -> str:
    try:
        return bytes([byte]).decode(encoding)
    except UnicodeDecodeError:
        return bytes([byte]).decode("latin-1")
