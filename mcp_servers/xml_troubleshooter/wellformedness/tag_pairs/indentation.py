"""Nested elements of one name: their indentation says which of them lost its tag."""

from __future__ import annotations

from collections.abc import Iterator

from ...document.layout import indent
from ...document.tokens import Kind
from ..mismatches import Extra, Missing, Structure
from ..scanner import Scan

MAX_SIBLINGS = 100  # elements in front of a mismatch that are looked at


def realign(scan: Scan, structure: Structure) -> None:
    """Correct the mismatches of nested elements of one name: the indentation says which of them lost its tag."""
    for number, mismatch in enumerate(structure.mismatches):
        if isinstance(mismatch, Missing):
            structure.mismatches[number] = _align_missing(scan.text, structure, mismatch)
        elif isinstance(mismatch, Extra):
            structure.mismatches[number] = _align_extra(scan.text, structure, mismatch)


def _align_missing(text: str, structure: Structure, mismatch: Missing) -> Missing:
    """A child of the same name whose end tag is in the column of its parent's start tag is the one that never ended."""
    tokens, partner = structure.tokens, structure.partner
    while True:
        width = indent(text, tokens[mismatch.start].start)
        if width is None:
            return mismatch
        for child, end in _siblings_before(structure, mismatch.before):
            if tokens[child].name != tokens[mismatch.start].name:
                continue
            own = indent(text, tokens[child].start)
            if own is not None and own != width and indent(text, tokens[end].start) == width:
                partner[mismatch.start], partner[end], partner[child] = end, mismatch.start, -1
                mismatch = Missing(child, end)
                break
        else:
            return mismatch


def _align_extra(text: str, structure: Structure, mismatch: Extra) -> Extra:
    """An end tag in the column of an earlier start tag of its name that was paired with another one belongs to it."""
    tokens, partner = structure.tokens, structure.partner
    name = tokens[mismatch.end].name
    for _ in range(MAX_SIBLINGS):
        width = indent(text, tokens[mismatch.end].start)
        if width is None:
            return mismatch
        for start, end in _siblings_before(structure, mismatch.end):
            if (
                tokens[end].name == name
                and indent(text, tokens[start].start) == width != indent(text, tokens[end].start)
                and "\n" in text[tokens[start].start : tokens[end].start]
            ):
                partner[start], partner[mismatch.end], partner[end] = mismatch.end, start, -1
                mismatch = Extra(end)
                break
        else:
            return mismatch
    return mismatch


def _siblings_before(structure: Structure, index: int) -> Iterator[tuple[int, int]]:
    """The elements in front of a token and at its level, nearest first, as start and end."""
    partner = structure.partner
    index -= 1
    for _ in range(MAX_SIBLINGS):
        while index >= 0 and structure.tokens[index].kind not in (Kind.START, Kind.END):
            index -= 1
        if index < 0 or structure.tokens[index].kind is Kind.START or partner[index] < 0:
            return
        yield partner[index], index
        index = partner[index] - 1
