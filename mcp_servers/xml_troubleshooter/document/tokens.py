"""What a document is read into: tokens, attributes and the lexical faults met on the way."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

NAME_START = (
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
NAME_CHARACTER = NAME_START + "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
NAME = f"[{NAME_START}][{NAME_CHARACTER}]*+"

_ATTRIBUTE = re.compile(rf"\s*+({NAME})\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")


class Kind(StrEnum):
    """What a token is."""

    TEXT = "text"
    START = "start"
    END = "end"
    EMPTY = "empty"
    COMMENT = "comment"
    CDATA = "cdata"
    INSTRUCTION = "instruction"
    DECLARATION = "declaration"
    DOCTYPE = "doctype"


# Looked up in every token, and on Python 3.11 a member of an enumeration is slow to look up.
TEXT, START, END, EMPTY = Kind.TEXT, Kind.START, Kind.END, Kind.EMPTY


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute as written: `start` takes in the white space in front of it, the value lies inside the quotes.

    `quote` is the opening quote character ("" where there is none); an attribute without a value has
    `value_start == value_end`.
    """

    name: str
    start: int
    name_start: int
    value_start: int
    value_end: int
    quote: str
    end: int


@dataclass(slots=True)
class Token:
    """A piece of the text from `start` up to `end`; for tags `name` stands at `name_start`, as written."""

    kind: Kind
    start: int
    end: int
    name: str = ""
    name_start: int = -1
    source: str = field(default="", repr=False, compare=False)
    read: tuple[Attribute, ...] | None = field(default=None, repr=False, compare=False)

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """The attributes of a start or empty tag, read when first asked for."""
        if self.read is None:
            self.read = _attributes(self) if self.kind is START or self.kind is EMPTY else ()
        return self.read

    @property
    def text(self) -> str:
        """The characters of the token."""
        return self.source[self.start : self.end]


def _attributes(token: Token) -> tuple[Attribute, ...]:
    found = []
    at = token.name_start + len(token.name)
    while match := _ATTRIBUTE.match(token.source, at, token.end):
        group = 2 if match.start(2) >= 0 else 3
        start, end = match.span(group)
        found.append(Attribute(match.group(1), at, match.start(1), start, end, token.source[start - 1], match.end()))
        at = match.end()
    return tuple(found)
