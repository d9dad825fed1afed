"""An XML Schema that is the document itself: the errors of its compiler, each at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ...codes import Code
from ...diagnostics import Severity
from ...document.edits import Edit
from ...document.tree import Node
from ...facts.finding import Finding, Reading, local, of_element, of_value, space, value_of
from ...schema_files.resolver import read
from . import xsd11_documents, xsd_names
from .complaints import Complaint, Program, at_line, compiled, nearest, renamed_value
from .program_parts import UncompiledError, head, located, missing

_XSD_11 = re.compile(
    r"minVersion\s*=\s*[\"']1\.1|<(?:\w+:)?(?:assert|assertion|override|alternative|openContent)[\s/>]"
)
_UNRESOLVED = re.compile(
    r"The QName value '(?:\{(?P<uri>[^}]*)\})?(?P<name>[^']+)' does not resolve to a\(n\) (?P<what>[^.]+)"
)
_NOT_IMPORTED = re.compile(r"components in (?:no namespace|the namespace '(?P<uri>[^']*)') are not allowed")
_DOUBLED = re.compile(r"A global (?P<what>[\w ]+?) '(?:\{[^}]*\})?(?P<name>[^']+)' does already exist")
_BOUNDS = (
    ("minLength", "maxLength"), ("minInclusive", "maxInclusive"), ("minExclusive", "maxExclusive"),
    ("fractionDigits", "totalDigits"),
)  # fmt: skip
_PARTS = ("include", "import", "redefine", "override")


def check(program: Program) -> Iterator[Finding]:
    """The compilation errors of a schema."""
    from lxml import etree  # noqa: PLC0415 - loaded where the work is done

    tree = program.tree
    yield from _anchored(program)
    yield from _crossed_bounds(program)
    gone = list(_missing_parts(program))
    yield from gone
    if any(local(finding.node) != "import" for finding in gone):
        # without a part, a name that it declares cannot be told from a name that nothing declares
        raise UncompiledError("parts of the schema are not here")
    sources = program.sources()

    def compile_schema() -> None:
        root = read(program.data, str(program.path), sources)
        sources.drop_refused_imports(root, program.path)
        etree.XMLSchema(etree.ElementTree(root))

    newer = _XSD_11.search(program.document.text) is not None
    complaints = [] if newer else compiled(compile_schema)[0]
    # a part of XSD 1.1 makes all of it XSD 1.1
    newer = newer or (bool(complaints) and any(_XSD_11.search(head(path)) for path in sources.read))
    imports = [node for node in tree.root.children if local(node) == "import"]
    absent = {value_of(tree, node, "namespace") or "" for node in imports if not _is_here(program, node)}
    if newer:
        yield from xsd11_documents.check(program, sources, absent)
        return
    unclear: list[Finding] | None = None  # the ambiguities of the whole schema, once they are searched for
    for complaint in complaints:
        uri = found["uri"] if (found := _UNRESOLVED.search(complaint.words)) else None
        if uri is not None and uri in absent:
            continue  # the part that has it is not there
        if complaint.kind == "SCHEMAP_NOT_DETERMINISTIC":
            unclear = xsd11_documents.ambiguities(program, sources) if unclear is None else unclear
            if unclear:
                yield from unclear
                continue
        yield from _told(complaint, program)


def _anchored(program: Program) -> Iterator[Finding]:
    """Patterns with ^ and $ at their ends, which are literal in XML Schema: a pattern is always of the whole value."""
    tree = program.tree
    for node in tree.nodes:
        item = node.attribute("value") if local(node) == "pattern" and space(node) == xsd_names.XS else None
        value = tree.attribute_value(item) if item else ""
        if item is None or not (value.startswith("^") and value.endswith("$") and not value.endswith("\\$")):
            continue
        words = (
            f"The pattern {value} matches nothing but what has ^ and $ in it: in XML Schema a pattern is of the whole "
            "value, and these signs stand for themselves. Leave them out."
        )
        raw = tree.text[item.value_start : item.value_end]
        edits = (Edit(item.value_start, item.value_end, raw[1:-1]),) if raw[:1] == "^" and raw[-1:] == "$" else ()
        reading = Reading(confidence=0.93, edits=edits) if edits else None
        yield of_value(tree, node, item, words, code=Code.INVALID_VALUE, severity=Severity.WARNING, reading=reading)


def _crossed_bounds(program: Program) -> Iterator[Finding]:
    """Bounds of one type that no value can meet together, which libxml2 does not report."""
    tree = program.tree
    for node in tree.nodes:
        if local(node) != "restriction" or space(node) != xsd_names.XS:
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
    """Files that the schema asks for and that do not exist; without an include the schema cannot be used."""
    named = [
        (node, item)
        for node in program.tree.root.children
        if local(node) in _PARTS and (item := node.attribute("schemaLocation")) is not None
    ]
    for found in missing(program, named, "The schema file"):
        without = local(found.node) == "import" and not found.reading
        yield replace(found, severity=Severity.WARNING) if without else found


def _is_here(program: Program, node: Node) -> bool:
    """Whether the file of an import or another part can be read."""
    address = value_of(program.tree, node, "schemaLocation")
    return address is not None and located(program, address)


def _told(complaint: Complaint, program: Program) -> Iterator[Finding]:
    """The findings for an error of libxml2, each at its place, with a correction where one is known."""
    words = complaint.words
    if found := _DOUBLED.search(words):
        yield from xsd_names.doubled(found["name"], complaint, program)
    elif found := _UNRESOLVED.search(words):
        yield from xsd_names.unresolved(found["uri"] or "", found["name"], found["what"], complaint, program)
    elif found := _NOT_IMPORTED.search(words):
        yield from xsd_names.not_imported(found["uri"] or "", complaint, program)
    elif "no corresponding namespace declaration" in words:
        yield from xsd_names.unbound(complaint, program)
    else:
        yield _other(complaint, program)


def _other(complaint: Complaint, program: Program) -> Finding:
    """A finding with the compiler's own message, or with the correction of a slip of the pen."""
    tree = program.tree
    said = complaint.words.replace(f"{{{xsd_names.XS}}}", "xs:").rstrip(".")
    words = f"The schema does not compile: {said}."
    element = found[1] if (found := re.search(r"Element 'xs:(\w+)'", said)) else ""
    nodes = at_line(program, complaint.line, lambda node: space(node) == xsd_names.XS and element in ("", local(node)))
    if not nodes and element != local(tree.root):  # for a child of the root the compiler gives the root's line
        return of_element(tree.root, words, code=Code.DOES_NOT_COMPILE)
    node = nodes[0] if nodes else tree.root
    if slip := next(xsd_names.unknown_names(node), None):
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


_CODES = {
    "SCHEMAP_S4S_ATTR_MISSING": Code.MISSING_ATTRIBUTE,
    "SCHEMAP_S4S_ATTR_NOT_ALLOWED": Code.UNEXPECTED_ATTRIBUTE,
    "SCHEMAP_S4S_ATTR_INVALID_VALUE": Code.INVALID_VALUE,
    "SCHEMAP_REGEXP_INVALID": Code.INVALID_VALUE,
    "SCHEMAP_S4S_ELEM_NOT_ALLOWED": Code.UNEXPECTED_ELEMENT,
}
