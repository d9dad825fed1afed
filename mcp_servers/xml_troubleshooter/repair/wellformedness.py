"""Repairs of what makes a document not well-formed: one rule for each kind of fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ..document.document import Document
from ..document.edits import Edit
from ..document.vocabulary import Vocabulary
from ..validation.diagnostics import Code, Diagnostic
from ..validation.wellformed import faults
from .markup import Case, Rule
from .proposal import Fix
from .rules import (
    attribute_form,
    bare_ampersand,
    character_reference,
    comment,
    declaration,
    duplicate_attribute,
    encoding,
    end_tag,
    invalid_character,
    outside_root,
    tag_form,
    unbound_prefix,
    undefined_entity,
    unescaped,
)

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


def fixes(document: Document, diagnostics: Sequence[Diagnostic], vocabulary: Vocabulary | None = None) -> list[Fix]:
    """The best repair of each of these faults; together they do not overlap.

    A fault whose repair would touch the characters of another's is left for the next round.
    """
    chosen: list[Fix] = []
    taken: list[Edit] = []
    for ways in candidates(document, diagnostics, vocabulary):
        if ways and not _overlap(ways[0].edits, taken):
            chosen.append(ways[0])
            taken += ways[0].edits
    return chosen


def candidates(
    document: Document, diagnostics: Sequence[Diagnostic], vocabulary: Vocabulary | None = None
) -> list[list[Fix]]:
    """For each of these faults all ways to repair it, best first; an empty list where nobody but the author can know."""
    case = Case(document, vocabulary)
    wanted = {(diagnostic.code.value, diagnostic.start, diagnostic.end, diagnostic.name) for diagnostic in diagnostics}
    found: list[list[Fix]] = []
    for fault in faults(document, vocabulary):
        if (fault.kind.value, fault.start, fault.end, fault.name) in wanted:
            rule = RULES.get(Code(fault.kind.value))
            found.append(rule(case, fault) if rule else [])
    return found


def _overlap(edits: Sequence[Edit], taken: Sequence[Edit]) -> bool:
    return any(
        (edit.start < other.end
        and other.start < edit.end)
        or edit == other
        or (edit.start == edit.end and other.start < edit.start < other.end)
        or (other.start == other.end and edit.start < other.start < edit.end)
        for edit in edits
        for other in taken
    )
