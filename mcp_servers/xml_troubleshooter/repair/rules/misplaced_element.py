"""An element that is allowed in its parent, but at another place among its siblings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ...conformance.violations import Move, PutBack, ViolationOf
from ...document.edits import Edit
from ...document.tree import Node
from ...loop.proposal import Fix, Question, Safety
from ..context import Context, mended


def mend(violation: ViolationOf[Move], context: Context) -> Iterator[Fix | Question]:
    """Move the element, with its indentation, to its place in the content model."""
    certain = not violation.correction.to_another and _certain(violation, context)  # another parent: another meaning
    yield mended(
        violation, "misplaced-element", *context.move(violation.node, violation.correction.place), certain=certain,
        confidence=0.9 if certain else 0.6, reason=f"{violation.sentence} The schema gives the order of its siblings.",
    )  # fmt: skip


def put_back(violation: ViolationOf[PutBack], context: Context) -> Iterator[Fix | Question]:
    """Move the element to the empty line that it left."""
    edits = context.move(violation.node, violation.correction.place)
    yield mended(violation, "misplaced-element", *edits, certain=False, confidence=0.5)


def reorder(violations: Sequence[ViolationOf[Move]], context: Context) -> Fix:
    """Move several children of one parent at once; none of them would do alone."""
    removed = [Edit(*context.whole(violation.node), "") for violation in violations]
    added = [Edit(item.correction.place, item.correction.place, context.indented(item.node)) for item in violations]
    certain = all(_certain(violation, context) for violation in violations)
    parent = violations[0].node.parent
    names = ", ".join(dict.fromkeys(violation.node.written for violation in violations))
    return Fix(
        edits=(*removed, *added), source="rule:misplaced-element",
        reason=f"{names} stand in another order in {parent.written if parent else ''} than the schema gives them.",
        safety=Safety.SAFE if certain else Safety.UNSAFE, confidence=0.9 if certain else 0.6,
        at=min(violation.start for violation in violations),
    )  # fmt: skip


def _certain(violation: ViolationOf[Move], context: Context) -> bool:
    """Whether the order is beyond doubt: it passes all siblings of a name or none, and no words depend on the order."""
    node, place, parent = violation.node, violation.correction.place, violation.node.parent
    if violation.others or not violation.correction.single or parent is None:
        return False
    written = parent.children.written
    behind = list(node.passed(place))
    passed = Counter(each.written for each in behind)
    moved = (node, *behind) if len(behind) == 1 else (node,)  # of two either may be the one that moved
    all_passed = all(len(written[name]) == times for name, times in passed.items())
    return (
        len(written[node.written]) == 1
        and all_passed
        and not any(_is_of_neighbour(each, parent) or _is_commented(each, parent, context) for each in moved)
        and not context.amid_words(parent, min(node.start, place), max(node.end, place))
    )


def _is_of_neighbour(node: Node, parent: Node) -> bool:
    """Whether an element at the end of its parent may belong to the next one of that name, which has none."""
    if parent.parent is None or node.index < len(parent.children) - 1:
        return False
    behind = parent.parent.children[parent.index + 1 : parent.index + 2]
    return any(each.name == parent.name and node.written not in each.children.written for each in behind)


def _is_commented(node: Node, parent: Node, context: Context) -> bool:
    """Whether there is a comment between an element and its neighbours, which may be about it."""
    beside = parent.children
    start = beside[node.index - 1].end if node.index else parent.content[0]
    end = beside[node.index + 1].start if node.index + 1 < len(beside) else parent.content[1]
    return "<!--" in context.text[start : node.start] or "<!--" in context.text[node.end : end]
