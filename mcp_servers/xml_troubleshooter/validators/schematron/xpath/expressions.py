"""The expressions of rules as elementpath reads them, each read once: that takes longer than to evaluate it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from inspect import Parameter, Signature
from typing import Any

from ..findings import RuleScope
from ..rule_sets.rule_set import XPATH1
from .expression_parts import Context, Token

_CODEPOINTS = "http://www.w3.org/2005/xpath-functions/collation/codepoint"
_CURRENT = re.compile(r"(?<![\w:.\-])current\(\s*\)")
_FUNCTION = re.compile(r"<(?:\w+:)?function\b[^>]*?\sname=[\"']([\w.:\-]+)[\"']")
_PARAMETER = re.compile(r"<(?:\w+:)?param\b")
_SCOPES = 16  # whose expressions are remembered
_MOST = 1000  # expressions of a scope that are


class Expressions:
    """The parser for the expressions of one scope; `current()` is read as the variable `_current`."""

    def __init__(self, scope: RuleScope) -> None:
        self._parser = _parser(scope)
        for text in scope.functions:
            if name := _FUNCTION.search(text):
                self._declare(name[1], len(_PARAMETER.findall(text)))
        self._read: dict[str, Token] = {}

    def parsed(self, expression: str) -> Token:
        """An expression of the rules, parsed; raises the error of elementpath if it cannot be."""
        if expression not in self._read:
            if len(self._read) >= _MOST:
                self._read.clear()
            token = self._parser.parse(_CURRENT.sub("$_current", expression))
            for path in token.iter("//"):
                _look_closer(path[-1])
            self._read[expression] = token
        return self._read[expression]

    def _declare(self, name: str, count: int) -> None:
        """Let a test name a function that the rule set declares itself; only Saxon knows its result."""

        def unknown(*_: object) -> object:
            raise LookupError(name)

        places = [Parameter(f"a{number}", Parameter.POSITIONAL_ONLY) for number in range(count)]
        unknown.__signature__ = Signature(places)  # type: ignore[attr-defined]
        prefix, _, local = name.rpartition(":")
        with suppress(ValueError, TypeError, KeyError):
            self._parser.external_function(unknown, local, prefix or None)


def _look_closer(step: Token) -> None:
    """Let the last step of a path with "//" pass over elements that have no child of its name.

    All that elementpath does for each element of a document takes most of the time that a rule does.
    """
    named = step
    while named.symbol == "[":
        named = named[0]
    parts = [named, *named] if named.symbol == ":" else [named]
    if any(part.symbol not in (":", "(name)") for part in parts):
        return
    local, evaluate = parts[-1].value, step.select

    def select(context: Context = None) -> Iterator[object]:
        if context is not None and context.axis is None:
            children = getattr(context.item, "children", None) or ()
            if not any(str(getattr(child, "name", "")).endswith(local) for child in children):
                return iter(())
        found: Iterator[object] = evaluate(context)
        return found

    step.select = select


def expressions(scope: RuleScope) -> Expressions:
    """The parser for the expressions of a scope."""
    return _expressions(tuple(sorted(scope.namespaces.items())), scope.functions, scope.binding)


@lru_cache(maxsize=_SCOPES)
def _expressions(namespaces: tuple[tuple[str, str], ...], functions: tuple[str, ...], binding: str) -> Expressions:
    return Expressions(RuleScope(dict(namespaces), functions=functions, binding=binding))


def _parser(scope: RuleScope) -> Any:  # noqa: ANN401 - of an extra
    from elementpath import XPath1Parser, XPath2Parser  # noqa: PLC0415 - an extra
    from elementpath.xpath3 import XPath3Parser  # noqa: PLC0415

    made: Any = XPath2Parser if scope.binding in ("xslt2", "xpath2") else XPath3Parser
    spaces = {prefix: uri for prefix, uri in scope.namespaces.items() if prefix != "xml"}
    # its default depends on the locales of the system, and sets that of the process
    return XPath1Parser(spaces) if scope.binding in XPATH1 else made(spaces, default_collation=_CODEPOINTS)
