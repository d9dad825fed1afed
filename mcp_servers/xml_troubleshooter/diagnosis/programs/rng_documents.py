"""A RELAX NG grammar that is the document itself: unresolved names, and the errors of its compiler."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from ...codes import Code
from ...facts.finding import Finding, local, of_element, space, value_of
from ...grammar.datatypes import BUILTINS
from ...schema_files import rng_files
from .complaints import Program, at_line, compiled, unknown_elements, unresolved

RNG = "http://relaxng.org/ns/structure/1.0"
_ELEMENTS = (
    "element", "attribute", "group", "interleave", "choice", "optional", "zeroOrMore", "oneOrMore", "list", "mixed",
    "ref", "parentRef", "empty", "value", "data", "notAllowed", "externalRef", "grammar", "param", "except", "div",
    "include", "start", "define", "name", "anyName", "nsName", "text",
)  # fmt: skip


def check(program: Program) -> Iterator[Finding]:
    """The compilation errors of a grammar."""
    tree = program.tree
    own = [node for node in tree.nodes if space(node) == RNG]
    found = list(unknown_elements(own, _ELEMENTS, "RELAX NG"))
    parts = any(local(node) in ("include", "externalRef") for node in own)
    defined = [value_of(tree, node, "name") or "" for node in own if local(node) == "define"]
    for node in own:
        item = node.attribute("name")
        if local(node) == "ref" and item is not None and not parts and tree.attribute_value(item) not in defined:
            name = tree.attribute_value(item)
            words = f"No <define> of this grammar is called {name}."
            found.append(unresolved(tree, node, item, name, defined, words))
        kind = node.attribute("type")
        if local(node) == "data" and kind is not None:
            name = tree.attribute_value(kind)
            library = next(
                (value for each in node.lineage() if (value := value_of(tree, each, "datatypeLibrary")) is not None),
                "",
            )
            if library.startswith("http://www.w3.org/2001/XMLSchema-datatypes") and name not in BUILTINS:
                words = f"XML Schema's datatypes have no {name}."
                found.append(unresolved(tree, node, kind, name, list(BUILTINS), words))
    yield from found
    if found:
        return
    complaints, unusable = compiled(lambda: etree.RelaxNG(rng_files.grammar(program.data, program.sources())))
    if unusable:
        if parts and program.document.source:
            yield of_element(tree.root, unusable, code=Code.SCHEMA_LOCATION)
        return
    for complaint in complaints[:1]:
        mentioned = re.search(r"<(\w+)>", complaint.words)
        nodes = at_line(program, complaint.line, lambda node: space(node) == RNG)
        nodes = [node for node in nodes if mentioned is None or local(node) == mentioned[1]]
        words = re.sub(r"^Internal |^Error ", "", complaint.words).rstrip(".")
        place = nodes[0] if nodes and complaint.line else tree.root
        yield of_element(place, f"The grammar does not compile: {words}.", code=Code.DOES_NOT_COMPILE)
