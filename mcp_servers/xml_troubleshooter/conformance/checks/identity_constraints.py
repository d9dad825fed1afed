"""The identity constraints of XSD (unique, key, keyref): which fields of which elements break them.

libxml2 names a constraint and the values, and no second place; the selector and the fields in the schema lead there.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lxml import etree

from ...codes import Code
from ...diagnostics import Diagnostic, Related
from ...disk.bounds import read_file
from ...document.names import local_name
from ...document.parsing import parser
from ...document.tree import Node, Tree
from ...validators.schema import load
from ..examination import clip

_XS = "{http://www.w3.org/2001/XMLSchema}"
_RULE = re.compile(r"(?:identity-constraint|keyref) '(?:\{[^{}]*\})?([^']+)'")
_VALUES = re.compile(r"\A(?:(?!key-sequence \[).)*+key-sequence \[(.*)\] (?:in|of) ", re.DOTALL)
_VALUE = re.compile(r"'((?:[^']|'(?!, '|$))*)'", re.DOTALL)
_STEP = re.compile(r"(@?)(?:child::|attribute::)?(?:([\w.\-]+):)?([\w.\-]+|\*)")
_LONGEST = 5_000_000  # characters of a document whose elements are gone through for this
_LISTED = 50  # keys that a reference may be meant for, named in a diagnostic

Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    """A constraint as the schema states it; `element` is the name of the element that declares it."""

    name: str
    element: str
    selector: str
    fields: tuple[str, ...]
    refers: str
    prefixes: Mapping[str | None, str]


def tell(tree: Tree, schema: str, roots: tuple[Path, ...], verdicts: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics, each broken identity constraint explained by its fields, its values and the other place."""
    broken = any(item.code is Code.IDENTITY_CONSTRAINT for item in verdicts)
    if not broken or not schema.endswith(".xsd") or len(tree.text) > _LONGEST:
        return list(verdicts)
    keys = _Keys(tree, {rule.name: rule for rule in _rules(load(schema, roots).files)})
    return [keys.told(item) if item.code is Code.IDENTITY_CONSTRAINT else item for item in verdicts]


def _rules(files: Iterable[Path]) -> Iterator[_Rule]:
    for path in files:
        reader: etree.XMLParser[Any] = parser(recover=True)  # libxml2 has compiled it, perhaps with an external DTD
        root = etree.fromstring(read_file(path), reader)
        for node in root.iter(f"{_XS}unique", f"{_XS}key", f"{_XS}keyref"):
            selector, above = node.find(f"{_XS}selector"), node.getparent()
            if selector is not None and above is not None:
                fields = tuple(item.get("xpath", "") for item in node.iterchildren(f"{_XS}field"))
                refers = node.get("refer", "").rpartition(":")[2]
                name, holder = node.get("name", ""), above.get("name", "")
                yield _Rule(name, holder, selector.get("xpath", ""), fields, refers, dict(node.nsmap))


class _Keys:
    """The elements and key values that the constraints of a schema select in a document, each found once."""

    def __init__(self, tree: Tree, rules: Mapping[str, _Rule]) -> None:
        self._tree = tree
        self._rules = rules
        self._found: dict[tuple[str, Node], dict[Values, deque[Node]]] = {}

    def told(self, verdict: Diagnostic) -> Diagnostic:
        """The diagnostic with a full explanation, as far as message and schema lead to the elements at fault."""
        named, values = _RULE.search(verdict.message), _VALUES.search(verdict.message)
        rule = self._rules.get(named[1]) if named else None
        node = self._tree.at(verdict.start)
        if rule is None:
            return verdict
        scope = next((each for each in node.lineage() if local_name(each.name) == rule.element), None)
        if scope is None:
            return verdict
        fields = " and ".join(rule.fields)
        if values is None:
            lacking = [field for field in rule.fields if self._field(node, field, rule) is None]
            sentence = f"{node.written} has no {' and no '.join(lacking)}, by which the schema tells it from others."
            return replace(verdict, explanation=f"{sentence} Add it.") if lacking else verdict
        sought = tuple(" ".join(value.split()) for value in _VALUE.findall(values[1]))
        shown = ", ".join(f"“{clip(value)}”" for value in sought)
        if not rule.refers:
            first = self._selected(rule, scope).get(sought, deque())
            if not first or first[0] is node:
                return verdict
            line = self._tree.document.position(first[0].start).line
            sentence = f"{node.written} has the {fields} {shown}, and so has {first[0].written} in line {line}."
            return replace(
                verdict,
                value=", ".join(sought),
                explanation=f"{sentence} The schema wants each once; correct the wrong one.",
                related=Related(first[0].start, f"{first[0].written} with the same {fields}"),
            )
        key = self._rules.get(rule.refers)
        referring = self._selected(rule, scope).get(sought)
        if key is None or not referring:
            return verdict
        node = referring.popleft() if len(referring) > 1 else referring[0]
        start, end = node.start, node.name_end
        known = self._selected(key, scope)
        wanted = " and ".join(key.fields)
        sentence = f"{node.written} refers with its {fields} to {shown}, but no element has this {wanted}."
        return replace(
            verdict, start=start, end=end, line=0, path=node.path, name=node.written, value=", ".join(sought),
            expected=tuple(", ".join(values) for values in known) if len(known) <= _LISTED else (),
            explanation=f"{sentence} Correct the reference, or add what it refers to.",
        )  # fmt: skip

    def _selected(self, rule: _Rule, scope: Node) -> dict[Values, deque[Node]]:
        """The elements that a constraint selects, by the values of their fields, in document order."""
        found = self._found.get((rule.name, scope))
        if found is None:
            found = self._found[rule.name, scope] = {}
            for node in dict.fromkeys(self._reached(scope, rule.selector, rule)):
                values = [self._field(node, field, rule) for field in rule.fields]
                whole = tuple(value for value in values if value is not None)
                if len(whole) == len(values):
                    found.setdefault(whole, deque()).append(node)
        return found

    def _field(self, node: Node, path: str, rule: _Rule) -> str | None:
        """The value of a field of an element; None where it has none."""
        for option in path.split("|"):
            above, _, last = option.strip().rpartition("/")
            match = _STEP.fullmatch(last.strip())
            if match is not None and (match[1] or last.strip().startswith("attribute::")):
                name = f"{{{rule.prefixes.get(match[2], '')}}}{match[3]}" if match[2] else match[3]
                for holder in self._reached(node, above or ".", rule):
                    if (attribute := holder.attribute(name)) is not None:
                        return " ".join(self._tree.attribute_value(attribute).split())
                continue
            for holder in self._reached(node, option, rule):
                return " ".join(self._tree.value(holder).split())
        return None

    def _reached(self, start: Node, path: str, rule: _Rule) -> Iterator[Node]:
        """The elements that a path of the XPath subset of XSD leads to."""
        for option in path.split("|"):
            steps = option.strip()
            nodes: list[Node] = [start]
            if steps.startswith(".//"):
                nodes, steps = list(start.iterate()), steps[3:]
            for step in (item.strip() for item in steps.split("/")):
                if step != ".":
                    nodes = [child for node in nodes for child in node.children if _matches(child, step, rule)]
            yield from nodes


def _matches(node: Node, step: str, rule: _Rule) -> bool:
    match = _STEP.fullmatch(step)
    if match is None or match[1]:
        return False
    if match[2] and not node.name.startswith(f"{{{rule.prefixes.get(match[2], '')}}}"):
        return False
    return match[3] in ("*", local_name(node.name))
