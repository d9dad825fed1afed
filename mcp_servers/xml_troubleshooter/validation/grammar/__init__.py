"""Schemas as data: content models, attributes and simple types, whatever the schema language."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

from ...errors import SchemaError
from ..resolver import Shelf
from . import dtd, rng, xsd
from .model import Grammar

_READERS = {".xsd": xsd.read, ".rng": rng.read, ".rnc": rng.read, ".dtd": dtd.read}
READABLE = tuple(_READERS)  # the suffixes of the schemas that have content models
_KEPT = 16  # grammars
_cache: OrderedDict[tuple[str, tuple[Path, ...]], tuple[tuple[tuple[int, int], ...], Grammar]] = OrderedDict()


def load(path: str | Path, roots: Iterable[Path] = ()) -> Grammar:
    """The grammar of the schema in a file (.xsd, .rng, .rnc, .dtd), kept until one of its files changes.

    It may consist of files below its own folder, that folder's parent, and the folders `roots`. Raises SchemaError.
    """
    key = (os.path.abspath(path), tuple(roots))  # noqa: PTH100 - the way of pathlib takes ten times as long
    known = _cache.get(key)
    if known is not None and known[0] == _stamps(known[1]):
        _cache.move_to_end(key)
        return known[1]
    path = Path(path).resolve()
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise SchemaError(f"{path.name} has no content models to read: give an .xsd, .rng, .rnc or .dtd file.")
    grammar = read(Shelf(path, tuple(dict.fromkeys((*_around(path), *roots)))))
    _cache[key] = (_stamps(grammar), grammar)
    if len(_cache) > _KEPT:
        _cache.popitem(last=False)
    return grammar


def _around(path: Path) -> tuple[Path, ...]:
    """The folder above a schema's own; none where that would open a home folder or a whole file system."""
    above = path.parent.parent
    return () if above == path.parent or above in (Path(above.anchor), Path.home(), *Path.home().parents) else (above,)


def _stamps(grammar: Grammar) -> tuple[tuple[int, int], ...]:
    stamps = []
    for file in grammar.files:
        try:
            status = os.stat(str(file))  # noqa: PTH116 - many files, on every call: pathlib's way takes thrice as long
        except OSError:
            stamps.append((0, -1))
        else:
            stamps.append((status.st_mtime_ns, status.st_size))
    return tuple(stamps)
