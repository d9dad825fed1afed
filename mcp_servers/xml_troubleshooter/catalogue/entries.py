"""The entries of the catalogue: schemas and rule sets by id, with the roots of their documents and their sources."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from ..errors import InputError

Kind = Literal["xsd", "dtd", "rng", "rules", "scenarios"]
_DATA = Path(__file__).with_name("entries.toml")
_ANY = "*"
_WORDS = re.compile(r"[a-z0-9.]+")
_NEAREST = 8  # ids that are named for one that is unknown
_VERSION = re.compile(r"\s+\d+(?:\.\d+)+$")


@dataclass(frozen=True, slots=True)
class Package:
    """A Python distribution that ships an entry, and the folder of the entry, relative to site-packages."""

    distribution: str
    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One schema or rule set; entries.toml explains the fields. `size` is the most that a download has, in bytes."""

    id: str
    version: str
    title: str
    licence: str
    kind: Kind
    files: Mapping[str, tuple[str, ...]]
    package: Package | None = None
    url: str = ""
    sha256: str = ""
    size: int = 0
    aliases: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The name that findings of the rules are marked with: the title, without a version."""
        return _VERSION.sub("", self.title.removesuffix(", rules"))

    def file_in(self, folder: Path, root: str) -> Path | None:
        """The file below a folder that judges documents of a root ("{namespace}name"), None where it has none."""
        names = self.files.get(root) or self.files.get(_ANY, ())
        return next(filter(None, (_find(folder, name) for name in names)), None)


@lru_cache(maxsize=256)
def _find(folder: Path, name: str) -> Path | None:
    """The outermost file of a name below a folder, whose content does not change once it is there."""
    return min(folder.rglob(name), key=lambda path: (len(path.parts), path), default=None)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All entries, by their ids, and their ids by their aliases."""

    entries: Mapping[str, Entry]
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])

    def find(self, name: str) -> tuple[Entry, str]:
        """The entry of an id, and the version asked for ("" for any); raises InputError with the nearest ids.

        An id may name its version: `en16931-ubl@1.3.16`, or as other validators do, `eu.cen.en16931:ubl:1.3.16` and
        `…:latest`.
        """
        known, _, version = name.strip().partition("@")
        if known not in self.entries and known.count(":") > 1:
            known, _, version = known.rpartition(":")
        entry = self.entries.get(self.aliases.get(known, known))
        if entry is None:
            near = self.near(known)
            told = f" Near to it: {', '.join(near)}." if near else ""
            raise InputError(f"The catalogue has no {name}.{told} `schemas list` names them all.")
        return entry, "" if version == "latest" else version

    def knows(self, name: str) -> bool:
        """Whether `find` would find it."""
        known = name.strip().partition("@")[0]
        return any(each in self.entries or each in self.aliases for each in (known, known.rpartition(":")[0]))

    def judging(self, root: str) -> list[Entry]:
        """The schemas made for documents of a root element, rules aside."""
        return [entry for entry in self.entries.values() if entry.kind != "rules" and root in entry.files]

    def holding(self, path: Path) -> Entry | None:
        """The entry that has a file of this name, whatever form it is in there (.sch, .xsl, .xslt); None for none."""
        stem = path.stem.removesuffix("-preprocessed")
        return next(
            (
                entry
                for entry in self.entries.values()
                for names in entry.files.values()
                if stem in (Path(each).stem for each in names)
            ),
            None,
        )

    def short_of(self, path: Path) -> str:
        """The short title of the rules in a file, as far as its name tells; "" where it tells nothing."""
        entry = self.holding(path)
        return entry.short if entry is not None and entry.kind == "rules" else ""

    def near(self, name: str) -> list[str]:
        """Ids that may be meant by a name: whose id or title has all its words, then those that are spelt alike."""
        words = _WORDS.findall(name.lower())
        known = {
            entry.id: f"{entry.id} {entry.title} {' '.join(entry.aliases)}".lower() for entry in self.entries.values()
        }
        about = [
            each
            for each, text in known.items()
            if words and (all(word in text for word in words) or "".join(words) in "".join(_WORDS.findall(text)))
        ]
        alike = difflib.get_close_matches(name, [*self.entries, *self.aliases], n=3)
        return list(dict.fromkeys([*about, *alike]))[:_NEAREST]


@cache
def catalogue() -> Catalogue:
    """The catalogue that comes with the program."""
    import tomllib  # noqa: PLC0415 - what is named as a file needs no catalogue

    data = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    entries = [_entry(each) for each in data["entry"]]
    aliases = {alias: entry.id for entry in entries for alias in entry.aliases}
    return Catalogue({entry.id: entry for entry in entries}, aliases)


def _entry(data: Mapping[str, object]) -> Entry:
    fields = dict(data)
    package = fields.pop("package", None)
    files = fields.pop("files")
    assert isinstance(files, dict)
    return Entry(
        **fields,  # type: ignore[arg-type] # the fields of Entry: a test reads every entry
        files={root: tuple(names) for root, names in files.items()},
        package=Package(**package) if isinstance(package, dict) else None,
    )
