"""Tags written wrongly: missing brackets, stray characters, impossible names."""

from __future__ import annotations

from ...loop.proposal import Fix
from ...wellformedness.faults import Fault
from ..syntax_context import Case, from_readings


def repair(case: Case, fault: Fault) -> list[Fix]:
    """The tag as it reads with the least change."""
    return from_readings("tag-form", fault)
