"""The line of a document in which a fault lies, with marks under its characters, as compilers show it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from ..diagnostics import Diagnostic
from ..document.document import Document

_WIDTH = 100  # characters of a line that are shown
_BEFORE = 60  # of these, the most before the fault of a longer line
_LINE_END = re.compile(r"[\r\n]")

Excerpt = Callable[[int, int, str], Sequence[str]]


def excerpts(document: Document, faults: Sequence[Diagnostic]) -> Excerpt:
    """A function from the line, column and code of a fault to its line and the marks under it.

    It returns () for a place outside of the text, such as one in a file of which only the beginning was read.
    """
    ends = {(fault.line, fault.column, str(fault.code)): fault.end for fault in reversed(faults)}

    def excerpt(line: int, column: int, code: str) -> Sequence[str]:
        start = document.offset(line, column)
        if document.position(start) != (line, column):
            return ()
        end = ends.get((line, column, code), start)
        return _marked(document.text, document.offset(line), start, end, line)

    return excerpt


def _marked(text: str, first: int, start: int, end: int, line: int) -> Sequence[str]:
    found = _LINE_END.search(text, start)
    last = found.start() if found else len(text)
    left = first if start - first <= _BEFORE or last - first <= _WIDTH else start - _BEFORE
    right = min(last, left + _WIDTH)
    shown = f"{'...' * (left > first)}{_plain(text[left:right])}{'...' * (right < last)}"
    if not shown.strip():
        return ()
    gap = " " * (3 * (left > first) + _columns(_plain(text[left:start])))
    marks = "^" + "~" * (_columns(_plain(text[start : min(end, right)])) - 1)
    number = str(line)
    return f"      {number} | {shown}", f"      {' ' * len(number)} | {gap}{marks}"


def _plain(text: str) -> str:
    """The text with a space for each white space character, and a mark for each other one that is not printable."""
    return "".join(
        each if each.isprintable() else " " if each.isspace() else "\N{REPLACEMENT CHARACTER}" for each in text
    )


def _columns(text: str) -> int:
    """The columns that a terminal gives a text: two to wide characters, none to those that join the one before."""
    return sum(0 if unicodedata.combining(each) else 1 + (unicodedata.east_asian_width(each) in "WF") for each in text)
