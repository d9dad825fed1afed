"""What the tools answer: public models, flat and without unions or nulls, because clients read their schemas."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OperandRow(_Row):
    """What the test of a rule looked at."""

    path: str = Field(description="Where it stands, or the expression that leads nowhere")
    line: int = Field(description="0 where it is not there")
    column: int
    value: str


class DiagnosticRow(_Row):
    """One fault of a document."""

    code: str = Field(description="Stable name of the fault")
    severity: str = Field(description="error or warning")
    line: int
    column: int
    path: str = Field(description="The element at fault, with names and positions")
    message: str = Field(description="The validator's own words")
    expected: list[str] = Field(description="What would be accepted there")
    explanation: str = Field(description="What is wrong and what to do, in plain words")
    masked: bool = Field(default=False, description="The validator reports it only once an earlier fault is gone")
    rule: str = Field(default="", description="The id of the business rule that does not hold")
    flag: str = Field(default="", description="The rule set's own word for how grave it is")
    test: str = Field(default="", description="The rule's XPath")
    operands: list[OperandRow] = Field(default_factory=list, description="The values that the rule's test looked at")
    layer: str = Field(default="", description="The layer that found it")


class LayerRow(_Row):
    """What one layer of the verdict says of the document."""

    name: str
    kind: str = Field(description="syntax, dtd, xsd, rng, rules or facts")
    source: str = Field(description="What it judges by; empty for XML itself and for the document's own DOCTYPE")
    state: str = Field(description="passed, failed, not_applicable or not_run; only passed means that it accepts it")
    reason: str = Field(description="Why it did not run or does not apply, or what it was judged without")
    errors: int
    warnings: int
    seconds: float


class SignatureRow(_Row):
    """A signature that the document carries."""

    path: str
    covers: str = Field(description="What it covers, in words")
    digest: str = Field(description="holds, broken (the content is not what was signed) or uncheckable")
    reason: str = Field(default="", description="Why the digest could not be checked")


class EditRow(_Row):
    """One edit, made or proposed; line and column are places in the input document."""

    line: int
    column: int
    before: str
    after: str
    reason: str
    source: str = Field(description="rule:<name> or model")
    confidence: float
    safe: bool = Field(description="One determined answer, and nothing is lost")
    applied: bool
    provenance: str = Field(default="", description="Where an inserted value comes from")
    article: str = Field(default="", description="Id of the knowledge article that explains it")


class OptionRow(_Row):
    """One answer to a question."""

    id: str = Field(description="Give this, or the value, as the answer")
    value: str
    meaning: str
    confidence: float
    before: str
    after: str


class QuestionRow(_Row):
    """A value that only a person knows; answer it by its id in `answers`."""

    id: str
    path: str
    needed: str
    type: str
    why: str
    suggestion: str = Field(default="", description="An unproven value; confirm it with the user")
    suggestion_reason: str = ""
    allowed: list[str] = Field(
        default_factory=list, description="The values that the schema allows, where it lists them"
    )
    options: list[OptionRow] = Field(default_factory=list, description="Answers that help, the likeliest first")


class IterationRow(_Row):
    """One turn of an engine."""

    engine: str
    action: str
    reasoning: str
    verdict: str
    tokens: int
    seconds: float


class ClaimRow(_Row):
    """One thing that the quoted message of another system says of the document."""

    text: str
    state: str = Field(
        description="confirmed, repaired, absent (not to be seen in this document) or uncheckable (though understood)"
    )
    reason: str = Field(description="What the document shows of it, and what to do")
    kind: str = Field(default="", description="What it claims")
    line: int = Field(default=0, description="The line that it names; 0 for none")
    column: int = 0
    name: str = Field(default="", description="The element or attribute that it names")
    expected: list[str] = Field(default_factory=list, description="What it says was expected")
    found: str = Field(default="", description="The namespace, value or words that it says were found")
    rule: str = Field(default="", description="The business rule that it names")
    file: str = ""


class ArticleRow(_Row):
    """A knowledge article about these faults."""

    id: str
    title: str
    uri: str


class Diagnosis(_Row):
    """The answer of validate_xml."""

    status: str = Field(description="valid, invalid or well_formed: nothing found, and not all that should judge did")
    summary: str
    vocabulary: str = Field(description="What the document is, where that is known")
    well_formed: bool
    layers: list[LayerRow] = Field(description="What was checked, in order, and what was not")
    signatures: list[SignatureRow] = Field(default_factory=list, description="The signatures in the document")
    schema_used: str = Field(description="What judged besides XML itself; empty where only syntax was checked")
    schema_reason: str = Field(description="Why this schema, or why none")
    diagnostics: list[DiagnosticRow]
    diagnostics_total: int
    articles: list[ArticleRow]


class Troubleshooting(_Row):
    """The answer of troubleshoot_xml."""

    status: str = Field(
        description="valid, well_formed (only syntax was checked), fixed, improved, unchanged, needs_input or running"
    )
    summary: str
    run_id: str = Field(description="Collects or continues this run")
    vocabulary: str = Field(description="What the document is, where that is known")
    claims: list[ClaimRow] = Field(description="What `problem` says, held against the document")
    layers: list[LayerRow] = Field(description="What was checked in the result, in order, and what was not")
    signatures: list[SignatureRow] = Field(default_factory=list, description="The signatures in the result")
    schema_used: str = Field(description="What judged besides XML itself; empty where only syntax was checked")
    schema_reason: str = Field(description="Why this schema, or why none")
    diagnostics: list[DiagnosticRow] = Field(description="What was wrong, at places of the input")
    diagnostics_total: int
    remaining: list[DiagnosticRow] = Field(description="What is still wrong, at places of the result")
    remaining_total: int
    edits: list[EditRow]
    edits_total: int
    questions: list[QuestionRow]
    questions_total: int
    diff: str = Field(description="Unified diff from the input to the result")
    diff_complete: bool = Field(
        description="False where `diff` was cut; the resource run://{run_id}/diff has all of it"
    )
    document: str = Field(description="The result, while it is small and was not written to a file")
    output_path: str = Field(description="Where the result was written")
    iterations: list[IterationRow]
    iterations_total: int
    model: str = Field(description="The model that answered; empty where the rules worked alone")
    articles: list[ArticleRow]
    usage: dict[str, float]


class ExplainedRow(_Row):
    """One thing that a message says."""

    about: str
    tool: str = Field(description="Who writes so; empty where that is not known")
    codes: list[str] = Field(description="What validate_xml calls it")
    meaning: str
    causes: list[str] = Field(description="The usual one first")
    send: str = Field(description="What tells which cause it is")


class Explanation(_Row):
    """The answer of explain_error."""

    summary: str
    explained: list[ExplainedRow]
    explained_total: int
    articles: list[ArticleRow]


class HealthRow(_Row):
    """One check."""

    check: str
    status: str = Field(description="ok, warning, failed or skipped")
    meaning: str
    action: str = Field(default="", description="What to do, where something is to be done")


class Health(_Row):
    """The answer of health_check."""

    status: str = Field(description="ok, warning or failed: the worst row that was not skipped")
    summary: str
    checks: list[HealthRow]


class UsageRow(_Row):
    """Figures of one span of time."""

    requests: int = Field(description="Questions to the model")
    attempts: int = Field(description="HTTP requests sent for them")
    retries: int
    sent_twice: int = Field(default=0, description="Sent again though the service may have processed the one before")
    errors: int = Field(description="Questions that failed in the end")
    errors_by_kind: dict[str, int]
    total_tokens: int
    tokens_reported: int
    tokens_estimated: int
    cost: float = Field(description="As the service reports it; 0 where it does not")
    latency_p50: float = Field(description="Seconds; 0 before the first request")
    latency_p95: float
    runs: dict[str, int] = Field(description="Troubleshooting runs by status")


class Usage(_Row):
    """The answer of usage_stats."""

    summary: str
    session: UsageRow
    lifetime: UsageRow
