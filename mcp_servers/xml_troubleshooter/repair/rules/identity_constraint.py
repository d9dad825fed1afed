"""A duplicate key, or a reference to a key that does not exist (XSD: unique, key, keyref)."""

from __future__ import annotations

from collections.abc import Iterator

from ...conformance.name_distance import name_distance
from ...diagnostics import Diagnostic
from ...document.character_references import attribute_text, element_text
from ...document.edits import Edit
from ...document.tree import Node, Tree
from ...loop.proposal import Fix, Safety
from ...prices import NAMES
from .surplus_element import mend_copy


def mend(diagnostic: Diagnostic, tree: Tree) -> Iterator[Fix]:
    """Take out the element that repeats another with its key; give a reference the one key that comes close."""
    if not diagnostic.expected:
        yield from mend_copy(diagnostic, tree)
        return
    near = [key for key in diagnostic.expected if name_distance(diagnostic.value, key) < NAMES.slip]
    references = list(_references(tree.at(diagnostic.start), diagnostic.value, tree))
    if len(near) == len(references) == 1:
        start, end, quote = references[0]
        written = attribute_text(near[0], quote) if quote else element_text(near[0])
        yield Fix(
            edits=(Edit(start, end, written),), source="rule:dangling-reference",
            reason=f"{diagnostic.explanation} {near[0]} is the only one that comes close.",
            safety=Safety.UNSAFE, confidence=0.6, at=diagnostic.start,
            provenance="document: the key that comes closest",
        )  # fmt: skip


def _references(node: Node, value: str, tree: Tree) -> Iterator[tuple[int, int, str]]:
    """The spans with a value in an element or its children; with the quotes around it, "" in text."""
    for holder in (node, *node.children):
        for item in holder.attributes:
            if " ".join(tree.attribute_value(item).split()) == value:
                yield item.value_start, item.value_end, item.quote or '"'
        if " ".join(tree.value(holder).split()) == value and len(holder.texts) == 1 and not holder.texts[0].cdata:
            yield holder.texts[0].start, holder.texts[0].end, ""
