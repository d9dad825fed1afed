"""Attributes with a default value in a DTD that a document leaves out: schemas and rules have to see them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy

from lxml import etree

from ..document import XML_NAMESPACE
from ..document.doctype import doctype_of
from ..document.names import prefixed
from ..document.parsing import Element, Tree, parser
from ..document.tree import resolve

Defaults = Mapping[str, Mapping[str, str]]  # the values of attributes by their elements, with all names as written

_ATTRIBUTES_OF = re.compile(r"<!ATTLIST\s+([^\s>]++)")


def declared_defaults(text: str, external: etree.DTD | None) -> Defaults:
    """The attribute defaults of a document's own DOCTYPE and external DTD, but namespaces; the first one counts."""
    defaults: dict[str, dict[str, str]] = {}
    for dtd in (_internal(text), external):
        for element in dtd.iterelements() if dtd is not None else ():
            for attribute in element.iterattributes():
                value = attribute.default_value
                if attribute.name and value is not None and "xmlns" not in (attribute.name, attribute.prefix):
                    given = defaults.setdefault(prefixed(element.prefix, element.name or ""), {})
                    given.setdefault(prefixed(attribute.prefix, attribute.name), value)
    return defaults


def _internal(text: str) -> etree.DTD | None:
    """The internal subset of the DOCTYPE of a text; elements for which it declares attributes alone are added."""
    doctype = doctype_of(text)
    names = sorted(set(_ATTRIBUTES_OF.findall(doctype.internal))) if doctype is not None else ()
    if doctype is None or not names:
        return None
    elements = "".join(f"<!ELEMENT {name} ANY>" for name in names)  # of others, lxml does not tell the attributes
    # recovered: to declare an element twice is a fault
    stub = f"<!DOCTYPE r [{doctype.internal}{elements}]><r/>"
    root: Element | None = etree.fromstring(stub.encode(), parser(recover=True))
    return root.getroottree().docinfo.internalDTD if root is not None else None


def supplied(defaults: Defaults, element: str, scope: Mapping[str, str] | Mapping[str | None, str]) -> dict[str, str]:
    """The attributes of an element by their Clark names, with defaulted ones; `scope` has its prefixes."""
    declared = defaults.get(element)
    if declared is None:
        return {}
    bound = {"xml": XML_NAMESPACE, **{prefix: uri for prefix, uri in scope.items() if prefix}, "": ""}
    return {resolve(name, bound): value for name, value in declared.items() if name.rpartition(":")[0] in bound}


def completed(tree: Tree, defaults: Defaults) -> Tree:
    """A tree with the defaulted attributes filled in."""
    whole = deepcopy(tree)
    for item in whole.iter(etree.Element):
        given = set(item.attrib.keys())  # to ask for one is answered with its default
        for name, value in supplied(defaults, prefixed(item.prefix, etree.QName(item).localname), item.nsmap).items():
            if name not in given:
                item.set(name, value)
    return whole
