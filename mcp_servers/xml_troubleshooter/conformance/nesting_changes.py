"""Second thoughts about elements that their parent has no room for: the nesting may be at fault, not the element.

An element that one content model rejects may be exactly what a neighbour or the parent's parent has room for; and a
value may be written as an attribute where the schema has an element for it, or the other way round.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, takewhile

from ..document.tree import Node
from ..grammar.model import AttributeDecl, Pattern, TypeDef, local_name
from ..prices import ALIGNMENT, NAMES, VIOLATIONS
from .violations import (
    AddAttribute,
    AsAttribute,
    AsElement,
    Carry,
    ChangeValue,
    Correction,
    Insert,
    Join,
    Move,
    MoveEnd,
    Remove,
    RemoveAttribute,
    RemoveText,
    Rename,
    Split,
    Unwrap,
    Violation,
    Wrap,
)

_VALUE = ("value", "val", "text", "content")  # how attributes are called that hold what an element should
_SIBLINGS = 50  # places among the children of a possible parent that are tried

Definition = Callable[[Node], TypeDef | None]


def change_nesting(
    violations: Sequence[Violation], definition: Definition, declared: Collection[str], text: str
) -> list[Violation]:
    """The violations, with removals replaced by a change of nesting where the content models admit one.

    `definition` tells the type of an element that the grammar knows at its place, `declared` are all names it knows;
    `text` is the document's.
    """
    nesting = _Nesting(violations, definition, declared, text)
    lacking = {
        (violation.node, local_name(name)): violation
        for violation in violations
        if (name := _lacking(violation)) is not None
    }
    result = list(nesting.splits())
    skipped: set[int] = set()
    for violation in violations:
        if violation.node in nesting.settled:
            continue
        changed = nesting.twin(violation) or nesting.change(violation)
        if changed is not None and isinstance(written := changed.correction, AsElement | AsAttribute | Carry):
            filled = lacking.get((_holder(changed), local_name(written.name)))
            if filled is not None:
                skipped.add(id(filled))
                if isinstance(written, AsElement) and isinstance(filled.correction, Insert):
                    written = replace(written, place=filled.correction.place)
                changed = replace(changed, correction=written, others=0)
        result.append(changed or violation)
    return [
        violation
        for violation in result
        if id(violation) not in skipped
        and not (
            isinstance(violation.correction, Insert)
            and (violation.node, violation.correction.decl.name) in nesting.filled
        )
    ]


class _Nesting:
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
        self.empty = {violation.node for violation in violations if _lacks_value(violation)}
        self.names: dict[Node, list[str]] = {}
        self._spared: dict[tuple[Node, str], bool] = {}
        self.settled: set[Node] = set()  # elements that a change of the tags around them puts in their place
        self.filled: set[tuple[Node | None, str]] = set()  # elements that get a child of a name from elsewhere

    def change(self, violation: Violation) -> Violation | None:
        """The change of nesting that does instead of what a violation proposes, None where there is none."""
        node = violation.node
        match violation.correction:
            case Remove(duplicate=False):
                found = self.as_attribute(violation) or self.joined(violation) or self.ended(violation)
                return found or self.slipped(violation) or self.moved(violation)
            case Insert():
                return self.rest(violation)
            case Unwrap() if not self.doubled(violation):
                found = self.as_attribute(violation) or self.joined(violation) or self.closed(violation)
                if found is None and node.name in self.declared:
                    found = self.ended(violation) or self.moved(violation)
                return found
            case Wrap(place=place) if place == node.end:
                return self.joined(violation) or self.moved(violation)
            case Rename() if violation.cost >= NAMES.slip:
                return self.as_attribute(violation) or self.misread(violation)
            case RemoveAttribute():
                return self.as_element(violation) or self.carried(violation)
            case RemoveText() if violation.value:
                return self.enclosed(violation) or self.as_value(violation)
            case _ if type(violation.correction) is Correction and violation.held:
                return self.as_attribute(violation)
        return None

    def doubled(self, violation: Violation) -> bool:
        """Whether an element is all that one of its own kind holds."""
        node, correction = violation.node, violation.correction
        doubled = isinstance(correction, Unwrap) and correction.duplicate
        return doubled and node.parent is not None and len(node.parent.children) == 1

    def twin(self, violation: Violation) -> Violation | None:
        """The element without its tags, where these are those of its parent, which holds nothing else."""
        node, parent = violation.node, violation.node.parent
        if type(violation.correction) not in (Remove, Rename, Correction) or parent is None or node.close is None:
            return None
        alike = self.text[node.start : node.tag.end] == self.text[parent.start : parent.tag.end]
        if not alike or len(parent.children) != 1 or not len(node.children):
            return None
        sentence = f"The tags of {node.written} stand twice."
        return replace(
            violation, correction=Unwrap(duplicate=True), sentence=sentence, cost=ALIGNMENT.doubled_tags, others=0
        )

    def children(self, node: Node) -> list[str]:
        """The names of the children that a node will have, as far as is decided."""
        if node not in self.names:
            gone = set(self.gone.get(node, ()))
            self.names[node] = [name for index, name in enumerate(node.children.names) if index not in gone]
        return self.names[node]

    def staying(self, parent: Node, end: int) -> int:
        """How many of the first children of an element stay."""
        return end - bisect_left(self.gone.get(parent, ()), end)

    def splits(self) -> Iterator[Violation]:
        """Where elements of one parent are two or more records run together: each begins as the first one does."""
        surplus: dict[Node, list[Violation]] = {}
        for node, violation in self.removed.items():
            if isinstance(violation.correction, Remove) and node.parent is not None:
                surplus.setdefault(node.parent, []).append(violation)
        for parent, found in surplus.items():
            definition, outer, children = self.definition(parent), parent.parent, parent.children
            starts = [child.index for child in children if child.name == children[0].name]
            if outer is None or definition is None or len(found) < len(starts) or not 1 < len(starts) < len(children):
                continue
            names = [child.name for child in children]
            parts = [names[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]
            around = self.children(outer)
            at = self.staying(outer, parent.index)
            if (
                any(item.required for item in definition.attributes.values())
                or not all(len(part) > 1 and _accepts(definition.content, part) for part in parts)
                or not self.fits(outer, [*around[:at], *[parent.name] * (len(starts) - 1), *around[at:]])
            ):
                continue
            self.settled.update(children)
            for start in starts[1:]:
                sentence = f"{children[start].written} begins another {parent.written}."
                node = children[start]
                yield replace(
                    found[0],
                    correction=Split(parent),
                    node=node,
                    start=node.start,
                    end=node.start + 1 + len(node.written),
                    sentence=sentence,
                    value=node.written,
                    held="",
                    cost=ALIGNMENT.nesting,
                    others=0,
                )

    def misread(self, violation: Violation) -> Violation | None:
        """An element that was taken for another one, as the second part of the element in front of it."""
        node = violation.node
        found = self.joined(violation) if node.name in self.declared else None
        if found is not None and node.parent is not None:
            self.settled.update(node.iterate())  # what it holds was held against the wrong type
            self.settled.update(node.parent.children[node.index + 1 :])  # these were aligned with it
        return found

    def rest(self, violation: Violation) -> Violation | None:
        """An element that is not whole as a part of its neighbour, where both lack more than one element."""
        node, parent = violation.node, violation.node.parent
        if parent is None or sum(self.lacking[item] for item in _beside(node)) < 2:  # noqa: PLR2004
            return None
        return self.joined(violation) if self._fits_without(parent, node.name) else None

    def _fits_without(self, parent: Node, name: str) -> bool:
        """Whether an element may hold its children without the first of those of a name, where there are several."""
        known = self._spared.get((parent, name))
        if known is None:
            names = [*self.children(parent)]
            if names.count(name) > 1:
                names.remove(name)
            known = self._spared[parent, name] = self.fits(parent, names)
        return known

    def joined(self, violation: Violation) -> Violation | None:
        """The element as one with its neighbour, which has the same name and room for what both hold."""
        node, parent = violation.node, violation.node.parent
        if parent is None or not node.children:
            return None
        for first in range(max(node.index - 1, 0), node.index + 1):
            pair = parent.children[first : first + 2]
            alike = len(pair) == 2 and not any(item.close is None for item in pair)  # noqa: PLR2004
            if alike and pair[0].name == pair[1].name and not pair[1].attributes:
                names = [name for item in pair for name in self.children(item)]
                if any(self.fits(item, names, wild=True) for item in pair):
                    holder = pair[0] if pair[1] is node else pair[1]
                    sentence = f"{node.written} stands twice, one behind the other, where the schema allows one."
                    return replace(
                        violation, correction=Join(holder), sentence=sentence, cost=ALIGNMENT.nesting, others=0
                    )
        return None

    def ended(self, violation: Violation) -> Violation | None:
        """Another place for the end tag of the parent or of the element in front, so that it holds what it should.

        Applies where all that are without a place, from this element on, get one; these are then settled.
        """
        node, parent = violation.node, violation.node.parent
        if parent is None:
            return None
        run = list(takewhile(self.removed.__contains__, islice(parent.children, node.index, None)))
        names = [item.name for item in run]
        kept = self.children(parent)
        if set(names) & set(kept):
            return None  # one too many of its kind, not one in the wrong place
        holder, place = None, -1
        outer = parent.parent
        last = node.index + len(run) == len(parent.children)
        if last and outer is not None and parent not in self.removed and self.knows(outer, names):
            after = self.staying(outer, parent.index + 1)
            around = self.children(outer)
            behind = [self.text[piece.start : piece.end] for piece in parent.texts if piece.start > node.start]
            if not "".join(behind).strip() and self.fits(outer, [*around[:after], *names, *around[after:]]):
                holder, place = parent, node.start
        before = parent.children[node.index - 1] if node.index else None
        while holder is None and before is not None and before.close is not None:
            if self.fits(before, [*self.children(before), *names]):
                holder, place = before, run[-1].end
            before = before.children[-1] if before.children else None
        if holder is None:
            return None
        self.settled.update(run)
        return self.end(violation, holder, place, run)

    def closed(self, violation: Violation) -> Violation | None:
        """The element ended where its own content does; what it holds besides belongs behind it."""
        node, parent = violation.node, violation.node.parent
        definition = self.definition(node)
        if parent is None or definition is None or node.close is None:
            return None
        names, around = [item.name for item in node.children], self.children(parent)
        before = self.staying(parent, node.index)
        for kept in range(len(names) - 1, -1, -1):
            whole = _accepts(definition.content, names[:kept]) if kept else definition.content.nullable
            if whole and self.fits(parent, [*around[:before], node.name, *names[kept:], *around[before:]]):
                self.settled.update(node.children[kept:])
                return self.end(violation, node, node.children[kept].start, node.children[kept:])
        return None

    def end(self, violation: Violation, holder: Node, place: int, run: Sequence[Node]) -> Violation:
        """The violation as an end tag that belongs to another place; `run` are the elements that it concerns."""
        late = place < holder.end
        self.filled |= {(holder.parent if late else holder, item.name) for item in run}
        names = ", ".join(dict.fromkeys(item.written for item in run))
        sentence = f"{holder.written} ends too {'late' if late else 'early'}: {names}"
        sentence += f" {'belongs' if len(run) == 1 else 'belong'} {'behind' if late else 'into'} it."
        return replace(
            violation,
            correction=MoveEnd(holder, place),
            sentence=sentence,
            cost=ALIGNMENT.nesting,
            others=0,
        )

    def slipped(self, violation: Violation) -> Violation | None:
        """The element in the record beside its parent, which lacks it."""
        child, parent = violation.node, violation.node.parent
        for record in _beside(parent) if parent is not None else ():
            if (record, child.name) in self.lacks:
                place = self.room(record, child.name, at_end=record.end <= child.start)
                return None if place is None else self.to(violation, record, place)
        if self.wanted[child.name] == self.surplus[child.name] == 1:  # what is missing there stands here
            return self.to(violation, *self.wanting[child.name])
        return None

    def moved(self, violation: Violation) -> Violation | None:
        """The element in another parent: a neighbour, or the parent's parent."""
        child, parent = violation.node, violation.node.parent
        if parent is None:
            return None
        siblings = parent.children
        if siblings.names.count(child.name) > 1:
            return None  # one too many of its kind, not one in the wrong place
        index = child.index
        neighbours = [(siblings[index - 1], True)] if index else []
        neighbours += [(siblings[index + 1], False)] if index + 1 < len(siblings) else []
        for neighbour, at_end in neighbours:
            target: Node | None = neighbour
            while target is not None and target.close is not None:
                place = self.room(target, child.name, at_end=at_end)
                if place is not None:
                    return self.to(violation, target, place)
                target = target.children[-1 if at_end else 0] if target.children else None
        outer = parent.parent
        if outer is None or not self.knows(outer, [child.name]):
            return None
        kept = self.staying(outer, parent.index + 1)
        for offset, position in ((parent.end, kept), (parent.start, kept - 1)):
            names = self.children(outer)
            if self.fits(outer, [*names[:position], child.name, *names[position:]]):
                names.insert(position, child.name)
                return self.to(violation, outer, offset)
        return None

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
        ranks = {decl.name: rank for rank, decl in enumerate(definition.content.declarations())} if definition else {}
        own, kept = ranks.get(name, 0), [child for child in node.children if child not in self.removed]
        known = [child for child in kept if child.name in ranks]
        if known and len(kept) == len(self.children(node)):
            nearest = min(known, key=lambda item: (abs(ranks[item.name] - own), -item.index))
            position = kept.index(nearest) + (ranks[nearest.name] <= own)
            names = [child.name for child in kept]
            if self.fits(node, [*names[:position], name, *names[position:]]):
                return kept[position - 1].end if position else node.content[0]
        return self.room(node, name, at_end=True)

    def to(self, violation: Violation, target: Node, place: int) -> Violation:
        """The violation as a move to a place inside another element."""
        self.filled.add((target, violation.node.name))
        sentence = f"{violation.node.written} stands outside {target.written}, to which it belongs."
        return replace(violation, correction=Move(place, to_another=True), cost=ALIGNMENT.nesting, sentence=sentence)

    def as_element(self, violation: Violation) -> Violation | None:
        """The attribute as a child element of the same name, where the schema has one for its value."""
        definition, node = self.definition(violation.node), violation.node
        if definition is None or violation.attribute is None:
            return None
        wanted = violation.attribute.name.rpartition(":")[2]
        for decl in definition.content.declarations():
            value = decl.type.value if decl.type is not None else None
            mixed = decl.type is not None and decl.type.mixed
            if local_name(decl.name) != wanted or not (mixed or (value and value.accepts(violation.held))):
                continue
            place = node.content[0] if (node, decl.name) in self.lacks else self.usual(node, decl.name)
            if place is None and node in self.disturbed:
                return replace(
                    violation, correction=Correction()
                )  # there may be room once the others are in their places
            if place is not None:
                sentence = f"{node.written} has {wanted} as an element, not as an attribute."
                room = {self.room(node, decl.name, at_end=at_end) for at_end in (False, True)}
                others = int(definition.mixed or room != {place})
                return replace(
                    violation,
                    correction=AsElement(decl.name, place),
                    sentence=sentence,
                    cost=ALIGNMENT.nesting,
                    others=others,
                )
        return None

    def as_attribute(self, violation: Violation) -> Violation | None:
        """The element as an attribute of its parent, where the schema has one for its value."""
        node, parent = violation.node, violation.node.parent
        definition = self.definition(parent) if parent is not None else None
        if parent is None or definition is None or node.children or node.attributes:
            return None
        wanted = local_name(node.name)
        decl = next((item for name, item in definition.attributes.items() if local_name(name) == wanted), None)
        if decl is None or not decl.type.accepts(violation.held) or parent.attribute(decl.name) is not None:
            return None
        sentence = f"{parent.written} has {wanted} as an attribute, not as an element."
        return replace(violation, correction=AsAttribute(decl.name), sentence=sentence, cost=ALIGNMENT.nesting)

    def enclosed(self, violation: Violation) -> Violation | None:
        """The text as the content of the one element that may hold it there."""
        node = violation.node
        definition = self.definition(node)
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
        self.filled.add((node, decl.name))
        sentence = f"{node.written} holds its value in an element {local_name(decl.name)}, which is missing around it."
        return replace(
            violation,
            correction=Wrap(decl, violation.end),
            sentence=sentence,
            cost=ALIGNMENT.nesting,
            others=len(decls) - 1,
        )

    def carried(self, violation: Violation) -> Violation | None:
        """The attribute as the text of its element, or as the attribute that the parent or a child lacks."""
        node, attribute = violation.node, violation.attribute
        if attribute is None or not violation.held:
            return None
        own = self.definition(node)
        text = own is not None and (own.mixed if own.value is None else own.value.accepts(violation.held))
        hollow = not len(node.children) and not node.texts
        if text and hollow and (node in self.empty or attribute.name.lower() in _VALUE):
            sentence = f"{node.written} has its value as text, not as the attribute {attribute.name}."
            return replace(violation, correction=Carry(node), sentence=sentence, cost=VIOLATIONS.moved_value, others=0)
        wanted = attribute.name.rpartition(":")[2]
        near = [*([node.parent] if node.parent is not None else []), *islice(node.children, _SIBLINGS)]
        found: list[tuple[bool, Node, str]] = []
        for holder in near:
            definition = self.definition(holder)
            for name, decl in definition.attributes.items() if definition is not None else ():
                free = local_name(name) == wanted and holder.attribute(name) is None
                if free and decl.type.accepts(violation.held):
                    found.append((decl.required, holder, name))
        required = [item for item in found if item[0]] or found
        if len(required) != 1:
            return None
        _, holder, name = required[0]
        sentence = f"The attribute {attribute.name} stands in {node.written} and belongs to {holder.written}."
        return replace(
            violation, correction=Carry(holder, name), sentence=sentence, cost=VIOLATIONS.moved_value, others=0
        )

    def as_value(self, violation: Violation) -> Violation | None:
        """The text as the one attribute that its element lacks."""
        node = violation.node
        lacking = self.attributes.get(node, [])
        if len(lacking) != 1 or len(node.texts) != 1 or not lacking[0].type.accepts(violation.value):
            return None
        name = lacking[0].name
        sentence = f"{node.written} has its value in the attribute {local_name(name)}, not as text."
        return replace(
            violation,
            correction=Carry(node, name),
            held=violation.value,
            sentence=sentence,
            cost=VIOLATIONS.moved_value,
        )

    def knows(self, node: Node, names: Iterable[str]) -> bool:
        """Whether the schema names all of these among the children of a node, so that it is worth while to try them."""
        definition = self.definition(node)
        return definition is not None and all(name in definition.content.declared[0] for name in names)

    def fits(self, node: Node, names: Sequence[str], *, wild: bool = False) -> bool:
        """Whether a node may have these children; `wild` says that a wildcard may let them in."""
        definition = self.definition(node)
        return definition is not None and _accepts(definition.content, names, wild=wild)


def _lacks_value(violation: Violation) -> bool:
    """Whether an element is empty that needs a value."""
    text = isinstance(violation.correction, ChangeValue) and violation.attribute is None
    return text and not violation.value.strip()


def _lacking(violation: Violation) -> str | None:
    """The name of the element or attribute that an element lacks, "" where it lacks its value, else None."""
    match violation.correction:
        case Insert(decl=decl):
            return decl.name
        case AddAttribute(declared=declared):
            return declared.name
    return "" if _lacks_value(violation) else None


def _beside(node: Node) -> Sequence[Node]:
    """An element and its neighbours."""
    return node.parent.children[max(node.index - 1, 0) : node.index + 2] if node.parent is not None else [node]


def _holder(violation: Violation) -> Node:
    """The element that an attribute or a child becomes part of."""
    node = violation.node
    if isinstance(violation.correction, Carry):
        return violation.correction.holder
    return node.parent if isinstance(violation.correction, AsAttribute) and node.parent is not None else node


def _accepts(pattern: Pattern, names: Sequence[str], *, wild: bool = False) -> bool:
    if not names:
        return False
    for name in names:
        decl = pattern.declaration(name)
        if decl is None or (decl.wildcard is not None and not wild):
            return False  # where anything may stand, nothing speaks for this element
        pattern = pattern.after(name)
    return pattern.nullable
