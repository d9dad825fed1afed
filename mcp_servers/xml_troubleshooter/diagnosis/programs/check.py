"""Schemas and programs as documents: compiled by the engine that would run them, and told of at their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ...diagnostics import Diagnostic
from ...document.document import Document
from ...facts.check import Found, diagnostic
from ...facts.finding import Fact, Finding
from ...schemas.plan import COMPILATION
from ...schemas.vocabularies import recognise
from . import rng, schematron, xsd, xslt
from .complaints import Program

_LONGEST = 2_000_000  # characters of a schema or program that is compiled
_MOST = 200

_LANGUAGES: Mapping[str, tuple[Callable[[Program], Iterator[Finding]], str]] = {
    "xsd": (xsd.check, "https://www.w3.org/TR/xmlschema11-1/"),
    "rng": (rng.check, "https://relaxng.org/spec-20011203.html"),
    "schematron": (schematron.check, "https://schematron.com/"),
    "xslt": (xslt.check, "https://www.w3.org/TR/xslt-30/"),
}


def find(document: Document, roots: tuple[Path, ...] = ()) -> Iterator[Found]:
    """What keeps a schema or a program from being used; nothing of any other document."""
    vocabulary = recognise(document)
    if vocabulary is None or vocabulary.id not in _LANGUAGES or len(document.text) > _LONGEST:
        return
    check_language, source = _LANGUAGES[vocabulary.id]
    fact = Fact(id=f"{vocabulary.id}-compiles", source=source, check=lambda _: iter(()))
    try:
        found = list(check_language(Program(document, roots)))
    except ValueError:
        return
    once = {(each.start, each.code): each for each in reversed(found)}
    for finding in sorted(once.values(), key=lambda each: (each.start, each.end))[:_MOST]:
        yield Found(fact, finding)


def check(document: Document, roots: tuple[Path, ...] = ()) -> tuple[Diagnostic, ...]:
    """What keeps it from being used, as diagnostics."""
    return tuple(diagnostic(document, each, COMPILATION) for each in find(document, roots))
