"""Markup that well-formed text hides: tags that lost their "<", and CDATA sections that ran past their end.

Such text breaks no rule by itself; it is read as markup only where the tags around it pair better for it.
"""

from __future__ import annotations

import re

from .balance import Extra, Missing, Renamed, Structure, pair
from .edits import Edit
from .faults import Code, fault
from .scanner import Scan, scan
from .tokens import NAME, Kind, Token

MAX_TRIES = 12
MAX_LOST = 5_000  # pieces of text that may be tags; more of them are the way the text is written
GAIN = 0.1  # by how much each lost tag must make the rest cheaper
MAX_SLIPS = 30  # beyond that, lost tags are looked for only all at once

_ATTRIBUTES = rf"(?:\s++{NAME}\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+"
_LOST = re.compile(
    rf"(?<!<)/({NAME})\s*+>|(?<![<\w:.\-/])({NAME}){_ATTRIBUTES}\s*+(/?)>"
    rf"|[\[({{](?:/({NAME})\s*+|({NAME}){_ATTRIBUTES}\s*+(/?))[\])}}]"  # other brackets: [name], {{/name}}
)
# what stands in the place of a "<": its escaped form, its neighbour on a keyboard, or a character all by itself
_MISTYPED = re.compile(r"&lt;\Z|,\Z|(?<=\s)[^\s<>]\Z")
_REST = re.compile(rf"()({NAME}){_ATTRIBUTES}\s*+(/?)>()()()")
_CLOSING = re.compile(r"[>\])}]")


def restore(read: Scan) -> tuple[Scan, Structure]:
    """The scan with such text read as markup, where the tags then pair better, and how they pair."""
    structure = pair(read)
    if structure.balanced:
        return read, structure
    read, structure = _shorter_sections(read, structure)
    for _ in range(MAX_TRIES):
        lost = _candidates(read, structure)
        if not lost or len(lost) > MAX_LOST:
            break
        # all at once, else the first that helps by itself
        better = _better(read, structure, [lost]) or _better(read, structure, [[each] for each in lost[:MAX_TRIES]])
        if better is None or len(structure.slips) > MAX_SLIPS:
            read, structure = better or (read, structure)
            break
        read, structure = better
    return read, structure


def _shorter_sections(read: Scan, structure: Structure) -> tuple[Scan, Structure]:
    """End a CDATA section in front of the next one that it swallowed."""
    swallowed = [
        token.start
        for token in read.tokens
        if token.kind is Kind.CDATA and read.text.find("<![CDATA[", token.start + 9, token.end) >= 0
    ]
    short: frozenset[int] = frozenset()
    for start in swallowed[:MAX_TRIES]:
        candidate = scan(read.text, short | {start})
        paired = pair(candidate)
        if len(paired.slips) < len(structure.slips):
            read, structure, short = candidate, paired, short | {start}
    return read, structure


_Lost = tuple[int, re.Match[str]]  # the index of a text token, and the tag in it


def _candidates(read: Scan, structure: Structure) -> list[_Lost]:
    """Text that reads like one of the tags that are missing."""
    tokens = read.tokens
    starts: set[str] = set()  # names whose end tag is missing
    ends: set[str] = set()
    for slip in structure.slips:
        if isinstance(slip, (Missing, Renamed)):
            starts.add(tokens[slip.start].name)
        if isinstance(slip, (Extra, Renamed)):
            ends.add(tokens[slip.end].name)
    return [
        (index, match)
        for index, token in enumerate(tokens)
        if token.kind is Kind.TEXT and _CLOSING.search(read.text, token.start, token.end)
        for found in _LOST.finditer(read.text, token.start, token.end)
        if (match := _without_slip(found, ends))
        and ((match.group(1) or match.group(4)) in starts or (match.group(2) or match.group(5)) in ends)
    ]


def _without_slip(tag: re.Match[str], ends: set[str]) -> re.Match[str] | None:
    """A start tag without its first letter where that was typed for the "<": "zname>" for "<name>"."""
    name = tag.group(2) or ""
    return _REST.match(tag.string, tag.start() + 1, tag.end()) if name not in ends and name[1:] in ends else tag


def _better(read: Scan, structure: Structure, choices: list[list[_Lost]]) -> tuple[Scan, Structure] | None:
    """The first choice of lost tags that makes the rest so much cheaper."""
    for choice in choices:
        candidate = _with_tags(read, choice)
        paired = pair(candidate)
        if paired.cost <= structure.cost - GAIN * len(choice):
            return candidate, paired
    return None


def _mistyped(text: str, first: int, at: int) -> int:
    """Where what stands for the "<" of a tag begins, in a text from `first` on; where the tag begins, for nothing."""
    match = _MISTYPED.search(text, first, at)
    if not match or (match.group() not in ("&lt;", ",") and text[first : match.start()].strip()):
        return at
    return match.start()


def _with_tags(read: Scan, lost: list[_Lost]) -> Scan:
    """The scan with these pieces of text as tags of their own."""
    text = read.text
    by_token: dict[int, list[re.Match[str]]] = {}
    for index, match in lost:
        by_token.setdefault(index, []).append(match)
    tokens: list[Token] = []
    faults = list(read.faults)
    for index, token in enumerate(read.tokens):
        at = token.start
        for match in by_token.get(index, ()):
            start, end = match.span()
            group = next(number for number in (1, 2, 4, 5) if match.group(number))
            name = match.group(group)
            empty = match.group(3) or match.group(6)
            kind = Kind.END if group in (1, 4) else Kind.EMPTY if empty else Kind.START
            note = f'The tag "<{match.group()[:60]}" gets its missing "<".'
            edits: tuple[Edit, ...] = (Edit(_mistyped(text, at, start), start, "<"),)
            if match.group(4) or match.group(5):
                note = f'The tag "{match.group()[:60]}" gets its proper brackets.'
                edits = (Edit(start, start + 1, "<"), Edit(end - 1, end, ">"))
            drops = text[edits[0].start : start].isalnum()
            start = edits[0].start
            if start > at:
                tokens.append(Token(Kind.TEXT, at, start, "", -1, text))
            tokens.append(Token(kind, start, end, name, match.start(group), text))
            faults.append(fault(Code.MALFORMED_TAG, start, end, edits, note, name=name, drops=drops))
            at = end
        if at == token.start:
            tokens.append(token)
        elif at < token.end:
            tokens.append(Token(Kind.TEXT, at, token.end, "", -1, text))
    return Scan(text, tokens, tuple(faults), read.doctype)
