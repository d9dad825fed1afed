"""Characters as references: those of HTML resolved, however long their numbers are, and values written with them."""

from __future__ import annotations

import html
import re

_LONG = re.compile(r"&#(?=[0-9]{16})0*+([0-9]*+);?")  # Python reads no number of 4,301 digits
_MOST = 15  # digits of a number that a character may have


def resolved(text: str) -> str:
    """The text with the characters that its references mean; U+FFFD for a number that no character has."""
    return html.unescape(_LONG.sub(_shortened, text) if "&#" in text else text)


def _shortened(match: re.Match[str]) -> str:
    return f"&#{match[1] or '0'};" if len(match[1]) <= _MOST else "\ufffd"


def element_text(value: str) -> str:
    """A value as character data."""
    return value.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")


def attribute_text(value: str, quote: str = '"') -> str:
    """An attribute value as it is written between quotes in a start tag."""
    return element_text(value).replace(quote, "&quot;" if quote == '"' else "&apos;")


def quoted(value: str) -> str:
    """A value in quotes."""
    return f'"{attribute_text(value)}"'
