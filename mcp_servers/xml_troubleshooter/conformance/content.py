"""Where a document departs from a grammar, all of it, and the cheapest change at each place.

libxml2 remains the judge of validity; this tells what its verdict hides: exact spans, everything that was expected, and
the faults behind the first one of a content model and below it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median

from ..codes import Code
from ..diagnostics import COUNTED
from ..document import XSI_NAMESPACE
from ..document.names import local_name, namespace
from ..document.tree import Node, Tree
from ..grammar.id_names import names_of
from ..grammar.model import ElementDecl, Grammar, TypeDef, Wildcard
from ..grammar.patterns import Pattern
from ..prices import ALIGNMENT, NAMES, VIOLATIONS
from .alignment import align
from .checks import attributes, instance_types, letter_case, namespaces, text_content
from .checks.id_references import IdReferences
from .child_changes import Alignment, Change, Step
from .edit_costs import Costs, choose, is_doubled, rename_cost
from .examination import Examination, tag_name
from .lookahead import Complaints, unseen_elements
from .name_distance import name_distance
from .nesting_changes import change_nesting
from .violations import Correction, Extract, Insert, Move, Remove, RemoveAttribute, Rename, Unwrap, Violation, Wrap

_ENVELOPE = 4  # levels of elements around a document that are looked through
_FEW = 20  # children of an envelope that are looked at
_ENOUGH = 100  # children that tell how the lines are broken
_BOTH = 2  # the traces of one move: where the element came from, and where it went
_BLANKS = re.compile(r"[ \t\r\n]*")


def examine(
    tree: Tree, grammar: Grammar, suspects: Collection[int] = (), complaints: Complaints | None = None
) -> list[Violation]:
    """All violations of a document from a grammar, in document order.

    `suspects` are the offsets of what a validator complains about. Where it has cleared the rest of the document, only
    the elements there, the order of their siblings, and what these faults hide are looked at, as far as that is not too
    much. `complaints` asks that validator about another text. Once COUNTED violations are found, no further element is
    looked at, so that the time for masses of them does not grow with their number.
    """
    suspects = _uncleared(tree, grammar, suspects, complaints)
    exam = Examination(tree, grammar, suspects, complaints if grammar.kind == "xsd" else None)
    id_references = IdReferences()
    if not exam.literal:
        namespaces.check(exam)
    letter_case.check(exam)
    if exam.found:
        exam.trust_nothing()
    _check_root(exam)
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
            _check_element(exam, id_references, node, definition, decl, masked=masked)
        elif decl.wildcard is not None:
            for index in exam.doubtful(node, range(len(node.children)), masked=masked):
                _follow(exam, node.children[index], decl, masked=masked)
        exam.pending[waiting:] = reversed(exam.pending[waiting:])  # in document order
    if not exam.suspects and not exam.pending:
        id_references.check(exam)
    found = change_nesting(exam.found, exam.type_of, exam.grammar.declarations, tree.text)
    return sorted(found, key=lambda item: (item.start, item.end))


def _uncleared(
    tree: Tree, grammar: Grammar, suspects: Collection[int], complaints: Complaints | None
) -> Collection[int]:
    """The suspects, where a validator complains about all that departs from this grammar but what a fault hides.

    libxml2 does not look at references to IDs, nor does the text show what it says where entities stand for elements.
    """
    if "<!ENTITY" in tree.text or names_of(grammar).suspect(tree.text):
        return ()
    if grammar.kind == "rng":  # it stops at the first error and may blame what is around
        return unseen_elements(tree, suspects, complaints) if suspects and complaints is not None else ()
    return suspects


def _suspect(exam: Examination) -> None:
    """Look at what a validator complains about, and at the order of the elements around it."""
    inner = (node for node in exam.parents if node.parent is not None)
    # the earliest last, which is looked at first: it may change what those below it are held against
    for parent in sorted(inner, key=lambda item: item.start, reverse=True):
        # below a wildcard, the validator knows elements in one that it does not know
        nodes = [parent] if exam.declaration(parent) else [item for item in parent.children if item in exam.suspects]
        found = ((node, exam.declaration(node)) for node in nodes)
        exam.pending += [(node, decl, False) for node, decl in found if decl is not None]


def _check_root(exam: Examination) -> None:
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
        Rename(name), _misnamed(root, name, Code.UNDECLARED_ROOT), root, tag_name(root), sentence,
        expected=tuple(named), cost=cost, others=_rivals(ranked), value=root.written,
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


def _check_element(
    exam: Examination, id_references: IdReferences, node: Node, definition: TypeDef, decl: ElementDecl, *, masked: bool
) -> None:
    if node in exam.parents and not masked:
        _check_children(exam, node, definition, masked=False)
        return
    if exam.grammar.kind == "xsd":
        definition = instance_types.check(exam, node, definition, decl, masked=masked)
    attributes.check(exam, id_references, node, definition, masked=masked)
    nil = node.attribute(f"{{{XSI_NAMESPACE}}}nil")
    if nil is not None and exam.grammar.kind == "xsd" and not decl.nillable:
        exam.add(
            RemoveAttribute(), Code.NOT_VALID, node, (nil.name_start, nil.name_start + len(nil.name)),
            f"The schema does not let {node.written} be nil.", attribute=nil,
            cost=VIOLATIONS.surplus_attribute, masked=masked, value=nil.name,
            held=exam.tree.attribute_value(nil),
        )  # fmt: skip
    if nil is None or exam.tree.attribute_value(nil).strip() not in ("true", "1"):
        text_content.check(exam, id_references, node, definition, decl, masked=masked)
        _check_children(exam, node, definition, masked=masked)


def _check_children(exam: Examination, node: Node, definition: TypeDef, *, masked: bool) -> None:
    names = node.children.names
    pattern, kept = definition.content, 0
    for name in names:
        following = pattern.after(name)
        if following is pattern.table.nothing:
            break
        pattern = following  # what must come behind the children that may stand where they do
        kept += 1
    whole = kept == len(names) and pattern.nullable
    opaque = not whole and exam.opaque(node)
    found = [] if whole or opaque else align(names, definition.content, Costs(exam, node))
    if found:
        best, others = _likeliest(exam, node, found) if len(found) > 1 else (found[0], 0)
        _ChildViolations(exam, node, kept, others, masked, definition.content).tell(best)
        return
    if opaque:
        _check_each(exam, node, definition, masked=masked)
        return
    _look_along(exam, node, range(kept), definition.content, masked=masked)
    if not whole:
        _break_off(exam, node, kept, pattern, masked=masked)


def _check_each(exam: Examination, node: Node, definition: TypeDef, *, masked: bool) -> None:
    """Children among which an entity stands: whether each may be there, whatever their order."""
    decls = list(definition.content.declarations())
    for child in node.children:
        decl = next((item for item in decls if item.matches(child.name)), None)
        near = {item.name: item for item in decls if item.name and rename_cost(exam, child, item) < NAMES.far}
        if decl is not None or not near:
            _follow(exam, child, decl, masked=masked)
            continue
        ranked = sorted((rename_cost(exam, child, item), name) for name, item in near.items())
        cost, name = ranked[0]
        exam.add(
            Rename(name), _misnamed(child, name, Code.UNEXPECTED_ELEMENT), child, tag_name(child),
            f"{node.written} does not allow {child.written} here; {local_name(name)} fits.",
            expected=tuple(near), cost=cost, others=_rivals(ranked), masked=masked, value=child.written,
        )  # fmt: skip
        _follow(exam, child, near[name], masked=True)


def _break_off(exam: Examination, node: Node, index: int, pattern: Pattern, *, masked: bool) -> None:
    """The content is too far from the model for a proposal: tell where it breaks off."""
    expected = tuple(item.name for item in pattern.first if item.name)
    if index < len(node.children):
        child = node.children[index]
        exam.add(
            Correction(), Code.UNEXPECTED_ELEMENT, child, tag_name(child), f"{child.written} is not allowed here.",
            expected=expected, masked=masked, cost=VIOLATIONS.incomplete, value=child.written,
        )  # fmt: skip
    else:
        exam.add(
            Correction(),
            Code.MISSING_ELEMENT,
            node,
            tag_name(node),
            f"The content of {node.written} is not complete.",
            expected=expected,
            masked=masked,
            cost=VIOLATIONS.incomplete,
        )


@dataclass(slots=True)
class _ChildViolations:
    """The violations of one element's children.

    A validator gives up at the child number `broken`: what comes behind or below it, it does not see. `others` counts
    the alignments that are as cheap.
    """

    exam: Examination
    node: Node
    broken: int
    others: int
    masked: bool
    content: Pattern
    told: int = 0

    def tell(self, alignment: Alignment) -> None:
        """Turn the steps into violations, and look below the children that stay."""
        pattern = self.content
        place = self.node.content[0]
        complaints = None if self.masked else self.exam.complaints_from(self.node, self.broken, alignment.steps)
        for step in alignment.steps:
            child = self.node.children[step.child] if step.child >= 0 else self.node
            last = self.node.children[step.child + step.count - 1] if step.child >= 0 else child
            expected = tuple(decl.name for decl in pattern.first if decl.name) if step.change is not Change.KEEP else ()
            wrappers = pattern.first if step.change is Change.WRAP else ()
            match step.change:
                case Change.KEEP:
                    end = step.child + step.count
                    seen, hidden = range(step.child, min(end, self.broken)), range(max(step.child, self.broken), end)
                    if seen:
                        pattern = _look_along(self.exam, self.node, seen, pattern, masked=self.masked)
                    if hidden:
                        pattern = _look_along(self.exam, self.node, hidden, pattern, masked=True, complaints=complaints)
                    place = last.end
                    continue
                case Change.MOVE:
                    alone = range(step.child, step.child + 1)
                    pattern = _look_along(self.exam, self.node, alone, pattern, masked=True, complaints=complaints)
                case Change.RENAME | Change.INSERT | Change.WRAP if step.decl is not None:
                    pattern = pattern.after(step.decl.name)
                    if step.change is Change.RENAME:
                        _follow(self.exam, child, step.decl, masked=True)
                case Change.UNWRAP:
                    pattern = _look_along(self.exam, child, range(len(child.children)), pattern, masked=True)
            self.add(step, child, last, place, expected, wrappers)
            if step.change in (Change.RENAME, Change.WRAP, Change.UNWRAP):
                place = last.end

    def add(
        self,
        step: Step,
        child: Node,
        last: Node,
        place: int,
        expected: tuple[str, ...],
        wrappers: Sequence[ElementDecl],
    ) -> None:
        """Keep the violation of one step; `wrappers` are what might be missing around the child."""
        others = self.others
        exam, parent = self.exam, self.node.written
        code, span, cost = Code.UNEXPECTED_ELEMENT, tag_name(child), ALIGNMENT.missing
        local = local_name(step.decl.name) if step.decl is not None else ""
        correction: Correction
        match step.change:
            case Change.INSERT if step.decl is not None:
                correction = Insert(step.decl, place)
                code, span = Code.MISSING_ELEMENT, _lacking_at(exam, child, place)
                sentence = f"{parent} lacks the element {local} here."
            case Change.WRAP if step.decl is not None:
                correction, code, cost = Wrap(step.decl, last.end), Code.MISSING_ELEMENT, ALIGNMENT.nesting
                sentence = f"{parent} lacks the element {local} around {child.written}."
                costs = Costs(exam, self.node)
                fitting = [item for item in wrappers if item.name and costs.wrap(step.child, item, alone=False)[1]]
                others = max(others, len(fitting) - 1)
            case Change.UNWRAP:
                correction = Unwrap(is_doubled(exam, child))
                sentence, cost = f"{parent} does not allow {child.written} here, but what it holds.", ALIGNMENT.nesting
            case Change.MOVE:
                correction = Move(place, self.told, single=self._is_single(child, place))
                sentence, cost = f"{child.written} stands at the wrong place in {parent}.", VIOLATIONS.misplaced
            case Change.RENAME if step.decl is not None:
                correction, cost = Rename(step.decl.name, step.decl), rename_cost(exam, child, step.decl)
                code = _misnamed(child, step.decl.name, code)
                sentence = f"{parent} does not allow {child.written} here; {local} fits."
                if code is Code.WRONG_NAMESPACE:
                    uri = namespace(step.decl.name) or "none"
                    sentence = f"{child.written} is in the wrong namespace; the schema expects it in {uri}."
                if cost >= NAMES.unrelated and self.others > 1:  # a mere guess
                    correction, sentence = Correction(), f"{parent} does not allow {child.written} here."
            case _:
                correction = Remove(exam.tree.stands_twice(child), self.content.admits_one(child.name))
                cost = Costs(exam, self.node).remove(step.child)
                sentence = f"{parent} does not allow {child.written} here."
                if correction.duplicate:
                    sentence = f"{child.written} stands twice in {parent}, where the schema allows one."
        exam.add(
            correction, code, child, span, sentence, expected=expected, cost=cost, others=others,
            masked=self.masked or self.told > 0,
            value="" if child is self.node else child.written,
            held="" if child is self.node else exam.tree.value(child),
        )  # fmt: skip
        self.told += 1

    def _is_single(self, child: Node, place: int) -> bool:
        """Whether the schema repeats a child, or what it passes on its way to a place, nowhere: no pairs of both."""
        admits_one = self.content.admits_one
        return admits_one(child.name) or all(admits_one(each.name) for each in child.passed(place))


def _lacking_at(exam: Examination, node: Node, place: int) -> tuple[int, int]:
    """The span where an element is missing: an empty line that it may have left, else what comes behind the place."""
    blanks = _BLANKS.match(exam.tree.text, place)
    if blanks and blanks.group().count("\n") > 1:
        start = place + blanks.group().index("\n") + 1
        return start, start
    following = next((index for index, (start, _) in enumerate(node.children.spans) if start >= place), None)
    if following is not None:
        return tag_name(node.children[following])
    return (node.close.start, node.close.end) if node.close is not None else (node.start, node.tag.end)


def _likeliest(exam: Examination, node: Node, found: Sequence[Alignment]) -> tuple[Alignment, int]:
    """Of alignments of equal cost the one that the layout speaks for, and how many are as good."""
    breaks = median([_line_breaks(exam, end) for _, end in islice(node.children.spans, _ENOUGH)] or [1])
    traces = [_traces(exam, node, item, breaks) for item in found]
    most = max(traces)
    best = found[traces.index(most)]
    if most >= _BOTH:
        return best, traces.count(most) - 1
    # that two neighbours changed places says all, where the layout would show if one came from further off
    nearest = best is found[0] and best.cost < found[1].cost
    return best, 0 if breaks > 0 and nearest and _swaps_neighbours(best.steps) else len(found) - 1


def _traces(exam: Examination, node: Node, alignment: Alignment, breaks: float) -> int:
    """What in the layout speaks for an alignment: room where something stood, children glued where it went."""
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
    blanks = _BLANKS.match(exam.tree.text, offset)
    return blanks.group().count("\n") if blanks else 0


def _look_along(
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
        _follow(exam, child, choose(exam, pattern, child), masked=masked)
    return _pattern_after(pattern, names[at : stretch.stop])


def _pattern_after(pattern: Pattern, names: Sequence[str]) -> Pattern:
    for name in names:
        pattern = pattern.after(name)
    return pattern


def _follow(exam: Examination, child: Node, decl: ElementDecl | None, *, masked: bool) -> None:
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
        Rename(name), _misnamed(child, name, Code.UNEXPECTED_ELEMENT), child, tag_name(child), sentence,
        expected=(name,), cost=cost, masked=masked, others=_rivals(ranked), value=child.written,
    )  # fmt: skip
    exam.pending.append((child, exam.grammar.elements[name], True))


def _misnamed(node: Node, meant: str, code: Code) -> Code:
    return Code.WRONG_NAMESPACE if local_name(meant) == local_name(node.name) else code


def _rivals(ranked: Sequence[tuple[float, str]]) -> int:
    """How many names are as near as the nearest."""
    return sum(cost <= ranked[0][0] + NAMES.equal for cost, _ in ranked) - 1
