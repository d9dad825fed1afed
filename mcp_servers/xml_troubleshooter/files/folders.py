"""The files of a folder that are taken for documents."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from ..disk.bounds import open_file, real_path
from ..errors import InputError

# files of a folder with these suffixes are taken for documents; those of the second row if they look like XML inside
_XML = (
    "xml xsd xsl xslt rng sch svg wsdl wadl xhtml pom csproj vbproj fsproj vcxproj nuspec resx xlf xliff tmx kml gpx"
    " rss atom dita ditamap bpmn xpdl opf ncx tei fodt xaml graphml musicxml mml ubl"
)
_PERHAPS_XML = "props targets config launch plist rdf owl nfo ui"
_SUFFIXES = frozenset(f".{suffix}" for suffix in _XML.split())
_PERHAPS = frozenset(f".{suffix}" for suffix in _PERHAPS_XML.split())
# the files in these are not the user's own: histories, and installed packages
_FOREIGN = frozenset((".git", ".hg", ".svn", "node_modules", ".venv", "venv", ".tox", ".nox", "__pycache__"))
_DEEP, _DEEPEST = "**", 3  # any folders, and how often a pattern may have that: each goes through all of them again
_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\0\s]*<")


def documents_in(folder: Path, include: Sequence[str] = ()) -> list[Path]:
    """The documents in a folder and below, in order: files with a suffix of XML, or instead those matching `include`.

    Folders of version control and of installed packages are left aside, links to folders are not followed, and a link
    that leads out of the folder is not looked into.
    """
    return sorted(path for path in _files(folder) if _is_document(path, include, folder))


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _FOREIGN]
        yield from (Path(place, name) for name in names)


def matching(pattern: str) -> list[Path]:
    """The paths that a pattern matches, in order; by `**` no folder that is a link is entered: one might go in circles.

    As in a shell, `*` matches no name that begins with a dot. Raises InputError for a pattern with many `**`.
    """
    parts = Path(pattern).parts
    fixed = next((number for number, part in enumerate(parts) if glob.has_magic(part)), len(parts))
    steps = list(_steps(parts[fixed:]))
    if steps.count(_DEEP) > _DEEPEST:
        raise InputError(f"{pattern} has ** in more than {_DEEPEST} places; name a folder instead of some of them.")
    if not steps:
        return []
    hidden = any(step.startswith(".") for step in steps)
    found = Path(*parts[:fixed]).glob("/".join(steps))
    return sorted({each for each in found if hidden or not any(part[0] == "." for part in each.parts[fixed:])})


def _steps(parts: Sequence[str]) -> Iterator[str]:
    """The parts of a pattern as pathlib takes them: `**` alone, not twice in a row, and not at the end."""
    plain = [part if part == _DEEP else re.sub(r"\*+", "*", part) for part in parts]
    yield from (part for part, following in pairwise([*plain, ""]) if not part == following == _DEEP)
    if plain and plain[-1] == _DEEP:
        yield "*"


def matches(paths: Iterable[Path], patterns: Sequence[str]) -> bool:
    """Whether one of the paths matches one of the patterns."""
    return any(path.match(pattern.rstrip("/")) for pattern in patterns if pattern.strip("/") for path in paths)


def _is_document(path: Path, include: Sequence[str], folder: Path) -> bool:
    suffix = path.suffix.lower()
    if include:
        return matches((path,), include)
    return suffix in _SUFFIXES or (suffix in _PERHAPS and _looks_like_xml(path, folder))


def _looks_like_xml(path: Path, folder: Path) -> bool:
    try:
        real = real_path(path)
        if path.is_symlink() and not real.is_relative_to(real_path(folder)):
            return False
        with open_file(real) as file:
            return _BEGINNING.match(file.read(200)) is not None
    except OSError:
        return False
