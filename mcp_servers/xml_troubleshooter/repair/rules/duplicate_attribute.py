"""An attribute that stands twice in one tag."""

from __future__ import annotations

from ...loop.proposal import Fix
from ...wellformedness.faults import Fault
from ..syntax_context import Case, from_readings


def repair(case: Case, fault: Fault) -> list[Fix]:
    """Take the second out; safe only where it says the same as the first."""
    return from_readings("duplicate-attribute", fault)
