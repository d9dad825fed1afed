"""Documents that are cut off: where their content ends, so that nobody takes the rest for complete."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..codes import Code

_COMPLETE = re.compile(r"</[^<>]*>|<[^<>]*/>|<!--.*-->", re.DOTALL)  # behind which only end tags may be missing
_ENDS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}


def cut_at(text: str, faults: Iterable[tuple[Code, int]]) -> int:
    """Where the construct begins inside which a document is cut off, given its faults by code and offset.

    -1 where it is not cut off, or behind a whole element, so that nothing but end tags is known to be missing.
    """
    found = list(faults)
    codes = {code for code, _ in found}
    if Code.UNTERMINATED_SECTION in codes and codes & {Code.TRUNCATED, Code.MISSING_END_TAG}:
        for code, start in found:
            end = next((end for mark, end in _ENDS.items() if text.startswith(mark, start)), "")
            if code is Code.UNTERMINATED_SECTION and end and end not in text[start:]:
                return start
    if Code.TRUNCATED not in codes:
        return -1
    whole = text.rstrip()
    last = max(whole.rfind("<"), 0)
    comment = whole.rfind("<!--") if whole.endswith("-->") else last
    return -1 if _COMPLETE.fullmatch(whole, min(last, comment)) else last
