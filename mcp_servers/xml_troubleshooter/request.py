"""The request of a caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

EngineChoice = Literal["auto", "offline", "open_arena"]
WriteWhen = Literal["sound", "always"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The request of a caller; the tool's schema explains each field.

    `data` are the bytes of a document that came over a pipe, whose folder is the working folder.
    """

    xml: str = ""
    path: str = ""
    data: bytes | None = None
    schema_path: str = ""
    problem: str = ""
    engine: EngineChoice = "auto"
    max_iterations: int = 0
    output_path: str = ""
    overwrite: bool = False
    write_when: WriteWhen = "sound"  # in place; another file is always written
    allow_unsafe: bool = False
    answers: Mapping[str, str] = field(default_factory=dict[str, str])
    accept: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()
    run_id: str = ""
    require_schema: bool = False
