"""Changes of nesting for elements that their parent rejects: the nesting may be at fault, not the element.

An element that one content model rejects may be just the one that a neighbour or the parent's parent admits; and a
value may be written as an attribute where the schema has an element for it, or the other way round.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice, takewhile

from ...document.names import local_name
from ...document.tree import Node
from ...prices import ALIGNMENT, NAMES
from ..violations import (
    AddAttribute,
    AsAttribute,
    AsElement,
    Carry,
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
    changed,
)
from .other_forms import as_attribute, as_element, as_value, carried, enclosed
from .planned_content import Definition, PlannedContent, accepts, lacks_value


def change_nesting(
    violations: Sequence[Violation], definition: Definition, declared: Collection[str], text: str
) -> list[Violation]:
    """The violations, with removals replaced by a change of nesting where the content models admit one.

    `definition` returns the type of an element that the grammar declares at its place, `declared` are all declared
    names; `text` is the document's.
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


class _Nesting(PlannedContent):
    def change(self, violation: Violation) -> Violation | None:
        """The violation with a change of nesting as its correction, None where there is none."""
        node = violation.node
        match violation.correction:
            case Remove(duplicate=False):
                found = as_attribute(self, violation) or self.joined(violation) or self.ended(violation)
                return found or self.slipped(violation) or self.moved(violation)
            case Insert():
                return self.rest(violation)
            case Unwrap() if not self.doubled(violation):
                found = as_attribute(self, violation) or self.joined(violation) or self.closed(violation)
                if found is None and node.name in self.declared:
                    found = self.ended(violation) or self.moved(violation)
                return found
            case Wrap(place=place) if place == node.end:
                return self.joined(violation) or self.moved(violation)
            case Rename() if violation.cost >= NAMES.slip:
                return as_attribute(self, violation) or self.misread(violation)
            case RemoveAttribute():
                return as_element(self, violation) or carried(self, violation)
            case RemoveText() if violation.value:
                return enclosed(self, violation) or as_value(self, violation)
            case _ if type(violation.correction) is Correction and violation.held:
                return as_attribute(self, violation)
        return None

    def doubled(self, violation: Violation) -> bool:
        """Whether an element is the only child of one with the same start tag."""
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
        return changed(violation, Unwrap(duplicate=True), sentence, ALIGNMENT.doubled_tags, others=0)

    def splits(self) -> Iterator[Violation]:
        """The violations where one parent holds two or more records run together: each begins as the first one does."""
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
                or not all(len(part) > 1 and accepts(definition.content, part) for part in parts)
                or not self.fits(outer, [*around[:at], *[parent.name] * (len(starts) - 1), *around[at:]])
            ):
                continue
            self.settled.update(children)
            for start in starts[1:]:
                node = children[start]
                sentence = f"{node.written} begins another {parent.written}."
                yield changed(
                    found[0], Split(parent), sentence, others=0,
                    node=node, start=node.start, end=node.name_end, value=node.written, held="",
                )  # fmt: skip

    def misread(self, violation: Violation) -> Violation | None:
        """An element that was taken for another one, as the second part of the element in front of it."""
        node = violation.node
        found = self.joined(violation) if node.name in self.declared else None
        if found is not None and node.parent is not None:
            self.settled.update(node.iterate())  # its content was judged by the wrong type
            self.settled.update(node.parent.children[node.index + 1 :])  # these were aligned with it
        return found

    def rest(self, violation: Violation) -> Violation | None:
        """An incomplete element as a part of its neighbour, where both together lack more than one element."""
        node, parent = violation.node, violation.node.parent
        if parent is None or sum(self.lacking[item] for item in _beside(node)) < 2:  # noqa: PLR2004
            return None
        return self.joined(violation) if self._fits_without(parent, node.name) else None

    def _fits_without(self, parent: Node, name: str) -> bool:
        """Whether an element may hold its children without the first of those of a name, where there are several."""
        known = self.spared.get((parent, name))
        if known is None:
            names = [*self.children(parent)]
            if names.count(name) > 1:
                names.remove(name)
            known = self.spared[parent, name] = self.fits(parent, names)
        return known

    def joined(self, violation: Violation) -> Violation | None:
        """The element joined with its neighbour of the same name, where one of them admits the children of both."""
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
                    return changed(violation, Join(holder), sentence, others=0)
        return None

    def ended(self, violation: Violation) -> Violation | None:
        """Another place for the end tag of the parent or of the element in front, so that its content is valid.

        Applies where all rejected elements from this one on get a place thereby; these are then settled.
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
        """The element with its end tag behind its own content; the rest of its children belong behind it."""
        node, parent = violation.node, violation.node.parent
        definition = self.definition(node)
        if parent is None or definition is None or node.close is None:
            return None
        names, around = [item.name for item in node.children], self.children(parent)
        before = self.staying(parent, node.index)
        for kept in range(len(names) - 1, -1, -1):
            whole = accepts(definition.content, names[:kept]) if kept else definition.content.nullable
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
        return changed(violation, MoveEnd(holder, place), sentence, others=0)

    def slipped(self, violation: Violation) -> Violation | None:
        """The element in the record beside its parent, which lacks it."""
        child, parent = violation.node, violation.node.parent
        for record in _beside(parent) if parent is not None else ():
            if (record, child.name) in self.lacks:
                place = self.room(record, child.name, at_end=record.end <= child.start)
                return None if place is None else self.to(violation, record, place)
        if self.wanted[child.name] == self.surplus[child.name] == 1:  # the element missing there is this one
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

    def to(self, violation: Violation, target: Node, place: int) -> Violation:
        """The violation as a move to a place inside another element."""
        self.filled.add((target, violation.node.name))
        sentence = f"{violation.node.written} stands outside {target.written}, to which it belongs."
        return changed(violation, Move(place, to_another=True), sentence)


def _lacking(violation: Violation) -> str | None:
    """The name of the element or attribute that an element lacks, "" where it lacks its value, else None."""
    match violation.correction:
        case Insert(decl=decl):
            return decl.name
        case AddAttribute(declared=declared):
            return declared.name
    return "" if lacks_value(violation) else None


def _beside(node: Node) -> Sequence[Node]:
    """An element and its neighbours."""
    return node.parent.children[max(node.index - 1, 0) : node.index + 2] if node.parent is not None else [node]


def _holder(violation: Violation) -> Node:
    """The element that an attribute or a child becomes part of."""
    node = violation.node
    if isinstance(violation.correction, Carry):
        return violation.correction.holder
    return node.parent if isinstance(violation.correction, AsAttribute) and node.parent is not None else node
