"""How a text is laid out in lines: the indentation that tells where elements were meant to begin and end."""

from __future__ import annotations

import re

_BLANK = " \t"
_INDENT = re.compile(r"[ \t]*+")
TAB = 4  # columns that a tab counts for when indentations are compared


def indent(text: str, at: int) -> int | None:
    """The width of the white space in front of an offset, where nothing else precedes it on its line."""
    start = max(text.rfind("\n", max(0, at - 400), at), text.rfind("\r", max(0, at - 400), at)) + 1
    if start == 0 and at > 400:
        return None
    before = text[start:at]
    return None if before.strip(_BLANK) else len(before.expandtabs(TAB))


def margin(text: str, at: int) -> str:
    """The white space at the beginning of the line of an offset."""
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    match = _INDENT.match(text, start)
    return match.group() if match else ""


def newline(text: str) -> str:
    """The line ending that the text uses first."""
    match = re.compile(r"\r\n|\n|\r").search(text)
    return match.group() if match else "\n"


def leftover_line(text: str, start: int, end: int, width: int) -> int | None:
    """The end of a line between two offsets that holds nothing but as much white space as `width` columns."""
    for match in re.compile(r"\n([ \t]*+)(?=\r?\n)").finditer(text, start, end):
        if match.group(1) and len(match.group(1).expandtabs(TAB)) == width:
            return match.end(1)
    return None
