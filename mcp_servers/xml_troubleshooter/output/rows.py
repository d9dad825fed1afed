"""Results about one document and their rows: public, flat, without unions or nulls, as clients read their schemas.

They are plain data, so that a command that only prints them needs nothing else; `models` makes models of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, ClassVar


@dataclass(frozen=True, slots=True)
class Row:
    """What is common to all rows: a schema that allows nothing else."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    def as_data(self) -> dict[str, Any]:
        """The row as JSON has it."""
        return {each.name: _data(getattr(self, each.name)) for each in fields(self)}

    def as_json(self) -> str:
        """The row as one line of JSON."""
        return json.dumps(self.as_data(), ensure_ascii=False, separators=(",", ":"))


def _data(value: object) -> object:
    if isinstance(value, Row):
        return value.as_data()
    if isinstance(value, (list, tuple)):
        return [_data(item) for item in value]
    if isinstance(value, dict):
        return {key: _data(item) for key, item in value.items()}
    return value


class Says:
    """What a schema says of a field, for whoever makes one."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __get_pydantic_json_schema__(
        self, schema: object, schema_of: Callable[[object], dict[str, Any]]
    ) -> dict[str, Any]:
        """The schema of the field, as pydantic asks for it."""
        return {**schema_of(schema), "description": self._text}


@dataclass(frozen=True, slots=True, kw_only=True)
class OperandRow(Row):
    """What the test of a rule looked at."""

    path: Annotated[str, Says("Where it stands, or the expression that leads nowhere")]
    line: Annotated[int, Says("0 where it is not there")]
    column: int
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosticRow(Row):
    """One fault of a document."""

    code: Annotated[str, Says("Stable name of the fault")]
    severity: Annotated[str, Says("error or warning")]
    line: int
    column: int
    path: Annotated[str, Says("The element at fault, with names and positions")]
    message: Annotated[str, Says("The validator's own words")]
    expected: Annotated[list[str], Says("What would be accepted there")]
    explanation: Annotated[str, Says("What is wrong and what to do, in plain words")]
    masked: Annotated[bool, Says("The validator reports it only once an earlier fault is gone")] = False
    rule: Annotated[str, Says("The id of the business rule that does not hold")] = ""
    flag: Annotated[str, Says("The rule set's own word for how grave it is")] = ""
    test: Annotated[str, Says("The rule's XPath")] = ""
    operands: Annotated[list[OperandRow], Says("The values that the rule's test looked at")] = field(
        default_factory=list
    )
    layer: Annotated[str, Says("The layer that found it")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow(Row):
    """What one layer of the verdict says of the document."""

    name: str
    kind: Annotated[str, Says("syntax, dtd, xsd, rng, rules or facts")]
    source: Annotated[str, Says("What it judges by; empty for XML itself and for the document's own DOCTYPE")]
    state: Annotated[str, Says("passed, failed, not_applicable or not_run; only passed means that it accepts it")]
    reason: Annotated[str, Says("Why it did not run or does not apply, or what it was judged without")]
    errors: int
    warnings: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRow(Row):
    """A signature that the document carries."""

    path: str
    covers: Annotated[str, Says("What it covers, in words")]
    digest: Annotated[str, Says("holds, broken (the content is not what was signed) or uncheckable")]
    reason: Annotated[str, Says("Why the digest could not be checked")] = ""
    value: Annotated[str, Says("Whether the key it carries made it, whosever that is: holds, broken, uncheckable")] = ""
    value_reason: Annotated[str, Says("Why the value could not be checked")] = ""


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
    status: Annotated[str, Says("As of one document, or failed: it could not be checked")]
    errors: int
    warnings: int
    line: Annotated[int, Says("Of the first fault")]
    code: str
    first: Annotated[str, Says("The first fault, or why it could not be checked")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis(Row):
    """The answer of validate_xml."""

    status: Annotated[str, Says("valid, invalid or well_formed: nothing found, and not all that should judge did")]
    summary: str
    vocabulary: Annotated[str, Says("What the document is, where that is known")]
    well_formed: bool
    layers: Annotated[list[LayerRow], Says("What was checked, in order, and what was not")]
    signatures: Annotated[list[SignatureRow], Says("The signatures in the document")] = field(default_factory=list)
    schema_used: Annotated[str, Says("What judged besides XML itself; empty where only syntax was checked")]
    schema_reason: Annotated[str, Says("Why this schema, or why none")]
    diagnostics: list[DiagnosticRow]
    diagnostics_total: int
    articles: list[ArticleRow]
