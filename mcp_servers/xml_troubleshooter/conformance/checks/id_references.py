"""IDs and the references to them, as a grammar types them."""

from __future__ import annotations

from dataclasses import replace

from ...codes import Code
from ...diagnostics import Related
from ...prices import NAMES, VIOLATIONS
from ..examination import Examination, Value, clip
from ..name_distance import name_distance
from ..violations import ChangeValue, Remove


def check(exam: Examination) -> None:
    """Every ID once, every IDREF to an ID that is there (XML 1.0, validity constraints ID and IDREF)."""
    bearers: dict[str, list[Value]] = {}
    for value in exam.id_values:
        if value.type.is_id:
            bearers.setdefault(value.text, []).append(value)
    for identity, values in bearers.items():
        first, *others = sorted(values, key=lambda item: item.span)
        for value in others:
            related = Related(first.span[0], f"{first.node.written} has this ID")
            where = f"line {exam.tree.document.position(first.span[0]).line}"
            copy = next(filter(exam.tree.repeats, value.node.lineage()), None)
            if copy is not None:
                sentence = f"{copy.written} stands twice, and the ID “{clip(identity)}” with it, first in {where}."
                exam.add(
                    Remove(duplicate=True), Code.DUPLICATE_ID, copy, (copy.start, copy.name_end), sentence,
                    cost=VIOLATIONS.duplicate, value=identity, related=related,
                )  # fmt: skip
            else:
                sentence = (
                    f"The ID “{clip(identity)}” of {value.node.written} is that of {first.node.written} in {where}."
                )
                exam.add_value(ChangeValue(value.type), Code.DUPLICATE_ID, value, sentence, (), related=related)
    for value in exam.id_values:
        if not value.type.is_id and value.text not in bearers:
            near = tuple(identity for identity in bearers if name_distance(value.text, identity) < NAMES.slip)
            sentence = f"{value.node.written} refers to “{clip(value.text)}”, but no element has this ID."
            exam.add_value(ChangeValue(value.type), Code.DANGLING_REFERENCE, value, sentence, near)


def note(exam: Examination, value: Value) -> None:
    """Record a value of a type for IDs or for references to them."""
    if value.type.is_id:
        exam.id_values.append(replace(value, text=value.text.strip()))
    elif value.type.is_idref:
        exam.id_values += [replace(value, text=item) for item in value.text.split()]
