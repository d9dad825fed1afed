"""Why a rule does not hold, in a sentence with the document's values."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from importlib.util import find_spec

from ....document.parsing import Tree
from ....wording import shortened
from ..findings import NodePlace, RuleFinding
from .expression_parts import (
    LITERALS,
    TRANSPARENT,
    Context,
    Node,
    Token,
    atoms,
    bare,
    is_binary,
    is_path,
    is_plain,
    name_of,
    select,
    unrounded,
)  # fmt: skip
from .operands import Evaluation, Part, Seen

_OPPOSITE = {
    "=": "≠", "!=": "=", "<": "≥", "<=": ">", ">": "≤", ">=": "<",
    "eq": "≠", "ne": "=", "lt": "≥", "le": ">", "gt": "≤", "ge": "<",
}  # fmt: skip
_SIGNS = {"eq": "=", "ne": "≠", "!=": "≠", "lt": "<", "le": "≤", "<=": "≤", "gt": ">", "ge": "≥", ">=": "≥"}
_TIMES = "\N{MULTIPLICATION SIGN}"
_ARITHMETIC = {"+": "+", "-": "-", "*": _TIMES, "div": "÷", "idiv": "÷", "mod": "mod"}
_CALCULATED = re.compile(rf" [+\-{_TIMES}÷] ")
_TERM = re.compile(rf"([+-])?\s*[Σ∑]?\s*([^()=+Σ∑{_TIMES}*/;\n-]*)\((BT-\d+)\)")
_LISTINGS = ("some", "index-of")  # what looks a value up in a list
_SHOWN = 6  # values of an operand in a sentence
_PHRASES = 4
_LONGEST = 60  # characters of a value
_SECONDS = 2.0  # of computing, for all findings of a document


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a test does not hold: a `statement` with values, `complete` where it says all that the rule's message does,
    the `operands`, and the node `at` fault, where the test shows one.
    """

    statement: str = ""
    complete: bool = False
    operands: tuple[Seen, ...] = ()
    at: NodePlace | None = None


class Explainer:
    """Explains the findings of one document, within a time."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._until = time.thread_time() + _SECONDS
        self._able = find_spec("elementpath") is not None

    def explain(self, found: RuleFinding) -> Explained:
        """The reason why a test does not hold; an empty one where none is found."""
        if found.document or not self._able or time.thread_time() > self._until:
            return Explained()
        try:
            return _explained(Evaluation(found, self._root))
        except Exception:  # noqa: BLE001 - whatever it is, the finding is kept without it
            return Explained()

    @cached_property
    def _root(self) -> Node:
        from elementpath import XPathContext  # noqa: PLC0415 - an extra

        return XPathContext(self._tree).root


def _explained(test: Evaluation) -> Explained:
    parts = test.failing()
    seen: dict[str, Seen] = {}
    for part in parts:
        for item in test.seen(part.token, part.context):
            before = seen.get(item.expression)
            seen[item.expression] = item if before is None else before.with_more(item)
    operands = tuple(seen.values())
    compared = [part for part in parts if _is_calculation(test, part)]
    if not compared:
        at = next((place for part in parts if (place := _first_node(test, part.token, part.context))), None)
        return Explained(_phrases(test, parts, operands), complete=False, operands=operands, at=at)
    # of several that do not hold, the one that looks at most
    main = max(compared, key=lambda part: sum(bool(item.nodes) for item in test.seen(part.token, part.context)))
    statement, complete = _comparison(test, main)
    left, right = main.token
    own = any(True for _ in test.seen(left, main.context))
    return Explained(statement, complete, operands, _first_node(test, left if own else right, main.context))


def _first_node(test: Evaluation, token: Token, context: Context) -> NodePlace | None:
    """The node to point at: the first that a test looks at below its context node, else the first at all."""
    nodes = [node for seen in test.seen(token, context) for node in seen.nodes]
    own = test.found.node.steps
    return next((node for node in nodes if node.steps[: len(own)] == own), next(iter(nodes), None))


def _is_calculation(test: Evaluation, part: Part) -> bool:
    """Whether a part compares values with each other that are calculated, or found in the document."""
    if part.token.symbol not in _OPPOSITE or not any(True for _ in test.seen(part.token, part.context)):
        return False
    return all(_is_value(test, side) for side in part.token)


def _is_value(test: Evaluation, token: Token) -> bool:
    token = bare(token)
    if token.symbol == "(string)":
        return bool(token.value)  # that something is not empty is said in other words
    if token.symbol == "$" and (inside := test.variable(token)) is not None:
        return _is_value(test, inside)
    if token.symbol in LITERALS or is_path(token) or token.symbol in ("count", "$"):
        return True
    if token.symbol in ("/", "!") and is_binary(token):
        return _is_value(test, token[1])
    if token.symbol in _ARITHMETIC or token.symbol in TRANSPARENT or token.symbol in (",", "sum"):
        return all(_is_value(test, child) for child in token)
    return False


def _phrases(test: Evaluation, parts: list[Part], operands: tuple[Seen, ...]) -> str:
    phrases = []
    for item in operands[:_PHRASES]:
        values = shortened(", ".join(item.values[:_SHOWN]), _LONGEST)
        if not item.nodes:
            phrases.append(f"{item.name} is not there")
        elif len(operands) == 1 and _looks_up(test, parts[0]):
            phrases.append(f'{item.name} "{values}" is not listed')
        elif any(item.values):
            phrases.append(f'{item.name} is "{values}"')
        else:
            phrases.append(f"{item.name} is {'empty' if any(map(test.is_leaf, item.nodes)) else 'there'}")
    return "; ".join(dict.fromkeys(phrases))


def _looks_up(test: Evaluation, part: Part) -> bool:
    """Whether a part looks for a value in a list in the rule, and does not find it."""
    token = bare(part.token)
    if token.symbol == "contains":
        return part.wanted and not any(seen.nodes for seen in test.seen(token[0], part.context))
    return part.wanted and token.symbol in _LISTINGS


def _comparison(test: Evaluation, part: Part) -> tuple[str, bool]:
    """A comparison with its values, and whether it has the names that the rule's message gives them."""
    left, right = part.token
    head = next(iter(test.seen(left, part.context)), None) if is_plain(left) else None
    sign = _OPPOSITE[part.token.symbol] if part.wanted else _SIGNS.get(part.token.symbol, part.token.symbol)
    if head is None:
        writer = _Writer(test, part.context, {}, "")
        return f"{writer.with_result(left)} {sign} {writer.with_result(right)}", False
    terms = _terms(test.found.message)
    labels = _labelled([("", head.expression), *_signed(test, right, "", part.context)], terms)
    writer = _Writer(test, part.context, labels, head.expression)
    name = f"{terms[0].words} ({terms[0].id})" if labels else head.name
    one, other = writer.with_result(left), writer.with_result(right)
    if one == other and sign == "≠":  # what is no number does not equal itself
        return f"{name} {one} is no number", bool(labels)
    return f"{name} {one} {sign} {other}", bool(labels)


def _signed(test: Evaluation, token: Token, sign: str, context: Context) -> Iterator[tuple[str, str]]:
    """The paths of a sum, each with its sign."""
    token = bare(token)
    if (inner := unrounded(token)) is not None:
        yield from _signed(test, inner, sign, context)
    elif token.symbol in ("+", "-") and is_binary(token):
        yield from _signed(test, token[0], sign, context)
        yield from _signed(test, token[1], token.symbol, context)
    elif token.symbol in TRANSPARENT or token.symbol == "sum":
        yield from _signed(test, token[0], sign, context)
    elif token.symbol == "$" and (inside := test.variable(token)) is not None:
        yield from _signed(test, inside, sign, test.context_of(token[0].value))
    else:
        yield from ((sign, seen.expression) for seen in test.seen(token, context))


@dataclass(frozen=True, slots=True)
class _Term:
    """A business term in the equation that a message states, with the sign in front of it."""

    sign: str
    words: str
    id: str


def _terms(message: str) -> list[_Term]:
    """The business terms of a message that states an equation with one on its left; none of any other message."""
    message = re.sub(r"^\s*\[[^\]]*\]\s*-?\s*", "", message)
    left, equals, right = message.partition("=")
    if not equals or "=" in right or left.count("(BT-") != 1:
        return []
    terms = [
        _Term(sign or "", " ".join(words.strip(" .").split()), term)
        for sign, words, term in _TERM.findall(f"{left}=\n{right}")
    ]
    return terms if len(terms) == 1 + right.count("(B") else []


def _labelled(paths: list[tuple[str, str]], terms: list[_Term]) -> dict[str, str]:
    """The ids of terms for the paths of an equation, where it is built as its message says."""
    left = [(term.sign, term.id) for term in terms]
    labels: dict[str, str] = {}
    for sign, path in paths:
        match = next((item for item in left if item[0] == sign), None)
        if match is None:
            return {}
        left.remove(match)
        labels[path] = match[1]
    return labels if labels and not left and len(labels) == len(paths) else {}


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes expressions with values in place of their paths, each with its label or name behind it, but the head."""

    test: Evaluation
    context: Context
    labels: dict[str, str]
    head: str

    def with_result(self, token: Token) -> str:
        """The expression, and its result where it is more than a value."""
        text = self.written(token)
        if not _CALCULATED.search(text):
            return text
        decimals = max((len(number) for number in re.findall(r"\d\.(\d+)", text)), default=0)
        results = [_number(item, decimals) for item in atoms(token, self.context)]
        return f"{text} = {results[0]}" if len(results) == 1 else text

    def written(self, token: Token) -> str:
        """The expression."""
        token = bare(token)
        name = token.symbol
        if (inner := unrounded(token)) is not None:
            return self.written(inner)
        if name == "$" and (inside := self.test.variable(token)) is not None:
            return replace(self, context=self.test.context_of(token[0].value)).written(inside)
        if name in _ARITHMETIC and is_binary(token):
            return f"{self._grouped(token[0])} {_ARITHMETIC[name]} {self._grouped(token[1])}"
        if name in TRANSPARENT and len(token):
            return self.written(token[0])
        if name == "sum":
            return self._values(token[0], " + ")
        if name == "count":
            counted = bare(token[0])
            while counted.symbol == "$" and (meant := self.test.variable(counted)) is not None:
                counted = bare(meant)
            return f"count({name_of(counted.source)}) {len(select(token[0], self.context))}"
        if name == "," or name in LITERALS:
            values = [_text(item) for item in atoms(token, self.context)]
            return f"one of {_some(values)}" if len(values) > 1 else values[0]
        return self._values(token, ", ")

    def _grouped(self, token: Token) -> str:
        text = self.written(token)
        inside = bare(token)
        apart = token.symbol == "("
        while inside.symbol == "$" and (meant := self.test.variable(inside)) is not None:
            inside, apart = bare(meant), True
        return f"({text})" if apart and inside.symbol in ("+", "-") and " " in text else text

    def _values(self, token: Token, joint: str) -> str:
        seen = list(self.test.seen(token, self.context))
        if len(seen) != 1:
            return _some([_text(item) for item in atoms(token, self.context)], joint)
        values = _some(list(seen[0].values), joint)
        path = seen[0].expression
        return values if path == self.head else f"{values} ({self.labels.get(path, seen[0].name)})"


def _some(values: list[str], joint: str = ", ") -> str:
    if not values:
        return "nothing"
    more = f"{joint}… ({len(values)} in all)" if len(values) > _SHOWN else ""
    return joint.join(shortened(value, _LONGEST) for value in values[:_SHOWN]) + more


def _text(item: object) -> str:
    return _number(item, 0) if isinstance(item, (Decimal, float)) else " ".join(str(item).split())


def _number(item: object, decimals: int) -> str:
    """A number with at least so many decimals."""
    try:
        value = Decimal(str(item))
        text = f"{value.quantize(Decimal(1).scaleb(-decimals)):f}"
        return text if Decimal(text) == value else f"{value.normalize():f}"
    except (ArithmeticError, ValueError):
        return str(item)
