"""The probable encoding of bytes that the declared encoding cannot decode."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ..document import Document, declared_encoding
from ..edits import Edit
from .charsets import LARGER, WESTERN, candidates, fits

DECLARED_ENCODING = re.compile(r"\bencoding\s*=\s*[\"']([^\"']*)[\"']")
_CONTROLS = frozenset(range(0x80, 0xA0))  # control characters in Latin-1, letters and quotation marks in cp1252
_BEYOND = r"[^\x00-\x7f]"
UNDECODABLE = re.compile(r"[\udc80-\udcff][\udc80-\udcff]*+")  # much faster to look for than with a mere "+"
_WORD = re.compile(rf"{_BEYOND}(?:[0-9A-Za-z]|{_BEYOND})*+")
_STRETCH = re.compile(rf"{_BEYOND}[^\x00-/:-?]*+")  # as far as a character of two bytes may reach
_LAST_LATIN = "\u024f"
_PAIR = 2  # letters beyond ASCII that follow each other in a word of a Western language
_QUOTING = frozenset("\u00a0\u00ab\u00bb\u2018\u2019\u201a\u201c\u201d\u201e\u2013\u2014\u2026")
_PAIRED = {"\u00a1": "!", "\u00bf": "?"}  # signs that do not occur without another
_NEAR = 300  # characters
_RARE = frozenset("\u00e3\u00f5\u00fd\u00fe\u00f0")  # more likely letters of Hungarian, Romanian or Turkish
_PORTUGUESE = re.compile("[\u00e3\u00c3][oeOE]|[\u00f5\u00d5][eE]")
_CUT_OFF = "\u00e2\u20ac"  # the first two bytes of a quotation mark or dash in UTF-8, read as windows-1252
_NAMES = {
    "utf-8": "UTF-8", "ascii": "US-ASCII", "latin-1": "ISO-8859-1", "cp932": "Shift_JIS", "shift_jis": "Shift_JIS",
    "big5": "Big5", "cp950": "Big5", "big5hkscs": "Big5-HKSCS", "cp949": "EUC-KR", "johab": "Johab",
    "mac-roman": "macintosh", "mac-cyrillic": "x-mac-cyrillic",
}  # fmt: skip
_FEW = 2  # spoilt words that never make a text one of another encoding
MASK = "\ua66e"  # a letter that no text has: it stands for an undecodable byte
_STRAY = 0.1  # share of the words beyond ASCII that a few spoilt ones may have in a text that is otherwise sound


@dataclass(frozen=True, slots=True)
class Guess:
    """The encoding that the undecodable bytes of a text were most likely written in.

    `encoding` is "" where none is likelier than the others. `whole` says that these bytes are no strays in a text of
    another encoding: as much of the text as holds any of them is in this one. `others` are encodings that read nearly
    as well, best first; `score` tells from 0 to 1 how well this one reads.
    """

    encoding: str
    score: float = 1.0
    whole: bool = False
    others: tuple[str, ...] = ()


def undecodable(text: str) -> bytes:
    """The bytes behind a run of lone surrogates."""
    return text.encode("utf-8", "surrogateescape")


def in_hexadecimal(data: bytes) -> str:
    """The first bytes as messages show them: 0xC3 0x28."""
    return " ".join(f"0x{byte:02X}" for byte in data[:8])


@lru_cache(maxsize=1)
def likely_encoding(document: Document) -> Guess:
    """The encoding that the undecodable bytes of a document were most likely written in; the last answer is kept."""
    text, declared = document.text, document.encoding
    runs = [undecodable(run) for run in UNDECODABLE.findall(text)]
    if not runs:
        return Guess("utf-8")
    if declared.startswith(("utf-16", "utf-32")):
        return Guess("")
    if declared != "utf-8" and all(_decodes(run, "utf-8") for run in runs):
        return Guess("utf-8")  # the text is UTF-8 under a declaration that says something narrower
    stretches = foreign_stretches(document)
    if larger := LARGER.get(declared):
        known = all(_decodes(encoded(document, each.group()), larger) for each in stretches)
        return Guess(larger, whole=True) if known else Guess("")
    whole = _taken(_WORD.finditer(text))
    words = [encoded(document, _letter_before(text, each.start()) + each.group()) for each in whole]
    found = candidates(words, [encoded(document, each.group()) for each in stretches])
    if not found:
        return Guess("")
    best, *rest = found
    others = tuple(other.encoding for other in rest if name_of(other.encoding) != name_of(best.encoding))
    if best.encoding in WESTERN:
        return Guess("latin-1" if _CONTROLS.isdisjoint(b"".join(runs)) else "cp1252", best.score, others=others)
    return Guess(best.encoding, best.score, whole=True, others=others)


def masked(document: Document) -> Document:
    """The document with a letter in place of each undecodable byte."""
    return document.with_text(UNDECODABLE.sub(lambda run: MASK * len(run.group()), document.text))


def reread(document: Document, encoding: str) -> tuple[Edit, ...]:
    """The edits that make a text read in a wrong encoding the text in this one, and its declaration true."""
    edits = [
        Edit(each.start(), each.end(), encoded(document, each.group()).decode(encoding, "replace"))
        for each in foreign_stretches(document)
    ]
    declared = declared_encoding(document.text)
    if declared not in ("", document.encoding) and (
        named := DECLARED_ENCODING.search(document.text, 0, edits[0].start)
    ):
        edits.append(Edit(*named.span(1), name_of(document.encoding)))
    return tuple(edits)


def fit_their_word(document: Document, start: int, end: int, encoding: str) -> bool:
    """Whether the undecodable bytes of a span are letters that fit their word, or signs that may occur there."""
    text = document.text
    before, behind = text[max(0, start - 1) : start], text[end : end + 1]
    meant = intended(text[start:end], encoding)
    beside = [each for each in before + behind if each.isalpha()]
    letters = sum(map(str.isalpha, meant))
    if letters > (_PAIR if beside else 1) or any(each > _LAST_LATIN for each in beside):
        return False
    if len(meant) > 1 and sum(each not in _QUOTING for each in meant) > max(1, letters):
        return False
    for at, each in enumerate(meant, start):
        pair = _PAIRED.get(each)
        if pair and text.find(pair, at, at + _NEAR) < 0 and text.rfind(pair, max(0, at - _NEAR), at) < 0:
            return False
        if each.lower() in _RARE and not _PORTUGUESE.match(each + text[at + 1 : at + 2]):
            return False
    word = before + meant + behind
    places = range(len(before), len(before) + len(meant))
    return all(fits(word, at) for at in places) and not meant.startswith(_CUT_OFF)


@lru_cache(maxsize=1)
def are_strays(document: Document) -> bool:
    """Whether undecodable bytes are so few that the rest of the text was read correctly; the last answer is kept."""
    words = [each.group() for each in _WORD.finditer(document.text)]
    spoilt = sum(1 for each in words if UNDECODABLE.search(each))
    return spoilt <= max(_FEW, len(words) * _STRAY)


def name_of(codec: str) -> str:
    """The registered name of a codec."""
    if codec.startswith("cp125"):
        return f"windows-{codec[2:]}"
    if codec.startswith("iso8859-"):
        return f"ISO-8859-{codec[8:]}"
    if re.fullmatch(r"cp[48]\d\d", codec):
        return f"IBM{codec[2:]}"
    return _NAMES.get(codec, codec.removesuffix("-le").removesuffix("-be").replace("_", "-").upper())


def foreign_stretches(document: Document) -> list[re.Match[str]]:
    """The parts of a text that hold undecodable bytes, with the characters beyond ASCII beside them."""
    return _taken(_STRETCH.finditer(document.text))


def encoded(document: Document, piece: str) -> bytes:
    """The bytes of a piece of a document."""
    return document.with_text(piece).to_bytes()[len(document.bom) :]


def _letter_before(text: str, at: int) -> str:
    before = text[at - 1 : at]
    return before if before.isascii() and before.isalpha() else ""


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _taken(found: Iterable[re.Match[str]]) -> list[re.Match[str]]:
    """Those that hold undecodable bytes; all where the rest is so little that it was decoded by chance."""
    every = list(found)
    spoilt = [each for each in every if UNDECODABLE.search(each.group())]
    return every if (len(every) - len(spoilt)) < len(every) * _STRAY else spoilt


def intended(run: str, encoding: str) -> str:
    """The characters that a run of undecodable bytes stands for, in the likely encoding."""
    data = undecodable(run)
    if _decodes(data, encoding):
        return data.decode(encoding)
    each = (bytes([byte]) for byte in data)  # cp1252 leaves five undefined
    return "".join(byte.decode(encoding if _decodes(byte, encoding) else "latin-1") for byte in each)
