"""The entries at hand: in installed Python packages, and in the user's own folder, version by version."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError

if TYPE_CHECKING:
    from .entries import Catalogue, Entry, Package

_PINS = "pin.json"  # beside the files of a version: their origin and their hash
_DEAD = 3600  # seconds after which a half-finished folder belongs to nobody


@dataclass(frozen=True, slots=True)
class Held:
    """A version of an entry that is at hand in `folder`.

    `origin` names its source, `sha256` is the hash of the added file or folder ("" for a package, which pip vouches
    for), `taken` the time at which it was added, in seconds since 1970.
    """

    entry: Entry
    version: str
    folder: Path
    origin: str
    sha256: str = ""
    taken: float = 0.0

    def file(self, root: str = "") -> Path | None:
        """The file that judges documents of a root element; None where this version has none for it."""
        return self.entry.file_in(self.folder, root)


@dataclass(frozen=True, slots=True)
class SchemaStore:
    """The user's folder of installed schemas, which need not exist yet, with the packages that ship others."""

    folder: Path
    _known: Catalogue | None = None

    @property
    def known(self) -> Catalogue:
        """The entries of the catalogue, at hand or not; read on first use."""
        from .entries import catalogue  # noqa: PLC0415 - a schema that is named as a file needs none

        return self._known or catalogue()

    def held(self, name: str) -> list[Held]:
        """The versions of an entry that are at hand, the one that counts first: own ones, newest first, then packages.

        Raises InputError for an id that is unknown.
        """
        entry, version = self.known.find(name)
        own = sorted(self._own(entry), key=lambda held: held.taken, reverse=True)
        return [held for held in (*own, *_packaged(entry)) if version in ("", held.version)]

    def all(self) -> list[Held]:
        """Everything at hand, in the order of the catalogue."""
        return [held for name in self.known.entries for held in self.held(name)]

    def add(self, name: str, source: Path, *, origin: str = "", sha256: str = "", file_name: str = "") -> Held:
        """Add a file, a folder or a zip as a version of an entry, in one step. Raises InputError.

        A source without a file that the entry is known by is refused, and nothing stays behind.
        """
        import tempfile  # noqa: PLC0415 - little is added

        from .unpacking import take_in  # noqa: PLC0415

        entry, version = self.known.find(name)
        version = version or entry.version
        if not source.exists():
            raise InputError(f"There is no {source}; name the zip, folder or file to take in.")
        self._sweep()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".new-", dir=self.folder))
        try:
            take_in(source, scratch / "files", file_name)
            if not any(entry.file_in(scratch / "files", root) for root in entry.files):
                wanted = ", ".join(dict.fromkeys(each for names in entry.files.values() for each in names))
                raise InputError(
                    f"{source.name} holds no file that {entry.id} is known by ({wanted}); nothing was added."
                )
            # a name of its own, so that nothing has to make way before this is complete
            place = self.folder / entry.id / f"{_as_name(version)}{scratch.name.removeprefix('.new')}"
            files = _digest(scratch / "files")
            held = Held(entry, version, place / "files", origin or str(source), sha256 or files, time.time())
            pin = {
                "version": version,
                "origin": held.origin,
                "sha256": held.sha256,
                "files": files,
                "taken": held.taken,
            }
            (scratch / _PINS).write_text(json.dumps(pin), encoding="utf-8")
            place.parent.mkdir(mode=0o700, exist_ok=True)
            scratch.rename(place)
        except OSError as error:
            raise InputError(f"{entry.id} cannot be kept in {self.folder} ({error.strerror or error}).") from None
        finally:
            _remove(scratch)
        same = sorted((each for each in self._own(entry) if each.version == version), key=lambda each: each.taken)
        for older in same[:-1]:
            _remove(older.folder.parent)
        return held

    def remove(self, name: str) -> list[Held]:
        """Remove the versions of an entry that this store holds, or the one version named; returns what was removed."""
        entry, version = self.known.find(name)
        gone = [held for held in self._own(entry) if version in ("", held.version)]
        for held in gone:
            _remove(held.folder.parent)
        return gone

    def changed(self, held: Held) -> bool:
        """Whether the files of an own version are no longer those that were taken in."""
        if not held.sha256:
            return False
        pin = json.loads((held.folder.parent / _PINS).read_text(encoding="utf-8"))
        return bool(_digest(held.folder) != pin["files"])

    def _own(self, entry: Entry) -> Iterator[Held]:
        folder = self.folder / entry.id
        for place in sorted(folder.iterdir()) if folder.is_dir() else ():
            try:
                pin = json.loads((place / _PINS).read_text(encoding="utf-8"))
                yield Held(entry, pin["version"], place / "files", pin["origin"], pin["sha256"], pin["taken"])
            except (OSError, ValueError, KeyError):
                continue  # not ours, or being written at this moment

    def _sweep(self) -> None:
        """Remove what processes that died in the middle of `add` left behind."""
        for left in self.folder.glob(".new-*") if self.folder.is_dir() else ():
            with suppress(FileNotFoundError):  # another process has just finished it
                if time.time() - left.stat().st_mtime > _DEAD:
                    _remove(left)


def _packaged(entry: Entry) -> list[Held]:
    """The entry as an installed Python distribution ships it."""
    shipped = _shipped(entry.package) if entry.package is not None else None
    return [Held(entry, entry.version, *shipped)] if shipped is not None else []


@cache
def _shipped(package: Package) -> tuple[Path, str] | None:
    """The folder of an installed distribution, and its version; nothing of it is imported."""
    from importlib import metadata  # noqa: PLC0415 - what is named as a file is looked for nowhere else

    try:
        distribution = metadata.distribution(package.distribution)
    except metadata.PackageNotFoundError:
        return None
    folder = Path(str(distribution.locate_file(package.folder)))
    return (folder, f"{package.distribution} {distribution.version}") if folder.is_dir() else None


def _digest(folder: Path) -> str:
    """One hash over the names and contents of all files of a folder."""
    import hashlib  # noqa: PLC0415 - little is added

    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _remove(folder: Path) -> None:
    import shutil  # noqa: PLC0415 - little is removed

    shutil.rmtree(folder, ignore_errors=True)


def _as_name(version: str) -> str:
    if version in ("", ".", "..") or any(sign in version for sign in "/\\\0"):
        raise InputError(f"{version!r} is no version that can name a folder.")
    return version
