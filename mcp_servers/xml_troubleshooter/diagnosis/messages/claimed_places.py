"""Occurrences in a document of the names and values of claims that no diagnostic is about."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import replace

from ...diagnostics import Report
from ...document.document import Document
from ...document.tokens import Attribute
from ...document.tree import Node, Tree
from ...facts.finding import local
from .claim import Claim, Kind, State
from .claim_offsets import length
from .claimed_nodes import claimed_nodes, holders

_DECLARATION = re.compile(r"\s+(?=<\?xml\s)")
ELSEWHERE = (
    "The system that said so has read another file or version, or the document was changed on the way to it"
    " (encoding, a byte order mark, a wrapper around it)."
)
_LABEL = (
    "Where that is what the other system calls it on its screen, its name in the document is another; its description "
    "of the format tells which."
)
NOTHING_BEFORE_ROOT = (
    "Here the document begins with its first tag or declaration: no byte order mark, no blank line, nothing in "
    "front. The other program received something else: an error page or an empty answer of a server, compressed "
    "bytes (gzip), a byte order mark added on the way, or a file name where the text was expected. Look at the "
    "first bytes that it got."
)
SCHEMA = "Give that system's schema or rules as schema_path to have it checked."


def sighted(claim: Claim, document: Document, tree: Tree) -> tuple[State, str]:
    """The state of a claim by the document alone, and the reason."""
    lacks = claim.kind is Kind.MISSING or (claim.kind is Kind.MISSING_ATTRIBUTE and not claim.parent)
    if lacks and claim.name and not any(local(node) == claim.parent for node in tree.nodes):
        return _lacked(claim, document, tree)
    return _seen(claim, document, tree)


def _lacked(claim: Claim, document: Document, tree: Tree) -> tuple[State, str]:
    """The state of a claim that an element or attribute is missing, by whether it occurs anywhere, and the reason."""
    if claim.kind is Kind.MISSING_ATTRIBUTE and claim.line:
        there = [node for node in tree.nodes if document.position(node.start).line == claim.line]
        bare = [each for each in there if not any(_ends_with(item.name, claim.name) for item in each.attributes)]
        if bare and bare == there:
            told = f"<{bare[0].written}> in line {claim.line} has no attribute {claim.name}. Put it in."
            return State.CONFIRMED, told
    node = next(iter(claimed_nodes(replace(claim, line=0), tree)), None)
    item = None
    if node is None:
        found = [(each, one) for each in tree.nodes for one in each.attributes if _ends_with(one.name, claim.name)]
        node, item = next(iter(found), (None, None))
    if node is None and claim.is_bare:
        return State.UNCHECKABLE, f"Nothing in the document is called \u201c{claim.name}\u201d. {_LABEL}"
    if node is None:
        what = f"attribute {claim.name}" if claim.kind is Kind.MISSING_ATTRIBUTE else f"<{claim.name}>"
        return State.UNCHECKABLE, (f"The document has no {what}; whether it needs one, only a schema says. {SCHEMA}")
    what = f"{item.name} of <{node.written}>" if item else f"<{node.written}>"
    line = document.position(item.start if item else node.start).line
    return State.ABSENT, f"{what} is there, in line {line}{_held(tree, node, item)}. {ELSEWHERE}"


def _held(tree: Tree, node: Node, item: Attribute | None = None) -> str:
    """The value of an element or attribute, as a part of a sentence; "" where it has none."""
    value = tree.attribute_value(item) if item else ("" if len(node.children) else tree.value(node).strip())
    return f", and holds \u201c{value[:80]}\u201d" if value else ""


def _ends_with(name: str, local_part: str) -> bool:
    return name.rpartition(":")[2] == local_part


def _seen(claim: Claim, document: Document, tree: Tree) -> tuple[State, str]:
    """The state of a claim by the names and values of the document, and the reason."""
    if claim.kind is Kind.NAMESPACE and claim.expected:
        declared = {uri for _, uri, _ in tree.declarations}
        if claim.expected[0] in declared:
            return State.ABSENT, f"The document is in the expected namespace {claim.expected[0]} already. {ELSEWHERE}"
        other = claim.found or claim.expected[0]
        return State.ABSENT, f"The namespace {other} does not occur in the document. {ELSEWHERE}"
    if claim.kind is Kind.DUPLICATE and claim.value and not claim.name:
        lines = sorted({document.position(node.start).line for node, _ in holders(replace(claim, line=0), tree)})
        if len(lines) > 1:
            value, where = claim.value[:80], ", ".join(map(str, lines[:5]))
            said = f"\u201c{value}\u201d stands in the lines {where}: take out, or rename, all but one."
            return State.CONFIRMED, said
    if claim.kind is Kind.VALUE and (told := _seen_value(claim, document, tree)) is not None:
        return told
    if found := claimed_nodes(claim, tree):
        return _seen_element(claim, found, document, tree)
    if claim.name or claim.parent:
        return _seen_elsewhere(claim, document, tree)
    shown = line_shown(claim, document) or "it names nothing in the document"
    return State.UNCHECKABLE, f"{shown[:1].upper()}{shown[1:]}. {SCHEMA}"


def _seen_value(claim: Claim, document: Document, tree: Tree) -> tuple[State, str] | None:
    """The place of a value that a claim calls wrong, under the claim's name or any other; None where it is unknown."""
    wherever = replace(claim, name="", parent="", line=0)
    if claim.tool == "AAPT":
        return _seen_resource(claim, document, tree)
    held, item = next(iter((*holders(claim, tree), *(holders(wherever, tree) if claim.value else ()))), (None, None))
    if held is not None:
        value = tree.attribute_value(item) if item else tree.value(held).strip()
        place = f"in {f'{item.name} of ' if item else ''}<{held.written}> in line {document.position(held.start).line}"
        told = f"The value \u201c{value[:80]}\u201d is there, {place}"
        return State.UNCHECKABLE, f"{told}; what it has to be like, only a schema says. {SCHEMA}"
    if claim.value and claim.value not in document.text:
        return State.ABSENT, f"The value \u201c{claim.value[:80]}\u201d does not occur in the document. {ELSEWHERE}"
    return None


def _seen_resource(claim: Claim, document: Document, tree: Tree) -> tuple[State, str]:
    """The place of a reference to an Android resource that another file must define."""
    for node in tree.nodes:
        values = [(f"{item.name} of <{node.written}>", tree.attribute_value(item)) for item in node.attributes]
        for what, value in (*values, (f"<{node.written}>", tree.value(node))):
            if value.strip().lstrip("@?+") == claim.value:
                line = document.position(node.start).line
                return State.CONFIRMED, (
                    f"{what} in line {line} refers to {value.strip()}. No other file of the app's resources defines "
                    "that, or only for other configurations: define it, or correct the name here."
                )
    return State.ABSENT, f"Nothing in the document refers to {claim.value}. {ELSEWHERE}"


def _seen_element(claim: Claim, found: Sequence[Node], document: Document, tree: Tree) -> tuple[State, str]:
    """The place of an element that a claim names."""
    node = found[0]
    line = document.position(node.start).line
    if claim.kind is Kind.DUPLICATE and len(found) == 1:
        return State.ABSENT, f"<{node.written}> stands once here, in line {line}. {ELSEWHERE}"
    uri = tree.root.scope.get("", "") if node is tree.root else ""
    namespace = claim.found or claim.namespace or uri
    said = f"<{node.written}> is there, in line {line}{f', in the namespace {namespace}' if namespace else ''}"
    if claim.kind is Kind.NAMESPACE:
        return State.UNCHECKABLE, (
            f"{said}. The other system expects the document element by another name or in another namespace; which, "
            "its message does not say. Compare both, letter by letter, with what it documents, or give its schema as "
            "schema_path."
        )
    if claim.kind in (Kind.MISSING_ATTRIBUTE, Kind.UNEXPECTED_ATTRIBUTE):
        has = any(_ends_with(item.name, claim.name) for each in found for item in each.attributes)
        told = f"{'has' if has else 'without'} the attribute {claim.name}"
        return State.UNCHECKABLE, f"{said}, {told}; whether that may be, only a schema says. {SCHEMA}"
    return State.UNCHECKABLE, f"{said}; whether it may stand there, only a schema says. {SCHEMA}"


def _seen_elsewhere(claim: Claim, document: Document, tree: Tree) -> tuple[State, str]:
    """The other places of a name that a claim has for another line or element."""
    name = claim.name or claim.parent
    everywhere = [node for node in tree.nodes if _ends_with(node.written, name)]
    everywhere = [node for node in everywhere if node.parent and local(node.parent) == claim.parent] or everywhere
    carried = [node for node in tree.nodes if any(_ends_with(item.name, name) for item in node.attributes)]
    if not everywhere and not carried and claim.is_bare:
        return State.UNCHECKABLE, f"Nothing in the document is called \u201c{name}\u201d. {_LABEL}"
    if not everywhere and not carried and (met := re.search(rf"(?<!\w){re.escape(name)}(?!\w)", document.text)):
        line = document.position(met.start()).line
        return State.UNCHECKABLE, f"\u201c{name}\u201d stands in line {line}, as no name of an element. {SCHEMA}"
    if not everywhere and not carried:
        return State.ABSENT, f"The document has no <{name}> and no attribute of that name. {ELSEWHERE}"
    line = document.position((everywhere or carried)[0].start).line
    where = f"does not stand in line {claim.line}, but in" if claim.line else "is there, in"
    return State.UNCHECKABLE, f"{f'<{name}>' if everywhere else name} {where} line {line}. {SCHEMA}"


def beyond_end(claim: Claim, document: Document) -> str:
    """A sentence that a claim's place is behind the end of the document; "" if it is not."""
    if beyond := _beyond(claim, document):
        return (
            f"The document {beyond}: the message is about another version of it, or another file. Give that one, or "
            "the message that comes for this one."
        )
    return ""


def _beyond(claim: Claim, document: Document) -> str:
    """A phrase that the document is too short for a claim's place, else ""; many tools name the line behind its end."""
    if not claim.line and claim.offset:
        return f"has only {length(document, claim.unit)} {claim.unit}, and no offset {claim.offset}"
    lines = document.text.count("\n") + (not document.text.endswith("\n"))
    return f"has only {lines} line{'s' * (lines > 1)}, and no line {claim.line}" if claim.line > lines + 1 else ""


def line_shown(claim: Claim, document: Document) -> str:
    """The text of the line that a claim names, as a phrase; "" where it names no line."""
    if beyond := _beyond(claim, document):
        return f"it {beyond}"
    if not claim.line:
        return ""
    start = document.offset(claim.line)
    shown = document.text[start : document.offset(claim.line + 1)].strip()[:80]
    return f"line {claim.line} reads \u201c{shown}\u201d" if shown else f"line {claim.line} is empty"


def before_root(document: Document, report: Report) -> str:
    """The cause of a parser's complaint about content in front of the document element, as a sentence; "" for none."""
    if document.bom and document.encoding == "utf-8":
        return (
            "The document begins with a byte order mark (EF BB BF). XML allows it, but a program that reads the file "
            "as text first hands the mark on as a character; save it as UTF-8 without BOM, or have it read as bytes."
        )
    if document.bom:
        return (
            f"The document is {document.encoding.upper()} with a byte order mark ({document.bom.hex(' ').upper()}); "
            "a program that takes it for UTF-8 fails at the first byte. Save it as UTF-8, or pass it on as bytes."
        )
    if _DECLARATION.match(document.text):
        return "White space stands in front of the XML declaration, which must be the very first."
    if document.text[:1].isspace():
        return "The document begins with white space; nothing may stand in front of an XML declaration."
    if not report.well_formed and not document.text.lstrip().startswith("<"):
        return f"The document begins with \u201c{document.text.lstrip()[:40]}\u201d, which is no markup."
    if codecs.lookup(document.encoding).name not in ("utf-8", "ascii", "iso8859-1", "cp1252"):
        return (
            f"The document is written in {document.encoding.upper()}; a program that reads it as UTF-8 meets no "
            "\u201c<\u201d first."
        )
    return ""
