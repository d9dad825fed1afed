"""Characters of markup that stand for themselves."""

from __future__ import annotations

from ...loop.proposal import Fix
from ...wellformedness.faults import Fault
from ..syntax_context import Case, from_readings


def repair(case: Case, fault: Fault) -> list[Fix]:
    """Write the character as a reference."""
    return from_readings("unescaped", fault)
