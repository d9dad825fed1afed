"""The layers that a configuration gives a document: by `[[layers]]`, or by scenarios of a KoSIT validator."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ..catalogue.catalogue_store import SchemaStore
from ..catalogue.unpacking import take_in
from ..disk.bounds import Bounds
from ..disk.state_files import private_folder
from ..document.document import Document
from ..errors import InputError
from .chains import named as official
from .layer_tables import LayerTable, read_manifest
from .plan import MANIFESTS, Layer, Plan, joined, kind_of, plan
from .scenarios import read_scenarios

_TABLES = ".toml"


def manifests(folders: Iterable[Path]) -> Iterator[Path]:
    """The manifests in folders of schemas, and in the folders directly in these."""
    for folder in folders:
        with suppress(OSError):
            below = sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))
            yield from filter(None, map(_manifest_in, (folder, *below)))


def _manifest_in(folder: Path) -> Path | None:
    return next((folder / name for name in MANIFESTS if (folder / name).is_file()), None)


def unpacked(archive: Path, state_dir: Path) -> Path:
    """The manifest in a zip, which is unpacked once for each content; raises InputError."""
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    place = state_dir / "unpacked" / digest[:32]
    if not place.is_dir():
        private_folder(state_dir)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=place.parent, ignore_cleanup_errors=True) as scratch:
            take_in(archive, Path(scratch, "files"))
            with suppress(OSError):  # another process was first
                Path(scratch, "files").rename(place)
    found = next(manifests([place]), None)
    if found is None:
        raise InputError(
            f"{archive.name} holds none of {', '.join(MANIFESTS)}, which would say what judges which document; unpack "
            "it, and name the schema in it."
        )
    return found


def of_manifest(path: Path, document: Document, store: SchemaStore) -> tuple[Plan, str] | None:
    """The layers that a manifest gives a document, and why in words; None where it has none. Raises InputError."""
    if path.suffix == _TABLES:
        return of_tables(read_manifest(path), document, store, str(path), [path.parent])
    fitting = next((each for each in read_scenarios(path) if _holds(each, document, str(path))), None)
    if fitting is None:
        return None
    return _judging([fitting], document, store, [path.parent]), f"{path} has a scenario for it: {fitting.name}."


def of_tables(
    tables: Sequence[LayerTable], document: Document, store: SchemaStore, origin: str, roots: Iterable[Path]
) -> tuple[Plan, str] | None:
    """The layers of all tables that are about a document, and why; None where none is. Raises InputError.

    Files outside `roots` are not judged by.
    """
    fitting = [table for table in tables if _holds(table, document, origin)]
    if not fitting:
        return None
    return _judging(fitting, document, store, roots), f"{origin} says what judges it."


def _holds(table: LayerTable, document: Document, origin: str) -> bool:
    """Whether a table is about a document; raises InputError that names the table and its origin."""
    try:
        return table.condition.holds(document)
    except InputError as error:
        raise InputError(f"{origin}{f', {table.name}' if table.name else ''}: {error}") from None


def _judging(tables: Iterable[LayerTable], document: Document, store: SchemaStore, folders: Iterable[Path]) -> Plan:
    layers: dict[str, Layer] = {}
    roots = list(folders)
    bounds = Bounds.of(roots)
    for table in tables:
        for number, schema in enumerate(table.schemas):
            path = Path(schema)
            instead = _instead_of(path, bounds, store) if path.is_absolute() else schema
            part = official(instead, document, store) if instead else plan([schema])
            roots += part.roots
            for layer in part.layers:
                name = table.names[number] if table.names else layer.name
                why = layer.unusable or (_unusable(path, bounds) if not instead else "")
                if instead and path.is_absolute():
                    name = name if why else f"{name} ({layer.name} of the catalogue)"
                    why = f"{path} is not there; {layer.name} of the catalogue would do, but {why}" if why else ""
                layers.setdefault(layer.source, replace(layer, name=name, severities=table.severities, unusable=why))
    return joined(*layers.values(), roots=roots)


def _instead_of(path: Path, bounds: Bounds, store: SchemaStore) -> str:
    """The entry of the catalogue that replaces a missing file; "" for none."""
    entry = store.known.holding(path) if bounds.allow(path) and not path.is_file() else None
    return entry.id if entry is not None else ""


def _unusable(path: Path, bounds: Bounds) -> str:
    if not bounds.allow(path):
        return "it lies outside the allowed folders: add its folder to SCHEMA_DIRS"
    return "" if path.is_file() else f"{path} is not there: unpack all of the configuration, or name its zip"


def without_match(path: Path) -> Plan:
    """The plan where a manifest that was asked for has nothing for the document."""
    why = f"none of its {'layers' if path.suffix == _TABLES else 'scenarios'} is for this document"
    return unusable(path, why, named=True)


def unusable(path: Path, why: str, *, named: bool) -> Plan:
    """The plan where a manifest does not help; `named` says that the caller asked for it."""
    return joined(Layer(name=path.name, kind=kind_of(str(path)), source=str(path), named=named, unusable=why))
