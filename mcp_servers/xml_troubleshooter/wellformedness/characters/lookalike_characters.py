"""Characters in tags that look like blanks or like nothing: what comes along when markup is copied from a page."""

from __future__ import annotations

import re

from ...codes import Code
from ...document.edits import Edit
from ..faults import Fault, fault
from .encoding_guess import MASK

_BLANK = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_NOTHING = "\u00ad\u200b-\u200f\u2060\ufeff"
_ODD = re.compile(f"[{_BLANK}{_NOTHING}]")
_TAG = re.compile(rf"<[/A-Za-z_:{_NOTHING}](?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+>")
_VALUE = re.compile(r"(?:[^\"']|\"[^\"]*+\"|'[^']*+')*+[\"'](?s:.*)")
MAX_TAG = 2_000  # characters of a tag that are looked at


def lookalike_faults(text: str) -> tuple[list[Fault], str]:
    """A fault for each such character outside quotation marks, and the text with others, as long, in their place.

    In place of a blank stands a space, in place of nothing a letter that no text has.
    """
    if not _ODD.search(text):
        return [], text
    found: list[Fault] = []
    pieces: list[str] = []
    at = 0
    for odd in _ODD.finditer(text):
        start = odd.start()
        if not _is_in_tag(text, start):
            continue
        after, stand_in = (" ", " ") if odd.group().isspace() else ("", MASK)
        number = f"U+{ord(odd.group()):04X}"
        note = f"The character {number} in a tag becomes a space." if after else f"The unseen {number} is removed."
        found.append(fault(Code.MALFORMED_TAG, start, start + 1, (Edit(start, start + 1, after),), note))
        pieces += [text[at:start], stand_in]
        at = start + 1
    return found, "".join([*pieces, text[at:]])


def _is_in_tag(text: str, at: int) -> bool:
    """Whether an offset lies in a tag whose quotation marks pair, outside of them."""
    start = text.rfind("<", max(0, at - MAX_TAG), at)
    if start < 0 or text.find(">", start, at) >= 0:
        return False
    return _TAG.match(text, start) is not None and not _VALUE.fullmatch(text, start, at)
