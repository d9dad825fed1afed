"""The diagnostics and verdicts of a document. They know nothing of repairs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .codes import Code

COUNTED = 2000  # faults after which a large document need not be read to its end
CAP = 500  # diagnostics a report carries; Report.total tells of the rest


FOLLOWS = "what this follows from"  # the note of a second place without which there would be no fault


class Severity(StrEnum):
    """Whether a system must reject the document for this."""

    ERROR = "error"
    WARNING = "warning"


class LayerKind(StrEnum):
    """The kind of a layer of a verdict, by the language of its schema or rules."""

    SYNTAX = "syntax"
    DTD = "dtd"
    XSD = "xsd"
    RNG = "rng"
    RULES = "rules"
    FACTS = "facts"  # facts about a document that need no schema


# the kinds of schemas and rule sets, by the endings of their files
SCHEMA_KINDS = {
    ".xsd": LayerKind.XSD,
    ".rng": LayerKind.RNG,
    ".rnc": LayerKind.RNG,
    ".dtd": LayerKind.DTD,
    ".sch": LayerKind.RULES,
    ".xsl": LayerKind.RULES,
    ".xslt": LayerKind.RULES,
}


class LayerState(StrEnum):
    """The result of a layer for a document."""

    PASSED = "passed"  # nothing worse than warnings
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"  # no rule's context, or no declaration, occurs in the document
    NOT_RUN = "not_run"


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains a diagnostic ("opened here")."""

    start: int
    note: str


@dataclass(frozen=True, slots=True)
class Operand:
    """A value that the test of a rule looked at, with its place.

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
    validator itself does not report until an earlier one is gone; `layer` is the name of the layer that found it.

    Of a business rule, `rule` is its id, `flag` its own word for how grave it is, `test` the XPath that does not hold,
    and `operands` are the values that this looked at.
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

    @property
    def follows(self) -> bool:
        """Whether another fault is all that is wrong here."""
        return self.related is not None and self.related.note == FOLLOWS


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerResult:
    """The result of one layer for a document.

    `source` is the path of its schema or rules ("" for XML itself, or the document's own DOCTYPE), `reason` why it was
    not run, does not apply or left something out; `named` says that the caller asked for it. A verdict holds without
    a layer that is not `required`, but names it.
    """

    name: str
    kind: LayerKind
    state: LayerState
    source: str = ""
    reason: str = ""
    errors: int = 0
    warnings: int = 0
    named: bool = False
    waits: bool = False
    required: bool = True
    seconds: float = field(default=0.0, compare=False)

    @property
    def judged(self) -> bool:
        """Whether it has a verdict."""
        return self.state in (LayerState.PASSED, LayerState.FAILED)


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on a document: `diagnostics` of all layers in document order, and the `layers` in theirs.

    `valid` says that no layer which was run found an error; the layers tell which of them were not run or do not apply.
    `total` counts the diagnostics before any cap; from `COUNTED` on there may be more.
    """

    well_formed: bool
    valid: bool
    diagnostics: tuple[Diagnostic, ...] = ()
    layers: tuple[LayerResult, ...] = ()
    total: int = 0

    @property
    def judged(self) -> tuple[LayerResult, ...]:
        """The layers that judged more than whether the document is well-formed."""
        beyond = (LayerKind.SYNTAX, LayerKind.FACTS)
        return tuple(layer for layer in self.layers if layer.judged and layer.kind not in beyond)

    @property
    def not_run(self) -> tuple[LayerResult, ...]:
        """The layers that must judge and could not."""
        return tuple(layer for layer in self.layers if layer.state is LayerState.NOT_RUN and layer.required)

    @property
    def idle(self) -> tuple[LayerResult, ...]:
        """The layers that the caller named to judge the document, and that do not apply to it."""
        sources = {layer.source for layer in self.judged}  # one schema may hold several
        named = (layer for layer in self.layers if layer.named and layer.state is LayerState.NOT_APPLICABLE)
        return tuple(layer for layer in named if layer.source not in sources)

    @property
    def accepted(self) -> bool:
        """Whether all layers that are to judge the document accept it, and one of them judged more than its syntax."""
        return self.valid and bool(self.judged) and not self.not_run and not self.idle

    @property
    def lacking(self) -> bool:
        """Whether a layer that the caller named cannot be run."""
        return any(layer.named and not layer.waits for layer in self.not_run)

    @property
    def count(self) -> int:
        """All faults, those beyond the cap included."""
        return max(self.total, len(self.diagnostics))

    def is_done(self, *, require_schema: bool) -> bool:
        """Whether no fault is left, and no layer that was to judge the document is missing from its verdict.

        Syntax alone suffices where no other layer could judge it, unless a schema is required or was named.
        """
        if not self.valid or self.lacking:
            return False
        return not self.not_run if self.judged else not require_schema
