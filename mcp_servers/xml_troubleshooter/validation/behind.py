"""What a validator says of the children that a fault of their content model hides from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..document.tree import Node, Tree
from .alignment import Change, Step
from .grammar.model import local_name, namespace

# tells where in a text the elements begin that a validator complains about; None where it does not say
Complaints = Callable[[str], Sequence[int] | None]


def complaints_behind(tree: Tree, node: Node, steps: Sequence[Step], complaints: Complaints) -> list[int] | None:
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
                name = step.decl.name if step.decl is not None else ""
                piece = f'<{local_name(name)} xmlns="{namespace(name)}"/>'
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
