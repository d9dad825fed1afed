"""Where elements of one name nest, the indentation says which of them lost its tag."""

from __future__ import annotations

from collections.abc import Iterator

from .layout import indent
from .scanner import Scan
from .slips import Extra, Missing, Slip, Structure
from .tokens import Kind

MAX_SIBLINGS = 100  # elements in front of a slip that are looked at


def realign(scan: Scan, structure: Structure) -> None:
    """Where elements of one name nest, let the indentation say which of them lost its tag."""
    aligned: list[Slip] = []
    for slip in structure.slips:
        match slip:
            case Missing():
                aligned.append(_align_missing(scan.text, structure, slip))
            case Extra():
                aligned.append(_align_extra(scan.text, structure, slip))
            case _:
                aligned.append(slip)
    structure.slips = aligned


def _align_missing(text: str, structure: Structure, slip: Missing) -> Missing:
    """A child of the same name whose end tag stands under the start tag of the parent is the one that never ended."""
    tokens, partner = structure.tokens, structure.partner
    while True:
        width = indent(text, tokens[slip.start].start)
        if width is None:
            return slip
        for child, end in _siblings_before(structure, slip.before):
            if tokens[child].name != tokens[slip.start].name:
                continue
            own = indent(text, tokens[child].start)
            if own is not None and own != width and indent(text, tokens[end].start) == width:
                partner[slip.start], partner[end], partner[child] = end, slip.start, -1
                slip = Missing(child, end)
                break
        else:
            return slip


def _align_extra(text: str, structure: Structure, slip: Extra) -> Extra:
    """An end tag under the start tag of an earlier element of its name that ended elsewhere belongs to that element."""
    tokens, partner = structure.tokens, structure.partner
    name = tokens[slip.end].name
    for _ in range(MAX_SIBLINGS):
        width = indent(text, tokens[slip.end].start)
        if width is None:
            return slip
        for start, end in _siblings_before(structure, slip.end):
            if tokens[end].name == name and indent(text, tokens[start].start) == width:
                if (
                    indent(text, tokens[end].start) == width
                    or "\n" not in text[tokens[start].start : tokens[end].start]
                ):
                    continue
                partner[start], partner[slip.end], partner[end] = slip.end, start, -1
                slip = Extra(end)
                break
        else:
            return slip
    return slip


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
