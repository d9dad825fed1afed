"""An XML Schema that is the document itself: what its compiler says, at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ...codes import Code
from ...diagnostics import Severity
from ...document.edits import Edit
from ...document.tokens import Attribute
from ...document.tree import Node, Tree
from ...facts.children import removal
from ...facts.finding import Finding, Reading, local, of_element, of_value, renamed, sibling_name, space, value_of
from ...grammar.datatypes import BUILTINS
from ...schema_files.resolver import SchemaSources, read
from .complaints import Complaint, Program, at_line, compiled, nearest, renamed_value
from .parts import UncompiledError, head, located, missing, neighbours, whole

XS = "http://www.w3.org/2001/XMLSchema"
_XSD_11 = re.compile(
    r"minVersion\s*=\s*[\"']1\.1|<(?:\w+:)?(?:assert|assertion|override|alternative|openContent)[\s/>]"
)
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
# names of types in other languages, and what they are here
_OTHER_TYPES = {
    "number": "decimal", "numeric": "decimal", "money": "decimal", "text": "string", "varchar": "string",
    "char": "string", "str": "string", "bool": "boolean", "timestamp": "dateTime", "datetimestamp": "dateTime",
    "int32": "int", "int64": "long", "real": "double", "uri": "anyURI", "url": "anyURI", "bytes": "base64Binary",
    "binary": "base64Binary",
}  # fmt: skip
_UNRESOLVED = re.compile(
    r"The QName value '(?:\{(?P<uri>[^}]*)\})?(?P<name>[^']+)' does not resolve to a\(n\) (?P<what>[^.]+)"
)
_NOT_IMPORTED = re.compile(r"components in (?:no namespace|the namespace '(?P<uri>[^']*)') are not allowed")
_NAMED = re.compile(r"attribute '(?P<attribute>[\w:]+)'")
_QUOTED = re.compile(r"[Tt]he value '(?P<value>[^']*)'")
_DOUBLED = re.compile(r"A global (?P<what>[\w ]+?) '(?:\{[^}]*\})?(?P<name>[^']+)' does already exist")
_DECLARED_BY = {
    "type definition": ("simpleType", "complexType"), "simple type definition": ("simpleType",),
    "element declaration": ("element",), "attribute declaration": ("attribute",),
    "attribute group definition": ("attributeGroup",), "model group definition": ("group",),
}  # fmt: skip
_REFERRING = ("type", "ref", "base", "itemType", "substitutionGroup", "refer")
_BOUNDS = (
    ("minLength", "maxLength"), ("minInclusive", "maxInclusive"), ("minExclusive", "maxExclusive"),
    ("fractionDigits", "totalDigits"),
)  # fmt: skip
_PARTS = ("include", "import", "redefine", "override")


def check(program: Program) -> Iterator[Finding]:
    """What the compiler says of a schema."""
    from lxml import etree  # noqa: PLC0415 - loaded where the work is done

    tree = program.tree
    yield from _anchored(program)
    yield from _crossed_bounds(program)
    gone = list(_missing_parts(program))
    yield from gone
    if any(local(finding.node) != "import" for finding in gone):
        # without a part, what is in it cannot be told from what is nowhere
        raise UncompiledError("parts of the schema are not here")
    sources = SchemaSources(program.path, program.roots)

    def compile_schema() -> None:
        root = read(program.data, str(program.path), sources)
        sources.drop_refused_imports(root, program.path)
        etree.XMLSchema(etree.ElementTree(root))

    from . import xsd11  # noqa: PLC0415 - it needs this module

    newer = _XSD_11.search(program.document.text) is not None
    complaints = [] if newer else compiled(compile_schema)[0]
    # a part of XSD 1.1 makes all of it XSD 1.1
    newer = newer or (bool(complaints) and any(_XSD_11.search(head(path)) for path in sources.read))
    imports = [node for node in tree.root.children if local(node) == "import"]
    absent = {value_of(tree, node, "namespace") or "" for node in imports if not _is_here(program, node)}
    if newer:
        yield from xsd11.check(program, sources, absent)
        return
    told: set[tuple[int, str]] = set()
    unclear: list[Finding] | None = None  # what is ambiguous in all of the schema, once it is looked for
    for complaint in complaints:
        uri = found["uri"] if (found := _UNRESOLVED.search(complaint.words)) else None
        if uri is not None and uri in absent:
            continue  # the part that has it is not there
        if complaint.kind == "SCHEMAP_NOT_DETERMINISTIC":
            unclear = xsd11.ambiguities(program, sources) if unclear is None else unclear
            if unclear:
                yield from (each for each in unclear if (each.start, each.code) not in told)
                told |= {(each.start, each.code) for each in unclear}
                continue
        for finding in _told(complaint, program):
            if (finding.start, finding.code) not in told:
                told.add((finding.start, finding.code))
                yield finding


def _anchored(program: Program) -> Iterator[Finding]:
    """Patterns with ^ and $ at their ends, which stand for themselves in XML Schema: a pattern is always of it all."""
    tree = program.tree
    for node in tree.nodes:
        item = node.attribute("value") if local(node) == "pattern" and space(node) == XS else None
        value = tree.attribute_value(item) if item else ""
        if item is None or not (value.startswith("^") and value.endswith("$") and not value.endswith("\\$")):
            continue
        words = (
            f"The pattern {value} matches nothing but what has ^ and $ in it: in XML Schema a pattern is of the whole "
            "value, and these signs stand for themselves. Leave them out."
        )
        raw = tree.text[item.value_start : item.value_end]
        edits = (Edit(item.value_start, item.value_end, raw[1:-1]),) if raw[:1] == "^" and raw[-1:] == "$" else ()
        readings = (Reading(reason=words, confidence=0.93, edits=edits),) if edits else ()
        yield of_value(tree, node, item, words, code=Code.INVALID_VALUE, severity=Severity.WARNING, readings=readings)


def _crossed_bounds(program: Program) -> Iterator[Finding]:
    """Facets of one type that no value can have at once, which libxml2 does not mind."""
    tree = program.tree
    for node in tree.nodes:
        if local(node) != "restriction" or space(node) != XS:
            continue
        facets = {local(child): child for child in node.children if child.attribute("value") is not None}
        for low, high in _BOUNDS:
            lower, upper = (_numeric(program, facets.get(name)) for name in (low, high))
            if lower is None or upper is None or lower <= upper:
                continue
            item = facets[high].attribute("value")
            words = f"No value is allowed: {low} is {lower:g} and {high} {upper:g}. Correct one of them."
            if item is not None:
                yield of_value(tree, facets[high], item, words)


def _numeric(program: Program, facet: Node | None) -> float | None:
    value = value_of(program.tree, facet, "value") if facet is not None else None
    try:
        return float(value) if value else None
    except ValueError:
        return None  # a date, or a mistake of another kind


def _missing_parts(program: Program) -> Iterator[Finding]:
    """Files that the schema asks for and that are not there; without an include it is none."""
    if not program.document.source:
        return
    named = [
        (node, item)
        for node in program.tree.root.children
        if local(node) in _PARTS and (item := node.attribute("schemaLocation")) is not None
    ]
    gone = [(node, item) for node, item in named if not _is_here(program, node)]
    for node, item in gone:
        if not program.tree.attribute_value(item).startswith("http"):
            found = missing(program, node, item, "The schema file", others=len(gone) < len(named))
            without = local(node) == "import" and not found.readings
            yield replace(found, severity=Severity.WARNING) if without else found


def _is_here(program: Program, node: Node) -> bool:
    """Whether the file of an import or another part can be read."""
    address = value_of(program.tree, node, "schemaLocation")
    return address is not None and located(program, address)


def _told(complaint: Complaint, program: Program) -> Iterator[Finding]:
    """A complaint of libxml2 at its place, with what was meant."""
    words = complaint.words
    if found := _DOUBLED.search(words):
        yield from doubled(found["name"], complaint, program)
    elif found := _UNRESOLVED.search(words):
        yield from unresolved(found["uri"] or "", found["name"], found["what"], complaint, program)
    elif found := _NOT_IMPORTED.search(words):
        yield from not_imported(found["uri"] or "", complaint, program)
    elif "no corresponding namespace declaration" in words:
        yield from unbound(complaint, program)
    else:
        yield _other(complaint, program)


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
    taken = Reading(reason=words, confidence=0.97, safe=True, edits=(removal(tree, node),))
    yield of_value(
        tree, node, item, words, code=Code.DUPLICATE_KEY, readings=(taken,) if equal and node is not same[0] else ()
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
            better = f"{prefix}:{meant[0]}" if prefix else meant[0]
            yield renamed_value(tree, node, item, better, words, safe=meant[1])
        elif uri != XS and (larger := whole(program)):
            words += f" {larger}, which this file is a part of, may have it."
            code, severity = Code.UNRESOLVED_REFERENCE, Severity.WARNING
            yield of_value(tree, node, item, words, code=code, severity=severity)
        else:
            listed = ", ".join(known[:10]) if uri != XS else ""
            words += f" It has {listed}." if listed else ""
            yield of_value(tree, node, item, words, code=Code.UNRESOLVED_REFERENCE, expected=tuple(known[:10]))


def _declared(tree: Tree, what: str) -> list[str]:
    """The names of the global components of a kind."""
    kinds = _DECLARED_BY.get(what, ("element", "complexType", "simpleType", "attribute", "group", "attributeGroup"))
    return [name for node in tree.root.children if local(node) in kinds and (name := value_of(tree, node, "name"))]


def not_imported(uri: str, complaint: Complaint, program: Program) -> Iterator[Finding]:
    """What refers to a namespace that the schema does not import, or lacks the prefix of its own."""
    tree = program.tree
    target = value_of(tree, tree.root, "targetNamespace") or ""
    for node, item in _valued(program, complaint, ""):
        written = tree.attribute_value(item).strip()
        prefix, _, name = written.rpartition(":")
        if node.scope.get(prefix, "") != uri or (prefix and prefix not in node.scope):
            continue
        own = next((each for each, bound in node.scope.items() if bound == target and each), "")
        schema = next((each for each, bound in node.scope.items() if bound == XS and each), "")
        known = [*_declared(tree, ""), name] if not uri and not prefix else []
        if not prefix and not uri and own and name in known[:-1]:
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
    before = tree.text[root.content[0] : at]
    margin = before[before.rfind("\n") :] if "\n" in before and not before[before.rfind("\n") :].strip() else ""
    inserted = f'<{element}{named} schemaLocation="{neighbour}"/>{margin}'
    reading = Reading(reason=words, confidence=0.9, edits=(Edit(at, at, inserted),), provenance=f"file: {neighbour}")
    return of_value(tree, node, item, words, code=Code.UNRESOLVED_REFERENCE, readings=(reading,))


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


def _other(complaint: Complaint, program: Program) -> Finding:
    """What there is no more to say about than the compiler does, but for slips of the pen."""
    tree = program.tree
    said = complaint.words.replace(f"{{{XS}}}", "xs:").rstrip(".")
    words = f"The schema does not compile: {said}."
    element = found[1] if (found := re.search(r"Element 'xs:(\w+)'", said)) else ""
    nodes = at_line(program, complaint.line, lambda node: space(node) == XS and element in ("", local(node)))
    if not nodes and element != local(tree.root):  # of what stands in the root the compiler gives the line of that
        return of_element(tree.root, words, code=Code.DOES_NOT_COMPILE)
    node = nodes[0] if nodes else tree.root
    if slip := next(slips(tree, node), None):
        return slip
    code = _CODES.get(complaint.kind, Code.DOES_NOT_COMPILE)
    if complaint.kind == "SCHEMAP_NOT_DETERMINISTIC":
        words = (
            f"The content model of <{node.written}> is ambiguous: where an element comes, it is not clear which of two "
            "declarations it belongs to. Let the optional one differ from what follows it, or join both."
        )
    attribute = found[1] if (found := re.search(r"attribute '(\w+)'", said)) else ""
    item = node.attribute(attribute) if attribute else None
    if item is None:
        return of_element(node, words, code=code)
    value = tree.attribute_value(item)
    if attribute == "maxOccurs" and nearest(value, ("unbounded",)):
        return renamed_value(tree, node, item, "unbounded", f'maxOccurs="{value}" is no number.', safe=False, code=code)
    return of_value(tree, node, item, words, code=code)


def slips(tree: Tree, node: Node) -> Iterator[Finding]:
    """The names of children and attributes of an element that XML Schema does not have, and those that were meant."""
    for child in node.children:
        if space(child) == XS and local(child) not in _ELEMENTS and (meant := nearest(local(child), _ELEMENTS)):
            written = sibling_name(child, meant[0])
            words = f"XML Schema has no element <{child.written}>. <{written}> is meant."
            sure, edits = 0.97 if meant[1] else 0.9, renamed(child, written)
            reading = Reading(reason=words, confidence=sure, safe=meant[1], edits=edits)
            yield of_element(child, words, expected=(written,), readings=(reading,))
    for item in node.attributes:
        near = nearest(item.name, _ATTRIBUTES)
        own = ":" not in item.name and item.name != "xmlns" and item.name not in _ATTRIBUTES
        if own and near and node.attribute(near[0]) is None:
            words = f"<{node.written}> has no attribute {item.name}. {near[0]} is meant."
            edit = Edit(item.name_start, item.name_start + len(item.name), near[0])
            reading = Reading(reason=words, confidence=0.97 if near[1] else 0.9, safe=near[1], edits=(edit,))
            yield of_value(
                tree, node, item, words, code=Code.UNEXPECTED_ATTRIBUTE, expected=(near[0],), readings=(reading,)
            )


_CODES = {
    "SCHEMAP_S4S_ATTR_MISSING": Code.MISSING_ATTRIBUTE,
    "SCHEMAP_S4S_ATTR_NOT_ALLOWED": Code.UNEXPECTED_ATTRIBUTE,
    "SCHEMAP_S4S_ATTR_INVALID_VALUE": Code.INVALID_VALUE,
    "SCHEMAP_REGEXP_INVALID": Code.INVALID_VALUE,
    "SCHEMAP_S4S_ELEM_NOT_ALLOWED": Code.UNEXPECTED_ELEMENT,
}
