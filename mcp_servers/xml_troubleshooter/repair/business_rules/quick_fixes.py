"""Schematron QuickFix: the repairs that a rule set itself offers for its findings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from ...disk.bounds import read_file
from ...document.character_references import attribute_text, element_text
from ...document.edits import Edit
from ...document.parsing import Element, parser
from ...loop.proposal import QUICK_FIX
from ...validators.schematron.findings import NodePlace, RuleFinding
from ...validators.schematron.xpath.expression_parts import atoms, nodes, place_of, truth
from ...validators.schematron.xpath.operands import Evaluation
from ..context import insertion
from .candidates import Candidate
from .slots import Slot, Slots

SQF = "{http://www.schematron-quickfix.com/validator/process}"
_CALLS = 8  # of fixes by fixes


@dataclass(frozen=True)
class Entry:
    """A fix that takes a value from a person: its question, and the edits that an answer makes."""

    asks: str
    edits: Callable[[str], tuple[Edit, ...]]


def quick_fixes(found: RuleFinding, slots: Slots, root: Any) -> Iterator[Candidate]:  # noqa: ANN401 - of an extra
    """The fixes that the rules name for a finding and that need no word from a person; `root` is elementpath's."""
    for fix, maker in _named(found, slots, root):
        with suppress(Exception):  # a fix that cannot be evaluated is not offered
            yield from maker.candidate(fix)


def entries(found: RuleFinding, slots: Slots, root: Any) -> Iterator[Entry]:  # noqa: ANN401 - of an extra
    """The fixes of a finding that take one value from a person."""
    for fix, maker in _named(found, slots, root):
        with suppress(Exception):
            yield from maker.entry(fix)


def _named(found: RuleFinding, slots: Slots, root: Any) -> Iterator[tuple[Element, _Maker]]:  # noqa: ANN401 - of an extra
    """The fixes that the rules name for a finding, each with the maker of its edits."""
    if found.place is None or found.document:
        return
    with suppress(OSError, etree.XMLSyntaxError):
        rules = _parsed(read_file(Path(found.place.file)))
        assertion = next(
            (
                item
                for item in rules.iter("{*}assert", "{*}report")
                if item.get("id", "") == found.rule and (found.rule or item.sourceline == found.place.line)
            ),
            None,
        )
        if assertion is None or (rule := assertion.getparent()) is None:
            return
        for name in assertion.get(f"{SQF}fix", "").split():
            fix = _fix(name, rule, rules)
            if fix is not None:
                yield fix, _Maker(found, slots, root, rules)


@lru_cache(maxsize=4)
def _parsed(content: bytes) -> Element:
    """A file of rules, parsed once for all that they find."""
    rules: Element = etree.fromstring(content, parser(entities=False))
    return rules


def _fix(name: str, *scopes: Element) -> Element | None:
    """The fix of a name, in the first of these parts of a schema that has it."""
    places = (fix for scope in scopes for fix in scope.iter(f"{SQF}fix", f"{SQF}group"))
    return next((fix for fix in places if fix.get("id") == name), None)


def _title(item: Element) -> str:
    return " ".join("".join(item.xpath("string(.//*[local-name()='title' or local-name()='p'])")).split())


@dataclass
class _Maker:
    found: RuleFinding
    slots: Slots
    root: Any
    rules: Element

    @cached_property
    def test(self) -> Evaluation:
        return Evaluation(self.found, self.root)

    def candidate(self, fix: Element) -> Iterator[Candidate]:
        if fix.tag == f"{SQF}group":
            for inner in fix.iterchildren(f"{SQF}fix"):
                yield from self.candidate(inner)
            return
        place = self.found.node
        if not self._holds(fix, place):
            return
        edits = tuple(self._made(fix, place, {}, _CALLS))
        title, slot = _title(fix), Slot(place)
        if edits:
            text = self.slots.context.text
            yield Candidate(
                edits, self.slots.start(slot), self.slots.path(slot),
                f"The rules offer: {title.rstrip('.') or fix.get('id')}.", 0.85,
                before=" ".join(text[edits[0].start : edits[0].end].split())[:200], after=edits[0].after.strip()[:200],
                provenance=f"{QUICK_FIX}{fix.get('id')} of {self.found.rule or 'the rule'}",
            )  # fmt: skip

    def entry(self, fix: Element) -> Iterator[Entry]:
        """The value that a fix asks a person for, if that is just one."""
        asked = [item for item in fix.iterchildren(f"{SQF}user-entry") if item.get("default") is None]
        if len(asked) != 1 or not self._holds(fix, self.found.node):
            return
        name, place = str(asked[0].get("name")), self.found.node
        if tuple(self._made(fix, place, {name: ["1"]}, _CALLS)):
            yield Entry(_title(asked[0]) or name, lambda value: tuple(self._made(fix, place, {name: [value]}, _CALLS)))

    def _made(self, fix: Element, place: NodePlace, variables: Mapping[str, Any], calls: int) -> Iterator[Edit]:
        known = dict(variables)
        for item in fix:
            name = item.tag.removeprefix(SQF) if isinstance(item.tag, str) else ""
            if name in ("user-entry", "param"):
                key = str(item.get("name"))
                if key not in known and item.get("default") is None:
                    raise LookupError(key)  # only a person knows it
                known.setdefault(key, self._values(item.get("default", "''"), place, known))
            elif name == "call-fix" and calls and (other := _fix(str(item.get("ref")), self.rules)) is not None:
                given = {
                    str(param.get("name")): self._values(param.get("select", "''"), place, known)
                    for param in item.iterchildren(f"{SQF}with-param")
                }
                yield from self._made(other, place, given, calls - 1)
            elif name in ("add", "delete", "replace", "stringReplace") and self._holds(item, place):
                for at in self._places(item.get("match"), place, known):
                    yield from self._activity(name, item, at, known)

    def _activity(self, name: str, item: Element, at: NodePlace, known: Mapping[str, Any]) -> Iterator[Edit]:
        value, slot = self._content(item, at, known), Slot(at)
        target, kind = item.get("target", ""), item.get("node-type", "")
        match name:
            case "delete":
                yield from self.slots.remove(at)
            case "add" if kind in ("attribute", "@"):
                yield from self.slots.put(Slot(replace(at, attribute=""), (f"@{self._clark(target)}",)), value)
            case "add":
                yield from self._add(item, at, f"<{target}>{element_text(value)}</{target}>" if target else value)
            case "replace" if at.attribute or kind in ("keep", "") or not target:
                yield from self.slots.put(slot, value)
            case "replace":
                node = self.slots.node(at)
                yield Edit(node.start, node.end, f"<{target}>{element_text(value)}</{target}>")
            case _:
                before = self.slots.value(slot)
                yield from self.slots.put(slot, re.sub(item.get("regex", ""), lambda _: value, before))

    def _add(self, item: Element, at: NodePlace, text: str) -> Iterator[Edit]:
        node, context = self.slots.node(at), self.slots.context
        indent = context.indentation(node)
        match item.get("position", "first-child"):
            case "before":
                yield Edit(node.start, node.start, text)
            case "after":
                yield Edit(node.end, node.end, text)
            case "last-child":
                place = node.children[-1].end if len(node.children) else node.content[1]
                yield from insertion(node, place, indent + text, context)
            case _:
                yield from insertion(node, node.content[0], indent + text, context)

    def _content(self, item: Element, at: NodePlace, known: Mapping[str, Any]) -> str:
        if item.get("select"):
            return " ".join(map(str, self._values(item.get("select", ""), at, known)))
        parts = [item.text or ""]
        for child in item:
            local = etree.QName(child).localname if isinstance(child.tag, str) else ""
            if local == "value-of":
                parts.append(" ".join(map(str, self._values(child.get("select", "''"), at, known))))
            elif isinstance(child.tag, str):
                raise LookupError(local)  # more of XSLT than is read here
            parts.append(child.tail or "")
        text = "".join(parts).strip()
        return attribute_text(text) if item.get("node-type") == "attribute" else text

    def _holds(self, item: Element, place: NodePlace) -> bool:
        condition = item.get("use-when")
        return condition is None or truth(self.test.parsed(condition), self._context(place, {})) is True

    def _values(self, expression: str, place: NodePlace, known: Mapping[str, Any]) -> list[Any]:
        return atoms(self.test.parsed(expression), self._context(place, known))

    def _places(self, match: str | None, place: NodePlace, known: Mapping[str, Any]) -> list[NodePlace]:
        if match is None:
            return [place]
        return list(map(place_of, nodes(self.test.parsed(match), self._context(place, known))))

    def _context(self, place: NodePlace, known: Mapping[str, Any]) -> Any:  # noqa: ANN401 - of an extra
        context = self.test.context_at(place)
        context.variables = {**context.variables, **known}
        return context

    def _clark(self, name: str) -> str:
        prefix, colon, local = name.rpartition(":")
        return f"{{{self.found.scope.namespaces.get(prefix, '')}}}{local}" if colon else local
