"""The few tags that tell of signatures, read in any text: also where that is not well-formed.

What cannot be made out is said to be unknown and never left out, so that doubt can be taken for what is signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..document.tokens import NAME
from ..document.tree import unescape

_VALUE = r"(?:\"[^\"<]*+\"|'[^'<]*+')"
ATTRIBUTES = rf"(?:\s++{NAME}\s*+=\s*+{_VALUE})*+"
_ATTRIBUTE = re.compile(rf"\s({NAME})\s*+=\s*+({_VALUE})")
# What holds no tags for sure. Where its end may be meant to be an earlier one, what is in it counts.
SECTION = re.compile(
    r"<!--(?:[^-]++|-(?![->]))*+-->"
    r"|<!\[CDATA\[(?:[^\]<]++|<(?!!\[CDATA\[)|\](?!\s*+[\]>]))*+\]\]>"
    r"|<\?(?:[^?<]++|\?(?!>))*+\?>"
)
_NAMES = 20  # of elements whose ends are looked for
_SPACES = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag from `start` up to `end`. `attributes` are as written; None where the tag is broken."""

    start: int
    end: int
    name: str
    is_end: bool
    is_empty: bool
    attributes: str | None

    def value(self, name: str) -> str | None:
        """What XML reads in an attribute, white space collapsed; "" where the tag has none.

        None where that cannot be told: in a broken tag, or where the value refers to entities.
        """
        if self.attributes is None:
            return None
        for attribute in _ATTRIBUTE.finditer(self.attributes):
            if attribute[1] == name:
                read = unescape(attribute[2][1:-1])
                return None if "&" in read else collapsed(read)
        return ""


def collapsed(value: str) -> str:
    """A value with its white space as anyURI and ID have it (XML Schema Part 2, 4.3.6)."""
    return _SPACES.sub(" ", value).strip(" ")


def tags(text: str, names: str, start: int = 0, end: int | None = None) -> Iterator[Tag]:
    """The tags with some names, a regular expression of whole names, outside of comments and the like."""
    pattern = re.compile(
        rf"{SECTION.pattern}|<(?P<end>/)?(?P<name>{names})(?![\w.:-])"
        rf"(?:(?P<attributes>{ATTRIBUTES})\s*+(?P<empty>/)?>|(?P<broken>[^<>]*+)>?)"
    )
    for found in pattern.finditer(text, start, len(text) if end is None else end):
        if found["name"]:
            empty = bool(found["empty"]) or (found["broken"] or "").endswith("/")
            yield Tag(*found.span(), found["name"], bool(found["end"]), empty, found["attributes"])


def named(*local: str) -> str:
    """The names that elements have by their local names, with any prefix."""
    return rf"(?:[^\s<>/:!?=&;\"']++:)?(?:{'|'.join(local)})"


class Elements:
    """Where the elements of a text end; the end of the text where that is in doubt.

    It is where an end tag of the name is missing, and where one too many follows, whichever of them that may be.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._ends: dict[str, dict[int, int]] = {}

    def end(self, opening: Tag) -> int:
        """Where the element ends that a start tag opens; each name costs one reading of the text."""
        if opening.is_empty:
            return opening.end
        if opening.name not in self._ends:
            known = len(self._ends) < _NAMES
            self._ends[opening.name] = self._read(opening.name) if known else {}
        return self._ends[opening.name].get(opening.start, len(self.text))

    def _read(self, name: str) -> dict[int, int]:
        ends: dict[int, int] = {}
        opened: list[int] = []
        for tag in tags(self.text, re.escape(name)):
            if not tag.is_end:
                opened += [tag.start] * (not tag.is_empty)
            elif opened:
                ends[opened.pop()] = tag.end
            else:
                ends = {}
        return ends


def doctype(text: str) -> bool:
    """Whether a text has a document type declaration, which may change whatever the tags say."""
    found = re.finditer(rf"{SECTION.pattern}|<!doctype\b", text, re.IGNORECASE)
    return any(match[0].lower() == "<!doctype" for match in found)
