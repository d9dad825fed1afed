"""Tags that do not pair: put in, take out, rename or swap."""

from __future__ import annotations

from ...loop.proposal import Fix
from ...wellformedness.faults import Fault
from ..syntax_context import Case, from_readings


def repair(case: Case, fault: Fault) -> list[Fix]:
    """The ways to pair the tags, best first; safe where the best is clearly better than the next."""
    return from_readings("end-tag", fault)
