"""Names in the XPath expressions of programs: prefixes, variables, functions."""

from __future__ import annotations

import re

LITERAL = re.compile(r"\"[^\"]*\"|'[^']*'|\(:.*?(?::\)|\Z)", re.DOTALL)
_PREFIX = re.compile(
    r"(?<![\w.:{/-])([A-Za-z_][\w.-]*):(?![:=])(?=[\w*])|(?<=[/@(\[|])([A-Za-z_][\w.-]*):(?![:=])(?=[\w*])"
)
_VARIABLE = re.compile(r"\$\s*([\w.-]+(?::[\w.-]+)?|Q\{[^}]*\}[\w.-]+)")
_FUNCTION = re.compile(r"(?<![\w.:$@-])([A-Za-z_][\w.-]*)\s*\(")
# variables that an expression binds itself: for $x in, some $x satisfies, let $x :=, function($x)
_BOUND = re.compile(
    r"\b(?:for|let|some|every)\s+\$([\w:.-]+)|,\s*\$([\w:.-]+)\s+(?:in|as)\b|,\s*\$([\w:.-]+)\s*:=|function\s*\(([^()]*)\)"
)


def prefixes(expression: str) -> list[str]:
    """The prefixes of an expression without its literals, each once."""
    return list(dict.fromkeys(one or other for one, other in _PREFIX.findall(expression)))


def variables(expression: str) -> list[str]:
    """The variables that an expression without its literals takes from elsewhere, each once."""
    bound = {name for groups in _BOUND.findall(expression) for each in groups for name in re.findall(r"[\w:.-]+", each)}
    return [name for name in dict.fromkeys(_VARIABLE.findall(expression)) if name not in bound]


def functions(expression: str) -> list[str]:
    """The names without a prefix in front of a parenthesis, each once; operators and node tests are among them."""
    return list(dict.fromkeys(_FUNCTION.findall(expression)))
