"""Other places of a document that belong to a fault: partners of tags, other places of an ID, namespaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..codes import Code
from ..diagnostics import Diagnostic
from ..document.document import Document
from ..document.tree import Tree

_LONGEST = 5_000_000  # characters of a text that is looked through for partners
_PLACES = 6  # of one ID, or of one name among siblings
_PROLOG = 20_000  # characters in which the document element begins
_ROOT_LINES = 20
_ELEMENT_LINES = 10
_ROOT_ATTRIBUTES = 1500  # characters
_OPEN = frozenset({Code.MISSING_END_TAG, Code.TRUNCATED})
_OF_TAGS = _OPEN | {Code.UNEXPECTED_END_TAG, Code.TAG_MISMATCH, Code.OVERLAPPING_TAGS}
_TAG = re.compile(
    r"<!--(?:(?!<!--).)*?-->|<!\[CDATA\[(?:(?!<!\[CDATA\[).)*?\]\]>|<\?(?:(?!<\?).)*?\?>|"
    r"<(/?)([^\W\d][^\s<>/\"'=]*+)(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+>",
    re.DOTALL,
)
_NAMESPACE = re.compile(r"xmlns(?::[^\s=:]++)?\s*+=\s*+(?:\"[^\"<]*\"|'[^'<]*')")


def related_lines(document: Document, faults: Sequence[Diagnostic]) -> list[tuple[int, int]]:
    """The lines, first and last, of places that belong to the faults and may be far from them."""
    places: list[int] = []
    spans: list[tuple[int, int]] = []
    for fault in faults:
        if fault.related is not None:
            places.append(fault.related.start)
        if fault.code in _OF_TAGS and len(document.text) <= _LONGEST:
            places += _partners(document.text, fault)
        elif fault.code is Code.UNBOUND_PREFIX and (root := _root(document.text)):
            first = document.position(root.start()).line
            spans.append((first, min(document.position(root.end()).line, first + _ROOT_LINES)))
        elif fault.code is Code.UNDEFINED_ENTITY and (root := _root(document.text)):
            spans.append((1, min(document.position(root.start()).line, _ROOT_LINES)))  # the declarations of the prolog
        elif fault.code is Code.UNEXPECTED_ELEMENT:
            spans += _namesakes(document, fault)
        elif fault.code is Code.DUPLICATE_ID and fault.value.strip():
            places += _occurrences_of(document.text, fault.value.strip())
    lines = dict.fromkeys(document.position(place).line for place in places if place >= 0)
    return [*spans, *((line, line) for line in lines)]


def root_namespaces(document: Document) -> str:
    """The namespace declarations of the document element, "" where there are none."""
    root = _root(document.text)
    found = _NAMESPACE.findall(root.group()) if root else []
    return " ".join(" ".join(each.split()) for each in found)[:_ROOT_ATTRIBUTES]


def _root(text: str) -> re.Match[str] | None:
    """The start tag of the document element."""
    return next((match for match in _TAG.finditer(text, 0, _PROLOG) if match[2]), None)


def _namesakes(document: Document, fault: Diagnostic) -> list[tuple[int, int]]:
    """The siblings with the name of an element that is not allowed there; one of them may be too many."""
    try:
        node = Tree(document).at(fault.start)
    except ValueError:
        return []
    if node.parent is None or node.start != fault.start:
        return []
    siblings = node.parent.children
    alike = [siblings[index] for index in siblings.written.get(node.written, ())[:_PLACES]]
    lines = [(document.position(each.start).line, document.position(each.end).line) for each in alike if each != node]
    return [(first, min(last + 1, first + _ELEMENT_LINES)) for first, last in lines]


def _occurrences_of(text: str, value: str) -> list[int]:
    """The offsets at which an attribute or an element has exactly this value."""
    held = re.compile(rf"[\"'>]\s*{re.escape(value)}\s*[\"'<]")
    return [match.start() for _, match in zip(range(_PLACES), held.finditer(text), strict=False)]


def _partners(text: str, fault: Diagnostic) -> Iterator[int]:
    """The start tag that is open at the fault, and the nearest one or the next end tag of the same name.

    For an end tag without a start tag, the last pair of tags of its name: one of these may be the slip.
    """
    at = _TAG.match(text, fault.start)
    closes, name = (at[1] == "/", at[2]) if at and at[2] else (False, fault.name)
    opened: list[tuple[str, int]] = []
    paired: tuple[int, ...] = ()
    for match in _TAG.finditer(text, 0, fault.start):
        if not match[2] or match.group().endswith("/>"):
            continue
        if not match[1]:
            opened.append((match[2], match.start()))
        elif any(tag == match[2] for tag, _ in opened[-8:]):
            while (last := opened.pop())[0] != match[2]:
                pass
            paired = (last[1], match.start()) if match[2] == name else paired
    if opened:
        yield opened[-1][1]
    yield len(text.rstrip()) - 1 if fault.code in _OPEN else -1  # the end of all open elements
    if closes:
        yield from [place for tag, place in opened if tag == name][-1:] or paired
    elif name:
        closing = re.compile(rf"</{re.escape(name)}\s*>").search(text, fault.end)
        yield closing.start() if closing else -1
