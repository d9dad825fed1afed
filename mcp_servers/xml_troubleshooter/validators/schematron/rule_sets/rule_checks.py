"""The faults of a rule set as it is written, and its parts without effect: compilers pass over most of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from .rule_files import Piece
from .rule_set import Rule, RuleFault

# the child elements that each element allows
_INSIDE = {
    "schema": "include extends title ns p let param phase pattern group diagnostics properties rules key library",
    "library": "include extends title ns p let param phase pattern group diagnostics properties rules key",
    "phase": "include p let active title",
    "pattern": "include extends title p let param rule key",
    "group": "include extends title p let param rule key",
    "rules": "include extends title p let rule",
    "rule": "include extends title p let param assert report key",
    "assert": "include value-of name emph span dir",
    "report": "include value-of name emph span dir",
    "diagnostics": "include diagnostic",
    "properties": "include property",
}
_SAYING = {"pattern", "rule", "assert", "report", "extends", "include"}
_NAMES = sorted({name for names in _INSIDE.values() for name in names.split()} | {"schema"})
# attributes without which an element says nothing
_NEEDED = {
    "assert": ("test",), "report": ("test",), "value-of": ("select",), "let": ("name",), "param": ("name",),
    "active": ("pattern",), "ns": ("prefix", "uri"), "diagnostic": ("id",), "property": ("id",), "key": ("name",),
}  # fmt: skip
_RICH = "id icon see fpi role subject flag severity"
_ASSERTION = f"{_RICH} test diagnostics properties"
# all attributes that an element may have, in the editions of the standard and in Schematron 1.5
_ATTRIBUTES = {
    "schema": f"{_RICH} schemaVersion schematronEdition defaultPhase queryBinding version ns",
    "ns": "id prefix uri", "include": "href", "extends": "rule href", "active": "pattern", "value-of": "select",
    "pattern": f"{_RICH} abstract is-a documents name", "group": f"{_RICH} abstract is-a documents name",
    "rule": f"{_RICH} abstract context visit-each", "assert": _ASSERTION, "report": _ASSERTION,
    "let": "name value as", "param": "name value as", "phase": f"{_RICH} from when", "name": "path",
}  # fmt: skip
# contexts that no node matches: a child of an attribute or a text, a position 0, a literal
_IMPOSSIBLE = re.compile(
    r"@[\w:.\-*]+\s*/(?!/?\s*\.\.)|(?:text|comment)\(\)\s*/(?!/?\s*\.\.)|\[\s*(?:0|false\(\)|last\(\)\s*\+\s*\d+)\s*\]"
    r"|^\s*(?:'[^']*'|\"[^\"]*\"|\d+)\s*$"
)
_CONSTANT = re.compile(r"\s*(?:'([^']*)'|\"([^\"]*)\"|(\d+(?:\.\d+)?))\s*")
_PREDICATE = re.compile(r"\[[^\[\]]*\]")
_STEP = re.compile(r"(?:^|/)(?:child::)?((?:[\w.\-]+:|\*:)?[\w.\-]+|\*)$")
_BLANK = re.compile(r"\s+")


def belongs(child: Piece, parent: Piece) -> bool:
    """Whether an element of Schematron is one that its parent may hold."""
    return child.name in _INSIDE.get(parent.name, "").split()


def misplaced(child: Piece, parent: Piece) -> Iterator[tuple[str, bool]]:
    """The faults of an element in its parent: in words, each with whether the rules are usable all the same."""
    tag = child.element.tag
    if belongs(child, parent):
        for attribute in _NEEDED.get(child.name, ()):
            if child.element.get(attribute) is None:
                yield f"{child.name} needs the attribute {attribute}", False
        known = _ATTRIBUTES.get(child.name, "").split()
        for attribute in map(str, child.element.attrib):
            if known and "{" not in attribute and attribute not in known:
                yield f"{child.name} has no attribute {attribute}{meant(attribute, known)}", True
    elif child.name in _NAMES:
        yield f"{child.name} has no meaning in {parent.name}", True
    elif child.name:
        allowed = _INSIDE.get(parent.name, "").split()
        yield f"{child.name} is no element of Schematron{meant(child.name, allowed)}", False
    elif tag in _SAYING:  # in no namespace
        yield f"{tag} is not in Schematron's namespace, and so has no meaning", False
    elif str(tag).rpartition("}")[2] in _SAYING & set(_INSIDE.get(parent.name, "").split()):
        namespace, _, name = str(tag).rpartition("}")
        yield f"{name} is in the namespace {namespace[1:]}, not in Schematron's, and so has no meaning", True


def twice(pieces: Iterable[Piece], attribute: str) -> Iterator[tuple[Piece, Piece]]:
    """The elements whose name has occurred before, each with the first of that name."""
    seen: dict[str, Piece] = {}
    for piece in pieces:
        name = piece.get(attribute)
        if name and seen.setdefault(name, piece) is not piece:
            yield piece, seen[name]


def without_effect(rules: Iterable[Rule], *, group: bool) -> Iterator[RuleFault]:
    """Rules of a pattern whose context matches no node, or only nodes of an earlier rule, and constant tests."""
    seen: dict[str, Rule] = {}
    for rule in rules:
        context = _BLANK.sub(" ", rule.context).strip()
        whole = [_BLANK.sub(" ", each).strip() for each in context.split("|")]
        first = seen.get(context) or _before(whole, seen)
        if first is not None and not group:
            text = f"the rule for {context} never applies: the one of line {first.place.line} does first"
            yield RuleFault(rule.place, text, mild=True)
        if _IMPOSSIBLE.search(context):
            yield RuleFault(rule.place, f"no node can match the context {context}", mild=True)
        for each in (context, *(whole if "[" not in context else ())):
            seen.setdefault(each, rule)
        for assertion in rule.assertions:
            if _CONSTANT.fullmatch(assertion.test):
                text = f"the test {assertion.test.strip()} is a constant, which says nothing of any document"
                yield RuleFault(assertion.place, text, mild=True)


def _before(alternatives: list[str], seen: dict[str, Rule]) -> Rule | None:
    """A rule that matches every node of these alternatives before: with a bare name, or `*`, as its context."""
    found = [next((seen[each] for each in _covering(one) if each in seen), None) for one in alternatives]
    return found[0] if all(found) else None


def _covering(pattern: str) -> Iterator[str]:
    """The patterns of one step that match every node that a pattern matches."""
    yield pattern
    before = ""
    while pattern != before:
        pattern, before = _PREDICATE.sub("", pattern), pattern
    step = _STEP.search(pattern.strip())
    if step:
        yield from (step[1], f"//{step[1]}", "*", "//*")


def meant(name: str, known: Iterable[str]) -> str:
    """The known name that an unknown one may be meant for, as the end of a sentence; "" if none is near."""
    near = get_close_matches(name, [item for item in known if item], 1)
    return f"; {near[0]} may be meant" if near else ""
