"""The files that a schema may read: in its own folder or the allowed ones, also by a catalog; never the network."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from ..disk.bounds import Bounds, read_file, real_path
from ..document.parsing import Element, parser
from ..errors import SchemaError

# The one schema that most others import by its address on the web: the attributes of the xml: prefix.
XML_ATTRIBUTES = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
 targetNamespace="http://www.w3.org/XML/1998/namespace">
<xs:attribute name="lang"><xs:simpleType><xs:union memberTypes="xs:language"><xs:simpleType>
<xs:restriction base="xs:string"><xs:enumeration value=""/></xs:restriction></xs:simpleType></xs:union></xs:simpleType>
</xs:attribute>
<xs:attribute name="space"><xs:simpleType><xs:restriction base="xs:NCName"><xs:enumeration value="default"/>
<xs:enumeration value="preserve"/></xs:restriction></xs:simpleType></xs:attribute>
<xs:attribute name="base" type="xs:anyURI"/><xs:attribute name="id" type="xs:ID"/>
<xs:attributeGroup name="specialAttrs"><xs:attribute ref="xml:base"/><xs:attribute ref="xml:lang"/>
<xs:attribute ref="xml:space"/><xs:attribute ref="xml:id"/></xs:attributeGroup></xs:schema>"""
_XS = "{http://www.w3.org/2001/XMLSchema}"
_IMPORT = re.compile(
    rb"<(?:[\w.\-]+:)?import\s(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*?\bschemaLocation\s*=\s*[\"']([^\"']*)[\"']"
)
_SUBSET = re.compile(rb"<!DOCTYPE\s+[^\s>\[]+\s+(?:SYSTEM|PUBLIC\s*(?:\"[^\"]*\"|'[^']*'))\s*(\"[^\"]*\"|'[^']*')")
_BUILT_IN = {
    f"{scheme}://www.w3.org/{name}": XML_ATTRIBUTES
    for scheme in ("http", "https")
    for name in (
        "2001/xml.xsd",
        "2001/03/xml.xsd",
        "2004/10/xml.xsd",
        "2009/01/xml.xsd",
        "XML/1998/namespace",
        "2005/08/xml.xsd",
    )
}


@dataclass(frozen=True, slots=True)
class RefusedImport:
    """An xs:import whose file is missing or may not be read: content in its namespace is not checked."""

    namespace: str
    address: str

    @property
    def sentence(self) -> str:
        """The consequence for the verdict, and the remedy."""
        return (
            f"Elements and attributes of the namespace {self.namespace or '(none)'} are not checked: its schema "
            f"{self.address} is not there or outside the allowed folders. Put it beside the schema, name it in a "
            "catalog.xml there, or add its folder to SCHEMA_DIRS."
        )


class SchemaSources:
    """The files that one schema may be made of: everything below the schema's own folder and below `roots`.

    `read` collects the files that were served, `refused` the addresses that were not and that the schema needs,
    `refused_imports` those that it can do without.
    """

    def __init__(self, schema: Path, roots: Iterable[Path] = ()) -> None:
        self.schema = real_path(schema)
        self.bounds = Bounds.of([self.schema.parent, *roots])
        self.read: list[Path] = []
        self.refused: list[str] = []
        self.refused_imports: list[RefusedImport] = []

    @property
    def catalogs(self) -> tuple[Path, ...]:
        """The catalogs beside the schema's files, above them inside the allowed folders, and at the top of these."""
        beside = dict.fromkeys(path.parent for path in (self.schema, *self.read))
        above = dict.fromkeys(folder for own in beside for folder in (own, *own.parents) if self.bounds.allow(folder))
        from . import catalog  # noqa: PLC0415 - most schemas are one file

        return catalog.catalogs_of([*above, *self.bounds.folders], self.bounds)

    def locate(self, address: str, public: str = "") -> Path | None:
        """The file (its real path) that an address or public id stands for; None where it may not be read."""
        if address in map(str, self.read):
            return Path(address)
        from . import catalog  # noqa: PLC0415 - most schemas are one file

        mapped = catalog.resolve(self.catalogs, self.bounds, system=address, uri=address, public=public)
        path = catalog.local_path(address)
        # schemas of the web or of several folders, copied into one, still name each other as they did
        folders = dict.fromkeys((self.schema.parent, *(known.parent for known in self.read)))
        name = (path or Path(urlsplit(address).path)).name
        beside = [folder / name for folder in folders if folder / name != self.schema]
        places = (self.bounds.file(place) for place in (mapped, path, *beside) if place is not None)
        return next((place for place in places if place is not None), None)

    def find(self, address: str, public: str = "") -> Path | None:
        """`locate` for a part of the schema, which `read` or `refused` then knows."""
        path = self.locate(address, public)
        if path is None:
            self.refused.append(address)
        elif path not in self.read:
            self.read.append(path)
        return path

    def content(self, path: Path) -> bytes:
        """The content of a file that was found, without the addresses of imports that may not be read.

        Raises SchemaError where the file cannot be read any more.
        """
        try:
            data = read_file(path)
        except OSError as error:
            raise SchemaError(f"The schema file {path} cannot be read: {error.strerror}.") from None
        if path.suffix.lower() != ".xsd" or all(self._can_import(address, path) for address in _imported(data)):
            return data
        root = read(data, str(path), self)
        self.drop_refused_imports(root, path)
        return etree.tostring(root.getroottree())

    def drop_refused_imports(self, root: Element, path: Path) -> None:
        """Take the address from every xs:import whose file may not be read, so that no engine looks for it."""
        for item in root.iter(f"{_XS}import"):
            address = item.get("schemaLocation")
            if address is not None and not self._can_import(address, path):
                refused = RefusedImport(item.get("namespace", ""), absolute(str(path), address))
                if refused not in self.refused_imports:
                    self.refused_imports.append(refused)
                del item.attrib["schemaLocation"]

    def _can_import(self, address: str, path: Path) -> bool:
        return address in _BUILT_IN or self.locate(absolute(str(path), address)) is not None


def _imported(data: bytes) -> Iterable[str]:
    """The addresses of a file's imports as they are written; an impossible one where they cannot be read off it."""
    if b"\0" in data or b"<!ENTITY" in data:
        return ("\0",)
    return (address.decode("utf-8", "replace") for address in _IMPORT.findall(data))


class SourceResolver(etree.Resolver):
    """The resolver that gives a parser of lxml the files of a sources, and no others.

    A refusal is raised as an error: if a resolver only returns nothing, libxml2 opens the file by itself.
    """

    def __init__(self, sources: SchemaSources, subset: str = "") -> None:
        """`subset` is the system id of an external DTD subset that may be missing: most use nothing of it."""
        super().__init__()
        self._sources = sources
        self._subset = subset

    def resolve(self, system_url: str | None, public_id: str | None, context: Any) -> Any:  # noqa: ANN401 - lxml's
        """The content of a file that the sources allows; raises SchemaError in place of any other."""
        system_url = system_url or ""
        if system_url in _BUILT_IN:
            return self.resolve_string(_BUILT_IN[system_url], context, base_url=system_url)
        if self._subset and system_url.endswith(self._subset):
            path = self._sources.locate(system_url, public_id or "")
            if path is None:
                return self.resolve_string(" ", context, base_url=system_url)
        path = self._sources.find(system_url, public_id or "")
        if path is None:
            raise broken(self._sources, (), "a part of it cannot be read")
        return self.resolve_string(self._sources.content(path), context, base_url=str(path))


def read(data: bytes, base: str, sources: SchemaSources) -> Element:
    """The tree of a schema file; raises SchemaError where it is not well-formed."""
    subset = _SUBSET.search(data)
    resolver = SourceResolver(sources, subset.group(1)[1:-1].decode("utf-8", "replace") if subset else "")
    reader: etree.XMLParser[Any] = parser(load_dtd=True, entities=True, resolver=resolver)
    try:
        root: Element = etree.fromstring(data, reader, base_url=base)
    except etree.XMLSyntaxError as error:
        # the exception carries the log of the whole process, the parser its own
        raise broken(sources, reader.error_log, str(error)) from None
    return root


def broken(sources: SchemaSources, log: Iterable[etree._LogEntry], otherwise: str) -> SchemaError:
    """The error for a schema that cannot be used: its file, line and problem, and the files that it could not read."""
    entry = next((entry for entry in log if entry.level_name in ("ERROR", "FATAL")), None)
    problem = " ".join((entry.message if entry is not None else otherwise).split()).rstrip(".")
    place = str(sources.schema)
    if entry is not None:
        named = entry.filename if entry.filename and not entry.filename.startswith("<") else place
        place = f"{named}, line {entry.line}" if entry.line > 0 else named
    text = f"The schema is the broken side, not the document: {place}: {problem}."
    refused = [*sources.refused, *(item.address for item in sources.refused_imports)]
    if refused:
        missing = ", ".join(dict.fromkeys(refused))
        text += (
            f" It needs {missing}, which is not there or outside the allowed folders; put it beside the schema, name "
            "it in a catalog.xml there, or add its folder to SCHEMA_DIRS."
        )
    return SchemaError(text)


def absolute(base: str, href: str) -> str:
    """An href of a schema file as a path or an address, taken relative to the file at `base`."""
    if "://" in base or "://" in href:
        return urljoin(base, href)
    return str(Path(base).parent / href)
