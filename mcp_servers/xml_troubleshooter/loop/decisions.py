"""The user's decisions in the course of a run: edits accepted or rejected, and the questions that answers are for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..document.document import Document
from ..wording import shortened
from .proposal import EDIT, KEEP, OPTIONS, Fix, Option, Question, lettered

_STAYS = "It stays, and so does the fault."
_SIDE = 40  # characters shown on each side of an edit
_MARKS = "⟦", "⟧"  # around the replaced text; these hardly occur in documents


def fix_id(fix: Fix, text: str, origins: Sequence[int]) -> str:
    """The id of the edits of a fix, the same whenever it is proposed for the document as it first came.

    `text` is the text that the edits apply to, `origins` the start of each of them in the document as it came.
    """
    edits = {(at, text[edit.start : edit.end], edit.after) for at, edit in zip(origins, fix.edits, strict=True)}
    said = f"{fix.source}|{sorted(edits)}".encode(errors="surrogatepass")
    return f"e{hashlib.sha256(said).hexdigest()[:6]}"


def surroundings(document: Document, start: int, end: int) -> str:
    """The text around a place, on one line, with the place marked."""
    text = document.text
    before, inside, after = text[max(start - _SIDE, 0) : start], text[start:end], text[end : end + _SIDE]
    inside = inside if len(inside) <= 2 * _SIDE else f"{inside[:_SIDE]}…{inside[-_SIDE:]}"
    return " ".join(f"{before}{_MARKS[0]}{inside}{_MARKS[1]}{after}".split())


def option_of(fix: Fix, name: str, text: str) -> Option:
    """An edit as an answer to the question that is asked about the same fault."""
    edit = fix.edits[0]
    return Option(
        id=f"{EDIT}{name}",
        value="",
        meaning=fix.reason,
        confidence=fix.confidence,
        before=shortened(text[edit.start : edit.end], 2 * _SIDE),
        after=shortened(edit.after, 2 * _SIDE),
    )


def edit_ids(given: Iterable[str]) -> tuple[str, ...]:
    """The ids of edits as the user gives them, in lower case, without quotes, brackets, blanks or prefix."""
    return tuple(name.strip(" \t\r\n\"'`[]()").lower().removeprefix(EDIT) for name in given)


def apart(answers: Mapping[str, str]) -> tuple[dict[str, str], frozenset[str]]:
    """The answers that are values, and the ids of the edits that others choose."""
    values = {key: value for key, value in answers.items() if not value.strip().startswith(EDIT)}
    chosen = (value.strip().removeprefix(EDIT) for key, value in answers.items() if key not in values)
    return values, frozenset(chosen)


def meant(key: str, questions: Sequence[Question]) -> tuple[Question, ...]:
    """The questions that an answer is for: by id, group, path, or a name that only one of them, or one group, has."""
    for told in (
        [question for question in questions if question.id == key],
        [question for question in questions if key in (question.group, question.path)],
        [question for question in questions if question.written == key.strip()],
        [question for question in questions if question.name == key.strip().rpartition(":")[2].lstrip("@")],
    ):
        if told and (len(told) == 1 or len({question.group for question in told}) == 1):
            return tuple(told)
    return ()


def by_id(answers: Mapping[str, str], questions: Iterable[Question]) -> dict[str, str]:
    """The answers by the ids of the questions that they are for; an answer to none of them keeps its key."""
    asked = tuple(questions)
    told: dict[str, str] = {}
    for key, value in answers.items():
        told |= {question.id: question.settled(value) for question in meant(key, asked)} or {key: value}
    return told


def protecting(value: str, ways: Sequence[tuple[Fix, str]], text: str) -> Question:
    """The question whether a value may be changed that a person wants to keep; the `ways` are fixes with their ids."""
    shown = [(name, option_of(fix, name, text)) for fix, name in ways[:OPTIONS]]
    options = lettered(
        replace(
            option,
            value=f"{EDIT}{name}",
            meaning=f"\u201c{option.before}\u201d becomes \u201c{option.after}\u201d. {option.meaning}",
        )
        for name, option in shown
    )
    meanings = " ".join(f"({option.id}) {option.meaning}" for option in options)
    return Question(
        id=f"{KEEP}-{ways[0][1]}",
        path="",
        needed=f"\u201c{value}\u201d is to stay. May it be changed? {meanings} ({KEEP}) {_STAYS}",
        type="the id of an option",
        why="You said that it must not be changed, and it is what is at fault.",
        at=ways[0][0].at,
        options=(*options, Option(id=KEEP, value=KEEP, meaning=_STAYS)),
    )


def declined_edits(answers: Mapping[str, str], asked: Iterable[Question]) -> frozenset[str]:
    """The ids of the edits that answers refuse because the value is to be kept."""
    return frozenset(
        option.value.removeprefix(EDIT)
        for question in asked
        if question.id.startswith(f"{KEEP}-") and answers.get(question.id) == KEEP
        for option in question.options
        if option.value.startswith(EDIT)
    )
