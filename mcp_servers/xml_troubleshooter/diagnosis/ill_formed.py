"""Diagnostics of a document that is not well-formed: the scanner's, and else the parser's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..codes import Code
from ..diagnostics import CAP, Diagnostic, Severity
from ..document.document import Document, declared_encoding

if TYPE_CHECKING:
    from ..schemas.plan import Plan
    from ..wellformedness.faults import Fault

LARGE = 20_000_000  # characters of a document that is no longer looked at as a whole for each of many faults
BEGINNING = 2_000_000  # characters of a larger one that are looked at first, lest there be too many faults


@dataclass(frozen=True, slots=True)
class Broken:
    """The first diagnostics of a document that is not well-formed, and its faults; () of one that is."""

    told: Sequence[Diagnostic]
    faults: Sequence[Fault] = ()


SOUND = Broken(())
_WORDS = "The document cannot be parsed as XML."
# for a document that the parser refuses only with its DTD, or in a stream
_UNREADABLE = Diagnostic(
    code=Code.NOT_WELL_FORMED, start=0, end=0, line=1, column=1, message=_WORDS, explanation=_WORDS
)


def syntax_faults(document: Document, plan: Plan) -> Broken:
    """The first diagnostics, at least one, of a document that the parser refuses, and all its faults."""
    from ..grammar.schema_names import names_of  # noqa: PLC0415 - most documents do without
    from .syntax_verdict import faults, tell  # noqa: PLC0415

    known = names_of(plan.grammar, plan.roots)
    text = document.text
    if len(text) > LARGE:
        end = text.rfind(">", 0, BEGINNING) + 1
        beginning = document.with_text(text[:end])
        # some may be faults there alone
        found = [item for item in faults(beginning, known) if item.code not in (Code.TRUNCATED, Code.MISSING_END_TAG)]
        if len(found) > CAP:
            return Broken(_only(tell(beginning, found, known), document.position(end).line), found)
    every = faults(document, known)
    return Broken(tell(document, every, known) or (_UNREADABLE,), every)


def unmarked(document: Document) -> Iterator[Diagnostic]:
    """A warning for text in UTF-16 or UTF-32 without the mark that XML demands in front of it (XML 1.0, 4.3.3).

    UTF-32 has one even with it: parsers need not know that encoding. So has the mark of UTF-8 in front of a declaration
    that names another encoding: a fatal error by the same section, which most parsers overlook.
    """
    declared = declared_encoding(document.text)
    name = document.encoding.upper().removesuffix("-LE").removesuffix("-BE")
    if document.bom and document.encoding == "utf-8" and declared not in ("", "utf-8") and not document.misdeclared:
        yield _warning(
            "Mark and declaration tell different encodings",
            "The document begins with the byte order mark (BOM) of UTF-8, and its declaration names another encoding; "
            "parsers differ in which of them they follow. Let the declaration name UTF-8, or save the document anew.",
        )
    if name == "UTF-32" and document.bom:
        words = "The document is written in UTF-32, which hardly any parser reads. Save it in UTF-8."
        yield _warning("Written in UTF-32", words)
    elif name in ("UTF-16", "UTF-32") and not document.bom:
        yield _warning(
            f"{name} without a byte order mark",
            f"The document is written in {name} without a byte order mark (BOM) in front; XML demands one, and many "
            "parsers cannot read the document without it. Save it with one, or in UTF-8.",
        )


def _warning(message: str, explanation: str) -> Diagnostic:
    """A warning about the encoding of a document, at its beginning."""
    return Diagnostic(
        code=Code.ENCODING_MISMATCH, start=0, end=0, line=1, column=1, message=message, explanation=explanation,
        severity=Severity.WARNING,
    )  # fmt: skip


def _only(found: Sequence[Diagnostic], line: int) -> Sequence[Diagnostic]:
    """The diagnostics of the beginning up to a line, where it has so many that the rest is not checked."""
    first, *others = found
    words = f"{first.explanation} There are so many faults that nothing behind line {line} was looked at."
    return (replace(first, explanation=words), *others)
