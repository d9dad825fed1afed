"""Tags written wrongly: missing brackets, stray characters, impossible names."""

from __future__ import annotations

from ...document.faults import Fault
from ..markup import Case, from_readings
from ..proposal import Fix


def repair(case: Case, fault: Fault) -> list[Fix]:
    """The tag as it reads with the least change."""
    return from_readings("tag-form", fault)
