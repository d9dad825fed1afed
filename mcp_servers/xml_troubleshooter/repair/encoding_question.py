"""The question about the encoding in which a text was written, and the reading that its answer makes."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Mapping

from ..document.encodings.encoding_guess import are_strays, in_hexadecimal, name_of, reread, undecodable
from ..loop.proposal import Question
from ..wellformedness.broken_document import BrokenDocument
from ..wellformedness.characters.encoding_faults import LOST
from ..wellformedness.faults import Fault, Reading


def question(broken: BrokenDocument, fault: Fault) -> Question | None:
    """The question about the encoding of a text; None where its bytes tell the encoding for sure."""
    guess = broken.likely_encoding
    if fault.name or not (guess.whole or (not guess.encoding and not are_strays(broken.document))):
        return None
    digest = hashlib.sha256(broken.text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    likely = tuple(dict.fromkeys(map(name_of, (guess.encoding, *guess.others) if guess.encoding else ())))
    shown = in_hexadecimal(undecodable(fault.value))
    best = f"; most likely is {likely[0]}" if likely else ""
    return Question(
        id=f"encoding-{digest}",
        path="",
        needed="The encoding in which the text was written.",
        type="the name of an encoding, such as windows-1251 or Shift_JIS",
        why=f"{shown} is not {name_of(broken.document.encoding)}{best}.",
        at=fault.start,
        allowed=likely,
    )


def answered(broken: BrokenDocument, fault: Fault, answers: Mapping[str, str]) -> tuple[Reading, Question] | None:
    """The reading in the encoding that the user named, and the question; None without one that fits the bytes."""
    asked = question(broken, fault)
    if asked is None:
        return None
    try:
        encoding = codecs.lookup(answers.get(asked.id, "")).name
        edits = reread(broken.document, encoding)
    except (LookupError, ValueError):
        return None
    if any(LOST in edit.after for edit in edits):
        return None
    note = f'The text is read as {name_of(encoding)}: "{edits[0].after}".'
    return Reading(edits, note, sure=True), asked
