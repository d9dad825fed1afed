"""A level of elements that is missing or too many."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...document.edits import Edit
from ...document.tree import XML_NAMESPACE
from ...validation.departures import Departure
from ..context import Context, attribute_text
from ..proposal import Fix, Question, Safety


def unwrap(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Take the tags of the element away and leave what is between them. The element's name is lost."""
    node = departure.node
    assert node.close is not None
    yield Fix(
        edits=(Edit(node.start, node.tag.end, ""), Edit(node.close.start, node.close.end, "")),
        source="rule:surplus-wrapper", reason=departure.sentence, safety=Safety.UNSAFE, confidence=0.6,
        at=departure.start,
    )  # fmt: skip


def extract(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Keep one element of a document, with the namespaces that it uses; all around it is lost."""
    node, inner = departure.node, departure.holder
    assert inner is not None
    own = {attribute.name for attribute in inner.attributes}
    content = context.text[inner.start : inner.end]
    declarations = ""
    for prefix, uri in inner.scope.items():
        name = f"xmlns:{prefix}" if prefix else "xmlns"
        used = re.search(rf"[<\s\"'/]{re.escape(prefix)}:", content) if prefix else uri
        if used and name not in own and uri != XML_NAMESPACE:
            declarations += f' {name}="{attribute_text(uri)}"'
    at = inner.start + 1 + len(inner.written)
    edits = (Edit(node.start, inner.start, ""), Edit(at, at, declarations), Edit(inner.end, node.end, ""))
    yield Fix(
        edits=tuple(edit for edit in edits if edit.start < edit.end or edit.after), source="rule:surplus-wrapper",
        reason=f"{departure.sentence} What is around it goes.", safety=Safety.UNSAFE, confidence=0.7,
        at=departure.start, provenance="document: the namespaces declared around it" if declarations else "",
    )  # fmt: skip


def join(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Make one element of two that stand one behind the other."""
    assert departure.holder is not None
    first, second = sorted((departure.node, departure.holder), key=lambda node: node.start)
    assert first.close is not None
    apart = context.text[second.tag.end].isspace()  # else what is in front keeps the two contents apart
    start = context.line_end(first.close.start) if apart else first.close.start
    yield Fix(
        edits=(Edit(start, second.tag.end, ""),), source="rule:doubled-wrapper",
        reason=f"{departure.sentence} Their contents become one.",
        safety=Safety.UNSAFE, confidence=0.7, at=departure.start,
    )  # fmt: skip


def split(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Begin another element in front of one of the children: two records were run together."""
    holder, start = departure.holder, context.line_end(departure.node.start)
    assert holder is not None
    indentation = context.text[context.line_end(holder.start) : holder.start]
    boundary = f"{indentation}</{holder.written}>{indentation}<{holder.written}>"
    yield Fix(
        edits=(Edit(start, start, boundary),), source="rule:missing-boundary", reason=departure.sentence,
        safety=Safety.UNSAFE, confidence=0.7, at=departure.start,
        provenance="schema: each part is what the element may hold",
    )  # fmt: skip


def end(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Put the end tag of an element to another place, on a line of its own where it stood on one."""
    holder = departure.holder
    assert holder is not None
    assert holder.close is not None
    start, end = context.line_end(holder.close.start), holder.close.end
    place = departure.place
    if place < start:  # behind what stays
        place -= len(context.text[:place]) - len(context.text[:place].rstrip())
    yield Fix(
        edits=(Edit(start, end, ""), Edit(place, place, context.text[start:end])), source="rule:misplaced-end",
        reason=departure.sentence, safety=Safety.UNSAFE, confidence=0.7, at=departure.start,
    )  # fmt: skip


def wrap(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Put the missing element around the children that make up its content."""
    assert departure.decl is not None
    parent = departure.node.parent or departure.node
    written, declaration = context.written(departure.decl.name, parent)
    inside = {child.name for child in parent.children if departure.start <= child.start < departure.place}
    outside = {child.name for child in parent.children if not departure.start <= child.start < departure.place}
    certain = not departure.others and not inside & outside  # one too many of a kind may be another slip
    yield Fix(
        edits=(
            Edit(departure.start, departure.start, f"<{written}{declaration}>"),
            Edit(departure.place, departure.place, f"</{written}>"),
        ),
        source="rule:missing-wrapper", reason=f"{departure.sentence} {written} takes exactly these.",
        safety=Safety.SAFE if certain else Safety.UNSAFE, confidence=0.8, at=departure.start,
        provenance="schema: the only element that may hold them here",
    )  # fmt: skip
