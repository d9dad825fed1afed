"""An element that the schema has no room for."""

from __future__ import annotations

from collections.abc import Iterator

from ...document.edits import Edit
from ...document.tree import Node, Tree
from ...validation.departures import Departure
from ...validation.diagnostics import Diagnostic
from ...validation.traces import is_put_in
from ..context import Context
from ..proposal import Fix, Question, Safety


def mend(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Take the element out. Its content goes with it, so this is never done without asking."""
    start, end = context.whole(departure.node)
    between = not departure.node.children and context.text[start - 1 : start].isalnum() and context.text[end].isalnum()
    what = "It repeats the element in front of it." if departure.duplicate else "Its content goes with it."
    yield Fix(
        edits=(Edit(start, end, " " if between else ""),), source="rule:surplus-element",
        reason=f"{departure.sentence} {what}",
        safety=Safety.UNSAFE, confidence=0.8 if departure.duplicate else 0.5, at=departure.start,
    )  # fmt: skip


def hollow(departure: Departure, context: Context) -> Iterator[Fix]:
    """An element that holds nothing and need not be there: take it out rather than fill it."""
    put_in = is_put_in(context.text, departure.node)
    if departure.optional or put_in:
        start, end = context.whole(departure.node)
        why = "it touches the next element" if put_in else "the one beside it is enough for the schema"
        yield Fix(
            edits=(Edit(start, end, ""),), source="rule:hollow-element",
            reason=f"{departure.sentence} It holds nothing, and {why}.",
            safety=Safety.UNSAFE, confidence=0.6, at=departure.start,
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
