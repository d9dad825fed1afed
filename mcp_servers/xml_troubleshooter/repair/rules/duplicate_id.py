"""An xml:id that stands twice: the parser itself rejects it."""

from __future__ import annotations

import re
from itertools import count

from ...document.edits import Edit
from ...loop.proposal import Fix
from ...wellformedness.faults import Fault
from ..syntax_context import Case, fix


def repair(case: Case, fault: Fault) -> list[Fix]:
    """Take out an element that stands twice in a row, alike; give any other second ID a number.

    Both are unsafe: the one drops content, and of the other a reference may have meant either.
    """
    name = next(f"{fault.value}-{number}" for number in count(2) if f"{fault.value}-{number}" not in case.text)
    note = f'The second ID "{fault.value}" becomes "{name}"; references go to the first.'
    numbered = fix("duplicate-id", fault, (Edit(fault.start, fault.end, name),), note, safe=False, confidence=0.6)
    twin = _twin(case.text, fault)
    if twin is None:
        return [numbered]
    note = f'The element with the ID "{fault.value}" stands twice, alike; the second is removed.'
    return [fix("duplicate-id", fault, (twin,), note, safe=False, confidence=0.8), numbered]


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
