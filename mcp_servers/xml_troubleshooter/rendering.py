"""Outcomes as public results and as text for people: capped, with the caps visible."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from . import summary
from .agent.loop_manager import EditRecord, Iteration
from .files import INLINE_LIMIT
from .knowledge.store import Article
from .outcome import Checked, Outcome, total
from .repair.proposal import Question
from .results import (
    ArticleRow,
    Diagnosis,
    DiagnosticRow,
    EditRow,
    Health,
    IterationRow,
    QuestionRow,
    Troubleshooting,
    Usage,
    UsageRow,
)
from .validation.diagnostics import Diagnostic, Report

# Structured content and text together, in bytes. XML costs a model about three bytes a token, so that this stays
# under 10,000 tokens.
_RESULT_BYTES = 26_000


@dataclass(frozen=True, slots=True)
class Caps:
    """How much of an outcome is shown: rows a list, characters a text, a diff, and the result document."""

    rows: int
    text: int
    diff: int
    document: int


_STEPS = (
    Caps(rows=25, text=600, diff=6_000, document=4_000),
    Caps(rows=12, text=300, diff=3_000, document=2_000),
    Caps(rows=6, text=200, diff=1_500, document=0),
    Caps(rows=3, text=120, diff=600, document=0),
)
UNCAPPED = Caps(rows=10**9, text=10**9, diff=10**9, document=INLINE_LIMIT)
_ANY_TEXT = "xs:anySimpleType"  # as the type of a value that is asked for it says nothing to a person
_SUMMARY = 1_500  # characters: all of it but where it quotes a document's endless names
# A caller who sent the document inline wants it back the same way; some clients cut answers at 25,000 tokens.
_INLINE_DOCUMENT = 24_000


class Line(NamedTuple):
    """One line of a text for people, and what it is.

    The kinds: "title", "good", "open" and "bad" for verdicts, "fault", "edit", "question", "diff", "" for the rest.
    """

    text: str
    kind: str = ""


def fit(outcome: Outcome) -> tuple[Troubleshooting, str]:
    """The result and its text, as complete as their size allows."""
    for caps in _STEPS:
        result = present(outcome, caps)
        text = plain([verdict_line(result), *troubleshooting_lines(result)])
        if len(result.model_dump_json()) + len(text.encode()) <= _RESULT_BYTES:
            break
    if outcome.checked.path is None and not outcome.output_path:
        result = result.model_copy(update={"document": _document(outcome, _INLINE_DOCUMENT)})
        text = plain([verdict_line(result), *troubleshooting_lines(result)])
    return result, text


def fit_diagnosis(checked: Checked) -> tuple[Diagnosis, str]:
    """The same for a diagnosis."""
    for caps in _STEPS:
        result = present_diagnosis(checked, caps)
        text = plain([verdict_line(result), *diagnosis_lines(result)])
        if len(result.model_dump_json()) + len(text.encode()) <= _RESULT_BYTES:
            break
    return result, text


def present(outcome: Outcome, caps: Caps) -> Troubleshooting:
    """The public form of an outcome."""
    checked, result, diff = outcome.checked, outcome.result, outcome.diff
    return Troubleshooting(
        status=outcome.status,
        summary=_clip(summary.of_run(outcome), _SUMMARY),
        run_id=outcome.run_id,
        schema_used=_shown(checked.measure),
        schema_reason=_clip(checked.schema_reason, caps.text),
        diagnostics=_diagnostics(checked.diagnosis, caps),
        diagnostics_total=total(checked.diagnosis),
        remaining=_diagnostics(result.report, caps),
        remaining_total=total(result.report),
        edits=[_edit(edit, caps) for edit in sorted(result.edits, key=_place)[: caps.rows]],
        edits_total=len(result.edits),
        questions=[_question(question, caps) for question in result.questions[: caps.rows]],
        questions_total=len(result.questions),
        diff=_first_lines(diff, caps.diff),
        diff_complete=len(diff) <= caps.diff,
        document="" if outcome.output_path else _document(outcome, caps.document),
        output_path=_shown(outcome.output_path),
        iterations=[_iteration(iteration, caps) for iteration in result.iterations[: caps.rows]],
        iterations_total=len(result.iterations),
        model=result.model,
        articles=_articles(checked.articles),
        usage=dict(result.usage),
    )


def present_diagnosis(checked: Checked, caps: Caps) -> Diagnosis:
    """The public form of a diagnosis."""
    return Diagnosis(
        status="valid" if checked.report.valid else "invalid",
        summary=_clip(summary.of_diagnosis(checked), _SUMMARY),
        well_formed=checked.report.well_formed,
        schema_used=_shown(checked.measure),
        schema_reason=_clip(checked.schema_reason, caps.text),
        diagnostics=_diagnostics(checked.diagnosis, caps),
        diagnostics_total=total(checked.diagnosis),
        articles=_articles(checked.articles),
    )


_KINDS = {"valid": "good", "fixed": "good", "ok": "good", "unchanged": "bad", "invalid": "bad", "failed": "bad"}


def verdict_line(result: Troubleshooting | Diagnosis | Health) -> Line:
    """The status and what it means."""
    word = result.status if isinstance(result, Health) else verdict(result)
    return Line(f"{word.upper()}: {result.summary}", _KINDS.get(result.status, "open"))


def verdict(result: Troubleshooting | Diagnosis) -> str:
    """The status for a person's eyes: what nothing was there to judge by is not called valid."""
    return "well-formed" if result.status == "valid" and not result.schema_used else result.status


def troubleshooting_lines(result: Troubleshooting) -> Iterator[Line]:
    """The whole story of a run but its verdict."""
    yield from _facts(
        ("Schema", result.schema_used),
        ("", result.schema_reason),
        ("Written to", result.output_path),
        ("Run", result.run_id),
    )
    yield from _question_lines(result)
    yield from _diagnostic_lines("What was wrong", result.diagnostics, result.diagnostics_total)
    yield from _edit_lines("Edits made", [edit for edit in result.edits if edit.applied])
    yield from _edit_lines("Edits proposed, not made", [edit for edit in result.edits if not edit.applied])
    if result.run_id and not all(edit.applied for edit in result.edits):
        yield Line(f'  Call troubleshoot_xml with run_id="{result.run_id}" and allow_unsafe=true to make them.')
    if result.edits_total > len(result.edits):
        yield Line(f"  ... {len(result.edits)} of {result.edits_total} edits shown")
    if result.remaining == result.diagnostics:
        if result.status != "valid" and result.remaining:
            yield Line("Still wrong: everything listed above", "title")
    else:
        where = " in the result, at its lines" if result.diff else ""
        yield from _diagnostic_lines(f"Still wrong{where}", result.remaining, result.remaining_total)
    yield from _iteration_lines(result)
    yield from _article_lines(result.articles)
    yield from _diff_lines(result)
    yield from _document_lines(result)


def diagnosis_lines(result: Diagnosis) -> Iterator[Line]:
    """The whole story of a diagnosis but its verdict."""
    yield from _facts(("Schema", result.schema_used), ("", result.schema_reason))
    yield from _diagnostic_lines("What is wrong", result.diagnostics, result.diagnostics_total)
    yield from _article_lines(result.articles)


def health_lines(result: Health) -> Iterator[Line]:
    """The checks, one a line, with what to do."""
    for row in result.checks:
        kind = {"failed": "bad", "warning": "open", "ok": "good"}.get(row.status, "")
        yield Line(f"  {row.status:8} {row.check}: {row.meaning}", kind)
        if row.action:
            yield Line(f"           {row.action}")


def usage_lines(result: Usage) -> Iterator[Line]:
    """The figures of this session and of all time."""
    yield Line(result.summary, "title")
    yield from _usage_lines("This session", result.session)
    yield from _usage_lines("Lifetime", result.lifetime)


def plain(lines: Iterable[Line]) -> str:
    """The lines as one text."""
    return "\n".join(line.text for line in lines)


_ESCAPED_BYTE = re.compile(r"[\ud800-\udfff]")


def _shown(text: str) -> str:
    """Text that JSON can carry: an undecodable byte reads \\xE9."""

    def escape(match: re.Match[str]) -> str:
        number = ord(match.group())
        return f"\\x{number - 0xDC00:02X}" if 0xDC80 <= number <= 0xDCFF else f"\\u{number:04X}"  # noqa: PLR2004 - PEP 383

    return _ESCAPED_BYTE.sub(escape, text)


def _clip(text: str, limit: int) -> str:
    if len(text) <= limit:
        return _shown(text)
    tail = limit // 4
    return _shown(f"{text[: limit - tail]} ...({len(text) - limit} more characters)... {text[len(text) - tail :]}")


def _listed(values: Sequence[str], caps: Caps) -> list[str]:
    """As many as are worth reading, and how many there are."""
    shown = [_clip(value, caps.text) for value in values[: 2 * caps.rows]]
    return shown if len(shown) == len(values) else [*shown, f"... {len(values)} in all"]


def _first_lines(text: str, limit: int) -> str:
    """As many whole lines as fit; a first line that is too long for that is cut."""
    return _shown(text if len(text) <= limit else text[: text.rfind("\n", 0, limit) + 1] or text[:limit])


def _document(outcome: Outcome, limit: int) -> str:
    text = outcome.result.document.text
    # bytes that are no characters cannot travel as text; the resource has them
    return "" if len(text) > limit or _ESCAPED_BYTE.search(text) else text


def _diagnostics(report: Report, caps: Caps) -> list[DiagnosticRow]:
    return [_diagnostic(diagnostic, caps) for diagnostic in report.diagnostics[: caps.rows]]


def _diagnostic(diagnostic: Diagnostic, caps: Caps) -> DiagnosticRow:
    return DiagnosticRow(
        code=diagnostic.code,
        severity=diagnostic.severity,
        line=diagnostic.line,
        column=diagnostic.column,
        path=_clip(diagnostic.path, caps.text),
        message=_clip(diagnostic.message, caps.text),
        expected=_listed(diagnostic.expected, caps),
        explanation=_clip(diagnostic.explanation, caps.text),
        masked=diagnostic.masked,
    )


def _place(edit: EditRecord) -> tuple[bool, int, int]:
    """Edits that were made come first, each kind in the order of the document."""
    return not edit.applied, edit.line, edit.column


def _edit(edit: EditRecord, caps: Caps) -> EditRow:
    return EditRow(
        line=edit.line,
        column=edit.column,
        before=_clip(edit.before, caps.text),
        after=_clip(edit.after, caps.text),
        reason=_clip(edit.reason, caps.text),
        source=edit.source,
        confidence=edit.confidence,
        safe=edit.safe,
        applied=edit.applied,
        provenance=_clip(edit.provenance, caps.text),
        article=edit.article,
    )


def _question(question: Question, caps: Caps) -> QuestionRow:
    return QuestionRow(
        id=question.id,
        path=_clip(question.path, caps.text),
        needed=_clip(question.needed, caps.text),
        type=_clip(question.type, caps.text),
        why=_clip(question.why, caps.text),
        suggestion=_clip(question.suggestion, caps.text),
        allowed=_listed(question.allowed, caps),
    )


def _iteration(iteration: Iteration, caps: Caps) -> IterationRow:
    return IterationRow(
        engine=iteration.engine,
        action=iteration.action,
        reasoning=_clip(iteration.reasoning, caps.text),
        verdict=_clip(iteration.verdict, caps.text),
        tokens=iteration.tokens,
        seconds=round(iteration.seconds, 3),
    )


def _articles(articles: Sequence[Article]) -> list[ArticleRow]:
    return [ArticleRow(id=each.id, title=_clip(each.title, 200), uri=f"kb://article/{each.id}") for each in articles]


def _facts(*facts: tuple[str, str]) -> Iterator[Line]:
    for name, value in facts:
        if value:
            yield Line(f"{name}: {value}" if name else f"  ({value})")


def _heading(title: str, total: int, shown: int) -> Iterator[Line]:
    if total:
        yield Line(f"{title} ({total}{f', the first {shown} shown' if shown < total else ''}):", "title")


def _diagnostic_lines(title: str, rows: Sequence[DiagnosticRow], total: int) -> Iterator[Line]:
    only_warnings = total == sum(row.severity == "warning" for row in rows)
    yield from _heading("Warnings" if only_warnings else title, total, len(rows))
    for row in rows:
        notes = [
            note
            for note, so in ((row.severity, row.severity != "error"), ("hidden behind another fault", row.masked))
            if so
        ]
        said = f" ({', '.join(notes)})" if notes else ""
        at = f" at {row.path}" if row.path else ""
        yield Line(f"  {row.line}:{row.column} {row.code}{said}{at}", "fault")
        yield Line(f"      {row.explanation or row.message}")
        if not all(_names(row.explanation, name) for name in row.expected):
            yield Line(f"      Expected: {', '.join(row.expected)}")


def _names(sentence: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sentence) is not None


def _edit_lines(title: str, edits: Sequence[EditRow]) -> Iterator[Line]:
    if not edits:
        return
    moves = dict(_moves(edits))
    yield Line(f"{title}{' (a move counts as two)' if moves else ''}:", "title")
    arrived = set(moves.values())
    told = [number for number in range(len(edits)) if number not in arrived]  # those are told where they came from
    for number, following in zip_longest(told, told[1:]):
        edit = edits[number]
        target = edits[moves[number]] if number in moves else None
        safety = "safe" if edit.safe else "unsafe"
        yield Line(f"  {_move(edit, target) if target else _change(edit)} [{edit.source}, {safety}]", "edit")
        if following is None or _why(edit) != _why(edits[following]):  # what has one reason is told it once
            yield from (Line(f"      {reason}") for reason in _why(edit))


def _why(edit: EditRow) -> list[str]:
    proven = edit.provenance and not (edit.before and edit.before in edit.provenance)
    return [edit.reason, f"Value from: {edit.provenance}"] if proven else [edit.reason]


def _moves(edits: Sequence[EditRow]) -> Iterator[tuple[int, int]]:
    """The numbers of edits that delete something and of those that insert it elsewhere for the same reason."""
    inserted: dict[tuple[str, str], list[int]] = {}
    for number, edit in enumerate(edits):
        if not edit.before:
            inserted.setdefault((edit.after.strip(), edit.reason), []).append(number)
    for number, edit in enumerate(edits):
        if not edit.after and (targets := inserted.get((edit.before.strip(), edit.reason))):
            yield number, targets.pop(0)


def _move(edit: EditRow, target: EditRow) -> str:
    space = edit.before[: len(edit.before) - len(edit.before.lstrip())]
    line = edit.line + space.count("\n")
    column = len(space.rpartition("\n")[2]) + (1 if "\n" in space else edit.column)
    return f"{line}:{column} move {_quoted(edit.before.strip())} to {target.line}:{target.column}"


def _change(edit: EditRow) -> str:
    place = f"{edit.line}:{edit.column}"
    if not edit.before:
        return f"{place} insert {_quoted(edit.after)}"
    if not edit.after:
        return f"{place} delete {_quoted(edit.before)}"
    return f"{place} {_quoted(edit.before)} -> {_quoted(edit.after)}"


def _quoted(text: str) -> str:
    """Text in which nothing is invisible: a line end reads \\n, a no-break space \\xa0."""
    return f"`{''.join(each if each.isprintable() else each.encode('unicode_escape').decode() for each in text)}`"


def _question_lines(result: Troubleshooting) -> Iterator[Line]:
    yield from _heading("Needed from you", result.questions_total, len(result.questions))
    if result.questions and result.run_id:
        yield Line(f'  Call troubleshoot_xml with run_id="{result.run_id}" and answers={{"<id>": "<value>", ...}}.')
    for question in result.questions:
        yield Line(f"  {question.id}: {question.needed}", "question")
        yield from (
            Line(f"      {label}: {value}")
            for label, value in (
                ("At", question.path),
                ("Type", "" if question.allowed or question.type == _ANY_TEXT else question.type),
                ("Allowed", ", ".join(question.allowed)),
                ("Why", question.why),
                ("Suggestion, unproven", question.suggestion),
            )
            if value
        )


def _iteration_lines(result: Troubleshooting) -> Iterator[Line]:
    if not any(turn.tokens for turn in result.iterations):
        return  # the edits say all that there is to say about the rules
    yield from _heading("How it went", result.iterations_total, len(result.iterations))
    for number, turn in enumerate(result.iterations, 1):
        cost = f", {turn.tokens} tokens" if turn.tokens else ""
        why = f": {turn.reasoning}" if turn.reasoning else ""
        yield Line(f"  {number}. {turn.engine} {turn.action}{why} -> {turn.verdict} ({turn.seconds:.1f} s{cost})")
    if result.model:
        yield Line(f"  The model was {result.model}.")


def _diff_lines(result: Troubleshooting) -> Iterator[Line]:
    if result.diff:
        yield Line("Diff:", "title")
        yield from (Line(line, "diff") for line in result.diff.removesuffix("\n").split("\n"))
        if not result.diff_complete:
            yield Line(f"... cut; the resource run://{result.run_id}/diff has all of it")


def _document_lines(result: Troubleshooting) -> Iterator[Line]:
    if not result.diff:
        return  # the caller has it
    if result.document:
        yield Line("Document:", "title")
        yield Line(result.document)
    elif result.run_id and not result.output_path:
        yield Line(f"The resource run://{result.run_id}/document has the result; output_path writes it to a file.")


def _article_lines(articles: Sequence[ArticleRow]) -> Iterator[Line]:
    if articles:
        yield Line("To read:", "title")
        yield from (Line(f"  {article.title} ({article.uri})") for article in articles)


def _usage_lines(title: str, row: UsageRow) -> Iterator[Line]:
    errors = ", ".join(f"{kind} {number}" for kind, number in sorted(row.errors_by_kind.items())) or "none"
    runs = ", ".join(f"{status} {number}" for status, number in sorted(row.runs.items())) or "none"
    cost = f", cost {row.cost:.4f}" if row.cost else ""
    yield Line(f"{title}:", "title")
    yield Line(f"  runs: {runs}")
    yield Line(f"  requests {row.requests}, attempts {row.attempts}, retries {row.retries}, errors: {errors}")
    yield Line(f"  tokens {row.total_tokens} (of these estimated: {row.tokens_estimated}){cost}")
    if row.requests:
        yield Line(f"  latency: median {row.latency_p50:.2f} s, 95% within {row.latency_p95:.2f} s")
