"""Which children of an element are looked into, and the declaration that each falls under."""

from __future__ import annotations

from collections.abc import Sequence

from ..codes import Code
from ..document.names import local_name, namespace
from ..document.tree import Node
from ..grammar.model import ElementDecl, Wildcard
from ..grammar.patterns import Pattern
from ..prices import NAMES
from .edit_costs import choose, rename_cost
from .examination import Examination, misnamed, tag_name
from .name_distance import name_distance, rivals
from .violations import Correction, Remove, Rename


def look_along(
    exam: Examination,
    node: Node,
    stretch: range,
    pattern: Pattern,
    *,
    masked: bool,
    complaints: Sequence[int] | None = None,
) -> Pattern:
    """Look into children that stand where a content model admits them, as far as these are in doubt.

    `pattern` is what may come in front of them; returns what must come behind them.
    """
    names, at = node.children.names, stretch.start
    for index in exam.doubtful(node, stretch, masked=masked, complaints=complaints):
        pattern = _pattern_after(pattern, names[at:index])
        at, child = index, node.children[index]
        follow(exam, child, choose(exam, pattern, child), masked=masked)
    return _pattern_after(pattern, names[at : stretch.stop])


def _pattern_after(pattern: Pattern, names: Sequence[str]) -> Pattern:
    for name in names:
        pattern = pattern.after(name)
    return pattern


def follow(exam: Examination, child: Node, decl: ElementDecl | None, *, masked: bool) -> None:
    """Look into a child that falls under a declaration; RELAX NG tells with its wildcard what the element may hold."""
    found = decl
    if decl is not None and decl.wildcard is not None and decl.type is None:
        found = exam.grammar.elements.get(child.name) if decl.wildcard.process != "skip" else None
        if found is None and decl.wildcard.process == "strict":
            _tell_stranger(exam, child, decl.wildcard, masked=masked)
        elif found is None and decl.wildcard.process == "lax":
            found = decl  # what it holds may be known again
    if found is not None:
        exam.pending.append((child, found, masked))


def _tell_stranger(exam: Examination, child: Node, wildcard: Wildcard, *, masked: bool) -> None:
    """An element that stands where any declared one may, but is not declared."""
    near = [
        (name, decl)
        for name, decl in exam.grammar.elements.items()
        if wildcard.matches(name) and name_distance(local_name(child.name), local_name(name)) < NAMES.far
    ]
    ranked = sorted((rename_cost(exam, child, decl), name) for name, decl in near)
    sentence = f"The schema declares no element {child.written}."
    uri = namespace(child.name)
    if not ranked and uri and uri not in exam.grammar.namespaces:
        sentence = (
            f"{child.written} must be declared, but no schema is at hand for its namespace {uri}; give a schema that "
            "imports it, or none, and put both into a folder of SCHEMA_DIRS."
        )
        exam.add(
            Correction(), Code.UNEXPECTED_ELEMENT, child, tag_name(child), sentence, cost=NAMES.far, masked=masked,
            value=child.written,
        )  # fmt: skip
        return
    if not ranked:
        exam.add(
            Remove(), Code.UNEXPECTED_ELEMENT, child, tag_name(child), sentence, cost=NAMES.far, masked=masked,
            value=child.written, held=exam.tree.value(child),
        )  # fmt: skip
        return
    cost, name = ranked[0]
    exam.add(
        Rename(name), misnamed(child, name, Code.UNEXPECTED_ELEMENT), child, tag_name(child), sentence,
        expected=(name,), cost=cost, masked=masked, others=rivals(ranked), value=child.written,
    )  # fmt: skip
    exam.pending.append((child, exam.grammar.elements[name], True))
