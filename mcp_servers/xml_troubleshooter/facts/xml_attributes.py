"""Facts of every document: the attributes of XML itself and of XML Schema's instances."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..codes import Code
from ..diagnostics import Severity
from ..document import XML_NAMESPACE, XSI_NAMESPACE
from ..document.edits import Edit
from ..document.tokens import Attribute
from ..document.tree import Node, Tree
from ..grammar.datatypes import BUILTINS
from .attribute_facts import new_attribute, new_name, new_value
from .finding import Fact, Finding, Reading, of_value
from .misspelt_names import only_near

_XML = "https://www.w3.org/TR/xml/#sec-lang-tag"
_SPACE = "https://www.w3.org/TR/xml/#sec-white-space"
_NIL = "https://www.w3.org/TR/xmlschema-1/#xsi_nil"
_LOCATION = "https://www.w3.org/TR/xmlschema-1/#xsi_schemaLocation"
_TYPE = "https://www.w3.org/TR/xmlschema-1/#xsi_type"
_LANGUAGE = re.compile(r"(?:[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)?")
_TRUTH = {"yes": "true", "y": "true", "on": "true", "no": "false", "n": "false", "off": "false"}
_INSTANCE = ("nil", "type", "schemaLocation", "noNamespaceSchemaLocation")  # the attributes that there are
_SCHEMA_PREFIXES = ("xs", "xsd")


def _carried(tree: Tree, namespace: str, name: str) -> Iterator[tuple[Node, Attribute]]:
    """The attributes of a namespace and a local name such as "nil", and the elements that carry them."""
    for match in re.compile(rf"\s[\w.-]+:{name}\s*=").finditer(tree.text, tree.root.start):
        node = tree.at(match.start())
        if node.start < match.start() < node.tag.end and (item := node.attribute(f"{{{namespace}}}{name}")):
            yield node, item


def _language(tree: Tree) -> Iterator[Finding]:
    """The first language that is none, for all: where one is written so, they mostly all are."""
    wrong = [
        (node, item)
        for node, item in _carried(tree, XML_NAMESPACE, "lang")
        if not _LANGUAGE.fullmatch(tree.attribute_value(item).strip())
    ]
    for node, item in wrong[:1]:
        more = f" It is not the only one: {len(wrong)} are written so." if wrong[1:] else ""
        words = (
            f'{item.name}="{tree.attribute_value(item)}" is not written as BCP 47 has it: parts of letters and '
            f"digits with hyphens between them, such as en-GB.{more}"
        )
        yield of_value(tree, node, item, words, severity=Severity.WARNING)


def _white_space(tree: Tree) -> Iterator[Finding]:
    for node, item in _carried(tree, XML_NAMESPACE, "space"):
        value = tree.attribute_value(item)
        if value in ("default", "preserve"):
            continue
        words = f'{item.name}="{value}" must be default or preserve.'
        reading: Reading | None = None
        if value.strip().lower() in ("default", "preserve"):
            edit = new_value(item, value.strip().lower())
            reading = Reading(confidence=0.98, edits=(edit,), safe=True, rewrites=True)
        yield of_value(tree, node, item, words, expected=("default", "preserve"), reading=reading)


def _nil(tree: Tree) -> Iterator[Finding]:
    for node, item in _carried(tree, XSI_NAMESPACE, "nil"):
        value = tree.attribute_value(item).strip()
        if value not in ("true", "false", "1", "0"):
            words = f'{item.name}="{value}" must be true or false.'
            reading: Reading | None = None
            if value.lower() in ("true", "false"):
                edit = new_value(item, value.lower())
                reading = Reading(confidence=0.98, edits=(edit,), safe=True, rewrites=True)
            elif value.lower() in _TRUTH:
                edit = new_value(item, _TRUTH[value.lower()])
                reading = Reading(confidence=0.9, edits=(edit,), rewrites=True)
            yield of_value(tree, node, item, words, expected=("true", "false"), reading=reading)
        elif value in ("true", "1") and (len(node.children) or tree.value(node)):
            blank = not len(node.children) and not tree.value(node).strip()
            words = (
                f'<{node.written}> says {item.name}="{value}" and yet holds '
                f"{'white space' if blank else 'something'}; it must be empty, or the attribute goes."
            )
            without = Reading(confidence=0.7, edits=(Edit(item.start, item.end, ""),))
            emptied = Reading(confidence=0.97, edits=(Edit(*node.content, ""),), safe=True)
            yield of_value(tree, node, item, words, code=Code.TEXT_NOT_ALLOWED, reading=emptied if blank else without)


def _type(tree: Tree) -> Iterator[Finding]:
    for node, item in _carried(tree, XSI_NAMESPACE, "type"):
        prefix, colon, name = tree.attribute_value(item).strip().partition(":")
        if not colon or prefix in node.scope:
            continue
        words = f'The prefix "{prefix}" in {item.name}="{prefix}:{name}" is not declared.'
        reading: Reading | None = None
        if prefix in _SCHEMA_PREFIXES and name in ("anyType", *BUILTINS):
            edit = new_attribute(tree.root, f'xmlns:{prefix}="http://www.w3.org/2001/XMLSchema"')
            reason = f"{words} It commonly stands for XML Schema, which has this type."
            source = "fact: the namespace of XML Schema"
            reading = Reading(reason=reason, confidence=0.97, edits=(edit,), safe=True, provenance=source)
        yield of_value(tree, node, item, words, code=Code.UNBOUND_PREFIX, reading=reading)


def _instance(tree: Tree) -> Iterator[Finding]:
    """Attributes in the namespace of instances that XML Schema does not have."""
    for prefix in dict.fromkeys(prefix for prefix, uri, _ in tree.declarations if uri == XSI_NAMESPACE and prefix):
        for match in re.finditer(rf"\s{re.escape(prefix)}:([\w.-]+)\s*=", tree.text):
            node, name = tree.at(match.start()), match[1]
            item = node.attribute(f"{{{XSI_NAMESPACE}}}{name}")
            if item is None or name in _INSTANCE or not node.start < match.start() < node.tag.end:
                continue
            words = f"XML Schema has no attribute {item.name}; in this namespace there are {', '.join(_INSTANCE)}."
            reading: Reading | None = None
            if near := only_near(name, _INSTANCE):
                meant = f"{prefix}:{near}"
                reason = f"{words} {meant} is meant."
                reading = Reading(reason=reason, confidence=0.93, edits=(new_name(item, meant),))
            yield of_value(
                tree, node, item, words, code=Code.UNEXPECTED_ATTRIBUTE, severity=Severity.WARNING,
                expected=(near,) if near else (), reading=reading,
            )  # fmt: skip


FACTS = (
    Fact(id="xsi-attributes", source=_NIL, check=_instance, mark=":nil", structural=True),
    Fact(id="xsi-location", source=_LOCATION, check=_instance, mark=":schemalocation", structural=True),
    Fact(id="xml-lang", source=_XML, check=_language, mark="xml:lang"),
    Fact(id="xml-space", source=_SPACE, check=_white_space, mark="xml:space"),
    Fact(id="xsi-nil", source=_NIL, check=_nil, mark=":nil", structural=True),
    Fact(id="xsi-type", source=_TYPE, check=_type, mark=":type"),
)
