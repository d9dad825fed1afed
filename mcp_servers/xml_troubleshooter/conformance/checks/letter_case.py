"""A document written throughout in another case than its schema: all capitals, all small letters."""

from __future__ import annotations

from ...codes import Code
from ...document.names import folded, local_name
from ...prices import VIOLATIONS
from ..examination import Examination
from ..violations import Rename

_SHARE = 0.5  # of the elements, from which on the case is wrong throughout and not here and there
_FEW = 5  # elements that are judged one by one


def check(exam: Examination) -> None:
    """Report every element that is declared in another letter case only, and read on as if it were corrected."""
    declared, tree = exam.grammar.declarations, exam.tree
    meant = exam.grammar.by_folded_name
    near = (node.name not in declared and folded(node.name) in meant for node in (tree.root, *exam.suspects))
    if exam.suspects and not any(near):
        return
    wrong = sum(count for name, count in tree.names.items() if name not in declared)
    if wrong < max(_FEW, _SHARE * tree.names.total()):
        return
    wrong_nodes = [node for node in tree.nodes if node.name not in declared]
    aliases: dict[str, str] = {}
    for node in wrong_nodes:
        names = meant.get(folded(node.name), [])
        if len(names) == 1:
            sentence = f"{node.written} is written {local_name(names[0])} in the schema."
            exam.add_element(
                Rename(names[0]), Code.UNEXPECTED_ELEMENT, node, sentence,
                expected=tuple(names), cost=VIOLATIONS.letter_case, masked=node.parent is not None,
            )  # fmt: skip
            aliases[node.name] = names[0]
    tree.read_as(aliases)
