"""An element that the schema has no room for."""

from __future__ import annotations

from collections.abc import Iterator

from ...conformance.layout_anomalies import is_put_in
from ...conformance.violations import Remove, Violation, ViolationOf
from ...diagnostics import Diagnostic
from ...document.edits import Edit
from ...document.tree import Node, Tree
from ...loop.proposal import Fix, Question, Safety
from ..context import Context


def mend(violation: ViolationOf[Remove], context: Context) -> Iterator[Fix | Question]:
    """Take the element out. Its content goes with it, so this is never done without asking."""
    start, end = context.whole(violation.node)
    between = not violation.node.children and context.text[start - 1 : start].isalnum() and context.text[end].isalnum()
    what = "It repeats the element in front of it." if violation.correction.duplicate else "Its content goes with it."
    yield Fix(
        edits=(Edit(start, end, " " if between else ""),), source="rule:surplus-element",
        reason=f"{violation.sentence} {what}",
        safety=Safety.UNSAFE, confidence=0.8 if violation.correction.duplicate else 0.5, at=violation.start,
    )  # fmt: skip


def hollow(violation: Violation, context: Context, *, optional: bool = False) -> Iterator[Fix]:
    """An element that holds nothing and need not be there: take it out rather than fill it."""
    put_in = is_put_in(context.text, violation.node)
    if optional or put_in:
        start, end = context.whole(violation.node)
        why = "it touches the next element" if put_in else "the one beside it is enough for the schema"
        yield Fix(
            edits=(Edit(start, end, ""),), source="rule:hollow-element",
            reason=f"{violation.sentence} It holds nothing, and {why}.",
            safety=Safety.UNSAFE, confidence=0.6, at=violation.start,
        )  # fmt: skip


def mend_copy(diagnostic: Diagnostic, tree: Tree) -> Iterator[Fix]:
    """A key that stands twice because the element that holds it does: take the copy out."""
    node: Node | None = tree.at(diagnostic.start)
    while node is not None and not tree.repeats(node):
        node = node.parent
    if node is not None:
        reason = f"{node.written} repeats the element in front of it, and the key with it."
        yield Fix(
            edits=(Edit(*Context(tree.document).whole(node), ""),), source="rule:surplus-element", reason=reason,
            safety=Safety.UNSAFE, confidence=0.8, at=diagnostic.start,
        )  # fmt: skip
