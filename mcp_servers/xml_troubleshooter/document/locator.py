"""From a path of libxml2, or the position it had read up to, to the characters of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from .document import Document
from .tree import Node, Tree

_ATTRIBUTE = re.compile(r"\s([^\s=\"'<>/]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_MARKUP = re.compile(r"<!--(?s:.*?)-->|<\?(?s:.*?)\?>|</?[^\s/>!?\[]")
_STEP = re.compile(r"([^\[\]]+)(?:\[(\d+)\])?")


@dataclass(frozen=True, slots=True)
class ElementPlace:
    """An element of the text: its start tag at `start`, its name as written, and a readable path to it.

    `inner` is the text between the start tag and the next tag, `stray` the span of text that does not belong into the
    element, where such text was looked for.
    """

    start: int
    tag: str
    inner: str
    name: str
    path: str
    stray: tuple[int, int] | None = None

    @property
    def end(self) -> int:
        """The end of the start tag."""
        return self.start + len(self.tag)

    def attribute(self, name: str) -> tuple[str, int, int, int] | None:
        """An attribute by its Clark name or the name as written: that, where it starts, and the span of its value."""
        local = name.rpartition("}")[2]
        for found in _ATTRIBUTE.finditer(self.tag):
            # with any prefix that is bound to the namespace
            if found[1] == name or (local != name and found[1].endswith(f":{local}")):
                start, end = found.span(2 if found.start(2) >= 0 else 3)
                return found[1], self.start + found.start(1), self.start + start, self.start + end
        return None

    @property
    def content(self) -> tuple[int, int]:
        """The span of `inner` without white space around it; of the tag, where that is all there is of the element."""
        if self.tag.endswith("/>"):
            return self.start, self.end
        if not self.inner.strip():
            return self.end, self.end + len(self.inner)
        return self.end + len(self.inner) - len(self.inner.lstrip()), self.end + len(self.inner.rstrip())


class ElementLocator:
    """The elements of a well-formed document. `literal` says that its schema knows no namespaces."""

    def __init__(self, document: Document, *, literal: bool = False) -> None:
        self.document = document
        self._literal = literal
        self._places: dict[Node, ElementPlace] = {}

    @cached_property
    def tree(self) -> Tree:
        """The element tree. Raises ValueError where the parser has read another text (an odd encoding)."""
        return Tree(self.document, literal=self._literal)

    def of_path(self, path: str, *, stray: bool = False) -> ElementPlace:
        """The element that a path of libxml2 leads to (`/r/*[2]/x:a[3]/@b`), or the nearest one above it.

        If asked for, with the first text in it that does not belong there.
        """
        try:
            return self._place(self.node(path), stray=stray)
        except ValueError:
            return ElementPlace(0, "", "", path.rpartition("/")[2].partition("[")[0], path)

    def part_of(self, path: str, *, text: int = 0, other: int = 0) -> tuple[int, int] | None:
        """The span of the text of a number, from 1, or of the comment or instruction of one, directly in an element.

        It is without white space around it; None where it is not there.
        """
        try:
            parts = [each for each in self._parts(self.node(path)) if each[2] is bool(text)]
        except ValueError:
            return None
        if not 0 < (text or other) <= len(parts):
            return None
        start, end, _ = parts[(text or other) - 1]
        raw = self.document.text[start:end]
        return (start + len(raw) - len(raw.lstrip()), start + len(raw.rstrip())) if raw.strip() else (start, end)

    def at(self, offset: int, *, stray: bool = False) -> ElementPlace:
        """The element that a start tag or end tag which ends at an offset belongs to.

        If asked for, the one that holds the text in front of that tag, with the first text that does not belong there.
        """
        try:
            node = self.tree.at(offset - 1)
            if stray and node.parent is not None and node.tag.end == offset:
                node = node.parent
            return self._place(node, stray=stray)
        except ValueError:
            return ElementPlace(0, "", "", "", "")

    def node(self, path: str) -> Node:
        """The element of a path as `of_path` has it. Raises ValueError as `tree` does."""
        node = self.tree.root
        for step in path.strip("/").split("/")[1:]:
            match = _STEP.fullmatch(step)
            found = self._child(node, match[1], int(match[2] or 1)) if match is not None else None
            if found is None:
                break
            node = found
        return node

    def _parts(self, node: Node) -> list[tuple[int, int, bool]]:
        """The child nodes of an element other than elements, as XPath counts them: spans, and whether each is text."""
        parts: list[tuple[int, int, bool]] = []
        for start, end, marked in self.tree.between_children(node):
            is_text = not marked or self.tree.is_cdata(start)
            begun = parts.pop()[0] if is_text and parts and parts[-1][1:] == (start, True) else start
            parts.append((begun, end, is_text))
        return parts

    def _child(self, parent: Node, name: str, position: int) -> Node | None:
        # "*" stands for a name in a default namespace, and counts among all elements
        children = parent.children
        same: Sequence[int] = range(len(children)) if name == "*" else children.written.get(name, ())
        return children[same[position - 1]] if position <= len(same) else None

    def _place(self, node: Node, *, stray: bool) -> ElementPlace:
        place = self._places.get(node)
        if place is None:
            text, end = self.tree.text, node.tag.end
            following = _MARKUP.search(text, end)
            inner = text[end : following.start()] if following else ""
            place = self._places[node] = ElementPlace(
                node.start, text[node.start : end], inner, node.written, node.path
            )
        return replace(place, stray=self._stray(node)) if stray else place

    def _stray(self, node: Node) -> tuple[int, int] | None:
        for piece in node.texts:
            raw = self.tree.text[piece.start : piece.end]
            if raw.strip():
                return piece.start + len(raw) - len(raw.lstrip()), piece.start + len(raw.rstrip())
        return None
