"""The fact that a namespace is a string: one that differs from a vocabulary's in a letter is none of its."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..diagnostics import Severity
from ..document.tree import Tree
from ..schemas.vocabularies import near, recognise
from .finding import Fact, Finding, space
from .namespaces import slip

_LENIENT = ("maven-pom",)  # Maven reads its elements in any namespace; editors and validators do not
_SOURCE = "https://www.w3.org/TR/xml-names/#NSNameComparison"


def _check(tree: Tree) -> Iterator[Finding]:
    vocabulary, found = recognise(tree.document), space(tree.root)
    if vocabulary is None or not found or found in vocabulary.namespaces:
        return
    meant = [each for each in vocabulary.namespaces if each and near(found, each)]
    if len(meant) == 1:
        slips = slip(tree, meant[0], vocabulary.name)
        lenient = vocabulary.id in _LENIENT
        yield from (replace(each, severity=Severity.WARNING) if lenient else each for each in slips)


FACTS = (Fact(id="namespace-slip", source=_SOURCE, check=_check, structural=True),)
