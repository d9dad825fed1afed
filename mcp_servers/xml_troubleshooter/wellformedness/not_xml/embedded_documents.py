"""A whole document inside another notation: a string of JSON or Python, a cell of a table, an encoding of mails."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import unquote, unquote_plus

from ...codes import Code
from ...document.character_references import resolved
from ...document.edits import Edit
from ..fault_kinds import FaultKind
from ..faults import Fault, fault
from .other_formats import named_format

MIN_QUOTES = 2  # escaped quotation marks that make a string
_ESCAPED_QUOTE = re.compile(r"(?<!\\)(?:\\\\)*\\\"")
_PLAIN_QUOTE = re.compile(r"(?<!\\)\"")
_ESCAPE = re.compile(r"\\(?:([\"'\\/bfnrt])|u([0-9A-Fa-f]{4})|((?:x[0-9A-Fa-f]{2}(?:\\(?=x))?)+))")
_ONLY_QUOTES = re.compile(r"\\([\"/])()()")
_LINE_END = re.compile(r"[\r\n]")
_VALUES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_REFERENCE = re.compile(r"&(?:#\d+|#x[0-9A-Fa-f]+|\w+);")
_ESCAPED_TAG = re.compile(r"\s*(?:&lt;[?!A-Za-z_])")
_PYTHON = re.compile(r"b?(['\"])(<(?:[^\r\n\\]|\\.)*>(?:\\[nrt])*)\1")
_CELL = re.compile(r"\"(<(?:[^\"]|\"\")*>\s*)\"")
_SOFT_BREAK = re.compile(r"=[ \t]*\r?\n")
_MAILED = re.compile(r"<[^=]*=3D[\"']")  # the first "=" of all
_PATCH_HEAD = re.compile(r"(?:(?:diff |index |new file |--- |\+\+\+ |@@ )[^\n]*+\n)*+")
_LINE = re.compile(r"[^\n]*+\n|[^\n]++\Z")
MIN_LINES = 3  # that begin alike
_PREFIXES = tuple(
    re.compile(prefix)
    for prefix in (
        r"(?P<number>)(?:> ?|\+)",
        r" *(?P<number>\d+)(?:[:.|]?\t|[:.|] ?| {1,2}|(?=\r?\n|\Z))",
        r"(?P<number>)\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[\d.,Z+:-]*\]?(?: [A-Z]{4,8})?"
        r"(?: \[[^\]\n]{1,40}\])?(?: ?[-:|])?(?: |(?=\r?\n|\Z))",
    )
)
_CONSTANT = re.compile(r"[^\s<>]{1,200}?[:|](?=[\s<]|\Z)")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{2,}\s*)+={0,2}")


def embedded_document_fault(text: str) -> Fault | None:
    """The one fault of a document that is XML only after the notation around it is undone."""
    for notation, undo in _NOTATIONS:
        plain = undo(text.strip("\ufeff \t\r\n"))
        if plain.lstrip("\ufeff \t\r\n").startswith("<"):
            # one edit names all that becomes markup; of references each says what it becomes
            end = len(text) if plain.endswith("\n") else len(text.rstrip())  # its last line end may be outside of it
            edits = _references(text) if undo is _unescaped else (Edit(0, end, plain),)
            note = f"It holds a document, written as {notation}."
            return fault(Code.NOT_XML, 0, min(len(text), 80), edits, note, value=text[:80].strip())
    return None


def _references(text: str) -> tuple[Edit, ...]:
    return tuple(Edit(*match.span(), resolved(match.group())) for match in _REFERENCE.finditer(text))


def _unescaped(text: str) -> str:
    """Markup that is written as text: &lt; for <."""
    return resolved(text) if _ESCAPED_TAG.match(text) and "<" not in text else ""


def _unquoted(text: str) -> str:
    """The value of a JSON string; with line ends of its own, only its quotation marks were escaped."""
    if '\\"' not in text:
        return ""
    text = text[1:-1] if len(text) > 1 and text[0] == '"' == text[-1] else text
    if not text.startswith("<") or len(_ESCAPED_QUOTE.findall(text)) < MIN_QUOTES or _PLAIN_QUOTE.search(text):
        return ""
    return (_ONLY_QUOTES if _LINE_END.search(text) else _ESCAPE).sub(_value, text)


def _value(escape: re.Match[str]) -> str:
    sign, number, octets = escape.groups()
    if octets:
        return bytes.fromhex(octets.replace("x", "").replace("\\", "")).decode("utf-8", "surrogateescape")
    return chr(int(number, 16)) if number else _VALUES.get(sign, sign)


def _unrepresented(text: str) -> str:
    """The value of a string as Python shows it: b'<a>\\n</a>'."""
    shown = _PYTHON.fullmatch(text)
    return _ESCAPE.sub(_value, shown.group(2)) if shown else ""


def _out_of_cell(text: str) -> str:
    """The value of a cell of a table of comma-separated values, whose quotation marks are doubled."""
    cell = _CELL.fullmatch(text)
    return cell.group(1).replace('""', '"') if cell else ""


def _unmailed(text: str) -> str:
    """Text that a mail encodes as quoted-printable: =3D for =."""
    if not _MAILED.match(text):
        return ""
    joined = _SOFT_BREAK.sub("", text)
    return quopri.decodestring(joined.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def _unpercented(text: str) -> str:
    """Text that an address or a form encodes: %3C for <."""
    if not text.startswith(("%3C", "%3c")) or "<" in text:
        return ""
    return unquote(text) if "%20" in text else unquote_plus(text)


def _without_prefixes(text: str) -> str:
    """The lines without the prefix that a mail, a log or a listing puts in front of each."""
    text = text[_PATCH_HEAD.match(text).end() :]  # type: ignore[union-attr] # matches everywhere
    first = text.split("\n", MIN_LINES)
    common = _CONSTANT.match(text)  # what a search through files puts there is the same in all lines
    constant = (re.compile(rf"(?P<number>){re.escape(common[0])}"),) if common else ()
    for prefix in (*_PREFIXES, *constant):
        if len(first) < MIN_LINES or not all(map(prefix.match, first[:MIN_LINES])):
            continue
        lines = _LINE.findall(text)
        found = [prefix.match(line) for line in lines]
        numbers = [int(match["number"]) for match in found if match and match["number"]]
        if None not in found and all(after == before + 1 for before, after in pairwise(numbers)):
            return "".join(line[match.end() :] for line, match in zip(lines, found, strict=True) if match)
    return ""


def _from_base64(text: str) -> str:
    if not text.startswith(("PD", "PC", "PG", "PH")) or not _BASE64.fullmatch(text):
        return ""
    try:
        return base64.b64decode(text).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""


_NOTATIONS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("text (&lt; for <)", _unescaped),
    ('a JSON string (\\" for ")', _unquoted),
    ("a string of Python (\\n for a line end)", _unrepresented),
    ('a cell of a table ("" for ")', _out_of_cell),
    ("quoted-printable (=3D for =)", _unmailed),
    ("part of an address (%3C for <)", _unpercented),
    ("base64", _from_base64),
    ("lines with something in front of each", _without_prefixes),
)


FAULTS = (
    FaultKind(
        code=Code.NOT_XML,
        rule="outside-root",
        message="No element found",
        explanation='This is not an XML document as it stands. It begins with "{value}". {note}',
        words=named_format,
    ),
)
