"""An attribute that occurs twice in one tag."""

from __future__ import annotations

from ...codes import Code
from ...document.edits import Edit
from ...document.tokens import Attribute, Token
from ..fault_kinds import FaultKind
from ..faults import Fault, Reading


def duplicate_attribute_faults(token: Token, attributes: tuple[Attribute, ...]) -> list[Fault]:
    """A fault for each attribute of a tag that repeats one before it."""
    seen: dict[str, Attribute] = {}
    found: list[Fault] = []
    for attribute in attributes:
        first = seen.setdefault(attribute.name, attribute)
        if first is attribute:
            continue
        value = token.source[attribute.value_start : attribute.value_end]
        kept = token.source[first.value_start : first.value_end]
        same = value.split() == kept.split()
        note = (
            f'The second "{attribute.name}" of "{token.name}" is removed; it says the same as the first.'
            if same
            else f'The second "{attribute.name}" of "{token.name}" is removed, and with it its value "{value}"; '
            f'"{kept}" stays.'
        )
        readings = [Reading((Edit(attribute.start, attribute.end, ""),), note, drops=not same)]
        if not same:
            note = f'The first "{attribute.name}" of "{token.name}" is removed, and with it its value "{kept}"; '
            note += f'"{value}" stays.'
            readings.append(Reading((Edit(first.start, first.end, ""),), note, drops=True))
        place = (attribute.name_start, attribute.end)
        repeated = Fault(Code.DUPLICATE_ATTRIBUTE, *place, tuple(readings), name=attribute.name, value=value)
        found.append(repeated.explained_by(first.name_start, f'the first "{attribute.name}"'))
    return found


FAULTS = (
    FaultKind(
        code=Code.DUPLICATE_ATTRIBUTE,
        rule="duplicate-attribute",
        message='Attribute "{name}" stands twice',
        explanation='The attribute "{name}" stands twice in one tag, here with the value "{value}"; once is allowed.',
    ),
)
