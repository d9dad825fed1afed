"""Repairs of what a schema rejects: each departure becomes a fix, a question, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..document.document import Document
from ..document.edits import Edit
from ..document.tree import Node, Tree
from ..validation.departures import Amend, Departure
from ..validation.diagnostics import Code, Diagnostic
from ..validation.explain import departures
from .context import Context
from .proposal import Fix, Question
from .rules import (
    attribute_element,
    attribute_name,
    element_name,
    identity_constraint,
    misplaced_element,
    missing,
    namespace_declaration,
    nesting,
    stray_text,
    surplus_element,
    value,
    white_space,
)

RULES: Mapping[Amend, Callable[[Departure, Context], Iterator[Fix | Question]]] = {
    Amend.NAMESPACE: namespace_declaration.mend,
    Amend.RENAME: element_name.mend,
    Amend.REMOVE: surplus_element.mend,
    Amend.MOVE: misplaced_element.mend,
    Amend.PUT_BACK: misplaced_element.put_back,
    Amend.WRAP: nesting.wrap,
    Amend.UNWRAP: nesting.unwrap,
    Amend.EXTRACT: nesting.extract,
    Amend.JOIN: nesting.join,
    Amend.SPLIT: nesting.split,
    Amend.END: nesting.end,
    Amend.AS_ELEMENT: attribute_element.to_element,
    Amend.AS_ATTRIBUTE: attribute_element.to_attribute,
    Amend.CARRY: attribute_element.carry,
    Amend.INSERT: missing.element,
    Amend.TEXT: stray_text.mend,
    Amend.VALUE: value.in_element,
    Amend.ADD_ATTRIBUTE: missing.attribute,
    Amend.RENAME_ATTRIBUTE: attribute_name.rename,
    Amend.REMOVE_ATTRIBUTE: attribute_name.remove,
    Amend.ATTRIBUTE_VALUE: value.in_attribute,
}


# what may be done about a fault that the validator reports and the grammar does not show
FALLBACKS: Mapping[Code, Callable[[Diagnostic, Tree], Iterator[Fix]]] = {
    Code.INVALID_VALUE: white_space.mend,
    Code.NOT_IN_ENUMERATION: white_space.mend,
    Code.PATTERN_MISMATCH: white_space.mend,
    Code.LENGTH_OUT_OF_BOUNDS: white_space.mend,
    Code.VALUE_OUT_OF_RANGE: white_space.mend,
    Code.NOT_VALID: white_space.mend,
    Code.IDENTITY_CONSTRAINT: identity_constraint.mend,
}


@dataclass(frozen=True, slots=True)
class Repairs:
    """What the rules have to say: fixes that do not touch each other, and questions."""

    fixes: tuple[Fix, ...] = ()
    questions: tuple[Question, ...] = ()


def repairs(
    document: Document,
    schema: str,
    answers: Mapping[str, str],
    diagnostics: Sequence[Diagnostic],
    roots: tuple[Path, ...] = (),
) -> Repairs:
    """Fixes and questions for those departures of a well-formed document from its schema that a diagnostic confirms.

    `answers` maps the ids of questions to values; an answer that fits its type becomes a fix. `roots` are
    folders that the schema may take files from. Raises SchemaError.
    """
    confirmed = {(item.start, item.code) for item in diagnostics}
    found = [
        item
        for item in departures(document, schema, [item.start for item in diagnostics], roots)
        if (item.start, item.code) in confirmed
    ]
    aliases = {item.value: item.name for item in found if item.amend is Amend.NAMESPACE}
    context = Context(document, answers, aliases, literal=not schema or schema.endswith(".dtd"))
    fixes: list[Fix] = []
    questions: dict[str, Question] = {}
    taken: list[Edit] = []

    def offer(fix: Fix) -> None:
        if not any(_touch(edit, other) for edit in fix.edits for other in taken):
            fixes.append(fix)
            taken.extend(fix.edits)

    for order in _reorderings(found):
        offer(misplaced_element.reorder(order, context))
    for departure in found:
        rule = RULES.get(departure.amend)
        for made in rule(departure, context) if rule else ():
            if isinstance(made, Question):
                questions[made.id] = made
            else:
                offer(made)
    departed = {(item.start, item.code) for item in found}
    unseen = [item for item in diagnostics if item.code in FALLBACKS and (item.start, item.code) not in departed]
    if unseen:
        tree = Tree(document)
        for item in unseen:
            for fix in FALLBACKS[item.code](item, tree):
                offer(fix)
    return Repairs(tuple(fixes), tuple(questions.values()))


def _reorderings(found: Sequence[Departure]) -> list[list[Departure]]:
    """The moves of each parent that has several, in the order that the children will have."""
    moves: dict[Node | None, list[Departure]] = {}
    for departure in found:
        if departure.amend is Amend.MOVE and not departure.strays:
            moves.setdefault(departure.node.parent, []).append(departure)
    return [sorted(group, key=lambda item: item.order) for group in moves.values() if len(group) > 1]


def _touch(one: Edit, other: Edit) -> bool:
    """Whether two edits change the same characters, or one inserts into what the other replaces."""
    return (one.start < other.end and other.start < one.end) or (
        (one.start == one.end and other.start < one.start < other.end)
        or (other.start == other.end and one.start < other.start < one.end)
    )
