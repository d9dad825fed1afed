"""Results about one document and their rows: public, flat, without unions or nulls, as clients read their schemas.

They are plain data, so that a command that only prints them needs nothing else; `models` makes models of them, in whose
schemas the words beside a type describe the field.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Annotated, Any


@dataclass(frozen=True, slots=True)
class Row:
    """The base of all rows."""

    def as_data(self) -> dict[str, Any]:
        """The row as JSON has it."""
        data: dict[str, Any] = json.loads(self.as_json())
        return data

    def as_json(self) -> str:
        """The row as one line of JSON."""
        return json.dumps(self, ensure_ascii=False, separators=(",", ":"), default=_by_name)


def _by_name(row: Row) -> dict[str, Any]:
    return {each.name: getattr(row, each.name) for each in fields(row)}


@dataclass(frozen=True, slots=True, kw_only=True)
class OperandRow(Row):
    """A value that the test of a rule looked at."""

    path: Annotated[str, "Where it stands, or the expression that leads nowhere"]
    line: Annotated[int, "0 where it is not there"]
    column: int
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosticRow(Row):
    """One fault of a document."""

    code: Annotated[str, "Stable name of the fault"]
    severity: Annotated[str, "error or warning"]
    line: int
    column: int
    path: Annotated[str, "The element at fault, with names and positions"]
    message: Annotated[str, "The validator's own words"]
    expected: Annotated[list[str], "What would be accepted there"]
    explanation: Annotated[str, "What is wrong and what to do, in plain words"]
    masked: Annotated[bool, "The validator reports it only once an earlier fault is gone"] = False
    rule: Annotated[str, "The id of the business rule that does not hold"] = ""
    flag: Annotated[str, "The rule set's own word for how grave it is"] = ""
    test: Annotated[str, "The rule's XPath"] = ""
    operands: Annotated[list[OperandRow], "The values that the rule's test looked at"] = field(default_factory=list)
    layer: Annotated[str, "The layer that found it"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow(Row):
    """The result of one layer of the verdict."""

    name: str
    kind: Annotated[str, "syntax, dtd, xsd, rng, rules or facts"]
    source: Annotated[str, "What it judges by; empty for XML itself and for the document's own DOCTYPE"]
    state: Annotated[str, "passed, failed, not_applicable or not_run; only passed means that it accepts it"]
    reason: Annotated[str, "Why it did not run or does not apply, or what it was judged without"]
    errors: int
    warnings: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRow(Row):
    """A signature that the document carries."""

    path: str
    covers: Annotated[str, "What it covers, in words"]
    digest: Annotated[str, "holds, broken (the content is not what was signed) or uncheckable"]
    reason: Annotated[str, "Why the digest could not be checked"] = ""
    value: Annotated[str, "Whether the key it carries made it, whosever that is: holds, broken, uncheckable"] = ""
    value_reason: Annotated[str, "Why the value could not be checked"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow(Row):
    """A knowledge article about these faults."""

    id: str
    title: str
    uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow(Row):
    """One of many documents."""

    file: str
    status: Annotated[str, "As of one document, or failed: it could not be checked"]
    errors: int
    warnings: int
    line: Annotated[int, "Of the first fault"]
    code: str
    first: Annotated[str, "The first fault, or why it could not be checked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis(Row):
    """The answer of validate_xml."""

    status: Annotated[str, "valid, invalid or well_formed: nothing found, and not all that should judge did"]
    summary: str
    vocabulary: Annotated[str, "What the document is, where that is known"]
    well_formed: bool
    layers: Annotated[list[LayerRow], "What was checked, in order, and what was not"]
    signatures: Annotated[list[SignatureRow], "The signatures in the document"] = field(default_factory=list)
    schema_used: Annotated[str, "What judged besides XML itself; empty where only syntax was checked"]
    schema_reason: Annotated[str, "Why this schema, or why none"]
    diagnostics: list[DiagnosticRow]
    diagnostics_total: int
    articles: list[ArticleRow]
