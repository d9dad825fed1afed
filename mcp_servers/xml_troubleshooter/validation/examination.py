"""The state of one examination of a document against a grammar."""

from __future__ import annotations

import re
from collections.abc import Collection

from ..document.tree import XSI_NAMESPACE, Node, Tree, resolve
from .departures import Amend, Departure
from .diagnostics import Code
from .grammar.model import ElementDecl, Grammar, TypeDef

_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);|#)[^\s;&<]+;")


class Examination:
    """What is examined, what was found, and what is still to be looked at.

    `literal` says that names are compared as written, because a DTD knows no namespaces. `suspects` are the elements
    that a validator complains about, with their parents; where there are none, everything is looked at. `ways` are
    the suspects and all that lies on the way to them. `types` tells the type of each element that was looked at.
    """

    def __init__(self, tree: Tree, grammar: Grammar, suspects: Collection[int]) -> None:
        self.tree = tree
        self.grammar = grammar
        self.literal = grammar.kind == "dtd"
        self.found: list[Departure] = []
        self.used: dict[str, set[str]] = {}  # local names by namespace
        self.pending: list[tuple[Node, ElementDecl, bool]] = []
        self.types: dict[Node, TypeDef | None] = {}
        self.suspects = {tree.at(offset) for offset in suspects}
        self.suspects |= {node.parent for node in self.suspects if node.parent is not None}
        self.ways = set(self.suspects)
        for suspect in self.suspects:
            node = suspect.parent
            while node is not None and node not in self.ways:
                self.ways.add(node)
                node = node.parent
        if self.literal:
            for node in tree.nodes:
                node.name = node.written

    def add(self, amend: Amend, code: Code, node: Node, span: tuple[int, int], sentence: str, **rest: object) -> None:
        """Keep a departure."""
        start, end = span
        fields = {"node": node, "start": start, "end": end, "sentence": sentence, **rest}
        self.found.append(Departure(amend=amend, code=code, **fields))  # type: ignore[arg-type]

    def definition(self, node: Node, decl: ElementDecl) -> TypeDef | None:
        """The type of an element: the one that xsi:type names, else the declared one."""
        attribute = node.attribute(f"{{{XSI_NAMESPACE}}}type") if self.grammar.types else None
        if attribute is not None:
            named = self.grammar.types.get(resolve(self.tree.attribute_value(attribute).strip(), node.scope))
            if named is not None:
                return named
        return decl.type

    def droppable(self, node: Node) -> bool:
        """Whether an element holds nothing at all, beside one of its name that may stand alone."""
        definition = self.types.get(node.parent) if node.parent is not None else None
        if node.parent is None or definition is None or node.children or self.tree.value(node).strip():
            return False
        beside = node.parent.children[max(node.index - 1, 0) : node.index + 2]
        twins = [twin for twin in beside if twin is not node and twin.name == node.name]
        if not any(twin.attributes or twin.children or twin.texts for twin in twins):
            return False  # what it should hold may have been lost
        if any(node.attribute_name(item) for item in node.attributes):
            return False
        pattern = definition.content
        for child in node.parent.children:
            if child is not node:
                pattern = pattern.after(child.name)
        return pattern.nullable

    def opaque(self, node: Node) -> bool:
        """Whether an entity stands in the element, so that its content is not what the text shows."""
        text = self.tree.text
        return any(not piece.cdata and _ENTITY.search(text, piece.start, piece.end) for piece in node.texts)


def holds_entity(value: str) -> bool:
    """Whether a value refers to an entity, so that it is not what the text shows."""
    return _ENTITY.search(value) is not None


def tag_name(node: Node) -> tuple[int, int]:
    """The span of the opening bracket and the name of an element."""
    return node.start, node.start + 1 + len(node.written)


def clip(text: str, size: int = 60) -> str:
    """A text short enough for a sentence."""
    text = " ".join(text.split())
    return text if len(text) <= size else text[: size - 1] + "…"
