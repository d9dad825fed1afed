"""The choice among the types that a schema offers for one element.

RELAX NG may offer an element a choice of whole contents: with this attribute these children and that kind of text, with
another attribute others. The one that the element violates least is taken as meant, and the element is judged by it.
"""

from __future__ import annotations

from ..document.names import bare_name
from ..document.tree import Node, Tree
from ..grammar.model import TypeDef
from ..prices import NAMES, VIOLATIONS
from .name_distance import name_distance


def likeliest(tree: Tree, node: Node, definition: TypeDef) -> TypeDef:
    """The alternative of a type that is nearest to an element; the type itself where it has no alternatives."""
    if not definition.alternatives:
        return definition
    return min(definition.alternatives, key=lambda alternative: _distance(tree, node, alternative))


def _distance(tree: Tree, node: Node, alternative: TypeDef) -> float:
    """The number of an element's parts that an alternative rejects, and of required parts that it lacks, weighed."""
    found = 0.0
    present = node.named_attributes
    free = [name for name in alternative.attributes if name not in present]
    for name, attribute in present.items():
        declared = alternative.attributes.get(name)
        if declared is not None:
            found += not declared.type.accepts(tree.attribute_value(attribute))
        elif alternative.any_attribute is None or not alternative.any_attribute.matches(name):
            meant = any(name_distance(bare_name(name), bare_name(other)) < NAMES.slip for other in free)
            found += VIOLATIONS.other_type if meant else VIOLATIONS.attribute_not_in_type
    found += VIOLATIONS.missing_in_type * sum(alternative.attributes[name].required for name in free)
    found += sum(not alternative.content.names(child.name) for child in node.children)
    text = tree.value(node)
    if alternative.value is not None:
        found += VIOLATIONS.text_not_in_type * (not node.children and not alternative.value.accepts(text))
    elif not alternative.mixed:
        found += bool(text.strip())
    return found
