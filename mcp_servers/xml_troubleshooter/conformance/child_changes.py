"""What may become of the children of an element so that they match a content model."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..grammar.model import ElementDecl


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
