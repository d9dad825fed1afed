"""Namespace declarations that a grammar does not know but comes close to."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from ...codes import Code
from ...document.names import local_name, namespace
from ...document.tree import Node
from ...grammar.model import ElementDecl
from ...prices import VIOLATIONS
from ..examination import Examination
from ..name_distance import plain_uri
from ..violations import DeclareNamespace

_FEW = 3  # names that are written with a wrong prefix by a slip


def check(exam: Examination) -> None:
    """Report declarations of a namespace that is near to one of the grammar, and read on as if they were corrected."""
    if not _strange(exam):
        return
    tree = exam.tree
    aliases: dict[str, str] = {}
    for uri, names in exam.used.items():
        meant = _meant_namespace(exam, uri, names)
        # where the document declares the namespace meant, the prefix of a few elements is wrong, not the declaration
        declared = meant in tree.root.scope.values() and len(names) <= _FEW and namespace(tree.root.name) != uri
        if meant is not None and not declared and not _admitted(exam, uri):
            aliases[uri] = meant
    if not aliases:
        return
    declarations = [(prefix, tree.at(place)) for prefix, uri, place in tree.declarations if uri in aliases]
    if "" in aliases and not tree.root.scope.get(""):
        declarations.append(("", tree.root))
    reported: set[tuple[int, str]] = set()
    for prefix, node in declarations:
        holder = _declarer(node, prefix)
        uri = holder.scope.get(prefix, "")
        key = (holder.start, prefix)
        if uri in aliases and key not in reported and tree.uses(prefix, holder.start, holder.end):
            reported.add(key)
            _wrong_namespace(exam, holder, prefix, uri, aliases[uri])
    uris = {name: namespace(name) for name in tree.names}
    tree.read_as({name: f"{{{aliases[uri]}}}{local_name(name)}" for name, uri in uris.items() if uri in aliases})


def _strange(exam: Examination) -> bool:
    """Whether an element may be in a namespace that the grammar does not know."""
    known, tree = exam.grammar.namespaces, exam.tree
    if any(uri and uri not in known and tree.uses(prefix) for prefix, uri, _ in tree.declarations):
        return True
    lost = (node for node in exam.suspects or tree.nodes if not namespace(node.name))
    return "" not in known and any(node.name in exam.grammar.by_local_name for node in lost)


def _admitted(exam: Examination, uri: str) -> bool:
    """Whether a wildcard admits every element of a namespace at its place: an extension, no slip.

    Elements below undeclared ones are no evidence, nor are those without an error of the validator, if it has any.
    """
    near = exam.suspects | exam.parents
    nodes = [*near, *(child for node in near for child in node.children)] or exam.tree.nodes
    declared = exam.grammar.declarations
    return all(
        node.parent is not None and _has_room(declared[node.parent.name], node.name)
        for node in nodes
        if namespace(node.name) == uri and (node.parent is None or node.parent.name in declared)
    )


def _has_room(decls: Sequence[ElementDecl], name: str) -> bool:
    wildcards = [item for decl in decls if decl.type for item in decl.type.content.declared[1]]
    return any(item.matches(name) and item.process != "strict" for item in wildcards)


def _wrong_namespace(exam: Examination, node: Node, prefix: str, uri: str, meant: str) -> None:
    written = f"xmlns:{prefix}" if prefix else "xmlns"
    attribute = next((item for item in node.attributes if item.name == written), None)
    span = (attribute.name_start, attribute.end) if attribute else (node.start, node.name_end)
    sentence = f"The namespace {uri} of {node.written} is not one of the schema's; {meant} is meant."
    if not uri:
        below = ":" in node.written
        subject = f"What has no prefix in {node.written}" if below else node.written
        sentence = f"{subject} is in no namespace; the schema declares it in {meant}."
    exam.add(
        DeclareNamespace(meant), Code.WRONG_NAMESPACE, node, span, sentence,
        attribute=attribute, expected=(meant,), value=uri, cost=VIOLATIONS.namespace,
    )  # fmt: skip


def _meant_namespace(exam: Examination, uri: str, names: set[str]) -> str | None:
    """The namespace of the grammar that is meant by an unknown one, judged by its spelling and its element names."""
    known = exam.grammar.namespaces
    if uri in known:
        return None
    by_local = exam.grammar.by_local_name
    is_root = namespace(exam.tree.root.name) == uri
    roots = {decl.name for decl in exam.grammar.roots}
    best: tuple[float, str] | None = None
    for candidate in known - {""}:
        shared = sum(f"{{{candidate}}}{name}" in by_local.get(name, ()) for name in names) / len(names)
        if is_root and f"{{{candidate}}}{local_name(exam.tree.root.name)}" in roots:
            shared = max(shared, 0.8)
        alike = fuzz.ratio(plain_uri(uri), plain_uri(candidate)) / 100 if uri else 0.0
        if shared >= 0.8 or (alike >= 0.8 and shared > 0) or (shared >= 0.5 and alike >= 0.6):  # noqa: PLR2004
            score = shared + alike + (1.0 if candidate in exam.tree.root.scope.values() else 0.0)
            if best is None or score > best[0]:
                best = (score, candidate)
    return best[1] if best else None


def _declarer(node: Node, prefix: str) -> Node:
    """The element whose start tag declares the prefix that a node uses; the root where none does."""
    bound = node.scope.get(prefix)
    while node.parent is not None and node.parent.scope.get(prefix) == bound:
        node = node.parent
    return node
