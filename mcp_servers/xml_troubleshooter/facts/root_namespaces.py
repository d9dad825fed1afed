"""Facts about the namespace of a document element: missing, or misspelt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from ..codes import Code
from ..diagnostics import Severity
from ..document.edits import Edit
from ..document.tree import Tree
from ..schemas.vocabularies import near, recognise
from .attribute_facts import new_attribute, new_value
from .finding import Fact, Finding, Reading, of_element, of_value, space

_LENIENT = ("maven-pom",)  # Maven reads its elements in any namespace; editors and validators do not
_COMPARISON = "https://www.w3.org/TR/xml-names/#NSNameComparison"


def fact(identity: str, source: str, vocabularies: tuple[str, ...], namespace: str, who: str) -> Fact:
    """The fact that documents of some vocabularies are in one namespace."""
    check = partial(_check, namespace=namespace, who=who)
    return Fact(id=identity, source=source, vocabularies=vocabularies, check=check)


def _check(tree: Tree, *, namespace: str, who: str) -> Iterator[Finding]:
    root = tree.root
    found = space(root)
    prefix = root.written.rpartition(":")[0]
    if found == namespace or (not found and prefix):
        return
    if not found:
        words = f'<{root.written}> is in no namespace; {who} wants xmlns="{namespace}".'
        reading = _known(new_attribute(root, f'xmlns="{namespace}"'), confidence=0.97)
        inner = any(declared == "" for declared, _, _ in tree.declarations)
        yield of_element(
            root, words, code=Code.WRONG_NAMESPACE, expected=(namespace,), reading=None if inner else reading
        )
        return
    if near(found, namespace):
        yield from _slip(tree, namespace, who)


def _slip(tree: Tree, namespace: str, who: str) -> Iterator[Finding]:
    """A finding for a declaration on the document element that misspells the namespace."""
    root = tree.root
    prefix = root.written.rpartition(":")[0]
    declaration = f"xmlns:{prefix}" if prefix else "xmlns"
    item = next((each for each in root.attributes if each.name == declaration), None)
    if item is not None:
        words = f"The namespace {space(root)} of <{root.written}> is written wrong; {who} knows {namespace} alone."
        reading = _known(new_value(item, namespace), confidence=0.98)
        yield of_value(tree, root, item, words, code=Code.WRONG_NAMESPACE, expected=(namespace,), reading=reading)


def _known(edit: Edit, confidence: float) -> Reading:
    """The edit that gives a document the namespace of its vocabulary."""
    return Reading(confidence=confidence, safe=True, edits=(edit,), provenance="fact: the namespace of the vocabulary")


def _slips(tree: Tree) -> Iterator[Finding]:
    vocabulary, found = recognise(tree.document), space(tree.root)
    if vocabulary is None or not found or found in vocabulary.namespaces:
        return
    meant = [each for each in vocabulary.namespaces if each and near(found, each)]
    if len(meant) == 1:
        slips = _slip(tree, meant[0], vocabulary.name)
        lenient = vocabulary.id in _LENIENT
        yield from (replace(each, severity=Severity.WARNING) if lenient else each for each in slips)


FACTS = (Fact(id="namespace-slip", source=_COMPARISON, check=_slips, structural=True),)
