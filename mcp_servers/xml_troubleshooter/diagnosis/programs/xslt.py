"""A stylesheet that is the document itself: its names, its variables, and the errors of its compiler."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ...codes import Code
from ...diagnostics import Severity
from ...disk.bounds import read_file
from ...document.tokens import Attribute
from ...document.tree import Node
from ...facts.attribute_facts import new_name
from ...facts.finding import Finding, Reading, local, of_element, of_value, space, value_of
from ...schema_files.resolver import absolute, read
from ...validators import saxon
from .complaints import Program, at_line, compiled, nearest, renamed_value, unknown_elements
from .names_in_expressions import LITERAL, variables
from .program_parts import UncompiledError, missing, whole
from .xslt_static import XSL, Expression, static_faults

_ELEMENTS_1 = (
    "stylesheet", "transform", "import", "include", "strip-space", "preserve-space", "output", "key",
    "decimal-format", "namespace-alias", "attribute-set", "variable", "param", "template", "apply-imports",
    "apply-templates", "attribute", "call-template", "choose", "comment", "copy", "copy-of", "element", "fallback",
    "for-each", "if", "message", "number", "otherwise", "processing-instruction", "sort", "text", "value-of", "when",
    "with-param",
)  # fmt: skip
_ELEMENTS_3 = (
    *_ELEMENTS_1, "analyze-string", "character-map", "document", "for-each-group", "function", "import-schema",
    "matching-substring", "namespace", "next-match", "non-matching-substring", "output-character", "perform-sort",
    "result-document", "sequence", "accept", "accumulator", "accumulator-rule", "array", "array-member", "assert",
    "break", "catch", "context-item", "evaluate", "expose", "fork", "global-context-item", "iterate", "map",
    "map-entry", "merge", "merge-action", "merge-key", "merge-source", "mode", "next-iteration", "on-completion",
    "on-empty", "on-non-empty", "override", "package", "source-document", "try", "use-package", "where-populated",
    "switch", "record", "item-type",
)  # fmt: skip
_REQUIRED = {
    "call-template": ("name",), "with-param": ("name",), "variable": ("name",), "param": ("name",),
    "attribute": ("name",), "element": ("name",), "if": ("test",), "when": ("test",), "for-each": ("select",),
    "copy-of": ("select",), "key": ("name", "match"),
}  # fmt: skip
_EXPRESSIONS = ("select", "test", "match", "use", "value", "group-by", "group-adjacent", "initial-value")
_BRACES = re.compile(r"\{([^{}]*)\}")
_BUILT_IN = tuple(  # the variables that xsl:catch declares
    f"err:{name}" for name in ("code", "description", "value", "module", "line-number", "column-number", "additional")
)
_PART = re.compile(r"<(?:\w+:)?(?:import|include)\s[^<>]*?\bhref\s*=\s*[\"']([^\"']*)[\"']")
_NAMED_VARIABLE = re.compile(r"<(?:\w+:)?(?:variable|param|accumulator)\s[^<>]*?\bname\s*=\s*[\"']([^\"']*)[\"']")
_NAMED_TEMPLATE = re.compile(r"<(?:\w+:)?template\s[^<>]*?\bname\s*=\s*[\"']([^\"']*)[\"']")
_MOST_PARTS = 200  # stylesheets that are read for their declarations
# a processor's messages about undeclared names: attribute sets, templates, modes, variables, functions
_UNRESOLVED = re.compile(
    r"XTSE0710|XTSE0650|XTSE3085|XPST0008|XPST0017|use-attribute-sets|Undefined variable|unknown attribute"
)
_ON_LINE = re.compile(r"\bon line (\d+)|\bline (\d+)")


def check(program: Program) -> Iterator[Finding]:
    """The faults of a stylesheet: in its names, attributes and expressions, else the errors of its compiler."""
    tree = program.tree
    version = value_of(tree, tree.root, "version") or "1.0"
    known = _ELEMENTS_1 if version.startswith("1") else _ELEMENTS_3
    own = [node for node in tree.nodes if space(node) == XSL]
    gone = list(_missing_parts(program))
    found = [*gone, *unknown_elements(own, known, f"XSLT {version}"), *_attributes(own)]
    larger = "" if _stands_alone(program) else whole(program) or "a stylesheet"
    around = _of_parts(program)
    found += [*_variables(program, around, larger), *_templates(program, around, larger)]
    if not found:
        found += static_faults(program, list(_expressions(program)), version)
    yield from found
    if gone:
        raise UncompiledError("parts of the stylesheet are not here")
    if any(each.severity is Severity.ERROR for each in found):
        return
    part = f"it is a part of {larger}, and cannot be compiled alone"
    if found and larger:
        raise UncompiledError(part)
    for finding in _compiled(program, version):
        if larger and _UNRESOLVED.search(finding.words):
            raise UncompiledError(part)
        yield finding


@dataclass(frozen=True, slots=True)
class _Around:
    """The names that the parts of a stylesheet declare; `complete` where all of them could be read."""

    variables: frozenset[str] = frozenset()
    templates: frozenset[str] = frozenset()
    complete: bool = True


def _stands_alone(program: Program) -> bool:
    """Whether a processor can begin with this stylesheet; others are modules."""
    for node in program.tree.root.children:
        if space(node) != XSL:
            continue
        match = value_of(program.tree, node, "match") or ""
        begins = any(each.strip().startswith(("/", "document-node(")) for each in match.split("|"))
        named = value_of(program.tree, node, "name") in ("main", "xsl:initial-template")
        if local(node) in ("import", "include", "output", "use-package") or begins or named:
            return not whole(program)
    return False


def _of_parts(program: Program) -> _Around:
    """The declarations of the stylesheets that this one includes or imports, directly or through others."""
    sources = program.sources()
    variables: set[str] = set()
    templates: set[str] = set()
    complete = True
    waiting = [(program.path, program.document.text)]
    seen = {program.path.name}
    while waiting and len(seen) < _MOST_PARTS:
        base, text = waiting.pop()
        for address in _PART.findall(text):
            path = sources.locate(absolute(str(base), address))
            if path is None:
                complete = False
            elif str(path) not in seen:
                seen.add(str(path))
                try:
                    waiting.append((path, read_file(path).decode("utf-8", "replace")))
                except OSError:
                    complete = False
        if base != program.path:
            variables.update(_NAMED_VARIABLE.findall(text))
            templates.update(_NAMED_TEMPLATE.findall(text))
    uses = any(local(node) == "use-package" for node in program.tree.root.children)
    return _Around(frozenset(variables), frozenset(templates), complete and not waiting and not uses)


def _missing_parts(program: Program) -> Iterator[Finding]:
    """Stylesheets that are to be included and do not exist."""
    named = [
        (node, item)
        for node in program.tree.root.children
        if space(node) == XSL
        and local(node) in ("import", "include")
        and (item := node.attribute("href")) is not None
        and not program.tree.attribute_value(item).startswith("http")
    ]
    yield from missing(program, named, "The stylesheet")


def _attributes(own: Sequence[Node]) -> Iterator[Finding]:
    for node in own:
        for name in _REQUIRED.get(local(node), ()):
            if node.attribute(name) is None and node.attribute(f"_{name}") is None:
                words = f"<{node.written}> lacks the attribute {name}, without which it says nothing."
                slips = [item for item in node.attributes if nearest(item.name, (name,))]
                reading: Reading | None = None
                if len(slips) == 1:
                    reason = f"{words} {slips[0].name} comes close."
                    reading = Reading(reason=reason, confidence=0.92, edits=(new_name(slips[0], name),))
                yield of_element(node, words, code=Code.MISSING_ATTRIBUTE, expected=(name,), reading=reading)


def _expressions(program: Program) -> Iterator[Expression]:
    """The XPath expressions in the attributes of all elements, without their literals."""
    for node in program.tree.nodes:
        for item in node.attributes:
            value = program.tree.attribute_value(item)
            if space(node) == XSL and item.name in _EXPRESSIONS:
                yield node, item, LITERAL.sub(" ", value)
            elif "{" in value:
                inside = _BRACES.findall(value.replace("{{", " ").replace("}}", " "))
                yield node, item, LITERAL.sub(" ", " ".join(inside))


def _variables(program: Program, around: _Around, larger: str) -> Iterator[Finding]:
    """Variables that are used and declared nowhere in scope; those that a part may declare are not reported."""
    own = {value_of(program.tree, node, "name") or "" for node in program.tree.root.children if _declares(node)}
    outer = own | around.variables
    told: set[str] = set()
    for node, item, expression in _expressions(program):
        for name in variables(expression):
            if name in outer or name in _BUILT_IN:
                continue
            known = _in_scope(program, node)
            meant = nearest(name, [each for each in (*outer, *known) if each])
            slip = meant is not None and (meant[1] or (around.complete and not larger))
            if name in known or (not around.complete and not slip):
                continue
            if not larger or slip:
                yield _undeclared(program, node, item, name, [*outer, *known])
            elif name not in told:
                told.add(name)
                yield _elsewhere(program, node, item, f"The variable ${name} is declared", larger)


def _elsewhere(program: Program, node: Node, item: Attribute, what: str, larger: str) -> Finding:
    """A finding for a name that a module uses and does not declare, but the stylesheet that includes it may."""
    words = f"{what} nowhere in this file: {larger} that takes this one in has to have it."
    return of_value(program.tree, node, item, words, code=Code.UNRESOLVED_REFERENCE, severity=Severity.WARNING)


def _declares(node: Node) -> bool:
    return space(node) == XSL and local(node) in ("variable", "param", "accumulator")


def _in_scope(program: Program, node: Node) -> list[str]:
    """The local variables and parameters that an element sees: of the siblings in front of it and of its ancestors."""
    names: list[str] = []
    for at, holder in pairwise(node.lineage()):
        inside = local(holder) in ("iterate", "function", "template") and space(holder) == XSL
        siblings = holder.children[: at.index] if not inside else holder.children[: at.index + 1]
        names += [
            value_of(program.tree, each, "name") or "" for each in siblings if _declares(each) and each is not node
        ]
    return names


def _undeclared(program: Program, node: Node, item: Attribute, name: str, known: Sequence[str]) -> Finding:
    words = f"The variable ${name} is declared nowhere that <{node.written}> sees; an XSLT processor stops there."
    meant = nearest(name, [each for each in known if each])
    raw = program.tree.text[item.value_start : item.value_end]
    if meant and raw.count(f"${name}") == len(re.findall(rf"\${re.escape(name)}(?![\w.-])", raw)) > 0:
        better = raw.replace(f"${name}", f"${meant[0]}")
        return renamed_value(program.tree, node, item, better, words, safe=meant[1])
    words += " Declare it with xsl:variable or xsl:param, or correct its name."
    return of_value(program.tree, node, item, words, code=Code.UNRESOLVED_REFERENCE, expected=tuple(known[:10]))


def _templates(program: Program, around: _Around, larger: str) -> Iterator[Finding]:
    """Named templates that are called and not defined."""
    tree = program.tree
    if not around.complete:
        return
    own = [
        value_of(tree, node, "name") or ""
        for node in tree.root.children
        if space(node) == XSL and local(node) == "template"
    ]
    names = {*own, *around.templates}
    for node in tree.nodes:
        item = node.attribute("name")
        if space(node) != XSL or local(node) != "call-template" or item is None:
            continue
        name = tree.attribute_value(item)
        if name not in names:
            words = f"No template is called {name}."
            meant = nearest(name, [each for each in names if each])
            if meant and (meant[1] or not larger):
                yield renamed_value(tree, node, item, meant[0], words, safe=meant[1])
            elif larger:
                names.add(name)
                yield _elsewhere(program, node, item, f"The template {name} stands", larger)
            else:
                yield of_value(tree, node, item, words, code=Code.UNRESOLVED_REFERENCE)


def _compiled(program: Program, version: str) -> Iterator[Finding]:
    """The errors of the processor that would run it: libxslt, or Saxon where it is installed."""
    if not version.startswith("1"):
        yield from _by_saxon(program)
        return
    from lxml import etree  # noqa: PLC0415 - loaded where the work is done

    def compile_stylesheet() -> None:
        access = etree.XSLTAccessControl.DENY_WRITE
        etree.XSLT(read(program.data, str(program.path), program.sources()), access_control=access)

    complaints, _ = compiled(compile_stylesheet)
    if not complaints:
        return
    placed = next((each for each in complaints if each.line), None)
    said = (
        "; ".join(dict.fromkeys(each.words for each in complaints if not each.line and each.words != "error"))
        or complaints[0].words
    )
    name = found[1] if placed and (found := re.search(r"element '([\w-]+)'", placed.words)) else ""
    nodes = at_line(program, placed.line, lambda node: local(node) == name) if placed else []
    yield _expression_fault(program, nodes[0] if nodes else program.tree.root, said)


def _expression_fault(program: Program, node: Node, said: str) -> Finding:
    """The fault at the expression that the processor quotes, if an attribute of the element has it."""
    words = f"The stylesheet does not compile: {said}."
    for item in node.attributes:
        value = program.tree.attribute_value(item)
        if item.name in _EXPRESSIONS and value and f"'{value}'" in said:
            return of_value(program.tree, node, item, words, code=Code.DOES_NOT_COMPILE)
    return of_element(node, words, code=Code.DOES_NOT_COMPILE)


def _by_saxon(program: Program) -> Iterator[Finding]:
    if not saxon.installed() or re.search(r"<(?:\w+:)?(?:import|include|use-package)\s", program.document.text):
        return
    try:
        saxon.Stylesheet(program.document.text.lstrip("\ufeff")).settle()
    except saxon.SaxonError as error:
        said = " ".join(str(error).split())
        found = _ON_LINE.search(said)
        line = int(found[1] or found[2]) if found else 0
        nodes = at_line(program, line, lambda node: space(node) == XSL) if line else []
        yield _expression_fault(program, nodes[0] if nodes else program.tree.root, said.rstrip("."))
