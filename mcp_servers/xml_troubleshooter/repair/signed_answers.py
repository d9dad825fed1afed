"""Answers that a signature gives: of the options of questions those that bring back the content that was signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import islice, product

from ..document.document import Document
from ..loop.proposal import EDIT, KEEP, Fix, Question, Safety, answers_in
from ..signatures import DSIG

_QUESTIONS = 3  # that are answered together
_TRIED = 12  # combinations of their options
_LONGEST = 200_000  # characters of a document that is tried so often

Made = tuple[tuple[Fix, ...], tuple[Question, ...]]


def answered_by_digests(
    document: Document, made: Made, answered: Callable[[Mapping[str, str]], Made], refused: Callable[[Fix], bool]
) -> Made:
    """The fixes and questions of a state, with the fixes of those answers by which the digests of its signatures hold.

    `answered` makes them with more answers. The digests are the reason for the inserted text, as `loop.consent` finds
    out by them again; an answer whose fix the gate `refused` is none.
    """
    if DSIG not in document.text or len(document.text) > _LONGEST:
        return made
    from ..signatures.signature_states import proven  # noqa: PLC0415 - lxml is loaded where it is used

    asked = [
        [(question.id, option.id) for option in question.options]
        for question in made[1]
        if question.options and not question.id.startswith(KEEP)
        and not any(option.value.startswith(EDIT) for option in question.options)
    ]  # fmt: skip
    for chosen in islice(product(*asked[:_QUESTIONS]), _TRIED) if asked else ():
        answers = dict(chosen)
        fixes, questions = answered(answers)
        given = [bool(answers.keys() & set(answers_in(fix))) for fix in fixes]
        covered, held = proven(document, [fix.edits for fix in fixes])
        answers_hold = [is_held for is_held, is_given in zip(held, given, strict=True) if is_given]
        if answers_hold and all(answers_hold) and any(covered) and not any(map(refused, fixes)):
            return tuple(
                _doubted(fix) if is_given else fix for fix, is_given in zip(fixes, given, strict=True)
            ), questions
    return made


def _doubted(fix: Fix) -> Fix:
    """A fix that nobody answered for."""
    return replace(fix, provenance="", safety=Safety.UNSAFE, confidence=0.5)
