"""What the beginning of a document says of its schema: the prolog, and the start tag of the document element.

Works on broken documents too: it is looked at with a tolerant eye.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .schema_index import Entry
from .schema_locations import locations

_HEAD = 1 << 16  # characters in which the document element must start
_SKIPPED = re.compile(
    r"<!--(?:(?!<!--)(?s:.))*?-->|<\?xml-model\b(?P<model>(?:(?!<\?)(?s:.))*?)\?>|<\?(?:(?!<\?)(?s:.))*?\?>"
    r"|(?i:<!DOCTYPE)\s++[^\s\[>]++\s*+(?:(?i:PUBLIC)\s*+(?P<public>\"[^\"]*+\"|'[^']*+')|(?i:SYSTEM))?\s*+"
    r"(?P<system>\"[^\"]*+\"|'[^']*+')?[^\[>]*+(?:\[(?:(?!<!DOCTYPE)(?s:.))*?\]\s*+)?>"
    r"|<(?P<root>[^\W\d][\w.:\-]*)(?P<rest>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)"
)
_ATTRIBUTE = re.compile(r"([^\s=\"'<>/]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
DOCTYPE = "The DOCTYPE"


class DocumentHead(NamedTuple):
    """What the prolog and the document element's tag say."""

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
        """Whether a schema is of the root's namespace. A DTD knows none, and takes what a DOCTYPE claims for one."""
        return self.doctype if entry.is_dtd else self.namespace in entry.namespaces


def read_head(text: str) -> DocumentHead:
    """What a document says at its beginning; a root of "" where it has no start tag there."""
    locations: list[tuple[str, str, str]] = []
    doctype: list[tuple[str, str, str]] = []
    declares = False
    for match in _SKIPPED.finditer(text, 0, _HEAD):
        if match["model"] is not None:
            address = _attributes(match["model"]).get("href", "")
            locations += [("The xml-model instruction", "", address)] if address else []
        elif match["root"] is not None:
            hints, namespace, version = _root_hints(match["root"], match["rest"])
            said = (*hints, *locations, *doctype)
            return DocumentHead(match["root"].rpartition(":")[2], namespace, version, said, bool(doctype), declares)
        elif match.group()[:9].upper() == "<!DOCTYPE":
            declares = "<!ELEMENT" in match.group()
            public, system = ((match[group] or "''")[1:-1] for group in ("public", "system"))
            doctype += [(DOCTYPE, public, system)] if public or system else []
    return DocumentHead("", "", "", ())


def _attributes(text: str) -> dict[str, str]:
    return {name: first or second for name, first, second in _ATTRIBUTE.findall(text)}


def _root_hints(root: str, attributes: str) -> tuple[list[tuple[str, str, str]], str, str]:
    prefix = root.rpartition(":")[0]
    values = _attributes(attributes)
    # what follows a blank has strayed into the value
    namespace = next(iter(values.get(f"xmlns:{prefix}" if prefix else "xmlns", "").split()), "")
    pairs = [
        (location.name, *pair)
        for location in locations(attributes)
        for pair in location.pairs or zip([namespace], location.words, strict=False)
    ]
    return [hint for hint in pairs if hint[1] in ("", namespace)], namespace, values.get("version", "").strip()
