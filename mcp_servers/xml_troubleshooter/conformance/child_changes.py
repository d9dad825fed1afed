"""What may become of the children of an element so that they match a content model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ..grammar.model import ElementDecl

INFINITE = float("inf")
FEW = 30  # declarations that a child is compared with, whatever their names


class Change(StrEnum):
    """What becomes of a child."""

    KEEP = "keep"
    RENAME = "rename"
    MOVE = "move"
    REMOVE = "remove"
    INSERT = "insert"
    WRAP = "wrap"
    UNWRAP = "unwrap"


@dataclass(frozen=True, slots=True)
class Step:
    """One child of the result, in order; `child` is its index in the input (-1: inserted), `decl` what it falls under.

    `count` children from `child` on are kept or wrapped.
    """

    change: Change
    child: int
    decl: ElementDecl | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Alignment:
    """A sequence of steps whose result matches the content model, and what it costs."""

    cost: float
    steps: tuple[Step, ...]


class Costs(Protocol):
    """What a change of one child costs; infinite where it is out of the question. Keeping costs nothing."""

    def renames(self, child: int, decls: Sequence[ElementDecl]) -> Iterable[tuple[float, ElementDecl]]:
        """Giving the child another name, of declared ones; of more than FEW, those that are like it suffice."""
        ...

    def remove(self, child: int) -> float:
        """Leaving the child out."""
        ...

    def insert(self, decl: ElementDecl) -> float:
        """Putting in an element that is missing."""
        ...

    def wrap(self, child: int, decl: ElementDecl, *, alone: bool) -> tuple[float, int]:
        """Putting a missing element around the child and those behind it that it may hold; and how many these are.

        `alone` says that the content model allows no other element there.
        """
        ...

    def unwrap(self, child: int) -> tuple[float, Sequence[str]]:
        """Putting in the place of the child what it holds; and the names of that."""
        ...
