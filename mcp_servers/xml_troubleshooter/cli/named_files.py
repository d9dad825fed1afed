"""The files that the user named, the targets of the results, and the folders to read and write for them."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO

from ..disk.bounds import Bounds
from ..errors import InputError, LimitError
from ..files.folders import documents_in, matches, matching
from .terminal import interruptible

if TYPE_CHECKING:
    import argparse

    from ..config import Settings
    from ..configuration.lookup import Configurations
    from ..files.reading import Workspace
    from ..plain_settings import PlainSettings
    from ..services import OpenServices
    from ..troubleshooting.checking import Judges

STDIN = Path("-")
_LARGEST = 100_000_000  # bytes of a list, or of a report to compare with


def places_of(
    names: Iterable[str], include: Sequence[str] = (), exclude: Sequence[str] = ()
) -> dict[Path, Path | None]:
    """The files that the user named, each with the folder in which it was found; None for one that is named by itself.

    Folders, patterns and lists are opened up. `include` are patterns for the files of folders, instead of the suffixes
    that XML usually has; a file that matches a pattern of `exclude`, by itself or by a folder above it, is left out
    wherever it was named. STDIN is standard input. Raises InputError where no file is left.
    """
    found: dict[Path, Path | None] = {}
    for name in _listed(names):
        path = Path(name)
        try:
            kind = "folder" if path.is_dir() else "file" if path.exists() else "absent"
        except OSError:  # a name that is too long; it is told of when its turn comes
            kind = "file"
        if name == "-":
            found[STDIN] = None
        elif kind == "folder":
            found |= dict.fromkeys(documents_in(path, include), path)
        elif kind == "absent" and glob.has_magic(name):
            folder = next(each for each in path.parents if not glob.has_magic(str(each)))
            found |= dict.fromkeys(matching(name), folder)
        else:
            found[path.absolute() if path == STDIN else path] = None
    left = {path: folder for path, folder in found.items() if not matches((path, *path.parents), exclude)}
    if not left:
        raise InputError(f"There is no XML file in {' '.join(names)}; name the files.")
    return left


def without_results(places: Mapping[Path, Path | None], output: str) -> dict[Path, Path | None]:
    """The files without those that an earlier run has written to the folder `output` in one of the named folders."""
    results = Path.cwd() / output
    return {
        file: folder
        for file, folder in places.items()
        if not output
        or folder is None
        or not (Path.cwd() / file).is_relative_to(results)
        or (Path.cwd() / folder).is_relative_to(results)
    }


def read_stdin() -> bytes:
    """The document that comes over standard input; raises LimitError where it is longer than any that is repaired."""
    from ..files.reading import DOCUMENT_LIMIT  # noqa: PLC0415 - --help does without

    with interruptible():
        data = _stdin().read(DOCUMENT_LIMIT + 1)
    if len(data) > DOCUMENT_LIMIT:
        raise LimitError(
            f"Standard input is longer than {DOCUMENT_LIMIT // 2**20} MB; save it to a file and name that."
        )
    return data


def _stdin() -> BinaryIO:
    """Standard input; raises InputError where the shell has closed it, so that there is none."""
    if sys.stdin is None:
        raise InputError("Standard input is closed; pipe the content in, or name a file.")
    return sys.stdin.buffer


def source_of(file: Path) -> dict[str, Any]:
    """The field of a request that gives its document: bytes from standard input, or a path."""
    return {"data": read_stdin()} if file == STDIN else {"path": str(file)}


def reported(file: Path) -> str:
    """The name of a file as code hosts know it: from the working folder where it lies in there, with slashes."""
    here = Path.cwd()
    return (file.relative_to(here) if file.is_absolute() and file.is_relative_to(here) else file).as_posix()


def _listed(names: Iterable[str]) -> Iterator[str]:
    """The names, with those that the file of an @name lists, one a line or with NUL between them, in its place."""
    for name in names:
        if not name.startswith("@") or os.path.lexists(name):
            yield name
            continue
        with interruptible():
            data = _stdin().read() if name == "@-" else content_of(name[1:], "list")
        lines = os.fsdecode(data).split("\0") if b"\0" in data else os.fsdecode(data).splitlines()
        yield from filter(None, map(str.strip, lines))


def content_of(name: str, what: str) -> bytes:
    """The content of a file that a person names, or of a pipe; raises InputError where it is none, or endless."""
    try:
        with open(name, "rb") as file:  # noqa: PTH123 - any text
            data = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "that is no name"
        raise InputError(f"The {what} {name} cannot be read: {why}; check its name.") from None
    if len(data) > _LARGEST:
        raise InputError(f"The {what} {name} is longer than {_LARGEST // 10**6} MB; give it in parts.")
    return data


def targets_of(places: Mapping[Path, Path | None], options: argparse.Namespace) -> dict[Path, Path]:
    """The target of the result of each file; none for a file whose result is only shown.

    A file found in a folder keeps its place below the folder that was named, or below the one that several share.
    """
    if options.in_place:
        if STDIN in places:
            raise InputError("Standard input cannot be replaced by its result, which goes to stdout; leave --in-place.")
        return {file: file for file in places}
    if options.output == "-" and len(places) > 1:
        raise InputError("Several files need a folder as --output: one document alone goes to stdout.")
    if options.output in ("", "-"):
        return {}
    output = Path(options.output)
    if output.is_dir():
        if STDIN in places:
            raise InputError(f"{output} is a folder, and standard input has no name; give --output a file name in it.")
        return _in_folder(places, output)
    if len(places) > 1:
        raise InputError(f"Several files need a folder as --output, and {output} is none; create it first.")
    return dict.fromkeys(places, output)


def _in_folder(places: Mapping[Path, Path | None], output: Path) -> dict[Path, Path]:
    """The targets in the folder `output`, in which the folders that they need are made."""
    opened = {Path.cwd() / folder for folder in places.values() if folder is not None}
    shared = os.path.commonpath(opened) if opened else ""
    targets: dict[Path, Path] = {}
    first: dict[Path, Path] = {}
    for file, folder in places.items():
        targets[file] = target = output / (file.name if folder is None else os.path.relpath(file, shared))
        if first.setdefault(target, file) != file:
            raise InputError(
                f"{first[target]} and {file} have the same name, and in {output} one would replace the other; name "
                "their folders instead, where --output keeps them apart, or fix them one by one."
            )
    for target in targets.values():
        target.parent.mkdir(parents=True, exist_ok=True)
    return targets


def answer(given: str) -> tuple[str, str]:
    """The question and the value of one --answer; raises InputError where it is none."""
    question, equals, value = given.partition("=")
    if not equals:
        raise InputError(f"--answer {given} is no answer; write it as --answer id=value.")
    return question, value


@asynccontextmanager
async def services_for(
    places: Mapping[Path, Path | None] = MappingProxyType({}),
    schemas: Iterable[str] = (),
    given: Iterable[str] = (),
    configurations: Configurations | None = None,
) -> AsyncIterator[OpenServices]:
    """The services for the files that a person named in a shell: to name them is permission to read and write there.

    `places` are the files as `places_of` finds them. A folder among the names that were `given` is one root, however
    many folders the files in it lie in.
    """
    from ..config import get_settings  # noqa: PLC0415 - --help does without
    from ..configuration.lookup import Configurations  # noqa: PLC0415
    from ..services import open_services  # noqa: PLC0415

    settings, configurations = get_settings(), configurations or Configurations()
    workspace = _workspace({**places, **dict.fromkeys(_schema_files(schemas, configurations))}, given, settings)
    async with open_services(settings, workspace, configurations, keep_runs=False) as services:
        yield services


def judges_for(
    places: Mapping[Path, Path | None],
    schemas: Iterable[str],
    settings: Settings | PlainSettings,
    configurations: Configurations,
    given: Iterable[str] = (),
) -> Judges:
    """The services that a diagnosis of files needs, fewer than those of `services_for`; the arguments are as there."""
    from ..catalogue.catalogue_store import SchemaStore  # noqa: PLC0415 - --help does without
    from ..knowledge.article_store import Store, default_folder  # noqa: PLC0415
    from ..troubleshooting.checking import Judges  # noqa: PLC0415

    return Judges(
        workspace=_workspace({**places, **dict.fromkeys(_schema_files(schemas, configurations))}, given, settings),
        knowledge=Store([default_folder(), *settings.kb_dirs]),
        state_dir=settings.state_dir,
        catalogue=SchemaStore(settings.data_dir / "schemas"),
        seconds=settings.agent_timeout,
        require_schema=settings.require_schema,
        configurations=configurations,
    )


def _schema_files(schemas: Iterable[str], configurations: Configurations) -> Iterator[Path]:
    """The files among the schemas that were named: all in the shell, in a configuration those of its own folder.

    Permission to read other files is given on the command line and in the environment alone.
    """
    from ..schemas.plan import split  # noqa: PLC0415 - --help does without

    yield from (Path(name) for schema in schemas for name in split(schema, os.path.isfile))
    if (said := configurations.of(None)) is not None:
        named = (*(each[1] for each in said.schemas), *(table.schemas for table in said.layers))
        own = Bounds.of([said.path.parent])
        yield from (path for names in named for path in map(Path, names) if path.is_absolute() and own.allow(path))


def _workspace(
    places: Mapping[Path, Path | None], given: Iterable[str], settings: Settings | PlainSettings
) -> Workspace:
    """The folders of these files, and those that are given or configured."""
    from ..files.reading import Workspace  # noqa: PLC0415 - --help does without

    roots = [
        Path.cwd(),
        *(Path(name) for name in given if os.path.isdir(name)),  # noqa: PTH112 - a name that is too long is no folder
        *_granted(places),
        *settings.allowed_roots,
    ]
    return Workspace.create(roots, settings.schema_dirs)


def _granted(places: Mapping[Path, Path | None]) -> Iterator[Path]:
    """The folders of the files by their names, and of the targets of links; a circular link leads to itself.

    Whoever names a folder has not seen the links in it: one that leads out of it grants nothing.
    """
    bounds = {folder: Bounds.of([folder]) for folder in set(places.values()) if folder is not None}
    for path, folder in places.items():
        if folder is None or bounds[folder].allow(path):
            yield from (path.parent, Path(os.path.realpath(path)).parent)
