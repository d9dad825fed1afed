"""The changes of an element's children that make them match a content model."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..grammar.model import ElementDecl


class Change(StrEnum):
    """The kinds of change of a child."""

    KEEP = "keep"
    RENAME = "rename"
    MOVE = "move"
    REMOVE = "remove"
    INSERT = "insert"
    WRAP = "wrap"
    UNWRAP = "unwrap"


@dataclass(frozen=True, slots=True)
class Step:
    """One child of the result, in order; `child` is its index in the input (-1: inserted), `decl` its declaration.

    `count` children from `child` on are kept or wrapped.
    """

    change: Change
    child: int
    decl: ElementDecl | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Alignment:
    """A sequence of steps whose result matches the content model, and its cost."""

    cost: float
    steps: tuple[Step, ...]
