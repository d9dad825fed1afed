"""A Schematron that is the document itself: prefixes, variables, patterns and diagnostics that its tests name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...codes import Code
from ...diagnostics import Severity
from ...disk.bounds import real_path
from ...document.edits import Edit
from ...document.layout import break_before
from ...document.tokens import Attribute
from ...document.tree import Node
from ...facts.finding import Finding, Reading, children, local, of_element, of_value, space, value_of
from ...validators.schematron.rules import Rules, rules
from ...wellformedness.names.well_known_namespaces import WELL_KNOWN
from .complaints import (
    Program,
    at_line,
    compiled,
    nearest,
    renamed_value,
    unknown_elements,
    unresolved,
)
from .names_in_expressions import LITERAL, prefixes, variables

SCH = ("http://purl.oclc.org/dsdl/schematron", "http://www.ascc.net/xml/schematron")
_ELEMENTS = (
    "schema", "ns", "pattern", "rule", "assert", "report", "let", "title", "p", "phase", "active", "diagnostics",
    "diagnostic", "include", "extends", "param", "name", "value-of", "emph", "dir", "span", "properties", "property",
    "key", "library", "group", "rules",
)  # fmt: skip
_EXPRESSIONS = ("context", "test", "select", "value", "path", "subject", "match")
_PREDECLARED = ("xs", "fn", "xml", "xsl", "map", "array", "math", "xsi")
_UNAMBIGUOUS = ("cbc", "cac", "ext", "rsm", "ram", "udt", "soap", "ds")  # prefixes of one namespace in all rules


def check(program: Program) -> Iterator[Finding]:
    """The compilation errors of rules, and the warnings of their engine."""
    tree = program.tree
    own = [node for node in tree.nodes if space(node) in SCH]
    found = list(unknown_elements(own, _ELEMENTS, "Schematron"))
    partial = any(local(node) in ("include", "library") or node.attribute("href") for node in own)
    if local(tree.root) == "schema":
        found += [*_prefixes(program, own), *_unclosed(program, own)]
        found += [] if partial else [*_variables(program, own), *_named(program, own)]
    yield from found
    if found or local(tree.root) != "schema":
        return
    made: list[Rules] = []

    def make() -> None:
        read = rules(program.data, program.sources())
        read.engine.settle()
        made.append(read)

    complaints, unusable = compiled(make)
    odd = (fault for each in made for fault in each.engine.warnings)
    for fault in (fault for fault in odd if fault.place.file == real_path(program.path)):
        if at := at_line(program, fault.place.line, lambda node: node in own):
            words = f"{fault.text[0].upper()}{fault.text[1:]}."
            yield of_element(at[0], words, code=Code.UNRESOLVED_REFERENCE, severity=Severity.WARNING)
    said = unusable or "; ".join(dict.fromkeys(each.words for each in complaints if each.words != "error"))
    if said and not (partial and unusable) and "install" not in said:
        yield _at_expression(program, own, said)


def _at_expression(program: Program, own: list[Node], said: str) -> Finding:
    words = f"The rules do not compile: {said.rstrip('.')}."
    line = re.search(r", line (\d+) are", said)
    at = at_line(program, int(line[1]), lambda node: node in own) if line else own
    items = [(node, item, program.tree.attribute_value(item)) for node, item, _ in _expressions(program, at)]
    quoted = [(node, item) for node, item, value in items if f"'{value}'" in said or f"{{{value}}}" in said]
    placed = quoted or ([(node, item) for node, item, _ in items] if line else [])
    if placed:
        return of_value(program.tree, *placed[0], words, code=Code.DOES_NOT_COMPILE)
    return of_element(at[-1] if line and at else program.tree.root, words, code=Code.DOES_NOT_COMPILE)


def _expressions(program: Program, nodes: list[Node]) -> Iterator[tuple[Node, Attribute, str]]:
    """The XPath expressions of elements, without their literals."""
    for node in nodes:
        for item in node.attributes:
            if item.name in _EXPRESSIONS:
                yield node, item, LITERAL.sub(" ", program.tree.attribute_value(item))


def _prefixes(program: Program, own: list[Node]) -> Iterator[Finding]:
    """Prefixes that the tests use and no <ns> declares."""
    tree = program.tree
    declared = [value_of(tree, node, "prefix") or "" for node in own if local(node) == "ns"]
    functions = (
        {prefix for node in tree.nodes for prefix in node.scope} if "function" in program.document.text else set()
    )
    told: set[str] = set()
    for node, item, expression in _expressions(program, own):
        for prefix in prefixes(expression):
            if prefix in (*declared, *_PREDECLARED, *functions, *told):
                continue
            told.add(prefix)
            words = f'The prefix "{prefix}" is used here and no <ns> of this schema declares it.'
            yield of_value(tree, node, item, words, code=Code.UNBOUND_PREFIX, reading=_declaration(program, prefix))


def _unclosed(program: Program, own: list[Node]) -> Iterator[Finding]:
    """Expressions with a parenthesis or a bracket that has no partner, where nothing needs to be compiled."""
    for node, item, expression in _expressions(program, own):
        for opening, closing, what in (("(", ")", "parenthesis"), ("[", "]", "bracket")):
            if expression.count(opening) != expression.count(closing):
                words = f"A {what} of {item.name} has no partner: {program.tree.attribute_value(item)[:100]}"
                yield of_value(program.tree, node, item, words, code=Code.DOES_NOT_COMPILE)
                break


def _declaration(program: Program, prefix: str) -> Reading | None:
    tree = program.tree
    uri = tree.root.scope.get(prefix) or (WELL_KNOWN[prefix] if prefix in _UNAMBIGUOUS else "")
    if not uri or not len(tree.root.children):
        return None
    first = next((child for child in tree.root.children if local(child) != "title"), tree.root.children[0])
    written = tree.root.written.replace("schema", "ns")
    margin = break_before(tree.text, first.start)
    reason = f'"{prefix}" stands for {uri} ' + (
        "in this file." if tree.root.scope.get(prefix) else "wherever it is used."
    )
    edit = Edit(first.start, first.start, f'<{written} prefix="{prefix}" uri="{uri}"/>{margin}')
    return Reading(reason=reason, confidence=0.93, edits=(edit,), provenance=f"fact: the namespace of {prefix}")


def _variables(program: Program, own: list[Node]) -> Iterator[Finding]:
    tree = program.tree
    everywhere = [value_of(tree, node, "name") or "" for node in children(tree.root) if local(node) == "let"]
    parameters = [value_of(tree, node, "name") or "" for node in own if local(node) == "param"]
    for node, item, expression in _expressions(program, own):
        for name in variables(expression):
            known = [*everywhere, *parameters, *_lets(program, node)]
            if name in known or any(local(each) == "phase" for each in node.lineage()):
                continue
            words = f"The variable ${name} is declared by no <let> that <{node.written}> sees."
            meant = nearest(name, [each for each in known if each])
            raw = tree.text[item.value_start : item.value_end]
            if meant:
                better = re.sub(rf"\${re.escape(name)}(?![\w.-])", f"${meant[0]}", raw)
                yield renamed_value(tree, node, item, better, words, safe=meant[1])
            else:
                yield of_value(tree, node, item, words, code=Code.UNRESOLVED_REFERENCE)


def _lets(program: Program, node: Node) -> list[str]:
    return [
        value_of(program.tree, each, "name") or ""
        for holder in node.lineage()
        for each in holder.children
        if local(each) == "let"
    ]


def _named(program: Program, own: list[Node]) -> Iterator[Finding]:
    """Abstract patterns, rules and diagnostics that are named and not defined."""
    tree = program.tree
    for holder, attribute, wanted in (
        ("pattern", "is-a", "pattern"), ("extends", "rule", "rule"), ("assert", "diagnostics", "diagnostic"),
        ("report", "diagnostics", "diagnostic"), ("active", "pattern", "pattern"),
    ):  # fmt: skip
        known = [identity for node in own if local(node) == wanted and (identity := value_of(tree, node, "id"))]
        for node in own:
            item = node.attribute(attribute) if local(node) == holder else None
            for name in tree.attribute_value(item).split() if item else ():
                if item is not None and name not in known:
                    words = f"No <{wanted}> of this schema has the id {name}."
                    alone = tree.attribute_value(item) == name
                    yield unresolved(tree, node, item, name if alone else "", known, words)
