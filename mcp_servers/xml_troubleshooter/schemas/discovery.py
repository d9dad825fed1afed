"""Which schema a document is meant for: what it says itself, then what the schema folders hold. Never the network.

Works on broken documents too: only the prolog and the first start tag are looked at, with a tolerant eye.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from ..diagnostics import LayerKind
from ..disk.bounds import Bounds, read_file, real_path
from ..document.doctype import doctype_of
from ..document.document import Document
from ..errors import SchemaError
from ..schema_files import catalog
from . import combined_schema
from .plan import Layer, plan
from .rules_beside import Found, Root, rules_beside
from .schema_index import SECONDS, Entry, Index, index
from .schema_locations import locations

_HEAD = 1 << 16  # characters in which the document element must start
_SKIPPED = re.compile(
    r"<!--(?:(?!<!--)(?s:.))*?-->|<\?xml-model\b(?P<model>(?:(?!<\?)(?s:.))*?)\?>|<\?(?:(?!<\?)(?s:.))*?\?>"
    r"|(?i:<!DOCTYPE)\s++[^\s\[>]++\s*+(?:(?i:PUBLIC)\s*+(?P<public>\"[^\"]*+\"|'[^']*+')|(?i:SYSTEM))?\s*+"
    r"(?P<system>\"[^\"]*+\"|'[^']*+')?[^\[>]*+(?:\[(?:(?!<!DOCTYPE)(?s:.))*?\]\s*+)?>"
    r"|<(?P<root>[^\W\d][\w.:\-]*)(?P<rest>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)"
)
_ATTRIBUTE = re.compile(r"([^\s=\"'<>/]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_DRIVE = re.compile(r"(?:file:/+)?[A-Za-z]:/", re.IGNORECASE)  # of Windows
_RULES = (".sch", ".xsl", ".xslt")
_DOCTYPE = "The DOCTYPE"
_DECLARES = re.compile(rb"<!ELEMENT\b|<!ENTITY\s+%")  # elements, or what may stand for their declarations
_ALIKE = 0.6  # how alike two namespaces are that may be mistaken for each other
_SHOWN = 3
_MOST = 100  # namespaces of a document that schemas are looked for, and addresses given for one of them


@dataclass(frozen=True, slots=True)
class Discovery:
    """The schema for a document: its path ("" for none), and in plain words why, or what came near.

    `rules` are the paths of the rules that the document names beside it, or that are named like one of both.
    """

    schema: str
    reason: str
    rules: tuple[str, ...] = ()


class _Head(NamedTuple):
    """What the prolog and the document element's tag say."""

    root: str
    namespace: str
    version: str
    locations: tuple[tuple[str, str, str], ...]  # how it is named, namespace or public id, address
    doctype: bool = False
    declares: bool = False  # elements, in its own DOCTYPE

    @property
    def named(self) -> str:
        """The document element in words."""
        return f"{{{self.namespace}}}{self.root}" if self.namespace else f"{self.root} without a namespace"

    def suits(self, entry: Entry) -> bool:
        """Whether a schema is of the root's namespace. A DTD knows none, and takes what a DOCTYPE claims for one."""
        return self.doctype if entry.is_dtd else self.namespace in entry.namespaces


def discover(
    document: Document,
    *,
    base: Path | None,
    schema_dirs: tuple[Path, ...],
    roots: tuple[Path, ...],
    state_dir: Path | None,
) -> Discovery:
    """The schema that fits a document, and the rules that it names.

    Where the document has elements of namespaces that the schema of its root knows nothing of, and schemas of these are
    at hand, it is a driver that imports them all. `base` is the document or its folder (None for inline text); only
    files there, in `schema_dirs` and in `roots` are considered. `state_dir` keeps the index of the schema folders, and
    the drivers, between runs.
    """
    head = _read_head(document.text[:_HEAD])
    if not head.root:
        return Discovery("", "The document has no start tag that could tell which schema it is for; give schema_path.")
    stem = base.stem if base is not None and base.is_file() else ""
    places = _SchemaFolders(_folder_of(base), schema_dirs, roots, state_dir)
    rules, why, misses = _rules(head, places)
    found = _of_root(head, places, misses)
    beside = _rules_beside(head, document.text, places, found.schema, rules, stem)
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
    doctype = doctype_of(document.text[:_HEAD])
    if doctype is None or not doctype.system:
        return None
    path, why = _Allowed(_folder_of(base), schema_dirs, roots).find(doctype.system, doctype.public)
    found = plan([path], named=False) if path else plan([], named=False, unusable=[(doctype.system, why)])
    return replace(found.layers[0], kind=LayerKind.DTD, required=False)


def _folder_of(base: Path | None) -> Path | None:
    return base.parent if base is not None and base.is_file() else base


def _declares_elements(dtd: Path) -> bool:
    """Whether a DTD may declare elements; one that cannot be read may."""
    try:
        return _DECLARES.search(read_file(dtd)) is not None
    except OSError:
        return True


class _SchemaFolders:
    """Where schemas are looked for."""

    def __init__(
        self, folder: Path | None, schema_dirs: tuple[Path, ...], roots: tuple[Path, ...], state_dir: Path | None
    ) -> None:
        self.allowed = _Allowed(folder, schema_dirs, roots)
        self.schema_dirs = schema_dirs
        self.roots = tuple(dict.fromkeys((*roots, *schema_dirs)))  # what a schema may consist of
        self.state_dir = state_dir
        self.folder = folder

    @cached_property
    def _index(self) -> Index:
        return index(self.schema_dirs, self.state_dir, bounds=self.allowed.bounds)

    @property
    def entries(self) -> list[Entry]:
        """The schemas in the schema folders."""
        return self._index.entries

    @cached_property
    def beside(self) -> list[Entry]:
        """The schemas in the document's folder."""
        if self.folder is None:
            return []
        return index((self.folder,), None, deep=False, bounds=self.allowed.bounds).entries

    @property
    def unseen(self) -> str:
        """What is to be said where the schema folders were not looked at to their end; "" where they were, or not."""
        if "_index" not in self.__dict__ or self._index.whole:
            return ""
        return (
            f" The schema folders hold so much that {SECONDS:.0f} seconds did not do to look at all of it; what was "
            "learnt is kept, and the next call goes on from there. Give schema_path, or name narrower SCHEMA_DIRS."
        )


def _rules(head: _Head, places: _SchemaFolders) -> tuple[tuple[str, ...], str, list[str]]:
    """The rules that a document names and that are at hand, why these, and why not the others."""
    found: dict[str, str] = {}
    misses: list[str] = []
    for how, name, address in head.locations:
        if not address.lower().endswith(_RULES):
            continue
        path, why = places.allowed.find(address, name)
        if path is None:
            misses.append(f"{how} names {address}, but {why}")
        else:
            found[str(path)] = f"{how} names {address}, which is {path}."
    return tuple(found), " ".join(found.values()), misses


def _rules_beside(
    head: _Head, text: str, places: _SchemaFolders, schema: str, named: tuple[str, ...], stem: str
) -> Found:
    """The rules in the document's folder that are named like it (`stem`) or its schema, besides those `named` by it."""
    if places.folder is None:
        return Found()
    stems = {Path(schema).stem: f"its schema {schema}"} if schema else {}
    stems |= {stem: "the document"} if stem else {}
    root = Root(head.root, head.namespace, text)
    return rules_beside(places.folder, places.allowed.bounds, root, stems=stems, schema=schema, known=named)


def _of_root(head: _Head, places: _SchemaFolders, misses: list[str]) -> Discovery:
    """The schema of the document element; `misses` are the rules that it names in vain."""
    for how, name, address in head.locations:
        if address.lower().endswith(_RULES):
            continue
        path, why = places.allowed.find(address, name)
        if path is not None and how == _DOCTYPE and not _declares_elements(path):
            head = head._replace(doctype=False)  # its DTD is at hand, for entities or types of attributes alone
            continue
        if path is not None:
            return Discovery(str(path), f"{how} names {address}, which is {path}.")
        misses.append(f"{how} names {address}, but {why}")
    if head.namespace and (path := places.allowed.mapped(uri=head.namespace)):
        return Discovery(str(path), f"A catalog maps the root namespace {head.namespace} to {path}.")
    for where, candidates in (("the schema folders", places.entries), ("the document's folder", places.beside)):
        if found := _entries_for(head, candidates):
            return Discovery(str(found[0].path), _why(head, where, found))
    misses += _near(head, [*places.entries, *places.beside])
    return Discovery("", _nothing(head, places.schema_dirs, misses))


def _of_all(found: Discovery, head: _Head, text: str, places: _SchemaFolders) -> Discovery:
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


def _of_namespace(uri: str, names: frozenset[str], hints: Sequence[str], places: _SchemaFolders) -> Path | None:
    """The XSD for a namespace, which the document, a catalog or a folder names; None where there is none."""
    for address in dict.fromkeys(hints[:_MOST]):
        if (path := places.allowed.find(address, "")[0]) and path.suffix == ".xsd":
            return path
    if (path := places.allowed.mapped(uri=uri)) and path.suffix == ".xsd":
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


class _Allowed:
    """The folders in which a schema may be looked for."""

    def __init__(self, base: Path | None, schema_dirs: Iterable[Path], roots: Iterable[Path]) -> None:
        self._base = real_path(base) if base is not None else None
        self.bounds = Bounds.of([*([self._base] if self._base else []), *schema_dirs, *roots])
        above = [one for one in (self._base, *self._base.parents) if self.bounds.allow(one)] if self._base else []
        self._catalogs = catalog.catalogs_of([*above, *self.bounds.folders], self.bounds)

    def mapped(self, *, system: str = "", public: str = "", uri: str = "") -> Path | None:
        """What a catalog says, where that is an allowed file."""
        found = catalog.resolve(self._catalogs, self.bounds, system=system, public=public, uri=uri)
        return self.bounds.file(found) if found is not None else None

    def find(self, address: str, name: str) -> tuple[Path | None, str]:
        """The file for an address, or why there is none."""
        if found := self.mapped(system=address, public=name, uri=address):
            return found, ""
        address = address.replace("\\", "/")
        foreign = _DRIVE.match(address) is not None
        path = None if foreign else catalog.local_path(address)
        if path is not None and self._base is not None:
            path = self._base / path
        if path is not None and path.is_absolute() and (found := self.bounds.file(path)):
            return found, ""
        # who copies a document from elsewhere puts its schema beside it
        beside = (folder / Path(unquote(urlsplit(address).path)).name for folder in self.bounds.folders)
        if near := next((found for one in beside if (found := self.bounds.file(one))), None):
            return near, ""
        if foreign:
            return None, "that is on another machine"
        if path is None:
            return None, "the network is never asked, and no catalog knows it"
        if not path.is_absolute():
            return None, "inline text has no folder to start from"
        return None, "there is no such file" if self.bounds.allow(path) else "that lies outside the allowed folders"


def _read_head(text: str) -> _Head:
    locations: list[tuple[str, str, str]] = []
    doctype: list[tuple[str, str, str]] = []
    declares = False
    for match in _SKIPPED.finditer(text):
        if match["model"] is not None:
            address = _attributes(match["model"]).get("href", "")
            locations += [("The xml-model instruction", "", address)] if address else []
        elif match["root"] is not None:
            hints, namespace, version = _root_hints(match["root"], match["rest"])
            said = (*hints, *locations, *doctype)
            return _Head(match["root"].rpartition(":")[2], namespace, version, said, bool(doctype), declares)
        elif match.group()[:9].upper() == "<!DOCTYPE":
            declares = "<!ELEMENT" in match.group()
            public, system = ((match[group] or "''")[1:-1] for group in ("public", "system"))
            doctype += [(_DOCTYPE, public, system)] if public or system else []
    return _Head("", "", "", ())


def _attributes(text: str) -> dict[str, str]:
    return {name: first or second for name, first, second in _ATTRIBUTE.findall(text)}


def _root_hints(root: str, attributes: str) -> tuple[list[tuple[str, str, str]], str, str]:
    prefix = root.rpartition(":")[0]
    values = _attributes(attributes)
    # what follows a blank has strayed into the value
    namespace = next(iter(values.get(f"xmlns:{prefix}" if prefix else "xmlns", "").split()), "")
    pairs = [
        (location.name, *pair)
        for location in locations(attributes)
        for pair in location.pairs or zip([namespace], location.words, strict=False)
    ]
    return [hint for hint in pairs if hint[1] in ("", namespace)], namespace, values.get("version", "").strip()


def _entries_for(head: _Head, entries: list[Entry]) -> list[Entry]:
    """The schemas that declare the document element, the best first; else one whose namespace is the root's alone."""
    related = [entry for entry in entries if head.suits(entry)]
    fitting = [entry for entry in related if head.root in entry.elements]
    if not fitting and head.namespace:
        # a misspelt document element
        fitting = [entry for entry in related if difflib.get_close_matches(head.root, entry.elements, 1)]
    return sorted(
        fitting,
        key=lambda entry: (
            not _version_fits(head.version, entry),
            entry.path.suffix.lower() == ".rnc",  # the other syntax is read faster
            len(entry.path.parts),
            str(entry.path),
        ),
    )


def _version_fits(version: str, entry: Entry) -> bool:
    if not version:
        return False
    return (
        entry.version == version or re.search(rf"(?<![\d.]){re.escape(version)}(?![\d])", entry.path.stem) is not None
    )


def _why(head: _Head, where: str, found: list[Entry]) -> str:
    best = found[0]
    if head.root in best.elements:
        text = f"In {where}, {best.path} declares the document element {head.named}."
    else:
        meant = difflib.get_close_matches(head.root, best.elements, 1)[0]
        text = (
            f"In {where}, {best.path} is for the root namespace {head.namespace}; it declares {meant}, not {head.root}."
        )
    if _version_fits(head.version, best):
        text += f" Its version is the document's, {head.version}."
    if len(found) > 1:
        others = ", ".join(str(entry.path) for entry in found[1 : 1 + _SHOWN])
        text += f" So do {others}; give schema_path to choose another."
    return text


def _near(head: _Head, entries: list[Entry]) -> list[str]:
    likely = sorted(
        ((_likeness(head, entry), entry) for entry in entries), key=lambda pair: (-pair[0], str(pair[1].path))
    )
    return [_miss(head, entry) for likeness, entry in likely[:_SHOWN] if likeness >= _ALIKE]


def _miss(head: _Head, entry: Entry) -> str:
    own = f"the root namespace is {head.namespace}" if head.namespace else "the root has no namespace"
    if head.suits(entry):
        return f"{own}, as in {entry.path}, but that declares no element {head.root}"
    return f"{own}, but {entry.path} is for {entry.namespace or 'no namespace'}"


def _likeness(head: _Head, entry: Entry) -> float:
    if entry.is_dtd or not entry.elements:
        return 0.0
    if head.suits(entry):
        return 1.0 if head.namespace else 0.0
    if not head.namespace or not entry.namespace:
        return 0.9 if head.root in entry.elements else 0.0
    alike = difflib.SequenceMatcher(None, head.namespace, entry.namespace).ratio()
    return alike + 1 if head.root in entry.elements and alike >= _ALIKE else alike


def _nothing(head: _Head, schema_dirs: tuple[Path, ...], misses: list[str]) -> str:
    text = f"No schema was found for the document element {head.named}"
    if head.declares:
        text += " beside the declarations in its own DOCTYPE"
    elif schema_dirs:
        text += "; give schema_path, or put the schema into a folder of SCHEMA_DIRS"
    else:
        text += "; set SCHEMA_DIRS to the folder of your schemas, or give schema_path"
    return f"{text}. Near misses: {'; '.join(misses[:_SHOWN])}." if misses else f"{text}."
