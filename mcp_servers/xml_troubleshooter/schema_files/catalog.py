"""OASIS XML catalogs: the local copies of public names. Read with expat: no network, no external entity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.parsers import expat

from ..disk.bounds import Bounds, read_file

_NAMESPACE = "urn:oasis:names:tc:entity:xmlns:xml:catalog"
_ATTRIBUTES = {  # of each kind of entry: the attributes of its key ("" where it matches all) and of its target
    "system": ("systemId", "uri"),
    "public": ("publicId", "uri"),
    "uri": ("name", "uri"),
    "rewriteSystem": ("systemIdStartString", "rewritePrefix"),
    "rewriteURI": ("uriStartString", "rewritePrefix"),
    "systemSuffix": ("systemIdSuffix", "uri"),
    "uriSuffix": ("uriSuffix", "uri"),
    "nextCatalog": ("", "catalog"),
    "delegateSystem": ("systemIdStartString", "catalog"),
    "delegatePublic": ("publicIdStartString", "catalog"),
    "delegateURI": ("uriStartString", "catalog"),
}
_DEPTH = 8  # nextCatalog entries may lead round in circles


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a catalog: `kind` is the element's name, `key` the id or prefix to match, `target` the address."""

    kind: str
    key: str
    target: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """The entries of one catalog file in order, and those that name other catalogs."""

    entries: tuple[Entry, ...] = ()
    following: tuple[Entry, ...] = ()

    def resolve(
        self, bounds: Bounds, *, system: str = "", public: str = "", uri: str = "", depth: int = 0
    ) -> Path | None:
        """The local file for a system id, a public id or a namespace or schema address; None where there is none.

        Exact entries win over rewritten prefixes, the longest prefix and suffix over shorter ones. Other catalogs are
        consulted where the bounds allow them.
        """
        public = " ".join(public.split())
        target = self._lookup(system, "system") or self._lookup(uri, "uri") or self._public(public)
        if target and (path := local_path(target)) is not None:
            return path
        if depth < _DEPTH:
            for entry in self.following:
                asked = {"system": system, "public": public, "uri": uri}
                if entry.kind != "nextCatalog":
                    kind = entry.kind.removeprefix("delegate").lower()
                    asked = {kind: asked[kind]} if asked[kind].startswith(entry.key) else {}
                path = local_path(entry.target)
                path = bounds.file(path) if path is not None and any(asked.values()) else None
                if path and (found := read(path).resolve(bounds, **asked, depth=depth + 1)):
                    return found
        return None

    def _lookup(self, name: str, kind: str) -> str:
        if not name:
            return ""
        rewrite, suffix = ("rewriteSystem", "systemSuffix") if kind == "system" else ("rewriteURI", "uriSuffix")
        best = (0, "")
        for entry in self.entries:
            if entry.kind == kind and entry.key == name:
                return entry.target
            if entry.kind == rewrite and name.startswith(entry.key):
                best = max(
                    best, (len(entry.key), urljoin(entry.target, name[len(entry.key) :])), key=lambda item: item[0]
                )
            elif entry.kind == suffix and name.endswith(entry.key):
                best = max(best, (len(entry.key), entry.target), key=lambda item: item[0])
        return best[1]

    def _public(self, public: str) -> str:
        return next((entry.target for entry in self.entries if entry.kind == "public" and entry.key == public), "")


def resolve(
    catalogs: Iterable[Path], bounds: Bounds, *, system: str = "", public: str = "", uri: str = ""
) -> Path | None:
    """The first file that these catalogs give, or None. It may lie anywhere: check the bounds before opening it."""
    for path in catalogs:
        if found := read(path).resolve(bounds, system=system, public=public, uri=uri):
            return found
    return None


def catalogs_of(folders: Iterable[Path], bounds: Bounds) -> tuple[Path, ...]:
    """The catalog.xml of each folder that has one which the bounds allow, in order."""
    return tuple(dict.fromkeys(path for folder in folders if (path := bounds.file(folder / "catalog.xml"))))


def read(path: Path) -> Catalog:
    """The catalog in a file; an unreadable one has no entries. Read again when the file has changed."""
    try:
        stat = path.lstat()
    except OSError:
        return Catalog()
    return _read(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int, _size: int) -> Catalog:
    entries: list[Entry] = []
    following: list[Entry] = []
    bases = [path.resolve().as_uri()]

    def start(name: str, attributes: Mapping[str, str]) -> None:
        base = urljoin(bases[-1], attributes.get("http://www.w3.org/XML/1998/namespace base", ""))
        bases.append(base)
        namespace, _, local = name.rpartition(" ")
        if namespace != _NAMESPACE:
            return
        key, target = _ATTRIBUTES.get(local, ("", ""))
        if target in attributes and (not key or key in attributes):
            asked = " ".join(attributes.get(key, "").split())
            entry = Entry(local, asked, urljoin(base, attributes[target]))
            (following if target == "catalog" else entries).append(entry)

    reader = expat.ParserCreate(namespace_separator=" ")
    reader.StartElementHandler = start
    reader.EndElementHandler = lambda _name: bases.pop() and None
    try:
        reader.Parse(read_file(path), True)  # noqa: FBT003 - expat takes no keywords
    except (expat.ExpatError, OSError):
        return Catalog()
    return Catalog(tuple(entries), tuple(following))


def local_path(address: str) -> Path | None:
    """The file that an address names; None for an address on another machine."""
    parts = urlsplit(address)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return Path(unquote(parts.path))
    if not parts.scheme and not parts.netloc and parts.path:
        return Path(unquote(parts.path))
    return None
