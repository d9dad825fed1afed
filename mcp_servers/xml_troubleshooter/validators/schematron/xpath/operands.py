"""The operands of a rule's test: the parts of it that do not hold, and the nodes and values that these came from.

Tests are read and evaluated once more, by elementpath, which comes with Saxon's extra: it gives the value of every
part of an expression, while Saxon gives that of the whole. A test that it cannot read is not explained.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from ..findings import NodePlace, RuleFinding
from .expression_parts import (
    LITERALS,
    Context,
    Node,
    Token,
    at_item,
    bare,
    bindings,
    ends_in_value,
    holds_elements,
    is_path,
    name_of,
    node_at,
    nodes,
    place_of,
    select,
    truth,
    value_of,
)  # fmt: skip
from .expressions import expressions

_VARIABLE = re.compile(r"\$\s*([\w.\-]+)")
_TAG = re.compile(r"<[^>]*>")
_OF_CONTEXT = {"normalize-space", "string", "string-length", "number", "data"}  # without an argument
_ONE_VARIABLE = 3  # parts of a quantifier with one
_BACK = 2  # changes that it counts for when what is there must not be
_MANY = 50  # nodes of an operand that are told, and items that a quantifier is followed through


@dataclass(frozen=True, slots=True)
class Seen:
    """A path of a test, its name for people, and the nodes that it selects with their values.

    The value of an element that holds others is "".
    """

    expression: str
    name: str
    nodes: tuple[NodePlace, ...] = ()
    values: tuple[str, ...] = ()

    @classmethod
    def of(cls, expression: str, nodes: list[Node]) -> Seen:
        """The path with its name, and the first of these nodes that it selects, with their values."""
        nodes = nodes[:_MANY]
        return cls(expression, name_of(expression, nodes), tuple(map(place_of, nodes)), tuple(map(value_of, nodes)))

    def with_more(self, other: Seen) -> Seen:
        """The nodes and values of two evaluations of one path; a node of both counts once."""
        pairs = dict(zip((*self.nodes, *other.nodes), (*self.values, *other.values), strict=True))
        return Seen(self.expression, self.name, tuple(pairs), tuple(pairs.values()))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a test in the context in which it is evaluated; `wanted` is the truth value that would be right."""

    token: Token
    context: Context
    wanted: bool


class Evaluation:
    """The test of a finding, evaluated once more at its node."""

    def __init__(self, found: RuleFinding, root: Node) -> None:
        """`root` is elementpath's document node. Raises the error of elementpath if it cannot read the test."""
        self.found = found
        self._root = root
        self._node = node_at(root, found.node)
        self._lets = {let.name: let.value for let in (*found.scope.lets, *found.scope.own_lets) if let.value}
        self._own = {let.name for let in found.scope.own_lets}
        self._values: dict[str, Any] = {
            let.name: _TAG.sub("", let.content) for let in (*found.scope.lets, *found.scope.own_lets) if not let.value
        }
        self._expressions = expressions(found.scope)
        self._truths: dict[tuple[int, int], tuple[Token, Context, bool | None]] = {}  # of tokens in circumstances
        self._bind(found.test)
        self.token = self.parsed(found.test)

    def failing(self) -> list[Part]:
        """The smallest parts of the test that are not as they should be."""
        return self.failing_in(Part(self.token, self._context(self._node), not self.found.report))

    def failing_in(self, part: Part) -> list[Part]:
        """The smallest parts of a part that are not as they should be."""
        return self._failing(part)[1]

    def context_at(self, place: NodePlace) -> Context:
        """The evaluation context at another node of the document."""
        return self._context(node_at(self._root, place))

    def context_of(self, variable: str) -> Context:
        """The context in which a variable of the rules is evaluated."""
        return self._context(self._node if variable in self._own else self._root)

    def seen(self, token: Token, context: Context) -> Iterator[Seen]:
        """The paths in a part of the test, with the nodes that they select."""
        token = bare(token)
        if token.symbol == "$":
            yield from self._seen_in_variable(token, context)
        elif ends_in_value(token):
            yield self._seen_in_steps(token, context)
        elif is_path(token):
            yield Seen.of(token.source, nodes(token, context))
        elif token.symbol in ("for", "some", "every"):
            yield from self.seen(token[1], context)
            for inner in bindings(token, context)[:_MANY] if len(token) == _ONE_VARIABLE else ():
                yield from self.seen(token[2], inner)
        elif token.symbol in _OF_CONTEXT and not len(token):
            yield Seen.of(".", [context.item])
        elif token.symbol not in LITERALS:
            of_type = token.symbol in ("instance", "castable", "cast", "treat")
            for child in token[:1] if of_type else token:
                yield from self.seen(child, context)

    def parsed(self, expression: str) -> Token:
        """An expression of the rules."""
        return self._expressions.parsed(expression)

    def variable(self, token: Token) -> Token | None:
        """The expression by which the rules declare a variable; None where they declare none."""
        value = self._lets.get(token[0].value)
        return self.parsed(value) if value else None

    def is_empty(self, place: NodePlace) -> bool:
        """Whether the element at a place has neither elements nor text in it."""
        node = node_at(self._root, place)
        return not holds_elements(node) and not node.string_value.strip()

    def is_leaf(self, place: NodePlace) -> bool:
        """Whether there are no elements in the node at a place."""
        return not holds_elements(node_at(self._root, place))

    def _context(self, item: Node) -> Context:
        from elementpath import XPathContext  # noqa: PLC0415 - an extra

        return XPathContext(self._root, item=item, variables={"_current": self._node, **self._values})

    def _bind(self, expression: str) -> None:
        """Give the variables of an expression their values."""
        for name in _VARIABLE.findall(expression):
            if name in self._values or name not in self._lets:
                continue
            self._values[name] = []  # should it need itself
            self._bind(self._lets[name])
            self._values[name] = select(self.parsed(self._lets[name]), self.context_of(name))

    def _failing(self, part: Part) -> tuple[int, list[Part]]:
        """The smallest parts of a part that are not as they should be, and how many of them have to change.

        Of several ways to hold, those count that need the fewest changes, or one more; the easiest comes first.
        """
        token, context, wanted = part.token, part.context, part.wanted
        holds = self._truth(token, context)
        if holds == wanted or token.symbol in ("true", "false"):
            return 0, []
        if token.symbol not in ("and", "or"):
            inner = self._inside(part)
            # to supply what is asked for is nearer than to take away what asks for it
            return self._failing(inner[0]) if inner else (1 if wanted else _BACK, [part])
        sure = [child for child in token if self._truth(child, context) == (not wanted)]
        ways = [
            self._failing(Part(child, context, wanted)) for child in (sure if sure and holds is not None else token)
        ]
        if (token.symbol == "or") == wanted:
            least = min((cost for cost, found in ways if found), default=0)
            ways = sorted((way for way in ways if way[1] and way[0] <= least + 1), key=lambda way: way[0])
            return least, [each for _, found in ways for each in found]
        return sum(cost for cost, _ in ways), [each for _, found in ways for each in found]

    def _truth(self, token: Token, context: Context) -> bool | None:
        """Whether an expression holds, evaluated once: parts are asked about after the whole."""
        key = id(token), id(context)
        if key not in self._truths:
            self._truths[key] = token, context, truth(token, context)
        return self._truths[key][2]

    @staticmethod
    def _inside(part: Part) -> list[Part]:
        """The one part that the truth of a part depends on, in a list; empty where there is no such part."""
        token, context, wanted = part.token, part.context, part.wanted
        match token.symbol:
            case "(" | "boolean" if len(token) == 1:
                return [Part(token[0], context, wanted)]
            case "not":
                return [Part(token[0], context, not wanted)]
            case "if":
                return [Part(token[1] if truth(token[0], context) else token[2], context, wanted)]
            case "every" | "some" if len(token) == _ONE_VARIABLE and (token.symbol == "every") == wanted:
                first = (inner for inner in bindings(token, context) if truth(token[2], inner) != wanted)
                return [Part(token[2], inner, wanted) for inner in first][:1]
            case _:
                return []

    def _seen_in_variable(self, token: Token, context: Context) -> Iterator[Seen]:
        inside = self.variable(token)
        if inside is not None:
            yield from self.seen(inside, self.context_of(token[0].value))
        elif found := nodes(token, context):
            yield Seen.of(token.source, found)

    def _seen_in_steps(self, token: Token, context: Context) -> Seen:
        """The nodes that the last step of a path takes a value from: cac:Line/xs:decimal(cbc:Amount)."""
        found = [
            replace(seen, expression=f"{token[0].source}/{seen.expression}")
            for item in select(token[0], context)[:_MANY]
            for seen in self.seen(token[1], at_item(context, item))
        ]
        return reduce(Seen.with_more, found) if found else Seen(token.source, name_of(token.source))
