"""What a validator says of the rest of a document, once the fault at which it stopped is out of its way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import count

from ..codes import Code
from ..document.character_references import quoted
from ..document.edits import Edit
from ..document.names import local_name, namespace
from ..document.tree import Node, Tree
from .child_changes import Change, Step
from .violations import DeclareNamespace, Insert, Move, Rename, Unwrap, Violation, Wrap

_ROUNDS = 5  # times that parts of a document are left out
_SMALL = 5_000  # characters of a document that is sooner looked at as a whole
# tells where in a text the elements begin that a validator complains about; None where it does not say
Complaints = Callable[[str], Sequence[int] | None]


def later_complaints(tree: Tree, node: Node, steps: Sequence[Step], complaints: Complaints) -> list[int] | None:
    """Offsets that a validator complains about in the children that stay, once an element's children are amended.

    None where it does not get to see them all.
    """
    start, end = node.content
    pieces, at = [tree.text[:start]], start
    kept: list[
        tuple[int, int, int]
    ] = []  # runs of children that stay: where they now begin and end, and where they stood
    for step in steps:
        match step.change:
            case Change.KEEP | Change.MOVE:
                origin = node.children[step.child].start
                piece = tree.text[origin : node.children[step.child + step.count - 1].end]
                kept.append((at, at + len(piece), origin))
            case Change.REMOVE:
                continue
            case Change.UNWRAP:
                first, last = node.children[step.child].content
                piece = tree.text[first:last]
            case _:
                piece = _hollow(step.decl.name if step.decl is not None else "")
        pieces.append(piece)
        at += len(piece)
    found = complaints("".join((*pieces, tree.text[end:])))
    if found is None or node.start in found:
        return None
    behind = [offset - begin + origin for offset in found for begin, stop, origin in kept if begin <= offset < stop]
    children = (node.children.around(offset) for offset in behind)
    if any(child is not None and child.start in behind for child in children):
        return None  # there is more to amend, which hides what comes behind it
    return behind


def out_of_the_way(violation: Violation, text: str) -> list[Edit]:
    """The edits after which a validator sees what it passes over because of a violation of the structure.

    They put in nothing that anybody needs, and take out what nobody should: no repair. [] where nothing can be done.
    """
    node = violation.node
    match violation.correction:
        case Rename(name=name) if written := _written(name, node):
            ends = [] if node.close is None else [node.close.start + 2]
            tags = zip((node.start + 1, *ends), (" ".join(written), written[0]), strict=False)
            return [Edit(at, at + len(node.written), name) for at, name in tags]
        case Wrap(decl=decl, place=place) if written := _written(decl.name, node):
            start, end = f"<{' '.join(written)}>", f"</{written[0]}>"
            return [Edit(violation.start, violation.start, start), Edit(place, place, end)]
        case Insert(decl=decl, place=place) if decl.name and node.close is not None:
            return [Edit(place, place, _hollow(decl.name))]
        case Move(place=place):
            return [Edit(node.start, node.end, ""), Edit(place, place, text[node.start : node.end])]
        case Unwrap() if node.close is not None:
            return [Edit(node.start, node.tag.end, ""), Edit(node.close.start, node.close.end, "")]
        case DeclareNamespace(namespace=uri):
            if (attribute := violation.attribute) is not None:
                return [Edit(attribute.value_start - 1, attribute.value_end + 1, quoted(uri))]
            return [Edit(node.name_end, node.name_end, f" xmlns={quoted(uri)}")]
    taken_out = violation.code is Code.UNEXPECTED_ELEMENT and node.parent is not None
    return [Edit(node.start, node.end, "")] if taken_out else []


def _written(name: str, node: Node) -> tuple[str, str] | None:
    """An element's name for a tag, and the declaration of its prefix; None where it would take another default."""
    uri = namespace(name)
    if not uri:
        return None if node.scope.get("") else (local_name(name), "")
    prefix = next(f"n{number}" for number in count() if f"n{number}" not in node.scope)
    return f"{prefix}:{local_name(name)}", f"xmlns:{prefix}={quoted(uri)}"


def _hollow(name: str) -> str:
    """An element that holds nothing."""
    return f'<{local_name(name)} xmlns="{namespace(name)}"/>'


def unseen_elements(tree: Tree, blamed: Collection[int], complaints: Complaints) -> list[int]:
    """Offsets of the elements in which a validator may find fault that stops at its first error; none for all of them.

    The record that holds what it blames is left out, and the next, until it accepts what is left.
    """
    records: set[Node] = set()
    for _ in range(_ROUNDS):
        records |= {_record(tree.at(offset)) for offset in blamed}
        left_out = list(_outermost(records))
        if len(tree.text) < _SMALL or sum(node.end - node.start for node in left_out) > len(tree.text) // 4:
            break
        pieces, at = [], 0
        for node in left_out:
            pieces.append(tree.text[at : node.start])
            at = node.end
        found = complaints("".join((*pieces, tree.text[at:])))
        if found is None:
            break
        if not found:
            return [element.start for node in left_out for element in node.iterate()]
        blamed = [_original(offset, left_out) for offset in found]
    return []


def _record(node: Node) -> Node:
    """The element, or the one around it, that stands among most others."""
    return max(node.lineage(), key=lambda each: len(each.parent.children) if each.parent is not None else 0)


def _outermost(nodes: Iterable[Node]) -> Iterator[Node]:
    """The elements that lie in no other of them, in document order."""
    end = 0
    for node in sorted(nodes, key=lambda item: item.start):
        if node.start >= end:
            yield node
            end = node.end


def _original(offset: int, left_out: Iterable[Node]) -> int:
    """Where a character stood before elements were left out."""
    for node in left_out:
        if node.start <= offset:
            offset += node.end - node.start
    return offset
