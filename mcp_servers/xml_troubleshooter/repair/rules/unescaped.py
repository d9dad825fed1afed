"""Characters of markup that stand for themselves."""

from __future__ import annotations

from ...document.faults import Fault
from ..markup import Case, from_readings
from ..proposal import Fix


def repair(case: Case, fault: Fault) -> list[Fix]:
    """Write the character as a reference."""
    return from_readings("unescaped", fault)
