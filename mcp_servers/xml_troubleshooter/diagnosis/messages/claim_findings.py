"""Claims of another system checked against the document: those that hold become findings like any other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from ...codes import Code
from ...diagnostics import Diagnostic
from ...document.document import Document
from ...document.edits import Edit
from ...document.layout import break_before
from ...document.tokens import Attribute
from ...document.tree import Node, Tree
from ...facts.attribute_facts import new_attribute, new_value
from ...facts.children import ordered, required
from ...facts.fact_check import Found, told
from ...facts.finding import (
    Ask,
    Finding,
    Reading,
    local,
    of_element,
    of_text,
    of_value,
    only_text,
    space,
    text_of,
    trimmed,
)
from ...facts.misspelt_names import only_near, renamed, sibling_name
from ...grammar.datatypes import BUILTINS
from ...schemas.plan import PROBLEM
from . import payments
from .claim import Claim, Kind
from .claim_offsets import located
from .claimed_nodes import at_line, claimed_nodes, holders, repeated
from .claims import claims

_LONGEST = 20_000_000  # characters of a document that messages are held against
_MOST = 20  # values that a message is held to speak of
_BUILT_IN = re.compile(r"(?:[\w-]+:|#|http://www\.w3\.org/2001/XMLSchema[:#])?(\w+)$")
_NAMED = re.compile(r"[^\s(),|?*+]+")
_SOURCE = "problem: the quoted message"


def check(problem: str, document: Document, known: Sequence[Diagnostic] = ()) -> tuple[tuple[Diagnostic, Found], ...]:
    """The findings in a well-formed document for the claims in a text; none at a place with a `known` diagnostic."""
    said = [located(claim, document) for claim in claims(problem)]
    if not said or len(document.text) > _LONGEST:
        return ()
    try:
        tree = Tree(document)
        found = [
            Found(claim.own_rule, "", finding)
            for claim in said
            if claim.kind in _CHECKS
            for finding in _CHECKS[claim.kind](claim, tree)
        ]
    except ValueError:
        return ()
    places = {item.start for item in known}
    return tuple(each for each in told(document, found, PROBLEM) if each[0].start not in places)


def _namespace(claim: Claim, tree: Tree) -> Iterator[Finding]:
    """A namespace that was expected in place of one that the document declares."""
    expected = claim.expected[0] if claim.expected else ""
    found = claim.found or (space(tree.root) if claim.name in ("", local(tree.root)) else "")
    if not expected or expected == found or any(uri == expected for _, uri, _ in tree.declarations):
        return
    declared = [
        (node, item)
        for node in tree.nodes
        for item in node.attributes
        if item.name.partition(":")[0] == "xmlns" and tree.attribute_value(item).strip() == found
    ]
    if declared and found:
        node, item = declared[0]
        words = f"The other system expects the namespace {expected} where the document has {found}."
        edits = (*(new_value(each, expected) for _, each in declared), *_locations(tree, found, expected))
        reading = Reading(
            reason=f"{words} Whether the document is meant for that version, its author must know.",
            confidence=0.85 if claim.found else 0.6, edits=edits, provenance=_SOURCE,
        )  # fmt: skip
        yield of_value(tree, node, item, words, code=Code.WRONG_NAMESPACE, expected=(expected,), reading=reading)
    elif not found and not space(tree.root) and claim.name in ("", local(tree.root)):
        root = tree.root
        words = f"The other system expects <{root.written}> in the namespace {expected}; here it is in none."
        edits = (new_attribute(root, f'xmlns="{expected}"'),)
        reading = Reading(confidence=0.8, edits=edits, provenance=_SOURCE)
        yield of_element(root, words, code=Code.WRONG_NAMESPACE, expected=(expected,), reading=reading)


def _locations(tree: Tree, found: str, expected: str) -> list[Edit]:
    """The edits that name another namespace in xsi:schemaLocation."""
    edits: list[Edit] = []
    for item in tree.root.attributes:
        if item.name.endswith(":schemaLocation"):
            raw = tree.text[item.value_start : item.value_end]
            words = list(re.finditer(r"\S+", raw))[::2]
            edits += [
                Edit(item.value_start + match.start(), item.value_start + match.end(), expected)
                for match in words
                if match.group() == found
            ]
    return edits


def _unexpected(claim: Claim, tree: Tree) -> Iterator[Finding]:
    """An element that was not expected, where the message names the expected ones."""
    nodes = claimed_nodes(claim, tree)
    if len(nodes) != 1 or not claim.expected or claim.name in claim.expected:
        return
    node = nodes[0]
    names = ", ".join(f"<{each}>" for each in claim.expected[:10])
    words = f"The other system expects {names} where <{node.written}> stands."
    near = only_near(claim.name, claim.expected)
    siblings = node.parent.children[node.index + 1 :] if node.parent else []
    later = [each for each in siblings if local(each) in claim.expected]
    reading: Reading | None = None
    if near:
        meant = sibling_name(node, near)
        reason = f"{words} <{meant}> is the only one that comes close."
        reading = Reading(reason=reason, confidence=0.8, edits=renamed(node, meant), provenance=_SOURCE)
    elif len(claim.expected) == 1 and len(later) == 1:
        reason = f"{words} There is a <{later[0].written}> further on."
        place = node.parent.children[node.index - 1].end if node.parent and node.index else node.start
        reading = Reading(reason=reason, confidence=0.6, moves=((later[0], place),))
    yield of_element(node, words, expected=claim.expected, reading=reading)


def _missing(claim: Claim, tree: Tree) -> Iterator[Finding]:
    """An element that a message calls missing, and that is missing or empty."""
    wanted = (claim.name,) if claim.name else claim.expected
    if not wanted:
        return
    known = [node for node in tree.nodes if local(node) == claim.parent] if claim.parent else []
    if not known:
        held = [node for node in tree.nodes if local(node) in wanted]
        carried = any(item.name.rpartition(":")[2] in wanted for node in tree.nodes for item in node.attributes)
        if not held and not carried and not claim.is_bare:
            words = f"The other system misses <{wanted[0]}>, and the document has none."
            yield of_element(tree.root, words, code=Code.MISSING_ELEMENT, expected=wanted)
        yield from _empty(tree, held)
        return
    parents = at_line(claim, tree, known)
    lacking = [node for node in parents if not any(local(child) in wanted for child in node.children)]
    if claim.tool == "Maven":
        about = [node for node in lacking if _coordinates(tree, node).startswith(claim.found)]
        yield from (finding for node in about[:1] for finding in required(tree, node, wanted, "Maven"))
        return
    if len(lacking) == 1 or (lacking and claim.line):
        node = lacking[0]
        names = " or ".join(f"<{each}>" for each in wanted[:5])
        words = f"The other system misses {names} in <{node.written}>, and it is not there."
        yield of_element(node, words, code=Code.MISSING_ELEMENT, expected=wanted)
    elif not lacking:
        yield from _empty(tree, [child for node in parents for child in node.children if local(child) in wanted])


def _empty(tree: Tree, nodes: Sequence[Node]) -> Iterator[Finding]:
    """The empty ones of elements that a message calls missing."""
    for node in nodes:
        if not len(node.children) and not tree.value(node).strip():
            words = f"The other system misses a value in <{node.written}>, which is there and empty."
            yield of_element(node, words, code=Code.EMPTY_VALUE)


def _coordinates(tree: Tree, node: Node) -> str:
    return ":".join(text_of(tree, node, name) for name in ("groupId", "artifactId"))


def _key(claim: Claim, tree: Tree) -> Iterator[Finding]:
    """A key of a property list that a message calls missing, and that is."""
    name = claim.name or claim.value
    top = next((node for node in tree.root.children if local(node) == "dict"), None)
    if top is None or top.close is None or not name:
        return
    if any(local(node) == "key" and tree.value(node).strip() == name for node in top.children):
        return
    words = f"The other system misses the key \u201c{name}\u201d, and the property list does not have it."
    last = top.children[-1] if len(top.children) else None
    at = last.end if last else top.content[0]
    margin = break_before(tree.text, last.start) if last else ""
    skeleton = f"{margin}<key>{name}</key>{margin}<string>{{}}</string>"
    ask = Ask(needed=f"What is the value of the key \u201c{name}\u201d?", why=words, at=at, skeleton=skeleton)
    yield of_element(top, words, code=Code.MISSING_ELEMENT, expected=(name,), ask=ask)


def _duplicate(claim: Claim, tree: Tree) -> Iterator[Finding]:
    """The second entry of a list with the same value of the attribute that must be unique in it; or an element."""
    if not claim.value:
        for node in claimed_nodes(claim, tree):
            twins = [each for each in node.parent.children if local(each) == local(node)] if node.parent else []
            if twins[1:2] == [node]:
                words = (
                    f"The other system objects to more than one <{node.written}>; here is a second. See whether both "
                    "are needed."
                )
                yield of_element(node, words, code=Code.DUPLICATE_ELEMENT)
    for node, item in repeated(claim, tree)[1:2]:
        words = (
            f"The other system takes {claim.name}=\u201c{claim.value}\u201d once in a list; it stands here a second "
            "time. Take one out."
        )
        yield of_value(tree, node, item, words, code=Code.DUPLICATE_KEY)


def _content(claim: Claim, tree: Tree) -> Iterator[Finding]:
    """Children in another order than a content model, which the message quotes, has them."""
    order = [tuple(_NAMED.findall(part)) for part in _parts(claim.found.strip())]
    known = {name for part in order for name in part}
    for node in at_line(claim, tree, [each for each in tree.nodes if local(each) == claim.parent]):
        for finding in ordered(node, order, "the content model"):
            reading = replace(finding.reading, safe=False, confidence=0.85) if finding.reading else None
            yield replace(finding, reading=reading)
        stray = next((child for child in node.children if child.written not in known), None)
        if stray is not None:
            words = f"<{stray.written}> is not in the content model that the other system has for <{node.written}>."
            yield of_element(stray, words)


def _parts(model: str) -> list[str]:
    """The parts of a sequence, between its top-level commas."""
    inner = model.rstrip("?*+")[1:-1]
    parts, depth = [""], 0
    for sign in inner:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _missing_attribute(claim: Claim, tree: Tree) -> Iterator[Finding]:
    parents = at_line(claim, tree, [node for node in tree.nodes if local(node) == claim.parent]) if claim.parent else []
    lacking = [node for node in parents if not _carries(node, claim.name)]
    if len(lacking) == 1 or (lacking and claim.line):
        words = f"The other system misses the attribute {claim.name} on <{lacking[0].written}>, and it is not there."
        yield of_element(lacking[0], words, code=Code.MISSING_ATTRIBUTE, expected=(claim.name,))


def _unexpected_attribute(claim: Claim, tree: Tree) -> Iterator[Finding]:
    nodes = [node for node in tree.nodes if not claim.parent or local(node) == claim.parent]
    found = [(node, item) for node in at_line(claim, tree, nodes) if (item := _carries(node, claim.name))]
    if len(found) == 1:
        node, item = found[0]
        words = f"The other system does not know the attribute {item.name} of <{node.written}>."
        yield of_value(tree, node, item, words, code=Code.UNEXPECTED_ATTRIBUTE, expected=claim.expected)


def _carries(node: Node, name: str) -> Attribute | None:
    return next((item for item in node.attributes if item.name.rpartition(":")[2] == name), None)


def _value(claim: Claim, tree: Tree) -> Iterator[Finding]:
    """A value that a message calls wrong, and that is wrong by a list or by a type of XML Schema."""
    said = "IBAN" if payments.is_iban(claim.value) else claim.name
    calculated = [each for each in payments.check(said, tree) if claim.value in ("", each.value)]
    if calculated:
        yield from calculated
        return
    held = list(holders(claim, tree))
    if len(held) > 1 and not claim.name:
        return
    type_name = (found[1] if (found := _BUILT_IN.search(claim.type)) else "") if claim.type else ""
    type_name = _OF_PROGRAMS.get(claim.found, type_name) if type_name not in BUILTINS else type_name
    builtin = BUILTINS.get(type_name)
    allowed = [each for each in claim.expected if each]
    for node, item in held[:_MOST]:
        value = tree.attribute_value(item) if item else tree.value(node).strip()
        if value in allowed or (not allowed and (builtin is None or builtin.accepts(value))):
            continue
        yield _refused(tree, node, item, value, allowed, type_name)


def _refused(
    tree: Tree, node: Node, item: Attribute | None, value: str, allowed: Sequence[str], type_name: str
) -> Finding:
    """The finding about a value that the other system does not accept."""
    where = f"{item.name} of <{node.written}>" if item else f"<{node.written}>"
    takes = ", ".join(allowed[:20]) if allowed else f"a value of the type {type_name}"
    words = f"The other system refuses \u201c{value[:80]}\u201d in {where}; it takes {takes}."
    reading: Reading | None = None
    if (near := only_near(value, allowed)) and (item or only_text(node)):
        edit = new_value(item, near) if item else Edit(*trimmed(tree, node), near)
        reason = f"{words} {near} is the only one that comes close."
        reading = Reading(reason=reason, confidence=0.8, edits=(edit,), provenance=_SOURCE)
    code = Code.NOT_IN_ENUMERATION if allowed else Code.INVALID_VALUE
    expected = tuple(allowed) or (f"xs:{type_name}",)
    type_ = None if allowed else BUILTINS.get(type_name)
    if item:
        return of_value(tree, node, item, words, code=code, expected=expected, reading=reading, type=type_)
    return of_text(tree, node, words, code=code, expected=expected, reading=reading, type=type_)


# the names of XML Schema's types in .NET, Java and Go, or of the functions that parse them
_OF_PROGRAMS = {
    "Date": "date", "DateTime": "dateTime", "Time": "time", "Decimal": "decimal", "Boolean": "boolean", "Int32": "int",
    "Int64": "long", "Int16": "short", "Integer": "integer", "Double": "double", "Single": "float",
    "AllXsd": "dateTime", "Uri": "anyURI", "Duration": "duration", "BigDecimal": "decimal", "BigInteger": "integer",
    "Float": "double", "Int": "integer", "Uint": "nonNegativeInteger", "Atoi": "integer", "Bool": "boolean",
    "int": "int", "long": "long", "double": "double", "boolean": "boolean", "Long": "long", "LocalDate": "date",
    "LocalDateTime": "dateTime", "NumberFormat": "decimal", "DateTimeParse": "date",
}  # fmt: skip
_CHECKS: Mapping[Kind, Callable[[Claim, Tree], Iterator[Finding]]] = {
    Kind.NAMESPACE: _namespace,
    Kind.UNEXPECTED: _unexpected,
    Kind.MISSING: _missing,
    Kind.MISSING_ATTRIBUTE: _missing_attribute,
    Kind.UNEXPECTED_ATTRIBUTE: _unexpected_attribute,
    Kind.VALUE: _value,
    Kind.KEY: _key,
    Kind.DUPLICATE: _duplicate,
    Kind.CONTENT: _content,
    Kind.RULE: lambda claim, tree: payments.check(claim.rule, tree),  # the reason code of a bank
}
