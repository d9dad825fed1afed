"""The layers among those that a caller names which judge the document inside an envelope, not the envelope."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from pathlib import Path

from ..catalogue.catalogue_store import SchemaStore
from ..diagnostics import LayerKind
from ..disk.bounds import read_file
from ..document.document import Document
from .chains import chained, root_of
from .envelopes import Payload, alike, is_envelope, payloads
from .plan import Layer, Plan
from .search.schema_index import Entry, entry_of

_ABOUT_NAMESPACES = (LayerKind.XSD, LayerKind.RNG, LayerKind.RULES)
_URI = re.compile(rb"\b(?:uri|xmlns(?::[^\s=:<>\"']++)?)\s*+=\s*+[\"']([^\"']++)[\"']")


def carried_by(document: Document, store: SchemaStore) -> tuple[Payload, ...]:
    """The payloads of a standard envelope, or the one document with a known root inside one with an unknown root."""
    root, known = root_of(document), chained(store)
    if not root or (known(root) and not is_envelope(root)):
        return ()
    found = payloads(document, known)
    return found if len(found) == 1 or is_envelope(root) else ()


def for_payload(plan: Plan, document: Document, store: SchemaStore, carried: Payload | None) -> Plan:
    """The plan with those layers marked that judge the payload of the document, which is `carried` where known.

    Else it is the element inside that a layer's schema declares, if it does not declare the root. Rules judge the
    payload if they do not name the namespace of the root.
    """
    root = root_of(document)
    if not root or not plan.layers or chained(store)(root):
        return plan
    carried = next((found for layer in plan.layers if (found := _declared_by(layer, document, root))), carried)
    if carried is None:
        return plan
    layers = tuple(layer.for_payload if _is_about(layer, carried, root) else layer for layer in plan.layers)
    return replace(plan, layers=layers, payload=carried.name if any(each.payload for each in layers) else "")


def _declared_by(layer: Layer, document: Document, root: str) -> Payload | None:
    """The payload that a schema declares, or rules name, inside a root that they do not know; None without one.

    None too for a root that is a misspelt one of the schema.
    """
    if layer.unusable or layer.kind not in _ABOUT_NAMESPACES:
        return None
    if layer.kind is LayerKind.RULES:
        return _named_by(layer, document, root)
    entry = entry_of(Path(layer.source))
    namespace, _, local = root.rpartition("}")
    if not entry.elements or namespace[1:] in entry.namespaces or difflib.get_close_matches(local, entry.elements, 1):
        return None
    found = alike(payloads(document, lambda name: _declares(entry, name)))
    return found if found is not None and found.name.rpartition("}")[0][1:] in entry.namespaces else None


def _named_by(layer: Layer, document: Document, root: str) -> Payload | None:
    """The payload of a namespace that rules name, in a document whose own they do not name; None without one."""
    around, rules = root.rpartition("}")[0][1:], _content(layer)
    if not around or around.encode() in rules:
        return None
    named = {uri.decode("utf-8", "replace") for uri in _URI.findall(rules)}
    return alike(payloads(document, lambda name: name.rpartition("}")[0][1:] in named))


def _declares(entry: Entry, name: str) -> bool:
    namespace, _, local = name.rpartition("}")
    return local in entry.elements and namespace[1:] in entry.namespaces


def _is_about(layer: Layer, carried: Payload, root: str) -> bool:
    """Whether a layer judges a payload, not the envelope around it."""
    if layer.unusable:
        return False
    namespace = carried.name.rpartition("}")[0][1:]
    if layer.kind in (LayerKind.XSD, LayerKind.RNG):
        entry = entry_of(Path(layer.source))
        return namespace in entry.namespaces and not _declares(entry, root)
    if layer.kind is not LayerKind.RULES:
        return False
    around = root.rpartition("}")[0][1:]
    return not around or around.encode() not in _content(layer)


def _content(layer: Layer) -> bytes:
    try:
        return read_file(Path(layer.source))
    except OSError:
        return b""  # who judges by it says so
