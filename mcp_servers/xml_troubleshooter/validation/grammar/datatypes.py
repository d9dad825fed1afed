"""Simple types: which values an attribute or element may have."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SimpleType:
    """A simple type by its primitive and facets.

    `primitive` is the local name of the XSD built-in that it descends from ("string", "date", "decimal", ...), "list" or
    "union" with their `members`; `white_space` is "preserve", "replace" or "collapse".
    """

    name: str = "string"
    primitive: str = "string"
    white_space: str = "preserve"
    enumeration: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    members: tuple[SimpleType, ...] = ()
