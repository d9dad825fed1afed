"""References: ampersands that begin none, references without an end, to no character or to no declared entity."""

from __future__ import annotations

import html.entities
import re
from collections import Counter
from dataclasses import replace

from ...codes import Code
from ...document.edits import Edit
from ...document.tokens import NAME, Kind, Token
from ..broken_document import BrokenDocument
from ..doctype_faults import Doctype
from ..fault_kinds import FaultKind
from ..faults import Fault, Reading, fault
from ..scanner import Scan
from .forbidden_characters import FORBIDDEN, is_character

PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})
MAX_DIGITS = 8
SHORTEST = 3  # letters; "&lt" is XML's own, and shorter names of HTML are words too
_SPOILT_REFERENCE = re.compile(rf"&#?\w*+(?:[{FORBIDDEN}]++\w*+)++;")
_REFERENCE = re.compile(rf"&(?:({NAME})|#(?:[xX]([0-9A-Fa-f]+)|([0-9]+)))(;?)")
# a number in hexadecimal digits as other notations write it, or without its "x" or "#"
_OTHER_NUMBER = re.compile(r"&(?:#(?:0[xX]|[uU]\+?|x\s++)?|x)([0-9A-Fa-f]{1,6})\s*+;")
_WORD = re.compile(r"[^\s<>\"'()]*+\Z")
# blanks in it: beside XML's own names those of HTML that are no words of a language, which might follow an "and"
_SPACED = re.compile(
    r"&[ \t]*(amp|lt|gt|quot|apos|nbsp|euro|[AEIOUYaeiouy]uml|[lr][ds]quo|[mn]dash|hellip|szlig"
    r"|[A-Za-z](?:acute|grave|circ|tilde|cedil))[ \t]*;"
)
_SPACED_NUMBER = re.compile(r"&[ \t]*#[ \t]*(?:[xX][ \t]*([0-9A-Fa-f]{1,6})|([0-9]{2,7}))[ \t]*;")
_FIRST_BEYOND_ASCII = 0xA0
_NUMBER = re.compile(r"&#(?:x([0-9a-f]+)|([0-9]+))", re.IGNORECASE)
_ODD_NUMBER = re.compile(r"\w{1,8};")
_NUMERIC = re.compile(r"&#(?:[xX]([0-9A-Fa-f]+)|([0-9]+));")
_LAST = re.compile(r"&#[^;&]{1,12};\Z")
HABIT = 3  # times that a sign is in front of a word
_VERSION_1_1 = re.compile(r"\ufeff?<\?xml\s+version\s*=\s*[\"']1\.1[\"']")
_OF_QUERY = frozenset("?=&/")  # the signs in front of a parameter in an address: "?from=1&lt=4", but not "a &lt=4"
_NEAR = 200  # characters of a word in front of a reference that are looked at
_HIGH = range(0xD800, 0xDC00)
_LOW = range(0xDC00, 0xE000)
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}


def reference_faults(scan: Scan) -> list[Fault]:
    """Bare ampersands and broken references, in the order of the text."""
    places = (match.start() for match in re.finditer("&", scan.text))
    return [found for at in places if _is_parsed(scan.token_at(at), at) and (found := _reference(scan, at))]


def _is_parsed(token: Token, at: int) -> bool:
    """Whether references are recognised at this place: in text and in attribute values."""
    if token.kind is Kind.TEXT:
        return True
    return any(attribute.value_start <= at < attribute.value_end for attribute in token.attributes)


def _reference(scan: Scan, at: int) -> Fault | None:
    match = _REFERENCE.match(scan.text, at)
    if (not match or not match.group(4)) and _SPOILT_REFERENCE.match(scan.text, at):
        return None  # a forbidden character is inside; without it this is read again
    if (not match or not match.group(4) or match.group(1)) and (meant := _meant_number(scan, at)):
        return meant
    if not match:
        return Fault(Code.BARE_AMPERSAND, at, at + 1, value="&")
    name, hexadecimal, decimal, semicolon = match.groups()
    end = match.end()
    if name is None:
        number = number_of(hexadecimal, decimal)
        if semicolon and is_character(number) and match.group()[2] != "X":
            return None
        code = Code.INVALID_CHARACTER_REFERENCE if semicolon else Code.UNTERMINATED_REFERENCE
        return Fault(code, at, end, value=match.group())
    if not semicolon:
        return Fault(Code.UNTERMINATED_REFERENCE, at, end, name=name, value=match.group())
    if is_declared(name, scan.doctype):
        return None
    return Fault(Code.UNDEFINED_ENTITY, at, end, name=name, value=match.group())


def _meant_number(scan: Scan, at: int) -> Fault | None:
    """A character reference that lacks its "x" or "#", has another mark in their place, or blanks: &xE9; & #233;."""
    if (match := _SPACED_NUMBER.match(scan.text, at)) and _reads_as_character(number_of(match[1], match[2])):
        written = re.sub(r"\s", "", match.group())
    elif (match := _OTHER_NUMBER.match(scan.text, at)) and is_character(number_of(match[1], None)):
        if match.group().startswith("&x") and is_declared(match.group()[1:-1], scan.doctype):
            return None
        written = f"&#x{match[1]};"
    else:
        return None
    note = f'The reference "{match.group()}" is written "{written}".'
    edits = (Edit(at, match.end(), written),)
    return fault(Code.INVALID_CHARACTER_REFERENCE, at, match.end(), edits, note, value=match.group())


def _reads_as_character(number: int) -> bool:
    """Whether nobody counts so far behind an "and" and a "#": "& #12;" may be the twelfth of something."""
    return is_character(number) and (number >= _FIRST_BEYOND_ASCII or chr(number) in _MARKUP)


def is_declared(entity: str, doctype: Doctype) -> bool:
    """Whether a reference to this entity breaks no rule, by the evidence of the document itself."""
    return entity in PREDEFINED or entity in doctype.entities or doctype.open


def number_of(hexadecimal: str | None, decimal: str | None) -> int:
    """The number in a character reference, -1 for none and for numbers beyond all characters."""
    digits, base = (hexadecimal, 16) if hexadecimal else (decimal or "", 10)
    digits = digits.lstrip("0") or digits[:1]
    return int(digits, base) if 0 < len(digits) <= MAX_DIGITS else -1


def _bare(document: BrokenDocument, fault: Fault) -> list[Reading]:
    """Write "&amp;", or end the reference where its name is one and no query string is at hand ("&lt/b>")."""
    name = fault.name.rstrip(".-")  # which end a sentence rather than a name
    end = fault.end - len(fault.name) + len(name)
    following = document.text[end : end + 1]
    if spaced := _SPACED.match(document.text, fault.start):
        note = f'The blanks in the reference "&{spaced.group(1)};" are removed.'
        return [Reading((Edit(fault.start, spaced.end(), f"&{spaced.group(1)};"),), note, sure=True)]
    escaped = Reading((Edit(fault.start, fault.start + 1, "&amp;"),), 'The "&" is written "&amp;".', sure=True)
    if fault.value == "&":
        return [escaped]  # it has no name that could be meant
    note = f'The reference "{document.text[fault.start : end]}" gets its missing ";".'
    ended = Reading((Edit(end, end, ";"),), note, sure=True)
    word = _WORD.search(document.text, max(0, fault.start - _NEAR), fault.start)
    if following == "=" and name in ("lt", "gt") and word and _OF_QUERY.isdisjoint(word.group()):
        return [ended.doubted(0.6) if word.group() else ended, escaped]
    if _ends(document, fault, name, following):
        # letters and a ";" behind a number: it is written in another notation, or one of them is too many
        odd = not name and _ODD_NUMBER.match(document.text, end) is not None
        return [ended.doubted() if odd else ended, escaped]
    if sign := _other_sign(document, fault):
        note = f'The "&" becomes "{sign}", as "{sign}{fault.name.rstrip(".-")}" stands elsewhere.'
        return [Reading((Edit(fault.start, fault.start + 1, sign),), note, sure=False, confidence=0.7), escaped]
    if _may_be_declared(document, fault, following):
        note = f'The reference "&{name}" gets its missing ";"; the DTD, which is not at hand, may declare it.'
        ended = replace(ended, note=note)
        return [ended if f"&{name};" in document.text else ended.doubted(0.7), escaped]
    return [escaped]


def _ends(document: BrokenDocument, fault: Fault, name: str, following: str) -> bool:
    if following == "=":
        return False
    if number := _NUMBER.fullmatch(fault.value):
        return is_character(number_of(*number.groups()))
    if name in PREDEFINED or name in document.head.doctype.entities:
        return True
    if f"{name};" not in html.entities.html5:
        return False
    if name in html.entities.html5 and len(name) > SHORTEST and (following.isspace() or following == "<"):
        return True  # a browser reads it without its semicolon
    return len(name) >= SHORTEST and not document.text[fault.start - 1 : fault.start].isalnum()


def _other_sign(document: BrokenDocument, fault: Fault) -> str:
    """The one sign in front of other uses of the word behind an ampersand, as in "%n": the key next to it; or ""."""
    text = document.text
    name = fault.name.rstrip(".-")
    if text[fault.start - 1 : fault.start].isalnum() or document.signs_before[name]["&"] != 1:
        return ""
    (sign, times), *others = (document.signs_before[name] - Counter("&")).most_common() or [("", 0)]
    return sign if times >= HABIT and not others else ""


def _may_be_declared(document: BrokenDocument, fault: Fault, following: str) -> bool:
    """Whether a DTD that is not at hand may declare an entity of the name, and nothing says that it is a word."""
    is_word = len(fault.name) < SHORTEST or document.text[fault.start - 1 : fault.start].isalnum()
    return following != "=" and document.head.doctype.open and not is_word


def _numeric(document: BrokenDocument, fault: Fault) -> list[Reading]:
    """Join two halves of a surrogate pair, put "x" in lower case, else take the reference out: it means nothing."""
    code = _number(fault.value)
    if is_character(code):
        note = f'The reference is written "&#x{fault.value[3:]}".'
        return [Reading((Edit(fault.start + 2, fault.start + 3, "x"),), note, sure=True)]
    if code in _HIGH and (low := _NUMERIC.match(document.text, fault.end)) and _number(low.group()) in _LOW:
        joined = 0x10000 + ((code - 0xD800) << 10) + (_number(low.group()) - 0xDC00)
        note = f"Two halves of one character become one reference: &#x{joined:X};."
        return [Reading((Edit(fault.start, low.end(), f"&#x{joined:X};"),), note, sure=True)]
    if code in _LOW and (high := _LAST.search(document.text, max(0, fault.start - 16), fault.start)):
        return [] if _number(high.group()) in _HIGH else _removed(fault)  # a low half goes with its high one
    if _of_xml_1_1(document, fault):
        note = f'The reference "{fault.value}" is removed: XML 1.0 has no such character, which is lost.'
        return [Reading((Edit(fault.start, fault.end, ""),), note, sure=False, drops=True)]
    return _removed(fault)


def _of_xml_1_1(document: BrokenDocument, fault: Fault) -> bool:
    """Whether the document says that it is XML 1.1, which allows references to control characters."""
    return 0 < _number(fault.value) < ord(" ") and _VERSION_1_1.match(document.text) is not None


def _not_in_1_0(document: BrokenDocument, fault: Fault) -> tuple[str, str] | None:
    if not _of_xml_1_1(document, fault):
        return None
    return (
        f'Character reference "{fault.value}" of XML 1.1',
        f'The reference "{fault.value}" names a control character: XML 1.1, which the declaration names, allows it, '
        "but the parser here and most systems read XML 1.0, which does not.",
    )


def _removed(fault: Fault) -> list[Reading]:
    note = f'The reference "{fault.value}" is removed: XML has no such character.'
    return [Reading((Edit(fault.start, fault.end, ""),), note, sure=True)]


def _number(reference: str) -> int:
    match = _NUMERIC.fullmatch(reference)
    return number_of(*match.groups()) if match else -1


def _undefined(document: BrokenDocument, fault: Fault) -> list[Reading]:
    """The character that HTML means by the name; the name of a declared entity in the wrong case; else "&amp;name;"."""
    name = fault.name
    lower = name.lower()
    known = PREDEFINED | set(document.head.doctype.entities)
    if lower in known:
        note = f'The entity is called "{lower}", in lower case.'
        return [Reading((Edit(fault.start, fault.end, f"&{lower};"),), note, sure=True)]
    character = html.entities.html5.get(f"{name};") or html.entities.html5.get(f"{lower};")
    if character:
        written = "".join(_MARKUP.get(each, each) for each in character)
        note = f'The entity "&{name};" of HTML becomes the character it stands for: {_character(character)}.'
        return [Reading((Edit(fault.start, fault.end, written),), note, sure=not document.doctype_in_comment)]
    note = f'No entity "{name}" is declared: the "&" is written "&amp;", so that the text says "&{name};".'
    return [Reading((Edit(fault.start, fault.start + 1, "&amp;"),), note, sure=False, confidence=0.5)]


def _character(character: str) -> str:
    numbers = " ".join(f"U+{ord(each):04X}" for each in character)
    return f'"{character}" ({numbers})' if character.isprintable() and not character.isspace() else numbers


FAULTS = (
    FaultKind(
        code=Code.BARE_AMPERSAND,
        rule="bare-ampersand",
        message="Bare ampersand",
        explanation='The "&" stands for itself here; in XML it begins a reference and must be written "&amp;".',
        read=_bare,
    ),
    FaultKind(
        code=Code.UNTERMINATED_REFERENCE,
        rule="bare-ampersand",
        message='Reference "{value}" lacks its ";"',
        explanation='After "{value}" a ";" is missing; where the "&" stands for itself it must be written "&amp;".',
        read=_bare,
    ),
    FaultKind(
        code=Code.INVALID_CHARACTER_REFERENCE,
        rule="character-reference",
        message='Invalid character reference "{value}"',
        explanation='The reference "{value}" names a character that XML does not allow, or is written wrongly.',
        words=_not_in_1_0,
        read=_numeric,
    ),
    FaultKind(
        code=Code.UNDEFINED_ENTITY,
        rule="undefined-entity",
        message='Entity "{name}" is not defined',
        explanation='The entity "&{name};" is declared nowhere; XML itself knows only amp, lt, gt, quot and apos.',
        read=_undefined,
    ),
)
