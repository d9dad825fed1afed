"""What a person knows a place of a document by: the values that stand around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from .document import Document
from .tree import Node, Tree

_VALUES = 3
_LONGEST = 40  # characters of a value
_LOOKED_AT = 30  # elements, of which some have a value
_SIDE = 40  # characters to each side, where there are no elements to go by


def snippets(document: Document, offsets: Sequence[int]) -> list[str]:
    """For each place the first values of the smallest element with children around it ("Tea, 2.50")."""
    try:
        tree = Tree(document)
        return [_around(tree, offset) if offset >= 0 else "" for offset in offsets]
    except ValueError:  # its tags do not pair
        return [_line(document.text, offset) for offset in offsets]


def _around(tree: Tree, offset: int) -> str:
    node: Node | None = tree.at(offset + 1)  # a place may be the beginning of a tag
    if node is not None and len(node.children) == 0:
        node = node.parent or node
    values: list[str] = []
    while node is not None and not values:
        values = list(islice(_values(tree, node), _VALUES))
        node = node.parent
    return ", ".join(values)


def _values(tree: Tree, node: Node) -> Iterator[str]:
    for inner in islice(node.iterate(), _LOOKED_AT):
        if len(inner.children) == 0 and (value := " ".join(tree.value(inner).split())):
            yield value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"


def _line(text: str, offset: int) -> str:
    return " ".join(text[max(offset - _SIDE, 0) : offset + _SIDE].split()) if offset >= 0 else ""
