"""Text between the children of an element that may hold elements only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...conformance.violations import RemoveText, ViolationOf
from ...document.character_references import resolved
from ...document.edits import Edit
from ...document.tokens import NAME
from ...loop.proposal import Fix, Question
from ..context import Context, mended

_LOST_TAG = re.compile(rf"([\[({{]?)({NAME})((?:\s++{NAME}\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+)\s*+/([\])}}>])")
# nothing, or a key that was hit once too often: no word, number, half of a pair or sign that says anything
_SLIP = re.compile(r"[;,.>\\]{0,2}")
_TAG = re.compile(r"<[^<>]*>")
_NEAR = 300  # characters on either side in which a number is looked for
_ELEMENT = re.compile(rf"\s*+<({NAME})(?:\s[^<>]*)?(?:/>|>.*</\1\s*+>)\s*+", re.DOTALL)


def mend(violation: ViolationOf[RemoveText], context: Context) -> Iterator[Fix | Question]:
    """Give a tag its brackets back; else take the text out: only text without a meaning may go without asking."""
    text = context.text[violation.start : violation.end]
    start = violation.start + len(text) - len(text.lstrip())
    tag = _LOST_TAG.fullmatch(text.strip())
    if tag and (tag.group(3) or f"<{tag.group(2)}" in context.text):
        end = start + tag.end()
        edits = Edit(start, start + len(tag.group(1)), "<"), Edit(end - 1, end, ">")
        reason = f'The tag "{tag.group()[:60]}" gets its proper brackets.'
        yield mended(violation, "stray-text", *edits, certain=True, confidence=0.9, reason=reason)
        return
    markup = text[9:-3] if text.startswith("<![CDATA[") else resolved(text)
    if markup != text and (element := _ELEMENT.fullmatch(markup)):
        missing = element.group(1).rpartition(":")[2] in context.lacking.get(violation.node, ())
        edit = Edit(violation.start, violation.end, markup)
        reason = f"{violation.sentence} It is an element that was written as text."
        yield mended(violation, "stray-text", edit, certain=missing, confidence=0.8, reason=reason)
        return
    lost = text.strip()
    slip = _SLIP.fullmatch(lost) is not None and violation.node not in context.lacking
    slip = slip and not (lost.strip(";>\\") and _in_number(context.text, violation.start, violation.end))
    yield mended(
        violation, "stray-text", Edit(violation.start, violation.end, ""), certain=slip,
        confidence=0.95 if slip else 0.7, reason="" if slip else f"{violation.sentence} Removing it loses the text.",
    )  # fmt: skip


def _in_number(text: str, start: int, end: int) -> bool:
    """Whether there are digits on both sides, even in other elements: the sign may be the point between them."""
    before = _TAG.sub("", text[max(0, start - _NEAR) : start]).rstrip()
    behind = _TAG.sub("", text[end : end + _NEAR]).lstrip()
    return before[-1:].isdigit() and behind[:1].isdigit()
