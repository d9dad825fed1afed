"""The question which of several close readings of a broken place is meant, and the fix that its answer chooses."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..document.document import Document
from ..document.edits import apply
from ..loop.proposal import OPTIONS, Fix, Option, Question, Safety, answered_by, lettered
from ..wellformedness.faults import Fault

CLOSE = 4.0  # how many times likelier a reading may be than another one that is still offered beside it
EVEN = 0.5
_SHOWN = 60  # characters on either side of the first edit


def question(document: Document, fault: Fault, ways: Sequence[Fix]) -> Question | None:
    """The question about a fault, given its readings, best first; None if one of them is clearly the best."""
    best = ways[0]
    close = [way for way in ways if way.confidence * CLOSE >= best.confidence]
    if best.confidence < EVEN:  # less likely than not: the next one is told however far behind
        close = [*ways[:2], *(way for way in ways[2:] if way in close)]
    close = close[:OPTIONS]
    if best.safety is Safety.SAFE or len(close) < 2:  # noqa: PLR2004
        return None
    options = lettered(_option(document.text, way) for way in close)
    if len({option.value for option in options}) < len(options):  # an answer by its value must mean one of them
        options = tuple(replace(option, value=option.id) for option in options)
    if len({option.meaning for option in options}) < len(options):  # the same at several places
        options = tuple(
            replace(option, meaning=f"{option.meaning.rstrip('.')} ({_place(document, way)}).")
            for option, way in zip(options, close, strict=True)
        )
    meanings = " ".join(f"({option.id}) {option.meaning}" for option in options)
    return Question(
        id=_id(document.text, fault), path="", needed=f"Which of these is meant? {meanings}",
        type="the id of an option, or its value", why="The readings of this place are about as likely as each other.",
        at=fault.start, options=options,
    )  # fmt: skip


def _place(document: Document, way: Fix) -> str:
    at = document.position(way.edits[0].start)
    return f"line {at.line}, column {at.column}"


def answered(asked: Question, ways: Sequence[Fix], answers: Mapping[str, str]) -> Fix | None:
    """The reading that a person chose; None without an answer that is one of the options."""
    answer = answers.get(asked.id)
    for option, way in zip(asked.options, ways, strict=False):
        if answer in (option.id, option.value):
            return replace(way, safety=Safety.SAFE, confidence=1.0, provenance=answered_by(asked))
    return None


def _option(text: str, way: Fix) -> Option:
    """A reading as an option: the place before and after its edits."""
    first = way.edits[0]
    start = max(text.rfind("\n", 0, first.start) + 1, first.start - _SHOWN)
    line_end = text.find("\n", first.end)
    end = min(line_end if line_end >= 0 else len(text), first.end + _SHOWN)
    near = [edit for edit in way.edits if start <= edit.start <= edit.end <= end]
    before, after = text[start:end].strip(), apply(text, near, start, end).strip()
    return Option(value=after, meaning=way.reason, confidence=way.confidence, before=before, after=after)


def _id(text: str, fault: Fault) -> str:
    """The id of a question: the same for the same place of a document, whatever is repaired elsewhere."""
    line = text[text.rfind("\n", 0, fault.start) + 1 :].partition("\n")[0].strip()
    earlier = text.count(line, 0, fault.start) if line else 0
    told = f"{fault.code}|{fault.name}|{fault.value}|{line[:1000]}|{earlier}"
    return f"{fault.code}-{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
