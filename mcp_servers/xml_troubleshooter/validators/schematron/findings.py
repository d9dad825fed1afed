"""The result of rules for a document: the assertions that do not hold, and those that could not be evaluated."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice

from ...document.parsing import Element, Tree
from .rule_sets.rule_set import Let, Place

_MILD = {
    "warning", "warn", "info", "information", "informational", "hint", "caution", "debug", "notice", "note", "tip",
    "trace", "nonfatal", "non-fatal", "should", "may", "recommended", "recommendation", "suggestion", "advice",
    "advisory",
}  # fmt: skip
_GRAVE = {"fatal", "error", "critical", "severe"}
_AT = re.compile(r"(?P<steps>[\d/]*)(?:@\{(?P<space>[^}]*)\}(?P<name>.+)|#(?P<text>\d+)|!(?P<other>\d+))?")


@dataclass(frozen=True, slots=True)
class NodePlace:
    """A node of a document: the positions of the elements on the path to it among all their siblings; the root's is 1.

    With `attribute` (a Clark name) it is that of the element; with `text` the text of that number in it, with `other`
    the comment or processing instruction of that number. Without steps it is the document, or a node directly in it.
    """

    steps: tuple[int, ...] = ()
    attribute: str = ""
    text: int = 0
    other: int = 0

    @classmethod
    def read(cls, at: str) -> NodePlace:
        """The place as our stylesheets write it."""
        found = _AT.fullmatch(at.strip())
        if found is None:
            return cls()
        space, name = found["space"], found["name"] or ""
        return cls(
            tuple(int(step) for step in found["steps"].split("/") if step),
            f"{{{space}}}{name}" if space else name,
            int(found["text"] or 0),
            int(found["other"] or 0),
        )

    @classmethod
    def of(cls, element: Element, attribute: str = "") -> NodePlace:
        """The place of an element, or of an attribute of it."""
        steps = []
        while (parent := element.getparent()) is not None:
            steps.append(sum(1 for _ in element.itersiblings(tag="*", preceding=True)) + 1)
            element = parent
        return cls((1, *reversed(steps)), attribute)

    @property
    def path(self) -> str:
        """The way to the element, as XPath."""
        return "".join(f"/*[{step}]" for step in self.steps)

    def element(self, tree: Tree) -> Element:
        """The element in a tree of the document; the root, where this is the document."""
        element: Element = tree.getroot()
        for step in self.steps[1:]:
            child = next(islice(element.iterchildren("*"), step - 1, None), None)
            if child is None:
                return element
            element = child
        return element


@dataclass(frozen=True, slots=True)
class RuleScope:
    """The static context of a rule's expressions: prefixes, variables in the order of evaluation, functions (as XSLT).

    `lets` are evaluated at the document, `own_lets` at the node that the rule's context matched; `binding` is the
    query language.
    """

    namespaces: dict[str, str] = field(default_factory=dict[str, str])
    lets: tuple[Let, ...] = ()
    own_lets: tuple[Let, ...] = ()
    functions: tuple[str, ...] = ()
    binding: str = ""


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """An assertion that does not hold (or, of a `report`, does) at a node.

    `node` is the node that the rule's `context` matched and that the `test` was evaluated on; `subject` is the node at
    fault according to the rule set. `document` is the address of the document, if that is not the one being judged.
    """

    rule: str
    test: str
    context: str
    report: bool
    message: str
    flag: str
    mild: bool
    node: NodePlace
    subject: NodePlace | None
    scope: RuleScope
    place: Place | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class Unevaluated:
    """An assertion that could not be evaluated at a node, and why."""

    rule: str
    node: NodePlace
    why: str


@dataclass(frozen=True, slots=True)
class RuleResult:
    """The result of the rules for a document: `fired` counts how often a rule's context matched a node.

    It is -1 where the rules do not report that, as compact stylesheets do not.
    """

    findings: tuple[RuleFinding, ...]
    fired: int
    unevaluated: tuple[Unevaluated, ...] = ()

    @property
    def applies_to_nothing(self) -> bool:
        """Whether there is nothing in the document that a rule is about."""
        return self.fired == 0 and not self.findings and not self.unevaluated


def is_mild(*words: str) -> bool:
    """Whether a severity, flag and role, the weightier first, say that a document need not be rejected for this."""
    for word in words:
        if word.lower() in _GRAVE:
            return False
        if word.lower() in _MILD or "warn" in word.lower():
            return True
    return False
