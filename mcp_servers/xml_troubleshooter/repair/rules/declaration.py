"""The XML declaration and the document type declaration."""

from __future__ import annotations

from ...loop.proposal import Fix
from ...wellformedness.faults import Fault
from ..syntax_context import Case, from_readings


def repair(case: Case, fault: Fault) -> list[Fix]:
    """The declaration in its proper form and place."""
    return from_readings("declaration", fault)
