"""Files by name, inside the folders that the user allowed and nowhere else.

Paths are judged by their real place, after symbolic links, before anything else is said about them: for a path
outside, nobody learns even whether it exists.
"""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..disk.bounds import Bounds, open_file
from ..errors import AccessError, InputError, LimitError
from ..schemas.plan import MANIFESTS
from .folders import documents_in, matching
from .pasted_paths import WEB, cleaned, foreign, near, readings

DOCUMENT_LIMIT = 256 * 2**20  # bytes that a repair holds in memory; diagnosis alone reads larger files piece by piece
STREAMED = 20 * 10**6  # bytes from which on a mere diagnosis reads a file piece by piece
INLINE_LIMIT = 10 * 2**20  # bytes; more does not travel well inside a message
_HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folders (real paths) that documents are read from and written to, and those that only schemas come from."""

    roots: tuple[Path, ...]
    schema_dirs: tuple[Path, ...] = ()

    @classmethod
    def create(
        cls, roots: Iterable[Path], schema_dirs: Iterable[Path] = (), *, fallback: Path | None = None
    ) -> Workspace:
        """Resolve the configured folders; without any, `fallback` (a working folder) unless that is / or home."""
        real = _outermost(_real(root) for root in roots)
        if not real and fallback is not None and not _too_wide(_real(fallback)):
            real = (_real(fallback),)
        return cls(real, tuple(dict.fromkeys(_real(folder) for folder in schema_dirs)))

    @property
    def readable(self) -> tuple[Path, ...]:
        """All folders that a schema and the files it includes may come from."""
        return tuple(dict.fromkeys((*self.roots, *self.schema_dirs)))

    def document(self, name: str) -> Path:
        """The real path of a document that exists; raises AccessError or InputError."""
        return self._existing(name, self.roots, "document")

    def schema(self, name: str) -> Path:
        """The real path of a schema that exists, or of the manifest in a folder; raises AccessError or InputError."""
        folder = self._inside(name, self.readable, "schema")
        if _kind(folder) == "folder":
            manifest = next((folder / each for each in MANIFESTS if _kind(folder / each) == "file"), None)
            if manifest is not None:
                return manifest
        return self._existing(name, self.readable, "schema")

    def target(self, name: str) -> Path:
        """The real path of a file to write, whose folder exists; raises AccessError or InputError."""
        path = self._inside(name, self.roots, "output")
        kind = _kind(path)
        if kind == "folder":
            raise InputError(f"{name} is a folder; give output_path a file name inside it.")
        if kind == "other":
            raise InputError(f"{name} is not a regular file; choose another output_path.")
        if not path.parent.is_dir():
            raise InputError(f"The folder {path.parent} does not exist; create it first or choose another output_path.")
        return path

    def replaced(self, name: str) -> Path:
        """The real path of a file that was written once, and may be gone; raises AccessError or InputError."""
        path = self._inside(name, self.roots, "file")
        if _kind(path) == "folder":
            raise InputError(f"{name or path} is a folder; give the path of the file that was replaced.")
        return path

    def documents(self, name: str) -> list[Path] | None:
        """The real paths of the documents in a folder, or that a pattern matches; None where it names one file.

        Raises AccessError, and InputError where there is none.
        """
        path = self._inside(name, self.roots, "document")
        kind = _kind(path)
        if kind == "folder":
            found = documents_in(path)
        elif kind == "absent" and glob.has_magic(name):
            found = matching(str(path))
        else:
            return None
        inside = filter(os.path.isfile, filter(Bounds(self.roots).hold, map(_real, found)))
        documents = list(dict.fromkeys(inside))
        if not documents:
            raise InputError(f"There is no XML file in {name}.{self._allowed(self.roots)}")
        return documents

    def _existing(self, name: str, roots: tuple[Path, ...], what: str) -> Path:
        path = self._inside(name, roots, what)
        kind = _kind(path)
        if what == "document" and (kind == "folder" or (kind == "absent" and glob.has_magic(name))):
            raise InputError(
                f"{name} is {'a folder' if kind == 'folder' else 'a pattern'}, and one document is repaired at a time: "
                "validate_xml takes it and says which of its files have faults; give the path of each to "
                f"troubleshoot_xml.{_examples(path, what)}"
            )
        if kind == "folder":
            raise InputError(f"{name} is a folder; name one {what} file in it.{_examples(path, what)}")
        if kind == "absent":
            if WEB.match(name.strip()):
                raise InputError(f"{name.strip()} is on the web, and nothing is fetched here; save it to a file first.")
            if any(os.path.islink(each) for each in readings(name, roots)):  # noqa: PTH114 - raises nothing
                raise InputError(f"{name.strip()} is a link to {path}, which does not exist; mend the link.")
            told = f"There is no file {name.strip()}; check the {what}'s name.{foreign(name)}"
            raise InputError(f"{told}{_near(name, path, roots)}{self._allowed(roots)}")
        if kind == "other":
            raise InputError(f"{name} is not a regular file; copy its content into one, or pass the text as `xml`.")
        return path

    def _inside(self, name: str, roots: tuple[Path, ...], what: str) -> Path:
        if not roots:
            raise AccessError(
                "No file may be read or written: ALLOWED_ROOTS is not set, and the working folder is the home folder "
                f"or one around it. Set ALLOWED_ROOTS to the folder of your {what}s"
                f"{', or pass the text as `xml`' if what == 'document' else ''}."
            )
        if name.startswith(("http://", "https://")):
            raise InputError(f"{name} is an address, and the network is never asked; save it to a file and name that.")
        textual = "\n" in name.strip() or name.lstrip().startswith("<")
        # a file may have an odd name
        if "\0" in name or (textual and not any(os.path.isfile(each) for each in _places(name, roots))):  # noqa: PTH113 - raises nothing
            instead = ", or the document's text as `xml`" if what == "document" else ""
            raise InputError(f"The {what} path is no path but text: give a plain path{instead}.")
        if what in ("output", "file"):  # bears the name without quotes and the like
            name = cleaned(name)[0]
        inside = list(_places(name, roots))
        if not inside:
            remedy = "choose an output_path in them" if what == "output" else "move the file there"
            raise AccessError(
                f"{name} lies outside the allowed folders ({', '.join(map(str, roots))}); {remedy}, or add its "
                f"folder to {'SCHEMA_DIRS or ' if what == 'schema' else ''}ALLOWED_ROOTS"
                f"{', or pass its text as `xml`' if what == 'document' else ''}."
                f"{foreign(name)}{_near(name, Path(os.sep), roots)}"
            )
        return next((path for path in inside if _kind(path) != "absent"), inside[0])

    @staticmethod
    def _allowed(roots: tuple[Path, ...]) -> str:
        return f" Files may lie in {', '.join(map(str, roots))}."


def _places(name: str, roots: tuple[Path, ...]) -> Iterator[Path]:
    """The places inside some folders that a name may mean."""
    return filter(Bounds(roots).hold, map(_real, readings(name, roots)))


def _outermost(folders: Iterable[Path]) -> tuple[Path, ...]:
    """The folders that lie in none of the others; of a thousand in one folder that is one."""
    given = dict.fromkeys(folders)
    kept: list[Path] = []
    for folder in sorted(given):  # a folder comes before what it holds
        if not (kept and folder.is_relative_to(kept[-1])):
            kept.append(folder)
    chosen = frozenset(kept)
    return tuple(folder for folder in given if folder in chosen)


def read(path: Path, limit: int = DOCUMENT_LIMIT) -> bytes:
    """The bytes of a file; raises LimitError beyond `limit` bytes and InputError where it cannot be read."""
    data = _beginning(path, limit + 1)
    if len(data) > limit:
        raise LimitError(
            f"{path.name} is larger than {limit // 2**20} MB, the most that is repaired in one go; validate_xml checks "
            "it without that limit, or split the document."
        )
    return data


def size(path: Path) -> int:
    """The bytes that a file has."""
    return path.stat().st_size


def head(path: Path) -> bytes:
    """The beginning of a file, enough to tell its kind; raises InputError where it cannot be read."""
    return _beginning(path, _HEAD)


def _beginning(path: Path, length: int) -> bytes:
    try:
        with open_file(path) as file:
            return file.read(length)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}; check the file.") from None


def _real(path: Path) -> Path:
    """The real path of a path; the caller tells of one that cannot be followed to its end."""
    try:
        return Path(os.path.realpath(path.expanduser()))
    except RuntimeError:
        raise InputError(f"{path} names a home folder that is unknown here; give the whole path.") from None
    except OSError as error:  # a folder that becomes a link meanwhile, or the other way round
        raise InputError(f"{path.name[:100]} cannot be looked at: {error.strerror}; check the path.") from None


def _kind(path: Path) -> Literal["file", "folder", "other", "absent"]:
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "absent"
    except OSError as error:  # a name that is too long, a folder that may not be entered
        raise InputError(f"{path.name[:100]} cannot be looked at: {error.strerror}; check the path.") from None
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "other"


def _too_wide(folder: Path) -> bool:
    """Whether a folder holds the whole disk or a home folder, so that nobody can have meant to open all of it."""
    if folder == folder.parent:
        return True
    try:
        return Path.home().resolve().is_relative_to(folder)
    except RuntimeError:  # a service account without a home folder
        return False


def _near(name: str, path: Path, roots: tuple[Path, ...]) -> str:
    found = near(name, path, roots)
    return f" Near it: {', '.join(found)}." if found else ""


def _examples(folder: Path, what: str) -> str:
    suffixes = (".xml",) if what == "document" else (".xsd", ".rng", ".rnc", ".dtd", ".sch")
    if not folder.is_dir():  # a pattern
        return ""
    names = sorted(entry.name for entry in folder.iterdir() if entry.suffix.lower() in suffixes)[:5]
    return f" It holds {', '.join(names)}." if names else ""
