"""An XML Schema of version 1.1 that is the document itself: the errors of the library that would run it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import islice

from ...codes import Code
from ...document.tree import Node, Tree
from ...errors import SchemaError
from ...facts.finding import Finding, local, of_element, of_value, value_of
from ...schema_files.resolver import SchemaSources, read
from ...validators.xsd11 import complaints
from . import xsd_names
from .complaints import Complaint, Program
from .program_parts import UncompiledError

_UNKNOWN = re.compile(r"unknown (?P<what>type|element|attribute group|attribute|group) '(?P<name>[^']+)'")
_NOT_IMPORTED = re.compile(r"QName '[^']+' is mapped to (?:no namespace|the namespace '(?P<uri>[^']*)')")
_PREFIX = re.compile(r"prefix '(?P<name>[^']*)' not found")
_DOUBLED = re.compile(r"global xs:\w+ with name='(?:\{[^}]*\})?(?P<name>[^']+)' is already loaded")
_PARTICLES = re.compile(r"Unique Particle Attribution violation between (?P<one>.+) and (?P<other>\w+\(.+)$")
_PARTICLE = re.compile(r"name='(?:[^':]*:|\{[^}]*\})?(?P<name>[^']+)'")
# messages of the library that repeat others, or are about its own internals
_ECHOES = re.compile(
    r"^(?:duplicated value|missing key field|invalid literal for int|value .* not found for|cannot use xs:anyAtomic)"
)
_KINDS = {
    "type": "type definition", "element": "element declaration", "attribute": "attribute declaration",
    "attribute group": "attribute group definition", "group": "model group definition",
}  # fmt: skip


def check(program: Program, sources: SchemaSources, absent: Collection[str]) -> Iterator[Finding]:
    """The errors that xmlschema reports in a schema, without those for names of the namespaces that are `absent`."""
    for node, words in _complaints(program, sources):
        yield from _told(program, node, words, absent)


def ambiguous(program: Program, node: Node, words: str) -> Finding | None:
    """The ambiguity of a content model, at the second of its declarations; None where `words` are of another error."""
    match = _PARTICLES.search(words)
    if match is None:
        return None
    tree = program.tree
    names = [found["name"] if (found := _PARTICLE.search(match[part])) else "" for part in ("one", "other")]
    inside = [each for each in islice(node.iterate(), 1, None) if local(each) in ("element", "any")]
    named = [each for each in inside if names[1] in (_name(tree, each), "" if local(each) == "any" else None)]
    place = named[-1] if named else node
    first = next((each for each in inside if each is not place and _name(tree, each) == names[0]), None)
    there = f" (line {program.document.position(first.start).line})" if first else ""
    one, other = (f"<{name}>" if name else "a wildcard" for name in names)
    words = (
        f"The content model is ambiguous: where one comes, it is not clear whether it is the {one} before{there} or "
        f"the {other} here. Make the first one required, join both, or let the names differ."
    )
    return of_element(place, words, code=Code.DOES_NOT_COMPILE)


def ambiguities(program: Program, sources: SchemaSources) -> list[Finding]:
    """The ambiguities of a schema of version 1.0, of which libxml2 reports only that there are some."""
    try:
        said = list(_complaints(program, sources, "1.0"))
    except UncompiledError:
        return []
    return [finding for node, words in said if (finding := ambiguous(program, node, words))]


def _complaints(program: Program, sources: SchemaSources, version: str = "1.1") -> Iterator[tuple[Node, str]]:
    try:
        root = read(program.data, str(program.path), sources)
        sources.drop_refused_imports(root, program.path)
        said = complaints(sources, root, version=version)
    except SchemaError as error:
        raise UncompiledError(str(error).removeprefix("The schema is the broken side, not the document: ")) from None
    order = {element: number for number, element in enumerate(root.iter("*"))}
    nodes = list(program.tree.nodes)
    for element, words in said:
        number = order.get(element, 0) if element is not None else 0
        yield nodes[number] if number < len(nodes) else program.tree.root, words


def _told(program: Program, node: Node, words: str, absent: Collection[str]) -> Iterator[Finding]:
    if _ECHOES.match(words):
        return
    match = _UNKNOWN.search(words)
    if match and _namespace(node, match["name"])[0] in absent:
        return
    found = list(_understood(program, node, words))
    yield from found or [_other(program.tree, node, words)]


def _namespace(node: Node, written: str) -> tuple[str, str]:
    """The namespace and the local name of a name that the library writes as p:name or {uri}name."""
    prefix, _, name = written.removeprefix("{").replace("}", ":").rpartition(":")
    return node.scope.get(prefix, prefix), name


def _understood(program: Program, node: Node, words: str) -> Iterator[Finding]:
    tree = program.tree
    if found := ambiguous(program, node, words):
        yield found
    elif match := _UNKNOWN.search(words):
        uri, name = _namespace(node, match["name"])
        yield from xsd_names.unresolved(uri, name, _KINDS[match["what"]], _at(program, node), program)
    elif match := _NOT_IMPORTED.search(words):
        yield from xsd_names.not_imported(match["uri"] or "", _at(program, node), program)
    elif match := _DOUBLED.search(words):
        yield from xsd_names.doubled(match["name"], _at(program, node), program)
    elif match := _PREFIX.search(words):
        values = map(tree.attribute_value, node.attributes)
        quoted = next((value for value in values if value.startswith(f"{match['name']}:")), "")
        yield from xsd_names.unbound(Complaint("", _at(program, node).line, f"The value '{quoted}'"), program)
    else:
        yield from list(xsd_names.unknown_names(node))[:1]


def _other(tree: Tree, node: Node, words: str) -> Finding:
    said = f"The schema does not compile: {words.replace(f'{{{xsd_names.XS}}}', 'xs:').rstrip('.')}."
    values = [(item, tree.attribute_value(item)) for item in node.attributes]
    quoted = next((item for item, value in values if len(value) > 1 and f"'{value}'" in words), None)
    item = quoted or (node.attribute("test") if "err:" in words else None)
    if item is None:
        return of_element(node, said, code=Code.DOES_NOT_COMPILE)
    return of_value(tree, node, item, said, code=Code.DOES_NOT_COMPILE)


def _at(program: Program, node: Node) -> Complaint:
    return Complaint("", program.document.position(node.start).line, "")


def _name(tree: Tree, node: Node) -> str:
    return (value_of(tree, node, "name") or value_of(tree, node, "ref") or "").rpartition(":")[2]
