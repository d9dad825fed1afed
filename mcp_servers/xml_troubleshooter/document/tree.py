"""The element tree of a well-formed text, every node with its place, which lxml cannot tell.

The tree is read on demand: the children of an element are found when they are asked for, and their content is passed
over by searching for their end tags. So a single element of a large document costs little. Tree, nodes and lists of
children are one structure in one file: each is read by way of the others.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import overload

from . import XML_NAMESPACE, XSI_NAMESPACE
from .character_references import resolved
from .document import Document
from .tokens import SECTION, Attribute, Kind, Token

MOST_ALIKE = 20  # siblings of one name that are compared

_OUTERMOST: Mapping[str, str] = MappingProxyType({"xml": XML_NAMESPACE, "": ""})
_REFERENCE = re.compile(r"&(?:#x[0-9a-fA-F]+|#[0-9]+|amp|lt|gt|quot|apos);")
_REST = r"[^>\"']*+(?:\"[^\"]*+\"[^>\"']*+|'[^']*+'[^>\"']*+)*+>"
_START = re.compile(rf"<([^\s/>]++){_REST}")
# an element that holds no other of its name, nor many; where there is none, the bracket alone
_ELEMENT = re.compile(rf"{_START.pattern}(?:(?<=/>)|((?:[^<]*+<(?!/?\1[\s/>])){{,100}}+[^<]*+)</\1\s*+>)|<")
_WHOLE = re.compile(rf"{_START.pattern}(?:(?<=/>)|((?s:.*))</\1\s*+>)")  # where its end is known
_NAME = re.compile(r"<([^\s/>]++)")
_MARK = re.compile(r"<[!?]")
_UNPREFIXED = re.compile(r"<[^\s/>:]++[\s/>]")
_PROLOG = re.compile(
    r"(?:[^<]++|<\?(?s:.*?)\?>|<!--(?s:.*?)-->"
    r"|<!DOCTYPE(?:[^\[<>\"']|\"[^\"]*+\"|'[^']*+')*+(?:\[(?:[^\]<\"']|\"[^\"]*+\"|'[^']*+'|<!--(?s:.*?)-->"
    r"|<\?(?s:.*?)\?>|<(?:[^<>\"'\]]|\"[^\"]*+\"|'[^']*+')*+>)*+\]\s*+)?>)*+"
)
_DECLARATION = re.compile(r"xmlns(?::([^\s=:<>\"']++))?\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")


@dataclass(frozen=True, slots=True)
class Text:
    """Character data inside an element: a text token or a CDATA section, from `start` up to `end`."""

    start: int
    end: int
    cdata: bool


class Node:
    """An element with its spans in the text.

    `name` is in Clark notation, `written` as in the text; `tag` is the start (or empty-element) tag, `close` the end
    tag (None for an empty-element tag); `index` counts it among its siblings; `scope` maps the prefixes in force to
    namespaces.
    """

    __slots__ = (
        "_children", "_close", "_name", "_scope", "_tag", "_tag_end", "_texts", "_tree", "end", "index", "parent",
        "start", "written",
    )  # fmt: skip

    def __init__(self, tree: Tree, parent: Node | None, index: int, element: re.Match[str]) -> None:
        self._tree = tree
        self.parent = parent
        self.index = index
        self.written: str = element[1]
        self.start = element.start()
        self.end = element.end()  # behind the end tag
        inner, self._close = element.span(2)
        self._tag_end = self.end if inner < 0 else inner
        self._name: str | None = None
        self._scope: Mapping[str, str] | None = None
        self._tag: Token | None = None
        self._children: Children | None = None
        self._texts: list[Text] | None = None

    @property
    def name(self) -> str:
        """The name in Clark notation; as written, in a tree that is read literally."""
        if self._name is None:
            self._name = self._tree.name_of(self.written, self.scope)
        return self._name

    def forget_names(self) -> list[Node]:
        """Resolve its name and its children's anew when they are asked for; returns the children that were read."""
        self._name = None
        return self._children.forget_names() if self._children is not None else []

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
    def name_end(self) -> int:
        """The end of the name in the start tag."""
        return self.start + 1 + len(self.written)

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
    def children(self) -> Children:
        """The elements directly inside."""
        if self._children is None:
            assert self.scope is not None  # see there
            elements = self._tree.elements_in(*self.content)
            self._children = Children(self._tree, self, elements) if elements else self._tree.childless
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
        prefix, colon, _ = attribute.name.partition(":")
        if prefix == "xmlns":
            return ""
        return resolve(attribute.name, self.scope) if colon else attribute.name

    @property
    def named_attributes(self) -> dict[str, Attribute]:
        """The attributes by Clark names (as written, in a tree that is read literally), no namespace declarations."""
        own = (item for item in self.attributes if self.attribute_name(item))
        return {item.name if self._tree.literal else self.attribute_name(item): item for item in own}

    def serves_namespaces(self, attribute: Attribute) -> bool:
        """Whether an attribute of this element declares a namespace, or is of `xml:` or `xsi:`."""
        name = self.attribute_name(attribute)
        return not name or name.startswith((f"{{{XML_NAMESPACE}}}", f"{{{XSI_NAMESPACE}}}"))

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of this Clark name, if it is there."""
        return next((item for item in self.attributes if self.attribute_name(item) == name), None)

    def passed(self, place: int) -> Iterator[Node]:
        """The siblings between the element and an offset in its parent, from the element on."""
        siblings = self.parent.children if self.parent is not None else ()
        index, step = (self.index - 1, -1) if place < self.start else (self.index + 1, 1)
        while 0 <= index < len(siblings):
            sibling = siblings[index]
            if sibling.end <= place if step < 0 else sibling.start >= place:
                return
            yield sibling
            index += step

    def iterate(self) -> Iterator[Node]:
        """The element and all below it, in document order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack += reversed(node.children)

    def lineage(self) -> Iterator[Node]:
        """The element and those around it, the innermost first."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    @property
    def path(self) -> str:
        """A readable path with names as written, and positions where siblings share a name."""
        steps: list[str] = []
        for node in self.lineage():
            position = node.parent.children.position(node.index) if node.parent is not None else 0
            step = f"{node.written}[{position}]" if position else node.written
            steps.append(step)
        return f"{self._tree.document.within}/{'/'.join(reversed(steps))}"

    def __repr__(self) -> str:
        return f"Node({self.written} at {self.start})"


class Children(Sequence[Node]):
    """The elements directly inside another one, in order. Each becomes a node when it is looked at."""

    def __init__(self, tree: Tree, parent: Node, elements: Sequence[re.Match[str]]) -> None:
        self._tree = tree
        self._parent = parent
        self._elements = elements
        self._nodes: dict[int, Node] = {}

    def __len__(self) -> int:
        return len(self._elements)

    @overload
    def __getitem__(self, index: int) -> Node: ...
    @overload
    def __getitem__(self, index: slice) -> list[Node]: ...
    def __getitem__(self, index: int | slice) -> Node | list[Node]:
        if isinstance(index, slice):
            return [self._node(at) for at in range(len(self._elements))[index]]
        return self._node(index if index >= 0 else range(len(self._elements))[index])

    def __iter__(self) -> Iterator[Node]:
        return map(self._node, range(len(self._elements)))

    def __reversed__(self) -> Iterator[Node]:
        return map(self._node, range(len(self._elements) - 1, -1, -1))

    def _node(self, index: int) -> Node:
        node = self._nodes.get(index)
        if node is None:
            node = self._nodes[index] = Node(self._tree, self._parent, index, self._elements[index])
        return node

    @cached_property
    def names(self) -> list[str]:
        """The name of each, in Clark notation."""
        if self._tree.text.find("xmlns", *self._parent.content) >= 0:
            return [node.name for node in self]
        names = {written: self._tree.name_of(written, self._parent.scope) for written in self.written}
        return [names[element[1]] for element in self._elements]

    @cached_property
    def written(self) -> Mapping[str, Sequence[int]]:
        """The indexes, counted from 0, of the elements of each name, by names as written."""
        found: dict[str, list[int]] = {}
        for index, element in enumerate(self._elements):
            found.setdefault(element[1], []).append(index)
        return found

    @property
    def spans(self) -> Iterator[tuple[int, int]]:
        """The span of each element."""
        return map(re.Match.span, self._elements)

    def position(self, index: int) -> int:
        """The place from 1 of a child among those of its name; 0 where there is no other."""
        if len(self._elements) == 1:
            return 0
        same = self.written[self._elements[index][1]]
        return bisect_left(same, index) + 1 if len(same) > 1 else 0

    def around(self, offset: int) -> Node | None:
        """The child that an offset lies in."""
        index = bisect_right(self._elements, offset, key=re.Match.start) - 1
        return self._node(index) if index >= 0 and offset < self._elements[index].end() else None

    def forget_names(self) -> list[Node]:
        """Resolve the names anew when they are asked for; returns the nodes that there are."""
        self.__dict__.pop("names", None)
        return list(self._nodes.values())


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
        self.childless = Children(self, self.root, ())  # of all elements that have none

    @cached_property
    def nodes(self) -> list[Node]:
        """All elements, in document order."""
        return list(self.root.iterate())

    @cached_property
    def declarations(self) -> list[tuple[str, str, int]]:
        """All namespace declarations: prefix, namespace, and offset in the text."""
        found: list[tuple[str, str, int]] = []
        at = self.root.start
        while (at := self._tags.find("xmlns", at)) >= 0:
            if item := _DECLARATION.match(self._tags, at):
                found.append((item[1] or "", unescape(item[2] or item[3] or "").strip(), at))
            at += 5
        return found

    @cached_property
    def names(self) -> Counter[str]:
        """The number of elements of each name."""
        written = Counter(_NAME.findall(self._tags, self.root.start))
        if self.literal:
            return written
        scope = {**_OUTERMOST, **self.root.scope}
        for prefix, uri, _ in self.declarations:
            if scope.setdefault(prefix, uri) != uri:  # the namespace of the prefix depends on the place
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
            stack += node.forget_names()

    def at(self, offset: int) -> Node:
        """The innermost element that an offset lies in; the root where it lies in none."""
        node = self.root
        while (child := node.children.around(offset)) is not None:
            node = child
        return node

    def repeats(self, node: Node) -> bool:
        """Whether an element says the same as the sibling in front of it."""
        if node.parent is None or not node.index:
            return False
        return self._alike(node.parent.children[node.index - 1], node)

    def stands_twice(self, node: Node) -> bool:
        """Whether an element says the same as a sibling of its name anywhere in front of it."""
        if node.parent is None:
            return False
        siblings, named = node.parent.children, node.parent.children.written[node.written]
        count = bisect_left(named, node.index)
        before = (siblings[index] for index in named[max(0, count - MOST_ALIKE) : count])
        return any(self._alike(each, node) for each in before)

    def _alike(self, first: Node, second: Node) -> bool:
        same = first.end - first.start == second.end - second.start
        return same and self.text.startswith(self.text[first.start : first.end], second.start)

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

    def name_of(self, written: str, scope: Mapping[str, str]) -> str:
        """The name of an element in Clark notation, or its alias. A node keeps the scope alive."""
        if self.literal:
            return self._aliases.get(written, written)
        key = (id(scope), written)
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = resolve(written, scope)
        return self._aliases.get(name, name) if self._aliases else name

    def elements_in(self, at: int, limit: int) -> list[re.Match[str]]:
        """The outermost elements between two offsets: name, and content where there is an end tag, as groups."""
        text = self._tags
        found: list[re.Match[str]] = []
        at = text.find("<", at, limit)
        while at >= 0:
            start, at = at, -1
            for element in _ELEMENT.finditer(text, start, limit):
                if element[1] is None:
                    found.append(self._element(element.start(), limit))
                    at = found[-1].end()
                    break
                found.append(element)
        return found

    def _element(self, start: int, limit: int, search: int = 0) -> re.Match[str]:
        """The element that begins at an offset, with any content; its end tag does not begin in front of `search`."""
        tag = _START.match(self._tags, start, limit)
        if tag is None:
            raise ValueError("an end tag closes nothing, or an element has no name")
        end = tag.end()
        if self._tags[end - 2] != "/":
            end = self._tags.index(">", self._closing(tag[1], max(end, search), limit)) + 1
        element = _WHOLE.match(self._tags, start, end)
        if element is None:
            raise ValueError("an end tag is not written as one")
        return element

    def texts_of(self, node: Node) -> list[Text]:
        """The pieces of character data directly inside an element."""
        pieces = self.between_children(node)
        return [Text(start, end, marked) for start, end, marked in pieces if not marked or self.is_cdata(start)]

    def between_children(self, node: Node) -> Iterator[tuple[int, int, bool]]:
        """The spans directly inside an element that hold no element, and whether each is a section with marks."""
        at, limit = node.content
        for start, end in (*node.children.spans, (limit, limit)):
            sections = SECTION.finditer(self.text, at, start) if self.text.find("<", at, start) >= 0 else ()
            for section in sections:
                if at < section.start():
                    yield at, section.start(), False
                yield *section.span(), True
                at = section.end()
            if at < start:
                yield at, start, False
            at = end

    def is_cdata(self, start: int) -> bool:
        """Whether the section that begins at an offset holds character data."""
        return self.text.startswith("<![", start)

    def _document_element(self, begin: int) -> Node:
        tags = self._tags
        if not tags.startswith("<", begin):
            raise ValueError("the document element is missing")
        # the last end tag is that of the document element: it need not be searched for
        element = self._element(begin, len(tags), tags.rfind("</"))
        if tags.find("<", element.end()) >= 0:
            raise ValueError("more than one document element")
        return Node(self, None, 0, element)

    def _closing(self, name: str, at: int, limit: int) -> int:
        """The start of the end tag of an element of this name whose content begins at an offset."""
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
        """The number of elements of this name between two offsets that are no empty-element tags."""
        pattern = self._openings.get(name)
        if pattern is None:
            pattern = self._openings[name] = re.compile(rf"<{re.escape(name)}(?=[\s/>]){_REST}")
        return sum(self._tags[match.end() - 2] != "/" for match in pattern.finditer(self._tags, at, limit))


def _bared(text: str, begin: int) -> str:
    """The text with blanks, as many, for the comments, CDATA sections and instructions behind an offset."""
    pieces: list[str] = []
    at = 0
    while mark := _MARK.search(text, max(at, begin)):
        section = SECTION.match(text, mark.start())
        if section is None:
            raise ValueError("a declaration stands inside an element, or a section is not closed")
        pieces += (text[at : section.start()], " " * len(section[0]))
        at = section.end()
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
    return _REFERENCE.sub(lambda match: resolved(match.group()), raw) if "&" in raw else raw
