"""The children of an element that are examined in turn, each by its declaration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..codes import Code
from ..document.names import local_name, namespace
from ..document.tree import Node
from ..grammar.model import ElementDecl, Wildcard
from ..grammar.patterns import Pattern
from ..prices import NAMES, RENAMES
from .alignment import align
from .edit_costs import Costs, misfits, rename_cost
from .examination import Examination, misnamed
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
    """Queue the children that a content model admits in a stretch, as far as these are in doubt.

    `pattern` is the content model of the first of them and the rest; returns that of the children behind them.
    """
    names, at = node.children.names, stretch.start
    for index in exam.doubtful(node, stretch, masked=masked, complaints=complaints):
        pattern = pattern.after_all(names[at:index])
        at, child = index, node.children[index]
        follow(exam, child, _declaration(exam, pattern, child), masked=masked)
    return pattern.after_all(names[at : stretch.stop])


def _declaration(exam: Examination, pattern: Pattern, child: Node) -> ElementDecl | None:
    """The declaration of a child; where several admit it, the one that it violates least."""
    named = [decl for decl in pattern.first if decl.wildcard is None and decl.name == child.name]
    admitting = named or [decl for decl in pattern.first if decl.matches(child.name)]
    if len(admitting) > 1:
        return min(admitting, key=lambda decl: _departure(exam, child, decl))
    return admitting[0] if admitting else None


def _departure(exam: Examination, node: Node, decl: ElementDecl) -> float:
    """The amount of an element's content and values that a declaration rejects, and of required parts it lacks."""
    if decl.type is None:
        return 0.0
    present, declared = node.named_attributes, decl.type.attributes
    values = {name: exam.tree.attribute_value(item) for name, item in present.items() if name in declared}
    wrong = sum(not declared[name].type.accepts(value) for name, value in values.items())
    lacking = sum(item.required and name not in present for name, item in declared.items())
    found = align(node.children.names, decl.type.content, Costs(exam, node), limit=1)
    order = found[0].cost if found else RENAMES.out_of_order
    return sum(misfits(exam, node, decl.type)) + wrong + RENAMES.lacking * lacking + order


def follow(exam: Examination, child: Node, decl: ElementDecl | None, *, masked: bool) -> None:
    """Queue a child with its declaration; a wildcard of RELAX NG itself declares the content of the element."""
    found = decl
    if decl is not None and decl.wildcard is not None and decl.type is None:
        found = exam.grammar.elements.get(child.name) if decl.wildcard.process != "skip" else None
        if found is None and decl.wildcard.process == "strict":
            _tell_stranger(exam, child, decl.wildcard, masked=masked)
        elif found is None and decl.wildcard.process == "lax":
            found = decl  # elements inside it may be declared again
    if found is not None:
        exam.pending.append((child, found, masked))


def _tell_stranger(exam: Examination, child: Node, wildcard: Wildcard, *, masked: bool) -> None:
    """Report an undeclared element at a place where a wildcard admits any declared one."""
    near = {
        name: decl
        for name, decl in exam.grammar.elements.items()
        if wildcard.matches(name) and name_distance(local_name(child.name), local_name(name)) < NAMES.far
    }
    ranked = sorted((rename_cost(exam, child, decl), name) for name, decl in near.items())
    sentence = f"The schema declares no element {child.written}."
    uri = namespace(child.name)
    if ranked:
        nearest = ranked[0][1]
        decls = {nearest: near[nearest]}
        tell_misnamed(exam, child, Code.UNEXPECTED_ELEMENT, sentence, ranked, decls, masked=masked)
    elif uri and uri not in exam.grammar.namespaces:
        sentence = (
            f"{child.written} must be declared, but no schema is at hand for its namespace {uri}; give a schema that "
            "imports it, or none, and put both into a folder of SCHEMA_DIRS."
        )
        exam.add_element(Correction(), Code.UNEXPECTED_ELEMENT, child, sentence, cost=NAMES.far, masked=masked)
    else:
        held = exam.tree.value(child)
        exam.add_element(Remove(), Code.UNEXPECTED_ELEMENT, child, sentence, cost=NAMES.far, masked=masked, held=held)


def tell_misnamed(
    exam: Examination,
    node: Node,
    code: Code,
    sentence: str,
    ranked: Sequence[tuple[float, str]],
    decls: Mapping[str, ElementDecl],
    *,
    masked: bool = False,
) -> None:
    """Report an element that should have the first of the names, ranked by cost, and queue it with that declaration."""
    cost, name = ranked[0]
    exam.add_element(
        Rename(name), misnamed(node, name, code), node, sentence,
        expected=tuple(decls), cost=cost, others=rivals(ranked), masked=masked,
    )  # fmt: skip
    exam.pending.append((node, decls[name], True))
