"""White space around a value that the schema collapses and the validator does not (libxml2 at dates and times)."""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics import Diagnostic
from ...document.edits import Edit
from ...document.tree import Node, Tree
from ...loop.proposal import Fix, Safety


def mend(diagnostic: Diagnostic, tree: Tree) -> Iterator[Fix]:
    """Take the white space around the value away, or around those of the children where the parent is blamed."""
    node = tree.at(diagnostic.start)
    for attribute in node.attributes:
        if attribute.value_start <= diagnostic.start <= attribute.value_end:
            yield from _trim(diagnostic, tree, attribute.value_start, attribute.value_end, attribute.name)
            return
    for item in node.children or [node]:
        if _is_padded(item, tree):
            yield from _trim(diagnostic, tree, item.texts[0].start, item.texts[0].end, item.written)


def _is_padded(node: Node, tree: Tree) -> bool:
    """Whether an element holds one value with blanks around it, on one line."""
    if node.children or len(node.texts) != 1 or node.texts[0].cdata:
        return False
    raw = tree.text[node.texts[0].start : node.texts[0].end]
    return raw != raw.strip() and "\n" not in raw.strip()


def _trim(diagnostic: Diagnostic, tree: Tree, start: int, end: int, name: str) -> Iterator[Fix]:
    raw = tree.text[start:end]
    left = start + len(raw) - len(raw.lstrip())
    right = start + len(raw.rstrip())
    edits = tuple(edit for edit in (Edit(start, left, ""), Edit(right, end, "")) if edit.start < edit.end)
    if raw.strip() and edits:
        reason = f"The validator accepts the value of {name} without white space around it only."
        yield Fix(
            edits=edits, source="rule:white-space", reason=reason, safety=Safety.SAFE, confidence=0.9,
            at=diagnostic.start,
        )  # fmt: skip
