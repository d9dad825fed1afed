"""Schemas and programs as documents: compiled by the engine that would run them, with its errors at their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ...document.document import Document
from ...facts.fact_check import Found, told
from ...facts.finding import Finding
from ...schemas.plan import COMPILATION
from ...schemas.vocabularies import recognise
from . import rng_documents, schematron, xsd_documents, xslt
from .complaints import Program
from .program_parts import Compiled, UncompiledError

_LONGEST = 2_000_000  # characters of a schema or program that is compiled
_MOST = 200

_LANGUAGES: Mapping[str, tuple[Callable[[Program], Iterator[Finding]], str]] = {
    "xsd": (xsd_documents.check, "https://www.w3.org/TR/xmlschema11-1/"),
    "rng": (rng_documents.check, "https://relaxng.org/spec-20011203.html"),
    "schematron": (schematron.check, "https://schematron.com/"),
    "xslt": (xslt.check, "https://www.w3.org/TR/xslt-30/"),
}


def check(document: Document, roots: tuple[Path, ...] = ()) -> Compiled:
    """The compilation errors of a schema or a program; none of any other document."""
    vocabulary = recognise(document)
    if vocabulary is None or vocabulary.id not in _LANGUAGES:
        return Compiled()
    if len(document.text) > _LONGEST:
        return Compiled(reason=f"it is longer than {_LONGEST:,} characters")
    check_language, source = _LANGUAGES[vocabulary.id]
    found: list[Finding] = []
    reason = ""
    try:
        found.extend(check_language(Program(document, roots)))
    except UncompiledError as stop:
        reason = str(stop)
    except ValueError:
        return Compiled(reason="no tree can be made of it")
    return Compiled(
        told(document, [Found(f"{vocabulary.id}-compiles", source, each) for each in found], COMPILATION)[:_MOST],
        reason,
    )
