"""The comparisons of numbers in the test of a rule, with the values of both sides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from decimal import Decimal

from ....validators.schematron.findings import RuleFinding
from ....validators.schematron.xpath.expression_parts import (
    Context,
    Node,
    Token,
    atoms,
    bare,
    bindings,
    is_binary,
    select,
)
from ....validators.schematron.xpath.operands import Evaluation

COMPARED = {"=", "!=", "<", "<=", ">", ">=", "eq", "ne", "lt", "le", "gt", "ge"}


def comparisons(found: RuleFinding, root: Node) -> list[tuple[str, float, float]]:
    """The comparisons of numbers in a test, in an order that depends on the test alone: sign and both sides."""
    test = Evaluation(found, root)
    context = test.context_at(found.node)
    return list(_compared(test, test.token, context))


def _compared(test: Evaluation, token: Token, context: Context) -> Iterator[tuple[str, float, float]]:
    token = bare(token)
    if token.symbol in ("and", "or", "not", "boolean", "if", "("):
        for child in token:
            yield from _compared(test, child, context)
    elif token.symbol in ("every", "some") and len(token) == 3:  # noqa: PLR2004
        for inner in bindings(token, context):
            yield from _compared(test, token[2], inner)
    elif (near := _near(token)) is not None:
        yield "=", _value(near, context), 0.0
    elif token.symbol in COMPARED and is_binary(token):
        yield token.symbol, _value(token[0], context), _value(token[1], context)
    else:
        yield from in_function(test, token, context)


def _near(token: Token) -> Token | None:
    """The expression whose amount a test wants to be close to zero: X in abs(X) <= 0.01; None for other tests."""
    if token.symbol in ("<", "<=", "lt", "le") and is_binary(token) and bare(token[0]).symbol == "abs":
        return bare(token[0])[0]
    if token.symbol in (">", ">=", "gt", "ge") and is_binary(token) and bare(token[1]).symbol == "abs":
        return bare(token[1])[0]
    return None


def in_function(test: Evaluation, token: Token, context: Context) -> Iterator[tuple[str, float, float]]:
    """The comparisons in a function of the rule set's own."""
    inner = call(test, token, context)
    if inner is not None:
        yield from _compared(test, *inner)


def call(test: Evaluation, token: Token, context: Context) -> tuple[Token, Context] | None:
    """The body of a function of the rule set's own, with the context to evaluate it in; None for other expressions."""
    local = str(token.symbol).rpartition("}")[2].rpartition(":")[2]
    for text in test.found.scope.functions:
        if not re.search(rf"<(?:\w+:)?function\b[^>]*?\sname=[\"'](?:[\w.-]+:)?{re.escape(local)}[\"']", text):
            continue
        from lxml import etree  # noqa: PLC0415

        function = etree.fromstring(text)
        parameters = list(function.iterfind("{*}param"))
        body = [str(item.get("select")) for item in function if str(item.tag).endswith(("}value-of", "}sequence"))]
        if len(parameters) != len(token) or not body:
            return None
        inner = copy(context)
        given = {
            str(at.get("name")): _given(at.get("as", ""), child, context)
            for at, child in zip(parameters, token, strict=True)
        }
        inner.variables = {**context.variables, **given}
        return test.parsed(body[-1]), inner
    return None


def _given(type_: str, token: Token, context: Context) -> list[object]:
    """The value of an argument, as a number where the parameter is declared as one."""
    if re.search("decimal|double|integer|float", type_):
        return [Decimal(str(item)) for item in atoms(token, context)]
    return atoms(token, context) if type_ else select(token, context)


def _value(token: Token, context: Context) -> float:
    try:
        values = atoms(token, context)
        return float(values[0]) if len(values) == 1 else float("nan")
    except Exception:  # noqa: BLE001 - whatever it is, it is no number
        return float("nan")
