"""A level of elements that is missing or too many."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...conformance.violations import Extract, Join, MoveEnd, Split, Unwrap, ViolationOf, Wrap
from ...document import XML_NAMESPACE
from ...document.character_references import attribute_text
from ...document.edits import Edit
from ...document.layout import end_before
from ...document.tree import Node
from ...loop.proposal import Fix, Question
from ..context import Context, mended


def unwrap(violation: ViolationOf[Unwrap], context: Context) -> Iterator[Fix | Question]:
    """Take the tags of the element away and leave its content. The element's name is lost."""
    node = violation.node
    assert node.close is not None
    edits = Edit(node.start, node.tag.end, ""), Edit(node.close.start, node.close.end, "")
    yield mended(violation, "surplus-wrapper", *edits, certain=False, confidence=0.6)


def extract(violation: ViolationOf[Extract], context: Context) -> Iterator[Fix | Question]:
    """Keep one element of a document, with the namespaces that it uses; all around it is lost."""
    node, inner = violation.node, violation.correction.inner
    own = {attribute.name for attribute in inner.attributes}
    content = context.text[inner.start : inner.end]
    declarations = ""
    for prefix, uri in inner.scope.items():
        name = f"xmlns:{prefix}" if prefix else "xmlns"
        used = re.search(rf"[<\s\"'/]{re.escape(prefix)}:", content) if prefix else uri
        if used and name not in own and uri != XML_NAMESPACE:
            declarations += f' {name}="{attribute_text(uri)}"'
    at = inner.name_end
    edits = (Edit(node.start, inner.start, ""), Edit(at, at, declarations), Edit(inner.end, node.end, ""))
    yield mended(
        violation, "surplus-wrapper", *(edit for edit in edits if edit.start < edit.end or edit.after),
        certain=False, confidence=0.7, reason=f"{violation.sentence} What is around it goes.",
        provenance="document: the namespaces declared around it" if declarations else "",
    )  # fmt: skip


def join(violation: ViolationOf[Join], context: Context) -> Iterator[Fix | Question]:
    """Make one element of two that follow each other."""
    first, second = sorted((violation.node, violation.correction.beside), key=lambda node: node.start)
    assert first.close is not None
    apart = context.text[second.tag.end].isspace()  # else the white space in front keeps the two contents apart
    start = context.line_end(first.close.start) if apart else first.close.start
    reason = f"{violation.sentence} Their contents become one."
    edit = Edit(start, second.tag.end, "")
    yield mended(violation, "doubled-wrapper", edit, certain=False, confidence=0.7, reason=reason)


def split(violation: ViolationOf[Split], context: Context) -> Iterator[Fix | Question]:
    """Begin another element in front of one of the children: two records were run together."""
    holder, start = violation.correction.parent, context.line_end(violation.node.start)
    indentation = context.text[context.line_end(holder.start) : holder.start]
    boundary = f"{indentation}</{holder.written}>{indentation}<{holder.written}>"
    yield mended(
        violation, "missing-boundary", Edit(start, start, boundary), certain=False, confidence=0.7,
        provenance="schema: each part is what the element may hold",
    )  # fmt: skip


def end(violation: ViolationOf[MoveEnd], context: Context) -> Iterator[Fix | Question]:
    """Move the end tag of an element to another place, on a line of its own if it was on one."""
    holder = violation.correction.holder
    assert holder.close is not None
    start, end = context.line_end(holder.close.start), holder.close.end
    place = violation.correction.place
    if place < start:  # behind the content that stays
        place = end_before(context.text, place)
    edits = Edit(start, end, ""), Edit(place, place, context.text[start:end])
    yield mended(violation, "misplaced-end", *edits, certain=False, confidence=0.7)


def wrap(violation: ViolationOf[Wrap], context: Context) -> Iterator[Fix | Question]:
    """Put the missing element around the children that make up its content."""
    parent, start, end = violation.node.parent or violation.node, violation.start, violation.correction.place
    before = [child for child in parent.children if child.end <= start]
    if before and before[-1].name == violation.correction.decl.name and before[-1].close is None:
        yield _opened(violation, before[-1], context)
        return
    written, declaration = context.written(violation.correction.decl.name, parent)
    inside = {child.name for child in parent.children if start <= child.start < end}
    outside = {child.name for child in parent.children if not start <= child.start < end}
    certain = not violation.others and not inside & outside  # one too many of a kind may be another slip
    edits = Edit(start, start, f"<{written}{declaration}>"), Edit(end, end, f"</{written}>")
    yield mended(
        violation, "missing-wrapper", *edits, certain=certain, confidence=0.8,
        reason=f"{violation.sentence} {written} takes exactly these.",
        provenance="schema: the only element that may hold them here",
    )  # fmt: skip


def _opened(violation: ViolationOf[Wrap], node: Node, context: Context) -> Fix:
    """The empty tag in front of the children is the start tag of the element that they belong to."""
    tag, place = context.text[node.start : node.tag.end], violation.correction.place
    cut = node.start + len(tag.removesuffix("/>").rstrip())
    last = context.text[context.line_end(node.start) : node.start]
    edits = Edit(cut, node.tag.end, ">"), Edit(place, place, f"{last}</{node.written}>")
    reason = f"{violation.sentence} The empty {node.written} in front of them was meant to hold them."
    return mended(violation, "missing-wrapper", *edits, certain=False, confidence=0.7, reason=reason)
