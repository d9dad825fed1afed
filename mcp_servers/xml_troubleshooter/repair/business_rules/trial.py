"""Candidates put to the test: what every layer of a plan says of the document with an edit made."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ...document.document import Document
from ...document.edits import Edit, EditConflictError, apply
from ...document.parsing import Tree
from ...errors import TroubleshooterError
from ...schemas.plan import Plan
from ...validators.schema import load
from ...validators.schematron.findings import NodePlace, RuleFinding, RuleScope, Unevaluated
from ...validators.schematron.rules import Rules
from ...validators.subject import Subject

UNEVALUATED = "not evaluated"
_QUOTED = re.compile('["\u201c]([^"\u201c\u201d]+)["\u201d]')


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding, and the name of the layer that it is of."""

    layer: str
    finding: RuleFinding

    @property
    def key(self) -> tuple[str, str]:
        """What counts as the same fault after an edit, which may have moved it."""
        return self.layer, self.finding.rule or self.finding.test


class Trials:
    """The layers of a plan over one document and what may become of it; each text is judged once."""

    def __init__(self, document: Document, plan: Plan) -> None:
        """Layers that cannot be opened judge nothing here either."""
        self.document = document
        self._judges: list[tuple[str, Any]] = []
        for layer in plan.layers:
            if layer.unusable:
                continue
            try:
                self._judges.append((layer.short or layer.name, load(layer.source, plan.roots).validator))
            except TroubleshooterError:
                continue
        self._tried: dict[tuple[Edit, ...], Counter[tuple[str, str]] | None] = {}
        self.unevaluated: list[tuple[str, Unevaluated]] = []
        self.faults, self.before = self._judged(document, self.unevaluated)

    def unread(self) -> list[tuple[Fault, str]]:
        """The rules that could not be evaluated, each with the value that it could not read."""
        found: dict[str, tuple[Fault, str]] = {}
        for layer, item in self.unevaluated:
            if (value := _QUOTED.search(item.why)) is not None:
                message = f"{item.rule} cannot be evaluated: {item.why}"
                finding = RuleFinding(
                    rule="", test=UNEVALUATED, context="", report=False, message=message, flag="", mild=False,
                    node=NodePlace(item.node.steps), subject=None, scope=RuleScope(),
                )  # fmt: skip
                found.setdefault(value[1], (Fault(layer, finding), value[1]))
        return list(found.values())

    @property
    def rules(self) -> list[tuple[str, Rules]]:
        """The layers that are rules."""
        return [(name, judge) for name, judge in self._judges if isinstance(judge, Rules)]

    def solved(self, edits: Sequence[Edit]) -> Counter[tuple[str, str]] | None:
        """What is no longer at fault with these edits; None where something else is, or they cannot be made."""
        key = tuple(edits)
        if key not in self._tried:
            self._tried[key] = self._solved(key)
        return self._tried[key]

    def relieved(self, edits: Sequence[Edit]) -> Counter[tuple[str, str]]:
        """What is no longer at fault with these edits, whatever else is then."""
        try:
            return self.before - self._judged(self.changed(edits))[1]
        except (EditConflictError, etree.XMLSyntaxError, TroubleshooterError):
            return Counter()

    def faults_with(self, edits: Sequence[Edit]) -> list[Fault]:
        """What the rules find with these edits made."""
        try:
            return self._judged(self.changed(edits))[0]
        except (EditConflictError, etree.XMLSyntaxError, TroubleshooterError):
            return []

    def changed(self, edits: Sequence[Edit]) -> Document:
        """The document with these edits; raises EditConflictError."""
        return self.document.with_text(apply(self.document.text, edits))

    def tree(self, edits: Sequence[Edit] = ()) -> Tree:
        """The document as a tree; raises what parsing it does."""
        return Subject(self.changed(edits)).parse()

    def _solved(self, edits: tuple[Edit, ...]) -> Counter[tuple[str, str]] | None:
        try:
            _, after = self._judged(self.changed(edits))
        except (EditConflictError, etree.XMLSyntaxError, TroubleshooterError):
            return None
        if after - self.before:
            return None
        return (self.before - after) or None

    def _judged(
        self, document: Document, unevaluated: list[tuple[str, Unevaluated]] | None = None
    ) -> tuple[list[Fault], Counter[tuple[str, str]]]:
        subject = Subject(document)
        tree = subject.parse()
        faults: list[Fault] = []
        counts: Counter[tuple[str, str]] = Counter()
        for name, judge in self._judges:
            if isinstance(judge, Rules):
                result = judge.engine.run(tree)
                found = [Fault(name, item) for item in result.findings if not item.mild and not item.document]
                faults += found
                counts.update(fault.key for fault in found)
                counts[name, UNEVALUATED] += len(result.unevaluated)
                if unevaluated is not None:
                    unevaluated += [(name, item) for item in result.unevaluated]
            else:
                counts[name, ""] += judge.judge(subject).total
        return faults, +counts
