"""The document element: whether the schema allows it as a root, and the document that an envelope may hold."""

from __future__ import annotations

from ...codes import Code
from ...document.tree import Node
from ...prices import NAMES, VIOLATIONS
from ..edit_costs import rename_cost
from ..examination import Examination, misnamed, tag_name
from ..name_distance import rivals
from ..violations import Correction, Extract, Rename

_ENVELOPE = 4  # levels of elements around a document that are looked through
_FEW = 20  # children of an envelope that are looked at


def check(exam: Examination) -> None:
    """Tell of a document element that is no root; what may be one is looked at next."""
    root = exam.tree.root
    decl = next((item for item in exam.grammar.roots if item.matches(root.name)), None)
    inner = _document_within(exam) if decl is None or decl.wildcard else None
    if decl is not None and inner is None:
        if not exam.clears(root):
            exam.pending.append((root, decl, False))
        return
    named = {item.name: item for item in exam.grammar.roots if item.wildcard is None}
    ranked = sorted((rename_cost(exam, root, item), name) for name, item in named.items())
    sentence = f"The document element {root.written} is not one that the schema allows as a root."
    if inner is not None and (decl is not None or not ranked or ranked[0][0] >= NAMES.slip):
        exam.add(
            Extract(inner), Code.UNDECLARED_ROOT, root, tag_name(root), f"{sentence} {inner.written} inside it is.",
            expected=tuple(named), cost=NAMES.far, value=root.written,
        )  # fmt: skip
        exam.pending.append((inner, named[inner.name], True))
        return
    if not ranked or ranked[0][0] >= NAMES.far:
        exam.add(
            Correction(), Code.UNDECLARED_ROOT, root, tag_name(root), sentence, expected=tuple(named),
            cost=VIOLATIONS.unknown_root, value=root.written,
        )  # fmt: skip
        return
    cost, name = ranked[0]
    exam.add(
        Rename(name), misnamed(root, name, Code.UNDECLARED_ROOT), root, tag_name(root), sentence,
        expected=tuple(named), cost=cost, others=rivals(ranked), value=root.written,
    )  # fmt: skip
    exam.pending.append((root, named[name], True))


def _document_within(exam: Examination) -> Node | None:
    """The element that may be a root inside others that hold nothing else: a document in an empty envelope."""
    allowed = {item.name for item in exam.grammar.roots if item.wildcard is None}
    node = exam.tree.root
    for _ in range(_ENVELOPE):
        full = [child for child in node.children[:_FEW] if child.children or child.texts or child.attributes]
        if len(full) != 1 or len(node.children) > _FEW or exam.tree.value(node).strip():
            return None
        node = full[0]
        if node.name in allowed:
            return node
    return None
