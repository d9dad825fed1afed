"""A numeric reference to a character that XML does not allow, or one written wrongly."""

from __future__ import annotations

import re

from ...document.edits import Edit
from ...loop.proposal import Fix
from ...wellformedness.characters import is_character, number_of
from ...wellformedness.faults import Fault
from ..syntax_context import Case, fix

RULE = "character-reference"
_REFERENCE = re.compile(r"&#(?:[xX]([0-9A-Fa-f]+)|([0-9]+));")
_LAST = re.compile(r"&#[^;&]{1,12};\Z")
_HIGH = range(0xD800, 0xDC00)
_LOW = range(0xDC00, 0xE000)


def repair(case: Case, fault: Fault) -> list[Fix]:
    """Join two halves of a surrogate pair, put "x" in lower case, else take the reference out: it means nothing."""
    code = _code(fault.value)
    if is_character(code):
        written = f"&#{fault.value[2:].lower()}"
        return [fix(RULE, fault, (Edit(fault.start, fault.end, written),), f'The reference is written "{written}".')]
    if code in _HIGH and (low := _REFERENCE.match(case.text, fault.end)) and _code(low.group()) in _LOW:
        joined = 0x10000 + ((code - 0xD800) << 10) + (_code(low.group()) - 0xDC00)
        note = f"Two halves of one character become one reference: &#x{joined:X};."
        return [fix(RULE, fault, (Edit(fault.start, low.end(), f"&#x{joined:X};"),), note)]
    if code in _LOW and (high := _LAST.search(case.text, max(0, fault.start - 16), fault.start)):
        return [] if _code(high.group()) in _HIGH else _removed(fault)  # a low half goes with its high one
    return _removed(fault)


def _removed(fault: Fault) -> list[Fix]:
    note = f'The reference "{fault.value}" is removed: XML has no such character.'
    return [fix(RULE, fault, (Edit(fault.start, fault.end, ""),), note)]


def _code(reference: str) -> int:
    match = _REFERENCE.fullmatch(reference)
    return number_of(*match.groups()) if match else -1
