"""Schematron rules in a document's folder: those named like it or its schema judge it, others are mentioned."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from ...disk.bounds import Bounds, read_file
from ...disk.folder_names import names_in
from ..plan import SEPARATOR
from . import combined_schema
from .document_head import DocumentHead
from .schema_folders import SchemaFolders

_SCHEMATRON = ("http://purl.oclc.org/dsdl/schematron ", "http://www.ascc.net/xml/schematron ")
_MOST = 50  # files that are looked at
_LARGEST = 5_000_000  # bytes of one
_SHOWN = 3


class Found(NamedTuple):
    """The paths of the rules that judge, the reason for them, and a message about the others ("" for none)."""

    rules: tuple[str, ...] = ()
    why: str = ""
    others: str = ""


def rules_beside(
    head: DocumentHead, text: str, places: SchemaFolders, *, stem: str, schema: str, named: Collection[str]
) -> Found:
    """The rules in a document's folder, not below it, that are named like it (`stem`) or its `schema` ("" for none).

    `named` are the paths of rules that the document names, which judge anyway.
    """
    if places.folder is None:
        return Found()
    stems = {Path(schema).stem: f"its schema {schema}"} if schema else {}
    stems |= {stem: "the document"} if stem else {}
    why: dict[str, str] = {}
    others: dict[str, str] = {}  # by path, the end of a sentence
    for name, path in _files(places.folder, places.bounds, stems):
        if str(path) in named or str(path) in why:
            continue
        whose, rules = stems.get(Path(name).stem, ""), _Rules(path)
        if whose and not rules.problem and rules.may_judge(head, text):
            why[str(path)] = f"{path}, beside the document, has the name of {whose} and judges it."
        elif said := rules.problem if whose else rules.meant_for(head):
            others[str(path)] = said
        elif whose and rules.namespaces:
            uris = ", ".join(sorted(rules.namespaces)[:_SHOWN])
            others[str(path)] = f"has the name of {whose}, but its rules are for {uris}"
    return Found(tuple(why), " ".join(why.values()), _told(others, [schema, *named, *why]))


def _told(others: Mapping[str, str], judging: Iterable[str]) -> str:
    """The message about rules that do not apply, and how to apply them together with those that are `judging`."""
    if not others:
        return ""
    first = next(iter(others))
    shown = [f"{Path(path).name} {said}" for path, said in islice(others.items(), _SHOWN)]
    whole = SEPARATOR.join(filter(None, (*judging, first)))
    more = f"; and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
    how = f'To apply {Path(first).name}, give schema_path "{whole}".'
    return f"Beside the document, not applied: {'; '.join(shown)}{more}. {how}"


def _files(folder: Path, bounds: Bounds, stems: Collection[str]) -> Iterator[tuple[str, Path]]:
    """The names of the files of rules in a folder, with their real paths; those of the stems come first."""
    names: Sequence[str] = ()
    with suppress(OSError):  # a folder that cannot be listed has none
        names = names_in(folder, (".sch",)).files
    for name in sorted(names, key=lambda name: (Path(name).stem not in stems, name))[:_MOST]:
        if (path := bounds.file(folder / name)) and path.suffix.lower() == ".sch":
            yield name, path


class _Rules:
    """The scope of one file of rules: the namespaces that it binds prefixes to, and the contexts of its rules."""

    def __init__(self, path: Path) -> None:
        self.problem = ""  # why it cannot be looked at, as the end of a sentence
        self.namespaces: set[str] = set()
        self._contexts: list[str] = []
        self._is_schematron = False
        try:
            if path.stat().st_size > _LARGEST:
                self.problem = f"is larger than {_LARGEST // 1_000_000} MB"
                return
            data = read_file(path)
        except OSError as error:
            self.problem = f"cannot be read: {error.strerror}"
            return
        self._is_schematron = b"schematron" in data  # programs that draw circuits use the ending too
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        with suppress(expat.ExpatError):  # the layer tells of the fault
            parser.Parse(data, True)  # noqa: FBT003 - expat takes no keywords

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if not name.startswith(_SCHEMATRON):
            return
        self._is_schematron = True
        kind = name.rpartition(" ")[2]
        if kind == "ns":
            self.namespaces.add(attributes.get("uri", ""))
        elif kind == "rule":
            self._contexts.append(attributes.get("context", ""))

    def may_judge(self, head: DocumentHead, text: str) -> bool:
        """Whether the rules can hold for a document: not where all that they name is in namespaces that it lacks."""
        if not self._is_schematron or not self.namespaces or not head.namespace or head.namespace in self.namespaces:
            return self._is_schematron
        return not self.namespaces.isdisjoint(combined_schema.namespaces(text, head.namespace))

    def meant_for(self, head: DocumentHead) -> str:
        """Why the rules are meant for documents with this root, as the end of a sentence; "" where they are not."""
        if head.namespace:
            return f"has rules for the root namespace {head.namespace}" if head.namespace in self.namespaces else ""
        name = re.compile(rf"(?<![\w:.@-]){re.escape(head.root)}(?![\w:.-])")
        named = not self.namespaces and any(map(name.search, self._contexts))
        return f"has rules for {head.root}" if named else ""
