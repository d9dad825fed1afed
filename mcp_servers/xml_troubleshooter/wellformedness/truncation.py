"""Documents that are cut off: the one judge of it, so that no part of a document passes for a complete one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..codes import Code
from ..document.edits import Edit
from ..document.layout import end_before
from ..document.tokens import SECTION_ENDS

_COMPLETE = re.compile(r"</[^<>]*>|<[^<>]*/>|<!--.*-->", re.DOTALL)  # behind which only end tags may be missing
_TAIL = 300  # characters from the end of a document that show whether it ends with a tag
_TAG_AT_END = re.compile(r"(?:>|</[^\s<>]+)\s*\Z")  # an end tag may lack its last bracket


@dataclass(frozen=True, slots=True)
class Truncation:
    """Whether a document with some faults is cut off, and inside which construct.

    `early`: it stops before its root element ends. `within`: the offset of the construct inside which it stops, -1 if
    the document is whole or stops behind a whole element, so that only end tags are known to be missing.
    """

    text: str
    early: bool
    within: int

    def made_whole_by(self, edits: Iterable[Edit]) -> bool:
        """Whether edits end a construct that broke off midway, though only its author knows how it went on.

        Such edits at the end would make a part of a document pass for a whole one.
        """
        if self.within >= 0:
            end = end_before(self.text, self.within)
            end -= self.text.endswith(">", 0, end)  # a "/" in the last tag ends its element, too
            return any(edit.end >= end for edit in edits)
        end = len(self.text.rstrip())
        written = any(edit.start == edit.end >= end for edit in edits)
        return written and not _TAG_AT_END.search(self.text[-_TAIL:])


def truncation(text: str, faults: Iterable[tuple[Code, int]]) -> Truncation:
    """The truncation of a text, given its faults of syntax by code and offset."""
    found = list(faults)
    within = _within(text, found)
    return Truncation(text, within >= 0 or any(code is Code.TRUNCATED for code, _ in found), within)


def _within(text: str, faults: list[tuple[Code, int]]) -> int:
    codes = {code for code, _ in faults}
    if Code.UNTERMINATED_SECTION in codes and codes & {Code.TRUNCATED, Code.MISSING_END_TAG}:
        for code, start in faults:
            end = next((end for mark, end in SECTION_ENDS.items() if text.startswith(mark, start)), "")
            if code is Code.UNTERMINATED_SECTION and end and end not in text[start:]:
                return start
    if Code.TRUNCATED not in codes:
        return -1
    whole = text.rstrip()
    last = max(whole.rfind("<"), 0)
    comment = whole.rfind("<!--") if whole.endswith("-->") else last
    return -1 if _COMPLETE.fullmatch(whole, min(last, comment)) else last
