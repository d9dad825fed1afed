"""The types that elements name for themselves, with xsi:type: one that is missing, unknown or not allowed there."""

from __future__ import annotations

from ...codes import Code
from ...document import XSI_NAMESPACE
from ...document.names import local_name, namespace
from ...document.tokens import Attribute
from ...document.tree import Node, resolve
from ...grammar.datatypes import SimpleType
from ...grammar.model import AttributeDecl, ElementDecl, TypeDef
from ...prices import NAMES, VIOLATIONS
from ..examination import Examination, Value, clip
from ..name_distance import name_distance
from ..violations import AddAttribute, ChangeValue, Correction, RemoveAttribute

TYPE = f"{{{XSI_NAMESPACE}}}type"


def check(exam: Examination, node: Node, definition: TypeDef, decl: ElementDecl, *, masked: bool) -> TypeDef:
    """Check the type that an element names by xsi:type, or should name, against the declared one.

    Returns the type by which to judge the element: `definition`, or another one that is meant.
    """
    attribute = node.attribute(TYPE)
    if attribute is None and not definition.abstract:
        return definition
    declared = decl.type
    value = "" if attribute is None else exam.tree.attribute_value(attribute).strip()
    name = resolve(value, node.scope)
    named = exam.grammar.types.get(name)
    if attribute is None:
        wrong = f"{node.written} must name its type with xsi:type, because the one in the schema is abstract."
    elif named is None:
        if (name.startswith("{") or ":" not in name) and namespace(name) not in exam.grammar.namespaces:
            return definition  # a namespace that the grammar does not know may be the fault itself
        wrong = f"The schema has no type {clip(value)}, which {attribute.name} of {node.written} names."
    elif declared is None or _may_stand_for(exam, name, named, declared):
        return definition
    else:
        why = "is abstract" if named.abstract else f"is none of those that {node.written} may have"
        wrong = f"The type {clip(value)}, which {attribute.name} of {node.written} names, {why}."
    possible = {} if declared is None else _possible(exam, node, declared)
    if attribute is not None and declared is not None and not declared.abstract and _fits(exam, node, declared):
        # the content fits the declared type, so that xsi:type is surplus unless its name is a slip
        possible = {written: item for written, item in possible.items() if _alike(written, value)}
        definition = declared
    _tell(exam, node, attribute, wrong, tuple(possible), masked=masked)
    return next(iter(possible.values())) if len(possible) == 1 else definition


def _tell(
    exam: Examination, node: Node, attribute: Attribute | None, wrong: str, possible: tuple[str, ...], *, masked: bool
) -> None:
    type_ = SimpleType(primitive="QName", builtin="QName", white_space="collapse", enumeration=possible)
    if attribute is None:
        correction = AddAttribute(AttributeDecl(TYPE, type_, required=True)) if possible else Correction()
        exam.add(
            correction, Code.MISSING_ATTRIBUTE, node, (node.start, node.name_end), wrong,
            expected=possible, cost=VIOLATIONS.value, masked=masked,
        )  # fmt: skip
        return
    value = Value(exam.tree.attribute_value(attribute).strip(), node, attribute, type_)
    if possible:
        exam.add_value(ChangeValue(type_), Code.NOT_IN_ENUMERATION, value, wrong, possible, masked=masked)
    else:
        exam.add(
            RemoveAttribute(), Code.INVALID_VALUE, node, value.span, wrong, attribute=attribute,
            cost=VIOLATIONS.surplus_attribute, masked=masked, value=value.text, held=value.text,
        )  # fmt: skip


def _may_stand_for(exam: Examination, name: str, named: TypeDef, declared: TypeDef) -> bool:
    derives = exam.grammar.derives
    return not named.abstract and (derives is None or derives(name, declared))


def _possible(exam: Examination, node: Node, declared: TypeDef) -> dict[str, TypeDef]:
    """The types that an element may name, as it would; where its content fits some of them, these alone."""
    types = exam.grammar.types
    found = {
        written: types[name]
        for name in types
        if (written := _written(name, node)) and _may_stand_for(exam, name, types[name], declared)
    }
    return {written: item for written, item in found.items() if _fits(exam, node, item)} or found


def _alike(written: str, value: str) -> bool:
    return name_distance(value.rpartition(":")[2], written.rpartition(":")[2]) < NAMES.slip


def _written(name: str, node: Node) -> str:
    """The name of a type as written at an element; "" where no prefix is bound to its namespace."""
    uri = namespace(name)
    if uri == node.scope.get("", ""):
        return local_name(name)
    prefix = next((item for item, bound in node.scope.items() if item and bound == uri), "")
    return f"{prefix}:{local_name(name)}" if prefix and uri else ""


def _fits(exam: Examination, node: Node, definition: TypeDef) -> bool:
    """Whether a type accepts the names of an element's children and attributes, and its text."""
    names = {name for name in node.named_attributes if namespace(name) != XSI_NAMESPACE}
    wild = definition.any_attribute
    known = all(name in definition.attributes or (wild is not None and wild.matches(name)) for name in names)
    whole = all(name in names for name, item in definition.attributes.items() if item.required)
    valued = definition.value is None or definition.value.accepts(exam.tree.value(node))
    return definition.content.after_all(node.children.names).nullable and known and whole and valued
