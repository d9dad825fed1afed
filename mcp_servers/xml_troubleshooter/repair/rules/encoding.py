"""Bytes outside the declared encoding, and declarations that name the wrong encoding."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace

from ...document.edits import Edit
from ...loop.proposal import Fix, Question, answered_by
from ...wellformedness.encodings import (
    Guess,
    are_strays,
    in_hexadecimal,
    intended,
    name_of,
    reread,
    stands,
    undecodable,
)
from ...wellformedness.faults import Fault
from ..syntax_context import Case, fix

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
    shown = in_hexadecimal(undecodable(fault.value))
    if not guess.encoding:
        if not are_strays(case.document):
            return []  # nobody but the author knows what was meant
        note = f'{shown} is a character in no likely encoding; "{_UNKNOWN}" stands for what is lost.'
        return [fix(RULE, fault, (Edit(fault.start, fault.end, _UNKNOWN),), note, safe=False, confidence=0.3)]
    characters = intended(fault.value, guess.encoding)
    sure = stands(case.document, fault.start, fault.end, guess.encoding)
    if not (characters.isprintable() or characters.isspace()):
        characters = "".join(each if each.isprintable() or each.isspace() else _UNKNOWN for each in characters)
        sure = False
    note = f'{shown} is read as {name_of(guess.encoding)}: "{characters}".'
    note += "" if sure else _rivals(guess)
    edits = (Edit(fault.start, fault.end, characters),)
    return [fix(RULE, fault, edits, note, safe=sure, confidence=0.95 if sure else 0.5)]


def question(case: Case, fault: Fault) -> Question | None:
    """What a person is asked about a text whose encoding its bytes do not tell for sure; None where they do."""
    guess = case.likely_encoding
    if fault.name or not (guess.whole or (not guess.encoding and not are_strays(case.document))):
        return None
    digest = hashlib.sha256(case.text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    likely = tuple(dict.fromkeys(map(name_of, (guess.encoding, *guess.others) if guess.encoding else ())))
    shown = in_hexadecimal(undecodable(fault.value))
    best = f"; most likely is {likely[0]}" if likely else ""
    return Question(
        id=f"encoding-{digest}",
        path="",
        needed="The encoding in which the text was written.",
        type="the name of an encoding, such as windows-1251 or Shift_JIS",
        why=f"{shown} is not {name_of(case.document.encoding)}{best}.",
        at=fault.start,
        allowed=likely,
    )


def answered(case: Case, fault: Fault, answers: Mapping[str, str]) -> list[Fix]:
    """The text in the encoding that the user named; [] without an answer, or where the bytes cannot be in that one."""
    asked = question(case, fault)
    if asked is None:
        return []
    try:
        encoding = codecs.lookup(answers.get(asked.id, "")).name
        edits = reread(case.document, encoding)
    except (LookupError, ValueError):
        return []
    if any(_UNKNOWN in edit.after for edit in edits):
        return []
    note = f'The text is read as {name_of(encoding)}: "{edits[0].after}".'
    return [replace(fix(RULE, fault, edits, note), provenance=answered_by(asked))]


def _reread(case: Case, fault: Fault, guess: Guess) -> Fix:
    """The whole text in the encoding that it was written in, which no one but the author knows for sure."""
    edits = reread(case.document, guess.encoding)
    note = f'The text is read as {name_of(guess.encoding)}: "{edits[0].after}".{_rivals(guess)}'
    return fix(RULE, fault, edits, note, safe=False, confidence=min(0.9, guess.score))


def _rivals(guess: Guess) -> str:
    names = dict.fromkeys(map(name_of, guess.others))
    return f" It could be {', '.join(names)} too." if names else ""
