"""What stands elsewhere in a document and belongs to a fault: partners of tags, other places of an ID, namespaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..codes import Code
from ..diagnostics import Diagnostic
from ..document.document import Document

_LONGEST = 5_000_000  # characters of a text that is looked through for partners
_PLACES = 6  # of one ID
_ROOT_ATTRIBUTES = 1500  # characters
_OF_TAGS = frozenset({Code.MISSING_END_TAG, Code.UNEXPECTED_END_TAG, Code.TAG_MISMATCH, Code.OVERLAPPING_TAGS})
_TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|"
    r"<(/?)([^\W\d][^\s<>/\"'=]*)(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*>",
    re.DOTALL,
)
_NAMESPACE = re.compile(r"xmlns(?::[^\s=]+)?\s*=\s*(?:\"[^\"<]*\"|'[^'<]*')")


def related_lines(document: Document, faults: Sequence[Diagnostic]) -> list[tuple[int, int]]:
    """The lines, first and last, that show what belongs to the faults and may stand far from them."""
    places: list[int] = []
    for fault in faults:
        if fault.related is not None:
            places.append(fault.related.start)
        if fault.code in _OF_TAGS and len(document.text) <= _LONGEST:
            places += _partners(document.text, fault)
        elif fault.code is Code.DUPLICATE_ID and fault.value.strip():
            places += _places_of(document.text, fault.value.strip())
    lines = dict.fromkeys(document.position(place).line for place in places if place >= 0)
    return [(line, line) for line in lines]


def root_namespaces(document: Document) -> str:
    """The namespace declarations of the document element, "" where there are none."""
    for match in _TAG.finditer(document.text, 0, 20_000):
        if match[2]:
            return " ".join(" ".join(found.split()) for found in _NAMESPACE.findall(match.group()))[:_ROOT_ATTRIBUTES]
    return ""


def _places_of(text: str, value: str) -> list[int]:
    """Where an attribute or an element holds just this value."""
    held = re.compile(rf"[\"'>]\s*{re.escape(value)}\s*[\"'<]")
    return [match.start() for _, match in zip(range(_PLACES), held.finditer(text), strict=False)]


def _partners(text: str, fault: Diagnostic) -> Iterator[int]:
    """The start tag that is open at the fault, and the nearest one or the next end tag of the same name."""
    at = _TAG.match(text, fault.start)
    closes, name = (at[1] == "/", at[2]) if at and at[2] else (False, fault.name)
    opened: list[tuple[str, int]] = []
    for match in _TAG.finditer(text, 0, fault.start):
        if not match[2] or match.group().endswith("/>"):
            continue
        if not match[1]:
            opened.append((match[2], match.start()))
        elif any(tag == match[2] for tag, _ in opened[-8:]):
            while opened.pop()[0] != match[2]:
                pass
    if opened:
        yield opened[-1][1]
    if closes:
        yield from [place for tag, place in opened if tag == name][-1:]
    elif name:
        closing = re.compile(rf"</{re.escape(name)}\s*>").search(text, fault.end)
        yield closing.start() if closing else -1
