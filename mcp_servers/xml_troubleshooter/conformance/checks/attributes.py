"""Attributes that an element may not have, lacks, or has with a wrong value."""

from __future__ import annotations

from ...codes import Code
from ...document import XML_NAMESPACE, XSI_NAMESPACE
from ...document.names import bare_name, local_name, namespace, prefixed
from ...document.tokens import Attribute
from ...document.tree import Node
from ...grammar.datatypes import FacetViolation
from ...grammar.model import AttributeDecl, TypeDef
from ...prices import NAMES, VIOLATIONS
from ..examination import Examination, Value, holds_entity
from ..name_distance import name_distance, rivals, words
from ..value_messages import value_problem
from ..violations import AddAttribute, ChangeValue, RenameAttribute
from . import id_references


def check(exam: Examination, node: Node, definition: TypeDef, *, masked: bool) -> None:
    """Check the attributes of an element against its type."""
    present: dict[str, Attribute] = {}
    unknown: list[tuple[str, Attribute]] = []
    tolerated: list[tuple[str, Attribute]] = []  # by a wildcard
    for attribute in node.attributes:
        name = attribute.name if exam.literal else node.attribute_name(attribute)
        if not name:
            continue  # a namespace declaration, which only a DTD knows as an attribute
        if namespace(name) == XSI_NAMESPACE and name not in definition.attributes and exam.grammar.kind == "xsd":
            continue
        declared = definition.attributes.get(name)
        wildcard = definition.any_attribute
        tolerant = wildcard is not None and wildcard.matches(name)
        if declared is None and wildcard is not None and tolerant and wildcard.process != "skip":
            declared = exam.grammar.global_attributes.get(name)
            tolerant = wildcard.process != "strict"
        if declared is not None:
            present[name] = attribute
            _check_value(exam, node, attribute, declared, masked=masked)
        elif not node.attribute_name(attribute):
            _surplus(exam, node, attribute, masked=masked)
        else:
            (tolerated if tolerant else unknown).append((name, attribute))
    missing = {name: item for name, item in definition.attributes.items() if item.required and name not in present}
    free = {name: item for name, item in definition.attributes.items() if name not in present}
    unknown += [item for item in tolerated if any(_attribute_cost(item[0], wanted) < NAMES.slip for wanted in missing)]
    for name, attribute in unknown:
        taken = _unexpected(exam, node, attribute, name, free, masked=masked)
        missing.pop(taken, None)
        free.pop(taken, None)
    for name, item in missing.items():
        exam.add(
            AddAttribute(item, exam.droppable(node)), Code.MISSING_ATTRIBUTE, node, (node.start, node.name_end),
            f"{node.written} lacks the attribute {_attribute_as_written(node, name)}, which the schema requires.",
            cost=VIOLATIONS.value, masked=masked, expected=(name,),
        )  # fmt: skip


def _unexpected(
    exam: Examination, node: Node, attribute: Attribute, name: str, free: dict[str, AttributeDecl], *, masked: bool
) -> str:
    """Report an undeclared attribute; returns the name of the declared one that is meant, "" for none."""
    value = exam.tree.attribute_value(attribute)
    ranked = []
    for candidate, item in free.items():
        cost = _attribute_cost(name, candidate)
        if cost < NAMES.unrelated and item.type.violation(value) is not None:
            cost += VIOLATIONS.attribute_misfit
        ranked.append((cost - (VIOLATIONS.required if item.required else 0.0), candidate))
    ranked.sort()
    span = (attribute.name_start, attribute.name_start + len(attribute.name))
    known = tuple(free)
    if ranked and ranked[0][0] < NAMES.far:
        cost, meant = ranked[0]
        exam.add(
            RenameAttribute(meant), Code.UNEXPECTED_ATTRIBUTE, node, span,
            f"{node.written} has no attribute {attribute.name}; {_attribute_as_written(node, meant)} is meant.",
            attribute=attribute, expected=known, cost=cost, others=rivals(ranked),
            masked=masked, value=attribute.name,
        )  # fmt: skip
        _check_value(exam, node, attribute, free[meant], masked=True)
        return meant
    _surplus(exam, node, attribute, known, masked=masked)
    return ""


def _surplus(exam: Examination, node: Node, attribute: Attribute, known: tuple[str, ...] = (), *, masked: bool) -> None:
    """Report an attribute that is no slip for any of the `known` ones."""
    sentence = f"{node.written} may not have the attribute {attribute.name}."
    exam.add_surplus(Code.UNEXPECTED_ATTRIBUTE, node, attribute, sentence, expected=known, masked=masked)


def _attribute_cost(name: str, candidate: str) -> float:
    written, meant = bare_name(name), bare_name(candidate)
    cost = name_distance(written, meant)
    own, other = words(written), words(meant)
    if cost >= NAMES.unrelated and len(own) == len(other) > 1 and own[-1] == other[-1]:
        cost = VIOLATIONS.attribute_of_others  # the same attribute of another kind of element: schemeID, listID
    same_space = namespace(name) == namespace(candidate) and (":" in name) == (":" in candidate)
    return cost + (0.0 if same_space or namespace(name) else VIOLATIONS.attribute_namespace)


def _attribute_as_written(node: Node, name: str) -> str:
    """An attribute name as written at an element, with the prefix in force for its namespace."""
    uri = namespace(name)
    if not uri:
        return name
    if uri == XML_NAMESPACE:
        return "xml:" + local_name(name)
    prefix = next((item for item, bound in node.scope.items() if bound == uri and item), "")
    return prefixed(prefix, local_name(name))


def _check_value(exam: Examination, node: Node, attribute: Attribute, declared: AttributeDecl, *, masked: bool) -> None:
    if holds_entity(exam.tree.text[attribute.value_start : attribute.value_end]):
        return
    value = Value(exam.tree.attribute_value(attribute), node, attribute, declared.type)
    id_references.note(exam, value)
    violation = declared.type.violation(value.text)
    if violation is None and declared.fixed is not None and not declared.type.same(value.text, declared.fixed):
        violation = FacetViolation(Code.NOT_IN_ENUMERATION, "enumeration", (declared.fixed,))
    if violation is not None:
        what = f"the attribute {attribute.name} of {node.written}"
        sentence = value_problem(what, value.text, declared.type, violation)
        correction = ChangeValue(declared.type, declared.fixed)
        exam.add_value(correction, violation.code, value, sentence, violation.expected, masked=masked)
