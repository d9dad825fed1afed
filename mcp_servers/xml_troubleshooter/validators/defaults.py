"""Attributes that a DTD gives a value to where a document leaves them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy

from lxml import etree

from ..document.parsing import Element, Tree

_XML = "{http://www.w3.org/XML/1998/namespace}"


def completed(tree: Tree, dtds: Iterable[etree.DTD]) -> Tree:
    """A tree with the attributes that are left out; itself where none are. Of two declarations the first counts."""
    defaults: dict[str, dict[str, str]] = {}
    for dtd in dtds:
        for element, attribute, value in _declared(dtd):
            defaults.setdefault(element, {}).setdefault(attribute, value)
    if not any(True for item in tree.iter(etree.Element) for _ in _missing(item, defaults)):
        return tree
    whole = deepcopy(tree)
    for item in whole.iter(etree.Element):
        for name, value in list(_missing(item, defaults)):
            item.set(name, value)
    return whole


def _declared(dtd: etree.DTD) -> Iterator[tuple[str, str, str]]:
    """Names of elements and attributes as written, and the value that is given."""
    for element in dtd.iterelements():
        for attribute in element.iterattributes():
            value = attribute.default_value
            if attribute.name and value is not None and "xmlns" not in (attribute.name, attribute.prefix):
                yield _written(element.prefix, element.name or ""), _written(attribute.prefix, attribute.name), value


def _missing(item: Element, defaults: dict[str, dict[str, str]]) -> Iterator[tuple[str, str]]:
    """The attributes that an element lacks, by their Clark names."""
    declared = defaults.get(_written(item.prefix, etree.QName(item).localname), {})
    given = set(item.attrib.keys()) if declared else set()  # to ask for one is answered with its default
    for written, value in declared.items():
        prefix, _, local = written.rpartition(":")
        space = _XML if prefix == "xml" else f"{{{item.nsmap[prefix]}}}" if prefix in item.nsmap else ""
        if f"{space}{local}" not in given and bool(prefix) == bool(space):
            yield f"{space}{local}", value


def _written(prefix: str | None, name: str) -> str:
    return f"{prefix}:{name}" if prefix else name
