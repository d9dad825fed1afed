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

MAX_NAME = 200  # characters of an element's name
MAX_ELEMENT = 20_000  # and of a whole one that is compared
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
    first, second = text.rfind("<", 0, fault.other), text.rfind("<", 0, fault.start)
    element = _element(text, first)
    if not element or first + len(element) > second or not text.startswith(element, second):
        return None
    return Edit(len(text[:second].rstrip()), second + len(element), "")


def _element(text: str, start: int) -> str:
    """The element that begins at an offset, "" where it has no end."""
    name = re.match(r"<([^\s/>]+)", text[start : start + MAX_NAME])
    if name is None:
        return ""
    depth = 0
    for tag in re.compile(rf"<(/?){re.escape(name[1])}(?=[\s/>])[^<>]*?(/?)>").finditer(
        text, start, start + MAX_ELEMENT
    ):
        depth += -1 if tag[1] else 0 if tag[2] else 1
        if depth <= 0:
            return text[start : tag.end()]
    return ""


FAULTS = (
    FaultKind(
        code=Code.DUPLICATE_ID,
        rule="duplicate-id",
        message='ID "{value}" stands twice',
        explanation='The ID "{value}" stands twice, first in line {line}; an ID may stand once in a document.',
        read=_read_duplicate,
    ),
)
