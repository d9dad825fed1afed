"""Spring's configuration: each namespace whose elements are used has its schema in schemaLocation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...codes import Code
from ...document import XSI_NAMESPACE
from ...document.edits import Edit
from ...document.tree import Tree
from ..attribute_facts import repeated
from ..finding import Fact, Finding, Reading, children, local, of_element, of_value, space

_SOURCE = "https://docs.spring.io/spring-framework/reference/core/appendix/xml-custom.html"
_OWN = re.compile(r"http://www\.springframework\.org/schema/([a-z-]+)$")


def _located(tree: Tree) -> Iterator[Finding]:
    item = tree.root.attribute(f"{{{XSI_NAMESPACE}}}schemaLocation")
    if item is None:
        return
    words = tree.attribute_value(item).split()
    if len(words) % 2:
        return  # a fact of its own reports it
    known = set(words[::2])
    for node in tree.nodes:
        uri = space(node)
        own = _OWN.match(uri)
        if uri in known or own is None:
            continue
        known.add(uri)
        address = f"{uri}/spring-{own[1]}.xsd"
        said = (
            f"<{node.written}> is in the namespace {uri}, of which {item.name} names no schema; Spring then does not "
            "know the element."
        )
        separator = "\n" + " " * 8 if "\n" in tree.text[item.value_start : item.value_end] else " "
        edit = Edit(item.value_end, item.value_end, f"{separator}{uri} {address}")
        reading = Reading(confidence=0.93, edits=(edit,), provenance="fact: where Spring keeps its schemas")
        yield of_element(node, said, code=Code.SCHEMA_LOCATION, value=uri, expected=(address,), reading=reading)


def _ids(tree: Tree) -> Iterator[Finding]:
    """Beans of one <beans> that have the same id."""
    for holder in tree.nodes:
        beans = children(holder) if local(holder) == "beans" else ()
        for bean, item, name, line in repeated(tree, beans, "id"):
            words = f"The id \u201c{name}\u201d is used twice in <{holder.written}>, the first time in line {line}."
            yield of_value(tree, bean, item, f"{words} Spring takes it once.", code=Code.DUPLICATE_ID)


FACTS = (
    Fact(id="spring-ids", source=_SOURCE, vocabularies=("spring-beans",), check=_ids, structural=True),
    Fact(id="spring-locations", source=_SOURCE, vocabularies=("spring-beans",), check=_located, mark="schemaLocation"),
)
