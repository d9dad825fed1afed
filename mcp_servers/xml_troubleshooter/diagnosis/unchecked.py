"""Elements that a schema accepts unchecked: wildcards let them in, and it declares none of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from ..document import XML_NAMESPACE, XSI_NAMESPACE
from ..document.names import prefixed
from ..document.parsing import Element
from ..errors import SchemaError
from ..grammar import load
from ..validators.schema import Kind, Schema
from ..validators.subject import Subject

_HOLDERS = 3  # elements that are named
_LONGEST = 500  # characters of a declaration of a namespace
_XMLNS = re.compile(r"xmlns(?::[^\s=]{1,100}+)?\s*+=\s*+(?:\"([^\"<]*+)\"|'([^'<]*+)')")
_TYPE = f"{{{XSI_NAMESPACE}}}type"
_OF_SCHEMAS = (XSI_NAMESPACE, XML_NAMESPACE, "http://www.w3.org/2001/XMLSchema")  # of attributes and types


@dataclass(frozen=True, slots=True)
class Unchecked:
    """The unchecked part of a document, in words, "" for none; `whole` says that it is the whole document."""

    words: str = ""
    whole: bool = False


def unchecked(subject: Subject, schema: Schema) -> Unchecked:
    """The elements of a document that a schema of XSD or RELAX NG accepts unchecked, for want of declarations.

    A document that this one carries is left out where layers of their own judge it.
    """
    declared, payload = schema.declared, subject.payload
    if subject.tree is None:
        return unchecked_in_stream([subject.document.text], schema)
    if schema.kind in (Kind.DTD, Kind.SCHEMATRON):
        return Unchecked()
    root = subject.tree.getroot()
    names = {element.tag for element in root.iter(etree.Element)}
    strange = {name for name in names if declared.undeclared(name)}
    if not strange:
        return Unchecked()
    if schema.kind is Kind.RELAXNG:  # of which words say little
        with suppress(SchemaError):
            strange = names - load(schema.path, schema.roots).declarations.keys()
    elements = list(root.iter(etree.Element))
    found = [item for item in elements if item.tag in strange and item.get(_TYPE) is None]
    if payload:
        found = [item for item in found if item.tag != payload and not any(True for _ in item.iterancestors(payload))]
    if not found or not declared.open:
        return Unchecked()
    parents = (item.getparent() for item in found)
    holders = dict.fromkeys(
        prefixed(each.prefix, etree.QName(each).localname)
        for each in parents
        if each is not None and each.tag not in strange
    )
    more = " and others" if len(holders) > _HOLDERS else ""
    where = f" in {', '.join(islice(holders, _HOLDERS))}{more}" if holders else ""
    if len(found) == len(elements) or (len(found) == len(elements) - 1 and _declares_nothing_in(root, schema)):
        return Unchecked(f"it takes any elements{where}, and names none that the document has", whole=True)
    return Unchecked(f"it takes any elements{where}, so that {len(found)} of {len(elements)} were not checked")


def _declares_nothing_in(root: Element, schema: Schema) -> bool:
    """Whether a schema declares the document element but allows any content in it."""
    try:
        grammar = load(schema.path, schema.roots)
    except SchemaError:
        return False
    definition = next((item.type for item in grammar.roots if item.name == root.tag), None)
    return definition is None or (definition.mixed and not (definition.content.declared[0] or definition.attributes))


def unchecked_in_stream(pieces: Iterable[str], schema: Schema) -> Unchecked:
    """The unchecked elements of a text in pieces, without a tree, by the namespaces that it declares."""
    if schema.kind is not Kind.XSD:
        return Unchecked()
    known = schema.declared.namespaces or frozenset()
    used: dict[str, None] = {}
    end = ""  # of the piece before: a declaration may be split between two
    for piece in pieces:
        used |= dict.fromkeys(double or single for double, single in _XMLNS.findall(end + piece))
        end = piece[-_LONGEST:]
    strange = [each for each in used if each and each not in known and each not in _OF_SCHEMAS]
    if not strange or not schema.declared.open:
        return Unchecked()
    more = " and others" if len(strange) > _HOLDERS else ""
    return Unchecked(f"elements of {', '.join(strange[:_HOLDERS])}{more} were not checked, if there are any")
