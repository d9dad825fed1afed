"""The files that a schema or a program is made of: the ones that exist, and others that it is a part of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ...codes import Code
from ...diagnostics import Diagnostic, Severity
from ...document.tokens import Attribute
from ...document.tree import Node
from ...facts.attribute_facts import new_value
from ...facts.fact_check import Found
from ...facts.finding import Finding, Reading, of_value
from ...schema_files.resolver import absolute
from .complaints import Program, nearest

_HEAD = 20_000  # bytes of a neighbour in which it names its parts
_MOST = 200  # neighbours that are looked at


class Compiled(NamedTuple):
    """The compilation errors of a schema or a program; `reason` says why it was not compiled, "" if it was."""

    told: tuple[tuple[Diagnostic, Found | None], ...] = ()
    reason: str = ""


class UncompiledError(Exception):
    """It is unknown whether this compiles; the text says why."""


def located(program: Program, address: str) -> bool:
    """Whether the file of an address, or a local copy of one on the web, may be read."""
    return program.sources().locate(absolute(str(program.path), address)) is not None


def missing(program: Program, named: Sequence[tuple[Node, Attribute]], what: str) -> Iterator[Finding]:
    """Findings for the parts that attributes name and that do not exist; none for the web, or a text without a file."""
    if not program.document.source:
        return
    gone = [(node, item) for node, item in named if not located(program, program.tree.attribute_value(item))]
    for node, item in gone:
        if not program.tree.attribute_value(item).startswith("http"):
            yield _missing(program, node, item, what, others=len(gone) < len(named))


def _missing(program: Program, node: Node, item: Attribute, what: str, *, others: bool) -> Finding:
    """A part that is not there: the fault of its address where a file of nearly that name or `others` are there.

    Without them the document has just come without its neighbours.
    """
    address = program.tree.attribute_value(item)
    folder, _, name = address.rpartition("/")
    beside = [path.name for path in neighbours(program, folder, Path(name).suffix)]
    meant = nearest(name, beside)
    words = f"{what} {address} is not here, or lies outside the allowed folders (ALLOWED_ROOTS, SCHEMA_DIRS)."
    if meant is None:
        severity = Severity.ERROR if others else Severity.WARNING
        words += " Put it there, or correct the address."
        return of_value(program.tree, node, item, words, code=Code.SCHEMA_LOCATION, severity=severity)
    better = f"{folder}/{meant[0]}" if folder else meant[0]
    words = f"There is no file {address} here, but {better}."
    reading = Reading(
        confidence=0.97 if meant[1] else 0.85, safe=meant[1], edits=(new_value(item, better),),
        provenance=f"file: {better}",
    )  # fmt: skip
    return of_value(program.tree, node, item, words, code=Code.SCHEMA_LOCATION, expected=(better,), reading=reading)


def neighbours(program: Program, folder: str = "", suffix: str = ".xsd") -> Iterator[Path]:
    """The other files of a kind in the folder of the document, or in one that is named from there."""
    if not program.document.source or not suffix:
        return
    sources = program.sources()
    for path in sorted((program.path.parent / folder).glob(f"*{suffix}"))[:_MOST]:
        if path.name != program.path.name and sources.locate(str(path)) is not None:
            yield path


def head(path: Path) -> str:
    """The beginning of a file."""
    with path.open("rb") as file:
        return file.read(_HEAD).decode("utf-8", "replace")


def whole(program: Program) -> str:
    """The neighbour that takes the document as a part of itself; "" where there is none."""
    named = re.compile(rf"\b(?:schemaLocation|href)\s*=\s*[\"'](?:[^\"']*/)?{re.escape(program.path.name)}[\"']")
    beside = neighbours(program, suffix=program.path.suffix)
    return next((path.name for path in beside if named.search(head(path))), "")
