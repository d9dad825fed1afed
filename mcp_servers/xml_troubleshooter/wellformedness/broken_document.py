"""A document that is not well-formed, with its properties that several kinds of faults use."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ..document.document import Document
from ..document.encodings.encoding_guess import Guess, likely_encoding
from ..document.tokens import NAME
from .scanner import Scan, scan_head

if TYPE_CHECKING:
    from ..grammar.schema_names import SchemaNames

_LOCATIONS = re.compile(r":schemaLocation\s*=\s*[\"']([^\"'<>]*)[\"']")
_DOCTYPE_IN_COMMENT = re.compile(r"<!--\s*+!?DOCTYPE\b")
_SIGNED = re.compile(r"(?<!\w)([&%$#@^*])([A-Za-z]{1,3})(?![\w;])")
_QUALIFIED = re.compile(r"(?<=[<\s])([^\s<:]++):([\w.\-]+)")
_WORD = re.compile(r"#?[\w.\-\u00b7]++")
_DECLARED = re.compile(rf"xmlns:({NAME})\s*+=\s*+(?:\"([^\"<]*+)\"|'([^'<]*+)')")


@dataclass(frozen=True)
class BrokenDocument:
    """A document that is not well-formed, with the names of its schema, where one is known."""

    document: Document
    schema_names: SchemaNames | None = None
    _counted: list[int] = field(default_factory=lambda: [0, 0])  # an offset in characters, and the same in bytes

    @property
    def text(self) -> str:
        """The text of the document."""
        return self.document.text

    @cached_property
    def head(self) -> Scan:
        """The tokens of the document up to the root element's start tag."""
        return scan_head(self.text)

    @cached_property
    def likely_encoding(self) -> Guess:
        """The encoding that undecodable bytes of the document were most likely written in."""
        return likely_encoding(self.document)

    @cached_property
    def declared_prefixes(self) -> Mapping[str, Counter[str]]:
        """The namespaces that each prefix is bound to anywhere in the document."""
        return _counted((prefix, value or other) for prefix, value, other in _DECLARED.findall(self.text))

    @cached_property
    def located_namespaces(self) -> tuple[str, ...]:
        """The namespaces that a schemaLocation in the document names and no declaration binds."""
        bound = {uri for uris in self.declared_prefixes.values() for uri in uris}
        words = [word for match in _LOCATIONS.finditer(self.text) for word in match.group(1).split()[::2]]
        return tuple(dict.fromkeys(word for word in words if word not in bound))

    @cached_property
    def doctype_in_comment(self) -> bool:
        """Whether a document type declaration is commented out: its entities were meant to be declared."""
        root = self.head.tokens[-1].start if self.head.tokens else 0
        return _DOCTYPE_IN_COMMENT.search(self.text, 0, root) is not None

    @cached_property
    def signs_before(self) -> Mapping[str, Counter[str]]:
        """For each short word, how often each sign is written right in front of it: "%n", "$x"."""
        return _counted((word, sign) for sign, word in _SIGNED.findall(self.text))

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the text as IDs are written, those behind a "#" with it."""
        return frozenset(_WORD.findall(self.text))

    def names_with(self, prefix: str) -> Counter[str]:
        """The local names that are written behind a prefix in tags, with how often each is."""
        return self._names.get(prefix, Counter())

    @cached_property
    def _names(self) -> Mapping[str, Counter[str]]:
        return _counted(_QUALIFIED.findall(self.text))

    def byte_offset(self, at: int) -> int:
        """The offset in bytes of a character; ascending offsets are computed fast."""
        characters, size = self._counted if self._counted[0] <= at else (0, 0)
        size += len(self.document.with_text(self.text[characters:at]).to_bytes()) - len(self.document.bom)
        self._counted[:] = at, size
        return size + len(self.document.bom)


def _counted(pairs: Iterable[tuple[str, str]]) -> Mapping[str, Counter[str]]:
    """For each first of the pairs, the number of each second with it."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for first, second in pairs:
        found[first][second] += 1
    return found
