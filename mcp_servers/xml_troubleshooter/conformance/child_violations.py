"""The violations that follow from the cheapest changes of an element's children."""

from __future__ import annotations

from dataclasses import dataclass

from ..codes import Code
from ..document.names import local_name, namespace
from ..document.tree import Node
from ..grammar.patterns import Pattern
from ..prices import ALIGNMENT, NAMES, VIOLATIONS
from .child_changes import Alignment, Change, Step
from .descent import follow, look_along
from .edit_costs import Costs, is_doubled, rename_cost
from .examination import Examination, misnamed, white_space_from
from .violations import Correction, Insert, Move, Remove, Rename, Unwrap, Wrap


@dataclass(slots=True)
class ChildViolations:
    """The violations of one element's children.

    A validator stops at the child with the index `broken`: it sees nothing behind or below it. `others` counts the
    other alignments that are as cheap.
    """

    exam: Examination
    node: Node
    broken: int
    others: int
    masked: bool
    content: Pattern
    told: int = 0
    lacks: bool = False

    def tell(self, alignment: Alignment) -> None:
        """Turn the steps into violations, and look below the children that stay."""
        pattern = self.content
        place = self.node.content[0]
        self.lacks = any(step.change is Change.INSERT for step in alignment.steps)
        complaints = None if self.masked else self.exam.complaints_from(self.node, self.broken, alignment.steps)
        for step in alignment.steps:
            child = self.node.children[step.child] if step.child >= 0 else self.node
            last = self.node.children[step.child + step.count - 1] if step.child >= 0 else child
            before = pattern
            match step.change:
                case Change.KEEP:
                    end = step.child + step.count
                    seen, hidden = range(step.child, min(end, self.broken)), range(max(step.child, self.broken), end)
                    if seen:
                        pattern = look_along(self.exam, self.node, seen, pattern, masked=self.masked)
                    if hidden:
                        pattern = look_along(self.exam, self.node, hidden, pattern, masked=True, complaints=complaints)
                    place = last.end
                    continue
                case Change.MOVE:
                    alone = range(step.child, step.child + 1)
                    pattern = look_along(self.exam, self.node, alone, pattern, masked=True, complaints=complaints)
                case Change.RENAME | Change.INSERT | Change.WRAP if step.decl is not None:
                    pattern = pattern.after(step.decl.name)
                    if step.change is Change.RENAME:
                        follow(self.exam, child, step.decl, masked=True)
                case Change.UNWRAP:
                    pattern = look_along(self.exam, child, range(len(child.children)), pattern, masked=True)
            self.add(step, child, last, place, before)
            if step.change in (Change.RENAME, Change.WRAP, Change.UNWRAP):
                place = last.end

    def add(self, step: Step, child: Node, last: Node, place: int, pattern: Pattern) -> None:
        """Record the violation of one step, at which `pattern` is the content model of the next children."""
        others = self.others
        exam, parent = self.exam, self.node.written
        code, span, cost = Code.UNEXPECTED_ELEMENT, (child.start, child.name_end), ALIGNMENT.missing
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
                fitting = [item for item in pattern.first if item.name and costs.wrap(step.child, item, alone=False)[1]]
                others = max(others, len(fitting) - 1)
            case Change.UNWRAP:
                correction = Unwrap(is_doubled(exam, child))
                sentence, cost = f"{parent} does not allow {child.written} here, but what it holds.", ALIGNMENT.nesting
            case Change.MOVE:
                correction = Move(place, self.told, single=self._is_single(child, place))
                sentence, cost = f"{child.written} stands at the wrong place in {parent}.", VIOLATIONS.misplaced
            case Change.RENAME if step.decl is not None:
                correction, cost = Rename(step.decl.name, step.decl), rename_cost(exam, child, step.decl)
                code = misnamed(child, step.decl.name, code)
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
        expected = tuple(decl.name for decl in pattern.first if decl.name)
        exam.add(
            correction, code, child, span, sentence, expected=expected, cost=cost, others=others,
            masked=self.masked or self.told > 0,
            value="" if child is self.node else child.written,
            held="" if child is self.node else exam.tree.value(child),
        )  # fmt: skip
        self.told += 1

    def _is_single(self, child: Node, place: int) -> bool:
        """Whether a child, or else each sibling that it passes on its way to a place, may occur only once.

        False in mixed content, whose order has a meaning, and beside a missing element, which this child may be.
        """
        definition = self.exam.type_of(self.node)
        if self.lacks or (definition is not None and definition.mixed):
            return False
        admits_one = self.content.admits_one
        return admits_one(child.name) or all(admits_one(each.name) for each in child.passed(place))


def _lacking_at(exam: Examination, node: Node, place: int) -> tuple[int, int]:
    """The span of the diagnostic of a missing element: the empty line that it may have left, else the next tag."""
    blanks = white_space_from(exam.tree.text, place)
    if blanks.count("\n") > 1:
        start = place + blanks.index("\n") + 1
        return start, start
    index = next((index for index, (start, _) in enumerate(node.children.spans) if start >= place), None)
    if index is not None:
        following = node.children[index]
        return following.start, following.name_end
    return (node.close.start, node.close.end) if node.close is not None else (node.start, node.tag.end)
