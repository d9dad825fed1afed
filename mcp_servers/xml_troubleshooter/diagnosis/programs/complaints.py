"""Messages of the engine that would run a schema or a program, and their places in the document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ...codes import Code
from ...conformance.name_distance import name_distance
from ...document.document import Document
from ...document.tokens import Attribute
from ...document.tree import Node, Tree
from ...errors import SchemaError
from ...facts.attribute_facts import new_value
from ...facts.finding import Finding, Reading, local, of_element, of_value
from ...facts.misspelt_names import closest, misnamed, sibling_name
from ...schema_files.resolver import SchemaSources

CASE = 0.5  # up to which names differ in case and separators alone


@dataclass(frozen=True)
class Program:
    """A document that is a schema or a program; `roots` are the folders that it may take parts from."""

    document: Document
    roots: tuple[Path, ...] = ()

    @cached_property
    def tree(self) -> Tree:
        """Its elements; raises ValueError where no tree can be made of the document."""
        return Tree(self.document)

    @property
    def path(self) -> Path:
        """Its file; for inline text a path that does not exist."""
        return Path(self.document.source or "/nowhere/document.xml")

    @property
    def data(self) -> bytes:
        """Its bytes."""
        return self.document.to_bytes()

    def sources(self) -> SchemaSources:
        """The files that it may be made of, none of them read yet."""
        return SchemaSources(self.path, self.roots)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One message of an engine: its kind, its line (0 for none) and its words."""

    kind: str
    line: int
    words: str


def compiled(work: Callable[[], object]) -> tuple[list[Complaint], str]:
    """The errors of an engine of lxml that compiles something; the reason why it could not try, "" where it did."""
    from lxml import etree  # noqa: PLC0415 - loaded where the work is done

    try:
        work()
    except (etree.XMLSchemaParseError, etree.RelaxNGParseError, etree.XSLTParseError) as error:
        entries: Sequence[Any] = list(error.error_log)
        found = [
            Complaint(entry.type_name, entry.line, " ".join(entry.message.split()))
            for entry in entries
            if entry.level_name in ("ERROR", "FATAL")
        ]
        return found or [Complaint("", 0, str(error))], ""
    except SchemaError as error:
        return [], str(error)
    return [], ""


def at_line(program: Program, line: int, wanted: Callable[[Node], bool]) -> list[Node]:
    """The wanted elements for which an engine would name this line."""
    position = program.document.position
    return [
        node
        for node in program.tree.nodes
        if wanted(node) and (not line or position(node.start).line <= line <= position(node.tag.end).line)
    ]


def nearest(name: str, known: Sequence[str]) -> tuple[str, bool] | None:
    """The one name that is close to another, and whether they differ in case and separators alone."""
    near = closest(name, known)
    return (near[0], name_distance(name, near[0]) <= CASE) if len(near) == 1 else None


def renamed_value(
    tree: Tree,
    node: Node,
    item: Attribute,
    written: str,
    words: str,
    *,
    safe: bool,
    code: Code = Code.UNRESOLVED_REFERENCE,
) -> Finding:
    """A finding about the value of an attribute, with the value that is meant."""
    words += f" {written} is meant." if safe else f" {written} comes close."
    reading = Reading(confidence=0.97 if safe else 0.85, safe=safe, edits=(new_value(item, written),))
    return of_value(tree, node, item, words, code=code, expected=(written,), reading=reading)


def unresolved(tree: Tree, node: Node, item: Attribute, name: str, known: Sequence[str], words: str) -> Finding:
    """A finding about an attribute whose value is not one of the known names, with the nearest of them."""
    if name and (meant := nearest(name, known)):
        return renamed_value(tree, node, item, meant[0], words, safe=meant[1])
    return of_value(tree, node, item, words, code=Code.UNRESOLVED_REFERENCE, expected=tuple(known[:10]))


def unknown_elements(nodes: Sequence[Node], known: Sequence[str], language: str) -> Iterator[Finding]:
    """Elements in a language's namespace that the language does not have."""
    for node in nodes:
        name = local(node)
        if name in known:
            continue
        words = f"{language} has no element <{node.written}>."
        meant = nearest(name, known)
        if meant is None:
            yield of_element(node, words)
            continue
        written = sibling_name(node, meant[0])
        reason = f"{words} <{written}> is meant."
        yield misnamed(node, written, reason, confidence=0.96 if meant[1] else 0.9, safe=meant[1])
