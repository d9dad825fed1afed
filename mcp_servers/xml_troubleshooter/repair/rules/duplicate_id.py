"""An xml:id that stands twice: the parser itself rejects it."""

from __future__ import annotations

from itertools import count

from ...document.edits import Edit
from ...document.faults import Fault
from ..markup import Case, fix
from ..proposal import Fix


def repair(case: Case, fault: Fault) -> list[Fix]:
    """Give the second one a number; unsafe, because a reference may have meant it."""
    name = next(f"{fault.value}-{number}" for number in count(2) if f"{fault.value}-{number}" not in case.text)
    note = f'The second ID "{fault.value}" becomes "{name}"; references go to the first.'
    return [fix("duplicate-id", fault, (Edit(fault.start, fault.end, name),), note, safe=False, confidence=0.6)]
