"""Comments, CDATA sections and processing instructions that do not begin or end as they must."""

from __future__ import annotations

from ...loop.proposal import Fix
from ...wellformedness.faults import Fault
from ..syntax_context import Case, from_readings


def repair(case: Case, fault: Fault) -> list[Fix]:
    """The section with its proper marks; two hyphens in a row inside a comment are set apart."""
    return from_readings("section", fault)
