"""What stands behind the root element, or in place of one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...codes import Code
from ...document.edits import Edit
from ...document.layout import newline
from ...document.names import bare_name
from ...document.tokens import EMPTY, NAME, START, Kind
from ..broken_document import BrokenDocument
from ..fault_kinds import FaultKind, shown
from ..faults import Fault, Reading
from ..mismatches import Extra, Renamed, Structure, place
from ..scanner import Scan
from .prolog import second_mark

if TYPE_CHECKING:
    from ...grammar.schema_names import SchemaNames

MIN_COPY = 10  # characters behind the root element that are known as a copy of those in front
_DOCTYPE_NAME = re.compile(rf"<!DOCTYPE\s++({NAME})")


def content_after_root(scan: Scan, structure: Structure, schema_names: SchemaNames | None) -> list[Fault]:
    """Content behind the root element of a document whose tags pair."""
    tokens, partner = structure.tokens, structure.partner
    roots: list[tuple[int, int]] = []
    words: list[int] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.kind in (Kind.START, Kind.EMPTY):
            last = partner[index] if token.kind is Kind.START else index
            roots.append((index, last))
            index = last
        elif roots and (token.kind is Kind.CDATA or (token.kind is Kind.TEXT and token.text.strip(" \t\r\n"))):
            words.append(index)
        index += 1
    found: list[Fault] = []
    if len(roots) > 1:
        found.append(_second_root(scan, roots, schema_names))
    else:
        for place in words:
            token = tokens[place]
            value = token.text.strip()
            start = token.start + len(token.text) - len(token.text.lstrip())
            note = "What stands behind the root element is removed."
            # behind the fence that ends a listing stands what an assistant says of the document
            fenced = value.startswith(("```", "~~~")) and value[:3] in scan.text[: tokens[roots[0][0]].start]
            boundary = value == scan.text[: scan.text.find("\n")].strip() + "--"  # which ends the part of a mail
            drops = not (fenced or boundary) and any(character.isalnum() for character in value)
            end = token.end if scan.text.endswith("\n", 0, start) else start + len(value)
            reading = Reading((Edit(start, end, ""),), note, 0.0, drops)
            found.append(
                Fault(
                    code=Code.EXTRA_CONTENT,
                    start=start,
                    end=start + len(value),
                    name=tokens[roots[0][0]].name,
                    value=value[:200],
                    readings=(reading,),
                )
            )
    return found


def _lost_root(scan: Scan, roots: list[tuple[int, int]]) -> Fault | None:
    """Several elements where the document type declaration names the one around them."""
    tokens, text = scan.tokens, scan.text
    declared = next((_DOCTYPE_NAME.match(token.text) for token in tokens if token.kind is Kind.DOCTYPE), None)
    if not declared or any(tokens[first].name == declared.group(1) for first, _ in roots):
        return None
    name, start, end = declared.group(1), tokens[roots[0][0]].start, tokens[roots[-1][1]].end
    line_end = newline(text)
    note = f'The root element "{name}", which the document type declaration names, is put around the others.'
    edits = (Edit(start, start, f"<{name}>{line_end}"), Edit(end, end, f"{line_end}</{name}>"))
    other = tokens[roots[1][0]]
    return Fault(
        code=Code.EXTRA_CONTENT, start=other.start, end=other.end, name=name, value=other.name,
        readings=(Reading(edits, note),),
    )  # fmt: skip


def content_after_sound_root(scan: Scan, structure: Structure) -> Fault | None:
    """What stands behind a sound root element: words with start tags among them, or the rest of a longer file."""
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
    note = "What stands behind the root element is removed."
    reading = Reading((Edit(token.end, start + len(rest), ""),), note, drops=True)
    name = scan.tokens[root].name
    return Fault(
        code=Code.EXTRA_CONTENT, start=start, end=start + len(rest), name=name, value=rest[:200], readings=(reading,)
    )


def _second_root(scan: Scan, roots: list[tuple[int, int]], schema_names: SchemaNames | None) -> Fault:
    tokens, text = scan.tokens, scan.text
    if lost := _lost_root(scan, roots):
        return lost
    keep = 0
    if schema_names:
        allowed = [bool(schema_names.allows_child((), bare_name(tokens[first].name))) for first, _ in roots]
        keep = allowed.index(True) if True in allowed else 0
    pieces = [text[tokens[first].start : tokens[last].end] for first, last in roots]
    same = all(piece.split() == pieces[keep].split() for piece in pieces)
    name = tokens[roots[keep][0]].name
    begin, end = tokens[roots[keep][0]].start, tokens[roots[keep][1]].end
    edits: list[Edit] = []
    if keep:
        edits.append(Edit(tokens[roots[0][0]].start, begin, ""))
    if keep + 1 < len(roots):
        edits.append(Edit(end, max(end, len(text.rstrip())), ""))
    other = tokens[roots[1][0]]
    note = (
        f'The copy of "{name}" behind the root element is removed.'
        if same
        else f'Only the root element "{name}" stays: a document has one.'
    )
    return Fault(
        code=Code.EXTRA_CONTENT,
        start=other.start,
        end=other.end,
        name=name,
        value=other.name,
        other=tokens[roots[0][0]].start,
        other_note=f'"{tokens[roots[0][0]].name}" is the root element',
        readings=(Reading(tuple(edits), note, 0.0, not same),),
    )


def _second_document(document: BrokenDocument, fault: Fault) -> tuple[str, str] | None:
    """The words where another root element follows."""
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
