"""IDs and the references to them, as a grammar types them."""

from __future__ import annotations

from dataclasses import dataclass

from ...codes import Code
from ...diagnostics import Related
from ...document.tokens import Attribute
from ...document.tree import Node
from ...grammar.datatypes import SimpleType
from ...prices import NAMES, VIOLATIONS
from ..examination import Examination, clip, tag_name
from ..name_distance import name_distance
from ..violations import ChangeValue, Remove


@dataclass(frozen=True, slots=True)
class _Bearer:
    """A value that names an element or refers to one, and where it stands."""

    value: str
    node: Node
    attribute: Attribute | None
    type: SimpleType

    @property
    def span(self) -> tuple[int, int]:
        return (self.attribute.value_start, self.attribute.value_end) if self.attribute else value_span(self.node)


class IdReferences:
    """All IDs and references of a document."""

    def __init__(self) -> None:
        self._ids: dict[str, list[_Bearer]] = {}
        self._references: list[_Bearer] = []

    def note(self, value: str, node: Node, attribute: Attribute | None, type_: SimpleType) -> None:
        """Keep a value, where its type says that it names an element or refers to one."""
        if type_.is_id:
            self._ids.setdefault(value.strip(), []).append(_Bearer(value.strip(), node, attribute, type_))
        elif type_.is_idref:
            self._references += [_Bearer(item, node, attribute, type_) for item in value.split()]

    def check(self, exam: Examination) -> None:
        """Every ID once, every IDREF to an ID that is there (XML 1.0, validity constraints ID and IDREF)."""
        for value, bearers in self._ids.items():
            first, *others = sorted(bearers, key=lambda item: item.span)
            for bearer in others:
                related = Related(first.span[0], f"{first.node.written} has this ID")
                where = f"line {exam.tree.document.position(first.span[0]).line}"
                copy = next(filter(exam.tree.repeats, bearer.node.lineage()), None)
                if copy is not None:
                    sentence = f"{copy.written} stands twice, and the ID “{clip(value)}” with it, first in {where}."
                    exam.add(
                        Remove(duplicate=True), Code.DUPLICATE_ID, copy, tag_name(copy), sentence,
                        cost=VIOLATIONS.duplicate, value=value, related=related,
                    )  # fmt: skip
                else:
                    sentence = (
                        f"The ID “{clip(value)}” of {bearer.node.written} is that of {first.node.written} in {where}."
                    )
                    _add(exam, Code.DUPLICATE_ID, sentence, bearer, (), related)
        for bearer in self._references:
            if bearer.value not in self._ids:
                near = tuple(item for item in self._ids if name_distance(bearer.value, item) < NAMES.slip)
                sentence = f"{bearer.node.written} refers to “{clip(bearer.value)}”, but no element has this ID."
                _add(exam, Code.DANGLING_REFERENCE, sentence, bearer, near)


def value_span(node: Node) -> tuple[int, int]:
    """The span of an element's text, or of the whole element where it has none."""
    return node.content if node.close and node.content[0] < node.content[1] else (node.start, node.end)


def _add(
    exam: Examination, code: Code, sentence: str, bearer: _Bearer, near: tuple[str, ...], related: Related | None = None
) -> None:
    exam.add(
        ChangeValue(bearer.type), code, bearer.node, bearer.span, sentence, attribute=bearer.attribute,
        value=bearer.value, expected=near, cost=VIOLATIONS.value, related=related,
    )  # fmt: skip
