"""IDs and keys that count: a value that occurs twice among them may be the next number, mistyped."""

from __future__ import annotations

import re
from functools import lru_cache

_DELIMITERS = "\"'<>"
_PIECE = re.compile(r"(?<=[\"'>])[^\"'<>]*[0-9]\s*+(?=[\"'<])")
_NUMBERED = re.compile(r"(.*?)([0-9]{1,18})", re.DOTALL)


def may_be_misnumbered(value: str, text: str) -> bool:
    """Whether an ID or key that occurs twice ends in a number, and the one before or behind it is not in the text.

    Of s1, s1, s3 the second may be meant as s2; of s1, s2, s2, s3 nothing but a copy is left.
    """
    numbered = _NUMBERED.fullmatch(value.strip())
    if numbered is None:
        return False
    number = int(numbered[2])
    near = (f"{numbered[1]}{each:0{len(numbered[2])}}" for each in (number - 1, number + 1) if each > 0)
    return not all(_stands(each, text) for each in near)


def _stands(value: str, text: str) -> bool:
    """Whether a value is all of an attribute's, or of a text between tags, but for white space around it."""
    if any(sign in value for sign in _DELIMITERS):
        return re.search(rf"[\"'>]\s*{re.escape(value)}\s*[\"'<]", text) is not None
    return value in _numbered(text)


@lru_cache(maxsize=1)
def _numbered(text: str) -> frozenset[str]:
    """The values in a text that end in a digit; the last answer is kept, as every ID that occurs twice asks for it."""
    return frozenset(piece.strip() for piece in _PIECE.findall(text))
