"""Misspelt names of elements and values: the name that is meant, and the edits that give it to an element."""

from __future__ import annotations

from collections.abc import Iterable

from ..conformance.name_distance import name_distance
from ..document.edits import Edit
from ..document.tree import Node
from ..prices import NAMES
from .finding import Finding, Reading, of_element


def only_near(name: str, others: Iterable[str]) -> str:
    """The one of other names that comes close to a name; "" where none does, or several do."""
    near = [each for each in dict.fromkeys(others) if name_distance(name, each) < NAMES.slip]
    return near[0] if len(near) == 1 else ""


def closest(name: str, others: Iterable[str]) -> list[str]:
    """Those of other names that come closest to a name; none where none comes close."""
    ranked = sorted((name_distance(name, each), each) for each in dict.fromkeys(others))
    return [each for distance, each in ranked if distance == ranked[0][0] < NAMES.slip]


def renamed(node: Node, written: str) -> tuple[Edit, ...]:
    """The edits that give an element another name, in both its tags."""
    start = node.start + 1
    edits = [Edit(start, start + len(node.written), written)]
    if node.close is not None:
        edits.append(Edit(node.close.start + 2, node.close.start + 2 + len(node.written), written))
    return tuple(edits)


def sibling_name(node: Node, name: str) -> str:
    """A local name written with the prefix of an element."""
    prefix, colon, _ = node.written.rpartition(":")
    return f"{prefix}{colon}{name}"


def misnamed(node: Node, written: str, words: str, *, confidence: float = 0.97, safe: bool = True) -> Finding:
    """An element with a name that is not known there, and the name that is meant."""
    reading = Reading(confidence=confidence, edits=renamed(node, written), safe=safe)
    return of_element(node, words, expected=(written,), reading=reading)
