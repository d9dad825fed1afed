"""The parts of an XPath expression, and the nodes that they select, as elementpath has them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from typing import Any, TypeAlias

from ..findings import NodePlace

# elementpath comes with an extra, so that its types may be missing
Token: TypeAlias = Any
Node: TypeAlias = Any
Context: TypeAlias = Any

LITERALS = {"(string)", "(integer)", "(decimal)", "(float)"}
# functions that change a value's type or layout, but not its meaning
TRANSPARENT = {
    "round", "round-half-to-even", "number", "decimal", "double", "integer", "float", "string", "normalize-space",
    "data", "abs", "date", "upper-case", "lower-case", "ceiling", "floor",
}  # fmt: skip
_POWERS = {10, 100, 1000, 10_000}
_BINARY = 2  # operands
_PREDICATE = re.compile(r"\[[^\[\]]*\]")


def bare(token: Token) -> Token:
    """A token without the parentheses around it and the prefix of its function."""
    while (token.symbol == "(" and len(token) == 1) or (
        token.symbol == ":" and len(token) == _BINARY and "function" in str(token[1].label)
    ):
        token = token[0] if token.symbol == "(" else token[1]
    return token


def is_binary(token: Token) -> bool:
    """Whether a token has two operands."""
    return len(token) == _BINARY


def is_path(token: Token) -> bool:
    """Whether a bare token leads to nodes."""
    label = str(token.label)
    if token.symbol == "[":
        return is_path(bare(token[0]))
    if token.symbol in ("/", "//"):
        return len(token) == 0 or is_path(bare(token[-1]))
    return (
        token.symbol in ("(name)", ":", "@", ".", "..", "Q{")
        or any(word in label for word in ("axis", "kind test", "wildcard"))
        or (token.symbol == "*" and not len(token))
    )


def ends_in_value(token: Token) -> bool:
    """Whether a bare token is a path whose last step makes values of the nodes before it."""
    return token.symbol in ("/", "!") and is_binary(token) and not is_path(bare(token[1]))


def is_plain(token: Token) -> bool:
    """Whether an expression is a path, whatever its value is turned into."""
    token = bare(token)
    if token.symbol in ("/", "!") and is_binary(token):
        return is_plain(token[1])
    if token.symbol in TRANSPARENT and len(token):
        return is_plain(token[0])
    return is_path(token)


def unrounded(token: Token) -> Token | None:
    """The operand of the usual XPath idiom for rounding to a number of decimals; None for anything else."""
    if token.symbol != "div" or _constant(token[1]) not in _POWERS or bare(token[0]).symbol != "round":
        return None
    inner = bare(bare(token[0])[0])
    while inner.symbol == "*" and is_binary(inner) and _constant(inner[1]) in _POWERS:
        inner = bare(inner[0])
    return inner


def _constant(token: Token) -> int:
    token = bare(token)
    return int(token.value) if token.symbol == "(integer)" else 0


def select(token: Token, context: Context) -> list[Any]:
    """The result of an expression."""
    return list(token.select(copy(context)))


def nodes(token: Token, context: Context) -> list[Node]:
    """The nodes that an expression yields."""
    return [item for item in select(token, context) if is_node(item)]


def at_item(context: Context, item: Node) -> Context:
    """The same context at another item."""
    made = copy(context)
    made.item = item
    return made


def atoms(token: Token, context: Context) -> list[Any]:
    """The result of an expression, with the text of each node in its place."""
    return [item.string_value if is_node(item) else item for item in select(token, context)]


def truth(token: Token, context: Context) -> bool | None:
    """Whether an expression holds; None where that cannot be told, as of the rule set's own functions."""
    try:
        return bool(token.boolean_value(select(token, context)))
    except Exception:  # noqa: BLE001 - whatever it is, the finding is kept without it
        return None


def bindings(token: Token, context: Context) -> list[Context]:
    """The contexts in which the body of a quantifier or `for` with one variable is evaluated."""
    made = []
    for item in select(token[1], context):
        inner = copy(context)
        inner.variables = {**context.variables, token[0][0].value: item}
        made.append(inner)
    return made


def is_node(item: object) -> bool:
    """Whether an item is a node."""
    return hasattr(item, "string_value") and hasattr(item, "parent")


def node_at(root: Node, place: NodePlace) -> Node:
    """The node at a place; raises LookupError."""
    node = root
    for step in place.steps:
        node = _children(node, "ElementNode")[step - 1]
    if place.attribute:
        return {item.name: item for item in node.attributes}[place.attribute]
    if place.text:
        return _children(node, "TextNode")[place.text - 1]
    if place.other:
        return _children(node, "CommentNode", "ProcessingInstructionNode")[place.other - 1]
    return node


def place_of(node: Node) -> NodePlace:
    """The place of a node, of a text its element's."""
    attribute = ""
    if _is(node, "AttributeNode"):
        attribute, node = node.name, node.parent
    while node.parent is not None and not _is(node, "ElementNode"):
        node = node.parent
    element = getattr(node, "elem", None)
    return NodePlace() if element is None or not hasattr(element, "getparent") else NodePlace.of(element, attribute)


def holds_elements(node: Node) -> bool:
    """Whether there are elements in a node."""
    return bool(_children(node, "ElementNode"))


def value_of(node: Node) -> str:
    """The text of a node, blanks collapsed; "" for an element that holds others."""
    return "" if holds_elements(node) else " ".join(str(node.string_value).split())


def name_of(expression: str, nodes: Sequence[Node] = ()) -> str:
    """The name for people of the node that a path leads to."""
    step = re.split(r"/|::", _PREDICATE.sub("", _PREDICATE.sub("", expression)))[-1].strip()
    if step in ("", ".", "*", "@*", "text()", "node()") or step.startswith("$"):
        node = nodes[0] if nodes else None
        if node is not None and _is(node, "TextNode"):
            node = node.parent
        own = str(getattr(node, "name", None) or "").rpartition("}")[2]
        return f"@{own}" if own and _is(node, "AttributeNode") else own or "the value"
    step = re.sub(r"^.*\(|\).*$", "", step) or step
    return f"@{step.lstrip('@').rpartition(':')[2]}" if step.startswith("@") else step.rpartition(":")[2]


def _children(node: Node, *kinds: str) -> list[Node]:
    return [child for child in getattr(node, "children", None) or () if _is(child, *kinds)]


def _is(node: Node, *kinds: str) -> bool:
    # lxml's nodes have classes of their own there
    return type(node).__name__.endswith(kinds)
