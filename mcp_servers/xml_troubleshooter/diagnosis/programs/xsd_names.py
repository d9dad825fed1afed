"""Names in an XML Schema, whichever compiler complains: those that refer to nothing, that are declared twice, or
that XML Schema does not have; each at its place, with its correction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...codes import Code
from ...diagnostics import Severity
from ...document.edits import Edit
from ...document.layout import break_before
from ...document.names import prefixed
from ...document.tokens import Attribute
from ...document.tree import Node, Tree
from ...facts import misspelt_names
from ...facts.attribute_facts import misnamed
from ...facts.children import removal
from ...facts.finding import Finding, Reading, local, of_value, space, value_of
from ...facts.misspelt_names import sibling_name
from ...grammar.datatypes import BUILTINS
from .complaints import Complaint, Program, at_line, nearest, renamed_value
from .program_parts import head, neighbours, whole

XS = "http://www.w3.org/2001/XMLSchema"
_ELEMENTS = (
    "schema", "element", "attribute", "complexType", "simpleType", "sequence", "choice", "all", "any", "anyAttribute",
    "group", "attributeGroup", "import", "include", "redefine", "override", "annotation", "appinfo", "documentation",
    "complexContent", "simpleContent", "extension", "restriction", "list", "union", "key", "keyref", "unique",
    "selector", "field", "notation", "enumeration", "pattern", "length", "minLength", "maxLength", "minInclusive",
    "maxInclusive", "minExclusive", "maxExclusive", "totalDigits", "fractionDigits", "whiteSpace", "assert",
    "assertion", "alternative", "openContent", "defaultOpenContent", "explicitTimezone",
)  # fmt: skip
_ATTRIBUTES = (
    "name", "type", "ref", "minOccurs", "maxOccurs", "use", "default", "fixed", "base", "value", "form", "id",
    "abstract", "mixed", "nillable", "substitutionGroup", "block", "final", "itemType", "memberTypes", "namespace",
    "schemaLocation", "processContents", "targetNamespace", "elementFormDefault", "attributeFormDefault", "version",
    "xpath", "refer",
)  # fmt: skip
# names of types in other languages, and XML Schema's names for them
_OTHER_TYPES = {
    "number": "decimal", "numeric": "decimal", "money": "decimal", "text": "string", "varchar": "string",
    "char": "string", "str": "string", "bool": "boolean", "timestamp": "dateTime", "datetimestamp": "dateTime",
    "int32": "int", "int64": "long", "real": "double", "uri": "anyURI", "url": "anyURI", "bytes": "base64Binary",
    "binary": "base64Binary",
}  # fmt: skip
_NAMED = re.compile(r"attribute '(?P<attribute>[\w:]+)'")
_QUOTED = re.compile(r"[Tt]he value '(?P<value>[^']*)'")
_DECLARED_BY = {
    "type definition": ("simpleType", "complexType"), "simple type definition": ("simpleType",),
    "element declaration": ("element",), "attribute declaration": ("attribute",),
    "attribute group definition": ("attributeGroup",), "model group definition": ("group",),
}  # fmt: skip
_REFERRING = ("type", "ref", "base", "itemType", "substitutionGroup", "refer")


def doubled(name: str, complaint: Complaint, program: Program) -> Iterator[Finding]:
    tree = program.tree
    same = [node for node in tree.root.children if value_of(tree, node, "name") == name]
    here = at_line(program, complaint.line, lambda node: node in same) or same[-1:]
    if not here or not (item := here[-1].attribute("name")):
        return
    node = here[-1]
    line = program.document.position(same[0].start).line
    words = f"{name} is declared twice in this schema, the first time in line {line}; take one out or rename it."
    equal = tree.text[same[0].start : same[0].end] == tree.text[node.start : node.end]
    taken = Reading(confidence=0.97, safe=True, edits=(removal(tree, node),))
    yield of_value(
        tree, node, item, words, code=Code.DUPLICATE_KEY, reading=taken if equal and node is not same[0] else None
    )


def unresolved(uri: str, name: str, what: str, complaint: Complaint, program: Program) -> Iterator[Finding]:
    tree = program.tree
    for node, item in _valued(program, complaint, name):
        written = tree.attribute_value(item).strip()
        prefix = written.rpartition(":")[0]
        words = f"{written} is no {what} that this schema knows."
        if uri == XS:
            known = list(BUILTINS)
            words = f"XML Schema has no type {written}."
        else:
            known = _declared(tree, what)
        meant = nearest(name, known)
        if uri == XS and name.lower() in _OTHER_TYPES:
            meant = (_OTHER_TYPES[name.lower()], False)
        if meant:
            yield renamed_value(tree, node, item, prefixed(prefix, meant[0]), words, safe=meant[1])
        elif uri != XS and (larger := whole(program)):
            words += f" {larger}, which this file is a part of, may have it."
            yield of_value(tree, node, item, words, code=Code.UNRESOLVED_REFERENCE, severity=Severity.WARNING)
        else:
            listed = ", ".join(known[:10]) if uri != XS else ""
            words += f" It has {listed}." if listed else ""
            yield of_value(tree, node, item, words, code=Code.UNRESOLVED_REFERENCE, expected=tuple(known[:10]))


def _declared(tree: Tree, what: str) -> list[str]:
    """The names of the global components of a kind."""
    kinds = _DECLARED_BY.get(what, ("element", "complexType", "simpleType", "attribute", "group", "attributeGroup"))
    return [name for node in tree.root.children if local(node) in kinds and (name := value_of(tree, node, "name"))]


def not_imported(uri: str, complaint: Complaint, program: Program) -> Iterator[Finding]:
    """References to a namespace that the schema does not import, or without the prefix of its target namespace."""
    tree = program.tree
    target = value_of(tree, tree.root, "targetNamespace") or ""
    for node, item in _valued(program, complaint, ""):
        written = tree.attribute_value(item).strip()
        prefix, _, name = written.rpartition(":")
        if node.scope.get(prefix, "") != uri or (prefix and prefix not in node.scope):
            continue
        own = next((each for each, bound in node.scope.items() if bound == target and each), "")
        schema = next((each for each, bound in node.scope.items() if bound == XS and each), "")
        if not prefix and not uri and own and name in _declared(tree, ""):
            words = f"{written} is in the target namespace and needs its prefix."
            yield renamed_value(tree, node, item, f"{own}:{name}", words, safe=True)
        elif not prefix and not uri and schema and name in BUILTINS:
            words = f"{written} is a type of XML Schema and needs its prefix."
            yield renamed_value(tree, node, item, f"{schema}:{name}", words, safe=True)
        else:
            yield _import(uri, written, node, item, program)
        return


def _import(uri: str, written: str, node: Node, item: Attribute, program: Program) -> Finding:
    """A namespace that no import names, with the neighbour that has it."""
    tree = program.tree
    there = f"the namespace {uri}" if uri else "no namespace"
    words = f"{written} is in {there}, which no <xs:import> of this schema names."
    neighbour = _neighbour(uri, program)
    if neighbour is None:
        words += " Add one with the address of its schema."
        return of_value(tree, node, item, words, code=Code.UNRESOLVED_REFERENCE)
    words += f" {neighbour} beside it has that namespace."
    root = tree.root
    element = sibling_name(root, "import")
    named = f' namespace="{uri}"' if uri else ""
    first = next((child for child in root.children if local(child) != "annotation"), None)
    at = first.start if first else root.content[0]
    inserted = f'<{element}{named} schemaLocation="{neighbour}"/>{break_before(tree.text, at)}'
    reading = Reading(confidence=0.9, edits=(Edit(at, at, inserted),), provenance=f"file: {neighbour}")
    return of_value(tree, node, item, words, code=Code.UNRESOLVED_REFERENCE, reading=reading)


def _neighbour(uri: str, program: Program) -> str | None:
    """The one schema beside the document whose target namespace this is."""
    target = re.compile(rf"\btargetNamespace\s*=\s*[\"']{re.escape(uri)}[\"']")
    found = [
        path.name
        for path in neighbours(program)
        for text in (head(path),)
        if (target.search(text) if uri else "targetNamespace" not in text)
    ]
    return found[0] if len(found) == 1 else None


def unbound(complaint: Complaint, program: Program) -> Iterator[Finding]:
    tree = program.tree
    value = found["value"] if (found := _QUOTED.search(complaint.words)) else ""
    for node, item in _valued(program, complaint, value.rpartition(":")[2]):
        prefix, _, name = tree.attribute_value(item).strip().rpartition(":")
        schema = next((each for each, bound in node.scope.items() if bound == XS and each), "")
        words = f'The prefix "{prefix}" of {prefix}:{name} is not declared.'
        if prefix in ("xs", "xsd") and schema and name in BUILTINS:
            yield renamed_value(tree, node, item, f"{schema}:{name}", words, safe=True, code=Code.UNBOUND_PREFIX)
        else:
            words += f" Declare it on <{tree.root.written}>, or correct it."
            yield of_value(tree, node, item, words, code=Code.UNBOUND_PREFIX)


def _valued(program: Program, complaint: Complaint, name: str) -> Iterator[tuple[Node, Attribute]]:
    """The attributes that a complaint is about: by its line, the attribute that it names, and the name in the value."""
    attribute = found["attribute"] if (found := _NAMED.search(complaint.words)) else ""
    for node in at_line(program, complaint.line, lambda node: space(node) == XS):
        for item in node.attributes:
            value = program.tree.attribute_value(item).strip()
            wanted = (attribute,) if attribute else _REFERRING
            if item.name in wanted and name in ("", value.rpartition(":")[2]):
                yield node, item


def unknown_names(node: Node) -> Iterator[Finding]:
    """The names of children and attributes of an element that XML Schema does not have, and those that were meant."""
    for child in node.children:
        if space(child) == XS and local(child) not in _ELEMENTS and (meant := nearest(local(child), _ELEMENTS)):
            written = sibling_name(child, meant[0])
            words = f"XML Schema has no element <{child.written}>. <{written}> is meant."
            yield misspelt_names.misnamed(child, written, words, confidence=0.97 if meant[1] else 0.9, safe=meant[1])
    for item in node.attributes:
        near = nearest(item.name, _ATTRIBUTES)
        own = ":" not in item.name and item.name != "xmlns" and item.name not in _ATTRIBUTES
        if own and near and node.attribute(near[0]) is None:
            words = f"<{node.written}> has no attribute {item.name}. {near[0]} is meant."
            yield misnamed(node, item, near[0], words, confidence=0.97 if near[1] else 0.9, safe=near[1])
