"""A value in another form: as an attribute where it is an element, as an element or text where it is an attribute."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from ...document.names import local_name
from ...document.tree import Node
from ...prices import VIOLATIONS
from ..violations import AsAttribute, AsElement, Carry, Correction, Violation, Wrap, changed
from .planned_content import PlannedContent

_VALUE = ("value", "val", "text", "content")  # names of attributes that hold the text of an element
_SIBLINGS = 50  # children that may lack an attribute of their parent


def as_element(plan: PlannedContent, violation: Violation) -> Violation | None:
    """The attribute as a child element of the same name, where the schema has one for its value."""
    definition, node = plan.definition(violation.node), violation.node
    if definition is None or violation.attribute is None:
        return None
    wanted = violation.attribute.name.rpartition(":")[2]
    for decl in definition.content.declarations:
        value = decl.type.value if decl.type is not None else None
        mixed = decl.type is not None and decl.type.mixed
        if local_name(decl.name) != wanted or not (mixed or (value and value.accepts(violation.held))):
            continue
        place = node.content[0] if (node, decl.name) in plan.lacks else plan.usual(node, decl.name)
        if place is None and node in plan.disturbed:
            return replace(violation, correction=Correction())  # there may be room once the others are in their places
        if place is not None:
            sentence = f"{node.written} has {wanted} as an element, not as an attribute."
            room = {plan.room(node, decl.name, at_end=at_end) for at_end in (False, True)}
            others = int(definition.mixed or room != {place})
            return changed(violation, AsElement(decl.name, place), sentence, others=others)
    return None


def as_attribute(plan: PlannedContent, violation: Violation) -> Violation | None:
    """The element as an attribute of its parent, where the schema has one for its value."""
    node, parent = violation.node, violation.node.parent
    definition = plan.definition(parent) if parent is not None else None
    if parent is None or definition is None or node.children or node.attributes:
        return None
    wanted = local_name(node.name)
    decl = next((item for name, item in definition.attributes.items() if local_name(name) == wanted), None)
    if decl is None or not decl.type.accepts(violation.held) or parent.attribute(decl.name) is not None:
        return None
    sentence = f"{parent.written} has {wanted} as an attribute, not as an element."
    return changed(violation, AsAttribute(decl.name), sentence)


def enclosed(plan: PlannedContent, violation: Violation) -> Violation | None:
    """The text as the content of the one element that may hold it there."""
    node = violation.node
    definition = plan.definition(node)
    if definition is None or node.children or len(node.texts) != 1:
        return None
    decls = [decl for decl in definition.content.first if decl.name and not decl.abstract]
    fitting = [
        decl
        for decl in decls
        if decl.type is not None
        and (decl.type.value.accepts(violation.value) if decl.type.value is not None else decl.type.mixed)
        and not any(item.required for item in decl.type.attributes.values())
        and definition.content.after(decl.name).nullable
    ]
    if len(fitting) != 1:
        return None
    (decl,) = fitting
    plan.filled.add((node, decl.name))
    sentence = f"{node.written} holds its value in an element {local_name(decl.name)}, which is missing around it."
    return changed(violation, Wrap(decl, violation.end), sentence, others=len(decls) - 1)


def carried(plan: PlannedContent, violation: Violation) -> Violation | None:
    """The attribute as the text of its element, or as the attribute that the parent or a child lacks."""
    node, attribute = violation.node, violation.attribute
    if attribute is None or not violation.held:
        return None
    own = plan.definition(node)
    text = own is not None and (own.mixed if own.value is None else own.value.accepts(violation.held))
    hollow = not len(node.children) and not node.texts
    if text and hollow and (node in plan.empty or attribute.name.lower() in _VALUE):
        sentence = f"{node.written} has its value as text, not as the attribute {attribute.name}."
        return changed(violation, Carry(node), sentence, VIOLATIONS.moved_value, others=0)
    wanted = attribute.name.rpartition(":")[2]
    near = [*([node.parent] if node.parent is not None else []), *islice(node.children, _SIBLINGS)]
    found: list[tuple[bool, Node, str]] = []
    for holder in near:
        definition = plan.definition(holder)
        for name, decl in definition.attributes.items() if definition is not None else ():
            free = local_name(name) == wanted and holder.attribute(name) is None
            if free and decl.type.accepts(violation.held):
                found.append((decl.required, holder, name))
    required = [item for item in found if item[0]] or found
    if len(required) != 1:
        return None
    _, holder, name = required[0]
    sentence = f"The attribute {attribute.name} stands in {node.written} and belongs to {holder.written}."
    return changed(violation, Carry(holder, name), sentence, VIOLATIONS.moved_value, others=0)


def as_value(plan: PlannedContent, violation: Violation) -> Violation | None:
    """The text as the one attribute that its element lacks."""
    node = violation.node
    lacking = plan.attributes.get(node, [])
    if len(lacking) != 1 or len(node.texts) != 1 or not lacking[0].type.accepts(violation.value):
        return None
    name = lacking[0].name
    sentence = f"{node.written} has its value in the attribute {local_name(name)}, not as text."
    return changed(violation, Carry(node, name), sentence, VIOLATIONS.moved_value, held=violation.value)
