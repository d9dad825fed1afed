"""IDs and the references to them: each ID once, each reference to an ID that is there.

libxml2 leaves dangling references of XSD unseen, duplicates too while it streams, and knows neither in RELAX NG. Where
a schema types any attribute or element as an ID, a quick look at the text tells whether all is well; only where it is
not does the grammar decide which values are IDs.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from ..document.parsing import Element, parser

_XSD = "{http://www.w3.org/2001/XMLSchema}"
_RNG = "{http://relaxng.org/ns/structure/1.0}"
_KINDS = {"ID": "id", "IDREF": "idref", "IDREFS": "idref"}
_APART = re.compile(r"<!--(?s:.*?)-->|<!\[CDATA\[(?s:.*?)\]\]>|<\?(?s:.*?)\?>")
_SPEAKS_OF_IDS = re.compile(rb"[\"'\s](?:\w+:)?(?:ID|IDREFS?)[\"'\s<]")


@dataclass(frozen=True, slots=True)
class IdNames:
    """The local names under which the files of a schema declare IDs and references, attributes and elements apart."""

    ids: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()
    id_elements: frozenset[str] = frozenset()
    reference_elements: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.ids or self.references or self.id_elements or self.reference_elements)

    def suspect(self, text: str) -> bool:
        """Whether the text may hold a duplicate ID or a dangling reference, judged by names alone."""
        if not self:
            return False
        if "<!" in text or "<?" in text:
            text = _APART.sub("", text)
        ids = [*_attribute_values(text, self.ids), *_element_values(text, self.id_elements)]
        known = set(ids)
        if len(known) < len(ids):
            return True
        references = (*_attribute_values(text, self.references), *_element_values(text, self.reference_elements))
        return any(word not in known for value in references for word in value.split())


def id_names(files: Iterable[Path]) -> IdNames:
    """What the XSD and RELAX NG files of a schema declare as IDs and references to them."""
    found: set[tuple[str, str, str]] = set()
    for path in files:
        data = path.read_bytes()
        if _SPEAKS_OF_IDS.search(data) and path.suffix.lower() in (".xsd", ".rng"):
            try:
                reader: etree.XMLParser[Any] = parser()
                found |= set(_declared(etree.fromstring(data, reader)))
            except etree.XMLSyntaxError:
                continue  # compiled by libxml2 with the help of an external DTD, which is not read a second time
    return IdNames(
        *(
            frozenset(name for holder_, kind_, name in found if (holder_, kind_) == (holder, kind))
            for holder, kind in (("attribute", "id"), ("attribute", "idref"), ("element", "id"), ("element", "idref"))
        )
    )


def _declared(root: Element) -> Iterator[tuple[str, str, str]]:
    """(attribute or element, id or idref, name) for every declaration in a schema file."""
    yield from _declared_in_xsd(root)
    for data in root.iter(f"{_RNG}data"):
        kind = _KINDS.get(data.get("type", ""), "")
        above = next(data.iterancestors(f"{_RNG}attribute", f"{_RNG}element"), None)
        if kind and above is not None:
            for name in (above.get("name"), *(item.text for item in above.iterchildren(f"{_RNG}name"))):
                if name:
                    yield etree.QName(above).localname, kind, _local(name.strip())


def _declared_in_xsd(root: Element) -> Iterator[tuple[str, str, str]]:
    kinds = dict(_KINDS)
    derived = True
    while derived:
        derived = False
        for simple in root.iter(f"{_XSD}simpleType"):
            name = simple.get("name", "")
            kind = _simple_kind(simple, kinds)
            if name and kind and name not in kinds:
                kinds[name] = kind
                derived = True
    for holder in ("attribute", "element"):
        for item in root.iter(f"{_XSD}{holder}"):
            own = kinds.get(_local(item.get("type", "")), "") or _simple_kind(item.find(f"{_XSD}simpleType"), kinds)
            if own and item.get("name"):
                yield holder, own, item.get("name", "")


def _simple_kind(simple: Element | None, kinds: dict[str, str]) -> str:
    if simple is None:
        return ""
    for step, attribute in (("restriction", "base"), ("list", "itemType"), ("union", "memberTypes")):
        for item in simple.iterchildren(f"{_XSD}{step}"):
            for name in item.get(attribute, "").split():
                if kind := kinds.get(_local(name), ""):
                    return kind
    return ""


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _attribute_values(text: str, names: frozenset[str]) -> Iterator[str]:
    if names:
        any_name = "|".join(map(re.escape, sorted(names)))
        for match in re.finditer(rf"[\s:](?:{any_name})\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')", text):
            yield html.unescape(match[1] or match[2] or "").strip()


def _element_values(text: str, names: frozenset[str]) -> Iterator[str]:
    if names:
        any_name = "|".join(map(re.escape, sorted(names)))
        for match in re.finditer(rf"<(?:[^\s<>/:]+:)?(?:{any_name})(?:\s[^<>]*)?>([^<]*)<", text):
            yield html.unescape(match[1]).strip()
