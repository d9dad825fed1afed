"""Which files of a folder are taken for documents."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

# what ends like this in a folder is taken for a document; the second row only where it looks like XML inside
_XML = (
    "xml xsd xsl xslt rng sch svg wsdl wadl xhtml pom csproj vbproj fsproj vcxproj nuspec resx xlf xliff tmx kml gpx"
    " rss atom dita ditamap bpmn xpdl opf ncx tei fodt xaml graphml musicxml mml ubl"
)
_PERHAPS_XML = "props targets config launch plist rdf owl nfo ui"
_SUFFIXES = frozenset(f".{suffix}" for suffix in _XML.split())
_PERHAPS = frozenset(f".{suffix}" for suffix in _PERHAPS_XML.split())
# what is in these is not the user's own: histories, and what was installed
_FOREIGN = frozenset((".git", ".hg", ".svn", "node_modules", ".venv", "venv", ".tox", ".nox", "__pycache__"))
_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\0\s]*<")


def documents_in(folder: Path, include: Sequence[str] = ()) -> list[Path]:
    """The documents in a folder and below it, in order: what has the suffixes of XML, or matches `include` instead.

    Folders of version control and of installed packages are left aside.
    """
    return sorted(path for path in _files(folder) if _is_document(path, include))


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _FOREIGN]
        yield from (Path(place, name) for name in names)


def matches(paths: Iterable[Path], patterns: Sequence[str]) -> bool:
    """Whether one of the paths matches one of the patterns."""
    return any(path.match(pattern.rstrip("/")) for pattern in patterns if pattern.strip("/") for path in paths)


def _is_document(path: Path, include: Sequence[str]) -> bool:
    suffix = path.suffix.lower()
    if include:
        return matches((path,), include)
    return suffix in _SUFFIXES or (suffix in _PERHAPS and _looks_like_xml(path))


def _looks_like_xml(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _BEGINNING.match(file.read(200)) is not None
    except OSError:
        return False
