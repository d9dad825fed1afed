"""Diagnoses as public results: capped, with the caps visible."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..checked import Checked, total
from ..diagnostics import Diagnostic, Report
from ..files.reading import INLINE_LIMIT
from ..knowledge.store import Article
from . import verdicts
from .rows import ArticleRow, Diagnosis, DiagnosticRow, LayerRow, OperandRow, SignatureRow

if TYPE_CHECKING:
    from ..signatures.state import SignatureState

SUMMARY = 1_500  # characters: all of it but where it quotes a document's endless names
ESCAPED_BYTE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Caps:
    """How much of an outcome is shown: rows a list, characters a text, a diff, and the result document."""

    rows: int
    text: int
    diff: int
    document: int


UNCAPPED = Caps(rows=10**9, text=10**9, diff=10**9, document=INLINE_LIMIT)


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
        diagnostics_total=total(checked.diagnosis),
        articles=article_rows(checked.articles),
    )


def judges(report: Report) -> str:
    """What judges a document besides XML itself, or will once it is well-formed."""
    judging = [layer for layer in report.layers if layer in report.judged or layer.waits]
    return "; ".join(layer.source or verdicts.called(layer) for layer in judging)


def layer_rows(report: Report, caps: Caps) -> list[LayerRow]:
    """The layers as rows."""
    return [
        LayerRow(
            name=clipped(layer.name, caps.text),
            kind=layer.kind,
            source=clipped(layer.source, caps.text),
            state=layer.state,
            reason=clipped(layer.reason, caps.text),
            errors=layer.errors,
            warnings=layer.warnings,
            seconds=round(layer.seconds, 3),
        )
        for layer in report.layers[: 2 * caps.rows]
    ]


def signature_rows(states: Sequence[SignatureState], caps: Caps) -> list[SignatureRow]:
    """The signatures as rows."""
    return [
        SignatureRow(
            path=clipped(state.path, caps.text),
            covers=clipped(state.covers, caps.text),
            digest=state.digest,
            reason=clipped(state.reason, caps.text),
            value=state.value,
            value_reason=clipped(state.value_reason, caps.text),
        )
        for state in states[: caps.rows]
    ]


def shown(text: str) -> str:
    """Text that JSON can carry: an undecodable byte reads \\xE9."""

    def escape(match: re.Match[str]) -> str:
        number = ord(match.group())
        return f"\\x{number - 0xDC00:02X}" if 0xDC80 <= number <= 0xDCFF else f"\\u{number:04X}"  # noqa: PLR2004 - PEP 383

    return ESCAPED_BYTE.sub(escape, text)


def clipped(text: str, limit: int) -> str:
    """Text that JSON can carry, without its middle where it is longer than a limit."""
    if len(text) <= limit:
        return shown(text)
    tail = limit // 4
    return shown(f"{text[: limit - tail]} ...({len(text) - limit} more characters)... {text[len(text) - tail :]}")


def listed(values: Sequence[str], caps: Caps) -> list[str]:
    """As many as are worth reading, and how many there are."""
    shown = [clipped(value, caps.text) for value in values[: 2 * caps.rows]]
    return shown if len(shown) == len(values) else [*shown, f"... {len(values)} in all"]


def diagnostic_rows(report: Report, caps: Caps) -> list[DiagnosticRow]:
    """The faults as rows."""
    return [diagnostic_row(diagnostic, caps) for diagnostic in report.diagnostics[: caps.rows]]


def diagnostic_row(diagnostic: Diagnostic, caps: Caps) -> DiagnosticRow:
    """A fault, as a result shows it."""
    return DiagnosticRow(
        code=diagnostic.code,
        severity=diagnostic.severity,
        line=diagnostic.line,
        column=diagnostic.column,
        path=clipped(diagnostic.path, caps.text),
        message=clipped(diagnostic.message, caps.text),
        expected=listed(diagnostic.expected, caps),
        explanation=clipped(diagnostic.explanation, caps.text),
        masked=diagnostic.masked,
        rule=shown(diagnostic.rule),
        layer=shown(diagnostic.layer),
        flag=shown(diagnostic.flag),
        test=clipped(diagnostic.test, caps.text),
        operands=[
            OperandRow(
                path=clipped(item.path, caps.text),
                line=item.line,
                column=item.column,
                value=clipped(item.value, caps.text),
            )
            for item in diagnostic.operands[: caps.rows]
        ],
    )


def article_rows(articles: Sequence[Article]) -> list[ArticleRow]:
    """Articles, as a result names them."""
    return [ArticleRow(id=each.id, title=clipped(each.title, 200), uri=f"kb://article/{each.id}") for each in articles]
