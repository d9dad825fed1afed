"""The element tree of a well-formed text, every node with its place: what lxml cannot tell."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .document import Document
from .scanner import scan
from .tokens import Attribute, Kind, Token

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
XSI_NAMESPACE = "http://www.w3.org/2001/XMLSchema-instance"

_OUTERMOST: Mapping[str, str] = MappingProxyType({"xml": XML_NAMESPACE, "": ""})
_REFERENCE = re.compile(r"&(?:#x[0-9a-fA-F]+|#[0-9]+|amp|lt|gt|quot|apos);")


@dataclass(frozen=True, slots=True)
class Text:
    """Character data inside an element: a text token or a CDATA section, from `start` up to `end`."""

    start: int
    end: int
    cdata: bool


class Node:
    """An element with its spans in the text.

    `name` is in Clark notation, `written` as it stands; `tag` is the start (or empty-element) tag, `close` the end tag
    (None for an empty-element tag); `scope` maps the prefixes in force to namespaces.
    """

    __slots__ = ("_positions", "children", "close", "index", "name", "parent", "scope", "tag", "texts", "written")

    def __init__(self, name: str, tag: Token, scope: Mapping[str, str], parent: Node | None) -> None:
        self.name = name
        self.written = tag.name
        self.tag = tag
        self.scope = scope
        self.parent = parent
        self.close: Token | None = None
        self.index = len(parent.children) if parent is not None else 0  # among its siblings
        self._positions: list[int] | None = None
        self.children: list[Node] = []
        self.texts: list[Text] = []

    @property
    def start(self) -> int:
        """Where the start tag begins."""
        return self.tag.start

    @property
    def end(self) -> int:
        """Where the element ends: behind the end tag."""
        return self.close.end if self.close else self.tag.end

    @property
    def content(self) -> tuple[int, int]:
        """The span between the tags; empty behind an empty-element tag."""
        return (self.tag.end, self.close.start) if self.close else (self.tag.end, self.tag.end)

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """The attributes as written, namespace declarations included."""
        return self.tag.attributes

    def attribute_name(self, attribute: Attribute) -> str:
        """The Clark name of an attribute of this element; "" for a namespace declaration."""
        prefix, colon, local = attribute.name.partition(":")
        if not colon:
            return "" if prefix == "xmlns" else prefix
        if prefix == "xmlns":
            return ""
        return f"{{{self.scope.get(prefix, '')}}}{local}" if self.scope.get(prefix) else attribute.name

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of this Clark name, if it is there."""
        return next((item for item in self.attributes if self.attribute_name(item) == name), None)

    def iterate(self) -> Iterator[Node]:
        """The element and all below it, in document order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack += reversed(node.children)

    @property
    def path(self) -> str:
        """A readable path with names as written, and positions where siblings share a name."""
        steps: list[str] = []
        node: Node | None = self
        while node is not None:
            position = node.parent.positions[node.index] if node.parent is not None else 0
            step = f"{node.written}[{position}]" if position else node.written
            steps.append(step)
            node = node.parent
        return "/" + "/".join(reversed(steps))

    @property
    def positions(self) -> list[int]:
        """For each child, its place from 1 among the siblings of its name; 0 where there is no other."""
        if self._positions is None:
            counts = Counter(child.written for child in self.children)
            seen: Counter[str] = Counter()
            self._positions = []
            for child in self.children:
                seen[child.written] += 1
                self._positions.append(seen[child.written] if counts[child.written] > 1 else 0)
        return self._positions

    def __repr__(self) -> str:
        return f"Node({self.written} at {self.start})"


class Tree:
    """The document element of a well-formed text and the text that it came from."""

    def __init__(self, document: Document) -> None:
        """Raises ValueError where the tags of the text do not balance."""
        self.document = document
        self.text = document.text
        self.nodes: list[Node] = []  # in document order
        self._names: dict[tuple[int, str], str] = {}  # by scope and name as written
        self.root = self._build()

    def at(self, offset: int) -> Node:
        """The innermost element that an offset lies in; the root where it lies in none."""
        node = self.nodes[max(bisect_right(self.nodes, offset, key=lambda item: item.start) - 1, 0)]
        while node.parent is not None and node.end <= offset:
            node = node.parent
        return node

    def _build(self) -> Node:
        root: Node | None = None
        node: Node | None = None
        for token in scan(self.text).tokens:
            kind = token.kind
            if kind in (Kind.START, Kind.EMPTY):
                child = self._opened(token, node)
                if root is None:
                    root = child
                elif node is None:
                    raise ValueError("more than one document element")
                if kind is Kind.START:
                    node = child
            elif kind is Kind.END:
                if node is None or node.written != token.name:
                    raise ValueError(f"the end tag {token.name} closes nothing")
                node.close = token
                node = node.parent
            elif kind in (Kind.TEXT, Kind.CDATA) and node is not None:
                node.texts.append(Text(token.start, token.end, kind is Kind.CDATA))
        if root is None or node is not None:
            raise ValueError("the document element is missing or not closed")
        return root

    def _opened(self, token: Token, parent: Node | None) -> Node:
        """The node of a start tag, put in its place."""
        scope = parent.scope if parent is not None else _OUTERMOST
        if self.text.find("xmlns", token.start, token.end) >= 0:
            scope = declared(token, scope)
        key = (id(scope), token.name)
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = resolve(token.name, scope)
        node = Node(name, token, scope, parent)
        self.nodes.append(node)  # which keeps the scope alive, so that its id stays its own
        if parent is not None:
            parent.children.append(node)
        return node

    def repeats(self, node: Node) -> bool:
        """Whether an element says the same as the sibling in front of it."""
        if node.parent is None or not node.index:
            return False
        before, text = node.parent.children[node.index - 1], self.text
        return before.end - before.start == node.end - node.start and text.startswith(
            text[before.start : before.end], node.start
        )

    def value(self, node: Node) -> str:
        """The character data directly inside an element, references resolved."""
        return "".join(self.characters(piece) for piece in node.texts)

    def characters(self, piece: Text) -> str:
        """The characters that a piece of text stands for."""
        raw = self.text[piece.start : piece.end]
        return raw[9:-3] if piece.cdata else unescape(raw)

    def attribute_value(self, attribute: Attribute) -> str:
        """The value of an attribute, references resolved and white space made blanks."""
        raw = self.text[attribute.value_start : attribute.value_end]
        return unescape(re.sub(r"\r\n|[\t\r\n]", " ", raw))


def declared(token: Token, scope: Mapping[str, str]) -> Mapping[str, str]:
    """The scope inside a tag: the outer one with the tag's own namespace declarations."""
    inner = dict(scope)
    for attribute in token.attributes:
        if attribute.name == "xmlns" or attribute.name.startswith("xmlns:"):
            raw = token.source[attribute.value_start : attribute.value_end]
            inner[attribute.name[6:]] = unescape(raw).strip()
    return inner


def resolve(written: str, scope: Mapping[str, str]) -> str:
    """The Clark name of an element name as written; an unbound prefix stays in the name."""
    prefix, colon, local = written.partition(":")
    if not colon:
        prefix, local = "", written
    uri = scope.get(prefix)
    if uri is None:
        return written
    return f"{{{uri}}}{local}" if uri else local


def unescape(raw: str) -> str:
    """Character references and the five predefined entities resolved; other entity references stay as they are."""
    return _REFERENCE.sub(lambda match: html.unescape(match.group()), raw) if "&" in raw else raw
