"""The folders in which a schema may be looked for, with their catalogs and the index of their schemas."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ...disk.bounds import Bounds, real_path
from ...schema_files import catalog
from .schema_index import SECONDS, Entry, Index, index

_DRIVE = re.compile(r"(?:file:/+)?[A-Za-z]:/", re.IGNORECASE)  # of Windows


class SchemaFolders:
    """The folders in which a schema may be looked for: that of the document, which `base` is or lies in, and others."""

    def __init__(
        self,
        base: Path | None,
        schema_dirs: tuple[Path, ...],
        roots: tuple[Path, ...],
        state_dir: Path | None = None,
    ) -> None:
        self.schema_dirs = schema_dirs
        self.roots = tuple(dict.fromkeys((*roots, *schema_dirs)))  # what a schema may consist of
        self.state_dir = state_dir
        self.folder = base.parent if base is not None and base.is_file() else base
        self._base = real_path(self.folder) if self.folder is not None else None
        self.bounds = Bounds.of([*([self._base] if self._base else []), *schema_dirs, *roots])
        above = [one for one in (self._base, *self._base.parents) if self.bounds.allow(one)] if self._base else []
        self._catalogs = catalog.catalogs_of([*above, *self.bounds.folders], self.bounds)

    @cached_property
    def _index(self) -> Index:
        return index(self.schema_dirs, self.state_dir, bounds=self.bounds)

    @property
    def entries(self) -> list[Entry]:
        """The schemas in the schema folders."""
        return self._index.entries

    @cached_property
    def beside(self) -> list[Entry]:
        """The schemas in the document's folder."""
        if self.folder is None:
            return []
        return index((self.folder,), None, deep=False, bounds=self.bounds).entries

    @property
    def unseen(self) -> str:
        """The message that the schema folders were not read to their end; "" where they were, or were not read."""
        if "_index" not in self.__dict__ or self._index.whole:
            return ""
        return (
            f" The schema folders hold so much that {SECONDS:.0f} seconds did not do to look at all of it; what was "
            "learnt is kept, and the next call goes on from there. Give schema_path, or name narrower SCHEMA_DIRS."
        )

    def mapped(self, *, system: str = "", public: str = "", uri: str = "") -> Path | None:
        """The file that a catalog maps an identifier to; None without one, or if it is not an allowed file."""
        found = catalog.resolve(self._catalogs, self.bounds, system=system, public=public, uri=uri)
        return self.bounds.file(found) if found is not None else None

    def find(self, address: str, name: str) -> tuple[Path | None, str]:
        """The file for an address, or why there is none."""
        if found := self.mapped(system=address, public=name, uri=address):
            return found, ""
        address = address.replace("\\", "/")
        foreign = _DRIVE.match(address) is not None
        path = None if foreign else catalog.local_path(address)
        if path is not None and self._base is not None:
            path = self._base / path
        if path is not None and path.is_absolute() and (found := self.bounds.file(path)):
            return found, ""
        # who copies a document from elsewhere puts its schema beside it
        beside = (folder / Path(unquote(urlsplit(address).path)).name for folder in self.bounds.folders)
        if near := next((found for one in beside if (found := self.bounds.file(one))), None):
            return near, ""
        if foreign:
            return None, "that is on another machine"
        if path is None:
            return None, "the network is never asked, and no catalog knows it"
        if not path.is_absolute():
            return None, "inline text has no folder to start from"
        return None, "there is no such file" if self.bounds.allow(path) else "that lies outside the allowed folders"
