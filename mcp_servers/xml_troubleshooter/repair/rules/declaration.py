"""The XML declaration and the document type declaration."""

from __future__ import annotations

from ...document.faults import Fault
from ..markup import Case, from_readings
from ..proposal import Fix


def repair(case: Case, fault: Fault) -> list[Fix]:
    """The declaration in its proper form and place."""
    return from_readings("declaration", fault)
