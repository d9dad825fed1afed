"""What stands before or behind the root element."""

from __future__ import annotations

from ...document.faults import Fault
from ..markup import Case, from_readings
from ..proposal import Fix


def repair(case: Case, fault: Fault) -> list[Fix]:  # noqa: ARG001 - every rule has this shape
    """Take it out; safe only where no word goes with it."""
    return from_readings("outside-root", fault)
