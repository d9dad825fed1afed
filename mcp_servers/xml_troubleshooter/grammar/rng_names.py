"""The name classes of RELAX NG: which names an element or attribute may have."""

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


def name_class(node: etree._Element, *, attribute: bool) -> tuple[list[str], list[Wildcard]]:
    """The names that an element or attribute may have, and the wildcards that stand for any others."""
    written = node.get("name")
    if written is not None:
        space = node.get("ns", "") if attribute else inherited(node, "ns").strip()
        return [_resolved(node, written, space)], []
    child = next((child for child in node if tag_of(child)), None)
    return ([], []) if child is None else _names(child)


def _names(node: etree._Element) -> tuple[list[str], list[Wildcard]]:
    space = inherited(node, "ns").strip()
    excluded: list[tuple[list[str], list[Wildcard]]] = [
        _names(inner) for child in node.iterchildren(PREFIX + "except") for inner in child if tag_of(inner)
    ]
    names = frozenset(name for found, _ in excluded for name in found)
    spaces = frozenset(one for _, wildcards in excluded for wildcard in wildcards for one in wildcard.namespaces or ())
    match tag_of(node):
        case "name":
            return [_resolved(node, node.text or "", space)], []
        case "anyName":
            return [], [Wildcard(None, spaces, names)]
        case "nsName":
            return [], [Wildcard(frozenset({space}), spaces, names)]
        case "choice":
            found = [_names(child) for child in node if tag_of(child)]
            return (
                [name for one, _ in found for name in one],
                [wildcard for _, several in found for wildcard in several],
            )
    return [], []


def _resolved(node: etree._Element, written: str, space: str) -> str:
    prefix, colon, local = written.strip().rpartition(":")
    if colon:
        space = XML if prefix == "xml" else node.nsmap.get(prefix) or ""
    return qualified(space, local)
