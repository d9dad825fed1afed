"""A value written as an attribute where the schema has an element for it, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from ...conformance.violations import AsAttribute, AsElement, Carry, ViolationOf
from ...document.character_references import element_text
from ...document.edits import Edit
from ...loop.proposal import Fix, Question
from ..context import Context, insertion, mended


def to_element(violation: ViolationOf[AsElement], context: Context) -> Iterator[Fix | Question]:
    """Write the attribute as a child element."""
    node, attribute = violation.node, violation.attribute
    assert attribute is not None
    written, declaration = context.written(violation.correction.name, node)
    element = f"<{written}{declaration}>{element_text(violation.held)}</{written}>"
    added = insertion(node, violation.correction.place, context.indentation(node) + element, context)
    yield mended(
        violation, "attribute-to-element", Edit(attribute.start, attribute.end, ""), *added,
        certain=not violation.others, confidence=0.85, provenance=f"document: the attribute {attribute.name}",
    )  # fmt: skip


def to_attribute(violation: ViolationOf[AsAttribute], context: Context) -> Iterator[Fix | Question]:
    """Write the element as an attribute of its parent."""
    node, parent = violation.node, violation.node.parent
    assert parent is not None
    added = context.with_attribute(parent, violation.correction.name, violation.held.strip())
    yield mended(
        violation, "element-to-attribute", added, Edit(*context.whole(node), ""),
        certain=True, confidence=0.85, provenance=f"document: the element {node.written}",
    )  # fmt: skip


def carry(violation: ViolationOf[Carry], context: Context) -> Iterator[Fix | Question]:
    """Move the value from a node that may not hold it to the one that lacks it."""
    attribute, holder, name = violation.attribute, violation.correction.holder, violation.correction.name
    value = violation.held
    added = (
        (context.with_attribute(holder, name, value),) if name
        else insertion(holder, holder.tag.end, element_text(value), context)
    )  # fmt: skip
    start, end = (attribute.start, attribute.end) if attribute is not None else (violation.start, violation.end)
    yield mended(
        violation, "misplaced-value", Edit(start, end, ""), *added,
        certain=False, confidence=0.75, provenance=f"document: the value “{value[:60]}”",
    )  # fmt: skip
