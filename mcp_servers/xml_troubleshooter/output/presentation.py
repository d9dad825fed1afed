"""Outcomes as public results: capped, with the caps visible."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..diagnostics import Diagnostic, Report
from ..files import INLINE_LIMIT
from ..knowledge.store import Article
from ..loop.loop_manager import EditRecord, Iteration
from ..loop.proposal import Question
from ..outcome import Checked, Outcome, total
from ..signatures.state import SignatureState
from . import summary
from .results import (
    ArticleRow,
    ClaimRow,
    Diagnosis,
    DiagnosticRow,
    EditRow,
    IterationRow,
    LayerRow,
    OperandRow,
    OptionRow,
    QuestionRow,
    SignatureRow,
    Troubleshooting,
)

if TYPE_CHECKING:
    from ..diagnosis.messages.assessment import Assessed

_SUMMARY = 1_500  # characters: all of it but where it quotes a document's endless names
_ESCAPED_BYTE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Caps:
    """How much of an outcome is shown: rows a list, characters a text, a diff, and the result document."""

    rows: int
    text: int
    diff: int
    document: int


UNCAPPED = Caps(rows=10**9, text=10**9, diff=10**9, document=INLINE_LIMIT)


def present(outcome: Outcome, caps: Caps) -> Troubleshooting:
    """The public form of an outcome."""
    checked, result, diff = outcome.checked, outcome.result, outcome.diff
    return Troubleshooting(
        status=outcome.status,
        summary=_clip(summary.of_run(outcome), _SUMMARY),
        run_id=outcome.run_id,
        vocabulary=checked.vocabulary,
        claims=[_claim(each, caps) for each in outcome.claims[: caps.rows]],
        layers=_layers(result.report, caps),
        signatures=_signatures(outcome.signatures, caps),
        schema_used=_clip(_judges(result.report), caps.text),
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
        document="" if outcome.output_path else document_text(outcome, caps.document),
        output_path=_shown(outcome.output_path),
        iterations=[_iteration(iteration, caps) for iteration in result.iterations[: caps.rows]],
        iterations_total=len(result.iterations),
        model=result.model,
        articles=article_rows(checked.articles),
        usage=dict(result.usage),
    )


def present_diagnosis(checked: Checked, caps: Caps) -> Diagnosis:
    """The public form of a diagnosis."""
    return Diagnosis(
        status=checked.status,
        summary=_clip(summary.of_diagnosis(checked), _SUMMARY),
        vocabulary=checked.vocabulary,
        well_formed=checked.report.well_formed,
        layers=_layers(checked.report, caps),
        signatures=_signatures(checked.signatures, caps),
        schema_used=_clip(_judges(checked.report), caps.text),
        schema_reason=_clip(checked.schema_reason, caps.text),
        diagnostics=_diagnostics(checked.diagnosis, caps),
        diagnostics_total=total(checked.diagnosis),
        articles=article_rows(checked.articles),
    )


def _judges(report: Report) -> str:
    """What judges a document besides XML itself, or will once it is well-formed."""
    judges = [layer for layer in report.layers if layer in report.judged or layer.waits]
    return "; ".join(layer.source or summary.called(layer) for layer in judges)


def _layers(report: Report, caps: Caps) -> list[LayerRow]:
    return [
        LayerRow(
            name=_clip(layer.name, caps.text),
            kind=layer.kind,
            source=_clip(layer.source, caps.text),
            state=layer.state,
            reason=_clip(layer.reason, caps.text),
            errors=layer.errors,
            warnings=layer.warnings,
            seconds=round(layer.seconds, 3),
        )
        for layer in report.layers[: 2 * caps.rows]
    ]


def _signatures(states: Sequence[SignatureState], caps: Caps) -> list[SignatureRow]:
    return [
        SignatureRow(
            path=_clip(state.path, caps.text),
            covers=_clip(state.covers, caps.text),
            digest=state.digest,
            reason=_clip(state.reason, caps.text),
        )
        for state in states[: caps.rows]
    ]


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


def document_text(outcome: Outcome, limit: int) -> str:
    """The document as the run left it, "" where it is longer than `limit` or cannot travel as text."""
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
        rule=_shown(diagnostic.rule),
        layer=_shown(diagnostic.layer),
        flag=_shown(diagnostic.flag),
        test=_clip(diagnostic.test, caps.text),
        operands=[
            OperandRow(
                path=_clip(item.path, caps.text), line=item.line, column=item.column, value=_clip(item.value, caps.text)
            )
            for item in diagnostic.operands[: caps.rows]
        ],
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


def _claim(assessed: Assessed, caps: Caps) -> ClaimRow:
    claim = assessed.claim
    return ClaimRow(
        text=_clip(claim.text, caps.text),
        state=assessed.state,
        reason=_clip(assessed.reason, caps.text),
        kind=claim.kind,
        line=claim.line,
        column=claim.column,
        name=_clip(claim.name or claim.parent, caps.text),
        expected=_listed(claim.expected, caps),
        found=_clip(claim.found or claim.value, caps.text),
        rule=claim.rule,
        file=_clip(claim.file, caps.text),
    )


def _question(question: Question, caps: Caps) -> QuestionRow:
    return QuestionRow(
        id=question.id,
        path=_clip(question.path, caps.text),
        needed=_clip(question.needed, caps.text),
        type=_clip(question.type, caps.text),
        why=_clip(question.why, caps.text),
        suggestion=_shown(question.suggestion),  # whole, because it is sent back as it is
        suggestion_reason=_clip(question.suggestion_reason, caps.text),
        allowed=_listed(question.allowed, caps),
        options=[
            OptionRow(
                id=option.id,
                value=_clip(option.value, caps.text),
                meaning=_clip(option.meaning, caps.text),
                confidence=option.confidence,
                before=_clip(option.before, caps.text),
                after=_clip(option.after, caps.text),
            )
            for option in question.options[: caps.rows]
        ],
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


def article_rows(articles: Sequence[Article]) -> list[ArticleRow]:
    """Articles, as a result names them."""
    return [ArticleRow(id=each.id, title=_clip(each.title, 200), uri=f"kb://article/{each.id}") for each in articles]
