"""Control characters and other characters that XML forbids, and those that stand for markup but may not in text."""

from __future__ import annotations

import re

from ...codes import Code
from ...document.edits import Edit
from ..broken_document import BrokenDocument
from ..fault_kinds import FaultKind
from ..faults import Fault, Reading
from ..scanner import Scan

_ALLOWED = (range(0x9, 0xB), range(0xD, 0xE), range(0x20, 0xD800), range(0xE000, 0xFFFE), range(0x10000, 0x110000))
FORBIDDEN = r"\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff"
_HALVES = r"\ud800-\udbff\udc00-\udc7f"
# begins with one set of characters, because that is what a regular expression finds fast
_RUN = re.compile(rf"[{FORBIDDEN}{_HALVES}](?:(?<=[{FORBIDDEN}])[{FORBIDDEN}]*+|(?<=[{_HALVES}])[{_HALVES}]*+)")
# sequences that colour the text of a terminal, move in it, or name its window (ECMA-48: CSI and OSC)
_TERMINAL = re.compile("\x1b(?:\\[[0-?]*+[ -/]*+[@-~]|\\][^\x07\x1b<>&]{0,200}+(?:\x07|\x1b\\\\))")
_WORD = 50  # characters of a word
_LAST_WORD = re.compile(r"(?:\A|[\s>(\"'])[^\W\d_]*[^\W\d_A-Z]\Z")
_FIRST_WORD = re.compile(r"[^\W\d_][^\W\d_A-Z]*+(?![^\s<.,;:!?)'\"\-])")
_LINE = frozenset("\x0b\x0c")
_PARTING = _LINE | frozenset("\x1c\x1d\x1e")  # and the separators of files, groups and records


def character_faults(scan: Scan) -> list[Fault]:
    """Runs of characters that no XML document may hold, in the order of the text."""
    found: list[Fault] = []
    for match in _RUN.finditer(scan.text):
        start, end = match.span()
        colour = _TERMINAL.match(scan.text, end - 1)
        end = colour.end() if colour else end
        found.append(Fault(Code.INVALID_CHARACTER, start, end, value=scan.text[start:end]))
    return found


def is_character(number: int) -> bool:
    """Whether XML 1.0 allows the character of this number."""
    return any(number in allowed for allowed in _ALLOWED)


def _read(document: BrokenDocument, fault: Fault) -> list[Reading]:
    """Remove the characters, or replace them by a line end between words; the words stay as they are."""
    before = document.text[fault.start - 1 : fault.start]
    after = document.text[fault.end : fault.end + 1]
    numbers = ", ".join(sorted({f"U+{ord(each):04X}" for each in fault.value if not is_character(ord(each))}))
    # between two words that nothing else parts it may have parted them, and before a capital it was a line end
    parts = fault.value in _PARTING and _are_words(document.text, fault.start, fault.end)
    breaks = fault.value in _LINE and not after[:1].islower() and (parts or (after.isupper() and before in ".,;:!?"))
    does = "becomes a line end" if breaks else "is removed"
    note = f"The character {numbers}, which XML does not allow, {does}."
    # an escape sequence switches the alphabet in ISO-2022: without it the text behind it is another
    switches = fault.value[-1] == "\x1b" and after in ("$", "(")
    if switches:
        note += " It seems to belong to a text in ISO-2022-JP or the like, which the declaration would have to name."
    edits = (Edit(fault.start, fault.end, "\n" if breaks else ""),)
    return [Reading(edits, note, sure=not (switches or parts), confidence=0.3 if switches or parts else 0.95)]


def _are_words(text: str, start: int, end: int) -> bool:
    """Whether a word ends at one offset and another begins at the other, rather than a code going on."""
    first, second = _LAST_WORD.search(text[max(0, start - _WORD) : start]), _FIRST_WORD.match(text, end, end + _WORD)
    return first is not None and second is not None


def _numbers(value: str) -> str:
    forbidden = list(dict.fromkeys(character for character in value if not is_character(ord(character))))
    return ", ".join(f"U+{ord(character):04X}" for character in forbidden[:4])


FAULTS = (
    FaultKind(
        code=Code.INVALID_CHARACTER,
        rule="invalid-character",
        message="Character {value} is not allowed in XML",
        explanation=(
            "The character {value} may not stand in an XML document, in no form; it was probably carried in from "
            "a database or the clipboard."
        ),
        show=_numbers,
        read=_read,
    ),
)
