"""Words that sentences to users share."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LINE = re.compile(r"\bline \d+")


def without_lines(sentence: str) -> str:
    """A sentence without the numbers of lines, which move when anything is put in above them."""
    return _LINE.sub("line", sentence)


def shortened(text: str, limit: int) -> str:
    """A text of so many characters at the most."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def listed(names: Sequence[str], limit: int = 12) -> str:
    """Names as a sentence lists them, so many at the most."""
    shown = ", ".join(names[:limit])
    return f"{shown} and {len(names) - limit} more" if len(names) > limit else shown


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun, in the plural where that is due."""
    return f"{number} {one if number == 1 else many or one + 's'}"
