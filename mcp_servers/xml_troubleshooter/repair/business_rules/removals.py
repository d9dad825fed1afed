"""Removals: of empty elements, of elements that repeat one before them, and of nodes that a rule forbids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...document.tree import Node
from .candidates import Candidate
from .slots import Slot, Slots

_CHOICES = 8  # of which a person chooses the one to keep
_REPEATED = 6  # repetitions of a document that are looked at
_SHOWN = 200  # characters of a removed element
UNWANTED = 0.3  # of confidence: of a removal that nobody wants if there is another way
_SURE = 0.85  # of the removal of an element that says nothing, or nothing new


def removal(slots: Slots, slot: Slot, *, several: bool) -> Candidate:
    """An element or attribute taken out; `several` says that other corrections would do as well."""
    node = slots.node(slot.place)
    leaves = slots.value(slot) if slot.place.attribute or not node.children else _said(slots, node)
    value = " ".join(leaves.split())
    empty = not value and not node.children and not slot.place.attribute
    reason = "It is empty." if empty else f'The rule forbids it here; it holds "{value[:80]}".'
    likely = _SURE if empty else 0.6 if not several else UNWANTED if node.children else 0.5
    return Candidate(
        slots.remove(slot.place), slots.start(slot), slots.path(slot), reason, likely,
        before=value or slots.name(slot), after="", drops=not empty, slot=slot,
    )  # fmt: skip


def fewer(slots: Slots, them: Sequence[Slot], kept: int) -> Iterator[Candidate]:
    """The removals where elements are too many: of the empty or repeated ones; else each, for a person to choose."""
    nodes = [slots.node(slot.place) for slot in them]
    texts = [_written(slots, node) for node in nodes]
    empty = [number for number, node in enumerate(nodes) if not node.children and not slots.tree.value(node).strip()]
    if empty and len(nodes) - len(empty) == kept:
        edits = tuple(edit for number in empty for edit in slots.remove(them[number].place))
        slot = them[empty[0]]
        yield Candidate(edits, slots.start(slot), slots.path(slot), "It is empty.", _SURE, before=slots.name(slot))
        return
    repeated = [number for number, text in enumerate(texts) if text in texts[:number]]
    # a repetition of a whole group counts in each of its parts
    if len(nodes) - len(repeated) <= kept:
        wholes = dict.fromkeys(_whole(slots, nodes[number]) for number in repeated)
        yield _repetition(slots, list(wholes))
        return
    for slot in them[:_CHOICES] if len(nodes) == kept + 1 else ():
        yield removal(slots, slot, several=True)


def repetitions(slots: Slots) -> Iterator[Candidate]:
    """The removals of elements that repeat a sibling; of nested repetitions the outermost alone."""
    found = 0
    waiting = [slots.tree.root]
    while waiting and found < _REPEATED:
        node = waiting.pop()
        seen = set[str]()
        for child in node.children:
            text = _written(slots, child)
            if text in seen:
                yield _repetition(slots, [child])
                found += 1
            else:
                waiting.append(child)
            seen.add(text)


def _repetition(slots: Slots, nodes: Sequence[Node]) -> Candidate:
    first, reason = nodes[0], "It says the same as the one before it."
    edits = tuple(edit for node in nodes for edit in slots.remove(slots.place(node)))
    return Candidate(edits, first.start, first.path, reason, _SURE, before=_written(slots, first)[:_SHOWN])


def _whole(slots: Slots, node: Node) -> Node:
    """The outermost element around a repeated one (or itself) that repeats a sibling, or holds nothing but it."""
    whole, at = node, node
    while (parent := at.parent) is not None:
        text = _written(slots, at)
        if any(
            _written(slots, other) == text for other in parent.children if other is not at and other.name == at.name
        ):
            whole = at
        elif at is node and len(parent.children) == 1:
            whole = parent
        at = parent
    return whole


def _said(slots: Slots, node: Node) -> str:
    return " ".join(_said(slots, child) if child.children else slots.tree.value(child) for child in node.children)


def _written(slots: Slots, node: Node) -> str:
    return re.sub(r"\s+", " ", slots.context.text[node.start : node.end])
