"""The vocabulary of a document: the one table of the vocabularies in use, and the marks by which each is recognised.

Works on broken documents too: only the prolog and the first start tag are looked at, and the beginning for marks. The
table is vocabularies.json, one vocabulary a line: as JSON it is read in a tenth of the time that TOML takes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache, lru_cache
from pathlib import Path, PurePath
from typing import Any

from ..document.document import Document

_TABLE = Path(__file__).with_name("vocabularies.json")
_HEAD = 1 << 16  # characters in which the document element must start
_BEGINNING = 1 << 14  # characters behind its name that are searched for marks
_LATEST = 8  # documents whose beginning is remembered: one that is repaired is asked about again and again
_BEFORE_ROOT = re.compile(
    r"(?:[^<]++|<!--(?s:.*?)-->|<\?(?s:.*?)\?>"
    r"|<!(?i:DOCTYPE)(?P<doctype>(?:[^\[<>\"']|\"[^\"]*+\"|'[^']*+')*+)(?:\[(?s:.*?)\]\s*)?>)*+"
)
_ROOT = re.compile(r"<([^\s<>/!?=\"']+)((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)")
_ATTRIBUTE = re.compile(r"([^\s=\"'<>/]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_PROFILE = re.compile(
    r"<(?:[\w.-]+:)?(?:(?P<of>CustomizationID|GuidelineSpecifiedDocumentContextParameter>\s*<(?:[\w.-]+:)?ID)|ProfileID)"
    r"\b[^<>]*>\s*(?P<id>[^<]*)"
)
BASES = ("en16931-ubl", "en16931-cii")  # what other specifications are built on
RNC, DTD = "rnc", "dtd"  # the vocabularies whose documents are no XML
_DECLARATIONS = re.compile(
    r"\ufeff?(?:\s+|<!--(?s:.*?)-->|<\?(?s:.*?)\?>|%[\w.:-]+;)*+<!(?:ELEMENT|ATTLIST|ENTITY|NOTATION)\s"
)
_COMPACT = re.compile(
    r"\ufeff?(?:\s+|\#[^\n]*)*+(?:(?:default\s+)?namespace(?:\s+[\w.-]+)?\s*=\s*[\"']|datatypes\s+[\w.-]+\s*="
    r"|start\s*[|&]?=|grammar\s*\{|(?:element|attribute)\s+[\w.:*-]+\s*\{|[\w.-]+\s*=\s*(?:element|attribute|grammar)\s)"
)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|<!--(?s:.*?)-->")
_PROFILED = 8  # what a profile weighs, more than all other marks
_SCHEME = re.compile(r"^https?://(?:www\.)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """A vocabulary: its name for people, the marks by which a document of it is recognised, and links.

    Marks: `roots` are the local names of its document elements; `namespaces` theirs (a last "*" stands for anything, ""
    for none), the first that of new documents; `profiles` are pieces of CustomizationID, ProfileID or the id of a
    guideline; `doctypes` pieces of a public or system identifier; `versions` beginnings of the root's version; `files`
    patterns of the file's name; `holds` pieces of the beginning (beside `files` one of both will do). `bare`: its root
    without the namespace, or without a DOCTYPE, is still it. Of several that fit, the one with most marks wins, then
    the first. `home` is the address of its description, `schema` that of its schema, `layers` are the entries of the
    catalogue that judge its documents, in order ("a|b": the first at hand), `prefixes` those in use with namespaces.
    """

    id: str
    name: str
    roots: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    doctypes: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    bare: bool = False
    home: str = ""
    schema: str = ""
    layers: tuple[str, ...] = ()
    prefixes: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Beginning:
    """The marks at the beginning of a document; `root` is the local name, "" where there is no start tag.

    `profiles` are the ids of specifications and processes, `specifications` those of the former alone.
    """

    root: str = ""
    namespace: str = ""
    version: str = ""
    doctype: str = ""
    profiles: tuple[str, ...] = ()
    specifications: tuple[str, ...] = ()
    file: str = ""
    text: str = ""


@cache
def table() -> tuple[Vocabulary, ...]:
    """All vocabularies that are known, in the order in which they are tried."""
    return tuple(Vocabulary(**_fields(row)) for row in json.loads(_TABLE.read_bytes()))


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def recognise(document: Document) -> Vocabulary | None:
    """The vocabulary of a document, None where the table does not know it."""
    if other := notation(document):
        return next(each for each in table() if each.id == other)
    return _known_by(read_beginning(document))


def judged_as(document: Document) -> Vocabulary | None:
    """The vocabulary whose layers judge a document: its own, or if that has none, the one of its specification."""
    known = recognise(document)
    if known is not None and known.layers:
        return known
    return _best((each for each in table() if each.id in BASES), read_beginning(document)) or known


@lru_cache(maxsize=_LATEST)
def _known_by(beginning: Beginning) -> Vocabulary | None:
    return _best(table(), beginning)


def _best(vocabularies: Iterable[Vocabulary], beginning: Beginning) -> Vocabulary | None:
    if not beginning.root:
        return None
    scores = ((_score(each, beginning), each) for each in vocabularies)
    score, best = max(scores, key=lambda item: item[0], default=(0, None))  # of equals the first
    return best if score else None


def notation(document: Document) -> str:
    """The notation of a schema that is no XML: RNC or DTD; "" for any other document."""
    text, suffix = document.text[:_BEGINNING], PurePath(document.source).suffix.lower()
    if _COMPACT.match(text) or (suffix == ".rnc" and not text.lstrip("\ufeff \t\r\n").startswith("<")):
        return RNC
    if _DECLARATIONS.match(text) and (suffix in (".dtd", ".mod", ".ent") or "</" not in _QUOTED.sub("", text)):
        return DTD
    return ""


def read_beginning(document: Document) -> Beginning:
    """The marks of the vocabulary of a document."""
    return _read(document.text[: _HEAD + _BEGINNING], PurePath(document.source).name)


@lru_cache(maxsize=_LATEST)
def _read(text: str, file: str) -> Beginning:
    prolog = _BEFORE_ROOT.match(text, 0, _HEAD)
    root = _ROOT.search(text, prolog.end() if prolog else 0)
    if root is None:
        return Beginning()
    values = {match[1]: match[2] if match[2] is not None else match[3] for match in _ATTRIBUTE.finditer(root[2])}
    prefix, _, local = root[1].rpartition(":")
    rest = text[root.start() : root.start() + _BEGINNING]
    profiles = list(_PROFILE.finditer(rest))
    return Beginning(
        root=local,
        namespace=values.get(f"xmlns:{prefix}" if prefix else "xmlns", "").strip(),
        version=values.get("version", ""),
        doctype=(prolog["doctype"] if prolog else None) or "",
        profiles=tuple(match["id"].strip() for match in profiles),
        specifications=tuple(match["id"].strip() for match in profiles if match["of"]),
        file=file,
        text=rest,
    )


def is_slipped(document: Document, vocabulary: Vocabulary) -> bool:
    """Whether the namespace of a document is a misspelt one of its vocabulary."""
    beginning = read_beginning(document)
    return bool(beginning.namespace) and _namespace_fit(vocabulary, beginning) == 1


def near(one: str, other: str) -> bool:
    """Whether two namespaces differ in nothing but http and https, "www.", letter case or a last slash."""
    return _plain(one) == _plain(other)


@lru_cache(maxsize=1000)
def _plain(namespace: str) -> str:
    return _SCHEME.sub("", namespace.strip()).rstrip("/#").lower()


def _score(vocabulary: Vocabulary, beginning: Beginning) -> int:
    """The weight of the marks of a vocabulary that a document has; 0 if it lacks one that it must have."""
    if vocabulary.roots and beginning.root not in vocabulary.roots:
        return 0
    score = 2 if vocabulary.roots else 0
    if vocabulary.namespaces:
        fit = _namespace_fit(vocabulary, beginning)
        if not fit:
            return 0
        score += fit
    if vocabulary.profiles:
        score += _PROFILED * any(mark in profile for mark in vocabulary.profiles for profile in beginning.profiles)
        # a specification may demand the process of another
        score += any(mark in each for mark in vocabulary.profiles for each in beginning.specifications)
    holds = any(mark in beginning.text for mark in vocabulary.holds)
    named = any(fnmatch(beginning.file.lower(), each) for each in vocabulary.files)
    typed = any(mark in beginning.doctype for mark in vocabulary.doctypes)
    lacks = (
        (vocabulary.profiles and score < _PROFILED)
        or (vocabulary.doctypes and not typed and not (vocabulary.bare and not beginning.doctype))
        or ((vocabulary.holds or vocabulary.files) and not (holds or named))
    )
    versions = any(beginning.version.startswith(each) for each in vocabulary.versions)
    return 0 if lacks else score + 2 * holds + named + 4 * typed + versions


def _namespace_fit(vocabulary: Vocabulary, beginning: Beginning) -> int:
    """4 for a namespace of the vocabulary, 3 for one by its beginning, 1 for a slip or for none where one belongs."""
    namespace = beginning.namespace
    if namespace in vocabulary.namespaces:
        return 4 if namespace else 2
    if any(each.endswith("*") and namespace.startswith(each[:-1]) for each in vocabulary.namespaces):
        return 3
    if not namespace:
        return int(vocabulary.bare)
    return int(any(near(namespace, each.rstrip("*")) for each in vocabulary.namespaces if each))
