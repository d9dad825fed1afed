"""Outcomes as public results and as text for people: capped, with the caps visible."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .agent.loop_manager import EditRecord, Iteration
from .knowledge.store import Article
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
from .troubleshooter import Checked, Outcome
from .validation.diagnostics import Diagnostic

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
UNCAPPED = Caps(rows=10**9, text=10**9, diff=10**9, document=10**9)
# A caller who sent the document inline wants it back the same way; some clients cut answers at 25,000 tokens.
_INLINE_DOCUMENT = 24_000


class Line(NamedTuple):
    """One line of a text for people, and what it is: "title", "fault", "edit", "question", "diff" or plain ""."""

    text: str
    kind: str = ""


def fit(outcome: Outcome) -> tuple[Troubleshooting, str]:
    """The result and its text, as complete as their size allows."""
    for caps in _STEPS:
        result = present(outcome, caps)
        text = plain(troubleshooting_lines(result))
        if len(result.model_dump_json()) + len(text.encode()) <= _RESULT_BYTES:
            break
    if outcome.inline and not outcome.output_path:
        result = result.model_copy(update={"document": _document(outcome, _INLINE_DOCUMENT)})
        text = plain(troubleshooting_lines(result))
    return result, text


def fit_diagnosis(checked: Checked) -> tuple[Diagnosis, str]:
    """The same for a diagnosis."""
    for caps in _STEPS:
        result = present_diagnosis(checked, caps)
        text = plain(diagnosis_lines(result))
        if len(result.model_dump_json()) + len(text.encode()) <= _RESULT_BYTES:
            break
    return result, text


def present(outcome: Outcome, caps: Caps) -> Troubleshooting:
    """The public form of an outcome."""
    return Troubleshooting(
        status=outcome.status,
        summary=_clip(outcome.summary, caps.text * 2),
        run_id=outcome.run_id,
        schema_used=_shown(outcome.schema),
        schema_reason=_clip(outcome.schema_reason, caps.text),
        diagnostics=_diagnostics(outcome.report.diagnostics, caps),
        diagnostics_total=_total(outcome.report.total, outcome.report.diagnostics),
        remaining=_diagnostics(outcome.remaining.diagnostics, caps),
        remaining_total=_total(outcome.remaining.total, outcome.remaining.diagnostics),
        edits=[_edit(edit, caps) for edit in outcome.edits[: caps.rows]],
        edits_total=len(outcome.edits),
        questions=[_question(question, caps) for question in outcome.questions[: caps.rows]],
        questions_total=len(outcome.questions),
        diff=_first_lines(outcome.diff, caps.diff),
        diff_complete=len(outcome.diff) <= caps.diff,
        document="" if outcome.output_path else _document(outcome, caps.document),
        output_path=_shown(outcome.output_path),
        iterations=[_iteration(iteration, caps) for iteration in outcome.iterations[: caps.rows]],
        iterations_total=len(outcome.iterations),
        articles=_articles(outcome.articles),
        usage=dict(outcome.usage),
    )


def present_diagnosis(checked: Checked, caps: Caps) -> Diagnosis:
    """The public form of a diagnosis."""
    return Diagnosis(
        status="valid" if checked.report.valid else "invalid",
        summary=_clip(checked.summary, caps.text * 2),
        well_formed=checked.report.well_formed,
        schema_used=_shown(checked.schema),
        schema_reason=_clip(checked.schema_reason, caps.text),
        diagnostics=_diagnostics(checked.report.diagnostics, caps),
        diagnostics_total=_total(checked.report.total, checked.report.diagnostics),
        articles=_articles(checked.articles),
    )


def troubleshooting_lines(result: Troubleshooting) -> Iterator[Line]:
    """The whole story of a run, the verdict first."""
    yield Line(f"{result.status.upper()}: {result.summary}", "title")
    yield from _facts(("Schema", result.schema_used), ("", result.schema_reason), ("Written to", result.output_path))
    if result.run_id:
        yield Line(f"Run: {result.run_id}")
    if result.questions:
        yield from _heading("Needed from you", result.questions_total, len(result.questions))
        for question in result.questions:
            yield from _question_lines(question)
    if result.diagnostics:
        yield from _heading("What was wrong", result.diagnostics_total, len(result.diagnostics))
        yield from _diagnostic_lines(result.diagnostics)
    yield from _edit_lines("Edits made", [edit for edit in result.edits if edit.applied])
    yield from _edit_lines("Edits proposed, not made", [edit for edit in result.edits if not edit.applied])
    if result.edits_total > len(result.edits):
        yield Line(f"  ... {len(result.edits)} of {result.edits_total} edits shown")
    if result.remaining:
        yield from _heading("Still wrong", result.remaining_total, len(result.remaining))
        yield from (
            [Line("  everything listed above")]
            if result.remaining == result.diagnostics
            else _diagnostic_lines(result.remaining)
        )
    if result.iterations:
        yield Line("How it went:", "title")
        for number, turn in enumerate(result.iterations, 1):
            cost = f", {turn.tokens} tokens" if turn.tokens else ""
            why = f": {turn.reasoning}" if turn.reasoning else ""
            yield Line(f"  {number}. {turn.engine} {turn.action}{why} -> {turn.verdict} ({turn.seconds:.1f} s{cost})")
    yield from _article_lines(result.articles)
    if result.diff:
        yield Line("Diff:", "title")
        yield from (Line(line, "diff") for line in result.diff.split("\n"))
        if not result.diff_complete:
            yield Line(f"... cut; the resource run://{result.run_id}/diff has all of it")
    if result.document:
        yield Line("Document:", "title")
        yield Line(result.document)
    elif result.edits and not result.output_path and result.run_id:
        yield Line(f"The resource run://{result.run_id}/document has the result; output_path writes it to a file.")


def diagnosis_lines(result: Diagnosis) -> Iterator[Line]:
    """A diagnosis for people, the verdict first."""
    yield Line(f"{result.status.upper()}: {result.summary}", "title")
    yield from _facts(("Schema", result.schema_used), ("", result.schema_reason))
    if result.diagnostics:
        yield from _heading("What is wrong", result.diagnostics_total, len(result.diagnostics))
        yield from _diagnostic_lines(result.diagnostics)
    yield from _article_lines(result.articles)


def health_lines(result: Health) -> Iterator[Line]:
    """The checks, one a line, with what to do."""
    yield Line(f"{result.status.upper()}: {result.summary}", "title")
    for row in result.checks:
        kind = {"failed": "fault", "warning": "question", "ok": "edit"}.get(row.status, "")
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


def count(number: int, noun: str) -> str:
    """A number with its noun: "1 fault", "2 faults"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


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


def _first_lines(text: str, limit: int) -> str:
    """As many whole lines as fit; a first line that is too long for that is cut."""
    return _shown(text if len(text) <= limit else text[: text.rfind("\n", 0, limit) + 1] or text[:limit])


def _document(outcome: Outcome, limit: int) -> str:
    text = outcome.document.text
    # bytes that are no characters cannot travel as text; the resource has them
    return "" if len(text) > limit or _ESCAPED_BYTE.search(text) else text


def _total(total: int, rows: Sequence[object]) -> int:
    return max(total, len(rows))


def _diagnostics(diagnostics: Sequence[Diagnostic], caps: Caps) -> list[DiagnosticRow]:
    return [_diagnostic(diagnostic, caps) for diagnostic in diagnostics[: caps.rows]]


def _diagnostic(diagnostic: Diagnostic, caps: Caps) -> DiagnosticRow:
    expected = [_clip(name, caps.text) for name in diagnostic.expected[: 2 * caps.rows]]
    if len(diagnostic.expected) > len(expected):
        expected.append(f"... {len(diagnostic.expected)} in all")
    return DiagnosticRow(
        code=diagnostic.code,
        severity=diagnostic.severity,
        line=diagnostic.line,
        column=diagnostic.column,
        path=_clip(diagnostic.path, caps.text),
        message=_clip(diagnostic.message, caps.text),
        expected=expected,
        explanation=_clip(diagnostic.explanation, caps.text),
        masked=diagnostic.masked,
    )


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
        allowed=[_clip(value, caps.text) for value in question.allowed[: 2 * caps.rows]],
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
    yield Line(f"{title} ({total}{f', the first {shown} shown' if shown < total else ''}):", "title")


def _diagnostic_lines(rows: Iterable[DiagnosticRow]) -> Iterator[Line]:
    for row in rows:
        notes = [note for note, so in ((row.severity, row.severity != "error"), ("masked", row.masked)) if so]
        said = f" ({', '.join(notes)})" if notes else ""
        at = f" at {row.path}" if row.path else ""
        yield Line(f"  {row.line}:{row.column} {row.code}{said}{at}", "fault")
        yield Line(f"      {row.explanation or row.message}")
        if row.expected:
            yield Line(f"      Expected: {', '.join(row.expected)}")


def _edit_lines(title: str, edits: Sequence[EditRow]) -> Iterator[Line]:
    if not edits:
        return
    yield Line(f"{title}:", "title")
    for edit in edits:
        safety = "safe" if edit.safe else "unsafe"
        yield Line(f"  {edit.line}:{edit.column} {_change(edit)} [{edit.source}, {safety}]", "edit")
        yield Line(f"      {edit.reason}")
        if edit.provenance:
            yield Line(f"      Value from: {edit.provenance}")


def _change(edit: EditRow) -> str:
    if not edit.before:
        return f"insert {_quoted(edit.after)}"
    if not edit.after:
        return f"delete {_quoted(edit.before)}"
    return f"{_quoted(edit.before)} -> {_quoted(edit.after)}"


def _quoted(text: str) -> str:
    return "`" + text.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t") + "`"


def _question_lines(question: QuestionRow) -> Iterator[Line]:
    yield Line(f"  {question.id}: {question.needed}", "question")
    yield from (
        Line(f"      {label}: {value}")
        for label, value in (
            ("At", question.path),
            ("Type", question.type),
            ("Allowed", ", ".join(question.allowed)),
            ("Why", question.why),
            ("Suggestion, unproven", question.suggestion),
        )
        if value
    )


def _article_lines(articles: Sequence[ArticleRow]) -> Iterator[Line]:
    if articles:
        yield Line("To read:", "title")
        yield from (Line(f"  {article.title} ({article.uri})") for article in articles)


def _usage_lines(title: str, row: UsageRow) -> Iterator[Line]:
    errors = ", ".join(f"{kind} {number}" for kind, number in sorted(row.errors.items())) or "none"
    runs = ", ".join(f"{status} {number}" for status, number in sorted(row.runs.items())) or "none"
    yield Line(f"{title}:", "title")
    yield Line(f"  requests {row.requests}, retries {row.retries}, errors: {errors}")
    yield Line(f"  tokens {row.tokens} (of these estimated: {row.tokens_estimated})")
    yield Line(f"  latency median {row.latency_p50_seconds:.2f} s, 95% under {row.latency_p95_seconds:.2f} s")
    yield Line(f"  runs: {runs}")
