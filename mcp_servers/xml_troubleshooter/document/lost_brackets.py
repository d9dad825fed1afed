"""Tags that lost their "<": text that reads "name>" or "/name>" where exactly that tag is missing."""

from __future__ import annotations

import re

from .balance import Extra, Missing, Renamed, Structure, pair
from .edits import Edit
from .faults import Fault, FaultKind, fault
from .scanner import Scan
from .tokens import NAME, Kind, Token

MAX_TRIES = 12

_ATTRIBUTES = rf"(?:\s++{NAME}\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+"
_LOST = re.compile(rf"(?<![<\w:.\-])(?:/({NAME})\s*+>|({NAME}){_ATTRIBUTES}\s*+(/?)>)")


def restore(scan: Scan) -> Scan:
    """The scan with such text read as tags, where the tags then pair better; else the scan itself."""
    structure = pair(scan)
    for _ in range(MAX_TRIES):
        if structure.balanced:
            break
        better = _better(scan, structure)
        if better is None:
            break
        scan, structure = better
    return scan


def _better(scan: Scan, structure: Structure) -> tuple[Scan, Structure] | None:
    tokens = scan.tokens
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
        if token.kind is not Kind.TEXT or ">" not in scan.text[token.start : token.end]:
            continue
        for match in _LOST.finditer(scan.text, token.start, token.end):
            if not (match.group(1) in starts if match.group(1) else match.group(2) in ends):
                continue
            candidate = _with_tag(scan, index, match)
            paired = pair(candidate)
            if len(paired.slips) < len(structure.slips):
                return candidate, paired
            tried += 1
            if tried >= MAX_TRIES:
                return None
    return None


def _with_tag(scan: Scan, index: int, match: re.Match[str]) -> Scan:
    token, text = scan.tokens[index], scan.text
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
    tokens = [*scan.tokens[:index], *pieces, *scan.tokens[index + 1 :]]
    return Scan(text, tokens, (*scan.faults, found), scan.doctype)
