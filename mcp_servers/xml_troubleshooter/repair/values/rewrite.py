"""A value in another form."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A value that another may have been meant to be; `reason` is a sentence.

    `safe` if the value meant is beyond doubt and nothing of it is lost; `confidence` is between 0 and 1.
    """

    value: str
    reason: str
    safe: bool
    confidence: float


def sure(value: str, reason: str, confidence: float) -> Rewrite:
    """The value that another was beyond doubt meant to be."""
    return Rewrite(value, reason, safe=True, confidence=confidence)


def unsure(value: str, reason: str, confidence: float) -> Rewrite:
    """A value that another may have been meant to be, or that loses something of it."""
    return Rewrite(value, reason, safe=False, confidence=confidence)
