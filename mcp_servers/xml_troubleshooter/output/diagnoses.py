"""Diagnoses as public results: capped, with the caps visible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..diagnostics import Diagnostic, Report
from ..knowledge.article_store import Article
from ..troubleshooting.checked_document import Checked
from . import verdicts
from .capping import Caps, clipped, row_of
from .rows import ArticleRow, Diagnosis, DiagnosticRow, LayerRow, OperandRow, SignatureRow

if TYPE_CHECKING:
    from ..signatures.state import SignatureState

SUMMARY = 1_500  # characters: all of it but where it quotes a document's endless names


def present_diagnosis(checked: Checked, caps: Caps) -> Diagnosis:
    """The public form of a diagnosis."""
    return Diagnosis(
        status=checked.status,
        summary=clipped(verdicts.of_diagnosis(checked), SUMMARY),
        vocabulary=checked.vocabulary,
        well_formed=checked.report.well_formed,
        layers=layer_rows(checked.report, caps),
        signatures=signature_rows(checked.signatures, caps),
        schema_used=clipped(judges(checked.report), caps.text),
        schema_reason=clipped(checked.schema_reason, caps.text),
        diagnostics=diagnostic_rows(checked.diagnosis, caps),
        diagnostics_total=checked.diagnosis.count,
        articles=article_rows(checked.articles),
    )


def judges(report: Report) -> str:
    """The schemas and rule sets that judge a document, or will once it is well-formed, as one text."""
    judging = [layer for layer in report.layers if layer in report.judged or layer.waits]
    return "; ".join(layer.source or verdicts.called(layer) for layer in judging)


def layer_rows(report: Report, caps: Caps) -> list[LayerRow]:
    """The layers as rows."""
    return [row_of(LayerRow, layer, caps, seconds=round(layer.seconds, 3)) for layer in report.layers[: 2 * caps.rows]]


def signature_rows(states: Sequence[SignatureState], caps: Caps) -> list[SignatureRow]:
    """The signatures as rows."""
    return [row_of(SignatureRow, state, caps) for state in states[: caps.rows]]


def diagnostic_rows(report: Report, caps: Caps) -> list[DiagnosticRow]:
    """The faults as rows."""
    return [diagnostic_row(diagnostic, caps) for diagnostic in report.diagnostics[: caps.rows]]


def diagnostic_row(diagnostic: Diagnostic, caps: Caps) -> DiagnosticRow:
    """A fault, as a result shows it."""
    operands = [row_of(OperandRow, item, caps) for item in diagnostic.operands[: caps.rows]]
    return row_of(DiagnosticRow, diagnostic, caps, operands=operands)


def article_rows(articles: Sequence[Article]) -> list[ArticleRow]:
    """Articles, as a result names them."""
    return [ArticleRow(id=each.id, title=clipped(each.title, 200), uri=f"kb://article/{each.id}") for each in articles]
