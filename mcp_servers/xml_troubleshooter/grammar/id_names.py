"""IDs and the references to them: each ID once, each reference to an ID that is there.

libxml2 misses dangling references of XSD, duplicates too while it streams, and checks neither in RELAX NG. Where a
schema types any attribute or element as an ID, a quick look at the text tells whether all is well; only where it is
not does the grammar decide which values are IDs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from ..disk.bounds import read_file
from ..document.character_references import resolved
from ..document.names import bare_name
from ..document.parsing import Element, parser

if TYPE_CHECKING:
    from .model import Grammar

_XSD = "{http://www.w3.org/2001/XMLSchema}"
_RNG = "{http://relaxng.org/ns/structure/1.0}"
_KINDS = {"ID": "id", "IDREF": "idref", "IDREFS": "idref"}
_SECTIONS = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))
_SPEAKS_OF_IDS = re.compile(rb"[\"'\s](?:\w+:)?(?:ID|IDREFS?)[\"'\s<]")


@dataclass(frozen=True, slots=True)
class IdNames:
    """The local names under which the files of a schema declare IDs and references, attributes and elements apart."""

    ids: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()
    id_elements: frozenset[str] = frozenset()
    reference_elements: frozenset[str] = frozenset()
    ambiguous: bool = False  # one of these names is also declared with another type

    def suspect(self, text: str) -> bool:
        """Whether the text may hold a duplicate ID or a dangling reference, judged by names alone."""
        if not any(name in text for name in self.ids | self.references | self.id_elements | self.reference_elements):
            return False
        if "<!" in text or "<?" in text:
            from ..document.tokens import SECTION  # noqa: PLC0415 - few documents are looked at twice

            if any(text.rfind(begins) > text.rfind(ends) for begins, ends in _SECTIONS):
                return True  # in the value of an entity; each such beginning would search the rest of the text
            text = SECTION.sub("", text)
        ids = [*_attribute_values(text, self.ids), *_element_values(text, self.id_elements)]
        known = set(ids)
        if len(known) < len(ids):
            return True
        references = [*_attribute_values(text, self.references), *_element_values(text, self.reference_elements)]
        if self.ambiguous and references:
            return True
        return any(word not in known for value in references for word in value.split())


@lru_cache(maxsize=16)
def names_of(grammar: Grammar) -> IdNames:
    """The names that a grammar of XSD or DTD declares as IDs and references to them."""
    if grammar.kind != "dtd":
        return id_names(grammar.files)
    ids = frozenset(item.name for item in grammar.attributes if item.type.is_id)
    references = frozenset(item.name for item in grammar.attributes if item.type.is_idref)
    plain = {item.name for item in grammar.attributes if not item.type.is_id}
    return IdNames(ids, references, ambiguous=bool(ids & plain))


def id_names(files: Iterable[Path]) -> IdNames:
    """The names that the XSD and RELAX NG files of a schema declare as IDs and references to them."""
    contents = [read_file(path) for path in files if path.suffix.lower() in (".xsd", ".rng")]
    if not any(_SPEAKS_OF_IDS.search(content) for content in contents):
        return IdNames()
    roots: list[Element] = []
    for content in contents:
        reader: etree.XMLParser[Any] = parser(recover=True)  # libxml2 has compiled it, perhaps with an external DTD
        root: Element | None = etree.fromstring(content, reader)
        roots += [root] if root is not None else []
    kinds = _simple_types(roots)
    found = {item for root in roots for item in (*_declared_in_xsd(root, kinds), *_declared_in_rng(root))}

    def names(holder: str, kind: str) -> frozenset[str]:
        return frozenset(name for holder_, kind_, name in found if (holder_, kind_) == (holder, kind))

    ambiguous = any(names(holder, "id") & names(holder, "") for holder in ("attribute", "element"))
    return IdNames(
        names("attribute", "id"),
        names("attribute", "idref"),
        names("element", "id"),
        names("element", "idref"),
        ambiguous,
    )


def _simple_types(roots: Iterable[Element]) -> dict[str, str]:
    """The named simple types that are IDs or references, by local name: "id" or "idref"."""
    kinds: dict[str, str] = {}
    types = [item for root in roots for item in root.iter(f"{_XSD}simpleType") if item.get("name")]
    found = True
    while found:
        new = {item.get("name", ""): kind for item in types if (kind := _simple_kind(item, kinds))}
        found = new.keys() > kinds.keys()
        kinds = new
    return kinds


def _declared_in_xsd(root: Element, kinds: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """(attribute or element, id or idref or "", name) for every declaration."""
    for holder in ("attribute", "element"):
        for item in root.iter(f"{_XSD}{holder}"):
            kind = _kind(item, item.get("type", ""), kinds) or _simple_kind(item.find(f"{_XSD}simpleType"), kinds)
            if item.get("name"):
                yield holder, kind, item.get("name", "")


def _declared_in_rng(root: Element) -> Iterator[tuple[str, str, str]]:
    for item in root.iter(f"{_RNG}attribute", f"{_RNG}element"):
        data = item.find(f".//{_RNG}data")
        above = next(data.iterancestors(f"{_RNG}attribute", f"{_RNG}element"), None) if data is not None else None
        kind = _KINDS.get(data.get("type", ""), "") if data is not None and above is item else ""
        for name in (item.get("name"), *(name.text for name in item.iterchildren(f"{_RNG}name"))):
            if name:
                yield etree.QName(item).localname, kind, bare_name(name.strip())


def _simple_kind(simple: Element | None, kinds: Mapping[str, str]) -> str:
    if simple is None:
        return ""
    for step, attribute in (("restriction", "base"), ("list", "itemType"), ("union", "memberTypes")):
        for item in simple.iterchildren(f"{_XSD}{step}"):
            for name in item.get(attribute, "").split():
                if kind := _kind(item, name, kinds):
                    return kind
    return ""


def _kind(item: Element, name: str, kinds: Mapping[str, str]) -> str:
    prefix, _, local = name.rpartition(":")
    if item.nsmap.get(prefix or None) == _XSD[1:-1]:
        return _KINDS.get(local, "")
    return kinds.get(local, "")


def _attribute_values(text: str, names: frozenset[str]) -> Iterator[str]:
    for name in names:
        # a pattern that begins with the name is searched for faster than one that begins with the characters before it
        for match in re.finditer(rf"{re.escape(name)}\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')", text):
            if text[match.start() - 1] in ": \t\r\n":
                yield resolved(match[1] or match[2] or "").strip()


def _element_values(text: str, names: frozenset[str]) -> Iterator[str]:
    for name in names:
        for match in re.finditer(rf"<(?:[^\s<>/:]++:)?{re.escape(name)}(?:\s[^<>]*+)?>([^<]*+)(?=<)", text):
            yield resolved(match[1]).strip()
