"""The marks that an unfinished merge leaves in a file: two versions of some lines, of which one may stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ...codes import Code
from ...document.edits import Edit, apply
from ..faults import Fault, Reading

_MARK = "<<<<<<<"
_CONFLICT = re.compile(
    r"^<<<<<<<[^\n]*+\n(?P<first>(?:(?!=======|\|\|\|\|\|\|\||>>>>>>>|<<<<<<<)[^\n]*+\n)*+)"
    r"(?P<rest>(?:\|\|\|\|\|\|\|[^\n]*+\n(?:(?!=======|>>>>>>>|<<<<<<<)[^\n]*+\n)*+)?"
    r"=======[^\n]*+\n(?P<second>(?:(?!>>>>>>>|<<<<<<<)[^\n]*+\n)*+)>>>>>>>[^\n]*+(?:\n|\Z))"
    r"|^<<<<<<<[^\n<>]*+(?:\n|\Z)",
    re.MULTILINE,
)
_LETTER = re.compile(r"[^\r\n]")


def merge_conflict_faults(text: str) -> tuple[list[Fault], str]:
    """A fault for each place that a merge left undecided, and the text with blanks for all but the first versions."""
    if _MARK not in text:
        return [], text
    found = [
        Fault(Code.LESS_THAN_IN_TEXT, *match.span(), tuple(_readings(match)), value=_MARK)
        for match in _CONFLICT.finditer(text)
    ]
    gone = [edit for fault in found for edit in fault.readings[0].edits]
    return found, apply(text, [replace(edit, after=_LETTER.sub(" ", text[edit.start : edit.end])) for edit in gone])


def _readings(match: re.Match[str]) -> Iterator[Reading]:
    start, end = match.span()
    if match["rest"] is None:
        yield Reading((Edit(start, end, ""),), "The mark of an unfinished merge is removed.")
        return
    same = match["first"].split() == match["second"].split()
    for version in ("first", "second"):
        edits = (Edit(start, match.start(version), ""), Edit(match.end(version), end, ""))
        note = f"The marks of an unfinished merge are removed, and its {version} version stays."
        yield Reading(edits, note, drops=not same)
        if same:
            return
