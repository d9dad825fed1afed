"""A namespace declaration whose value cannot name a namespace."""

from __future__ import annotations

from ...document.edits import Edit
from ...loop.proposal import Fix
from ...wellformedness.faults import Fault
from ...wellformedness.tags.pairing import similarity
from ..syntax_context import Case, fix, from_readings
from .unbound_prefix import WELL_KNOWN

RULE = "namespace-value"
_ALIKE = 0.85


def repair(case: Case, fault: Fault) -> list[Fix]:
    """Take white space out, or put in the one well-known namespace that the value misspells."""
    if fault.readings:
        return from_readings(RULE, fault)
    near = sorted(
        ((similarity(fault.value, uri), uri) for uri in set(WELL_KNOWN.values())),
        reverse=True,
    )
    score, uri = near[0]
    if score < _ALIKE:
        return []
    note = f'The namespace "{fault.value}" is a misspelling of {uri}.'
    return [fix(RULE, fault, (Edit(fault.start, fault.end, uri),), note, safe=False, confidence=0.7)]
