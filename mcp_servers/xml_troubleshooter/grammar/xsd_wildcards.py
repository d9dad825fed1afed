"""The wildcards of XML Schema, their intersection and their union (Structures, 3.10)."""

from __future__ import annotations

from lxml import etree

from .model import Wildcard
from .xsd_components import Source


def wildcard_of(node: etree._Element, source: Source) -> Wildcard:
    """The set of names that an xs:any or xs:anyAttribute of a schema admits."""
    process = node.get("processContents", "strict")
    written = node.get("namespace", "##any").split()
    excluded_names = frozenset(node.get("notQName", "").split())  # XSD 1.1
    if "notNamespace" in node.attrib:
        return Wildcard(None, _namespaces(node.get("notNamespace", "").split(), source), excluded_names, process)
    if written == ["##any"]:
        return Wildcard(None, frozenset(), excluded_names, process)
    if written == ["##other"]:
        return Wildcard(None, frozenset({source.namespace, ""}), excluded_names, process)
    return Wildcard(_namespaces(written, source), frozenset(), excluded_names, process)


def _namespaces(written: list[str], source: Source) -> frozenset[str]:
    special = {"##targetNamespace": source.namespace, "##local": ""}
    return frozenset(special.get(one, one) for one in written)


def intersection(one: Wildcard | None, other: Wildcard | None) -> Wildcard | None:
    """The names that both admit, for a type and its attribute groups (Attribute Wildcard Intersection)."""
    if one is None or other is None:
        return one or other
    spaces = other.namespaces if one.namespaces is None else one.namespaces
    if one.namespaces is not None and other.namespaces is not None:
        spaces = one.namespaces & other.namespaces
    return Wildcard(spaces, one.excluded | other.excluded, one.excluded_names | other.excluded_names, one.process)


def union(one: Wildcard | None, other: Wildcard | None) -> Wildcard | None:
    """The names that either admits, for an extension (Attribute Wildcard Union)."""
    if one is None or other is None:
        return one or other
    if one.namespaces is not None and other.namespaces is not None:
        listed = (one.namespaces - one.excluded) | (other.namespaces - other.excluded)
        return Wildcard(listed, frozenset(), one.excluded_names & other.excluded_names, other.process)
    left = one.excluded if other.namespaces is None else one.excluded - other.namespaces
    right = other.excluded if one.namespaces is None else other.excluded - one.namespaces
    if one.namespaces is None and other.namespaces is None:
        left = right = one.excluded & other.excluded
    excluded = left if one.namespaces is None else right
    return Wildcard(None, excluded, one.excluded_names & other.excluded_names, other.process)
