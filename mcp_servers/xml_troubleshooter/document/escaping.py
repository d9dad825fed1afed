"""Values as they are written in a document."""

from __future__ import annotations


def element_text(value: str) -> str:
    """A value as character data."""
    return value.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")


def attribute_text(value: str, quote: str = '"') -> str:
    """A value as it stands between quotes in a start tag."""
    return element_text(value).replace(quote, "&quot;" if quote == '"' else "&apos;")


def quoted(value: str) -> str:
    """A value in quotes."""
    return f'"{attribute_text(value)}"'
