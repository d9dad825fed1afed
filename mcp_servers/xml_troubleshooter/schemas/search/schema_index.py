"""The index of the schema folders: target namespace, document elements and version of each schema, kept on disk."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from xml.parsers import expat

from ...disk.bounds import Bounds, read_file, real_path
from ...disk.folder_names import names_in
from ...disk.state_files import write_private

SECONDS = 10.0  # that looking at the schema folders may take
_BETWEEN_SAVES = 2.0  # seconds; a process that is ended has learnt something
_FORMAT = 2
_ENDINGS = (".xsd", ".rng", ".rnc", ".dtd")
_FILES = 20_000  # schema files that are looked at; a folder with more is no schema folder
_LARGEST = 20_000_000  # bytes of a schema file
_XSD = "http://www.w3.org/2001/XMLSchema "
_RNG = "http://relaxng.org/ns/structure/1.0 "
_DTD_ELEMENT = re.compile(r"<!ELEMENT\s+([^\s%;()]+)")
_RNC_NAMESPACE = re.compile(r"^[ \t]*+(default\s++)?namespace\b[^=\n]*+=\s*+[\"']([^\"'\n]*)", re.MULTILINE)
_RNC_ELEMENT = re.compile(r"\belement\s+(?:[\w.\-]+:)?([\w.\-]+)\s*\{")


@dataclass(frozen=True, slots=True)
class Entry:
    """One schema file. `namespaces` are those of its elements ("" for none)."""

    path: Path
    namespaces: tuple[str, ...] = ()
    elements: frozenset[str] = frozenset()
    version: str = ""

    @property
    def namespace(self) -> str:
        """The target namespace."""
        return self.namespaces[0] if self.namespaces else ""

    @property
    def is_dtd(self) -> bool:
        """Whether the file is a DTD, which knows no namespaces."""
        return self.path.suffix.lower() == ".dtd"


class Index(NamedTuple):
    """The schemas that were found; `whole` where all folders were looked at to their end."""

    entries: list[Entry]
    whole: bool


def index(
    folders: Iterable[Path],
    state_dir: Path | None,
    *,
    deep: bool = True,
    bounds: Bounds | None = None,
    seconds: float = SECONDS,
) -> Index:
    """The schemas in these folders, and below them if `deep`; only files that changed since the last time are read.

    Links are followed inside `bounds` (without any, these folders) alone. After `seconds` the search ends with the
    schemas found so far, and its results are kept for the next time.
    """
    real = tuple(dict.fromkeys(real_path(folder) for folder in folders))
    bounds = bounds or Bounds(real)
    cache = state_dir / "schema-index.json" if state_dir is not None else None
    known = _load(cache)
    fresh: dict[str, list[Any]] = {}
    entries: list[Entry] = []
    whole, until, saved = True, time.monotonic() + seconds, time.monotonic()
    for path in _files(real, state_dir, bounds, until, deep=deep):
        if path is None or time.monotonic() > until:
            whole = False
            break
        try:
            stat = path.lstat()
        except OSError:
            continue
        if stat.st_size > _LARGEST:
            continue
        stamp = [stat.st_mtime_ns, stat.st_size]
        record = known.get(str(path))
        if record is None or record[:2] != stamp:
            entry = entry_of(path)
            record = [*stamp, list(entry.namespaces), sorted(entry.elements), entry.version]
        fresh[str(path)] = record
        entries.append(Entry(path, tuple(record[2]), frozenset(record[3]), record[4]))
        if cache is not None and time.monotonic() > saved + _BETWEEN_SAVES:
            _save(cache, {**known, **fresh})
            saved = time.monotonic()
    if cache is not None and fresh != known:
        _save(cache, {**(_elsewhere(known, real) if whole else known), **fresh})
    return Index(entries, whole)


def _files(
    folders: Iterable[Path], state_dir: Path | None, bounds: Bounds, until: float, *, deep: bool
) -> Iterator[Path | None]:
    """The schema files, by their real paths; None where time is over before all folders were looked at."""
    seen = 0
    own = real_path(state_dir) if state_dir is not None else None  # what is kept there is made of schemas, and is none
    left = list(folders)[::-1]
    while left:
        if time.monotonic() > until:
            yield None
            return
        folder = left.pop()
        try:
            found = names_in(folder, _ENDINGS)
        except OSError:
            continue
        if deep and folder != own:
            left += [folder / name for name in reversed(found.folders) if not name.startswith(".")]
        for path in filter(None, (bounds.file(folder / name) for name in found.files)):
            seen += 1
            if seen > _FILES:
                return
            yield path


def entry_of(path: Path) -> Entry:
    """The namespaces, elements and version that one schema file declares; none for one that cannot be read."""
    try:
        data = read_file(path)
    except OSError:
        return Entry(path)
    if path.suffix.lower() == ".dtd":
        return Entry(path, (), frozenset(_DTD_ELEMENT.findall(data.decode("latin-1"))))
    if path.suffix.lower() == ".rnc":
        text = data.decode("utf-8", "replace")
        spaces = sorted(_RNC_NAMESPACE.findall(text), key=lambda found: not found[0])  # the default first
        namespaces = tuple(dict.fromkeys(uri for _, uri in spaces)) or ("",)
        return Entry(path, namespaces, frozenset(_RNC_ELEMENT.findall(text)))
    reader = _SchemaReader()
    with suppress(expat.ExpatError):  # what was read before the fault still tells what the file is
        reader.parser.Parse(data, True)  # noqa: FBT003 - expat takes no keywords
    return Entry(path, tuple(reader.namespaces), frozenset(reader.elements), reader.version)


class _SchemaReader:
    """Collects what an XSD or RELAX NG file declares, with expat: no network, no external entity."""

    def __init__(self) -> None:
        self.namespaces: dict[str, None] = {}
        self.elements: set[str] = set()
        self.version = ""
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._depth = 0

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == f"{_XSD}schema":
            self.namespaces[attributes.get("targetNamespace", "")] = None
            self.version = attributes.get("version", "")
        elif name == f"{_XSD}element" and self._depth == 1 and "name" in attributes:
            self.elements.add(attributes["name"])
        elif name.startswith(_RNG):
            if "ns" in attributes:
                self.namespaces[attributes["ns"]] = None
            elif self._depth == 0:
                self.namespaces[""] = None
            if name == f"{_RNG}element" and "name" in attributes:
                self.elements.add(attributes["name"].rpartition(":")[2])
        self._depth += 1

    def _end(self, _name: str) -> None:
        self._depth -= 1


def _load(cache: Path | None) -> dict[str, list[Any]]:
    if cache is None:
        return {}
    try:
        content = json.loads(read_file(real_path(cache)))
    except (OSError, ValueError):
        return {}  # no index yet, or one that a crash cut short: it is made again
    known = content.get("files") if isinstance(content, dict) and content.get("format") == _FORMAT else None
    return known if isinstance(known, dict) else {}


def _elsewhere(known: Mapping[str, list[Any]], folders: Iterable[Path]) -> dict[str, list[Any]]:
    """The records of other folders, which a run with other settings will want again."""
    inside = list(folders)
    return {name: record for name, record in known.items() if not any(Path(name).is_relative_to(one) for one in inside)}


def _save(cache: Path, files: Mapping[str, list[Any]]) -> None:
    # a state folder that cannot be written costs time at the next run, nothing else
    with suppress(OSError):
        write_private(cache, json.dumps({"format": _FORMAT, "files": files}).encode())
