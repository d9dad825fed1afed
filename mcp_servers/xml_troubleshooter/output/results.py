"""Results about runs, many documents, messages, and the program itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

from .rows import ArticleRow, Diagnosis, DiagnosticRow, FileRow, LayerRow, Row, SignatureRow


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRow(Row):
    """One edit, made or proposed; line and column are places in the input document."""

    id: Annotated[str, "For accept and reject; edits that belong together share it"]
    line: int
    column: int
    context: Annotated[str, "The text around it, the place marked by ⟦ ⟧"]
    before: str
    after: str
    reason: str
    source: Annotated[str, "rule:<name> or model"]
    confidence: float
    safe: Annotated[bool, "One determined answer, and nothing is lost"]
    applied: bool
    provenance: Annotated[str, "Where an inserted value comes from"] = ""
    article: Annotated[str, "Id of the knowledge article that explains it"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionRow(Row):
    """One answer to a question."""

    id: Annotated[str, "Give this, or the value, as the answer"]
    value: str
    meaning: str
    confidence: float
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow(Row):
    """A value that only a person knows; answer it by its id in `answers`."""

    id: str
    group: Annotated[str, "Equal where the question is the same; one answer to it answers all"]
    path: str
    line: int
    column: int
    snippet: Annotated[str, "What a person knows the place by"]
    needed: str
    type: str
    why: str
    refused: Annotated[str, "Why an answer was not taken"] = ""
    suggestion: Annotated[str, "An unproven value; confirm it with the user"] = ""
    suggestion_reason: str = ""
    allowed: Annotated[list[str], "The values that the schema allows, where it lists them"] = field(
        default_factory=list
    )
    options: Annotated[list[OptionRow], "Answers that help, the likeliest first"] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class IterationRow(Row):
    """One turn of an engine."""

    engine: str
    action: str
    reasoning: str
    verdict: str
    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow(Row):
    """One claim about the document in the quoted message of another system."""

    text: str
    state: Annotated[
        str, "confirmed, repaired, absent (not to be seen in this document) or uncheckable (though understood)"
    ]
    reason: Annotated[str, "What the document shows of it, and what to do"]
    kind: Annotated[str, "What it claims"] = ""
    line: Annotated[int, "The line that it names; 0 for none"] = 0
    column: int = 0
    name: Annotated[str, "The element or attribute that it names"] = ""
    expected: Annotated[list[str], "What it says was expected"] = field(default_factory=list)
    found: Annotated[str, "The namespace, value or words that it says were found"] = ""
    rule: Annotated[str, "The business rule that it names"] = ""
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubleshooting(Row):
    """The answer of troubleshoot_xml."""

    status: Annotated[
        str, "valid, well_formed (not all was checked), fixed, improved, unchanged, needs_input or running"
    ]
    summary: str
    run_id: Annotated[str, "Collects or continues this run"]
    vocabulary: Annotated[str, "What the document is, where that is known"]
    claims: Annotated[list[ClaimRow], "What `problem` says, held against the document"]
    layers: Annotated[list[LayerRow], "What was checked in the result, in order, and what was not"]
    signatures: Annotated[list[SignatureRow], "The signatures in the result"] = field(default_factory=list)
    schema_used: Annotated[str, "What judged besides XML itself; empty where only syntax was checked"]
    schema_reason: Annotated[str, "Why this schema, or why none"]
    diagnostics: Annotated[list[DiagnosticRow], "What was wrong, at places of the input; told once a run"]
    diagnostics_total: int
    remaining: Annotated[list[DiagnosticRow], "What is still wrong, at places of the result"]
    remaining_total: int
    edits: list[EditRow]
    edits_total: int
    edits_by_rule: Annotated[list[str], "How often each kind of edit was made, where there are many"]
    questions: list[QuestionRow]
    questions_total: int
    diff: Annotated[str, "From the input to the result; of a continued run from what was last told"]
    diff_complete: Annotated[bool, "False where `diff` was cut; the resource run://{run_id}/diff has all of it"]
    document: Annotated[str, "The result, while it is small and was not written to a file"]
    output_path: Annotated[str, "Where the result was written"]
    iterations: list[IterationRow]
    iterations_total: int
    model: Annotated[str, "The model that answered; empty where the rules worked alone"]
    articles: list[ArticleRow]
    usage: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnoses(Diagnosis):
    """The answer of validate_xml, of one document or, with `files`, of many."""

    run_id: Annotated[str, "Of many documents: get_run has all their rows"] = ""
    totals: Annotated[dict[str, int], "Documents by status"] = field(default_factory=dict)
    files: Annotated[list[FileRow], "A row a document, those with faults first"] = field(default_factory=list)
    files_total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage(Row):
    """The answer of get_run."""

    run_id: str
    part: str
    total: Annotated[int, "Rows of the part, or characters of its text"]
    offset: int
    next_offset: Annotated[int, "Where the next page begins; 0 where this is the last"]
    rows: Annotated[list[dict[str, Any]], "As in the result, but whole"]
    text: Annotated[str, "Of diff and document"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored(Row):
    """The answer of restore."""

    summary: str
    path: str
    backup: Annotated[str, "Where the state before the restore is kept"]
    backups: Annotated[list[str], "All backups beside the file, the newest first"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedRow(Row):
    """One statement of a message."""

    about: str
    tool: Annotated[str, "Who writes so; empty where that is not known"]
    codes: Annotated[list[str], "What validate_xml calls it"]
    meaning: str
    causes: Annotated[list[str], "The usual one first"]
    send: Annotated[str, "What tells which cause it is"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation(Row):
    """The answer of explain_error."""

    summary: str
    explained: list[ExplainedRow]
    explained_total: int
    articles: list[ArticleRow]


@dataclass(frozen=True, slots=True)
class HealthRow(Row):
    """One check."""

    check: str
    status: Annotated[str, "ok, warning, failed or skipped"]
    meaning: str
    action: Annotated[str, "What to do, where something is to be done"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health(Row):
    """The answer of health_check."""

    status: Annotated[str, "ok, warning or failed: the worst row that was not skipped"]
    summary: str
    checks: list[HealthRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageRow(Row):
    """Figures of one span of time."""

    requests: Annotated[int, "Questions to the model"]
    attempts: Annotated[int, "HTTP requests sent for them"]
    retries: int
    sent_twice: Annotated[int, "Sent again though the service may have processed the one before"] = 0
    errors: Annotated[int, "Questions that failed in the end"]
    errors_by_kind: dict[str, int]
    total_tokens: int
    tokens_reported: int
    tokens_estimated: int
    cost: Annotated[float, "As the service reports it; 0 where it does not"]
    latency_p50: Annotated[float, "Seconds; 0 before the first request"]
    latency_p95: float
    runs: Annotated[dict[str, int], "Troubleshooting runs by status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage(Row):
    """The answer of usage_stats."""

    summary: str
    session: UsageRow
    lifetime: UsageRow
