"""A result and its text as complete as the size of an answer allows: the largest caps under which they fit."""

from __future__ import annotations

from dataclasses import replace

from ..troubleshooting.checked_document import Checked
from ..troubleshooting.outcome import Outcome
from .capping import Caps
from .diagnoses import present_diagnosis
from .outcomes import document_text, present
from .rendering import diagnosis_lines, plain, troubleshooting_lines, verdict_line
from .results import Troubleshooting
from .rows import Diagnosis

# Structured content and text together, in bytes. XML costs a model about three bytes a token, so that this stays
# under 10,000 tokens.
_RESULT_BYTES = 26_000
# A caller who sent the document inline wants it back the same way; some clients cut answers at 25,000 tokens.
_INLINE_DOCUMENT = 24_000
_STEPS = (
    Caps(rows=25, text=600, diff=6_000, document=4_000),
    Caps(rows=12, text=300, diff=3_000, document=2_000),
    Caps(rows=6, text=200, diff=1_500, document=0),
    Caps(rows=3, text=120, diff=600, document=0),
)


def fit(outcome: Outcome) -> tuple[Troubleshooting, str]:
    """The result and its text, as complete as their size allows."""
    for caps in _STEPS:
        result = _without_needless_document(present(outcome, caps), outcome)
        text = plain([verdict_line(result), *troubleshooting_lines(result)])
        if len(result.as_json()) + len(text.encode()) <= _RESULT_BYTES:
            break
    if outcome.checked.path is None and not outcome.output_path and outcome.diff:
        result = replace(result, document=document_text(outcome, _INLINE_DOCUMENT))
        text = plain([verdict_line(result), *troubleshooting_lines(result)])
    return result, text


def _without_needless_document(result: Troubleshooting, outcome: Outcome) -> Troubleshooting:
    """The result without a document that the caller has: an unchanged one, or a file of which the diff is whole."""
    needed = outcome.diff and not (outcome.checked.path and result.diff_complete)
    return result if needed else replace(result, document="")


def fit_diagnosis(checked: Checked) -> tuple[Diagnosis, str]:
    """The same for a diagnosis."""
    for caps in _STEPS:
        result = present_diagnosis(checked, caps)
        text = plain([verdict_line(result), *diagnosis_lines(result)])
        if len(result.as_json()) + len(text.encode()) <= _RESULT_BYTES:
            break
    return result, text
