"""Attributes without quotation marks, equals sign, space or value."""

from __future__ import annotations

from ...codes import Code
from ...loop.proposal import Fix
from ...wellformedness.faults import Fault
from ..syntax_context import Case, fix, from_readings

RULE = "attribute-form"


def repair(case: Case, fault: Fault) -> list[Fix]:
    """The attribute in its proper form; a value that is simply not there is a guess (the name, as in HTML)."""
    made = from_readings(RULE, fault)
    if fault.code is Code.ATTRIBUTE_WITHOUT_VALUE and made and made[0].edits[0].after.startswith('="'):
        return [fix(RULE, fault, made[0].edits, made[0].reason, safe=False, confidence=0.5)]
    return made
