"""Bytes outside the declared encoding, and declarations that name the wrong encoding."""

from __future__ import annotations

import re

from ...document.edits import Edit
from ...document.encodings import Guess, are_strays, intended, name_of, reread, stands, undecodable
from ...document.faults import Fault
from ..markup import Case, fix
from ..proposal import Fix

RULE = "encoding"
_CONTROL = re.compile(r"[\x80-\x9f]")
_UNKNOWN = "\ufffd"  # the character that stands for one that is lost


def repair(case: Case, fault: Fault) -> list[Fix]:
    """The characters that the bytes stand for in the encoding they come from; or the encoding's true name.

    Safe is what can hardly be read otherwise: single letters and signs in words of Latin letters.
    """
    if fault.name:
        actual = name_of(fault.value)
        note = f'The declaration names the encoding of the bytes, {actual}, instead of "{fault.name}".'
        if fault.value != case.document.encoding:
            note = f'The text is written in {actual} instead of "{fault.name}", in which the parser cannot read it.'
        # control characters that no one writes were other characters in the author's encoding
        safe = fault.value == case.document.encoding or not _CONTROL.search(case.text)
        return [fix(RULE, fault, (Edit(fault.start, fault.end, actual),), note, safe=safe)]
    guess = case.likely_encoding
    if guess.whole:
        return [_reread(case, fault, guess)]
    shown = " ".join(f"0x{byte:02X}" for byte in undecodable(fault.value)[:8])
    if not guess.encoding:
        if not are_strays(case.document):
            return []  # nobody but the author knows what was meant
        note = f'The bytes {shown} are a character in no likely encoding; "{_UNKNOWN}" stands for what is lost.'
        return [fix(RULE, fault, (Edit(fault.start, fault.end, _UNKNOWN),), note, safe=False, confidence=0.3)]
    characters = intended(fault.value, guess.encoding)
    sure = stands(case.document, fault.start, fault.end, guess.encoding)
    if not (characters.isprintable() or characters.isspace()):
        characters = "".join(each if each.isprintable() or each.isspace() else _UNKNOWN for each in characters)
        sure = False
    note = f'The bytes {shown} are read as {name_of(guess.encoding)}: "{characters}".'
    note += "" if sure else _rivals(guess)
    edits = (Edit(fault.start, fault.end, characters),)
    return [fix(RULE, fault, edits, note, safe=sure, confidence=0.95 if sure else 0.5)]


def _reread(case: Case, fault: Fault, guess: Guess) -> Fix:
    """The whole text in the encoding that it was written in, which no one but the author knows for sure."""
    edits = reread(case.document, guess.encoding)
    note = f'The text is read as {name_of(guess.encoding)}: "{edits[0].after}".{_rivals(guess)}'
    return fix(RULE, fault, edits, note, safe=False, confidence=min(0.9, guess.score))


def _rivals(guess: Guess) -> str:
    names = dict.fromkeys(map(name_of, guess.others))
    return f" It could be {', '.join(names)} too." if names else ""
