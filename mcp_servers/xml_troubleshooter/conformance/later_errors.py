"""The errors of a validator in the rest of a document, once the fault at which it stopped is out of its way."""

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
# the offsets of the elements in a text that a validator reports; None where it does not give them
Complaints = Callable[[str], Sequence[int] | None]


def later_complaints(tree: Tree, node: Node, steps: Sequence[Step], complaints: Complaints) -> list[int] | None:
    """The offsets of a validator's errors in the children that stay, once an element's children are corrected.

    None where it does not reach all of them.
    """
    start, end = node.content
    pieces, at = [tree.text[:start]], start
    kept: list[tuple[int, int, int]] = []  # runs of children that stay: their new start and end, and their old start
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
        return None  # there are more faults, which hide those behind them
    return behind


def out_of_the_way(violation: Violation, text: str) -> list[Edit]:
    """The edits after which a validator judges the elements that it skips because of a violation of the structure.

    They are no repair: they insert empty elements, and remove content that is needed. [] where nothing can be done.
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
    """An element's name for a tag, and the declaration of its prefix; None where a default namespace would apply."""
    uri = namespace(name)
    if not uri:
        return None if node.scope.get("") else (local_name(name), "")
    prefix = next(f"n{number}" for number in count() if f"n{number}" not in node.scope)
    return f"{prefix}:{local_name(name)}", f"xmlns:{prefix}={quoted(uri)}"


def _hollow(name: str) -> str:
    """An empty element of this name."""
    return f'<{local_name(name)} xmlns="{namespace(name)}"/>'


def unseen_elements(tree: Tree, blamed: Collection[int], complaints: Complaints) -> list[int]:
    """The offsets of the elements that may be faulty for a validator that stops at its first error; [] for all.

    The record around its error is left out, and the next, until it accepts the rest of the document.
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
    """Of an element and its ancestors, the one with the most siblings."""
    return max(node.lineage(), key=lambda each: len(each.parent.children) if each.parent is not None else 0)


def _outermost(nodes: Iterable[Node]) -> Iterator[Node]:
    """The elements that lie in no other of them, in document order."""
    end = 0
    for node in sorted(nodes, key=lambda item: item.start):
        if node.start >= end:
            yield node
            end = node.end


def _original(offset: int, left_out: Iterable[Node]) -> int:
    """The offset of a character in the document before elements were left out."""
    for node in left_out:
        if node.start <= offset:
            offset += node.end - node.start
    return offset
