"""The verdict on syntax: whether a document is well-formed, and if not, all faults against it.

libxml2 is the judge; the project's own scanner explains its verdict, because libxml2 stops at the first fatal fault.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from ..codes import Code
from ..diagnostics import CAP, Diagnostic, Related
from ..document.document import Document
from ..document.parsing import REFERENCE, parser
from ..schemas.vocabularies import notation
from ..wellformedness.analysis import LARGE, analyse
from ..wellformedness.broken_document import BrokenDocument
from ..wellformedness.doctype_faults import ENTITY
from ..wellformedness.families import FAULT_KINDS
from ..wellformedness.faults import Fault
from ..wellformedness.reduction import first_errors

if TYPE_CHECKING:
    from ..grammar.schema_names import SchemaNames

# an entity that is declared outside the document is not the document's fault
_ENTITY_ERRORS = frozenset({"ERR_UNDECLARED_ENTITY", "WAR_UNDECLARED_ENTITY"})
_LIMIT_ERRORS = frozenset(
    {"ERR_RESOURCE_LIMIT", "ERR_ENTITY_LOOP", "ERR_NAME_TOO_LONG", "ERR_INTERNAL_ERROR", "ERR_NO_MEMORY"}
)
# the references by which a declaration gives its entity a bare & or <, which is markup where the entity is used
_BARE = re.compile(
    r"(?P<ampersand>&#(?:0*38|x0*26);(?![\w:#][^\s&;]*;))|&#(?:0*60|x0*3[cC]);(?![\w:/!?])"
)  # fmt: skip
# the limits that keep the parser safe, by a word of its messages
_LIMITS = {
    "depth": "Elements nest deeper here than the parser's limit of 256; make it flatter.",
    "ntity": "The entities stand for more text than the parser's limit allows; write out what is meant.",
    "Name": "A name is longer than the parser's limit of 50,000 characters; it may lack its end.",
    "": "A text, attribute value, comment or other piece is longer than the parser's limit of 10 million characters; "
    "it may lack its end, or belong in a file of its own.",
}


def tell(document: Document, found: Sequence[Fault], schema_names: SchemaNames | None = None) -> tuple[Diagnostic, ...]:
    """The first CAP faults of the scanner in a document, as diagnostics; where it has found none, libxml2's error."""
    # elements that never end nest beyond the parser's limit too: the limit is the fault only where there is no other
    if found:
        broken = BrokenDocument(document, schema_names)
        return tuple(_diagnostic(broken, fault) for fault in found[:CAP])
    errors = _rejection(document)
    return (_told_by_parser(document, errors),) if errors else ()


def faults(document: Document, schema_names: SchemaNames | None = None) -> tuple[Fault, ...]:
    """The scanner's faults in a document that libxml2 rejects, with the readings that repairs are made of."""
    return analyse(document, schema_names) if document.misdeclared or _rejection(document) else ()


def _diagnostic(broken: BrokenDocument, fault: Fault) -> Diagnostic:
    message, explanation = FAULT_KINDS[fault.code].describe(broken, fault)
    position = broken.document.position(fault.start)
    return Diagnostic(
        code=fault.code,
        start=fault.start,
        end=fault.end,
        message=message,
        explanation=explanation,
        line=position.line,
        column=position.column,
        name=fault.name,
        value=fault.value,
        related=Related(fault.other, fault.other_note) if fault.other >= 0 else None,
    )


@lru_cache(maxsize=1)
def _rejection(document: Document) -> list[etree._LogEntry]:
    """The parser's own errors; [] where it accepts the document."""
    if notation(document):
        return []  # a schema that is no XML breaks none of its rules
    data = document.to_bytes()
    if len(data) > LARGE and "<!DOCTYPE" not in document.text and "xml:id" not in document.text:
        return first_errors(data[at : at + LARGE] for at in range(0, len(data), LARGE))
    errors = _errors(data, parser())
    if errors and all(error.type_name in _ENTITY_ERRORS for error in errors):
        return _errors(data, parser(entities=False))
    return errors


def _errors(data: bytes, judge: etree.XMLParser) -> list[etree._LogEntry]:
    try:
        etree.fromstring(data, judge)
    except etree.XMLSyntaxError:
        return list(judge.error_log)
    return []


def _told_by_parser(document: Document, errors: Sequence[etree._LogEntry]) -> Diagnostic:
    """The parser's error where the scanner finds no fault, as a diagnostic: a limit, else the first fatal error."""
    limit = next((error for error in errors if error.type_name in _LIMIT_ERRORS or "too big" in error.message), None)
    error = limit or next((error for error in errors if error.level_name == "FATAL"), errors[0])
    told = next(words for word, words in _LIMITS.items() if word in error.message)
    explanation = told if limit else f"The parser rejects the document here: {error.message.strip()}."
    start = document.offset(error.line, error.column)
    if not limit and (declared := _bare_in_entity(document.text)):
        start, explanation = declared
    position = document.position(start)
    return Diagnostic(
        code=Code.RESOURCE_LIMIT if limit else Code.NOT_WELL_FORMED,
        start=start,
        end=start,
        message=error.message,
        explanation=explanation,
        line=position.line,
        column=position.column,
    )


def _bare_in_entity(text: str) -> tuple[int, str] | None:
    """The place of a bare & or < in the declaration of an entity that is used, and a message with its replacement."""
    used = set(REFERENCE.findall(text))
    for entity in ENTITY.finditer(text):
        value = entity.span(2 if entity[2] is not None else 3)
        bare = _BARE.search(text, *value) if value[0] >= 0 and entity[1] in used else None
        if bare:
            sign, name, number = ("&", "amp", 38) if bare["ampersand"] else ("<", "lt", 60)
            return bare.start(), (
                f'The declaration of the entity "{entity[1]}" writes {sign} as {bare.group()}, which becomes a bare '
                f"{sign} before the entity is used, and is then read as markup. Write &{name}; or "
                f"&#38;#{number}; there instead."
            )
    return None
