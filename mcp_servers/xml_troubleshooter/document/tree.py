"""The element tree of a well-formed text, every node with its place: what lxml cannot tell.

The tree is read where it is looked at: the children of an element are found when they are asked for, and what they hold
is passed over by searching for their end tags. So a single element of a large document costs little.
"""

from __future__ import annotations

import html
import re
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from .document import Document
from .tokens import SECTION, Attribute, Kind, Token

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
XSI_NAMESPACE = "http://www.w3.org/2001/XMLSchema-instance"

_OUTERMOST: Mapping[str, str] = MappingProxyType({"xml": XML_NAMESPACE, "": ""})
_REFERENCE = re.compile(r"&(?:#x[0-9a-fA-F]+|#[0-9]+|amp|lt|gt|quot|apos);")
_REST = r"[^>\"']*+(?:\"[^\"]*+\"[^>\"']*+|'[^']*+'[^>\"']*+)*+>"
_START = re.compile(rf"<([^\s/>]++){_REST}")
_NAME = re.compile(r"<([^\s/>]++)")
_UNPREFIXED = re.compile(r"<[^\s/>:]++[\s/>]")
_PROLOG = re.compile(
    r"(?:[^<]++|<\?(?s:.*?)\?>|<!--(?s:.*?)-->"
    r"|<!DOCTYPE(?:[^\[<>\"']|\"[^\"]*+\"|'[^']*+')*+(?:\[(?:[^\]<\"']|\"[^\"]*+\"|'[^']*+'|<!--(?s:.*?)-->"
    r"|<\?(?s:.*?)\?>|<(?:[^<>\"'\]]|\"[^\"]*+\"|'[^']*+')*+>)*+\]\s*+)?>)*+"
)
_DECLARATION = re.compile(r"xmlns(?::([^\s=]++))?\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")


@dataclass(frozen=True, slots=True)
class Text:
    """Character data inside an element: a text token or a CDATA section, from `start` up to `end`."""

    start: int
    end: int
    cdata: bool


class Node:
    """An element with its spans in the text.

    `name` is in Clark notation, `written` as it stands; `tag` is the start (or empty-element) tag, `close` the end tag
    (None for an empty-element tag); `index` counts it among its siblings; `scope` maps the prefixes in force to
    namespaces.
    """

    __slots__ = (
        "_children", "_close", "_name", "_positions", "_scope", "_tag", "_tag_end", "_texts", "_tree", "end", "index",
        "parent", "start", "written",
    )  # fmt: skip

    def __init__(self, tree: Tree, parent: Node | None, index: int, tag: re.Match[str], close: int, end: int) -> None:
        """`close` is where the end tag begins, -1 where there is none."""
        self._tree = tree
        self.parent = parent
        self.index = index
        self.written: str = tag[1]
        self.start = tag.start()
        self.end = end  # behind the end tag
        self._tag_end = tag.end()
        self._close = close
        self._name: str | None = None
        self._scope: Mapping[str, str] | None = None
        self._tag: Token | None = None
        self._children: list[Node] | None = None
        self._texts: list[Text] | None = None
        self._positions: list[int] | None = None

    @property
    def name(self) -> str:
        """The name in Clark notation; as written, in a tree that is read literally."""
        if self._name is None:
            self._name = self._tree.name_of(self)
        return self._name

    def forget_name(self) -> list[Node]:
        """Resolve the name anew when it is asked for; returns the children that were read."""
        self._name = None
        return self._children or []

    @property
    def scope(self) -> Mapping[str, str]:
        """The prefixes in force ("" for the default) and the namespaces that they are bound to."""
        if self._scope is None:
            # children are made after the scope of their parent, so that this never goes far up
            outer = self.parent.scope if self.parent is not None else _OUTERMOST
            declares = self._tree.text.find("xmlns", self.start, self._tag_end) >= 0
            self._scope = declared(self.tag, outer) if declares else outer
        return self._scope

    @property
    def tag(self) -> Token:
        """The start tag, or the empty-element tag."""
        if self._tag is None:
            kind = Kind.EMPTY if self._close < 0 else Kind.START
            self._tag = Token(kind, self.start, self._tag_end, self.written, self.start + 1, self._tree.text)
        return self._tag

    @property
    def close(self) -> Token | None:
        """The end tag."""
        if self._close < 0:
            return None
        return Token(Kind.END, self._close, self.end, self.written, self._close + 2, self._tree.text)

    @property
    def content(self) -> tuple[int, int]:
        """The span between the tags; empty behind an empty-element tag."""
        return self._tag_end, max(self._close, self._tag_end)

    @property
    def children(self) -> list[Node]:
        """The elements directly inside."""
        if self._children is None:
            assert self.scope is not None  # see there
            self._children = self._tree.children_of(self)
        return self._children

    @property
    def texts(self) -> list[Text]:
        """The pieces of character data directly inside."""
        if self._texts is None:
            self._texts = self._tree.texts_of(self)
        return self._texts

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
    """The document element of a well-formed text and the text that it came from.

    `literal` says that names are taken as written, without namespaces.
    """

    def __init__(self, document: Document, *, literal: bool = False) -> None:
        """Raises ValueError where the document element is missing, not closed or not alone.

        Below it, a text whose tags do not balance raises ValueError where that is met.
        """
        self.document = document
        self.text = document.text
        self.literal = literal
        self._aliases: dict[str, str] = {}  # names that are read as others
        self._names: dict[tuple[int, str], str] = {}  # by scope and name as written
        self._openings: dict[str, re.Pattern[str]] = {}
        prolog = _PROLOG.match(self.text)
        begin = prolog.end() if prolog else 0
        self._tags = _bared(self.text, begin)  # the text with nothing in pointed brackets but tags
        self.root = self._document_element(begin)

    @cached_property
    def nodes(self) -> list[Node]:
        """All elements, in document order."""
        return list(self.root.iterate())

    @cached_property
    def declarations(self) -> list[tuple[str, str, int]]:
        """All namespace declarations: prefix, namespace, and where they stand in the text."""
        found: list[tuple[str, str, int]] = []
        at = self.root.start
        while (at := self._tags.find("xmlns", at)) >= 0:
            if item := _DECLARATION.match(self._tags, at):
                found.append((item[1] or "", unescape(item[2] or item[3] or "").strip(), at))
            at += 5
        return found

    @cached_property
    def names(self) -> Counter[str]:
        """How many elements there are of each name."""
        written = Counter(_NAME.findall(self._tags, self.root.start))
        if self.literal:
            return written
        scope = {**_OUTERMOST, **self.root.scope}
        for prefix, uri, _ in self.declarations:
            if scope.setdefault(prefix, uri) != uri:  # what it means depends on the place
                return Counter(node.name for node in self.nodes)
        counts: Counter[str] = Counter()
        for name, count in written.items():
            counts[resolve(name, scope)] += count
        return counts

    def uses(self, prefix: str, start: int = 0, end: int = sys.maxsize) -> bool:
        """Whether an element has this prefix ("": none) in its name, between two offsets."""
        if prefix:
            return self._tags.find(f"<{prefix}:", start, end) >= 0
        return _UNPREFIXED.search(self._tags, max(start, self.root.start), end) is not None

    def read_as(self, aliases: Mapping[str, str]) -> None:
        """From now on, take elements of these names for others."""
        names = Counter[str]()
        for name, count in self.names.items():
            names[aliases.get(name, name)] += count
        self.names = names
        self._aliases.update({name: aliases.get(meant, meant) for name, meant in self._aliases.items()})
        for name, meant in aliases.items():
            self._aliases.setdefault(name, meant)
        stack = [self.root]
        while stack:
            node = stack.pop()
            stack += node.forget_name()

    def at(self, offset: int) -> Node:
        """The innermost element that an offset lies in; the root where it lies in none."""
        node = self.root
        while True:
            children = node.children
            child = bisect_right(children, offset, key=lambda item: item.start) - 1
            if child < 0 or children[child].end <= offset:
                return node
            node = children[child]

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

    def name_of(self, node: Node) -> str:
        """The name of an element in Clark notation, or what stands for it."""
        if self.literal:
            return self._aliases.get(node.written, node.written)
        scope = node.scope  # which the node keeps alive, so that its id stays its own
        key = (id(scope), node.written)
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = resolve(node.written, scope)
        return self._aliases.get(name, name) if self._aliases else name

    def children_of(self, parent: Node) -> list[Node]:
        """The elements directly inside another one."""
        tags, find, start = self._tags, self._tags.find, _START.match
        at, limit = parent.content
        found: list[Node] = []
        while (at := find("<", at, limit)) >= 0:
            tag = start(tags, at, limit)
            if tag is None:
                raise ValueError("an end tag closes nothing, or an element has no name")
            at = tag.end()
            close = -1
            if tags[at - 2] != "/":
                close = self._closing(tag[1], at, limit)
                at = tags.index(">", close) + 1
            found.append(Node(self, parent, len(found), tag, close, at))
        return found

    def texts_of(self, node: Node) -> list[Text]:
        """The pieces of character data directly inside an element."""
        found: list[Text] = []
        at, limit = node.content
        for child in node.children:
            self._add_texts(found, at, child.start)
            at = child.end
        self._add_texts(found, at, limit)
        return found

    def _add_texts(self, found: list[Text], at: int, limit: int) -> None:
        """Take apart a stretch of text that holds no element."""
        if self.text.find("<", at, limit) >= 0:
            for section in SECTION.finditer(self.text, at, limit):
                if at < section.start():
                    found.append(Text(at, section.start(), cdata=False))
                at = section.end()
                if self.text.startswith("<![", section.start()):
                    found.append(Text(section.start(), at, cdata=True))
        if at < limit:
            found.append(Text(at, limit, cdata=False))

    def _document_element(self, begin: int) -> Node:
        tags = self._tags
        if not tags.startswith("<", begin):
            raise ValueError("the document element is missing")
        tag = _START.match(tags, begin)
        if tag is None:
            raise ValueError("the document element has no name, or its start tag no end")
        close, end = -1, tag.end()
        if tags[end - 2] != "/":
            # what closes last is the document element: its end need not be searched for
            close = self._closing(tag[1], max(tags.rfind("</"), end), len(tags))
            end = tags.index(">", close) + 1
        if tags.find("<", end) >= 0:
            raise ValueError("more than one document element")
        return Node(self, None, 0, tag, close, end)

    def _closing(self, name: str, at: int, limit: int) -> int:
        """Where the end tag of an element of this name begins, whose content begins at an offset."""
        tags, opening, closing = self._tags, "<" + name, "</" + name
        size, depth, search = len(closing), 1, at
        while (close := tags.find(closing, search, limit)) >= 0:
            search = close + size
            if tags[search : search + 1] not in "> \n\r\t":
                continue  # of an element whose name goes on
            if tags.find(opening, at, close) >= 0:
                depth += self._opened(name, at, close)
            if depth == 1:
                return close
            depth -= 1
            at = search
        raise ValueError(f"the end tag of the element {name} is missing")

    def _opened(self, name: str, at: int, limit: int) -> int:
        """How many elements of this name begin between two offsets and do not end with their tag."""
        pattern = self._openings.get(name)
        if pattern is None:
            pattern = self._openings[name] = re.compile(rf"<{re.escape(name)}(?=[\s/>]){_REST}")
        return sum(self._tags[match.end() - 2] != "/" for match in pattern.finditer(self._tags, at, limit))


def _bared(text: str, begin: int) -> str:
    """The text with blanks, as many, for the comments, CDATA sections and instructions behind an offset."""
    pieces: list[str] = []
    at = 0
    declaration, instruction = text.find("<!", begin), text.find("<?", begin)
    while declaration >= 0 or instruction >= 0:
        start = min(declaration, instruction) if min(declaration, instruction) >= 0 else max(declaration, instruction)
        section = SECTION.match(text, start)
        if section is None:
            raise ValueError("a declaration stands inside an element, or a section is not closed")
        pieces += (text[at:start], " " * (section.end() - start))
        at = section.end()
        declaration = text.find("<!", at) if 0 <= declaration < at else declaration
        instruction = text.find("<?", at) if 0 <= instruction < at else instruction
    return "".join(pieces) + text[at:] if pieces else text


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
