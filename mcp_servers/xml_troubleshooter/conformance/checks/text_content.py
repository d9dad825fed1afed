"""Text that an element may not hold, or that is no value of its type."""

from __future__ import annotations

from ...codes import Code
from ...document.tree import Node, Text
from ...grammar.datatypes import FacetViolation
from ...grammar.model import ElementDecl, TypeDef
from ...prices import VIOLATIONS
from ..examination import Examination, Value, clip
from ..value_messages import value_problem
from ..violations import ChangeValue, RemoveText
from . import id_references

_WHITE_SPACE = "\t\n\r "


def check(exam: Examination, node: Node, definition: TypeDef, decl: ElementDecl, *, masked: bool) -> None:
    """Check the text of an element against its type."""
    if exam.opaque(node) or definition.mixed:
        return
    if definition.value is None:
        # white space, too, is a fault in an element that must be empty, but not by RELAX NG
        bare = definition.content.kind == "empty" and exam.grammar.kind != "rng" and not len(node.children)
        _check_stray(exam, node, bare=bare, masked=masked)
    elif not node.children:
        value = Value(exam.tree.value(node), node, None, definition.value)
        id_references.note(exam, value)
        if value.text or (decl.default is None and decl.fixed is None):
            _check_value(exam, value, decl.fixed, masked=masked)


def _check_value(exam: Examination, value: Value, fixed: str | None, *, masked: bool) -> None:
    node, text = value.node, value.text
    violation = value.type.violation(text)
    if violation is None and fixed is not None and text.strip() != fixed.strip():
        violation = FacetViolation(Code.NOT_IN_ENUMERATION, "enumeration", (fixed,))
    if violation is not None:
        sentence = value_problem(node.written, text, value.type, violation)
        correction = ChangeValue(value.type, fixed, optional=not text.strip() and exam.droppable(node))
        exam.add_value(correction, violation.code, value, sentence, violation.expected, masked=masked)


def _check_stray(exam: Examination, node: Node, *, bare: bool, masked: bool) -> None:
    for piece in node.texts:
        if exam.tree.characters(piece).strip(_WHITE_SPACE):
            start, end = _trimmed(exam.tree.text, piece)
            text, cost = exam.tree.text[start:end], VIOLATIONS.stray_text
            sentence = f"{node.written} may hold elements only, not the text “{clip(text)}”."
        elif bare:
            start, end = piece.start, piece.end
            text, cost = "", VIOLATIONS.white_space
            sentence = f"{node.written} must be empty; not even white space may stand in it."
        else:
            continue
        exam.add(
            RemoveText(), Code.TEXT_NOT_ALLOWED, node, (start, end), sentence, value=text, cost=cost, masked=masked
        )


def _trimmed(source: str, piece: Text) -> tuple[int, int]:
    text = source[piece.start : piece.end]
    start = piece.start + len(text) - len(text.lstrip(_WHITE_SPACE))
    return start, start + len(text.strip(_WHITE_SPACE))
