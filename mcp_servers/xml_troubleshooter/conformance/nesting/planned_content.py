"""The children of elements once their violations are corrected, as far as is decided, and the room for more."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from ...document.tree import Node
from ...grammar.model import AttributeDecl, TypeDef
from ...grammar.patterns import Pattern
from ..violations import (
    AddAttribute,
    ChangeValue,
    Insert,
    Move,
    Remove,
    Rename,
    Unwrap,
    Violation,
    Wrap,
)

_SIBLINGS = 50  # places among the children of a possible parent that are tried

Definition = Callable[[Node], TypeDef | None]


class PlannedContent:
    """The content of elements as it will be: the children that leave them, those they lack, and their room for more."""

    def __init__(
        self, violations: Sequence[Violation], definition: Definition, declared: Collection[str], text: str
    ) -> None:
        self.definition = definition
        self.declared = declared
        self.text = text
        leaving = (Remove, Wrap, Unwrap)
        self.removed = {
            violation.node: violation for violation in violations if isinstance(violation.correction, leaving)
        }
        self.gone: dict[Node, list[int]] = {}  # for each element, the places of the children that leave it
        for node in sorted(self.removed, key=lambda item: item.index):
            if node.parent is not None:
                self.gone.setdefault(node.parent, []).append(node.index)
        self.surplus = Counter(node.name for node in self.removed)
        inserts = [
            (violation.node, violation.correction)
            for violation in violations
            if isinstance(violation.correction, Insert)
        ]
        self.wanting = {insert.decl.name: (node, insert.place) for node, insert in inserts}
        self.wanted = Counter(insert.decl.name for _, insert in inserts)
        self.lacks = {(node, insert.decl.name) for node, insert in inserts}
        self.disturbed = {  # elements whose children are not yet as they will be
            violation.node if isinstance(violation.correction, Insert) else violation.node.parent
            for violation in violations
            if isinstance(violation.correction, (Insert, Move, Rename, *leaving))
        }
        self.lacking = Counter(node for node, _ in self.lacks)
        self.attributes: dict[Node, list[AttributeDecl]] = {}  # that elements lack
        for violation in violations:
            if isinstance(violation.correction, AddAttribute):
                self.attributes.setdefault(violation.node, []).append(violation.correction.declared)
        self.empty = {violation.node for violation in violations if lacks_value(violation)}
        self.names: dict[Node, list[str]] = {}
        self.spared: dict[tuple[Node, str], bool] = {}
        self.settled: set[Node] = set()  # elements that a change of the tags around them puts in their place
        self.filled: set[tuple[Node | None, str]] = set()  # elements that get a child of a name from elsewhere

    def children(self, node: Node) -> list[str]:
        """The names of the children that a node will have, as far as is decided."""
        if node not in self.names:
            gone = set(self.gone.get(node, ()))
            self.names[node] = [name for index, name in enumerate(node.children.names) if index not in gone]
        return self.names[node]

    def staying(self, parent: Node, end: int) -> int:
        """The number of an element's children before the index `end` that stay."""
        return end - bisect_left(self.gone.get(parent, ()), end)

    def room(self, node: Node, name: str, *, at_end: bool) -> int | None:
        """The offset inside a node where an element of a name makes its content valid."""
        if not self.knows(node, [name]):
            return None
        names = self.children(node)
        present = [item for item in node.children if item not in self.removed]
        if len(present) != len(names):
            return None  # something has moved in already
        places = range(len(names) + 1)
        for position in places[: -_SIBLINGS - 1 : -1] if at_end else places[:_SIBLINGS]:
            if self.fits(node, [*names[:position], name, *names[position:]]):
                return present[position - 1].end if position else node.content[0]
        return None

    def usual(self, node: Node, name: str) -> int | None:
        """The room for an element beside the child that the schema names nearest to it."""
        definition = self.definition(node)
        ranks = {decl.name: rank for rank, decl in enumerate(definition.content.declarations)} if definition else {}
        own, kept = ranks.get(name, 0), [child for child in node.children if child not in self.removed]
        known = [child for child in kept if child.name in ranks]
        if known and len(kept) == len(self.children(node)):
            nearest = min(known, key=lambda item: (abs(ranks[item.name] - own), -item.index))
            position = kept.index(nearest) + (ranks[nearest.name] <= own)
            names = [child.name for child in kept]
            if self.fits(node, [*names[:position], name, *names[position:]]):
                return kept[position - 1].end if position else node.content[0]
        return self.room(node, name, at_end=True)

    def knows(self, node: Node, names: Iterable[str]) -> bool:
        """Whether the schema names all of these among the children of a node, so that it is worth while to try them."""
        definition = self.definition(node)
        return definition is not None and all(name in definition.content.declared[0] for name in names)

    def fits(self, node: Node, names: Sequence[str], *, wild: bool = False) -> bool:
        """Whether a node may have these children; `wild` says that a wildcard may let them in."""
        definition = self.definition(node)
        return definition is not None and accepts(definition.content, names, wild=wild)


def lacks_value(violation: Violation) -> bool:
    """Whether an element is empty that needs a value."""
    text = isinstance(violation.correction, ChangeValue) and violation.attribute is None
    return text and not violation.value.strip()


def accepts(pattern: Pattern, names: Sequence[str], *, wild: bool = False) -> bool:
    """Whether a content model takes these children; `wild` says that a wildcard may let them in."""
    if not names:
        return False
    for name in names:
        decl = pattern.declaration(name)
        if decl is None or (decl.wildcard is not None and not wild):
            return False  # a wildcard admits anything, which is no evidence for this element
        pattern = pattern.after(name)
    return pattern.nullable
