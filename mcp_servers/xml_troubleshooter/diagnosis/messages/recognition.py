"""Another system's error message, tied to the place in the document that it means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from ...codes import Code
from ...diagnostics import Diagnostic
from .message_formats import position_patterns, readable
from .tool_messages.english_wording import SAYINGS
from .tool_messages.translated_wording import TRANSLATED

# wording of expat and Firefox for any fault of markup
_VAGUE = (
    "not well-formed", "not well formed", "nicht wohlgeformt", "mal formé", "mal formado", "non ben formato",
    "niet welgevormd", "nieprawidłowo sformowan", "malformado", "格式不正确", "整形式でない",
)  # fmt: skip
# the identifier of a business rule, such as BR-CO-15, and its text
_RULE = re.compile(r"(?:\[?(?P<name>[a-z]+(?:[-_.][a-z0-9]+)*[-_.][a-z]*\d+[a-z]?)\]?[ :\-]*)?(?P<said>.*)", re.DOTALL)
_SAID = 30  # characters of a business rule's words that make it known
_KNOWN = 2  # the weight of a known fragment; a name, a value or a line in the message has the weight 1


@cache
def of_markup() -> frozenset[Code]:
    """The faults of markup, by whose absence a document is well-formed."""
    from ...wellformedness.families import FAULT_KINDS  # noqa: PLC0415 - most messages are held against a few faults

    return frozenset({*FAULT_KINDS, Code.NOT_WELL_FORMED})


def recognised(message: str, diagnostics: Sequence[Diagnostic]) -> Diagnostic | None:
    """The diagnostic that a message of another system is about; None where it resembles none of them.

    A message is known by the words that other tools have for a fault, and tied to one of several by the names, values
    and lines that it mentions; where it mentions none, by how much of its wording is known.
    """
    message = readable(message)
    words = message.lower()
    places = (found.groupdict() for pattern in position_patterns() for found in pattern.finditer(message))
    lines = {int(place["line"]) for place in places if place.get("line")}
    likeness = {code: _likeness(words, code) for code in {item.code for item in diagnostics}}

    def rank(item: Diagnostic) -> tuple[int, int]:
        known = max(likeness[item.code], _of_rule(words, item))
        said = (item.name.rpartition(":")[2], item.value, *item.expected[:3])
        mentioned = sum(_mentions(message, word) for word in said)
        return (_KNOWN + (item.line in lines) + mentioned, known) if known else (0, 0)

    best = max(diagnostics, key=rank, default=None)
    return best if best is not None and rank(best) > (0, 0) else None


def spoken_of(message: str) -> frozenset[Code]:
    """The codes that a message of another system may stand for: those with the longest known fragment in it."""
    words = message.lower()
    likeness = {code: _likeness(words, code) for code in Code}
    longest = max(likeness.values())
    return frozenset(code for code, known in likeness.items() if 0 < known == longest)


def _of_rule(words: str, item: Diagnostic) -> int:
    """The number of characters in a message that are the identifier or the text of the failed business rule."""
    if item.code is not Code.ASSERTION_FAILED:
        return 0
    flat, told = " ".join(words.split()), " ".join(item.message.lower().split())
    rule = _RULE.match(told)
    assert rule is not None
    name, said = rule["name"] or "", rule["said"]
    named = len(name) if _mentions(flat, name) else 0
    return max(named, len(said) if said[:_SAID] and said[:_SAID] in flat else 0)


def _likeness(words: str, code: Code) -> int:
    """The length of the longest fragment in a message that is known as wording for a code, in characters."""
    fragments = (*SAYINGS.get(code, ()), *TRANSLATED.get(code, ()), *(_VAGUE if code in of_markup() else ()))
    return max((len(fragment) for fragment in fragments if _holds(words, fragment)), default=0)


def _holds(words: str, fragment: str) -> bool:
    at = 0
    for part in fragment.split(" … "):
        at = words.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def _mentions(message: str, word: str) -> bool:
    return bool(word) and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", message) is not None
