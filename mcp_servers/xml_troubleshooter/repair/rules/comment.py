"""Comments, CDATA sections and processing instructions that do not begin or end as they must."""

from __future__ import annotations

from ...document.faults import Fault
from ..markup import Case, from_readings
from ..proposal import Fix


def repair(case: Case, fault: Fault) -> list[Fix]:
    """The section with its proper marks; two hyphens in a row inside a comment are set apart."""
    return from_readings("section", fault)
