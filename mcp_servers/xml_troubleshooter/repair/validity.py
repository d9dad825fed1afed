"""Repairs of schema violations: each becomes a fix, a question, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, TypeGuard, cast

from ..codes import WRONG_VALUE, Code
from ..conformance.violations import DeclareNamespace, Insert, Move, Violation, ViolationOf, Wrap
from ..diagnosis.layers import Diagnosis
from ..diagnostics import Diagnostic
from ..document.document import Document
from ..document.edits import JointEdits
from ..document.names import local_name
from ..document.tree import Node, Tree
from ..loop.proposal import Fix, Question
from . import rules
from .context import Context
from .evidence import of_correction, of_rule
from .judgement import judged
from .rules import identity_constraint, misplaced_element, white_space

Rule = Callable[[ViolationOf[Any], Context], Iterator[Fix | Question]]

# the repairs of faults that the validator reports and the grammar does not show
FALLBACKS: Mapping[Code, Callable[[Diagnostic, Tree], Iterator[Fix]]] = {
    **dict.fromkeys((*WRONG_VALUE, Code.NOT_VALID), white_space.mend),
    Code.IDENTITY_CONSTRAINT: identity_constraint.mend,
}


def repairs(document: Document, diagnosis: Diagnosis, answers: Mapping[str, str]) -> Iterator[Fix | Question]:
    """Fixes that do not touch each other, and questions, for the violations in a diagnosis of a well-formed document.

    `answers` maps the ids of questions to values; an answer that fits its type becomes a fix.
    """
    joint = JointEdits()
    for made in _made(document, diagnosis, answers):
        if isinstance(made, Question) or joint.admit(made.edits):
            yield made


def _made(document: Document, diagnosis: Diagnosis, answers: Mapping[str, str]) -> Iterator[Fix | Question]:
    schema = diagnosis.grammar
    found = diagnosis.violations
    aliases = {item.value: item.correction.namespace for item in found if isinstance(item.correction, DeclareNamespace)}
    context = Context(document, answers, aliases, not schema or schema.endswith(".dtd"), _lacking(found))
    for order in _reorderings(found):
        moved = misplaced_element.reorder(order, context)
        yield judged(moved, of_correction(order[0], moved, found))
    for violation in found:
        rule = rule_for(violation.correction.mended_by)
        for made in rule(violation, context) if rule else ():
            yield made if isinstance(made, Question) else judged(made, of_correction(violation, made, found))
    told = zip(diagnosis.report.diagnostics, diagnosis.causes, strict=True)
    unseen = [item for item, cause in told if not isinstance(cause, ViolationOf) and item.code in FALLBACKS]
    if unseen:
        tree = Tree(document)
        for item in unseen:
            for fix in FALLBACKS[item.code](item, tree):
                yield judged(fix, of_rule(fix))


def _lacking(found: Sequence[Violation]) -> dict[Node, set[str]]:
    """The local names of the children that elements lack."""
    lacking: dict[Node, set[str]] = {}
    for violation in found:
        correction, node = violation.correction, violation.node
        if isinstance(correction, Insert | Wrap):
            parent = node if isinstance(correction, Insert) or node.parent is None else node.parent
            lacking.setdefault(parent, set()).add(local_name(correction.decl.name))
    return lacking


@cache
def rule_for(mended_by: str) -> Rule | None:
    """The rule that a correction names in `mended_by`; None where it names none."""
    module, _, function = mended_by.partition(".")
    return cast("Rule", getattr(import_module(f"{rules.__name__}.{module}"), function)) if module else None


def _reorderings(found: Sequence[Violation]) -> list[list[ViolationOf[Move]]]:
    """The moves of each parent that has several, in the order that the children will have."""
    moves: dict[Node | None, list[ViolationOf[Move]]] = {}
    for violation in found:
        if _is_move(violation) and not violation.correction.to_another:
            moves.setdefault(violation.node.parent, []).append(violation)
    return [sorted(group, key=lambda item: item.correction.rank) for group in moves.values() if len(group) > 1]


def _is_move(violation: Violation) -> TypeGuard[ViolationOf[Move]]:
    return isinstance(violation.correction, Move)
