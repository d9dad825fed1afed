"""The choice of a document's schema: by its own hints, then from the schema folders. Never from the network."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from ...diagnostics import LayerKind
from ...disk.bounds import read_file
from ...document.doctype import doctype_of
from ...document.document import Document
from ...errors import SchemaError
from ..plan import Layer, plan
from . import combined_schema
from .document_head import DOCTYPE, DocumentHead, locations, read_head
from .matching_schemas import matching, near_misses, why_matching, why_none
from .rules_beside import rules_beside
from .schema_folders import SchemaFolders

_RULES = (".sch", ".xsl", ".xslt")
_DECLARES = re.compile(rb"<!ELEMENT\b|<!ENTITY\s+%")  # elements, or parameter entities that may declare some
_SHOWN = 3
_MOST = 100  # namespaces of a document that schemas are looked for, and addresses given for one of them


@dataclass(frozen=True, slots=True)
class Discovery:
    """The schema for a document: its path ("" for none), and in plain words the reason, or the near misses.

    `rules` are the paths of the rules that the document names beside it, or that are named like one of both.
    """

    schema: str
    reason: str
    rules: tuple[str, ...] = ()


def discover(
    document: Document,
    *,
    base: Path | None,
    schema_dirs: tuple[Path, ...],
    roots: tuple[Path, ...],
    state_dir: Path | None,
) -> Discovery:
    """The schema that fits a document, and the rules that it names.

    If the document has elements of namespaces that the schema of its root does not cover, and schemas of these are at
    hand, the schema is a driver that imports them all. `base` is the document or its folder (None for inline text);
    only files there, in `schema_dirs` and in `roots` are considered. `state_dir` keeps the index of the schema folders,
    and the drivers, between runs.
    """
    head = read_head(document.text)
    if not head.root:
        return Discovery("", "The document has no start tag that could tell which schema it is for; give schema_path.")
    stem = base.stem if base is not None and base.is_file() else ""
    places = SchemaFolders(base, schema_dirs, roots, state_dir)
    rules, why, misses = _rules(head, places)
    found = _of_root(head, places, misses)
    beside = rules_beside(head, document.text, places, stem=stem, schema=found.schema, named=rules)
    if not found.schema or found.schema.endswith(".xsd"):
        found = _of_all(found, head, document.text, places)
    rules += beside.rules
    reasons = ("" if rules and not found.schema else found.reason, why, beside.why, beside.others)
    return Discovery(found.schema, " ".join(filter(None, reasons)) + places.unseen, rules)


def external_dtd(
    document: Document, *, base: Path | None, schema_dirs: tuple[Path, ...], roots: tuple[Path, ...]
) -> Layer | None:
    """The layer of the external DTD that a document's DOCTYPE names, looked for as `discover` does; None for none.

    The document can be valid without it: one that is not at hand says nothing.
    """
    doctype = doctype_of(document.text)
    if doctype is None or not doctype.system:
        return None
    path, why = SchemaFolders(base, schema_dirs, roots).find(doctype.system, doctype.public)
    step = f"{'put the DTD beside the document, or ' if base is not None else ''}name it as schema_path"
    found = plan([path], named=False) if path else plan([], named=False, unusable=[(doctype.system, f"{why}; {step}")])
    return replace(found.layers[0], kind=LayerKind.DTD, required=False)


def _declares_elements(dtd: Path) -> bool:
    """Whether a DTD may declare elements; one that cannot be read may."""
    try:
        return _DECLARES.search(read_file(dtd)) is not None
    except OSError:
        return True


def _rules(head: DocumentHead, places: SchemaFolders) -> tuple[tuple[str, ...], str, list[str]]:
    """The rules that a document names and that are at hand, why these, and why not the others."""
    found: dict[str, str] = {}
    misses: list[str] = []
    for how, name, address in head.locations:
        if not address.lower().endswith(_RULES):
            continue
        path, why = places.find(address, name)
        if path is None:
            misses.append(f"{how} names {address}, but {why}")
        else:
            found[str(path)] = f"{how} names {address}, which is {path}."
    return tuple(found), " ".join(found.values()), misses


def _of_root(head: DocumentHead, places: SchemaFolders, misses: list[str]) -> Discovery:
    """The schema of the document element; `misses` are the rules that it names and that are not found."""
    for how, name, address in head.locations:
        if address.lower().endswith(_RULES):
            continue
        path, why = places.find(address, name)
        if path is not None and how == DOCTYPE and not _declares_elements(path):
            head = head._replace(doctype=False)  # its DTD is at hand, for entities or types of attributes alone
            continue
        if path is not None:
            return Discovery(str(path), f"{how} names {address}, which is {path}.")
        misses.append(f"{how} names {address}, but {why}")
    if head.namespace and (path := places.mapped(uri=head.namespace)):
        return Discovery(str(path), f"A catalog maps the root namespace {head.namespace} to {path}.")
    for where, candidates in (("the schema folders", places.entries), ("the document's folder", places.beside)):
        if found := matching(head, candidates):
            return Discovery(str(found[0].path), why_matching(head, where, found))
    misses += near_misses(head, [*places.entries, *places.beside])
    return Discovery("", why_none(head, places.schema_dirs, misses))


def _of_all(found: Discovery, head: DocumentHead, text: str, places: SchemaFolders) -> Discovery:
    """The schema of the root together with those of the other namespaces that the document has elements of.

    A root whose name no schema declares is an envelope, which may hold anything.
    """
    if not found.schema and any(head.root in entry.elements for entry in (*places.entries, *places.beside)):
        return found
    parts: dict[str, Path] = {}
    lacking: list[str] = []
    used = combined_schema.namespaces(text, head.namespace)
    known = combined_schema.declared(Path(found.schema), places.roots) if used and found.schema else frozenset[str]()
    hints = _hints(text) if used else {}
    for uri, names in islice(used.items(), _MOST):
        if uri in known:
            continue
        if path := _of_namespace(uri, names, hints.get(uri, ()), places):
            parts[uri] = path
            known |= combined_schema.declared(path, places.roots)
        else:
            lacking.append(uri)
    schema, reason = found.schema, found.reason
    if parts and places.state_dir is not None:
        judges = ", ".join(f"{part} for {uri}" for uri, part in parts.items())
        together = {head.namespace: Path(schema), **parts} if schema else parts
        around = ("", "") if schema else (head.namespace, head.root)
        try:
            schema = str(combined_schema.write(together, places.state_dir / "drivers", places.roots, around=around))
            reason += f" With it judges {judges}." if found.schema else f" What it holds is judged by {judges}."
        except (SchemaError, OSError) as error:
            reason += f" The schemas of its other namespaces cannot be used: {error}"
    if lacking and schema:
        more = f" and {len(lacking) - _SHOWN} more" if len(lacking) > _SHOWN else ""
        reason += f" No schema is at hand for {', '.join(lacking[:_SHOWN])}{more}."
    return Discovery(schema, reason)


def _hints(text: str) -> dict[str, list[str]]:
    """The addresses that a document gives for namespaces, wherever it does."""
    hints: dict[str, list[str]] = {}
    for location in locations(text):
        for uri, address in location.pairs:
            hints.setdefault(uri, []).append(address)
    return hints


def _of_namespace(uri: str, names: frozenset[str], hints: Sequence[str], places: SchemaFolders) -> Path | None:
    """The XSD for a namespace, which the document, a catalog or a folder names; None where there is none."""
    for address in dict.fromkeys(hints[:_MOST]):
        if (path := places.find(address, "")[0]) and path.suffix == ".xsd":
            return path
    if (path := places.mapped(uri=uri)) and path.suffix == ".xsd":
        return path
    for candidates in (places.entries, places.beside):
        ranked = [
            (-len(names & entry.elements), len(entry.path.parts), str(entry.path), entry.path)
            for entry in candidates
            if entry.namespace == uri and entry.path.suffix == ".xsd" and names & entry.elements
        ]
        if ranked:
            return min(ranked)[-1]
    return None
