"""Control characters and other characters that XML forbids."""

from __future__ import annotations

from ...document.edits import Edit
from ...loop.proposal import Fix
from ...wellformedness.faults import Fault
from ..syntax_context import Case, fix

RULE = "invalid-character"
_LINE = {"\x0b": "\n", "\x0c": "\n"}


def repair(case: Case, fault: Fault) -> list[Fix]:
    """Take the characters out; the words around them stay as they are."""
    before = case.text[fault.start - 1 : fault.start]
    after = case.text[fault.end : fault.end + 1]
    numbers = ", ".join(sorted({f"U+{ord(each):04X}" for each in fault.value}))
    # a vertical tab or form feed between two words that nothing else parts was a line end; inside a word it is noise
    breaks = fault.value in _LINE and before in ".,;:!?" and after.isupper()
    note = f"The character {numbers}, which XML does not allow, is removed."
    # an escape sequence switches the alphabet in ISO-2022: without it the text behind it is another
    switches = fault.value[-1] == "\x1b" and after in ("$", "(")
    if switches:
        note += " It seems to belong to a text in ISO-2022-JP or the like, which the declaration would have to name."
    edits = (Edit(fault.start, fault.end, "\n" if breaks else ""),)
    return [fix(RULE, fault, edits, note, safe=not switches, confidence=0.3 if switches else 0.95)]
