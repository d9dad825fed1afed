"""The evidence for and against a repair: the reading of the fault, the kind of the edits, the look of the result."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from math import log, log2

from ..codes import Code
from ..conformance.violations import Violation
from ..document.document import Document
from ..document.edits import Edit
from ..document.tokens import NAME
from ..loop.proposal import Fix, Safety
from ..prices import READINGS
from ..wellformedness.faults import Fault, Reading
from ..wellformedness.tag_pairs.common_words import common
from ..wellformedness.tag_pairs.pairing import similarity

SUREST = 0.99  # the highest confidence that a rule's own word gives
OFTEN = 2  # times that make a habit
NEAR = 300  # characters on either side of an edit that are looked at


_START = re.compile(rf"<({NAME})")
_BARE = re.compile(rf"<({NAME})\s*/?>")
_TAG_LIKE = re.compile(r"/|>|[\w:]+[\s/>]")
_PAIRED = re.compile(rf"/|({NAME})>[^<>]*</\1>")
_ATTRIBUTE = re.compile(rf"\s*{NAME}\s*=")
_HOLLOW = re.compile(rf"<({NAME})[^<>]*(?:/>|></)")
_NEXT = re.compile(rf"</({NAME})\s*>\s*<({NAME})")
# the end of one value and the start of another
_SWALLOWED = re.compile(r"[^\s=(,\[{][\"'][^\"'<>=]*[\"']\s+[\w:.\-]+=[\"']")
_NUMBERED = re.compile(r"#x?[0-9a-fA-F]")
_SHAPES = (
    ("end-tag", re.compile(r"\s*+(?:</[^<>]*+>?\s*+)++")),
    ("start-tag", re.compile(r"\s*+(?:<[^<>/!?][^<>]*+>\s*+)++")),
    ("space", re.compile(r"\s+")),
    ("quote", re.compile(r"[\"']")),
    ("bracket", re.compile(r"[<>/]+")),
    ("name", re.compile(r"[^\s<>=\"'/&;]+")),
)


class Surroundings:
    """A document that is not well-formed, with the counts that the evidence about all its repairs needs."""

    def __init__(self, document: Document, faults: Sequence[Fault]) -> None:
        self.text = document.text
        self.faults = len(faults)

    @cached_property
    def names(self) -> Counter[str]:
        """The number of start tags with each name."""
        return Counter(_START.findall(self.text))

    def root_again(self, name: str) -> bool:
        """Whether the root element begins a second time, with the same text before it in its line."""
        starts = re.finditer(rf"<{re.escape(name)}(?=[\s/>])", self.text)
        first = next(starts, None)
        return first is not None and any(self._margin(first.start()) == self._margin(each.start()) for each in starts)

    def _margin(self, start: int) -> str:
        return self.text[self.text.rfind("\n", 0, start) + 1 : start]

    @cached_property
    def bare(self) -> Counter[str]:
        """The number of start tags without attributes with each name."""
        return Counter(_BARE.findall(self.text))

    @cached_property
    def hollow(self) -> Counter[str]:
        """The number of empty elements with each name."""
        return Counter(_HOLLOW.findall(self.text))

    @cached_property
    def successions(self) -> Counter[tuple[str, str]]:
        """The number of times that an element of the first name is directly followed by one of the second."""
        return Counter(_NEXT.findall(self.text))


def of_reading(around: Surroundings, fault: Fault, readings: Sequence[Reading]) -> dict[str, float]:
    """The evidence about the first of the readings of a fault of well-formedness, the best."""
    reading, others = readings[0], readings[1:]
    edits, text = reading.edits, around.text
    shape = _shape(text, edits)
    priced = reading.sure is None and bool(others)
    margin = min(READINGS.far, min(other.cost for other in others) - reading.cost) if priced else READINGS.far
    found = {
        f"code {fault.code}": 1.0,
        f"code {fault.code}, {shape}": 1.0,
        "margin": margin,
        "equal": float(margin < READINGS.equal),
        "cost": max(0.0, min(4.0, reading.cost)),
        "faults": min(5.0, log2(max(1, around.faults))),
        "doubted": float(reading.sure is False),
        "beyond doubt": float(reading.sure is True),
        "drops": float(reading.drops),
    }
    if fault.code is Code.TAG_MISMATCH:
        found |= _of_names(around, fault, reading)
    elif fault.code is Code.TRUNCATED:
        found["elements open"] = min(5.0, float(edits[-1].after.count("</")))
        found["root twice"] = float(edits[-1].after != "" and around.root_again(fault.name))
    elif fault.code is Code.CDATA_END_IN_TEXT:
        found["ends the text"] = float(text[fault.end : fault.end + NEAR].lstrip()[:1] == "<")
    elif shape.endswith(("-tag", "bracket")):
        found |= _of_tag(around, fault, reading, shape)
    elif shape == "escape quote":
        found["swallows attributes"] = float(_SWALLOWED.search(text, edits[0].start, edits[-1].end + NEAR) is not None)
    elif shape == "escape <":
        found |= _of_escape(text, edits[0], in_value=fault.code is Code.LESS_THAN_IN_ATTRIBUTE)
    elif shape == "escape &":
        if text[edits[0].end : edits[0].end + 1].isspace():
            found["faults"] = 0.0  # it can begin no reference, however many other faults there are
        found["looks like a reference"] = float(_NUMBERED.match(text, edits[0].end) is not None)
        found["glued to a word"] = float(text[edits[0].start - 1 : edits[0].start].isalnum())
    return {name: round(value, 3) for name, value in found.items() if value}


def _of_names(around: Surroundings, fault: Fault, reading: Reading) -> dict[str, float]:
    """The evidence about two names of one element: their other uses in the document, and their likeness."""
    kept, gone = (fault.name, fault.value) if reading.edits[0].after == fault.name else (fault.value, fault.name)
    uses = around.names[kept] - (kept == fault.name)
    return {
        # that a name occurs nowhere else says little where nothing else speaks against it
        "name unknown": min(1.0, reading.cost) * (1.0 - common(kept)) if uses <= 0 else 0.0,
        "words kept": max(0.0, common(kept) - common(gone)),
        "other name known": float(around.names[gone] - (gone == fault.name) > 0),
        "names unlike": 1.0 - similarity(kept, gone),
        "start tag changes": float(gone == fault.name),
        "other one missing": float(_other_is_missing(around, fault, kept, gone)),
    }


def _other_is_missing(around: Surroundings, fault: Fault, kept: str, gone: str) -> bool:
    """Whether elements of the dropped name come behind, or in front of, those of the kept name elsewhere, but not here.

    Its tag was no misspelling then: the content between the two tags is lost.
    """
    after, before = (around.successions[pair] >= OFTEN for pair in ((kept, gone), (gone, kept)))
    if not (after or before):
        return False
    text, first, last = around.text, min(fault.start, fault.other), max(fault.start, fault.other)
    behind = text[text.find(">", last) + 1 :][:NEAR].lstrip()
    return (after and not behind.startswith(f"<{gone}")) or (
        before and not text[max(0, first - NEAR) : first].rstrip().endswith(f"</{gone}>")
    )


def _of_tag(around: Surroundings, fault: Fault, reading: Reading, shape: str) -> dict[str, float]:
    """The evidence about a tag, or its end, that is put in or taken out."""
    text, edit, name = around.text, reading.edits[0], fault.name
    behind = text[edit.end : edit.end + NEAR]
    run = behind[: behind.find("<")] if "<" in behind else behind
    line = text[text.rfind("\n", 0, edit.start) + 1 : edit.start]
    closes = reading.edits[-1].after.endswith(">")
    found = {
        "markup in the text behind": float(closes and (">" in run or '"' in run)),
        "amid words": float(line.strip() != "" and not line.rstrip().endswith(">")),
        "words behind": float(closes and run.strip() != ""),
        "nothing inside": float(_ends_at_once(text, edit)),
        "attribute behind": float(closes and _ATTRIBUTE.match(run) is not None),
    }
    if fault.code is Code.MISSING_END_TAG and around.names[name] == 1:
        before = text[text.rfind("\n", 0, fault.other) + 1 : fault.other].rstrip()
        found["unheard amid words"] = float(before != "" and not before.endswith(">"))  # words may speak of a tag
    if found["nothing inside"]:
        found["hollow among full"] = float(not around.hollow[name])
    if shape == "add start-tag":
        found["others have attributes"] = float(around.names[name] > 2 * around.bare[name])
        found["lines inside"] = min(5.0, log2(1 + text.count("\n", edit.start, fault.start)))
    elif shape == "add end-tag" and fault.other >= 0:
        found["lines inside"] = min(5.0, log2(1 + text.count("\n", fault.other, edit.start)))
        inside = text[text.find(">", fault.other) + 1 : edit.start]
        if "<" not in inside[:NEAR] and found["amid words"] and not behind.startswith(("\n", "\r")):
            found["words inside"] = min(5.0, log2(1 + len(inside[:NEAR].split())))
        found["twin behind"] = float(behind.lstrip().startswith(f"<{name}"))
    elif shape == "remove start-tag":
        found["nothing left"] = float(_hollow_around(text, edit))
    elif shape == "remove end-tag":
        earlier = text.rfind(f"</{name}>", 0, edit.start)
        between = text[earlier + len(name) + 3 : edit.start] if earlier >= 0 else ""
        found["elements since twin"] = float(re.search(r"<\w", between) is not None)
        found["twin in front"] = float(earlier >= 0 and not between.strip())
        found["no twin"] = float(earlier < 0)
        found["cost, no twin in front"] = 0.0 if found["twin in front"] else min(4.0, reading.cost)
    return found


def _ends_at_once(text: str, edit: Edit) -> bool:
    """Whether an edit gives a start tag its end tag with nothing between them."""
    tag = text[max(0, edit.start - NEAR) : edit.start]
    tag = tag[tag.rfind("<") :]
    return (edit.after + text[edit.end : edit.end + 2])[:2] == "</" and tag.endswith(">") and tag[1:2].isalpha()


def _hollow_around(text: str, edit: Edit) -> bool:
    """Whether the element around a tag that is taken out holds nothing else."""
    before, after = text[max(0, edit.start - NEAR) : edit.start].rstrip(), text[edit.end : edit.end + NEAR].lstrip()
    tag = before[before.rfind("<") :]
    return tag.endswith(">") and not tag.endswith("/>") and tag[1:2].isalpha() and after.startswith("</")


def _of_escape(text: str, edit: Edit, *, in_value: bool) -> dict[str, float]:
    """The evidence about "<" that becomes text: words, a tag or markup beside it."""
    head, tail = text[max(0, edit.start - NEAR) : edit.start], text[edit.end : edit.end + NEAR]
    before, after = head[head.rfind(">") + 1 :], tail[: tail.find("<")] if "<" in tail else tail
    return {
        "no words around": float(not before.strip() and not after.strip()),
        "spaced between words": float(
            bool(before.strip()) and (tail[:1].isspace() or tail[:1].isdigit() or tail[:1] == "=")
        ),
        "looks like a tag": float(not in_value and _TAG_LIKE.match(tail) is not None),
        "markup in a value": float(in_value and _PAIRED.match(tail) is not None),
    }


def of_correction(violation: Violation, fix: Fix, found: Sequence[Violation]) -> dict[str, float]:
    """The evidence about the repair of something that a schema rejects."""
    evidence = {
        f"code {violation.code}": 1.0,
        f"code {violation.code}, {fix.source.removeprefix('rule:')}": 1.0,
        "cost": max(0.0, min(4.0, violation.cost)),
        "others": min(3.0, float(violation.others)),
        "faults": min(5.0, log2(len(found))),
        "doubted": float(fix.safety is not Safety.SAFE),
        "of a schema": 1.0,
        "edits": min(4.0, log2(len(fix.edits))),
    }
    return {name: round(value, 3) for name, value in evidence.items() if value}


def of_rule(fix: Fix) -> dict[str, float]:
    """The evidence about a repair whose confidence comes from its rule itself."""
    said = min(SUREST, max(1 - SUREST, fix.confidence))
    return {
        "of a rule": 1.0,
        "said by the rule": round(log(said / (1 - said)), 3),
        f"code {fix.source.replace(':', ' ')}": 1.0,
    } | ({"withheld by the rule": 1.0} if fix.safety is not Safety.SAFE else {})


def _shape(text: str, edits: Sequence[Edit]) -> str:
    """The kind of a reading's edits, in two words: of the first edit that does more than change white space."""
    for edit in edits:
        before, after = text[edit.start : edit.end], edit.after
        if before.strip() or after.strip() or edit is edits[-1]:
            if before == "<" and after == "&lt;":
                return "escape <"
            if before in ("'", '"') and after.startswith("&"):
                return "escape quote"
            if before == "&" and after.startswith("&"):
                return "escape &"
            if not before:
                return f"add {_kind(after)}"
            if not after:
                return f"remove {_kind(before)}"
            return f"replace {_kind(before)}"
    return "none"


def _kind(text: str) -> str:
    return next((name for name, pattern in _SHAPES if pattern.fullmatch(text)), "text")
