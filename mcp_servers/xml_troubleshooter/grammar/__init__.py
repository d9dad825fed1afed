"""Schemas as data: content models, attributes and simple types, whatever the schema language."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ..disk.file_cache import FileCache
from ..errors import SchemaError
from ..schema_files.resolver import SchemaSources

if TYPE_CHECKING:
    from .model import Grammar

READABLE = (".xsd", ".rng", ".rnc", ".dtd")  # the suffixes of the schemas that have content models
_cache: FileCache[Grammar] = FileCache()


def load(path: str | Path, roots: Iterable[Path] = ()) -> Grammar:
    """The grammar of the schema in a file (.xsd, .rng, .rnc, .dtd), kept until one of its files changes.

    It may consist of files below its own folder and in the folders `roots`. Raises SchemaError.
    """
    name, allowed = os.path.abspath(path), tuple(roots)  # noqa: PTH100 - the way of pathlib takes ten times as long
    return _cache.get((name, allowed), lambda: _read(Path(name).resolve(), allowed))


def _read(path: Path, roots: tuple[Path, ...]) -> Grammar:
    from . import dtd, rng, xsd  # noqa: PLC0415 - a valid document needs no grammar

    readers = {".xsd": xsd.read, ".rng": rng.read, ".rnc": rng.read, ".dtd": dtd.read}
    read = readers.get(path.suffix.lower())
    if read is None:
        raise SchemaError(f"{path.name} has no content models to read: give an .xsd, .rng, .rnc or .dtd file.")
    return read(SchemaSources(path, roots))
