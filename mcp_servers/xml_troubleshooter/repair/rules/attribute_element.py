"""A value written as an attribute where the schema has an element for it, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from ...conformance.violations import AsAttribute, AsElement, Carry, ViolationOf
from ...document.edits import Edit
from ...document.escaping import attribute_text, element_text
from ...loop.proposal import Fix, Question, Safety
from ..context import Context, insertion


def to_element(violation: ViolationOf[AsElement], context: Context) -> Iterator[Fix | Question]:
    """Write the attribute as a child element."""
    node, attribute = violation.node, violation.attribute
    assert attribute is not None
    written, declaration = context.written(violation.correction.name, node)
    element = f"<{written}{declaration}>{element_text(violation.held)}</{written}>"
    added = insertion(node, violation.correction.place, context.indentation(node) + element, context)
    yield Fix(
        edits=(Edit(attribute.start, attribute.end, ""), *added), source="rule:attribute-to-element",
        reason=violation.sentence, safety=Safety.UNSAFE if violation.others else Safety.SAFE, confidence=0.85,
        at=violation.start, provenance=f"document: the attribute {attribute.name}",
    )  # fmt: skip


def to_attribute(violation: ViolationOf[AsAttribute], context: Context) -> Iterator[Fix | Question]:
    """Write the element as an attribute of its parent."""
    node, parent = violation.node, violation.node.parent
    assert parent is not None
    written, declaration = context.written(violation.correction.name, parent, attribute=True)
    start, end = context.whole(node)
    at = parent.attributes[-1].end if parent.attributes else parent.start + 1 + len(parent.written)
    yield Fix(
        edits=(
            Edit(at, at, f'{declaration} {written}="{attribute_text(violation.held.strip())}"'),
            Edit(start, end, ""),
        ),
        source="rule:element-to-attribute", reason=violation.sentence, safety=Safety.SAFE, confidence=0.85,
        at=violation.start, provenance=f"document: the element {node.written}",
    )  # fmt: skip


def carry(violation: ViolationOf[Carry], context: Context) -> Iterator[Fix | Question]:
    """Take the value from where it does not belong to where it is missing."""
    attribute, holder, name = violation.attribute, violation.correction.holder, violation.correction.name
    value = violation.held
    if name:
        written, declaration = context.written(name, holder, attribute=True)
        at = holder.attributes[-1].end if holder.attributes else holder.start + 1 + len(holder.written)
        added: tuple[Edit, ...] = (Edit(at, at, f'{declaration} {written}="{attribute_text(value)}"'),)
    else:
        added = insertion(holder, holder.tag.end, element_text(value), context)
    start, end = (attribute.start, attribute.end) if attribute is not None else (violation.start, violation.end)
    yield Fix(
        edits=(Edit(start, end, ""), *added), source="rule:misplaced-value", reason=violation.sentence,
        safety=Safety.UNSAFE, confidence=0.75, at=violation.start, provenance=f"document: the value “{value[:60]}”",
    )  # fmt: skip
