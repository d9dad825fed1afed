"""The chain of official schemas and rules that judges a document: by its vocabulary, from what the catalogue has."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from ..catalogue.entries import Entry
from ..catalogue.store import Held, SchemaStore
from ..document.document import Document
from .vocabularies import Beginning, Vocabulary, read_beginning, recognise, table

_NEAR = 0.4  # likeness from which on a known profile may be the one meant


@dataclass(frozen=True, slots=True)
class Link:
    """One layer of a chain: the entry that it is, and where it lies; None where it is not at hand."""

    entry: Entry
    held: Held | None
    path: Path | None

    @property
    def name(self) -> str:
        """What it is called in results: "EN 16931 1.3.16"."""
        return f"{self.entry.title} {self.held.version if self.held else self.entry.version}"


@dataclass(frozen=True, slots=True)
class Chain:
    """The layers that judge a document, in order, and what it is; `unknown` is a profile that no chain knows."""

    vocabulary: Vocabulary | None
    links: tuple[Link, ...] = ()
    unknown: str = ""
    near: tuple[str, ...] = ()

    @property
    def at_hand(self) -> tuple[Link, ...]:
        """The layers that can be run."""
        return tuple(link for link in self.links if link.path is not None)

    @property
    def missing(self) -> tuple[Link, ...]:
        """The layers that would have to be installed first."""
        return tuple(link for link in self.links if link.path is None)


def chain(document: Document, store: SchemaStore) -> Chain:
    """The chain for a document; one without links where the catalogue has nothing for it."""
    beginning = read_beginning(document)
    if not beginning.root:
        return Chain(None)
    known = recognise(document)
    root = f"{{{beginning.namespace}}}{beginning.root}" if beginning.namespace else beginning.root
    layers = known.layers if known is not None else ()
    names = [layer.split("|") for layer in layers] or [[entry.id] for entry in store.known.judging(root)][:1]
    links = tuple(_link(alternatives, root, store) for alternatives in names)
    unknown, near = _unknown_profile(beginning, known)
    return Chain(known, links, unknown, near)


def entry_file(name: str, document: Document, store: SchemaStore) -> tuple[Entry, Held | None, Path | None]:
    """The file of an entry, by its id, that judges a document. Raises InputError for an unknown id."""
    beginning = read_beginning(document)
    root = f"{{{beginning.namespace}}}{beginning.root}" if beginning.namespace else beginning.root
    entry, _ = store.known.find(name)
    for held in store.held(name):
        path = held.file(root)
        if path is not None:
            return entry, held, path
    return entry, None, None


def _link(alternatives: list[str], root: str, store: SchemaStore) -> Link:
    """The first of the alternatives that is at hand; the first of all where none is."""
    for name in alternatives:
        for held in store.held(name):
            path = held.file(root)
            if path is not None:
                return Link(held.entry, held, path)
    return Link(store.known.find(alternatives[0])[0], None, None)


def _unknown_profile(beginning: Beginning, known: Vocabulary | None) -> tuple[str, tuple[str, ...]]:
    """A profile of an e-invoice that no vocabulary is known by, with the nearest that are."""
    if not beginning.profiles or (known is not None and known.profiles):
        return "", ()
    mine = beginning.profiles[0]
    others = list(dict.fromkeys(profile for each in table() for profile in each.profiles))
    return mine, tuple(difflib.get_close_matches(mine, others, n=3, cutoff=_NEAR))
