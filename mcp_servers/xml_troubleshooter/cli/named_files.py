"""The files that the user named, where results go, and what may be read and written for them."""

from __future__ import annotations

import glob
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError

if TYPE_CHECKING:
    import argparse

    from ..services import OpenServices


def files_of(names: Iterable[str]) -> list[Path]:
    """The files that the user named; folders and patterns are opened up. Raises InputError where nothing is left."""
    found: dict[Path, None] = {}
    for name in names:
        path = Path(name)
        try:
            kind = "folder" if path.is_dir() else "file" if path.exists() else "absent"
        except OSError:  # a name that is too long; it is told of when its turn comes
            kind = "file"
        if kind == "folder":
            found |= dict.fromkeys(sorted(filter(_is_document, path.rglob("*"))))
        elif kind == "absent" and glob.has_magic(name):
            found |= dict.fromkeys(Path(match) for match in sorted(glob.glob(name, recursive=True)))  # noqa: PTH207 - absolute patterns too
        else:
            found[path] = None
    if not found:
        raise InputError(f"There is no XML file in {' '.join(names)}; name the files.")
    return list(found)


def _is_document(path: Path) -> bool:
    return path.suffix.lower() == ".xml" and not path.is_dir()


def targets_of(files: list[Path], options: argparse.Namespace) -> dict[Path, Path]:
    """Where the result of each file goes; none for a file whose result is only shown."""
    if options.in_place:
        return {file: file for file in files}
    if not options.output:
        return {}
    output = Path(options.output)
    if output.is_dir():
        targets = {file: output / file.name for file in files}
        if len(set(targets.values())) < len(files):
            raise InputError("Two of the files have the same name, and one would replace the other; fix them apart.")
        return targets
    if len(files) > 1:
        raise InputError(f"Several files need a folder as --output, and {output} is none; create it first.")
    return {files[0]: output}


def answer(given: str) -> tuple[str, str]:
    """The question and the value of one --answer; raises InputError where it is none."""
    question, equals, value = given.partition("=")
    if not equals:
        raise InputError(f"--answer {given} is no answer; write it as --answer id=value.")
    return question, value


@asynccontextmanager
async def services_for(
    files: Iterable[Path] = (), schemas: Iterable[str] = (), given: Iterable[str] = ()
) -> AsyncIterator[OpenServices]:
    """The services for what a person named in a shell: that is permission enough to read and write there.

    A folder among the names that were `given` is one root, however many folders the files in it lie in.
    """
    from ..config import get_settings  # noqa: PLC0415 - --help does without
    from ..files import Workspace  # noqa: PLC0415
    from ..schemas.plan import split  # noqa: PLC0415
    from ..services import open_services  # noqa: PLC0415

    settings = get_settings()
    named = [*files, *(Path(name) for schema in schemas for name in split(schema, os.path.isfile))]
    roots = [
        Path.cwd(),
        *filter(_is_folder, map(Path, given)),
        *(folder for path in named for folder in _folders(path)),
        *settings.allowed_roots,
    ]
    workspace = Workspace.create(roots, settings.schema_dirs)
    async with open_services(settings, workspace, keep_runs=False) as services:
        yield services


def _is_folder(path: Path) -> bool:
    """Whether it is a folder; a name that is too long is none, and told of when its turn comes."""
    return os.path.isdir(path)  # noqa: PTH112 - raises nothing


def _folders(path: Path) -> tuple[Path, Path]:
    """Where a file is by its name, and where a link leads; links that go round in circles lead to themselves."""
    return path.parent, Path(os.path.realpath(path)).parent
