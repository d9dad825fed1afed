"""An element that the schema has no room for."""

from __future__ import annotations

from collections.abc import Iterator

from ...codes import Code
from ...conformance.layout_anomalies import is_put_in
from ...conformance.violations import Remove, Violation, ViolationOf
from ...diagnostics import Diagnostic
from ...document.character_references import resolved
from ...document.edits import Edit
from ...document.running_numbers import may_be_misnumbered
from ...document.tree import Node, Tree
from ...loop.proposal import Fix, Option, Question, Safety, lettered
from ..context import Context, mended


def mend(violation: ViolationOf[Remove], context: Context) -> Iterator[Fix | Question]:
    """Take the element out. Its content goes with it, so this is not done without asking, unless the very same stays.

    Of two values beside each other where there is room for one, nobody but the author knows which is right.
    """
    if rival := _rival(violation.node, context):
        yield _choice(violation, rival, context)
        return
    start, end = context.whole(violation.node)
    between = not violation.node.children and context.text[start - 1 : start].isalnum() and context.text[end].isalnum()
    copy = violation.correction.duplicate
    # a layout alone does not show that there are too many, and the copy may be meant as a missing element
    certain = violation.code is not Code.LAYOUT_TRACE and violation.node.parent not in context.lacking
    if violation.code is Code.DUPLICATE_ID:
        certain = certain and not may_be_misnumbered(violation.value, context.text)
    else:
        certain = certain and violation.correction.single
    yield mended(
        violation, "surplus-element", Edit(start, end, " " if between else ""),
        certain=certain and _is_spare(violation.node, context), confidence=0.8 if copy else 0.5,
        reason=f"{violation.sentence} {'It repeats one in front of it.' if copy else 'Its content goes with it.'}",
    )  # fmt: skip


def _is_spare(node: Node, context: Context) -> bool:
    """Whether the very same element is right in front, and no words around tell the two apart."""
    before, text = _before(node), context.text
    same = before is not None and text[before.start : before.end] == text[node.start : node.end]
    return same and not _amid_words(node, context)


def _before(node: Node) -> Node | None:
    return node.parent.children[node.index - 1] if node.parent is not None and node.index else None


def _amid_words(node: Node, context: Context) -> bool:
    """Whether there are words around an element and the one in front of it."""
    return context.amid_words(node.parent, (_before(node) or node).start, node.end)


def _rival(node: Node, context: Context) -> Node | None:
    """The only other element of the name, right in front or behind, that holds another value; None for none."""
    siblings = node.parent.children if node.parent is not None else ()
    near = siblings[max(0, node.index - 2) : node.index + 3]
    others = [each for each in near if each is not node and each.written == node.written]
    if len(others) != 1 or abs(others[0].index - node.index) != 1 or node.children or others[0].children:
        return None
    values = {_value(each, context) for each in (node, others[0])}
    return others[0] if len(values) == len({node, others[0]}) and "" not in values else None


def _value(node: Node, context: Context) -> str:
    piece = context.text_piece(node)
    return resolved(context.text[piece.start : piece.end]).strip() if piece is not None else ""


def _choice(violation: ViolationOf[Remove], rival: Node, context: Context) -> Fix | Question:
    """The question which of two elements stays, or the fix that its answer makes."""
    node = violation.node
    pair = sorted((node, rival), key=lambda each: each.start)
    values = [_value(each, context) for each in pair]
    options = lettered(
        Option(
            value=value, meaning=f"The {place} {node.written} stays, and the other one goes.",
            confidence=0.5, before=" ".join(values), after=value,
        )
        for place, value in zip(("first", "second"), values, strict=True)
    )  # fmt: skip
    question = Question(
        id=context.question_id(node.path), path=node.path,
        needed=f"Which {node.written} is right: “{values[0][:60]}” or “{values[1][:60]}”?",
        type="the id of an option, or its value", why=violation.sentence, at=violation.start, options=options,
    )  # fmt: skip
    answer = context.answer(question, None)
    if answer not in values:
        return question
    start, end = context.whole(pair[1 - values.index(answer)])
    return mended(
        violation, "surplus-element", Edit(start, end, ""), certain=True, confidence=1.0,
        reason=f"{violation.sentence} The user chose which of the two stays.",
        provenance=context.given(question, written=[answer]),
    )  # fmt: skip


def hollow(violation: Violation, context: Context, *, optional: bool = False) -> Iterator[Fix]:
    """An element that holds nothing and need not be there: take it out rather than fill it."""
    put_in = is_put_in(context.text, violation.node)
    if optional or put_in:
        why = "it touches the next element" if put_in else "the one beside it is enough for the schema"
        reason = f"{violation.sentence} It holds nothing, and {why}."
        edit = Edit(*context.whole(violation.node), "")
        yield mended(violation, "hollow-element", edit, certain=False, confidence=0.6, reason=reason)


def mend_copy(diagnostic: Diagnostic, tree: Tree) -> Iterator[Fix]:
    """Repair a duplicate key that comes from a duplicate element: take the copy out."""
    node = next(filter(tree.repeats, tree.at(diagnostic.start).lineage()), None)
    if node is not None:
        reason = f"{node.written} repeats the element in front of it, and the key with it."
        context = Context(tree.document)
        misnumbered = any(may_be_misnumbered(value, tree.text) for value in diagnostic.value.split(", "))
        certain = not misnumbered and not _amid_words(node, context)
        yield Fix(
            edits=(Edit(*context.whole(node), ""),), source="rule:surplus-element", reason=reason,
            safety=Safety.SAFE if certain else Safety.UNSAFE, confidence=0.95 if certain else 0.6, at=diagnostic.start,
        )  # fmt: skip
