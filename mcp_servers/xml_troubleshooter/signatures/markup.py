"""The few tags that signatures consist of, read in any text, well-formed or not.

Tags and values in doubt are reported as unknown and never left out, so that they can count as signed.
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
# Sections that certainly contain no tags. Where a section may have been meant to end earlier, its tags count.
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
        """The value of an attribute as XML reads it, white space collapsed; "" for an attribute that the tag lacks.

        None if it is unknown: in a broken tag, or in a value that refers to entities.
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
    """A regular expression of element names with these local names and any prefix."""
    return rf"(?:[^\s<>/:!?=&;\"']++:)?(?:{'|'.join(local)})"


class Elements:
    """The ends of the elements of a text; the end of the text for an element whose end is in doubt.

    An end is in doubt if an end tag of the name is missing, or if there is one too many, whichever that may be.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._ends: dict[str, dict[int, int]] = {}

    def end(self, opening: Tag) -> int:
        """The end offset of the element that a start tag opens; each name costs one reading of the text."""
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
    """Whether a text has a document type declaration, which may change the meaning of any tag."""
    found = re.finditer(rf"{SECTION.pattern}|<!doctype\b", text, re.IGNORECASE)
    return any(match[0].lower() == "<!doctype" for match in found)
