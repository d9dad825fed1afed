"""The edits on the document that a model's edits mean: exact places, and only the characters that really change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate

from ..agent.schemas import EditData
from ..document.document import Document
from ..document.edits import Edit
from .excerpt import Excerpt, ResolutionError

_TOKEN = re.compile(r"\s+|[<>=\"'/]|[^\s<>=\"'/]+")
# difflib takes time in proportion to the square: beyond this an edit stays in one piece
_MAX_TOKENS = 1500


def resolve(document: Document, excerpt: Excerpt, wanted: EditData) -> tuple[Edit, ...]:
    """The edits on the document that an edit on the excerpt means; () where it changes nothing.

    Lines with a line to move to are moved in front of it, whether the lines between are shown or not. Raises
    ResolutionError where the text to replace does not occur in the excerpt exactly once.
    """
    target = (wanted.model_extra or {}).get("move_to")
    if isinstance(target, int) and wanted.first_line is not None:
        return _move(document, excerpt, wanted.first_line, wanted.last_line or wanted.first_line, target)
    if wanted.find is not None:
        start, end = excerpt.find(wanted.find)
    else:
        first = wanted.first_line or 1
        start, end = excerpt.whole_lines(first, wanted.last_line or first)
    new = wanted.replace.replace("\r\n", "\n").replace("\r", "\n")
    if wanted.find is None and not new:  # lines without a replacement are removed with their line end
        end = _behind_break(document.text, end)
    old = excerpt.shown(start, end)
    if wanted.find is None and not old.endswith("\n"):
        new = new.removesuffix("\n")
    occurrences = _occurrences(document.text, start, end)
    line_end = _line_end(document.text)
    return tuple(
        Edit(occurrences[first], occurrences[last], after.replace("\n", line_end))
        for first, last, after in _hunks(old, new)
    )


def _move(document: Document, excerpt: Excerpt, first: int, last: int, target: int) -> tuple[Edit, ...]:
    for line in (first, last, target):
        excerpt.whole_lines(line, line)
    if first <= target <= last + 1:
        raise ResolutionError(f"lines {first}-{last} cannot be moved in front of line {target}: they stand there")
    start, end, place = document.offset(first), document.offset(last + 1), document.offset(target)
    text = document.text[start:end]
    if not text.endswith(("\n", "\r")):
        text += _line_end(document.text)
    return (Edit(place, place, text), Edit(start, end, ""))


def _occurrences(text: str, start: int, end: int) -> list[int]:
    """The document's offset of each shown character, and of the end: a CR LF is shown as one character."""
    occurrences = [at for at in range(start, end) if not (text[at] == "\n" and at > start and text[at - 1] == "\r")]
    return [*occurrences, end]


def _behind_break(text: str, offset: int) -> int:
    """The offset behind the line break at an offset; the offset itself where there is none."""
    return offset + (2 if text.startswith("\r\n", offset) else text.startswith(("\r", "\n"), offset))


def _line_end(text: str) -> str:
    match = re.compile(r"\r\n|\n|\r").search(text)
    return match.group() if match else "\n"


def _hunks(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    """The changes from `old` to `new`: start and end in `old`, and the new text."""
    one, other = _TOKEN.findall(old), _TOKEN.findall(new)
    head = 0
    while head < min(len(one), len(other)) and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < min(len(one), len(other)) - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    one, other = one[head : len(one) - tail], other[head : len(other) - tail]
    at = sum(map(len, _TOKEN.findall(old)[:head]))
    if len(one) + len(other) > _MAX_TOKENS:
        changes: Sequence[tuple[str, int, int, int, int]] = [("replace", 0, len(one), 0, len(other))]
    else:
        changes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    offsets = list(accumulate(map(len, one), initial=at))
    for kind, first, last, new_first, new_last in changes:
        if kind != "equal" and (first < last or new_first < new_last):
            yield offsets[first], offsets[last], "".join(other[new_first:new_last])
