"""Text that an element may not hold, or that is no value of its type."""

from __future__ import annotations

from ...codes import Code
from ...document.tree import Node, Text
from ...grammar.datatypes import FacetViolation, SimpleType
from ...grammar.model import ElementDecl, TypeDef
from ...prices import VIOLATIONS
from ..examination import Examination, clip
from ..value_messages import value_problem
from ..violations import ChangeValue, RemoveText
from .id_references import IdReferences, value_span

_WHITE_SPACE = "\t\n\r "


def check(
    exam: Examination, id_references: IdReferences, node: Node, definition: TypeDef, decl: ElementDecl, *, masked: bool
) -> None:
    """Hold the text of an element against its type."""
    if exam.opaque(node) or definition.mixed:
        return
    if definition.value is None:
        # white space, too, is a fault in an element that must be empty, but not by RELAX NG
        bare = definition.content.kind == "empty" and exam.grammar.kind != "rng" and not len(node.children)
        _check_stray(exam, node, bare=bare, masked=masked)
    elif not node.children:
        value = exam.tree.value(node)
        id_references.note(value, node, None, definition.value)
        if value or (decl.default is None and decl.fixed is None):
            _check_value(exam, node, value, definition.value, decl, masked=masked)


def _check_value(
    exam: Examination, node: Node, value: str, type_: SimpleType, decl: ElementDecl, *, masked: bool
) -> None:
    violation = type_.violation(value)
    if violation is None and decl.fixed is not None and value.strip() != decl.fixed.strip():
        violation = FacetViolation(Code.NOT_IN_ENUMERATION, "enumeration", (decl.fixed,))
    if violation is None:
        return
    exam.add(
        ChangeValue(type_, decl.fixed, optional=not value.strip() and exam.droppable(node)), violation.code, node,
        value_span(node), value_problem(node.written, value, type_, violation), value=value,
        expected=violation.expected, cost=VIOLATIONS.value, masked=masked,
    )  # fmt: skip


def _check_stray(exam: Examination, node: Node, *, bare: bool, masked: bool) -> None:
    for piece in node.texts:
        if bare and not exam.tree.characters(piece).strip(_WHITE_SPACE):
            sentence = f"{node.written} must be empty; not even white space may stand in it."
            span = (piece.start, piece.end)
            exam.add(
                RemoveText(), Code.TEXT_NOT_ALLOWED, node, span, sentence, cost=VIOLATIONS.white_space, masked=masked
            )
        elif exam.tree.characters(piece).strip(_WHITE_SPACE):
            start, end = _trimmed(exam.tree.text, piece)
            text = exam.tree.text[start:end]
            sentence = f"{node.written} may hold elements only, not the text “{clip(text)}”."
            exam.add(
                RemoveText(),
                Code.TEXT_NOT_ALLOWED,
                node,
                (start, end),
                sentence,
                value=text,
                cost=VIOLATIONS.stray_text,
                masked=masked,
            )


def _trimmed(source: str, piece: Text) -> tuple[int, int]:
    text = source[piece.start : piece.end]
    start = piece.start + len(text) - len(text.lstrip(_WHITE_SPACE))
    return start, start + len(text.strip(_WHITE_SPACE))
