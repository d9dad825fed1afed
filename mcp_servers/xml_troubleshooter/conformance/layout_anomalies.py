"""Traces of an editing slip in the layout of a document, at elements that the schema accepts.

In a text that gives every element a line of its own, two elements that touch are conspicuous. The second may repeat
the first, or the first may come from a place further down where an indented line now is empty. Such traces are
reported as warnings, and only in a document with other faults: a valid document gets none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from ..codes import Code
from ..document.names import local_name
from ..document.tree import Node, Tree
from ..prices import VIOLATIONS
from .violations import Correction, Insert, Move, PutBack, Remove, Rename, RenameAttribute, Violation, at_element

_LONGEST = 200_000  # characters of a text that is looked at
_FEW = 3  # elements that touch; where there are more, that is how the document is written
_USUAL = 10  # elements on a line of their own for each that is not
_DISTURBING = (Remove, Move, Insert, Correction)  # the order among siblings is not settled
_TOUCHING = re.compile(r"(?:/|</[^<>]++)>(?=<[^/!?])")
_APART = re.compile(r">[ \t]*+\r?\n\s*+<")
_LINE_END = re.compile(r"[ \t]*\r?\n")
_BLANK_LINE = re.compile(r"\n[ \t]+\r?\n")
_NEAR = 20_000  # characters in which the line that an element left is looked for
_EMPTY_LINE = re.compile(r"(\r?\n[ \t]*+)(?=\r?\n)")


def layout_anomalies(tree: Tree, found: Sequence[Violation]) -> Iterator[Violation]:
    """The layout anomalies in a document, apart from the elements at which violations were found.

    A misspelt name makes no difference: an element that repeats another but for a slip in a name is a repetition too.
    """
    text = tree.text
    if len(text) > _LONGEST:
        return
    touching = [match.end() for match in islice(_TOUCHING.finditer(text), _FEW + 1)]
    if not 0 < len(touching) <= _FEW or len(_APART.findall(text)) < _USUAL * len(touching):
        return
    violated = {item.node for item in found}
    disturbed = {item.node.parent for item in found if type(item.correction) in _DISTURBING}
    for offset in touching:
        second = tree.at(offset)
        parent = second.parent
        if parent is None or second.start != offset or not second.index:
            continue
        first = parent.children[second.index - 1]
        mixed = any(text[piece.start : piece.end].strip() for piece in parent.texts)
        if mixed or parent in disturbed or not _begins_line(text, first):
            continue
        slips = [any(node.start <= item.start < node.end for item in found) for node in (first, second)]
        if tree.repeats(second) or (not all(slips) and any(slips) and _alike(text, first, second, found)):
            spare = first if slips[1] else second
            sentence = f"{spare.written} stands twice on one line, alike."
            yield at_element(
                Remove(duplicate=True),
                Code.LAYOUT_TRACE,
                spare,
                sentence,
                held=tree.value(spare),
                cost=VIOLATIONS.layout,
            )
        elif violated.isdisjoint((first, second)) and (place := _left(text, first, parent)) >= 0:
            line = text.count("\n", 0, place) + 2
            sentence = f"{first.written} stands on the line of {second.written} and may have left line {line} empty."
            yield at_element(PutBack(place), Code.LAYOUT_TRACE, first, sentence, cost=VIOLATIONS.layout)


def _alike(text: str, first: Node, second: Node, found: Sequence[Violation]) -> bool:
    """Whether two elements are the same once the names in them are put right."""
    names: list[tuple[int, int, str]] = []
    for item in found:
        node, attribute = item.node, item.attribute
        if isinstance(item.correction, Rename) and first.start <= node.start < second.end:
            prefix = node.written[: node.written.find(":") + 1]
            places = [node.start + 1] + ([node.close.start + 2] if node.close is not None else [])
            names += [(at, at + len(node.written), prefix + local_name(item.correction.name)) for at in places]
        elif isinstance(item.correction, RenameAttribute) and attribute and first.start <= node.start < second.end:
            at = attribute.name_start
            names.append((at, at + len(attribute.name), local_name(item.correction.name)))
    right = []
    for node in (first, second):
        pieces, at = [], node.start
        for start, end, name in sorted(names):
            if node.start <= start < node.end:
                pieces += [text[at:start], name]
                at = end
        right.append("".join((*pieces, text[at : node.end])))
    return right[0] == right[1]


def is_put_in(text: str, node: Node) -> bool:
    """Whether an empty element was inserted by a slip: it touches the next, in a text with one element on a line.

    An empty line nearby is evidence that it was moved instead.
    """
    if node.parent is None or node.close is not None or len(node.attributes) > 0:
        return False
    beside = node.parent.children[max(node.index - _USUAL, 0) : node.index + _USUAL]
    touching = [child for child in beside if not _begins_line(text, child)]
    if [child.start for child in touching] != [node.end] or not _LINE_END.match(text, touching[0].end):
        return False
    return _BLANK_LINE.search(text, beside[0].start, min(node.parent.content[1], node.end + _NEAR)) is None


def _begins_line(text: str, node: Node) -> bool:
    """Whether there is only white space before an element on its line."""
    return not text[text.rfind("\n", 0, node.start) + 1 : node.start].strip(" \t")


def _left(text: str, node: Node, parent: Node) -> int:
    """The offset before the only empty line behind a later sibling, indented as the element is; -1 without one."""
    behind = (_EMPTY_LINE.match(text, child.end) for child in parent.children[node.index + 1 :])
    left = [match for match in behind if match]
    indentation = text[text.rfind("\n", 0, node.start) : node.start]
    indented = len(indentation) > 1  # an empty line alone is no evidence
    return left[0].start() if indented and len(left) == 1 and left[0][1].lstrip("\r") == indentation else -1
