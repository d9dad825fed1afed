"""All faults of well-formedness of a document at once."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from ..codes import NO_DOCUMENT, Code
from ..document.document import Document
from ..document.encodings.encoding_guess import MASK, masked
from ..document.tokens import Kind
from .around_root.prolog import prolog_faults
from .characters.encoding_faults import encoding_faults, foreign_text
from .characters.lookalike_characters import lookalike_faults
from .families import FINDERS
from .faults import Fault
from .faults_together import together, without_what_goes
from .names.namespaces import name_faults
from .not_xml.embedded_documents import embedded_document_fault
from .not_xml.merge_conflicts import merge_conflict_faults
from .not_xml.other_formats import other_format
from .reduction import first_errors, reduced_faults
from .scanner import Scan, scan
from .tag_pairs.lost_brackets import restore
from .tag_pairs.tag_faults import tag_faults

if TYPE_CHECKING:
    from ..grammar.schema_names import SchemaNames

LARGE = 100_000  # characters of a document that is not looked at with the same care everywhere


@lru_cache(maxsize=1)
def analyse(document: Document, schema_names: SchemaNames | None = None) -> tuple[Fault, ...]:
    """Every independent fault of well-formedness, in document order; the last answer is remembered."""
    if wrapped := embedded_document_fault(document.text):
        return (wrapped,)
    if other := other_format(document):
        return (other,)
    for look in (merge_conflict_faults, lookalike_faults):
        found, text = look(document.text)
        if found:  # the other faults show with blanks in place of these
            plain = document.with_text(text)
            sound = not first_errors([plain.to_bytes()])
            others = () if sound else analyse(plain, schema_names)
            # a tag with a character that goes is read again without it
            unread = {text.rfind("<", 0, fault.start) for fault in found if text.startswith(MASK, fault.start)}
            found += [
                fault
                for fault in others
                if not _mentions(fault, MASK) and text.rfind("<", 0, fault.start + 1) not in unread
            ]
            return tuple(sorted(found, key=lambda fault: fault.start))
    if foreign := foreign_text(document):
        # markup is ASCII in every encoding: its faults hold, but for names that cannot be read yet
        rest = [fault for fault in analyse(masked(document), schema_names) if not _mentions(fault, MASK)]
        return tuple(sorted((foreign, *rest), key=lambda fault: fault.start))
    if len(document.text) > LARGE:
        reduced = reduced_faults(document, lambda excerpt: analyse_whole(excerpt, schema_names))
        if reduced is not None:
            return reduced
    return analyse_whole(document, schema_names)


def analyse_whole(document: Document, schema_names: SchemaNames | None = None) -> tuple[Fault, ...]:
    """The same, every token of the document looked at."""
    read = scan(document.text, schema_names=schema_names)
    frame = prolog_faults(read)
    if frame and frame[0].code in NO_DOCUMENT:
        return tuple(frame)
    proper, pairs = restore(_document_proper(read, frame))
    structure = tag_faults(proper, pairs)
    frame, tags, structure = together(proper, frame, structure)
    found = [
        *encoding_faults(document, read),
        *frame,
        *tags,
        *structure,
        *(fault for find in FINDERS for fault in find(read)),
        *name_faults(proper, balanced=not structure),
    ]
    return tuple(sorted(without_what_goes(found), key=lambda fault: fault.start))


def _document_proper(read: Scan, frame: list[Fault]) -> Scan:
    """The scan without the tokens of content before the document proper that holds tags."""
    end = max((fault.end for fault in frame if fault.code is Code.CONTENT_BEFORE_ROOT), default=0)
    if not end or not any(token.kind is Kind.START and token.start < end for token in read.tokens):
        return read
    return replace(read, tokens=[token for token in read.tokens if token.start >= end])


def _mentions(fault: Fault, letter: str) -> bool:
    written = (edit.after for reading in fault.readings for edit in reading.edits)
    return any(letter in each for each in (fault.name, fault.value, *written))
