"""Schematron: rules over documents, written as .sch or compiled to XSLT, run by libxslt.

libxslt speaks XPath 1.0. Rules in XPath 2 need another processor, and say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ..document.parsing import Element, Tree, parser
from ..errors import SchemaError
from .resolver import Shelf, ShelfResolver, absolute, read

_SCH = "{http://purl.oclc.org/dsdl/schematron}"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_XSL = "{http://www.w3.org/1999/XSL/Transform}"
_XPATH1 = {"", "xslt", "xslt1", "xpath", "xpath1"}
_MILD = {"warning", "warn", "info", "information", "hint"}
_LEVELS = 32  # of files including files
_FULL_PATH = "schematron-get-full-path"
# names and paths of a test, apart from its literals, functions, axes and operators
_LITERAL = re.compile(r"\"[^\"]*\"|'[^']*'")
_PATH = re.compile(
    r"(?:\.{1,2}/|//?)?@?[A-Za-z_][\w.\-]*(?::[A-Za-z_][\w.\-]*)?(?:/(?:\.\.|@?[A-Za-z_][\w.\-]*(?::[\w.\-]+)?))*"
)
_OPERATORS = {"and", "or", "div", "mod", "not", "true", "false"}
_VALUES = 4  # values of a failed test that are shown
_LONGEST = 60  # characters of each


@dataclass(frozen=True, slots=True)
class Failure:
    """An assertion that does not hold: its test, what its author says about it, and the element it was made of.

    `attribute` is the attribute at fault, where the rule's context is one; `values` what the paths of the test yield.
    """

    test: str
    text: str
    element: Element
    attribute: str
    mild: bool
    values: tuple[tuple[str, str], ...]


class Rules:
    """A set of rules, ready to run."""

    def __init__(self, stylesheet: etree.XSLT, shelf: Shelf) -> None:
        self._run = stylesheet
        self._shelf = shelf

    def failures(self, tree: Tree) -> Iterator[Failure]:
        """Every assertion that fails and every report that fires; raises SchemaError where the rules cannot be run."""
        try:
            output = self._run(tree).getroot()
        except etree.XSLTApplyError as error:
            raise _unusable(self._shelf, str(error)) from None
        if self._shelf.refused:
            raise _unusable(
                self._shelf, f"they ask for {self._shelf.refused[0]}, which lies outside the allowed folders"
            )
        if output is None or output.tag != f"{_SVRL}schematron-output":
            raise _unusable(self._shelf, "the stylesheet does not write SVRL; compile the rules with an SVRL skeleton")
        prefixes = {
            item.get("prefix", ""): item.get("uri", "")
            for item in output.iter(f"{_SVRL}ns-prefix-in-attribute-values")
            if item.get("prefix")
        }
        for item in output.iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report"):
            yield _failure(tree, item, prefixes)


def rules(data: bytes, shelf: Shelf) -> Rules:
    """The rules in a .sch file or a compiled stylesheet; raises SchemaError, and lxml's XSLTParseError."""
    root = read(data, str(shelf.schema), shelf)
    if root.tag in (f"{_XSL}stylesheet", f"{_XSL}transform"):
        return Rules(_stylesheet(root, shelf), shelf)
    if root.tag != f"{_SCH}schema":
        raise _unusable(shelf, f"the root is {root.tag!r}, neither an ISO Schematron schema nor a stylesheet")
    binding = root.get("queryBinding", "").lower()
    if binding not in _XPATH1:
        raise SchemaError(
            f"The rules in {shelf.schema} are written for {binding}, which needs another processor; "
            "this one runs Schematron with the query binding xslt (XPath 1.0) only."
        )
    return Rules(_compiled(_included(root, str(shelf.schema), shelf, 0), shelf), shelf)


def _compiled(root: Element, shelf: Shelf) -> etree.XSLT:
    from lxml import isoschematron  # noqa: PLC0415 - loads three stylesheets

    expanded = isoschematron.iso_abstract_expand(root)
    compiled = isoschematron.iso_svrl_for_xslt1(expanded)
    for template in compiled.getroot().iter(f"{_XSL}template"):
        # the skeleton forgets the element that an attribute belongs to
        if template.get("match") == "@*" and template.get("mode") == _FULL_PATH:
            template.insert(
                0, template.makeelement(f"{_XSL}apply-templates", {"select": "parent::*", "mode": _FULL_PATH})
            )
    reader: etree.XMLParser[Any] = parser(resolver=ShelfResolver(shelf))
    return _stylesheet(etree.fromstring(etree.tostring(compiled), reader, base_url=str(shelf.schema)), shelf)


def _stylesheet(root: Element, shelf: Shelf) -> etree.XSLT:
    version = root.get("version", "1.0")
    if not version.startswith("1"):
        raise SchemaError(
            f"{shelf.schema} is an XSLT {version} stylesheet, which needs another processor; this one runs XSLT 1.0. "
            "Give the rules compiled to XSLT 1.0, or the .sch file where its query binding is xslt."
        )
    # files are read through the resolver alone, which knows what is allowed
    access = etree.XSLTAccessControl(
        read_file=True, write_file=False, create_dir=False, read_network=False, write_network=False
    )
    return etree.XSLT(root, access_control=access)


def _included(root: Element, base: str, shelf: Shelf, level: int) -> Element:
    for found in list(root.iter(f"{_SCH}include", f"{_SCH}extends")):
        href, parent = found.get("href"), found.getparent()
        if href is None or parent is None:
            continue
        path = shelf.find(absolute(base, href.partition("#")[0])) if level < _LEVELS else None
        if path is None:
            raise _unusable(shelf, f"they include {href}, which is not there or outside the allowed folders")
        inner = _included(read(path.read_bytes(), str(path), shelf), str(path), shelf, level + 1)
        pieces = list(inner) if found.tag == f"{_SCH}extends" else [inner]
        at = parent.index(found)
        parent[at : at + 1] = pieces
    return root


def _failure(tree: Tree, item: Element, prefixes: dict[str, str]) -> Failure:
    element, attribute = _located(tree, item.get("location", "/"), prefixes)
    text = " ".join("".join("".join(part.itertext()) for part in item.iter(f"{_SVRL}text")).split())
    mild = {item.get("role", "").lower(), item.get("flag", "").lower()} & _MILD
    test = item.get("test", "")
    return Failure(test, text, element, attribute, bool(mild), tuple(_values(test, element, prefixes)))


def _located(tree: Tree, location: str, prefixes: dict[str, str]) -> tuple[Element, str]:
    root: Element = tree.getroot()
    try:
        found: Any = tree.xpath(location, namespaces=prefixes)
    except etree.XPathError:
        return root, ""
    first = found[0] if isinstance(found, list) and found else root
    if isinstance(first, Element):
        return first, ""
    holder = first.getparent() if hasattr(first, "getparent") else None
    return (root, "") if holder is None else (holder, first.attrname if first.is_attribute else "")


def _values(test: str, element: Element, prefixes: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What the paths of a test lead to from an element: the values that the assertion looked at."""
    bare = _LITERAL.sub("''", test)
    shown: set[str] = set()
    for match in _PATH.finditer(bare):
        path = match.group()
        if path in shown or path in _OPERATORS or bare[match.end() :].lstrip().startswith(("(", "::")):
            continue
        shown.add(path)
        try:
            found: Any = element.xpath(path, namespaces=prefixes)
        except etree.XPathError:
            continue
        if isinstance(found, list) and found:
            texts = [
                str(item.xpath("string()")) if isinstance(item, Element) else str(item) for item in found[:_LONGEST]
            ]
            value = ", ".join(" ".join(text.split()) for text in texts)
            yield path, value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
        if len(shown) == _VALUES:
            return


def _unusable(shelf: Shelf, why: str) -> SchemaError:
    return SchemaError(f"The rules in {shelf.schema} are the broken side, not the document: {' '.join(why.split())}.")
