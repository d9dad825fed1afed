"""What stands around the document: another notation, text in front of the root element, content behind it."""

from __future__ import annotations

from ...document.faults import Fault
from ..markup import Case, from_readings
from ..proposal import Fix


def repair(case: Case, fault: Fault) -> list[Fix]:
    """Take the document out of it; safe only where no word goes with what is removed."""
    return from_readings("outside-root", fault)
