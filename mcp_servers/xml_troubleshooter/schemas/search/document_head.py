"""The schema hints at the beginning of a document: in the prolog, and in the start tag of the document element.

Works on broken documents too: the text is read without a parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .schema_index import Entry

_HEAD = 1 << 16  # characters in which the document element must start
_SKIPPED = re.compile(
    r"<!--(?:(?!<!--)(?s:.))*?-->|<\?xml-model\b(?P<model>(?:(?!<\?)(?s:.))*?)\?>|<\?(?:(?!<\?)(?s:.))*?\?>"
    r"|(?i:<!DOCTYPE)\s++[^\s\[>]++\s*+(?:(?i:PUBLIC)\s*+(?P<public>\"[^\"]*+\"|'[^']*+')|(?i:SYSTEM))?\s*+"
    r"(?P<system>\"[^\"]*+\"|'[^']*+')?[^\[>]*+(?:\[(?:(?!<!DOCTYPE)(?s:.))*?\]\s*+)?>"
    r"|<(?P<root>[^\W\d][\w.:\-]*)(?P<rest>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)"
)
_ATTRIBUTE = re.compile(r"([^\s=\"'<>/]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_LOCATION = re.compile(r"\s([^\s=\"'<>/:]+:(?:noNamespaceS|s)chemaLocation)\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')")
DOCTYPE = "The DOCTYPE"


@dataclass(frozen=True, slots=True)
class Location:
    """An xsi:schemaLocation or xsi:noNamespaceSchemaLocation: its name as written, its words, the span of its value."""

    name: str
    words: tuple[str, ...]
    start: int
    end: int

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Namespace and address, in turn."""
        if self.name.endswith(":noNamespaceSchemaLocation"):
            return tuple(("", word) for word in self.words[:1])
        return tuple(zip(self.words[::2], self.words[1::2], strict=False))


def locations(text: str) -> Iterator[Location]:
    """The schema locations that a document gives, on whatever element; works on broken documents too."""
    for match in _LOCATION.finditer(text):
        group = 2 if match[2] is not None else 3
        yield Location(match[1], tuple(match[group].split()), *match.span(group))


class DocumentHead(NamedTuple):
    """The schema hints in the prolog and in the document element's start tag."""

    root: str
    namespace: str
    version: str
    locations: tuple[tuple[str, str, str], ...]  # how it is named, namespace or public id, address
    doctype: bool = False
    declares: bool = False  # elements, in its own DOCTYPE

    @property
    def named(self) -> str:
        """The document element in words."""
        return f"{{{self.namespace}}}{self.root}" if self.namespace else f"{self.root} without a namespace"

    def suits(self, entry: Entry) -> bool:
        """Whether a schema has the root's namespace; a DTD, which has none, suits a document with a DOCTYPE."""
        return self.doctype if entry.is_dtd else self.namespace in entry.namespaces


def read_head(text: str) -> DocumentHead:
    """The schema hints at the beginning of a document; a root of "" where it has no start tag there."""
    named: list[tuple[str, str, str]] = []
    doctype: list[tuple[str, str, str]] = []
    declares = False
    for match in _SKIPPED.finditer(text, 0, _HEAD):
        if match["model"] is not None:
            address = _attributes(match["model"]).get("href", "")
            named += [("The xml-model instruction", "", address)] if address else []
        elif match["root"] is not None:
            said = (*_root_hints(match), *named, *doctype)
            version = _attributes(match["rest"]).get("version", "").strip()
            root = match["root"].rpartition(":")[2]
            return DocumentHead(root, namespace_of(match), version, said, bool(doctype), declares)
        elif match.group()[:9].upper() == "<!DOCTYPE":
            declares = "<!ELEMENT" in match.group()
            public, system = ((match[group] or "''")[1:-1] for group in ("public", "system"))
            doctype += [(DOCTYPE, public, system)] if public or system else []
    return DocumentHead("", "", "", ())


def root_tag(text: str) -> re.Match[str] | None:
    """The start tag of the document element: its name, `root`, and the `rest`; None where it has none there."""
    return next((found for found in _SKIPPED.finditer(text, 0, _HEAD) if found["root"] is not None), None)


def _attributes(text: str) -> dict[str, str]:
    return {name: first or second for name, first, second in _ATTRIBUTE.findall(text)}


def namespace_of(root: re.Match[str]) -> str:
    """The namespace of the document element with this tag; "" for none."""
    prefix = root["root"].rpartition(":")[0]
    value = _attributes(root["rest"]).get(f"xmlns:{prefix}" if prefix else "xmlns", "")
    return next(iter(value.split()), "")  # what follows a blank has strayed into the value


def _root_hints(root: re.Match[str]) -> list[tuple[str, str, str]]:
    namespace = namespace_of(root)
    pairs = [
        (location.name, *pair)
        for location in locations(root["rest"])
        for pair in location.pairs or zip([namespace], location.words, strict=False)
    ]
    return [hint for hint in pairs if hint[1] in ("", namespace)]
