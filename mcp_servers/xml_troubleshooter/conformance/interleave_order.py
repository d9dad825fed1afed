"""Orders of children that RELAX NG allows but libxml2 rejects.

Of an interleave inside another one, libxml2 wants the elements together: a child of the outer one between two of them
makes it call the second "extra". It is the judge, so that the order which it rejects is reported, and changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from ..codes import Code
from ..document.tree import Node
from .examination import Examination
from .violations import Move, Violation, at_element


def order(exam: Examination) -> list[Violation]:
    """The moves that group children as the schema names them, in a document in which the grammar finds no fault.

    A child that the validator reports, with those behind it, changes places with the children in front of it that the
    schema names later. Where it reports the parent alone, all children behind one that is named later are moved.
    """
    blamed = sorted(exam.suspects, key=lambda node: node.start)
    return [move for node in blamed for move in _back(exam, node)] or [
        move for node in blamed for move in _grouped(exam, node)
    ]


def _back(exam: Examination, node: Node) -> Iterator[Violation]:
    parent = node.parent
    ranks = _ranks(exam, parent) if parent is not None else []
    if parent is None or not ranks:
        return
    early = list(takewhile(lambda index: ranks[index] > ranks[node.index], range(node.index - 1, -1, -1)))[::-1]
    least = min((ranks[index] for index in early), default=0)
    late = list(takewhile(lambda index: ranks[index] < least, range(node.index, len(ranks))))
    if early and len(late) <= len(early):
        yield from (_move(parent.children[index], parent.children[: early[0]], index) for index in late)
    elif early:
        yield from (_move(parent.children[index], parent.children[: late[-1] + 1], index) for index in early)


def _grouped(exam: Examination, parent: Node) -> Iterator[Violation]:
    ranks = _ranks(exam, parent)
    before: list[Node] = []
    reached = -1
    for index in sorted(range(len(ranks)), key=ranks.__getitem__):
        child = parent.children[index]
        if index < reached:
            yield _move(child, before, index)
        else:
            reached = index
            before.append(child)


def _ranks(exam: Examination, parent: Node) -> list[int]:
    """For each child its rank in the declarations; empty where the order is not free, or the content is mixed."""
    definition = exam.type_of(parent)
    if definition is None or definition.mixed or exam.opaque(parent):
        return []
    content = definition.content
    if "interleave" not in (content.kind, *(part.kind for part in content.parts)):
        return []
    decls = content.declarations
    known: dict[str, int] = {}
    for child in parent.children:
        if child.name not in known:
            known[child.name] = next((rank for rank, decl in enumerate(decls) if decl.matches(child.name)), len(decls))
    return [known[child.name] for child in parent.children]


def _move(node: Node, before: Sequence[Node], rank: int) -> Violation:
    parent = node.parent
    assert parent is not None
    sentence = (
        f"The schema lets the children of {parent.written} stand in any order, but the validator (libxml2) stumbles "
        f"over {node.written} where it stands: it wants them grouped as the schema names them."
    )
    place = before[-1].end if before else parent.content[0]
    return at_element(Move(place, rank), Code.UNEXPECTED_ELEMENT, node, sentence)
