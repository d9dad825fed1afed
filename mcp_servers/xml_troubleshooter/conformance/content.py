"""All violations of a grammar by a document, each with its cheapest correction.

libxml2 remains the judge of validity; this adds to its verdict exact spans, all the names and values expected, and
the faults behind the first one of a content model and below it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice
from statistics import median

from ..codes import Code
from ..diagnostics import COUNTED
from ..document import XSI_NAMESPACE
from ..document.names import local_name
from ..document.tree import Node, Tree
from ..grammar.id_names import names_of
from ..grammar.model import ElementDecl, Grammar, TypeDef
from ..grammar.patterns import Pattern
from ..prices import NAMES, VIOLATIONS
from .alignment import align
from .alignment_search import unbroken
from .checks import attributes, id_references, instance_types, letter_case, namespace_declarations, root, text_content
from .child_changes import Alignment, Change, Step
from .child_violations import ChildViolations
from .descent import follow, look_along, tell_misnamed
from .edit_costs import Costs, rename_cost
from .examination import Examination, white_space_from
from .later_errors import Complaints, unseen_elements
from .nesting.nesting_changes import change_nesting
from .violations import Correction, Violation

_ENOUGH = 100  # children by which the usual line breaks are counted
_BOTH = 2  # the traces of one move: where the element came from, and where it went


def examine(
    tree: Tree, grammar: Grammar, suspects: Collection[int] = (), complaints: Complaints | None = None
) -> list[Violation]:
    """All violations of a grammar by a document, in document order.

    `suspects` are the offsets of a validator's errors. Where it has cleared the rest of the document, only the
    elements there, the order of their siblings, and the content hidden by these faults are examined, as far as that is
    not too much. `complaints` runs that validator on another text. Once COUNTED violations are found, no further
    element is examined, so that the time for masses of them does not grow with their number.
    """
    suspects = _uncleared(tree, grammar, suspects, complaints)
    exam = Examination(tree, grammar, suspects, complaints if grammar.kind == "xsd" else None)
    if not exam.literal:
        namespace_declarations.check(exam)
    letter_case.check(exam)
    if exam.found:
        exam.trust_nothing()
    root.check(exam)
    _suspect(exam)
    done: set[Node] = set()
    while exam.pending and len(exam.found) < COUNTED:
        node, decl, masked = exam.pending.pop()
        if node in done:
            continue
        done.add(node)
        waiting = len(exam.pending)
        definition = exam.settle(node, decl)
        if definition is not None:
            _check_element(exam, node, definition, decl, masked=masked)
        elif decl.wildcard is not None:
            for index in exam.doubtful(node, range(len(node.children)), masked=masked):
                follow(exam, node.children[index], decl, masked=masked)
        exam.pending[waiting:] = reversed(exam.pending[waiting:])  # in document order
    if not exam.suspects and not exam.pending:
        id_references.check(exam)
    found = change_nesting(exam.found, exam.type_of, exam.grammar.declarations, tree.text)
    return sorted(found, key=lambda item: (item.start, item.end))


def _uncleared(
    tree: Tree, grammar: Grammar, suspects: Collection[int], complaints: Complaints | None
) -> Collection[int]:
    """The suspects, where they cover every violation that no fault hides; else more of them, or () for all elements.

    libxml2 does not check references to IDs, and the text does not show the content where entities stand for elements.
    """
    if "<!ENTITY" in tree.text or names_of(grammar).suspect(tree.text):
        return ()
    if grammar.kind == "rng":  # it stops at the first error and may report an element around it
        return unseen_elements(tree, suspects, complaints) if suspects and complaints is not None else ()
    return suspects


def _suspect(exam: Examination) -> None:
    """Queue the elements that a validator reports, and their parents, of which the order of children is examined."""
    inner = (node for node in exam.parents if node.parent is not None)
    # the earliest last, which is examined first: it may change the declarations of those below it
    for parent in sorted(inner, key=lambda item: item.start, reverse=True):
        # below a wildcard, the validator knows elements in one that it does not know
        nodes = [parent] if exam.declaration(parent) else [item for item in parent.children if item in exam.suspects]
        found = ((node, exam.declaration(node)) for node in nodes)
        exam.pending += [(node, decl, False) for node, decl in found if decl is not None]


def _check_element(exam: Examination, node: Node, definition: TypeDef, decl: ElementDecl, *, masked: bool) -> None:
    if node in exam.parents and not masked:
        _check_children(exam, node, definition, masked=False)
        return
    if exam.grammar.kind == "xsd":
        definition = instance_types.check(exam, node, definition, decl, masked=masked)
    attributes.check(exam, node, definition, masked=masked)
    nil = node.attribute(f"{{{XSI_NAMESPACE}}}nil")
    if nil is not None and exam.grammar.kind == "xsd" and not decl.nillable:
        exam.add_surplus(Code.NOT_VALID, node, nil, f"The schema does not let {node.written} be nil.", masked=masked)
    if nil is None or exam.tree.attribute_value(nil).strip() not in ("true", "1"):
        text_content.check(exam, node, definition, decl, masked=masked)
        _check_children(exam, node, definition, masked=masked)


def _check_children(exam: Examination, node: Node, definition: TypeDef, *, masked: bool) -> None:
    names = node.children.names
    patterns = unbroken(definition.content, names, 0)
    pattern, kept = patterns[-1], len(patterns) - 1  # how many children may stay, the pattern of the rest
    whole = kept == len(names) and pattern.nullable
    opaque = not whole and exam.opaque(node)
    found = [] if whole or opaque else align(names, definition.content, Costs(exam, node))
    if found:
        best, others = _likeliest(exam, node, found) if len(found) > 1 else (found[0], 0)
        ChildViolations(exam, node, kept, others, masked, definition.content).tell(best)
        return
    if opaque:
        _check_each(exam, node, definition, masked=masked)
        return
    look_along(exam, node, range(kept), definition.content, masked=masked)
    if not whole:
        _break_off(exam, node, kept, pattern, masked=masked)


def _check_each(exam: Examination, node: Node, definition: TypeDef, *, masked: bool) -> None:
    """Check each child of an element whose content has an entity reference: whether it may be there, in any order."""
    decls = definition.content.declarations
    for child in node.children:
        decl = next((item for item in decls if item.matches(child.name)), None)
        near = {item.name: item for item in decls if item.name and rename_cost(exam, child, item) < NAMES.far}
        if decl is not None or not near:
            follow(exam, child, decl, masked=masked)
            continue
        ranked = sorted((rename_cost(exam, child, item), name) for name, item in near.items())
        sentence = f"{node.written} does not allow {child.written} here; {local_name(ranked[0][1])} fits."
        tell_misnamed(exam, child, Code.UNEXPECTED_ELEMENT, sentence, ranked, near, masked=masked)


def _break_off(exam: Examination, node: Node, index: int, pattern: Pattern, *, masked: bool) -> None:
    """Report the place where the content breaks off, without a proposal: it is too far from the content model."""
    expected = tuple(item.name for item in pattern.first if item.name)
    rest = {"expected": expected, "cost": VIOLATIONS.incomplete, "masked": masked}
    if index < len(node.children):
        child = node.children[index]
        exam.add_element(Correction(), Code.UNEXPECTED_ELEMENT, child, f"{child.written} is not allowed here.", **rest)
    else:
        sentence = f"The content of {node.written} is not complete."
        exam.add(Correction(), Code.MISSING_ELEMENT, node, (node.start, node.name_end), sentence, **rest)


def _likeliest(exam: Examination, node: Node, found: Sequence[Alignment]) -> tuple[Alignment, int]:
    """Of alignments of equal cost the one with the best evidence in the layout, and how many others are as good."""
    breaks = median([_line_breaks(exam, end) for _, end in islice(node.children.spans, _ENOUGH)] or [1])
    traces = [_traces(exam, node, item, breaks) for item in found]
    most = max(traces)
    best = found[traces.index(most)]
    if most >= _BOTH:
        return best, traces.count(most) - 1
    # two neighbours that changed places explain it all, where the layout would show if one came from further off
    nearest = best is found[0] and best.cost < found[1].cost
    return best, 0 if breaks > 0 and nearest and _swaps_neighbours(best.steps) else len(found) - 1


def _traces(exam: Examination, node: Node, alignment: Alignment, breaks: float) -> int:
    """The number of traces of an alignment in the layout: blank lines left by an element, tags that touch."""
    place, count = node.content[0], 0
    for step in alignment.steps:
        if step.change in (Change.MOVE, Change.INSERT):
            count += _line_breaks(exam, place) > breaks
        if step.change is Change.MOVE:
            count += exam.tree.text[node.children[step.child].end] == "<"
        elif step.child >= 0 and step.change is not Change.REMOVE:
            place = node.children[step.child + step.count - 1].end
    return count


def _swaps_neighbours(steps: Sequence[Step]) -> bool:
    """Whether all children stay but for one, which goes behind the next."""
    if any(step.change not in (Change.KEEP, Change.MOVE) for step in steps):
        return False
    order = (index for step in steps for index in range(step.child, step.child + step.count))
    apart = [place for place, index in enumerate(order) if index != place]
    return len(apart) == 2 and apart[0] + 1 == apart[1]  # noqa: PLR2004


def _line_breaks(exam: Examination, offset: int) -> int:
    return white_space_from(exam.tree.text, offset).count("\n")
