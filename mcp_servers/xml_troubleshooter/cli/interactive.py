"""`fix -p`: the edits, then the questions that wait for a person, one by one as `git add -p` shows hunks."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from ..document.diff import unified
from ..document.edits import Edit, EditConflictError, apply
from ..output.rendering import Line
from .terminal import interruptible, print_lines, visible, with_options

if TYPE_CHECKING:
    from ..document.document import Document
    from ..loop.proposal import Option, Question
    from ..loop.record import EditRecord
    from ..troubleshooting.outcome import Outcome

_ANSWER = re.compile(r"\{\d*\}")  # where an answer goes into a skeleton
_CHOICES = 9  # options that a single digit chooses
_HELP = """y - make this edit, or take the suggestion
n - leave it as it is
1, 2, 3 ... - choose this one
a value - answer with it; after "=" any text is a value, y and n too
q - leave this and all the rest as it is
? - these words"""


@dataclass(slots=True)
class Decisions:
    """The decisions of a person: ids of edits, and values by the ids of questions."""

    accept: list[str] = field(default_factory=list[str])
    reject: list[str] = field(default_factory=list[str])
    answers: dict[str, str] = field(default_factory=dict[str, str])
    left: bool = False  # the rest is left as it is

    @property
    def any(self) -> bool:
        """Whether something is to be done."""
        return bool(self.accept or self.answers)

    def options(self) -> Iterator[str]:
        """The options of the command that decide the same, each as a shell takes it."""
        yield from (f"--accept {name}" for name in self.accept)
        yield from (f"--reject {name}" for name in self.reject)
        yield from (f"--answer {shlex.quote(f'{name}={value}')}" for name, value in self.answers.items())


class _LeftError(Exception):
    """The person leaves the rest as it is."""


Carry = Callable[["Outcome", Decisions], Awaitable["Outcome"]]  # the run goes on with the decisions


async def ask_through(outcome: Outcome, carry_on: Carry, name: str, stream: TextIO) -> Outcome:
    """Ask about the edits and questions that wait, let the run go on with the decisions, and ask about those left."""
    seen: set[str] = set()
    while True:
        with interruptible():
            decisions = _ask(outcome, seen, name, stream)
        if not decisions.any:
            return outcome
        outcome = await carry_on(outcome, decisions)
        if decisions.left:
            return outcome


def _ask(outcome: Outcome, seen: set[str], name: str, stream: TextIO) -> Decisions:
    """The decisions on edits and questions not asked before; after an answer that does not fit one is asked again."""
    made = Decisions()
    edits: dict[str, list[EditRecord]] = {}
    for edit in outcome.result.edits:
        if not edit.applied and edit.id not in seen:
            edits.setdefault(edit.id, []).append(edit)
    questions = [each for each in outcome.result.questions if each.id not in seen]
    total = len(edits) + len(questions)
    try:
        for number, (key, together) in enumerate(edits.items(), 1):
            print_lines(_edit_lines(outcome, together, name), stream)
            seen.add(key)
            answer = _prompt(f"({number}/{total}) Make this edit [y,n,q,?]? ", ("y", "n"), stream)
            (made.accept if answer == "y" else made.reject).append(key)
        for number, question in enumerate(questions, len(edits) + 1):
            print_lines(_question_lines(outcome, question, name), stream)
            value = _value(question, f"({number}/{total}) ", stream)
            if value is None or question.id in outcome.request.answers:
                seen.add(question.id)
            if value is not None:
                made.answers[question.id] = value
    except _LeftError:
        made.left = True
    return made


def _edit_lines(outcome: Outcome, edits: Sequence[EditRecord], name: str) -> Iterator[Line]:
    first = edits[0]
    kind = f"{first.code}, " if first.code else ""
    yield Line(f"{name}:{first.line}:{first.column} {kind}{first.confidence:.0%} likely [{first.source}]", "title")
    yield Line(first.reason, "fault")
    changed = _with_all(outcome.checked.document, edits)
    if changed is not None:
        yield from _diff_lines(outcome.checked.document.text, changed)
    else:  # it is made in text that an earlier edit has inserted
        for each in edits:
            yield Line(f"-{each.before}", "diff")
            yield Line(f"+{each.after}", "diff")


def _with_all(document: Document, edits: Sequence[EditRecord]) -> str | None:
    """The text with all of the edits made; None where the document as it came lacks their places."""
    starts = [document.offset(each.line, each.column) for each in edits]
    if not all(document.text.startswith(each.before, at) for each, at in zip(edits, starts, strict=True)):
        return None
    try:
        made = [Edit(at, at + len(each.before), each.after) for each, at in zip(edits, starts, strict=True)]
        return apply(document.text, made)
    except EditConflictError:
        return None


def _question_lines(outcome: Outcome, question: Question, name: str) -> Iterator[Line]:
    place = f":{question.line}:{question.column}" if question.line else ""
    yield Line(f"{name}{place} {question.path}", "title")
    if question.id in outcome.request.answers:
        why = question.refused.replace(f" to {question.id} ", " ", 1)  # nobody types ids here
        yield Line(why or f"{outcome.request.answers[question.id]} does not fit.", "bad")
    yield Line(with_options(question.needed), "question")
    yield Line(f"  {question.why}")
    if question.type:
        yield Line(f"  Type: {question.type}")
    if question.skeleton and question.at >= 0:
        text = outcome.result.document.text
        skeleton = _ANSWER.sub("\N{HORIZONTAL ELLIPSIS}", question.skeleton)
        yield from _diff_lines(text, f"{text[: question.at]}{skeleton}{text[question.at :]}")
    for number, option in enumerate(question.options[:_CHOICES], 1):
        yield Line(f"  {number}  {' - '.join(filter(None, (option.value, option.meaning)))}")
        yield from _option_lines(option)
    if not question.options:
        yield from (Line(f"  {number}  {value}") for number, value in enumerate(question.allowed[:_CHOICES], 1))
        if len(question.allowed) > _CHOICES:
            yield Line(f"     or another of {len(question.allowed)}")
    if question.suggestion:
        reason = f" ({question.suggestion_reason})" if question.suggestion_reason else ""
        yield Line(f"  Suggested: {question.suggestion}{reason}")


def _option_lines(option: Option) -> Iterator[Line]:
    if option.before != option.after:
        yield from (Line(f"-{line}", "diff") for line in option.before.splitlines())
        yield from (Line(f"+{line}", "diff") for line in option.after.splitlines())


def _diff_lines(before: str, after: str) -> Iterator[Line]:
    return (Line(line, "diff") for line in unified(before, after).splitlines()[2:])


def _value(question: Question, counted: str, stream: TextIO) -> str | None:
    """The value that a person gives; None where the question stays open."""
    choices = [option.id for option in question.options] or list(question.allowed)
    keys = {str(number): choice for number, choice in enumerate(choices[:_CHOICES], 1)}
    if question.suggestion:
        keys["y"] = question.suggestion
    numbers = [key for key in keys if key != "y"]
    shown = [numbers[0] if len(numbers) == 1 else f"1-{numbers[-1]}"] if choices else []
    wanted = ",".join([*shown, *(["y"] if "y" in keys else []), "n", "q", "?"])
    answer = _prompt(f"{counted}Which value [{wanted}, or a value]? ", (), stream, unfit=() if "y" in keys else ("y",))
    if answer in ("n", ""):
        return None
    return answer[1:] if answer.startswith("=") else keys.get(answer, answer)


def _prompt(words: str, known: Sequence[str], stream: TextIO, *, unfit: Sequence[str] = ()) -> str:
    """The input of a person: one of `known` where there are such, and none of `unfit`; raises _LeftError."""
    while True:
        stream.write(visible(words))
        stream.flush()
        line = sys.stdin.readline()
        answer = line.strip()
        if not sys.stdin.isatty():
            stream.write(f"{visible(answer)}\n")  # so that the transcript has the answers that were piped in
        if not line or answer == "q":
            raise _LeftError
        if answer == "?" or answer in unfit or (known and answer not in known):
            stream.write(f"{_HELP}\n")
            continue
        return answer
