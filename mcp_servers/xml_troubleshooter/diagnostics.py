"""What can be wrong with a document. Diagnostics know nothing of repairs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .codes import Code

COUNTED = 2000  # faults after which a large document need not be read to its end


class Severity(StrEnum):
    """Whether a system must reject the document for this."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains a diagnostic ("opened here")."""

    start: int
    note: str


@dataclass(frozen=True, slots=True)
class Operand:
    """What the test of a rule looked at: where it stands, and its value.

    `path` is the place in the document, or the expression that leads nowhere; then `line` and `column` are 0.
    """

    path: str
    line: int
    column: int
    value: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One fault of a document, at the characters from `start` up to `end` of its text.

    `name` is the element or attribute at fault (as written, with its prefix), `value` the offending value or text;
    `expected` lists what the schema or the grammar of XML would accept there, complete; `message` is the validator's
    own wording, `explanation` one plain sentence with the document's own names that says what to do; `path` leads to
    the element with names and positions (/Invoice/cac:InvoiceLine[3]/cbc:ID); `masked` marks a fault that the
    validator itself does not report until an earlier one is gone.

    Of a business rule, `rule` is its id, `layer` the name of the rule set, `flag` its own word for how grave it is,
    `test` the XPath that does not hold, and `operands` are the values that this looked at.
    """

    code: Code
    start: int
    end: int
    message: str
    explanation: str
    line: int = 0
    column: int = 0
    path: str = ""
    name: str = ""
    value: str = ""
    expected: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR
    related: Related | None = None
    masked: bool = False
    rule: str = ""
    layer: str = ""
    flag: str = ""
    test: str = ""
    operands: tuple[Operand, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on a document: `diagnostics` in document order; `well_formed` and `valid` are the validator's word.

    `schema` names the schema that judged ("" where the document was checked for well-formedness alone), `total` counts
    the diagnostics before any cap; from `COUNTED` on there may be more.
    """

    well_formed: bool
    valid: bool
    diagnostics: tuple[Diagnostic, ...] = ()
    schema: str = ""
    total: int = field(default=0)
