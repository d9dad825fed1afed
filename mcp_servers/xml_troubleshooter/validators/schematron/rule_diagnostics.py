"""The findings of rules as diagnostics of a text: each at its place, with the values that the rule looked at."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ...codes import Code
from ...diagnostics import CAP, Diagnostic, Operand, Severity
from ...document.document import Document
from ...document.locator import ElementLocator
from ...document.parsing import Tree
from .findings import NodePlace, RuleFinding, RuleResult, Unevaluated
from .xpath.explanation import Explainer
from .xpath.operands import Seen

_OPERANDS = 20  # of a test, that are told


class Teller:
    """Makes diagnostics of the findings in one document; `layer` is the name of the rule set."""

    def __init__(self, document: Document, tree: Tree, places: ElementLocator, layer: str) -> None:
        self._document = document
        self._tree = tree
        self._places = places
        self._layer = layer
        self._explainer = Explainer(tree)

    def told(self, result: RuleResult) -> list[Diagnostic]:
        """The findings as diagnostics, at most as many as are reported of any document."""
        findings = islice(result.findings, CAP)
        return [*map(self._finding, findings), *map(self._unevaluated, islice(result.unevaluated, CAP))]

    def _finding(self, found: RuleFinding) -> Diagnostic:
        why = self._explainer.explain(found)
        node = found.subject or why.at or found.node
        if node == NodePlace(found.node.steps):
            node = found.node  # a text or comment in it
        start, end, name, path = self._span(node)
        said = found.message or found.test
        title = f"{found.rule} ({self._layer})" if found.rule and self._layer else found.rule
        title = title or f"A rule does not hold at <{self._places.of_path(found.node.path).name}>"
        words = _without_id(said, found.rule)
        if why.complete:
            words = why.statement
        elif why.statement:
            words = f"{words.rstrip('.')}. Here: {why.statement}."
        if found.document:
            words += f" (in {found.document})"
        return Diagnostic(
            code=Code.ASSERTION_FAILED,
            start=start,
            end=end,
            path=path,
            name=name,
            value=next((value for seen in why.operands for value in seen.values), ""),
            message=f"[{found.rule}] {said}" if found.rule and found.rule not in said else said,
            explanation=f"{title}: {words}",
            severity=Severity.WARNING if found.mild else Severity.ERROR,
            rule=found.rule,
            layer=self._layer,
            flag=found.flag,
            test=found.test,
            operands=tuple(islice((item for seen in why.operands for item in self._operands(seen)), _OPERANDS)),
        )

    def _unevaluated(self, item: Unevaluated) -> Diagnostic:
        start, end, name, path = self._span(item.node)
        words = (
            f"{item.rule or 'A rule'}{f' ({self._layer})' if self._layer else ''} cannot be evaluated here, so that it "
            f"is not known whether it holds: {item.why.rstrip('.')}."
        )
        return Diagnostic(
            code=Code.RULE_NOT_EVALUATED, start=start, end=end, path=path, name=name, message=item.why,
            explanation=words, rule=item.rule, layer=self._layer,
        )  # fmt: skip

    def _span(self, node: NodePlace) -> tuple[int, int, str, str]:
        place = self._places.of_path(node.path or "/*")
        if node.attribute and (attribute := place.attribute(node.attribute)):
            name, _, start, end = attribute
            return start, end, name, f"{place.path}/@{name}"
        within = self._places.part_of(node.path, text=node.text, other=node.other) if node.text or node.other else None
        if within is not None and node.steps:
            return *within, place.name, place.path
        start, end = (place.start, place.end) if len(node.element(self._tree)) else place.content
        return start, end, place.name, place.path

    def _operands(self, seen: Seen) -> Iterator[Operand]:
        if not seen.nodes:
            yield Operand(seen.expression, 0, 0, "")
        for node, value in zip(seen.nodes, seen.values, strict=False):
            start, end, _, path = self._span(node)
            line, column = self._document.position(start)
            yield Operand(path, line, column, value, start, end)


def _without_id(message: str, rule: str) -> str:
    """A message without the rule's id in front of it."""
    head = f"[{rule}]"
    return message[len(head) :].lstrip("- :") if rule and message.startswith(head) else message
