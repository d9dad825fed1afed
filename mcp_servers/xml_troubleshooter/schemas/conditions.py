"""Conditions on documents, by which layers are chosen: on the beginning of a document, and on an XPath expression."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from lxml import etree

from ..document.document import Document
from ..document.parsing import Element, parser
from ..errors import InputError
from .vocabularies import Beginning, read_beginning

_VALUE = r"\b[^<>]*>\s*([^<]*?)\s*<"
_ID = r">\s*<(?:[\w.-]+:)?ID"
_TAG = r"<(?:[\w.-]+:)?"
_PROFILE = re.compile(rf"{_TAG}(?:ProfileID|BusinessProcessSpecifiedDocumentContextParameter{_ID}){_VALUE}")
_VERSION = re.compile(rf"{_TAG}(?:UBLVersionID|VersionID){_VALUE}")
_ENGINE = re.compile(r"\[err:\w+\]\s*")
_EXISTS = re.compile(r"(?<![\w:.-])exists\s*\(")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition on a document. Of each field one of the patterns must fit; an empty field asks for nothing.

    A pattern may have `*` and `?`. `root` is the local name of the document element, or `{namespace}name`;
    `customization_id` and `profile_id` are the identifiers of an e-invoice's specification and process, in UBL or CII;
    `xpath` must be true of the document, with the prefixes of `namespaces`.
    """

    root: tuple[str, ...] = ()
    namespace: tuple[str, ...] = ()
    customization_id: tuple[str, ...] = ()
    profile_id: tuple[str, ...] = ()
    version: tuple[str, ...] = ()
    xpath: str = ""
    namespaces: dict[str, str] = field(default_factory=dict[str, str])

    def holds(self, document: Document) -> bool:
        """Whether a document, perhaps a broken one, meets the condition; raises InputError for invalid XPath."""
        beginning = read_beginning(document)
        return self._begins(beginning) and (not self.xpath or _is_true(self.xpath, self.namespaces, document))

    def _begins(self, beginning: Beginning) -> bool:
        roots = [beginning.root, f"{{{beginning.namespace}}}{beginning.root}"]
        return all(
            not patterns or any(fnmatchcase(value, pattern) for value in values for pattern in patterns)
            for patterns, values in (
                (self.root, roots),
                (self.namespace, [beginning.namespace]),
                (self.customization_id, beginning.specifications),
                (self.profile_id, _PROFILE.findall(beginning.text)),
                (self.version, [beginning.version, *_VERSION.findall(beginning.text)]),
            )
        )


def _is_true(xpath: str, namespaces: dict[str, str], document: Document) -> bool:
    root = _root(document)
    if root is None:
        return False
    try:  # what XPath 1 says as well needs no other engine
        return bool(root.getroottree().xpath(f"boolean({_EXISTS.sub('boolean(', xpath)})", namespaces=namespaces))
    except etree.XPathError as error:
        why = str(error)
    try:
        import elementpath  # noqa: PLC0415 - an extra
    except ImportError:
        raise InputError(
            f"The condition {xpath} is beyond XPath 1.0 ({why}); install xml-troubleshooter[xslt2] to use it."
        ) from None
    tree: Any = root.getroottree()
    try:
        elementpath.XPath2Parser(namespaces=namespaces).parse(xpath)  # by itself, so that columns are those of its text
        found = elementpath.select(tree, f"boolean({xpath})", namespaces=namespaces, parser=elementpath.XPath2Parser)
    except elementpath.ElementPathError as error:
        raise InputError(f"The condition {xpath} cannot be evaluated ({_words(error)}); correct it.") from None
    return bool(found)


def _words(error: Exception) -> str:
    """The message of an error, in words that need no knowledge of the engine: "column 3: unexpected end of source"."""
    return _ENGINE.sub("", str(error).partition(" at line 1, ")[2] or str(error)).rstrip(".")


@lru_cache(maxsize=1)  # many conditions ask about one document
def _root(document: Document) -> Element | None:
    try:
        root: Element | None = etree.fromstring(document.to_bytes(), parser(recover=True))
    except etree.XMLSyntaxError:  # there is nothing at all
        return None
    return root
