"""What stands around the document: another notation, text in front of the root element, content behind it."""

from __future__ import annotations

from ...loop.proposal import Fix
from ...wellformedness.faults import Fault
from ..syntax_context import Case, from_readings


def repair(case: Case, fault: Fault) -> list[Fix]:
    """Take the document out of it; safe only where no word goes with what is removed."""
    return from_readings("outside-root", fault)
