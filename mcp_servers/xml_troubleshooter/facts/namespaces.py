"""Facts about the namespace of a document element: forgotten, or written with a slip."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from ..codes import Code
from ..document.tree import Tree
from ..schemas.vocabularies import near
from .attributes import new_attribute, new_value
from .finding import Fact, Finding, Reading, of_element, of_value, space


def fact(identity: str, source: str, vocabularies: tuple[str, ...], namespace: str, who: str) -> Fact:
    """The fact that documents of some vocabularies are in one namespace."""
    check: Callable[[Tree], Iterator[Finding]] = partial(_check, namespace=namespace, who=who)
    return Fact(id=identity, source=source, vocabularies=vocabularies, check=check)


def _check(tree: Tree, *, namespace: str, who: str) -> Iterator[Finding]:
    root = tree.root
    found = space(root)
    prefix = root.written.rpartition(":")[0]
    if found == namespace or (not found and prefix):
        return
    if not found:
        words = f'<{root.written}> is in no namespace; {who} wants xmlns="{namespace}".'
        reading = Reading(
            reason=words, confidence=0.97, safe=True, edits=(new_attribute(root, f'xmlns="{namespace}"'),),
            provenance="fact: the namespace of the vocabulary",
        )  # fmt: skip
        inner = any(declared == "" for declared, _, _ in tree.declarations)
        yield of_element(
            root, words, code=Code.WRONG_NAMESPACE, expected=(namespace,), readings=() if inner else (reading,)
        )
        return
    if near(found, namespace):
        yield from slip(tree, namespace, who)


def slip(tree: Tree, namespace: str, who: str) -> Iterator[Finding]:
    """A declaration on the document element of what should be a namespace, and is not quite."""
    root = tree.root
    prefix = root.written.rpartition(":")[0]
    declaration = f"xmlns:{prefix}" if prefix else "xmlns"
    item = next((each for each in root.attributes if each.name == declaration), None)
    if item is not None:
        words = f"The namespace {space(root)} of <{root.written}> is written wrong; {who} knows {namespace} alone."
        reading = Reading(
            reason=words, confidence=0.98, safe=True, edits=(new_value(item, namespace),),
            provenance="fact: the namespace of the vocabulary",
        )  # fmt: skip
        yield of_value(tree, root, item, words, code=Code.WRONG_NAMESPACE, expected=(namespace,), readings=(reading,))
