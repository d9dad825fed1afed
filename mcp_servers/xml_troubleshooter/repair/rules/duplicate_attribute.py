"""An attribute that stands twice in one tag."""

from __future__ import annotations

from ...document.faults import Fault
from ..markup import Case, from_readings
from ..proposal import Fix


def repair(case: Case, fault: Fault) -> list[Fix]:
    """Take the second out; safe only where it says the same as the first."""
    return from_readings("duplicate-attribute", fault)
