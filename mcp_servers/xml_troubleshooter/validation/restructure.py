"""Second thoughts about elements that their parent has no room for: the nesting may be at fault, not the element.

An element that one content model rejects may be exactly what a neighbour, the parent's parent or a missing wrapper has
room for; and what it holds may fit where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ..document.tree import Node
from .departures import Amend, Departure
from .grammar.model import Pattern, TypeDef

NEST = 1.6  # the cost of an element in another parent
_SIBLINGS = 50  # places among the children of a possible parent that are tried

Definition = Callable[[Node], TypeDef | None]


def restructure(departures: Sequence[Departure], definition: Definition) -> list[Departure]:
    """The departures, with removals replaced by a change of nesting where the content models admit one.

    `definition` tells the type of an element that the grammar knows at its place.
    """
    nesting = _Nesting(departures, definition)
    result: list[Departure] = []
    skipped: set[int] = set()
    for departure in departures:
        changed: Departure | None = None
        if departure.amend is Amend.INSERT:
            wrapped = nesting.wrapped(departure)
            if wrapped:
                skipped.update(id(item) for item in wrapped)
                changed = nesting.wrap(departure, wrapped)
        elif departure.amend is Amend.REMOVE and not departure.duplicate:
            changed = nesting.moved(departure) or nesting.unwrapped(departure)
        result.append(changed or departure)
    return [departure for departure in result if id(departure) not in skipped]


class _Nesting:
    def __init__(self, departures: Sequence[Departure], definition: Definition) -> None:
        self.definition = definition
        self.removed = {departure.node: departure for departure in departures if departure.amend is Amend.REMOVE}
        self.names: dict[Node, list[str]] = {}

    def children(self, node: Node) -> list[str]:
        """The names of the children that a node will have, as far as is decided."""
        if node not in self.names:
            self.names[node] = [child.name for child in node.children if child not in self.removed]
        return self.names[node]

    def moved(self, departure: Departure) -> Departure | None:
        """The element in another parent: a neighbour, or the parent's parent."""
        child, parent = departure.node, departure.node.parent
        if parent is None:
            return None
        siblings = parent.children
        index = next(number for number, item in enumerate(siblings) if item is child)
        neighbours = [(siblings[index - 1], True)] if index else []
        neighbours += [(siblings[index + 1], False)] if index + 1 < len(siblings) else []
        for neighbour, at_end in neighbours:
            target: Node | None = neighbour
            while target is not None and target.close is not None:
                place = self.room(target, child.name, at_end=at_end)
                if place is not None:
                    return self.to(departure, target, place)
                target = target.children[-1 if at_end else 0] if target.children else None
        outer = parent.parent
        if outer is None:
            return None
        where = next(number for number, item in enumerate(outer.children) if item is parent)
        kept = sum(item not in self.removed for item in outer.children[: where + 1])
        for offset, position in ((parent.end, kept), (parent.start, kept - 1)):
            names = self.children(outer)
            if self.fits(outer, [*names[:position], child.name, *names[position:]]):
                names.insert(position, child.name)
                return self.to(departure, outer, offset)
        return None

    def room(self, node: Node, name: str, *, at_end: bool) -> int | None:
        """The offset inside a node where an element of a name makes its content valid."""
        names = self.children(node)
        present = [item for item in node.children if item not in self.removed]
        if len(present) != len(names):
            return None  # something has moved in already
        places = range(len(names) + 1)
        for position in places[: -_SIBLINGS - 1 : -1] if at_end else places[:_SIBLINGS]:
            if self.fits(node, [*names[:position], name, *names[position:]]):
                return present[position - 1].end if position else node.content[0]
        return None

    def to(self, departure: Departure, target: Node, place: int) -> Departure:
        """The departure as a move to a place inside another element."""
        sentence = f"{departure.node.written} stands outside {target.written}, to which it belongs."
        return replace(departure, amend=Amend.MOVE, place=place, cost=NEST, sentence=sentence)

    def unwrapped(self, departure: Departure) -> Departure | None:
        """The element's children in its place, where they fit."""
        child, parent = departure.node, departure.node.parent
        if parent is None or not child.children or child.attributes:
            return None
        inner = [item.name for item in child.children]
        names: list[str] = []
        for item in parent.children:
            if item is child:
                names += inner
            elif item not in self.removed:
                names.append(item.name)
        if not self.fits(parent, names):
            return None
        sentence = f"{parent.written} does not allow {child.written} here, but what it holds."
        return replace(departure, amend=Amend.UNWRAP, sentence=sentence, cost=NEST)

    def wrapped(self, departure: Departure) -> list[Departure]:
        """The removals next to a missing element whose elements make up its content."""
        decl, parent = departure.decl, departure.node
        if decl is None or decl.type is None or any(item.required for item in decl.type.attributes.values()):
            return []
        for run in _runs([item for item in parent.children if item in self.removed], parent.children):
            touches = run[-1].end <= departure.place or _between(parent.children, departure.place, run[0])
            if touches and _accepts(decl.type.content, [item.name for item in run]):
                return [self.removed[item] for item in run]
        return []

    def wrap(self, departure: Departure, wrapped: Sequence[Departure]) -> Departure:
        """The missing element around children that are there."""
        first, last = wrapped[0].node, wrapped[-1].node
        sentence = f"{departure.node.written} lacks the element around {first.written}."
        return replace(
            departure, amend=Amend.WRAP, start=first.start, end=first.start + 1 + len(first.written), place=last.end,
            sentence=sentence, cost=NEST,
        )  # fmt: skip

    def fits(self, node: Node, names: Sequence[str]) -> bool:
        """Whether a node may have these children."""
        definition = self.definition(node)
        return definition is not None and _accepts(definition.content, names)


def _accepts(pattern: Pattern, names: Sequence[str]) -> bool:
    if not names:
        return False
    for name in names:
        decl = pattern.declaration(name)
        if decl is None or decl.wildcard is not None:
            return False  # where anything may stand, nothing speaks for this element
        pattern = pattern.after(name)
    return pattern.nullable


def _runs(nodes: Sequence[Node], siblings: Sequence[Node]) -> Iterator[list[Node]]:
    """Runs of neighbours among the siblings."""
    chosen = set(nodes)
    run: list[Node] = []
    for sibling in siblings:
        if sibling in chosen:
            run.append(sibling)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _between(siblings: Sequence[Node], place: int, first: Node) -> bool:
    """Whether nothing but what is removed stands between a place and an element."""
    return place <= first.start and not any(place <= item.start < first.start for item in siblings)
