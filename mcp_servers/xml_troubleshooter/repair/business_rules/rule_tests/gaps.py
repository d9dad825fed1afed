"""The missing nodes that would have to be made for a path of a rule to lead anywhere."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ....validators.schematron.findings import NodePlace
from ....validators.schematron.xpath.expression_parts import (
    TRANSPARENT,
    Context,
    Token,
    at_item,
    atoms,
    bare,
    is_binary,
    nodes,
    place_of,
    select,
)
from ....validators.schematron.xpath.operands import Evaluation
from ..slots import Slot

_STRIPPED = TRANSPARENT | {"substring", "exists", "boolean", "replace", "translate", "concat"}


def gap(test: Evaluation, token: Token, context: Context) -> Slot | None:
    """The slot to be made for an expression to lead anywhere; None where it does, or the slot cannot be determined."""
    token = bare(token)
    if token.symbol == "[":
        return gap(test, token[0], context) or _another(test, token, context)
    if token.symbol == "//" and len(token) == 1 and (name := step(test, token[0])) is not None:
        # as a child of the root, where it may be
        return None if select(token, context) else Slot(NodePlace((1,)), (name,))
    if token.symbol == "/" and is_binary(token) and bare(token[1]).source.strip() == "text()":
        return gap(test, token[0], context)
    if token.symbol == "/" and is_binary(token):
        found = nodes(token[0], context)
        if not found:
            outer, name = gap(test, token[0], context), step(test, token[1])
            return replace(outer, missing=(*outer.missing, name)) if outer and name else None
        inside = (gap(test, token[1], at_item(context, node)) for node in found)
        return next((slot for slot in inside if slot is not None), None)
    if token.symbol in _STRIPPED or token.symbol in ("+", "-", "*", "sum", "string-length", "for", "number"):
        return next((slot for child in token if (slot := gap(test, child, context)) is not None), None)
    name = step(test, token)
    if name is None or context.item is None or select(token, context):
        return None
    return Slot(place_of(context.item), (name,))


def _another(test: Evaluation, token: Token, context: Context) -> Slot | None:
    """A further element, with the attribute that a predicate asks for: Amount[@currencyID = 'SEK']."""
    wanted = bare(token[1])
    if wanted.symbol not in ("=", "eq") or select(token, context):
        return None
    return _one_more(test, token[0], wanted[0], atoms(wanted[1], context)[:1], context)


def another(test: Evaluation, path: Token, value: Token, context: Context) -> Slot | None:
    """A further element, with a value that no attribute of the others has: Amount/@currencyID = 'SEK'."""
    path = bare(path)
    if path.symbol != "/" or not is_binary(path):
        return None
    return _one_more(test, path[0], path[1], atoms(value, context), context)


def _one_more(test: Evaluation, path: Token, attribute: Token, values: list[Any], context: Context) -> Slot | None:
    """A further element where a path leads to, with an attribute of the only value that it may have."""
    last = bare(path)
    name = step(test, attribute)
    made = step(test, last[-1] if last.symbol in ("/", "//") and len(last) else last)
    found = nodes(path, context)
    if name is None or not name.startswith("@") or made is None or not found or len(values) != 1:
        return None
    place = place_of(found[-1])
    return Slot(NodePlace(place.steps[:-1]), (made,), ((name[1:], str(values[0])),)) if len(place.steps) > 1 else None


def step(test: Evaluation, token: Token) -> str | None:
    """The name that a single step looks for, in Clark notation, "@" in front of an attribute's."""
    token = bare(token)
    if token.symbol == "[":
        return step(test, token[0])
    if token.symbol in _STRIPPED and len(token):
        return step(test, token[0])
    source = token.source.strip().removeprefix("child::").replace("attribute::", "@").replace(" ", "")
    match = re.fullmatch(r"(@?)(?:([\w.-]+):)?([\w.-]+)", source)
    if match is None:
        return None
    prefix = match[2]
    if prefix is None:
        return f"{match[1]}{match[3]}"
    uri = test.found.scope.namespaces.get(prefix)
    return f"{match[1]}{{{uri}}}{match[3]}" if uri else None
