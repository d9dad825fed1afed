"""Expressions that prove the source of a value: a part of XPath 1.0 that cannot make a value up or reach a file.

An expression has to read the value out of the document: letters and digits of its own may only choose (in predicates),
join (punctuation) or scale (powers of ten), so that an invented value cannot be spelt out in it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from ..document.document import Document

_MAX_LENGTH = 400
_MAX_NODES = 100_000
_TOKEN = re.compile(
    r"\s*(?:(?P<literal>\"[^\"]*\"|'[^']*')|(?P<number>\d+(?:\.\d*)?|\.\d+)"
    r"|(?P<name>[^\W\d][\w.\-]*(?::(?!:)(?:[^\W\d][\w.\-]*|\*))?)|(?P<symbol>::|//|\.\.|!=|<=|>=|[()\[\].@,/|+\-=<>*]))"
)
_OPERATORS = frozenset({"and", "or", "div", "mod"})
_SAFE = frozenset(
    {
        "concat", "contains", "ceiling", "count", "false", "floor", "last", "local-name", "name", "namespace-uri",
        "normalize-space", "not", "number", "position", "round", "starts-with", "string", "string-length", "substring",
        "substring-after", "substring-before", "sum", "text", "node", "translate", "true",
    }
)  # fmt: skip
_ONLY_TO_CHOOSE = frozenset(
    {"last", "local-name", "name", "namespace-uri", "position", "string-length", "true", "false"}
)
_SCALES = frozenset({"1", "10", "100", "1000"})
_OPERAND_ENDS = frozenset({")", "]", "*", ".", ".."})


class ExpressionError(ValueError):
    """An expression that proves nothing; the text is the reason, in words for its author."""


def evaluate(document: Document, expressions: Sequence[str], context: str = "") -> list[str | ExpressionError]:
    """The result of each expression in a well-formed document, read from the element at the path `context`.

    A value comes back as a string, numbers in their shortest decimal form; an ExpressionError stands for an expression
    that is not allowed, fails, or yields nothing or several different values. Runs in a worker process, under its time
    limit.
    """
    from lxml import etree  # noqa: PLC0415 - heavy

    from ..document.parsing import parse  # noqa: PLC0415 - heavy

    try:
        tree = parse(document.to_bytes())
    except (etree.XMLSyntaxError, ValueError):
        reason = "an expression can be evaluated only once the document is well-formed"
        return [ExpressionError(reason) for _ in expressions]
    namespaces = _namespaces(document.text)
    node = _context(tree, context, namespaces)
    found: list[str | ExpressionError] = []
    for expression in expressions:
        try:
            found.append(_value(node.xpath(translated(expression), namespaces=namespaces)))
        except ExpressionError as error:
            found.append(error)
        except (etree.XPathError, ValueError) as error:  # ValueError: a literal with a character that XML lacks
            found.append(ExpressionError(f"{expression!r} cannot be evaluated: {error}"))
    return found


def agrees(proposed: str, value: str) -> bool:
    """Whether a proposed value equals the result of an expression: the same text, or the same number."""
    if " ".join(proposed.split()) == " ".join(value.split()):
        return True
    try:
        one, other = Decimal(proposed.strip()), Decimal(value.strip())
    except InvalidOperation:
        return False
    # sums are computed in binary: 0.1 + 0.2 must prove 0.30
    return one.is_finite() and other.is_finite() and abs(one - other) <= abs(other) * Decimal("1e-12")


def translated(expression: str) -> str:
    """The expression as it is evaluated: names without prefix match in any namespace. Raises ExpressionError."""
    if len(expression) > _MAX_LENGTH:
        raise ExpressionError(f"the expression is longer than {_MAX_LENGTH} characters")
    tokens = _tokens(expression)
    _check(tokens)
    return " ".join(_rewritten(tokens))


def _tokens(expression: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at, end = 0, len(expression.rstrip())
    while at < end:
        match = _TOKEN.match(expression, at)
        if match is None or match.lastgroup is None:
            raise ExpressionError(f"{expression!r} is no XPath 1.0 expression (at {expression[at : at + 10]!r})")
        tokens.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return tokens


def _check(tokens: Sequence[tuple[str, str]]) -> None:
    """Raises ExpressionError where the expression could spell a value out or call something unsafe."""
    opened: list[str] = []  # the brackets and calls around a token, innermost last
    calls: list[str] = []
    reads = scales = 0
    for index, (kind, written) in enumerate(tokens):
        if _is_call(tokens, index):
            calls.append(written)
            _check_call(written, choosing="[" in opened)
        elif written in ("(", "["):
            opened.append(tokens[index - 1][1] if index and _is_call(tokens, index - 1) else written)
        elif written in (")", "]"):
            opened = opened[:-1]
        elif "[" in opened:
            if kind == "number" and "count" in calls:
                raise ExpressionError("what is counted must not be chosen by number")
        elif kind == "number" and opened[-1:] != ["substring"]:
            scales += 1  # one factor and one step are enough for any honest sum
            _check_own(written, allowed=written in _SCALES and scales <= 2)  # noqa: PLR2004
        elif kind == "literal":
            _check_own(written, allowed=not any(map(str.isalnum, written)))
        else:
            reads += _is_step(tokens, index)
    _check_whole(reads, calls)


def _check_whole(reads: int, calls: Sequence[str]) -> None:
    if not reads:
        raise ExpressionError("the expression reads nothing from the document")
    if calls.count("substring") > 1 or calls.count("concat") > 1:
        raise ExpressionError("a value may not be pieced together from more than one substring")


def _check_call(function: str, *, choosing: bool) -> None:
    if function not in (_SAFE if choosing else _SAFE - _ONLY_TO_CHOOSE):
        raise ExpressionError(
            f"{function}() is not allowed there; a value is read by paths, predicates, sum, count, concat, substring, "
            "normalize-space and arithmetic"
        )


def _check_own(written: str, *, allowed: bool) -> None:
    """Raises ExpressionError where a number or literal of the expression's own is not allowed."""
    if not allowed:
        raise ExpressionError(f"the value must be read from the document; {written} spells it out")


def _is_call(tokens: Sequence[tuple[str, str]], index: int) -> bool:
    return tokens[index][0] == "name" and index + 1 < len(tokens) and tokens[index + 1][1] == "("


def _is_step(tokens: Sequence[tuple[str, str]], index: int) -> bool:
    """Whether a token names elements or attributes, by a name or by a wildcard."""
    kind, written = tokens[index]
    if written == "*":
        return index > 0 and tokens[index - 1][1] in ("/", "//", "::", "@")
    return kind == "name" and not _is_operator(tokens, index)


def _is_operator(tokens: Sequence[tuple[str, str]], index: int) -> bool:
    if tokens[index][1] not in _OPERATORS or index == 0:
        return False
    kind, before = tokens[index - 1]
    if kind == "name":
        return not _is_operator(tokens, index - 1)
    return kind in ("literal", "number") or before in _OPERAND_ENDS


def _rewritten(tokens: Sequence[tuple[str, str]]) -> list[str]:
    parts: list[str] = []
    for index, (kind, written) in enumerate(tokens):
        before = tokens[index - 1][1] if index else ""
        on_attribute = before == "@" or (before == "::" and tokens[index - 2][1] == "attribute")
        axis = index + 1 < len(tokens) and tokens[index + 1][1] == "::"
        named = kind == "name" and ":" not in written and not (on_attribute or axis or _is_call(tokens, index))
        plain = named and not _is_operator(tokens, index)
        parts.append(f"*[local-name()='{written}']" if plain else written)
    return parts


def _namespaces(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in re.finditer(r"\sxmlns:([\w.\-]+)\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')", text):
        found.setdefault(match.group(1), match.group(2) or match.group(3) or "")
    return {prefix: uri for prefix, uri in found.items() if uri}


def _context(tree: Any, path: str, namespaces: Mapping[str, str]) -> Any:  # noqa: ANN401 - lxml's trees and elements share xpath() alone
    from lxml import etree  # noqa: PLC0415 - heavy

    steps = path.partition("/@")[0]
    if steps:
        try:
            found = tree.xpath(translated(steps), namespaces=namespaces)
        except (etree.XPathError, ValueError):
            found = []
        if isinstance(found, list) and len(found) == 1 and isinstance(found[0], etree._Element):  # noqa: SLF001 - lxml's own name for its class
            return found[0]
    return tree


def _value(result: object) -> str:
    if isinstance(result, bool):
        raise ExpressionError("the expression yields true or false, not a value")
    if isinstance(result, float):
        if not math.isfinite(result):
            raise ExpressionError("the expression yields no number")
        return f"{Decimal(f'{result:.12g}'):f}"
    if isinstance(result, list):
        if len(result) > _MAX_NODES:
            raise ExpressionError("the expression yields too many values")
        values = {" ".join(_text(item).split()) for item in result}
        if len(values) > 1:
            raise ExpressionError(f"the expression yields {len(values)} different values; name one place")
        result = next(iter(values), "")
    text = str(result)
    if not text.strip():
        raise ExpressionError("the expression yields nothing")
    return text


def _text(node: Any) -> str:  # noqa: ANN401 - an element or the text of an attribute
    return node if isinstance(node, str) else "".join(node.itertext(with_tail=False))
