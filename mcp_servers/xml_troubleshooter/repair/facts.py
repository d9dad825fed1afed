"""Repairs of findings about a vocabulary: their readings become fixes, their requests for a value questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..document.character_references import element_text
from ..document.document import Document
from ..document.edits import Edit
from ..facts.fact_check import Found
from ..facts.finding import Ask, Finding, Reading
from ..loop.proposal import Fix, Question, Safety, answered_by
from .context import Context
from .evidence import of_rule
from .judgement import judged
from .values.lexical_forms import rewrites


def repairs(document: Document, found: Sequence[Found], answers: Mapping[str, str]) -> Iterator[Fix | Question]:
    """Fixes and questions for findings beyond schemas."""
    context = Context(document, answers)
    for each in found:
        yield from _made(each, context)


def _made(found: Found, context: Context) -> Iterator[Fix | Question]:
    finding, source = found.finding, f"rule:{found.rule}"
    readings = (finding.reading, *_rewritten(finding))
    yield from (_fix(reading, finding, source, context) for reading in readings if reading is not None)
    if finding.ask is None:
        return
    question = _question(finding, finding.ask, context)
    answer = _answered(finding.ask, context.answers.get(question.id))
    if answer is None:
        yield question
    else:
        yield Fix(
            edits=answer, source=source, reason=finding.ask.needed, safety=Safety.SAFE, confidence=1.0,
            at=finding.start, provenance=answered_by(question), rewrites=not finding.ask.skeleton,
        )  # fmt: skip


def _rewritten(finding: Finding) -> Iterator[Reading]:
    """The value in the form that its type wants, with the same meaning; only the other system knows that type."""
    for rewrite in rewrites(finding.value, finding.type)[:1] if finding.type else ():
        edit = Edit(finding.start, finding.end, element_text(rewrite.value))
        yield Reading(reason=rewrite.reason, confidence=min(rewrite.confidence, 0.85), edits=(edit,), rewrites=True)


def _fix(reading: Reading, finding: Finding, source: str, context: Context) -> Fix:
    moves = [edit for node, place in reading.moves for edit in context.move(node, place)]
    fix = Fix(
        edits=(*reading.edits, *moves), source=source, reason=reading.reason or finding.words,
        confidence=reading.confidence,
        safety=Safety.SAFE if reading.safe else Safety.UNSAFE, at=finding.start, provenance=reading.provenance,
        rewrites=reading.rewrites,
    )  # fmt: skip
    return judged(fix, of_rule(fix))


def _question(finding: Finding, ask: Ask, context: Context) -> Question:
    return Question(
        id=context.question_id(f"{finding.node.path}|{ask.needed}", finding.name),
        path=finding.node.path, needed=ask.needed, type=ask.type, why=ask.why, at=ask.at, skeleton=ask.skeleton,
        allowed=tuple(value for value, _ in ask.choices),
    )  # fmt: skip


def _answered(ask: Ask, answer: str | None) -> tuple[Edit, ...] | None:
    """The edits that an answer makes; None for no answer, and for one that is not among the choices."""
    if not answer:
        return None
    if ask.skeleton:
        return (Edit(ask.at, ask.at, ask.skeleton.replace("{}", element_text(answer))),)
    return next((edits for value, edits in ask.choices if value == answer), None)
