"""The result of a diagnosis of a document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from ..diagnostics import Diagnostic, Report
from ..document.document import Document
from ..knowledge.article_store import Article
from ..schemas.plan import Plan
from ..signatures.state import SignatureState


@dataclass(frozen=True)
class Checked:
    """A diagnosis: the document, the plan that was to judge it and the reason for that plan, and the report.

    `hidden` are the faults that a schema will find once the markup is repaired; `container` names the container of a
    packed document, `advice` the official schemas and rules that would say more; with `require_schema` a document of
    which only the syntax was judged is not done with.
    """

    document: Document
    path: Path | None  # None for inline text
    plan: Plan
    schema_reason: str
    report: Report
    articles: tuple[Article, ...] = ()
    hidden: tuple[Diagnostic, ...] = ()
    container: str = ""
    advice: str = ""
    require_schema: bool = False
    signatures: tuple[SignatureState, ...] = ()

    @cached_property
    def vocabulary(self) -> str:
        """The vocabulary of the document, by the name that people have for it; "" for an unknown one."""
        from ..schemas.vocabularies import recognise  # noqa: PLC0415 - its table is read where it is asked for

        known = recognise(self.document)
        return known.name if known else ""

    @cached_property
    def ends_early(self) -> tuple[int, bool]:
        """The line behind which something is missing, 0 for none, and whether that is more than end tags."""
        if self.report.well_formed and not self.report.diagnostics:
            return 0, False
        from ..wellformedness.truncation import truncation  # noqa: PLC0415 - most documents are whole

        faults = [(fault.code, fault.start) for fault in self.report.diagnostics]
        cut = truncation(self.document.text, faults)
        last = len(self.document.text.rstrip())
        return (self.document.position(last).line if cut.early else 0), cut.within >= 0

    @property
    def status(self) -> str:
        """The verdict of a mere diagnosis; public. A document is called valid only where all that should judge did."""
        return "valid" if self.report.accepted else "well_formed" if self.report.valid else "invalid"

    @property
    def done(self) -> bool:
        """Whether the document can be left as it is."""
        return self.report.is_done(require_schema=self.require_schema)

    @cached_property
    def diagnosis(self) -> Report:
        """The report with the hidden faults, in document order."""
        if not self.hidden:
            return self.report
        everything = sorted((*self.report.diagnostics, *self.hidden), key=lambda item: (item.start, item.end))
        return replace(self.report, diagnostics=tuple(everything), total=self.report.count + len(self.hidden))
