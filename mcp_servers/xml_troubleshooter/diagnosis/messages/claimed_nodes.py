"""Which elements and attributes of a document a claim can be about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...document.tokens import Attribute
from ...document.tree import Node, Tree
from ...facts.finding import local, space
from .claim import Claim, Kind


def claimed_nodes(claim: Claim, tree: Tree) -> list[Node]:
    """The elements that a claim can be about: by name, namespace and value, at its line where it names one.

    A name that occurs in other letter case only is taken for that.
    """
    of_attribute = claim.kind in (Kind.MISSING_ATTRIBUTE, Kind.UNEXPECTED_ATTRIBUTE)
    name = claim.parent if of_attribute else claim.name or claim.parent
    named = [node for node in tree.nodes if local(node) == name] if name else []
    named = named or ([node for node in tree.nodes if local(node).lower() == name.lower()] if name else [])
    if claim.namespace:
        named = [node for node in named if space(node) == claim.namespace]
    return at_line(claim, tree, named)


def at_line(claim: Claim, tree: Tree, nodes: Sequence[Node]) -> list[Node]:
    """The elements of some for which a tool would name this line or column: that of their start tag or their end."""
    if not claim.line:
        return list(nodes)
    line_of = tree.document.position
    near = [
        node
        for node in nodes
        if line_of(node.start).line <= claim.line <= line_of(node.tag.end).line or line_of(node.end).line == claim.line
    ]
    at = tree.document.offset(claim.line, claim.column)
    exact = [node for node in near if node.start <= at <= node.tag.end or node.content[1] < at <= node.end]
    return exact if claim.column and exact else near


def repeated(claim: Claim, tree: Tree) -> list[tuple[Node, Attribute]]:
    """The elements with the attribute and value that a claim calls duplicate, in the first list that has them."""
    found = [
        (node, item)
        for node in tree.nodes
        if local(node) not in ("remove", "clear") and node.parent is not None
        for item in node.attributes
        if claim.name and item.name == claim.name and tree.attribute_value(item) == claim.value
    ]
    return [each for each in found if each[0].parent is found[0][0].parent]


def holders(claim: Claim, tree: Tree) -> Iterator[tuple[Node, Attribute | None]]:
    """The elements and attributes that have the value, by the name and at the line that the message gives.

    For a message without a value they are those of the name.
    """
    if not (claim.value or claim.name):
        return
    for node in at_line(claim, tree, tree.nodes) if claim.line else tree.nodes:
        if (
            claim.name in ("", local(node))
            and claim.parent in ("", local(node), local(node.parent) if node.parent else "")
            and not len(node.children)
            and (not claim.value or tree.value(node).strip() == claim.value.strip())
        ):
            yield node, None
        for item in node.attributes:
            named = claim.name in ("", item.name.rpartition(":")[2])
            if named and claim.parent in ("", local(node)) and claim.value in ("", tree.attribute_value(item)):
                yield node, item
