"""Repairs of what makes a document not well-formed: one rule for each kind of fault."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ..codes import Code
from ..diagnosis.syntax import faults
from ..diagnostics import Diagnostic
from ..document.document import Document
from ..document.edits import Edit
from ..loop.proposal import Fix, Question
from ..wellformedness.vocabulary import Vocabulary
from .rules import (
    attribute_form,
    bare_ampersand,
    character_reference,
    comment,
    declaration,
    duplicate_attribute,
    duplicate_id,
    encoding,
    end_tag,
    invalid_character,
    namespace_value,
    outside_root,
    tag_form,
    unbound_prefix,
    undefined_entity,
    unescaped,
)
from .syntax_context import Case, Rule

RULES: Mapping[Code, Rule] = MappingProxyType(
    {
        Code.ENCODING_MISMATCH: encoding.repair,
        Code.UNKNOWN_ENCODING: encoding.repair,
        Code.NOT_XML: outside_root.repair,
        Code.CONTENT_BEFORE_ROOT: outside_root.repair,
        Code.EXTRA_CONTENT: outside_root.repair,
        Code.DECLARATION_NOT_FIRST: declaration.repair,
        Code.MALFORMED_DECLARATION: declaration.repair,
        Code.MALFORMED_DOCTYPE: declaration.repair,
        Code.INVALID_CHARACTER: invalid_character.repair,
        Code.INVALID_CHARACTER_REFERENCE: character_reference.repair,
        Code.BARE_AMPERSAND: bare_ampersand.repair,
        Code.UNTERMINATED_REFERENCE: bare_ampersand.repair,
        Code.UNDEFINED_ENTITY: undefined_entity.repair,
        Code.LESS_THAN_IN_TEXT: unescaped.repair,
        Code.LESS_THAN_IN_ATTRIBUTE: unescaped.repair,
        Code.CDATA_END_IN_TEXT: unescaped.repair,
        Code.MISSING_END_TAG: end_tag.repair,
        Code.UNEXPECTED_END_TAG: end_tag.repair,
        Code.TAG_MISMATCH: end_tag.repair,
        Code.OVERLAPPING_TAGS: end_tag.repair,
        Code.TRUNCATED: end_tag.repair,
        Code.MALFORMED_TAG: tag_form.repair,
        Code.INVALID_NAME: tag_form.repair,
        Code.UNBOUND_PREFIX: unbound_prefix.repair,
        Code.WRONG_NAMESPACE: namespace_value.repair,
        Code.DUPLICATE_ID: duplicate_id.repair,
        Code.UNQUOTED_ATTRIBUTE: attribute_form.repair,
        Code.UNCLOSED_ATTRIBUTE_VALUE: attribute_form.repair,
        Code.WRONG_QUOTES: attribute_form.repair,
        Code.ATTRIBUTE_WITHOUT_VALUE: attribute_form.repair,
        Code.MISSING_SPACE: attribute_form.repair,
        Code.DUPLICATE_ATTRIBUTE: duplicate_attribute.repair,
        Code.MALFORMED_COMMENT: comment.repair,
        Code.UNTERMINATED_SECTION: comment.repair,
        Code.MALFORMED_INSTRUCTION: comment.repair,
    }
)


def fixes(
    document: Document,
    diagnostics: Sequence[Diagnostic],
    vocabulary: Vocabulary | None = None,
    answers: Mapping[str, str] = MappingProxyType({}),
) -> list[Fix]:
    """The best repair of each of these faults; together they do not overlap.

    A fault whose repair would touch the characters of another's is left for the next round.
    """
    taken = _Taken()
    found = candidates(document, diagnostics, vocabulary, answers)
    return [ways[0] for ways in found if ways and taken.admits(ways[0].edits)]


def questions(document: Document, diagnostics: Sequence[Diagnostic]) -> tuple[Question, ...]:
    """What only a person knows about these faults: the encoding of a text, the likely ones best first."""
    if all(diagnostic.code != Code.ENCODING_MISMATCH for diagnostic in diagnostics):
        return ()
    case = Case(document)
    asked = (encoding.question(case, fault) for fault in faults(document) if fault.code == Code.ENCODING_MISMATCH)
    first = next(filter(None, asked), None)
    return (first,) if first else ()


def candidates(
    document: Document,
    diagnostics: Sequence[Diagnostic],
    vocabulary: Vocabulary | None = None,
    answers: Mapping[str, str] = MappingProxyType({}),
) -> list[list[Fix]]:
    """For each of these faults all ways to repair it, best first; none where nobody but the author can know."""
    if all(Code(diagnostic.code) not in RULES for diagnostic in diagnostics):
        return [[] for _ in diagnostics]
    case = Case(document, vocabulary)
    wanted = {(diagnostic.code.value, diagnostic.start, diagnostic.end, diagnostic.name) for diagnostic in diagnostics}
    found: list[list[Fix]] = []
    for fault in faults(document, vocabulary):
        if (fault.code, fault.start, fault.end, fault.name) in wanted:
            rule = RULES.get(fault.code)
            known = encoding.answered(case, fault, answers) if answers and rule is encoding.repair else []
            found.append(known or (rule(case, fault) if rule else []))
    return found


class _Taken:
    """The characters that fixes have taken so far."""

    def __init__(self) -> None:
        self._spans: list[tuple[int, int]] = []  # replaced characters, sorted
        self._points: list[int] = []  # places of insertions, sorted
        self._insertions: set[Edit] = set()

    def admits(self, edits: Sequence[Edit]) -> bool:
        """Whether none of these edits touches what is taken; if so, they are taken now."""
        if any(self._touches(edit) for edit in edits):
            return False
        for edit in edits:
            if edit.start == edit.end:
                self._insertions.add(edit)
                insort(self._points, edit.start)
            else:
                insort(self._spans, (edit.start, edit.end))
        return True

    def _touches(self, edit: Edit) -> bool:
        at = bisect_left(self._spans, (edit.start, edit.start))
        inside = at > 0 and self._spans[at - 1][1] > edit.start
        if edit.start == edit.end:
            return inside or edit in self._insertions
        overlaps = at < len(self._spans) and self._spans[at][0] < edit.end
        point = bisect_right(self._points, edit.start)
        return inside or overlaps or (point < len(self._points) and self._points[point] < edit.end)
