"""The expansion of a rule set: abstract patterns and rules are filled in, the phase is chosen, faults are named."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from html import escape
from itertools import chain

from lxml import etree

from .rule_checks import belongs, meant, misplaced, twice, without_effect
from .rule_files import XSL, Piece, RuleFiles, declared
from .rule_set import XPATH1, Assertion, Let, Message, Part, Pattern, Place, Rule, RuleFault, RuleSet

_XS = "http://www.w3.org/2001/XMLSchema"
_PARAMETER = re.compile(r"\$([\w.\-]+)")
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_LEVELS = 32  # of rules extending rules
# attributes of the standard's latest edition that change what is checked, and are not followed here
_NOT_FOLLOWED = {"rule": ("visit-each",), "phase": ("from", "when")}

Fill = Callable[[str], str]


def expanded(root: Piece, files: RuleFiles) -> RuleSet:
    """The expanded rule set of this root; raises SchemaError where an included file cannot be read."""
    return _Expander(files).rule_set(root)


class _Expander:
    def __init__(self, files: RuleFiles) -> None:
        self._files = files
        self._faults: dict[RuleFault, None] = {}  # each is told of once
        self._abstract_patterns: dict[str, Piece] = {}
        self._abstract_rules: dict[str, Piece] = {}
        self._messages: dict[str, Message] = {}
        self._properties: set[str] = set()

    def rule_set(self, root: Piece) -> RuleSet:
        top = list(self._inside(root))
        by_name = defaultdict[str, list[Piece]](list)
        for piece in top:
            by_name[piece.name].append(piece)
        patterns = [piece for piece in top if piece.name in ("pattern", "group")]
        self._abstract_patterns = {piece.get("id"): piece for piece in patterns if piece.get("abstract") == "true"}
        for holder in chain(by_name["rules"], patterns):
            self._abstract_rules.update(self._abstract_in(holder))
        diagnostics = chain.from_iterable(map(self._inside, by_name["diagnostics"]))
        self._messages = {piece.get("id"): self._message(piece, str) for piece in diagnostics}
        self._properties = {piece.get("id") for each in by_name["properties"] for piece in self._inside(each)}
        self._ambiguous(by_name, patterns)
        for piece in by_name["ns"]:
            if piece.element.get("prefix") == "" and root.get("queryBinding").lower() in XPATH1:
                self._fault(piece, "XPath 1 takes no notice of a namespace without a prefix; give it one", mild=True)
        phase, active, phase_lets = self._phase(root, by_name["phase"], patterns)
        chosen = [piece for piece in patterns if active is None or piece.get("id") in active]
        return RuleSet(
            title=" ".join("".join(by_name["title"][0].element.itertext()).split()) if "title" in by_name else "",
            binding=root.get("queryBinding").lower(),
            namespaces={"xs": _XS} | {piece.get("prefix"): piece.get("uri") for piece in by_name["ns"]},
            lets=(
                *(self._let(piece, str) for piece in by_name["let"] + by_name["param"]),
                *phase_lets,
            ),
            declarations=tuple(self._declarations(chain([root], patterns))),
            keys=tuple(self._keys(chain([root], patterns))),
            patterns=tuple(self._pattern(piece) for piece in chosen if piece.get("abstract") != "true"),
            phase=phase,
            faults=tuple(sorted(self._faults, key=lambda fault: (fault.place.file != root.file, fault.place.line))),
        )

    def _inside(self, piece: Piece) -> Iterator[Piece]:
        """The Schematron elements in another; those that do not belong there are recorded as faults."""
        for child in self._files.children(piece):
            for text, mild in misplaced(child, piece):
                self._fault(child, text, mild=mild)
            if belongs(child, piece):
                for attribute in filter(child.get, _NOT_FOLLOWED.get(child.name, ())):
                    text = (
                        f"the attribute {attribute} of {child.name} is not followed here, and changes what is checked"
                    )
                    self._fault(child, text)
                yield child

    def _ambiguous(self, by_name: defaultdict[str, list[Piece]], patterns: list[Piece]) -> None:
        """Record a fault for every name that is declared with two meanings."""
        for piece, first in twice(by_name["ns"], "prefix"):
            if piece.get("uri") != first.get("uri"):
                self._fault(
                    piece, f"the prefix {piece.get('prefix')} stands for another namespace in line {first.place.line}"
                )
        for piece, first in twice(by_name["let"] + by_name["param"], "name"):
            if piece.place != first.place:
                self._fault(piece, f"the variable {piece.get('name')} is declared in line {first.place.line} already")
        for piece, first in chain(twice(patterns, "id"), twice(by_name["phase"], "id")):
            if piece.place != first.place:  # what is included twice is one
                text = f"the id {piece.get('id')} is that of another {piece.name}, in line {first.place.line}"
                self._fault(piece, text, mild=True)

    def _fault(self, piece: Piece, text: str, *, mild: bool = False) -> None:
        self._faults[RuleFault(piece.place, text, mild)] = None

    def _phase(self, root: Piece, phases: list[Piece], patterns: list[Piece]) -> tuple[str, set[str] | None, list[Let]]:
        """The phase in force, the patterns that are active in it (None for all), and its variables."""
        known = {piece.get("id") for piece in patterns}
        for phase in phases:
            for active in self._inside(phase):
                if active.name == "active" and active.get("pattern") not in known:
                    self._fault(active, f"the phase {phase.get('id')} names the pattern {active.get('pattern')}, "
                                f"which is not there{meant(active.get('pattern'), known)}")  # fmt: skip
        name = root.get("defaultPhase")
        if name in ("", "#ALL", "#DEFAULT"):
            return "", None, []
        chosen = next((piece for piece in phases if piece.get("id") == name), None)
        if chosen is None:
            names = {piece.get("id") for piece in phases}
            self._fault(root, f"the default phase {name} is not there{meant(name, names)}")
            return name, None, []
        inside = list(self._inside(chosen))
        active_patterns = {piece.get("pattern") for piece in inside if piece.name == "active"}
        return name, active_patterns, [self._let(piece, str) for piece in inside if piece.name == "let"]

    def _declarations(self, holders: Iterable[Piece]) -> Iterator[tuple[str, Place]]:
        """The XSLT declarations of the rules, and those of included stylesheets that the rules do not override."""
        pieces = [
            (piece, piece.file == holder.file)
            for holder in holders
            for piece in self._files.children(holder)
            if str(piece.element.tag).startswith(XSL)
        ]
        own = {declared(piece.element) for piece, is_own in pieces if is_own}
        for piece, is_own in pieces:
            element = piece.element
            if not is_own:
                if declared(element) in own - {None}:
                    continue
                element = deepcopy(element)
                element.set(_BASE, piece.file.as_uri())  # what it reads lies beside it
            yield etree.tostring(element, encoding="unicode", with_tail=False), piece.place

    def _keys(self, holders: Iterable[Piece]) -> Iterator[tuple[str, str, str, Place]]:
        """Keys as Schematron 1.5 has them: a key in a rule matches the nodes of the rule's context."""
        for holder in holders:
            for piece in self._files.children(holder):
                if piece.name == "key":
                    path = piece.get("path") or piece.get("use")
                    yield piece.get("name"), piece.get("match"), path, piece.place
                elif piece.name == "rule":
                    for key in self._files.children(piece):
                        if key.name == "key":
                            yield key.get("name"), piece.get("context"), key.get("path"), key.place

    def _pattern(self, piece: Piece) -> Pattern:
        template = piece
        fill: Fill = str
        if name := piece.get("is-a"):
            template = self._abstract_patterns.get(name, piece)
            if template is piece:
                self._fault(piece, f"the abstract pattern {name} is not there{meant(name, self._abstract_patterns)}")
            own_parameters = [item for item in self._inside(piece) if item.name == "param"]
            fill = self._filling([*self._inside(template), *own_parameters])
            self._unused(template, own_parameters)
        inside = list(self._inside(template))
        own = self._abstract_in(template)
        lets = [item for item in inside if item.name == "let"]
        if not piece.get("is-a"):
            lets += [item for item in inside if item.name == "param"]
        group = template.name == "group"
        rules = tuple(
            self._rule(item, fill, own) for item in inside if item.name == "rule" and item.get("abstract") != "true"
        )
        if not (rules or lets):
            self._fault(piece, "the pattern has no rule", mild=True)
        self._faults |= dict.fromkeys(without_effect(rules, group=group))
        return Pattern(
            rules=rules,
            lets=tuple(self._let(item, fill) for item in lets),
            documents=fill(template.get("documents") or piece.get("documents")),
            group=group,
            place=piece.place,
        )

    def _unused(self, template: Piece, parameters: Iterable[Piece]) -> None:
        """Record a fault for every parameter that an abstract pattern does not use."""
        text = etree.tostring(template.element, encoding="unicode")
        asked = set(_PARAMETER.findall(text))
        for item in parameters:
            if item.get("name") and item.get("name").strip() not in asked and "include" not in text:
                known = meant(item.get("name"), asked)
                self._fault(
                    item, f"the abstract pattern {template.get('id')} has no ${item.get('name')}{known}", mild=True
                )

    @staticmethod
    def _filling(inside: Iterable[Piece]) -> Fill:
        """Puts the values of parameters in place of their names, whole names alone."""
        values = {item.get("name").strip(): item.get("value") for item in inside if item.name == "param"}
        return lambda text: _PARAMETER.sub(lambda found: values.get(found[1], found[0]), text)

    def _abstract_in(self, holder: Piece) -> dict[str, Piece]:
        # all rules in a <rules> may be extended
        return {
            piece.get("id"): piece
            for piece in self._inside(holder)
            if piece.name == "rule" and (piece.get("abstract") == "true" or holder.name == "rules")
        }

    def _rule(self, piece: Piece, fill: Fill, own: dict[str, Piece]) -> Rule:
        lets: list[Let] = []
        assertions: list[Assertion] = []
        if piece.element.get("context") is None:
            self._fault(piece, "rule needs the attribute context")
        for item, first in twice((item for item in self._files.children(piece) if item.name == "let"), "name"):
            text = f"the variable {item.get('name')} is declared in line {first.place.line} already"
            self._fault(item, text, mild=True)
        for holder, item in self._of_rule(piece, own, 0):
            if item.name in ("let", "param"):
                lets.append(self._let(item, fill))
            elif item.name in ("assert", "report"):
                assertions.append(self._assertion(item, (item, holder, piece), fill))
        return Rule(fill(piece.get("context")), tuple(lets), tuple(assertions), piece.place)

    def _of_rule(self, piece: Piece, own: dict[str, Piece], level: int) -> Iterator[tuple[Piece, Piece]]:
        """The children of a rule and of the rules that it extends, each after its parent."""
        for item in self._inside(piece):
            if item.name != "extends":
                yield piece, item
                continue
            name = item.get("rule")
            base = own.get(name) or self._abstract_rules.get(name)
            if base is None or level > _LEVELS:
                known = {*own, *self._abstract_rules}
                self._fault(item, f"the abstract rule {name} is not there{meant(name, known)}")
            else:
                yield from self._of_rule(base, own, level + 1)

    def _assertion(self, piece: Piece, holders: tuple[Piece, ...], fill: Fill) -> Assertion:
        def given(attribute: str) -> str:
            return next((value for holder in holders if (value := holder.get(attribute))), "")

        diagnostics = []
        for name in piece.get("diagnostics").split():
            if name in self._messages:
                diagnostics.append(self._messages[name])
            else:
                self._fault(piece, f"the diagnostic {name} is not there{meant(name, self._messages)}", mild=True)
        for name in piece.get("properties").split():
            if name not in self._properties:
                self._fault(piece, f"the property {name} is not there{meant(name, self._properties)}", mild=True)
        return Assertion(
            id=fill(piece.get("id")),
            test=fill(piece.get("test")),
            report=piece.name == "report",
            message=self._message(piece, fill),
            diagnostics=tuple(diagnostics),
            flag=fill(given("flag")),
            role=fill(given("role")),
            severity=fill(given("severity")),
            subject=fill(given("subject")),
            place=piece.place,
        )

    def _let(self, piece: Piece, fill: Fill) -> Let:
        value, content = fill(piece.get("value")), ""
        if piece.element.get("value") is None:
            inner = "".join(etree.tostring(item, encoding="unicode") for item in piece.element)
            content = escape(piece.element.text or "", quote=False) + inner
        return Let(piece.get("name"), value, piece.place, content, piece.get("as"))

    def _message(self, piece: Piece, fill: Fill) -> Message:
        parts = [Part("text", piece.element.text or "")]
        for child in piece.element.iterchildren():
            name = Piece(child, piece.file).name
            if name == "value-of":
                parts.append(Part("value", fill(child.get("select", ""))))
            elif name == "name":
                parts.append(Part("name", fill(child.get("path", ""))))
            elif str(child.tag).startswith(XSL):
                parts.append(Part("xslt", etree.tostring(child, encoding="unicode", with_tail=False)))
            elif name in ("emph", "span", "dir"):
                parts += self._message(Piece(child, piece.file), fill)
            elif name and name != "include":
                self._fault(Piece(child, piece.file), f"{name} has no meaning in a message")
            parts.append(Part("text", child.tail or ""))
        return tuple(part for part in parts if part.kind != "text" or part.text)
