"""Repairs of faults of well-formedness: the readings of each fault as fixes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..codes import Code
from ..document.document import Document
from ..document.edits import JointEdits, Spans
from ..loop.proposal import AT_ONCE, OPTIONS, Fix, Question, Safety, answered_by
from ..loop.reserved_values import is_reserved
from ..wellformedness.broken_document import BrokenDocument
from ..wellformedness.families import FAULT_KINDS
from ..wellformedness.faults import Fault, Reading
from ..wellformedness.truncation import truncation
from . import readings_question
from .encoding_question import answered, question
from .evidence import Surroundings, of_reading
from .judgement import against, judged, shares

if TYPE_CHECKING:
    from ..grammar.schema_names import SchemaNames

ASKED = 50  # questions at once
_CODE = re.compile(r"<%(?:[^%]|%(?!>)){1,2000}+%>")  # of a template: a fault in it is no fault of the document


def proposals(
    document: Document,
    faults: Sequence[Fault],
    schema_names: SchemaNames | None = None,
    answers: Mapping[str, str] = MappingProxyType({}),
) -> tuple[list[Fix], tuple[Question, ...]]:
    """The best repair of each fault of a document, and the questions that only a person can answer.

    They ask for an encoding, or which of several close readings is meant. The repairs do not overlap: a fault whose
    repair would touch the characters of another's is left for the next round.
    """
    joint = JointEdits()
    made: list[Fix] = []
    asked: dict[str, Question] = {}
    ways_of: dict[str, list[list[str]]] = {}
    each = candidates(document, faults, schema_names, answers)
    for fault, ways in islice(zip(faults, each, strict=True), AT_ONCE):
        best = next(ways, None)
        if best is None:
            continue
        if best.safety is not Safety.SAFE and len(asked) < ASKED:
            readings = [best, *islice(ways, OPTIONS - 1)]
            choice = readings_question.question(document, fault, readings)
            choice = _told_apart(choice, ways_of) if choice else None
            chosen = readings_question.answered(choice, readings, answers) if choice else None
            if choice and not chosen:
                asked[choice.id] = choice
                if fault.code is Code.DUPLICATE_ATTRIBUTE and is_reserved(fault.name, fault.value):
                    continue
            best = chosen or best
        if joint.admit(best.edits):
            made.append(best)
    broken = BrokenDocument(document)
    encodings = (question(broken, fault) for fault in faults if fault.code is Code.ENCODING_MISMATCH)
    return made, (*islice(filter(None, encodings), 1), *asked.values())


def _told_apart(asked: Question, ways_of: dict[str, list[list[str]]]) -> Question:
    """A question of its own where the options are not those of other faults of the kind and line (`ways_of` their id).

    One answer holds for all of them, so that it must mean the same for each.
    """
    meanings = [option.meaning for option in asked.options]
    known = ways_of.setdefault(asked.id, [])
    if meanings not in known:
        known.append(meanings)
    place = known.index(meanings)
    return replace(asked, id=f"{asked.id}-{place + 1}") if place else asked


def candidates(
    document: Document,
    faults: Sequence[Fault],
    schema_names: SchemaNames | None = None,
    answers: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Iterator[Fix]]:
    """For each fault of a document all ways to repair it, best first; none where nobody but the author can know."""
    broken = BrokenDocument(document, schema_names)
    around = Surroundings(document, faults)
    cut = truncation(document.text, [(fault.code, fault.start) for fault in faults])
    code = Spans(match.span() for match in _CODE.finditer(document.text))

    def weighed(fix: Fix) -> Fix:
        if cut.made_whole_by(fix.edits) or any(code.overlap(edit) for edit in fix.edits):
            return replace(fix, safety=Safety.UNSAFE, confidence=min(fix.confidence, 0.4))
        return fix

    for fault in faults:
        yield map(weighed, _fixes(broken, fault, answers, around))


def _fixes(broken: BrokenDocument, fault: Fault, answers: Mapping[str, str], around: Surroundings) -> Iterator[Fix]:
    """One fix for each reading of a fault, best first, with how likely it is."""
    if answers and fault.code is Code.ENCODING_MISMATCH and (known := answered(broken, fault, answers)):
        reading, asked = known
        yield replace(_fix(fault, reading), confidence=1.0, provenance=answered_by(asked))
        return
    readings = FAULT_KINDS[fault.code].readings(broken, fault)
    if not readings:
        return
    evidence = of_reading(around, fault, readings)
    best = judged(_fix(fault, readings[0]), evidence)
    if "equal" in evidence:  # no likelier than the next one allows
        best = replace(best, confidence=round(min(best.confidence, against(evidence.get("margin", 0.0))), 3))
    yield best
    left = shares(1 - best.confidence, [reading.cost for reading in readings[1:]])
    for reading, chance in zip(readings[1:], left, strict=True):
        confidence = round(min(chance, best.confidence), 3)
        yield replace(_fix(fault, reading), confidence=confidence, safety=Safety.UNSAFE)


def _fix(fault: Fault, reading: Reading) -> Fix:
    """A reading as a fix, safe unless it drops something or is a guess."""
    return Fix(
        edits=reading.edits,
        source=f"rule:{FAULT_KINDS[fault.code].rule}",
        reason=reading.note,
        safety=Safety.UNSAFE if reading.drops or reading.sure is False else Safety.SAFE,
        confidence=reading.confidence,
        at=fault.start,
    )
