"""XML signatures in a document and what each covers (XML Signature Syntax and Processing, W3C 2013).

Works on broken documents too, whose signatures still tell what their signer vouched for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..document.edits import Span, meet, overlap
from . import DSIG

ENVELOPED = f"{DSIG}enveloped-signature"

_BOUND = re.compile(rf"xmlns(?::([^\s=]+))?\s*=\s*[\"']{re.escape(DSIG)}[\"']")
_REFERENCE = re.compile(
    r"<(?:[^\s<>/:]+:)?Reference\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>(.*?)</(?:[^\s<>/:]+:)?Reference\s*>", re.DOTALL
)
_URI = re.compile(r"\bURI\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_TRANSFORM = re.compile(r"<(?:[^\s<>/:]+:)?Transform\b[^<>]*\bAlgorithm\s*=\s*[\"']([^\"']*)[\"']")
_WHOLE = ("", "#", "#xpointer(/)")  # the URIs of the document itself
_ROOT = re.compile(r"<[^\s<>/!?]")
# what attributes that hold IDs are called, whether or not a schema or DTD says so
_ID = r"(?:[\w.-]+:)?(?:[Ii][Dd]|AssertionID|RequestID|ResponseID)"


@dataclass(frozen=True, slots=True)
class Reference:
    """What one reference of a signature covers: the characters from `start` up to `end`; -1 for nothing in here.

    `uri` is as written; `transforms` are the identifiers of what is done to the content before its digest is taken.
    """

    uri: str
    transforms: tuple[str, ...]
    start: int
    end: int

    def touched_by(self, edit: Span) -> bool:
        """Whether an edit changes what it covers, were it only at its border."""
        return self.start >= 0 and meet(edit, self)

    def __str__(self) -> str:
        if self.start < 0:
            return f"{self.uri}, which lies elsewhere"
        if self.uri in _WHOLE:
            return "the whole document"
        return f"what {self.uri} selects" if "(" in self.uri else f"the element with the ID {self.uri[1:]}"


@dataclass(frozen=True, slots=True)
class Signature:
    """A ds:Signature element at the characters from `start` up to `end`, and what its references cover."""

    start: int
    end: int
    references: tuple[Reference, ...]

    def covers(self, edit: Span) -> bool:
        """Whether an edit voids the signature: in what it covers, or in the signature itself."""
        return overlap(edit, self) or any(each.touched_by(edit) for each in self.references)


def signatures(text: str) -> tuple[Signature, ...]:
    """The signatures of a text, in its order; () for one without the namespace of XML signatures."""
    if DSIG not in text:
        return ()
    prefixes = dict.fromkeys(match[1] or "" for match in _BOUND.finditer(text))
    names = "|".join(re.escape(f"{prefix}:Signature" if prefix else "Signature") for prefix in prefixes)
    if not names:
        return ()
    element = re.compile(rf"<({names})(?=[\s>])")
    return tuple(_signature(text, match) for match in element.finditer(text))


def _signature(text: str, opening: re.Match[str]) -> Signature:
    end = _end(text, opening[1], opening.start())
    references = []
    for match in _REFERENCE.finditer(text, opening.start(), end):
        attribute = _URI.search(match[1])
        uri = (attribute[1] or attribute[2] or "") if attribute else ""
        transforms = tuple(found[1] for found in _TRANSFORM.finditer(match[2]))
        references.append(Reference(uri, transforms, *_span(text, uri)))
    return Signature(opening.start(), end, tuple(references))


def _span(text: str, uri: str) -> tuple[int, int]:
    """The characters that a reference leads to: all of them where its pointer is not followed here."""
    name = re.fullmatch(r"#(?:xpointer\(id\(['\"](.+)['\"]\)\)|([^()]+))", uri)
    if uri in _WHOLE or (name is None and uri.startswith("#")):
        root = _ROOT.search(text)
        return (root.start() if root else 0), text.rfind(">") + 1
    if name is None:
        return -1, -1
    wanted = re.escape(name[1] or name[2])
    tag = re.compile(rf"<([^\s<>/!?]+)\s(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*?(?<=\s){_ID}\s*=\s*[\"']{wanted}[\"']")
    # in a broken tag the quotes may be missing
    found = tag.search(text) or re.search(rf"<([^\s<>/!?]+)\s[^<>]*?{_ID}\s*=\s*[\"']?{wanted}(?![\w.\-])", text)
    return (found.start(), _end(text, found[1], found.start())) if found else (-1, -1)


def _end(text: str, name: str, start: int) -> int:
    """Where the element that begins at `start` ends; the end of the text where its end tag is missing."""
    depth = 0
    for tag in _tags(text, name, start):
        if tag[0].startswith("</"):
            depth -= 1
        elif not tag[0].endswith("/>"):
            depth += 1
        if depth <= 0:
            return tag.end()
    return len(text)


def _tags(text: str, name: str, start: int) -> Iterator[re.Match[str]]:
    written = re.escape(name)
    return re.compile(rf"</?{written}(?=[\s/>])(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>").finditer(text, start)
