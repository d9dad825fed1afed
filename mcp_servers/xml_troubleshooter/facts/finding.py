"""Facts, their findings with readings, and access to the elements of a document for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypedDict, Unpack

from ..codes import Code
from ..diagnostics import Severity
from ..document.edits import Edit
from ..document.names import local_name, namespace
from ..document.tokens import Attribute
from ..document.tree import Node, Text, Tree
from ..grammar.datatypes import SimpleType


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to correct a finding: edits, and elements to be moved to other places of the text.

    Its `reason` is that of the finding, where it gives none. It is `safe` only where there is no other way and nothing
    is lost; `provenance` names the source of a value.
    """

    confidence: float
    reason: str = ""
    edits: tuple[Edit, ...] = ()
    moves: tuple[tuple[Node, int], ...] = ()
    safe: bool = False
    provenance: str = ""
    rewrites: bool = False  # a value is replaced by the same value in another form


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question that only a person can answer: by one of `choices`, each with its edits, or by a value for a skeleton.

    In `skeleton`, which is inserted at offset `at`, "{}" stands for the answer.
    """

    needed: str
    why: str
    type: str = ""
    choices: tuple[tuple[str, tuple[Edit, ...]], ...] = ()
    skeleton: str = ""
    at: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place, from `start` up to `end`, that breaks a fact; `words` name the fault and its correction."""

    code: Code
    node: Node
    start: int
    end: int
    words: str
    name: str = ""
    value: str = ""
    expected: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR
    reading: Reading | None = None
    ask: Ask | None = None
    type: SimpleType | None = None  # of the value, where other lexical forms of it may be tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A constraint on every document of some vocabularies (of all, if none are named), with or without a schema.

    `source` is the address of the public document that states it. `structural` facts are those that a schema of the
    vocabulary states as well, and decides where one is at hand. Without the text `mark` there is nothing to check.
    """

    id: str
    source: str
    check: Callable[[Tree], Iterator[Finding]]
    vocabularies: tuple[str, ...] = ()
    structural: bool = False
    mark: str = ""


class _More(TypedDict, total=False):
    """The optional fields of a finding; see there."""

    code: Code
    value: str
    expected: tuple[str, ...]
    severity: Severity
    reading: Reading | None
    ask: Ask | None
    type: SimpleType | None


def of_element(node: Node, words: str, **more: Unpack[_More]) -> Finding:
    """A finding about an element, at its name."""
    more.setdefault("code", Code.UNEXPECTED_ELEMENT)
    return Finding(node=node, start=node.start, end=node.name_end, words=words, name=node.written, **more)


def of_value(tree: Tree, node: Node, item: Attribute, words: str, **more: Unpack[_More]) -> Finding:
    """A finding about the value of an attribute."""
    more.setdefault("code", Code.INVALID_VALUE)
    more.setdefault("value", tree.attribute_value(item))
    return Finding(node=node, start=item.value_start, end=item.value_end, words=words, name=item.name, **more)


def of_text(tree: Tree, node: Node, words: str, **more: Unpack[_More]) -> Finding:
    """A finding about the text of an element."""
    more.setdefault("code", Code.INVALID_VALUE)
    more.setdefault("value", tree.value(node).strip())
    start, end = trimmed(tree, node)
    return Finding(node=node, start=start, end=max(end, start), words=words, name=node.written, **more)


def trimmed(tree: Tree, node: Node) -> tuple[int, int]:
    """The span of the only text of an element without white space around it; its content, where it is not alone."""
    piece = only_text(node)
    if piece is None:
        return node.content
    raw = tree.text[piece.start : piece.end]
    return piece.start + len(raw) - len(raw.lstrip()), piece.end - (len(raw) - len(raw.rstrip()))


def only_text(node: Node) -> Text | None:
    """The only piece of character data of an element without children; None where it is a CDATA section."""
    return node.texts[0] if len(node.texts) == 1 and not node.texts[0].cdata and not len(node.children) else None


def local(node: Node) -> str:
    """The local name of an element."""
    return local_name(node.name)


def space(node: Node) -> str:
    """The namespace of an element."""
    return namespace(node.name)


def native(tree: Tree) -> Iterator[Node]:
    """The elements in the namespace of the document element, itself included."""
    home = space(tree.root)
    return (node for node in tree.nodes if space(node) == home)


def children(node: Node, name: str = "") -> list[Node]:
    """The children in the element's own namespace, those of a local name where one is given."""
    home = space(node)
    return [child for child in node.children if space(child) == home and (not name or local(child) == name)]


def text_of(tree: Tree, node: Node, name: str) -> str:
    """The text of the first child of a local name; "" where there is none."""
    return next((tree.value(child).strip() for child in children(node, name)), "")


def value_of(tree: Tree, node: Node, name: str) -> str | None:
    """The value of an attribute by its Clark name; None where it is absent."""
    item = node.attribute(name)
    return tree.attribute_value(item) if item else None


def quoted(name: str) -> str:
    """A name in quotes with a blank in front of it; nothing for no name."""
    return f" \u201c{name[:60]}\u201d" if name else ""
