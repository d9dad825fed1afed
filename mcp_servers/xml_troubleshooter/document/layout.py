"""The layout of a text in lines: its indentation tells where elements were meant to begin and end."""

from __future__ import annotations

import re

_BLANK = " \t"
_MARGIN = " \t\r\n"  # characters that may precede the first one of a line
_LINE_END = re.compile(r"\r\n|\n|\r")
_EMPTY_LINE = re.compile(r"\n([ \t]*+)(?=\r?\n)")
_INDENT = re.compile(r"[ \t]*+")
MAX_LINE = 10_000  # characters of a line that are looked at
MAX_INDENT = 400  # characters in front of which a line begin is not looked for
TAB = 4  # columns that a tab counts for when indentations are compared


def indent(text: str, at: int) -> int | None:
    """The width of the white space in front of an offset, where nothing else precedes it on its line."""
    if at and text[at - 1] not in _MARGIN:
        return None
    first = max(0, at - MAX_INDENT)
    start = max(text.rfind("\n", first, at), text.rfind("\r", first, at)) + 1
    if start == 0 and first:
        return None
    before = text[start:at]
    return None if before.strip(_BLANK) else len(before.expandtabs(TAB))


def margin(text: str, at: int) -> str:
    """The white space at the beginning of the line of an offset."""
    start = line_start(text, at)
    match = _INDENT.match(text, start)
    return match.group() if match else ""


def break_before(text: str, at: int) -> str:
    """The line end and the white space in front of an offset; "" where something else precedes it in its line."""
    start = at
    while start and text[start - 1] in _BLANK:
        start -= 1
    end = "\r\n" if text.startswith("\r\n", start - 2) else "\n"
    return text[start - len(end) : at] if text[start - 1 : start] == "\n" else ""


def line_start(text: str, at: int) -> int:
    """The beginning of the line of an offset."""
    first = max(0, at - MAX_LINE)
    return max(text.rfind("\n", first, at) + 1, text.rfind("\r", first, at) + 1, first)


def end_before(text: str, at: int) -> int:
    """The end of the text in front of an offset, without the white space in between."""
    while at and text[at - 1].isspace():
        at -= 1
    return at


def newline(text: str) -> str:
    """The line ending that the text uses first."""
    match = _LINE_END.search(text, 0, MAX_LINE)
    return match.group() if match else "\n"


def leftover_line(text: str, start: int, end: int, width: int) -> int | None:
    """The end of a line between two offsets that holds nothing but as much white space as `width` columns."""
    for match in _EMPTY_LINE.finditer(text, start, end):
        if match.group(1) and len(match.group(1).expandtabs(TAB)) == width:
            return match.end(1)
    return None
