"""The fact that a namespace is a string: one that differs from a vocabulary's in a letter is none of its."""

from __future__ import annotations

from collections.abc import Iterator

from ..document.tree import Tree
from ..schemas.vocabularies import near, recognise
from .finding import Fact, Finding, space
from .namespaces import slip

_SOURCE = "https://www.w3.org/TR/xml-names/#NSNameComparison"


def _check(tree: Tree) -> Iterator[Finding]:
    vocabulary, found = recognise(tree.document), space(tree.root)
    if vocabulary is None or not found or found in vocabulary.namespaces:
        return
    meant = [each for each in vocabulary.namespaces if each and near(found, each)]
    if len(meant) == 1:
        yield from slip(tree, meant[0], vocabulary.name)


FACTS = (Fact(id="namespace-slip", source=_SOURCE, check=_check, structural=True),)
