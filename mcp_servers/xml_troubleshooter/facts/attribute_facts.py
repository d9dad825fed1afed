"""Facts about attributes: the ones that an element must have, wrong names and values; and edits of attributes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..codes import Code
from ..document.edits import Edit
from ..document.tokens import Attribute
from ..document.tree import Node, Tree
from .finding import Finding, Reading, of_element


def new_attribute(node: Node, written: str) -> Edit:
    """The edit that puts an attribute, as it is written, in front of all others of an element."""
    return Edit(node.name_end, node.name_end, f" {written}")


def new_name(item: Attribute, name: str) -> Edit:
    """The edit that gives an attribute another name."""
    return Edit(item.name_start, item.name_start + len(item.name), name)


def new_value(item: Attribute, value: str) -> Edit:
    """The edit that gives an attribute another value."""
    return Edit(item.value_start, item.value_end, value)


def demanded(node: Node, names: Sequence[str], who: str) -> Iterator[Finding]:
    """Attributes that an element must have and lacks; `who` is the system that demands them."""
    for name in names:
        if node.attribute(name) is None:
            words = f"<{node.written}> lacks the attribute {name}, which {who} demands."
            yield of_element(node, words, code=Code.MISSING_ATTRIBUTE, expected=(name,))


def misnamed(
    node: Node, item: Attribute, meant: str, words: str, *, confidence: float = 0.97, safe: bool = True
) -> Finding:
    """An attribute with a name that its element does not allow, and the name that is meant."""
    edit = new_name(item, meant)
    reading = Reading(confidence=confidence, safe=safe, edits=(edit,))
    return Finding(
        code=Code.UNEXPECTED_ATTRIBUTE, node=node, start=edit.start, end=edit.end, words=words, name=item.name,
        expected=(meant,), reading=reading,
    )  # fmt: skip


def repeated(tree: Tree, nodes: Iterable[Node], name: str) -> Iterator[tuple[Node, Attribute, str, int]]:
    """The elements whose attribute repeats an earlier value, with attribute, value, and the line of the first."""
    seen: dict[str, Node] = {}
    for node in nodes:
        if (item := node.attribute(name)) is not None:
            value = tree.attribute_value(item)
            if (first := seen.setdefault(value, node)) is not node:
                yield node, item, value, tree.document.position(first.start).line
