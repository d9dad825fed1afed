"""Content behind the root element, and several elements in place of one root."""

from __future__ import annotations

import re

from ...codes import Code
from ...document.edits import Edit
from ...document.layout import newline
from ...document.names import bare_name
from ...document.tokens import EMPTY, NAME, START, Kind, Token
from ..broken_document import BrokenDocument
from ..fault_kinds import FaultKind, shown
from ..faults import Fault, fault
from ..mismatches import Extra, Renamed, Structure, place
from ..scanner import Scan
from .prolog import second_mark

_REMOVED = "What stands behind the root element is removed."
MIN_COPY = 10  # characters behind the root element that are known as a copy of those in front
_DOCTYPE_NAME = re.compile(rf"<!DOCTYPE\s++({NAME})")


def content_after_root(scan: Scan, structure: Structure) -> list[Fault]:
    """Content behind the root element of a document whose tags pair."""
    tokens, partner = structure.tokens, structure.partner
    roots: list[tuple[Token, Token]] = []  # the tags of each
    words: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.kind in (Kind.START, Kind.EMPTY):
            index = partner[index] if token.kind is Kind.START else index
            roots.append((token, tokens[index]))
        elif roots and (token.kind is Kind.CDATA or (token.kind is Kind.TEXT and token.text.strip(" \t\r\n"))):
            words.append(token)
        index += 1
    if len(roots) > 1:
        return [_lost_root(scan, roots) or _second_root(scan, roots)]
    return [_words_behind(scan.text, roots[0][0], token) for token in words]


def _words_behind(text: str, root: Token, words: Token) -> Fault:
    value = words.text.strip()
    start = words.start + len(words.text) - len(words.text.lstrip())
    last = start + len(value)
    # text behind the fence that ends a listing is an assistant's comment on the document
    fenced = value.startswith(("```", "~~~")) and value[:3] in text[: root.start]
    boundary = value == text[: text.find("\n")].strip() + "--"  # which ends the part of a mail
    drops = not (fenced or boundary) and any(character.isalnum() for character in value)
    edits = (Edit(start, words.end if text.endswith("\n", 0, start) else last, ""),)
    return fault(Code.EXTRA_CONTENT, start, last, edits, _REMOVED, name=root.name, value=value[:200], drops=drops)


def _lost_root(scan: Scan, roots: list[tuple[Token, Token]]) -> Fault | None:
    """The fault of several elements that lack the root element around them, which the DOCTYPE names; or None."""
    declared = next((_DOCTYPE_NAME.match(token.text) for token in scan.tokens if token.kind is Kind.DOCTYPE), None)
    if not declared or any(first.name == declared.group(1) for first, _ in roots):
        return None
    name, start, end = declared.group(1), roots[0][0].start, roots[-1][1].end
    line_end = newline(scan.text)
    note = f'The root element "{name}", which the document type declaration names, is put around the others.'
    edits = (Edit(start, start, f"<{name}>{line_end}"), Edit(end, end, f"{line_end}</{name}>"))
    other = roots[1][0]
    return fault(Code.EXTRA_CONTENT, other.start, other.end, edits, note, name=name, value=other.name)


def content_after_sound_root(scan: Scan, structure: Structure) -> Fault | None:
    """The fault of content behind a sound root element, if any: words with start tags, or the rest of a longer file."""
    root = next((at for at, token in enumerate(scan.tokens) if token.kind is START or token.kind is EMPTY), 0)
    last = max(root, structure.partner[root])
    if not all(place(mismatch) > last for mismatch in structure.mismatches):
        return None
    token, text = scan.tokens[last], scan.text
    rest = text[token.end :].strip()
    ends = any(isinstance(mismatch, (Extra, Renamed)) for mismatch in structure.mismatches)
    if token.kind is START or (ends and (len(rest) < MIN_COPY or text.find(rest, 0, token.end) < 0)):
        return None
    start = text.index(rest, token.end)
    end, name = start + len(rest), scan.tokens[root].name
    edits = (Edit(token.end, end, ""),)
    return fault(Code.EXTRA_CONTENT, start, end, edits, _REMOVED, name=name, value=rest[:200], drops=True)


def _second_root(scan: Scan, roots: list[tuple[Token, Token]]) -> Fault:
    keep = 0
    if scan.schema_names:
        allowed = [bool(scan.schema_names.allows_child((), bare_name(first.name))) for first, _ in roots]
        keep = allowed.index(True) if True in allowed else 0
    pieces = [scan.text[first.start : last.end].split() for first, last in roots]
    same = all(piece == pieces[keep] for piece in pieces)
    name, begin, end = roots[keep][0].name, roots[keep][0].start, roots[keep][1].end
    edits: list[Edit] = []
    if keep:
        edits.append(Edit(roots[0][0].start, begin, ""))
    if keep + 1 < len(roots):
        edits.append(Edit(end, max(end, len(scan.text.rstrip())), ""))
    first, other = roots[0][0], roots[1][0]
    note = (
        f'The copy of "{name}" behind the root element is removed.'
        if same
        else f'Only the root element "{name}" stays: a document has one.'
    )
    found = fault(
        Code.EXTRA_CONTENT, other.start, other.end, tuple(edits), note, name=name, value=other.name, drops=not same
    )
    return found.explained_by(first.start, f'"{first.name}" is the root element')


def _second_document(document: BrokenDocument, fault: Fault) -> tuple[str, str] | None:
    """The message and explanation if another root element follows, else None."""
    if fault.other < 0:
        return None
    line = document.document.position(fault.other).line
    return (
        "A second root element",
        f'The root element that began in line {line} has ended, and a second one, "{shown(fault.value)}", follows; a '
        "document has one. Where these are two documents, each belongs in a file of its own.",
    )


FAULTS = (
    FaultKind(
        code=Code.EXTRA_CONTENT,
        rule="outside-root",
        message="Extra content behind the root element",
        explanation=(
            'The root element "{name}" has ended, and "{value}" follows; a document has one root element and '
            "nothing behind it."
        ),
        words=lambda document, fault: _second_document(document, fault) or second_mark(document, fault),
    ),
)
