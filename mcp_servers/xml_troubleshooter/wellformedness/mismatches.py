"""The pairs of tags of a text, and the mismatches among them, each of one kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from ..codes import Code
from ..document.tokens import Token


@dataclass(frozen=True, slots=True)
class Missing:
    """A start tag without an end tag; its element ends somewhere before token `before`."""

    code: ClassVar = Code.MISSING_END_TAG
    start: int
    before: int


@dataclass(frozen=True, slots=True)
class Extra:
    """An end tag without a start tag."""

    code: ClassVar = Code.UNEXPECTED_END_TAG
    end: int


@dataclass(frozen=True, slots=True)
class Renamed:
    """A start tag and an end tag that belong together under two names."""

    code: ClassVar = Code.TAG_MISMATCH
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Swapped:
    """Two neighbouring tags in the wrong order."""

    code: ClassVar = Code.OVERLAPPING_TAGS
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class SurplusSlash:
    """An end tag that was meant as a start tag."""

    code: ClassVar = Code.UNEXPECTED_END_TAG
    start: int


@dataclass(frozen=True, slots=True)
class LostSlash:
    """A start or empty tag that was meant as the end tag of `start`."""

    code: ClassVar = Code.MISSING_END_TAG
    start: int
    end: int


Mismatch = Missing | Extra | Renamed | Swapped | LostSlash | SurplusSlash


@dataclass(slots=True)
class Structure:
    """The pairs of tags of a scan: `partner` maps token indexes to each other (-1 for none)."""

    tokens: Sequence[Token]
    partner: list[int]
    mismatches: list[Mismatch] = field(default_factory=list)
    cost: float = 0.0  # of the mismatches, by which two ways to read one text compare

    @property
    def balanced(self) -> bool:
        """Whether every tag found its partner."""
        return not self.mismatches


def place(mismatch: Mismatch) -> int:
    """The index of the token at which a mismatch shows."""
    match mismatch:
        case Missing(start, _) | Renamed(start, _) | LostSlash(start, _) | SurplusSlash(start):
            return start
        case Extra(end):
            return end
        case Swapped(first, _):
            return first
