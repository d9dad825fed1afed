"""IDs and keys that count: what stands twice among them may be the next number, mistyped."""

from __future__ import annotations

import re

_NUMBERED = re.compile(r"(.*?)([0-9]{1,18})", re.DOTALL)


def may_be_misnumbered(value: str, text: str) -> bool:
    """Whether an ID or key that stands twice ends in a number, and the one before or behind it is not in the text.

    Of s1, s1, s3 the second may be meant as s2; of s1, s2, s2, s3 nothing but a copy is left.
    """
    numbered = _NUMBERED.fullmatch(value.strip())
    if numbered is None:
        return False
    number = int(numbered[2])
    near = (f"{numbered[1]}{each:0{len(numbered[2])}}" for each in (number - 1, number + 1) if each > 0)
    return not all(re.search(rf"[\"'>]\s*{re.escape(each)}\s*[\"'<]", text) for each in near)
