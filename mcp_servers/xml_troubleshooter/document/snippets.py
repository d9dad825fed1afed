"""The values around a place of a document, by which a person recognises it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from ..wording import shortened
from .document import Document
from .tree import Node, Tree

_VALUES = 3
_LONGEST = 40  # characters of a value
_LOOKED_AT = 30  # elements, of which some have a value
_SIDE = 40  # characters to each side, where there are no elements to go by


def snippets(document: Document, offsets: Sequence[int]) -> list[str]:
    """For each place the first values of its element, or of those beside it ("Tea, 2.50"); its start tag for none."""
    try:
        tree = Tree(document)
        return [_around(tree, offset) if offset >= 0 else "" for offset in offsets]
    except ValueError:  # its tags do not pair
        return [_line(document.text, offset) for offset in offsets]


def _around(tree: Tree, offset: int) -> str:
    node = tree.at(offset + 1)  # a place may be the beginning of a tag
    row: Iterable[Node] = node.iterate()
    if len(node.children) == 0:
        outer = node.parent if not _says_itself(tree, node) else None
        row = outer.iterate() if outer is not None and any(_values(tree, outer.children)) else ()
    return ", ".join(islice(_values(tree, row), _VALUES)) or _clipped(tree.text[node.tag.start : node.tag.end])


def _says_itself(tree: Tree, node: Node) -> bool:
    """Whether an element has values in its attributes alone, so that its neighbours say nothing of it."""
    return bool(node.attributes) and not tree.value(node).strip()


def _values(tree: Tree, elements: Iterable[Node]) -> Iterator[str]:
    for inner in islice(elements, _LOOKED_AT):
        if len(inner.children) == 0 and (value := tree.value(inner)).strip():
            yield _clipped(value)


def _clipped(text: str) -> str:
    return shortened(" ".join(text.split()), _LONGEST)


def _line(text: str, offset: int) -> str:
    return " ".join(text[max(offset - _SIDE, 0) : offset + _SIDE].split()) if offset >= 0 else ""
