"""The global components of an XML Schema, out of all its files: declarations and definitions by kind and name."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml import etree

from ..disk.bounds import read_file
from ..document.parsing import parser
from ..errors import SchemaError
from ..schema_files.resolver import XML_ATTRIBUTES, SchemaSources, absolute

XS = "http://www.w3.org/2001/XMLSchema"
XML = "http://www.w3.org/XML/1998/namespace"
XSD = f"{{{XS}}}"
_KINDS = {
    "element": "element",
    "complexType": "type",
    "simpleType": "type",
    "group": "group",
    "attributeGroup": "attributeGroup",
    "attribute": "attribute",
}


@dataclass(eq=False, slots=True)
class Source:
    """One schema document: its target namespace (that of the includer for a chameleon) and redefined components."""

    root: etree._Element
    namespace: str
    redefined: dict[tuple[str, str], Component] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Component:
    """A global declaration or definition, and its schema document."""

    node: etree._Element
    source: Source


class Components(dict[tuple[str, str], Component]):
    """The components by kind ("element", "type" …) and Clark name; `files` are those that they were read from.

    `members` are the direct members of substitution groups, by the name of their head; `of_xml` are the attributes of
    the xml: prefix, which need no declaration.
    """

    def __init__(self, sources: SchemaSources) -> None:
        """Read the schema and all that it refers to; its own components come first. Raises SchemaError."""
        super().__init__()
        self._sources = sources
        self.files: dict[Path, None] = {}
        self._load(sources.schema)
        self.members: dict[str, list[str]] = {}
        for (kind, name), found in self.items():
            if kind == "element" and (head := found.node.get("substitutionGroup")):
                for one in head.split():
                    self.members.setdefault(name_meant(found.node, one, found.source), []).append(name)
        xml = Source(etree.fromstring(XML_ATTRIBUTES, parser()), XML)
        self.of_xml = {
            qualified(XML, node.get("name", "")): Component(node, xml)
            for node in xml.root.iterchildren(XSD + "attribute")
        }

    def _load(self, entry: Path) -> None:
        waiting = deque([(entry, "", "")])
        redefines: list[tuple[etree._Element, Source, str]] = []
        own: set[Path] = set()  # files with a target namespace of their own: read once
        known: set[tuple[Path, str]] = set()
        while waiting:
            path, namespace, referrer = waiting.popleft()
            if path in own or (path, namespace) in known:
                continue
            root = _parse(path, referrer)
            target = root.get("targetNamespace", "")
            if target:
                own.add(path)
            target = target or namespace
            known.add((path, target))
            self.files[path] = None
            source = Source(root, target)
            for node in root:
                kind = _KINDS.get(tag_of(node))
                if kind is not None:
                    name = qualified(target, node.get("name", ""))
                    self.setdefault((kind, name), Component(node, source))
                elif (how := tag_of(node)) in ("include", "redefine", "override", "import"):
                    location = node.get("schemaLocation")
                    found = location and self._sources.find(absolute(str(path), location))
                    if not found:
                        continue
                    waiting.append((found, "" if how == "import" else target, str(path)))
                    if how in ("redefine", "override"):
                        redefines.append((node, source, target))
        for node, source, target in reversed(redefines):
            self._redefine(node, source, target)

    def _redefine(self, redefine: etree._Element, source: Source, target: str) -> None:
        scope = replace(source, redefined={})
        for node in redefine:
            kind = _KINDS.get(tag_of(node))
            if kind is not None:
                key = kind, qualified(target, node.get("name", ""))
                if key in self:
                    scope.redefined.setdefault(key, self[key])
                self[key] = Component(node, scope)


def name_meant(node: etree._Element, written: str, source: Source) -> str:
    """The Clark name that a QName in a schema document means."""
    prefix, colon, local = written.strip().rpartition(":")
    space = XML if prefix == "xml" else node.nsmap.get(prefix if colon else None, "") or ""
    if not space and not colon:
        space = source.namespace if not source.root.get("targetNamespace") else ""
    return qualified(space, local)


def _parse(path: Path, referrer: str) -> etree._Element:
    try:
        root: etree._Element = etree.fromstring(read_file(path), parser())
    except OSError as error:
        named = f", which {referrer} refers to," if referrer else ""
        raise SchemaError(f"The schema {path}{named} cannot be read: {error.strerror}.") from error
    except etree.XMLSyntaxError as error:
        raise SchemaError(f"The schema {path} is not well-formed XML: {error.msg}; repair the schema first.") from error
    if root.tag != XSD + "schema":
        raise SchemaError(f"{path} is not an XML Schema: its root is {root.tag!s}, not xs:schema.")
    return root


def tag_of(node: etree._Element) -> str:
    """The local name of an element of XML Schema; "" for anything else."""
    tag = node.tag
    return tag[len(XSD) :] if isinstance(tag, str) and tag.startswith(XSD) else ""


def qualified(space: str, local: str) -> str:
    """A name in Clark notation."""
    return f"{{{space}}}{local}" if space else local
