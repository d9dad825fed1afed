"""IDs that the parser itself minds: an xml:id that is no name, or stands twice."""

from __future__ import annotations

import re
from itertools import count

from ...codes import Code
from ...document.edits import Edit
from ...document.tokens import NAME, Attribute
from ..broken_document import BrokenDocument
from ..fault_kinds import FaultKind
from ..faults import Fault, Reading

_NCNAME = re.compile(f"(?!.*:){NAME}")


def id_faults(item: Attribute, value: str, ids: dict[str, int]) -> list[Fault]:
    """The fault of an xml:id, if any; `ids` holds where those before it stand."""
    name = " ".join(value.split())
    place = (item.value_start, item.value_end)
    if not _NCNAME.fullmatch(name):
        return [Fault(code=Code.INVALID_NAME, start=place[0], end=place[1], name=value)]
    first = ids.setdefault(name, item.value_start)
    if first == item.value_start:
        return []
    return [
        Fault(
            code=Code.DUPLICATE_ID,
            start=place[0],
            end=place[1],
            name=item.name,
            value=name,
            other=first,
            other_note=f'the first "{name}"',
        )
    ]


def _read_duplicate(document: BrokenDocument, fault: Fault) -> list[Reading]:
    """Take out an element that stands twice in a row, alike; give any other second ID a number.

    Both are unsafe: the one drops content, and of the other a reference may have meant either.
    """
    name = next(f"{fault.value}-{number}" for number in count(2) if f"{fault.value}-{number}" not in document.text)
    note = f'The second ID "{fault.value}" becomes "{name}"; references go to the first.'
    numbered = Reading((Edit(fault.start, fault.end, name),), note, sure=False, confidence=0.6)
    twin = _twin(document.text, fault)
    if twin is None:
        return [numbered]
    note = f'The element with the ID "{fault.value}" stands twice, alike; the second is removed.'
    return [Reading((twin,), note, sure=False, confidence=0.8), numbered]


def _twin(text: str, fault: Fault) -> Edit | None:
    """What takes out the element with the second ID, where the one with the first stands in front of it, alike."""
    second = text.rfind("<", 0, fault.start)
    first = text.rfind("<", 0, text.find(text[second : fault.end]) + 1)
    element = text[first:second].rstrip()
    name = re.match(r"<([^\s/>]+)", element)
    whole = name is not None and element.endswith(("/>", f"</{name[1]}>"))
    if not whole or not text.startswith(element, second):
        return None
    return Edit(first + len(element), second + len(element), "")


FAULTS = (
    FaultKind(
        code=Code.DUPLICATE_ID,
        rule="duplicate-id",
        message='ID "{value}" stands twice',
        explanation='The ID "{value}" stands twice, first in line {line}; an ID may stand once in a document.',
        read=_read_duplicate,
    ),
)
