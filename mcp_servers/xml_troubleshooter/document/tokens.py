"""The tokens and attributes that a document is read into, and the lexical faults met on the way."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

# Ranges of a character class: those that no name holds or none begins with. `re` loops over every character of a class
# when it compiles it, and the characters of names are five times as many as the others.
NO_NAME_CHARACTER = (
    "\\x00-,/;-@\\[-\\^`{-\u00b6\u00b8-\u00bf\u00d7\u00f7\u037e\u2000-\u200b\u200e-\u203e\u2041-\u206f\u2190-\u2bff"
    "\u2ff0-\u3000\ud800-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff"
)
_INNER = "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
NO_NAME_START = NO_NAME_CHARACTER + _INNER
AT_NAME = f"(?![{_INNER}])(?=[^{NO_NAME_CHARACTER}])"
NAME = f"(?![{_INNER}])[^{NO_NAME_CHARACTER}]++"

# markup that may lie between tags and hold their marks: a comment, a CDATA section, a processing instruction
SECTION_ENDS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
SECTION = re.compile(r"<!--(?s:.*?)-->|<!\[CDATA\[(?s:.*?)\]\]>|<\?(?s:.*?)\?>")
_ATTRIBUTE = re.compile(rf"\s*+({NAME})\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")


class Kind(StrEnum):
    """The kind of a token."""

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
    """A piece of the text from `start` up to `end`; for tags `name` is the name as written, at `name_start`."""

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
