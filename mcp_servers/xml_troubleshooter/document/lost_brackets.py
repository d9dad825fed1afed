"""Markup that well-formed text hides: tags that lost their "<", and CDATA sections that ran past their end.

Such text breaks no rule by itself; it is read as markup only where the tags around it pair better for it.
"""

from __future__ import annotations

import re

from .balance import Extra, Missing, Renamed, Structure, pair
from .edits import Edit
from .faults import Fault, FaultKind, fault
from .scanner import Scan, scan
from .tokens import NAME, Kind, Token

MAX_TRIES = 12

_ATTRIBUTES = rf"(?:\s++{NAME}\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+"
_LOST = re.compile(rf"(?<!<)/({NAME})\s*+>|(?<![<\w:.\-/])({NAME}){_ATTRIBUTES}\s*+(/?)>")


def restore(read: Scan) -> Scan:
    """The scan with such text read as markup, where the tags then pair better; else the scan itself."""
    structure = pair(read)
    if structure.balanced:
        return read
    read, structure = _shorter_sections(read, structure)
    for _ in range(MAX_TRIES):
        if structure.balanced:
            break
        better = _better(read, structure)
        if better is None:
            break
        read, structure = better
    return read


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


def _better(read: Scan, structure: Structure) -> tuple[Scan, Structure] | None:
    tokens = read.tokens
    starts: set[str] = set()  # names whose end tag is missing
    ends: set[str] = set()
    for slip in structure.slips:
        match slip:
            case Missing(start, _):
                starts.add(tokens[start].name)
            case Extra(end):
                ends.add(tokens[end].name)
            case Renamed(start, end):
                starts.add(tokens[start].name)
                ends.add(tokens[end].name)
            case _:
                pass
    tried = 0
    for index, token in enumerate(tokens):
        if token.kind is not Kind.TEXT or ">" not in read.text[token.start : token.end]:
            continue
        for match in _LOST.finditer(read.text, token.start, token.end):
            if not (match.group(1) in starts if match.group(1) else match.group(2) in ends):
                continue
            candidate = _with_tag(read, index, match)
            paired = pair(candidate)
            if len(paired.slips) < len(structure.slips):
                return candidate, paired
            tried += 1
            if tried >= MAX_TRIES:
                return None
    return None


def _with_tag(read: Scan, index: int, match: re.Match[str]) -> Scan:
    token, text = read.tokens[index], read.text
    name = match.group(1) or match.group(2)
    kind = Kind.END if match.group(1) else Kind.EMPTY if match.group(3) else Kind.START
    start, end = match.span()
    name_start = match.start(1) if match.group(1) else match.start(2)
    pieces = [Token(kind, start, end, name, name_start, text)]
    if start > token.start:
        pieces.insert(0, Token(Kind.TEXT, token.start, start, "", -1, text))
    if end < token.end:
        pieces.append(Token(Kind.TEXT, end, token.end, "", -1, text))
    note = f'The tag "<{text[start:end][:60]}" gets its missing "<".'
    found: Fault = fault(FaultKind.MALFORMED_TAG, start, end, (Edit(start, start, "<"),), note, name=name)
    tokens = [*read.tokens[:index], *pieces, *read.tokens[index + 1 :]]
    return Scan(text, tokens, (*read.faults, found), read.doctype)
