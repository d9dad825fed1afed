"""The files of a rule set, read as one: every inclusion is replaced by the elements that it includes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from ....document.parsing import Element
from ....errors import SchemaError
from ....schema_files.resolver import SchemaSources, absolute, read
from .rule_set import Place

SCH = "{http://purl.oclc.org/dsdl/schematron}"
XSL = "{http://www.w3.org/1999/XSL/Transform}"
STYLESHEETS = (f"{XSL}stylesheet", f"{XSL}transform")
_XSLT_INCLUSIONS = (f"{XSL}include", f"{XSL}import")
_OLD = "{http://www.ascc.net/xml/schematron}"  # Schematron 1.5, as far as it means the same
_LEVELS = 32  # of files including files
_INCLUSIONS = 10_000  # of all files together


@dataclass(frozen=True, slots=True)
class Piece:
    """An element of a rule set, with its file and its level of inclusion."""

    element: Element
    file: Path
    level: int = 0

    @property
    def name(self) -> str:
        """The local name in Schematron's namespace, "" for an element of another."""
        tag = self.element.tag
        return tag[len(SCH) :] if isinstance(tag, str) and tag.startswith(SCH) else ""

    @property
    def place(self) -> Place:
        """The file and the line of the element."""
        return Place(self.file, self.element.sourceline or 0)

    def get(self, attribute: str) -> str:
        """The value of an attribute, "" where it is not there."""
        return self.element.get(attribute, "")


class RuleFiles:
    """Reads the files of a rule set, each once."""

    def __init__(self, sources: SchemaSources) -> None:
        self._sources = sources
        self._roots: dict[Path, Element] = {}
        self._inclusions = 0

    def root(self, data: bytes) -> Piece:
        """The root of the rule set; raises SchemaError."""
        path = self._sources.schema
        self._roots[path] = modern(read(data, str(path), self._sources))
        return Piece(self._roots[path], path)

    def know(self, path: Path, root: Element) -> None:
        """Use a tree as the content of a file."""
        self._roots[path] = root

    def children(self, piece: Piece) -> Iterator[Piece]:
        """The elements in an element, those of included files in their place; raises SchemaError."""
        for element in piece.element.iterchildren(tag=etree.Element):
            child = Piece(element, piece.file, piece.level)
            href = child.get("href")
            if href and (child.name == "include" or element.tag in _XSLT_INCLUSIONS):
                target = self._target(child, href)
                # a whole schema that is included in another is replaced by its children, as a stylesheet is
                whole = target.name == piece.name == "schema" or target.element.tag in STYLESHEETS
                yield from self.children(target) if whole else (target,)
            elif href and child.name == "extends":
                yield from self.children(self._target(child, href))
            else:
                yield child

    def _target(self, piece: Piece, href: str) -> Piece:
        address, _, fragment = href.partition("#")
        self._inclusions += 1
        if piece.level >= _LEVELS or self._inclusions > _INCLUSIONS:
            raise unusable(self._sources, f"they include {href} without end", piece.place)
        path = self._sources.find(absolute(str(piece.file), address)) if address else piece.file
        if path is None:
            raise unusable(
                self._sources, f"they include {href}, which is not there or outside the allowed folders", piece.place
            )
        if path not in self._roots:
            self._roots[path] = modern(read(self._sources.content(path), str(path), self._sources))
        root = self._roots[path]
        if not fragment:
            if not str(root.tag).startswith((SCH, XSL)):
                why = f"they include {href}, whose root {root.tag!s} is no element of Schematron"
                raise unusable(self._sources, why, piece.place)
            return Piece(root, path, piece.level + 1)
        found = root.xpath("descendant-or-self::*[@id = $id or @xml:id = $id]", id=fragment)
        if not isinstance(found, list) or not found or not isinstance(found[0], Element):
            raise unusable(self._sources, f"they include {href}, but nothing there has the id {fragment}", piece.place)
        return Piece(found[0], path, piece.level + 1)


def modern(root: Element) -> Element:
    """The same tree with the elements of Schematron 1.5 as those of the standard."""
    for item in root.iter(f"{_OLD}*"):
        item.tag = SCH + etree.QName(item).localname
    return root


def declared(item: Element) -> tuple[str, ...] | None:
    """The key of an XSLT declaration: one with the same key in an importing stylesheet overrides it."""
    if not isinstance(item.tag, str) or not item.tag.startswith(XSL):
        return None
    if item.get("name"):
        return (
            str(item.tag),
            item.get("name", ""),
            str(len(item.findall(f"{XSL}param")) if "function" in item.tag else ""),
        )
    if item.get("match"):
        return str(item.tag), item.get("match", ""), item.get("mode", "")
    return None


def unusable(sources: SchemaSources, why: str, place: Place | None = None) -> SchemaError:
    """The sentence for rules that cannot be used, at a line of them where it is known."""
    named = str(sources.schema) if place is None else f"{place.file}, line {place.line}"
    return SchemaError(
        f"The rules in {named} are the broken side, not the document: {' '.join(why.split()).rstrip('.')}."
    )
