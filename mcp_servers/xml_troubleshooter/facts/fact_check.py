"""Facts run over a document, and their findings as diagnostics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..diagnostics import Diagnostic
from ..document.document import Document
from ..document.tree import Tree
from ..schemas.plan import FACTS
from ..schemas.vocabularies import Vocabulary, recognise
from .fact_table import concerned
from .finding import Fact, Finding

LONGEST = 5_000_000  # characters of a document that is looked at
MOST = 500  # findings that are worth telling


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, the id of the fact that it breaks, and the address of its source."""

    rule: str
    source: str
    finding: Finding


def applicable(document: Document, vocabulary: Vocabulary | None, *, judged: bool = False) -> Sequence[Fact]:
    """The facts with something to check in a document; if a schema has `judged`, only those that it cannot state."""
    known = vocabulary.id if vocabulary else ""
    return [
        fact
        for family in concerned(document, vocabulary)
        for fact in family.facts
        if (not fact.vocabularies or known in fact.vocabularies)
        and not (judged and fact.structural)
        and fact.mark in document.text
    ]


def check(document: Document, *, judged: bool = False) -> tuple[tuple[Diagnostic, Found], ...]:
    """The findings in a well-formed document; none in one that is too long or that cannot be parsed into a tree."""
    facts = applicable(document, recognise(document), judged=judged)
    if not facts or len(document.text) > LONGEST:
        return ()
    try:
        tree = Tree(document)
        found = [Found(fact.id, fact.source, finding) for fact in facts for finding in fact.check(tree)]
    except ValueError:
        return ()
    return told(document, found, FACTS)[:MOST]


def told(document: Document, found: Iterable[Found], layer: str) -> tuple[tuple[Diagnostic, Found], ...]:
    """The findings as diagnostics of a layer, in document order; of several with the same place and code the first."""
    once = {(each.finding.start, each.finding.code): each for each in reversed([*found])}  # the first
    ordered = sorted(once.values(), key=lambda each: (each.finding.start, each.finding.end))
    return tuple((_diagnostic(document, each, layer), each) for each in ordered)


def _diagnostic(document: Document, found: Found, layer: str) -> Diagnostic:
    finding = found.finding
    line, column = document.position(finding.start)
    return Diagnostic(
        code=finding.code, start=finding.start, end=finding.end, line=line, column=column, path=finding.node.path,
        name=finding.name, value=finding.value, expected=finding.expected, severity=finding.severity,
        message=f"{finding.words} ({found.source})" if found.source else finding.words, explanation=finding.words,
        rule=found.rule, layer=layer,
    )  # fmt: skip
