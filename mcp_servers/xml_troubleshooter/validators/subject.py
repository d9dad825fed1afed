"""A document for validators: its bytes, whole or in pieces, its tree, and the places of its elements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from ..document import parsing
from ..document.document import Document
from .streaming import CHUNK

if TYPE_CHECKING:
    from ..document.locator import ElementLocator
    from .defaults import Defaults

LARGE = 500_000  # characters from which on a document is judged in a stream, where that will do
TAGS = 10_000  # tags from which on it is

_SMALL = 5000  # characters of a document that is encoded at once
_DOCTYPE = re.compile(r"\s*(?:<\?(?s:.*?)\?>\s*|<!--(?s:.*?)-->\s*)*+<!DOCTYPE\b")


def has_doctype(text: str) -> bool:
    """Whether a text declares a document type, so that entity references may hide content."""
    return _DOCTYPE.match(text) is not None


def is_large(text: str) -> bool:
    """Whether a text is better judged in a stream: libxml2 names the place of each error by a path, in a time that
    grows with its siblings.
    """
    return len(text) > LARGE or text.count("<") > TAGS


@dataclass(eq=False)
class Subject:
    """The document that the layers of one verdict judge; it is parsed once for all of them.

    `subset` and `entities` are the further files, and the entities, of the DTD that judges it, if any; `dtd` is that
    DTD. `payload` is the name of the element in it, if any, that has layers of its own. `tree` is None before `parse`,
    and for a document beyond the limits of a tree, which only a stream can take.
    """

    document: Document
    subset: Sequence[Path] = ()
    entities: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    payload: str = ""
    dtd: etree.DTD | None = None
    tree: parsing.Tree | None = field(default=None, init=False)
    _locators: dict[bool, ElementLocator] = field(default_factory=dict[bool, "ElementLocator"], init=False)

    @cached_property
    def doctype(self) -> bool:
        """Whether it declares a document type, so that entity references may hide content."""
        return has_doctype(self.document.text)

    @cached_property
    def streamable(self) -> bool:
        """Whether nothing in it needs a tree: only that shows whether the values of xml:id are names."""
        return not self.doctype and "xml:id" not in self.document.text

    @cached_property
    def large(self) -> bool:
        """Whether it is better judged in a stream."""
        return is_large(self.document.text)

    def parse(self, *, expand: bool = True) -> parsing.Tree:
        """Make the tree, with every entity expanded if so wished; raises lxml.etree.XMLSyntaxError.

        Unexpanded, IDs that are duplicates by a DTD are no error either: its validator reports them.
        """
        if not expand:
            root = etree.fromstring(encoded(self.document)[0], parsing.parser(entities=False, ids=False))
            self.tree = etree.ElementTree(root)
        elif self.doctype:
            data, text = encoded(self.document)[0], self.document.text
            self.tree = parsing.parse_whole(data, text, subset=self.subset, declared=self.entities)
        elif len(self.document.text) > _SMALL:
            self.tree = parsing.parse_pieces(self.pieces())
        else:
            self.tree = parsing.parse(encoded(self.document)[0])
        return self.tree

    @cached_property
    def defaults(self) -> Defaults:
        """The values of attributes that its DTD gives where they are left out."""
        if not self.doctype:
            return {}
        from .defaults import declared_defaults  # noqa: PLC0415 - few documents have a DTD

        return declared_defaults(self.document.text, self.dtd)

    def completed(self) -> parsing.Tree:
        """The tree with the attributes that a DTD gives a value to: what schemas and rules judge (XML 1.0, 5.1).

        Raises lxml.etree.XMLSyntaxError.
        """
        tree = self.tree or self.parse()
        if not self.defaults:
            return tree
        from .defaults import completed  # noqa: PLC0415 - few documents have a DTD

        return completed(tree, self.defaults)

    def pieces(self) -> Iterator[bytes]:
        """The bytes to judge, piece by piece: to have a large text twice in memory takes as long as to parse it."""
        return pieces(self.document)

    def locator(self, *, literal: bool = False) -> ElementLocator:
        """The places of its elements; `literal` says that the schema knows no namespaces."""
        from ..document.locator import ElementLocator  # noqa: PLC0415 - what is valid has no errors

        if literal not in self._locators:
            self._locators[literal] = ElementLocator(self.document, literal=literal)
        return self._locators[literal]


def pieces(document: Document) -> Iterator[bytes]:
    """The bytes of a document, piece by piece."""
    if document.encoding != "utf-8":
        data, _ = encoded(document)
        yield from (data[at : at + CHUNK] for at in range(0, len(data), CHUNK))
        return
    mark, text = document.bom, document.text
    for at in range(0, len(text), CHUNK):
        try:
            yield mark + text[at : at + CHUNK].encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:  # half of a character, which no bytes stand for
            yield mark + replace(document, text=text[at : at + CHUNK], bom=b"").to_bytes()
        mark = b""


def encoded(document: Document) -> tuple[bytes, str]:
    """The bytes to judge, and the encoding in which their characters are those of the text."""
    data = document.to_bytes()
    encoding = document.encoding
    if not encoding.startswith("utf") and len(data) != len(document.text) + len(document.bom):
        # characters that the encoding lacks went out as references; offsets would no longer be those of the text
        declared = re.sub(r"^(<\?xml[^>]*?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')", r"\1", document.text)
        if len(declared) == len(document.text):
            return document.text.encode("utf-8", "surrogateescape"), "utf-8"
    return data, encoding
