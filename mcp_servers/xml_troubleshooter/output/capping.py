"""Texts, lists and rows as results show them: capped, with the caps visible."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from ..files.reading import INLINE_LIMIT
from .rows import Row

ESCAPED_BYTE = re.compile(r"[\ud800-\udfff]")

RowKind = TypeVar("RowKind", bound=Row)


@dataclass(frozen=True, slots=True)
class Caps:
    """The limits of a result: rows of a list, characters of a text, of the diff, and of the document."""

    rows: int
    text: int
    diff: int = 0
    document: int = 0


UNCAPPED = Caps(rows=10**9, text=10**9, diff=10**9, document=INLINE_LIMIT)


def row_of(kind: type[RowKind], source: object, caps: Caps, **own: object) -> RowKind:
    """A row of the fields that a source has by their names, its texts and lists capped; `own` are shown as they are."""
    values: dict[str, Any] = dict(own)
    for name in (each.name for each in fields(kind) if each.name not in own):
        value = getattr(source, name)
        values[name] = (
            clipped(value, caps.text)
            if isinstance(value, str)
            else listed(value, caps)
            if isinstance(value, tuple)
            else value
        )
    return kind(**values)


def shown(text: str) -> str:
    """Text that JSON can carry: an undecodable byte reads \\xE9."""
    return text if text.isascii() else ESCAPED_BYTE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    number = ord(match.group())
    return f"\\x{number - 0xDC00:02X}" if 0xDC80 <= number <= 0xDCFF else f"\\u{number:04X}"  # noqa: PLR2004 - PEP 383


def clipped(text: str, limit: int) -> str:
    """Text that JSON can carry, without its middle where it is longer than a limit."""
    if len(text) <= limit:
        return shown(text)
    tail = limit // 4
    return shown(f"{text[: limit - tail]} ...({len(text) - limit} more characters)... {text[len(text) - tail :]}")


def listed(values: Sequence[str], caps: Caps) -> list[str]:
    """The first values of a list, and their number in all where some are left out."""
    shown = [clipped(value, caps.text) for value in values[: 2 * caps.rows]]
    return shown if len(shown) == len(values) else [*shown, f"... {len(values)} in all"]
