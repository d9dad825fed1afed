"""Faults of single characters and references: what no XML document may hold at that place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from ..codes import Code
from ..document.edits import Edit
from ..document.tokens import NAME, Kind, Token
from .faults import Fault, Reading
from .scanner import Doctype, Scan

PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})

MAX_DIGITS = 8
_ESCAPED = '"]]>" in the text is written "]]&gt;".'
_ALLOWED = (range(0x9, 0xB), range(0xD, 0xE), range(0x20, 0xD800), range(0xE000, 0xFFFE), range(0x10000, 0x110000))
_FORBIDDEN = r"\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff"
_BYTES = r"\udc80-\udcff"
_HALVES = r"\ud800-\udbff\udc00-\udc7f"
# begins with one set of characters, because that is what a regular expression finds fast
_SUSPECT = re.compile(
    rf"[&\]{_FORBIDDEN}{_BYTES}{_HALVES}]"
    rf"(?:(?<=&)|(?<=\])\]>|(?<=[{_FORBIDDEN}])[{_FORBIDDEN}]*+"
    rf"|(?<=[{_BYTES}])[{_BYTES}]*+|(?<=[{_HALVES}])[{_HALVES}]*+)"
)
_TERMINAL = re.compile("\x1b\\[[0-9;]*+[A-Za-z]")  # what colours the text of a terminal
_LOST_SECTION = re.compile(r"!?\[CDATA\[")
_SPOILT_REFERENCE = re.compile(rf"&#?\w*+(?:[{_FORBIDDEN}]++\w*+)++;")
_REFERENCE = re.compile(rf"&(?:({NAME})|#(?:[xX]([0-9A-Fa-f]+)|([0-9]+)))(;?)")


def character_faults(scan: Scan) -> list[Fault]:
    """Bare ampersands, broken references, forbidden characters, undecodable bytes, in the order of the text."""
    tokens = scan.tokens
    return [
        found
        for match in _SUSPECT.finditer(scan.text)
        if (found := _judge(scan, match, tokens[bisect_right(tokens, match.start(), key=_start) - 1]))
    ]


def _start(token: Token) -> int:
    return token.start


def _judge(scan: Scan, match: re.Match[str], token: Token) -> Fault | None:
    what, start, end = match.group(), match.start(), match.end()
    if what == "&":
        return _reference(scan, start) if _parsed(token, start) else None
    if what == "]]>":
        if token.kind is not Kind.TEXT:
            return None
        readings = (*_sections(scan, start, token), Reading((Edit(end - 1, end, "&gt;"),), _ESCAPED, 0.1))
        return Fault(code=Code.CDATA_END_IN_TEXT, start=start, end=end, readings=readings)
    if "\udc80" <= what[0] <= "\udcff":
        return Fault(code=Code.ENCODING_MISMATCH, start=start, end=end, value=what)
    colour = _TERMINAL.match(scan.text, end - 1)
    end = colour.end() if colour else end
    return Fault(code=Code.INVALID_CHARACTER, start=start, end=end, value=scan.text[start:end])


def _sections(scan: Scan, at: int, token: Token) -> Iterator[Reading]:
    """The readings of a "]]>" as an end mark too many, behind that of a CDATA section or of one without a beginning."""
    if lost := _LOST_SECTION.search(scan.text, token.start, at):
        whole = f"<![CDATA[{scan.text[lost.end() : at + 3]}"
        yield Reading((Edit(lost.start(), at + 3, whole),), 'The CDATA section gets its missing "<".')
    elif scan.text.endswith("]]>", 0, at):
        yield Reading((Edit(at, at + 3, ""),), 'The second "]]>" behind the CDATA section is removed.')
    elif scan.text.startswith("</", at + 3) and scan.text.find("[", token.start, at) < 0:
        yield Reading((Edit(at, at + 3, ""),), 'The "]]>", which ends no CDATA section, is removed.')


def _parsed(token: Token, at: int) -> bool:
    """Whether references are recognised at this place: in text and in attribute values."""
    if token.kind is Kind.TEXT:
        return True
    return any(attribute.value_start <= at < attribute.value_end for attribute in token.attributes)


def _reference(scan: Scan, at: int) -> Fault | None:
    match = _REFERENCE.match(scan.text, at)
    if (not match or not match.group(4)) and _SPOILT_REFERENCE.match(scan.text, at):
        return None  # a forbidden character stands inside; without it this is read again
    if not match:
        return Fault(code=Code.BARE_AMPERSAND, start=at, end=at + 1, value="&")
    name, hexadecimal, decimal, semicolon = match.groups()
    end = match.end()
    if name is None:
        number = number_of(hexadecimal, decimal)
        if semicolon and is_character(number) and match.group()[2] != "X":
            return None
        code = Code.INVALID_CHARACTER_REFERENCE if semicolon else Code.UNTERMINATED_REFERENCE
        return Fault(code=code, start=at, end=end, value=match.group())
    if not semicolon:
        return Fault(code=Code.UNTERMINATED_REFERENCE, start=at, end=end, name=name, value=match.group())
    if is_declared(name, scan.doctype):
        return None
    return Fault(code=Code.UNDEFINED_ENTITY, start=at, end=end, name=name, value=match.group())


def is_declared(entity: str, doctype: Doctype) -> bool:
    """Whether a reference to this entity breaks no rule as far as the document itself can tell."""
    return entity in PREDEFINED or entity in doctype.entities or doctype.open


def is_character(number: int) -> bool:
    """Whether XML 1.0 allows the character of this number."""
    return any(number in allowed for allowed in _ALLOWED)


def number_of(hexadecimal: str | None, decimal: str | None) -> int:
    """The number in a character reference, -1 for none and for numbers beyond all characters."""
    digits, base = (hexadecimal, 16) if hexadecimal else (decimal or "", 10)
    digits = digits.lstrip("0") or digits[:1]
    return int(digits, base) if 0 < len(digits) <= MAX_DIGITS else -1
