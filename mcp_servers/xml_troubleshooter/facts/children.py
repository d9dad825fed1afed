"""Facts about the children of an element: how often they occur, in which order, and by which names."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence

from ..codes import Code
from ..conformance.name_distance import name_distance
from ..document.edits import Edit
from ..document.layout import break_before
from ..document.tree import Node, Tree
from ..prices import NAMES
from .finding import Ask, Finding, Reading, children, local, of_element
from .misspelt_names import closest, misnamed, sibling_name

_WHO = "only the author of the document knows it"


def once(tree: Tree, parent: Node, names: Sequence[str], who: str) -> Iterator[Finding]:
    """A finding for each repetition of a child that may occur once; `who` is the system that refuses it."""
    for name in names:
        found = children(parent, name)
        yield from (_again(tree, parent, found[0], other, who) for other in found[1:])


def _again(tree: Tree, parent: Node, first: Node, other: Node, who: str) -> Finding:
    line = tree.document.position(first.start).line
    values = [tree.value(node).strip() for node in (first, other)]
    words = (
        f"<{other.written}> stands twice in <{parent.written}>, the first time in line {line}; {who} takes it once. "
        "Take one of the two out."
    )
    same = tree.text[first.start : first.end] == tree.text[other.start : other.end]
    ask = Ask(
        needed=f"Which <{other.written}> of <{parent.written}> holds?", why=words,
        choices=((values[0], (removal(tree, other),)), (values[1], (removal(tree, first),))),
    )  # fmt: skip
    plain = not len(first.children) and not len(other.children) and all(values)
    taken = Reading(reason=f"The second <{other.written}> says the same as the first.", confidence=0.97,
                    edits=(removal(tree, other),), safe=True)  # fmt: skip
    return of_element(
        other, words, code=Code.DUPLICATE_ELEMENT, value=values[1],
        reading=taken if same else None, ask=ask if plain and not same else None,
    )  # fmt: skip


def removal(tree: Tree, node: Node) -> Edit:
    """The edit that removes an element, together with its line if nothing else is on that."""
    alone = tree.text[node.end : node.end + 1] in ("\n", "\r")
    return Edit(node.start - (len(break_before(tree.text, node.start)) if alone else 0), node.end, "")


def required(tree: Tree, parent: Node, names: Sequence[str], who: str) -> Iterator[Finding]:
    """Children that an element must have and lacks, or has under a misspelt name."""
    present = {local(child): child for child in children(parent)}
    for name in names:
        slips = [] if name in present else [each for each in present if name_distance(each, name) < NAMES.slip]
        if slips:
            yield _slip(parent, present[slips[0]], name, who)
        elif name not in present:
            written = sibling_name(parent, name)
            words = f"<{parent.written}> lacks <{written}>, which {who} demands of it."
            ask = _value(tree, parent, written)
            yield of_element(parent, words, code=Code.MISSING_ELEMENT, expected=(written,), ask=ask)


def _slip(parent: Node, child: Node, name: str, who: str) -> Finding:
    meant = sibling_name(child, name)
    words = f"<{child.written}> is no element that {who} knows in <{parent.written}>; <{meant}> is meant."
    case = local(child).lower() == name.lower()
    return misnamed(child, meant, words, confidence=0.97 if case else 0.85, safe=case)


def _value(tree: Tree, parent: Node, written: str) -> Ask | None:
    if parent.close is None:
        return None
    at = parent.children[0].start if len(parent.children) else parent.content[0]
    skeleton = f"<{written}>{{}}</{written}>{break_before(tree.text, at) if len(parent.children) else ''}"
    return Ask(needed=f"What is the <{written}> of <{parent.written}>?", why=_WHO, at=at, skeleton=skeleton)


def ordered(parent: Node, order: Sequence[str | tuple[str, ...]], who: str) -> Iterator[Finding]:
    """A finding for each child that follows one that it must precede; as few as need to be moved.

    In `order`, names in a tuple share a place.
    """
    groups = [(group,) if isinstance(group, str) else group for group in order]
    place = {name: number for number, group in enumerate(groups) for name in group}
    known = [child for child in children(parent) if local(child) in place]
    ranks = [place[local(child)] for child in known]
    kept = _longest_run(ranks)
    stays = [known[index] for index in sorted(kept)]
    for index, child in enumerate(known):
        if index in kept:
            continue
        after = [node for node in stays if place[local(node)] <= ranks[index]]
        following = next((node for node in stays if place[local(node)] > ranks[index]), None)
        target = after[-1].end if after else stays[0].start
        behind = f"behind <{after[-1].written}>" if after else f"in front of <{stays[0].written}>"
        between = f"{behind} and in front of <{following.written}>" if after and following else behind
        words = (
            f"<{child.written}> stands at the wrong place in <{parent.written}>: {who} has it {between}. Move it there."
        )
        yield of_element(
            child, words, expected=(),
            reading=Reading(confidence=0.95, moves=((child, target),), safe=bool(after)),
        )  # fmt: skip


def _longest_run(ranks: Sequence[int]) -> set[int]:
    """The indices of the longest subsequence that does not fall; of several the first."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, rank in enumerate(ranks):
        at = bisect_right(tails, rank)
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1] = [rank]
        ends[at : at + 1] = [index]
    kept: set[int] = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        kept.add(index)
        index = before[index]
    return kept


def known_names(
    parent: Node, allowed: Collection[str], who: str, homes: Mapping[str, str] | None = None
) -> Iterator[Finding]:
    """Children with a name that their parent does not allow: misspelt names, and elements that belong elsewhere.

    `homes` maps names to the sibling that they belong in.
    """
    for child in children(parent):
        name = local(child)
        if name in allowed:
            continue
        near = closest(name, allowed)
        home = (homes or {}).get(name)
        repeats = len(allowed) == 1  # the parent is a list
        if not home and len(near) == 1 and (repeats or not children(parent, near[0])):
            yield _slip(parent, child, near[0], who)
            continue
        words = f"<{child.written}> is no element that {who} knows in <{parent.written}>."
        reading: Reading | None = None
        if home:
            words += f" It belongs in <{sibling_name(parent, home)}>; move it there."
            reading = _into(parent, child, home)
        else:
            words += " Correct its name, or move it to where it belongs."
        yield of_element(child, words, expected=tuple(near), reading=reading)


def _into(parent: Node, child: Node, home: str) -> Reading:
    """A reading that moves an element into the sibling that it belongs in, or wraps it in a new one."""
    written = sibling_name(parent, home)
    reason = f"<{child.written}> belongs in <{written}>."
    there = next((node for node in children(parent, home) if node.close is not None), None)
    if there is not None:
        at = there.children[-1].end if len(there.children) else there.content[0]
        return Reading(reason=reason, confidence=0.85, moves=((child, at),))
    around = (Edit(child.start, child.start, f"<{written}>"), Edit(child.end, child.end, f"</{written}>"))
    return Reading(reason=reason, confidence=0.85, edits=around)
