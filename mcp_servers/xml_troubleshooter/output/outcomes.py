"""Outcomes as public results: capped, with the caps visible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..loop.loop_manager import EditRecord
from ..loop.proposal import Question
from ..troubleshooting.outcome import Outcome
from . import summary
from .capping import ESCAPED_BYTE, Caps, clipped, row_of, shown
from .diagnoses import SUMMARY, article_rows, diagnostic_rows, judges, layer_rows, signature_rows
from .results import ClaimRow, EditRow, IterationRow, OptionRow, QuestionRow, Restored, Troubleshooting

if TYPE_CHECKING:
    from ..diagnosis.messages.assessment import Assessed
    from ..troubleshooting.delivery import PutBack


_MANY = 3  # edits of one kind, from which on they are counted
_SHORT = 40  # characters of an edit that are shown where it is counted


def present(outcome: Outcome, caps: Caps) -> Troubleshooting:
    """The public form of an outcome."""
    checked, result, diff, told = outcome.checked, outcome.result, outcome.news, outcome.told
    known = told.edits if told is not None and outcome.goes_on else ()
    edits = in_order([edit for edit in result.edits if edit.id not in known])
    articles = [article for article in checked.articles if told is None or article.id not in told.articles]
    return Troubleshooting(
        status=outcome.status,
        summary=clipped(summary.of_run(outcome), SUMMARY),
        run_id=outcome.run_id,
        vocabulary=checked.vocabulary,
        claims=[_claim(each, caps) for each in outcome.claims[: caps.rows]],
        layers=layer_rows(result.report, caps),
        signatures=signature_rows(outcome.signatures, caps),
        schema_used=clipped(judges(result.report), caps.text),
        schema_reason=clipped(checked.schema_reason, caps.text),
        diagnostics=diagnostic_rows(checked.diagnosis, caps) if told is None else [],
        diagnostics_total=checked.diagnosis.count,
        remaining=diagnostic_rows(result.report, caps),
        remaining_total=result.report.count,
        edits=[row_of(EditRow, edit, caps) for edit in edits[: caps.rows]],
        edits_total=len(result.edits) + result.more_withheld,
        edits_by_rule=_by_rule(result.edits, caps),
        questions=[question_row(question, caps) for question in result.questions[: caps.rows]],
        questions_total=len(result.questions),
        diff=_first_lines(diff, caps.diff),
        diff_complete=len(diff) <= caps.diff,
        document="" if outcome.output_path else document_text(outcome, caps.document),
        output_path=shown(outcome.output_path),
        iterations=[
            row_of(IterationRow, each, caps, seconds=round(each.seconds, 3)) for each in result.iterations[: caps.rows]
        ],
        iterations_total=len(result.iterations),
        model=result.model,
        articles=article_rows(articles),
        usage=dict(result.usage),
    )


def present_restored(restored: PutBack) -> Restored:
    """The public form of an undo."""
    told = f"{restored.path} holds again what it held before it was last replaced here."
    kept = f" What it held until now is in {restored.backup}." if restored.backup else ""
    return Restored(
        summary=" ".join((told + kept, *restored.notes)),
        path=str(restored.path),
        backup=str(restored.backup or ""),
        backups=[str(each) for each in restored.backups],
    )


def _first_lines(text: str, limit: int) -> str:
    """As many whole lines as fit; a first line that is too long for that is cut."""
    return shown(text if len(text) <= limit else text[: text.rfind("\n", 0, limit) + 1] or text[:limit])


def document_text(outcome: Outcome, limit: int) -> str:
    """The document as the run left it, "" where it is longer than `limit` or cannot travel as text."""
    text = outcome.result.document.text
    # bytes that are no characters cannot travel as text; the resource has them
    return "" if len(text) > limit or ESCAPED_BYTE.search(text) else text


def in_order(edits: Sequence[EditRecord]) -> list[EditRecord]:
    """Edits that were made come first, each kind in the order of the document."""
    return sorted(edits, key=lambda edit: (not edit.applied, edit.line, edit.column))


def _by_rule(edits: Sequence[EditRecord], caps: Caps) -> list[str]:
    """The numbers of equal edits, and of the other edits of each rule, where they are many; the largest come first."""
    made = [edit for edit in edits if edit.applied]
    same = Counter((edit.source, edit.before, edit.after) for edit in made)
    often = {kind: number for kind, number in same.items() if number >= _MANY}
    counts = [
        (number, f"{number} \u00d7 {_short(before)} → {_short(after)} ({source})")
        for (source, before, after), number in often.items()
    ]
    rest = Counter(edit.source for edit in made if (edit.source, edit.before, edit.after) not in often)
    counts += [(number, f"{number} \u00d7 {source}") for source, number in rest.items() if number >= _MANY]
    return [shown(words) for _, words in sorted(counts, key=lambda each: -each[0])[: caps.rows]]


def _short(text: str) -> str:
    return f"`{text}`" if len(text) <= _SHORT else f"`{text[:_SHORT]}…`"


def _claim(assessed: Assessed, caps: Caps) -> ClaimRow:
    claim = assessed.claim
    return row_of(
        ClaimRow, claim, caps, state=assessed.state, reason=clipped(assessed.reason, caps.text),
        name=clipped(claim.name or claim.parent, caps.text), found=clipped(claim.found or claim.value, caps.text),
    )  # fmt: skip


def question_row(question: Question, caps: Caps) -> QuestionRow:
    """A question, as a result shows it; the suggestion is whole, because it is sent back as it is."""
    options = [row_of(OptionRow, option, caps) for option in question.options[: caps.rows]]
    return row_of(QuestionRow, question, caps, suggestion=shown(question.suggestion), options=options)
