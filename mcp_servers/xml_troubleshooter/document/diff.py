"""The unified diff of two texts in time that grows with their length and not with its square."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import accumulate, pairwise
from typing import NamedTuple

_CONTEXT = 3
_LONG = 400  # characters of a changed line, beyond which the characters are shown instead
_SIDE = 40  # of them, to each side of a change
_LINES = re.compile(r"[^\n]*+\n|[^\n]++")
_PIECES = re.compile(r"<[^<>]*>?|[^<]+")  # a tag, or the text between two
_WINDOW = 200  # lines that are compared all with all; further apart, two equal lines are not seen as the same


class _Change(NamedTuple):
    """The lines from `start` up to `end` of the old text became those from `new_start` up to `new_end` of the new."""

    start: int
    end: int
    new_start: int
    new_end: int


def unified(before: str, after: str, name: str = "document.xml", state: str = "", *, patch: bool = False) -> str:
    """The diff that `patch` understands, "" where the texts are equal; only a line feed ends a line.

    `state` names the old text where it is not the document as it came.

    Changes in a line too long to be read are shown by characters, for people alone; never in a `patch`, which is for
    programs alone and names no states.
    """
    if before == after:
        return ""
    old, new = _LINES.findall(before), _LINES.findall(after)
    pieces = [f"--- {name}{f' ({state})' if state else ''}\n", f"+++ {name}{'' if patch else ' (repaired)'}\n"]
    changes = list(_changes(old, new))
    if not patch and any(len(line) > _LONG for change in changes for line in old[change.start : change.end]):
        return "".join((*pieces, *_by_character(before, after)))
    for hunk in _hunks(changes):
        pieces += _hunk(hunk, old, new)
    return "".join(pieces)


def _by_character(before: str, after: str) -> Iterator[str]:
    """The changes with the text around them, each at its line and column: for lines that nobody reads as a whole."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    starts, new_starts = [0, *accumulate(map(len, old))], [0, *accumulate(map(len, new))]
    line, line_start, counted = 1, 0, 0
    for change in _changes(old, new):
        start, end = starts[change.start], starts[change.end]
        new_start, new_end = new_starts[change.new_start], new_starts[change.new_end]
        lead = _common(before[start:end], after[new_start:new_end])
        start, new_start = start + lead, new_start + lead
        tail = _common(before[start:end][::-1], after[new_start:new_end][::-1])
        end, new_end = end - tail, new_end - tail
        line += before.count("\n", counted, start)
        line_start, counted = before.rfind("\n", 0, start) + 1, start
        left, right = before[max(start - _SIDE, line_start) : start], before[end : end + _SIDE].partition("\n")[0]
        yield f"@@ line {line}, column {start - line_start + 1} @@\n"
        yield f"-{left}{before[start:end]}{right}\n"
        yield f"+{left}{after[new_start:new_end]}{right}\n"


def _common(one: str, other: str) -> int:
    """The number of characters that two texts have in common at their beginning."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _changes(old: list[str], new: list[str]) -> Iterator[_Change]:
    at, there = 0, 0
    while True:
        while at < len(old) and there < len(new) and old[at] == new[there]:
            at, there = at + 1, there + 1
        window, other = old[at : at + _WINDOW], new[there : there + _WINDOW]
        if not window and not other:
            return
        first, first_other = at, there
        for match in SequenceMatcher(None, window, other, autojunk=False).get_matching_blocks():
            # far from the beginning of the windows, equal lines may match better behind their end
            if at > first and max(match.a, match.b) > _WINDOW // 2:
                break
            # without a common line in both windows (a block of size 0) the windows replace each other
            start, new_start = first + match.a, first_other + match.b
            if start > at or new_start > there:
                yield _Change(at, start, there, new_start)
            at, there = start + match.size, new_start + match.size


def _hunks(changes: list[_Change]) -> Iterator[list[_Change]]:
    """Changes whose context lines would touch belong to one hunk."""
    if not changes:
        return
    hunk = [changes[0]]
    for earlier, later in pairwise(changes):
        if later.start - earlier.end > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(later)
    yield hunk


def _hunk(hunk: list[_Change], old: list[str], new: list[str]) -> Iterator[str]:
    first, last = hunk[0], hunk[-1]
    lead = min(_CONTEXT, first.start)
    start, end = first.start - lead, min(last.end + _CONTEXT, len(old))
    new_start, new_end = first.new_start - lead, min(last.new_end + _CONTEXT, len(new))
    yield f"@@ -{_range(start, end)} +{_range(new_start, new_end)} @@\n"
    at = start
    for change in hunk:
        yield from (_line(" ", line) for line in old[at : change.start])
        yield from (_line("-", line) for line in old[change.start : change.end])
        yield from (_line("+", line) for line in new[change.new_start : change.new_end])
        at = change.end
    yield from (_line(" ", line) for line in old[at:end])


def _range(start: int, end: int) -> str:
    length = end - start
    return f"{start + 1 if length else start},{length}" if length != 1 else f"{start + 1}"


def _line(sign: str, line: str) -> str:
    return sign + line if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"
