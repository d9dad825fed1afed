"""Candidates put to the test: the verdict of each layer of a plan on the document with their edits."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ...document.document import Document
from ...document.edits import Edit, EditConflictError, apply
from ...errors import TroubleshooterError
from ...schemas.plan import Plan
from ...validators.schema import load
from ...validators.schematron.findings import NodePlace, RuleFinding, RuleScope, Unevaluated
from ...validators.schematron.rules import Rules
from ...validators.schematron.xpath.expression_parts import Node, node_at, value_of
from ...validators.subject import Subject
from .rule_tests.demand import Demand, Kind
from .slots import Slot

Solved = Counter[tuple[str, str]]  # how often each fault, by the key of its kind

UNEVALUATED = "not evaluated"
_IMPOSSIBLE = (EditConflictError, etree.XMLSyntaxError, TroubleshooterError)  # edits that cannot be made, or judged
_QUOTED = re.compile('["\u201c]([^"\u201c\u201d]+)["\u201d]')


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding, the name of its layer, and its demands, as far as they have been determined."""

    layer: str
    finding: RuleFinding
    demands: tuple[Demand, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """The identity of a fault across edits, which may have moved it: its layer, and its rule or test."""
        return self.layer, self.finding.rule or self.finding.test

    @property
    def said(self) -> str:
        """The message of its rule, or its test, in one line."""
        return " ".join((self.finding.message or self.finding.test).split())

    @property
    def missing(self) -> list[Slot]:
        """The missing slots that its rule asks for."""
        wanted = (demand for demand in self.demands if demand.kind is Kind.PRESENT)
        return [slot for demand in wanted for slot in demand.slots if slot.missing]

    @property
    def calculates(self) -> bool:
        """Whether a calculation is wrong."""
        return any(demand.kind is Kind.AMOUNTS for demand in self.demands)

    @property
    def follows(self) -> bool:
        """Whether it may follow from other faults: it is a wrong calculation, or nothing is known of its demands."""
        return not self.demands or self.calculates


class Trials:
    """The layers of a plan applied to one document and to edited versions of it; each text is judged once."""

    def __init__(self, document: Document, plan: Plan, judges: Mapping[str, Sequence[Any]] | None = None) -> None:
        """Layers that cannot be opened judge nothing here; `judges` are those of the plan where they are known."""
        self.document = document
        self._plan = plan
        self._judges = judges or self._opened(plan)  # by the names of their layers
        self._tried: dict[tuple[Edit, ...], Solved | None] = {}
        self._roots: dict[tuple[Edit, ...], Node] = {}
        self.faults: list[Fault] = []
        self.before: Solved = Counter()
        self._unevaluated: list[tuple[str, Unevaluated]] = []
        subject = Subject(document)
        self._tree = subject.parse()
        for name in self._judges:
            faults, unevaluated, counts = self._of_layer(name, subject)
            self.faults += faults
            self.before += counts
            self._unevaluated += ((name, item) for item in unevaluated)

    @staticmethod
    def _opened(plan: Plan) -> Mapping[str, Sequence[Any]]:
        judges = defaultdict[str, list[Any]](list)
        for layer in plan.layers:
            with suppress(TroubleshooterError):
                if not layer.unusable:
                    judge = load(layer.source, plan.roots).validator
                    judges[layer.short or layer.name].append(judge)
        return judges

    def after(self, edits: Sequence[Edit]) -> Trials | None:
        """The trials of the document with these edits; None where they cannot be made, or judged."""
        with suppress(*_IMPOSSIBLE):
            return Trials(self.changed(edits), self._plan, self._judges)
        return None

    def unread(self) -> list[tuple[Fault, str]]:
        """The rules that could not be evaluated, each with the value that it could not read."""
        found: dict[str, tuple[Fault, str]] = {}
        for layer, item in self._unevaluated:
            if (value := _QUOTED.search(item.why)) is not None:
                message = f"{item.rule} cannot be evaluated: {item.why}"
                finding = RuleFinding(
                    rule="", test=UNEVALUATED, context="", report=False, message=message, flag="", mild=False,
                    node=NodePlace(item.node.steps), subject=None, scope=RuleScope(),
                )  # fmt: skip
                found.setdefault(value[1], (Fault(layer, finding), value[1]))
        return list(found.values())

    @property
    def rules(self) -> list[Rules]:
        """The layers that are rules."""
        return [judge for judges in self._judges.values() for judge in judges if isinstance(judge, Rules)]

    def solved(self, edits: Sequence[Edit]) -> Solved | None:
        """The faults that these edits solve; None if none, if they cause others, or cannot be made."""
        key = tuple(edits)
        if key not in self._tried:
            self._tried[key] = self._solved(key)
        return self._tried[key]

    def changed(self, edits: Sequence[Edit]) -> Document:
        """The document with these edits; raises EditConflictError."""
        return self.document.with_text(apply(self.document.text, edits))

    def root(self, edits: Sequence[Edit] = ()) -> Node:
        """The document with these edits as elementpath has it, made once; raises the errors of parsing."""
        key = tuple(edits)
        if key not in self._roots:
            from elementpath import XPathContext  # noqa: PLC0415 - an extra, which comes with that of rules in XPath 2

            tree = Subject(self.changed(key)).parse() if key else self._tree
            self._roots[key] = XPathContext(tree).root
        return self._roots[key]

    @contextmanager
    def standing(self, value: str, place: NodePlace, edits: Sequence[Edit], *, missing: bool) -> Iterator[Node]:
        """The root with a value at a place, as these edits put it there; valid inside the `with` block alone.

        With `missing`, the place is that of the element that is to hold the value.
        """
        node = node_at(self.root(), NodePlace(place.steps))
        texts, element = list(node.children), node.elem
        if missing or place.attribute or len(element) or len(texts) != 1 or not value_of(node):
            yield self.root(edits)
            return
        before = element.text
        # to make all nodes anew takes longer than to evaluate a test
        texts[0].value = element.text = before.replace(before.strip(), value)
        try:
            yield self.root()
        finally:
            texts[0].value = element.text = before

    def _solved(self, edits: tuple[Edit, ...]) -> Solved | None:
        """The faults that the edits solve; layers with faults judge first, the others only edits that help there."""
        at_fault = {name for name, _ in self.before}
        after: Solved = Counter()
        with suppress(*_IMPOSSIBLE):
            subject = Subject(self.changed(edits))
            subject.parse()
            for name in sorted(self._judges, key=lambda name: name not in at_fault):
                if name not in at_fault and not self.before - after:
                    return None
                after += self._of_layer(name, subject)[2]
                if after - self.before:
                    return None
            return (self.before - after) or None
        return None

    def _of_layer(self, name: str, subject: Subject) -> tuple[list[Fault], list[Unevaluated], Solved]:
        """The faults that the layers of a name find, the rules that they cannot evaluate, and each fault's number."""
        faults: list[Fault] = []
        unevaluated: list[Unevaluated] = []
        counts: Solved = Counter()
        for judge in self._judges[name]:
            if isinstance(judge, Rules):
                result = judge.engine.run(subject.completed())
                faults += (Fault(name, item) for item in result.findings if not item.mild and not item.document)
                unevaluated += result.unevaluated
            else:
                counts[name, ""] += judge.judge(subject).total
        counts.update(fault.key for fault in faults)
        counts[name, UNEVALUATED] += len(unevaluated)
        return faults, unevaluated, +counts
