"""The name classes of RELAX NG: the names that an element or attribute may have."""

from __future__ import annotations

from lxml import etree

from ..schema_files.compact_syntax import RNG
from ..schema_files.rng_files import inherited
from .model import Wildcard
from .xsd_components import XML, qualified

PREFIX = f"{{{RNG}}}"


def tag_of(node: etree._Element) -> str:
    """The local name of a RELAX NG element; "" for comments and foreign elements (annotations)."""
    tag = node.tag
    return tag[len(PREFIX) :] if isinstance(tag, str) and tag.startswith(PREFIX) else ""


def name_class(node: etree._Element, *, attribute: bool) -> list[str | Wildcard]:
    """The names that an element or attribute may have, and the wildcards that stand for any others."""
    written = node.get("name")
    if written is not None:
        space = node.get("ns", "") if attribute else inherited(node, "ns").strip()
        return [_resolved(node, written, space)]
    child = next((child for child in node if tag_of(child)), None)
    return [] if child is None else _names(child)


def _names(node: etree._Element) -> list[str | Wildcard]:
    space = inherited(node, "ns").strip()
    excluded = [item for child in node.iterchildren(PREFIX + "except") for item in _names_inside(child)]
    names = frozenset(item for item in excluded if isinstance(item, str))
    spaces = frozenset(one for item in excluded if isinstance(item, Wildcard) for one in item.namespaces or ())
    match tag_of(node):
        case "name":
            return [_resolved(node, node.text or "", space)]
        case "anyName":
            return [Wildcard(None, spaces, names)]
        case "nsName":
            return [Wildcard(frozenset({space}), spaces, names)]
        case "choice":
            return _names_inside(node)
    return []


def _names_inside(node: etree._Element) -> list[str | Wildcard]:
    return [item for child in node if tag_of(child) for item in _names(child)]


def _resolved(node: etree._Element, written: str, space: str) -> str:
    prefix, colon, local = written.strip().rpartition(":")
    if colon:
        space = XML if prefix == "xml" else node.nsmap.get(prefix) or ""
    return qualified(space, local)
