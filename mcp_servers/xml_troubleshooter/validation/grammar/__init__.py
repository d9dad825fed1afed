"""Schemas as data: content models, attributes and simple types, whatever the schema language."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from ...errors import SchemaError
from .model import Grammar
from .xsd import Resolve

_KEPT = 16  # grammars
_cache: OrderedDict[tuple[Path, Resolve | None], tuple[tuple[tuple[int, int], ...], Grammar]] = OrderedDict()


def load(path: str | Path, resolve: Resolve | None = None) -> Grammar:
    """The grammar of the schema in a file (.xsd, .rng, .rnc, .dtd), kept until one of its files changes.

    `resolve(base, location)` decides which other files the schema may have read; without it, those beside and below the
    schema and its parent folder. Raises SchemaError.
    """
    path = Path(path).resolve()
    key = (path, resolve)
    known = _cache.get(key)
    if known is not None and known[0] == _stamps(known[1]):
        _cache.move_to_end(key)
        return known[1]
    grammar = _read(path, resolve or near(path))
    _cache[key] = (_stamps(grammar), grammar)
    if len(_cache) > _KEPT:
        _cache.popitem(last=False)
    return grammar


def near(entry: Path) -> Resolve:
    """A policy that lets a schema read files below its own folder and that folder's parent, and nothing from a network."""
    entry = entry.resolve()
    parent = entry.parent.parent
    # a schema in the home folder or next to the root of the file system does not open all that lies there
    folder = entry.parent if parent in (Path(parent.anchor), Path.home(), *Path.home().parents) else parent

    def resolve(base: Path, location: str) -> Path | None:
        if "://" in location or location.startswith(("urn:", "data:")):
            return None
        try:
            found = (base.parent / location.partition("#")[0]).resolve()
            return found if found.is_relative_to(folder) and found.is_file() else None
        except (OSError, ValueError):
            return None

    return resolve


def _stamps(grammar: Grammar) -> tuple[tuple[int, int], ...]:
    stamps = []
    for file in grammar.files:
        try:
            status = file.stat()
        except OSError:
            stamps.append((0, -1))
        else:
            stamps.append((status.st_mtime_ns, status.st_size))
    return tuple(stamps)


def _read(path: Path, resolve: Resolve) -> Grammar:
    match path.suffix.lower():
        case ".xsd":
            from .xsd import read
        case ".rng" | ".rnc":
            from .rng import read
        case suffix:
            raise SchemaError(
                f"{path.name} is not a schema with content models ({suffix or 'no suffix'}): give .xsd, .rng, .rnc or .dtd."
            )
    return read(path, resolve)
