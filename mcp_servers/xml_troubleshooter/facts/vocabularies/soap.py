"""SOAP messages: one version in a message, and its parts in their order."""

from __future__ import annotations

from collections.abc import Iterator

from ...codes import Code
from ...document.edits import Edit
from ...document.tree import Node, Tree
from ..children import once, ordered, required
from ..finding import Ask, Fact, Finding, children, local, of_element, space

_SOURCE = "https://www.w3.org/TR/soap12-part1/#soapenv"
_SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
_SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
_VERSIONS = {_SOAP_11: "SOAP 1.1", _SOAP_12: "SOAP 1.2"}
_OF_11 = ("faultcode", "faultstring", "faultactor", "detail")
_OF_12 = ("Code", "Reason", "Node", "Role", "Detail")
_PARTS = ("Header", "Body")


def _one_version(tree: Tree) -> Iterator[Finding]:
    root = tree.root
    home = space(root)
    other = _SOAP_12 if home == _SOAP_11 else _SOAP_11
    parts = [node for node in root.children if local(node) in _PARTS]
    strange = [node for node in parts if space(node) == other]
    ask = _ask(tree, home, other)
    for node in strange:
        words = (
            f"<{node.written}> is of {_VERSIONS[other]} ({other}), but <{root.written}> is of {_VERSIONS[home]} "
            f"({home}); "
            "a message is of one version. Give both the namespace of the version that the service speaks."
        )
        yield of_element(node, words, code=Code.WRONG_NAMESPACE, expected=(home,), ask=ask)
    loose = [node for node in parts if not space(node)]
    for node in loose:
        words = f"<{node.written}> is in no namespace; it must be in that of <{root.written}>, {home}."
        yield of_element(node, words, code=Code.WRONG_NAMESPACE, expected=(home,))
    if not strange and not loose:
        yield from _parts(tree, root)


def _ask(tree: Tree, home: str, other: str) -> Ask:
    """The question which version is meant; the answer changes the declarations of the other one everywhere."""

    def edits(version: str) -> tuple[Edit, ...]:
        replaced = other if version == home else home
        return tuple(
            Edit(item.value_start, item.value_end, version)
            for node in tree.nodes
            for item in node.attributes
            if item.name.startswith("xmlns") and tree.attribute_value(item).strip() == replaced
        )

    return Ask(
        needed="Which version of SOAP does the service speak?",
        why="The message mixes both, and no processor takes that.",
        choices=tuple((version, edits(version)) for version in (home, other)),
    )  # fmt: skip


def _parts(tree: Tree, root: Node) -> Iterator[Finding]:
    yield from required(tree, root, ("Body",), "SOAP") if root.close else ()
    yield from once(tree, root, _PARTS, "SOAP")
    yield from ordered(root, _PARTS, "SOAP")
    for body in children(root, "Body"):
        yield from (finding for fault in children(body, "Fault") for finding in _of_fault(fault))
    if space(root) == _SOAP_12:
        for node in root.children:
            if not children(root, "Body") or local(node) in _PARTS:
                continue
            words = f"<{node.written}> stands in <{root.written}>, which in SOAP 1.2 holds a Header and a Body alone."
            yield of_element(node, words)


def _of_fault(fault: Node) -> Iterator[Finding]:
    """The children of a fault that belong to the other version."""
    is_12 = space(fault) == _SOAP_12
    wrong, right = (_OF_11, _OF_12) if is_12 else (_OF_12, _OF_11)
    for node in fault.children:
        name = local(node)
        if name in wrong:
            version, other = ("1.2", "1.1") if is_12 else ("1.1", "1.2")
            words = (
                f"<{node.written}> is how SOAP {other} words a fault; in SOAP {version} <{fault.written}> holds "
                f"{', '.join(right)}."
            )
            yield of_element(node, words, expected=right)


FACTS = (Fact(id="soap-version", source=_SOURCE, vocabularies=("soap-1.1", "soap-1.2"), check=_one_version),)
