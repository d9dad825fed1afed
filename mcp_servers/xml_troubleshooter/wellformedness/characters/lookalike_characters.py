"""Characters in tags that look like blanks or are invisible, as they come along with markup copied from a page.

Control characters, which XML forbids anywhere, are among them: those in a tag part a name that must be read as one.
"""

from __future__ import annotations

import re

from ...codes import Code
from ...document.edits import Edit, apply
from ...document.encodings.encoding_guess import MASK
from ..faults import Fault, fault

_BLANK = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_CONTROL = "\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f"
_NOTHING = f"\u00ad\u200b-\u200f\u2060\ufeff{_CONTROL}"
_ODD = re.compile(f"[{_BLANK}{_NOTHING}]")
_TAG = re.compile(rf"<[/A-Za-z_:{_NOTHING}](?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+>")
_VALUE = re.compile(r"(?:[^\"']|\"[^\"]*+\"|'[^']*+')*+[\"'](?s:.*)")
_PARTS = re.compile(r"[\"'\w.:\-][\x0b\x0c]\w[\w.:\-]*+\s*+=")  # a line end of another kind before an attribute
MAX_TAG = 2_000  # characters of a tag that are looked at


def lookalike_faults(text: str) -> tuple[list[Fault], str]:
    """A fault for each such character outside quotation marks, and the text, of the same length, with these replaced.

    A blank is replaced by a space, an invisible character by a letter that no text has.
    """
    if not _ODD.search(text):
        return [], text
    found: list[Fault] = []
    stand_ins: list[Edit] = []
    for odd in _ODD.finditer(text):
        start = odd.start()
        if not _is_in_tag(text, start):
            continue
        character = odd.group()
        # of the control characters that Python takes for white space none but these two ever parted attributes
        blank = _PARTS.match(text, start - 1) is not None if character < " " else character.isspace()
        after = " " if blank else ""
        number = f"U+{ord(character):04X}"
        note = f"The character {number} in a tag becomes a space." if after else f"The unseen {number} is removed."
        code, sure = (Code.INVALID_CHARACTER, True) if character < " " else (Code.MALFORMED_TAG, None)
        edits = (Edit(start, start + 1, after),)
        found.append(fault(code, start, start + 1, edits, note, value=character, sure=sure))
        stand_ins.append(Edit(start, start + 1, after or MASK))
    return found, apply(text, stand_ins)


def _is_in_tag(text: str, at: int) -> bool:
    """Whether an offset lies in a tag whose quotation marks pair, outside of them."""
    start = text.rfind("<", max(0, at - MAX_TAG), at)
    if start < 0 or text.find(">", start, at) >= 0:
        return False
    return _TAG.match(text, start) is not None and not _VALUE.fullmatch(text, start, at)
