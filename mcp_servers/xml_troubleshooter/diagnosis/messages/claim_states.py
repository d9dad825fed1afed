"""What may be thought of the claim of another system."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """What is to be thought of a claim; public."""

    CONFIRMED = "confirmed"
    REPAIRED = "repaired"
    ABSENT = "absent"  # not to be seen in this document
    UNCHECKABLE = "uncheckable"  # understood, and not to be told from the document alone
