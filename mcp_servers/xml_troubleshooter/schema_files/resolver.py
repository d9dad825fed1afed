"""What a schema may read: its own folder, the allowed folders, and what a catalog there leads to; never the network."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from ..document.parsing import Element, parser
from ..errors import SchemaError
from . import catalog

# The one schema that most others import by its address on the web: the attributes of the xml: prefix.
_XML_ATTRIBUTES = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
 targetNamespace="http://www.w3.org/XML/1998/namespace">
<xs:attribute name="lang"><xs:simpleType><xs:union memberTypes="xs:language"><xs:simpleType>
<xs:restriction base="xs:string"><xs:enumeration value=""/></xs:restriction></xs:simpleType></xs:union></xs:simpleType>
</xs:attribute>
<xs:attribute name="space"><xs:simpleType><xs:restriction base="xs:NCName"><xs:enumeration value="default"/>
<xs:enumeration value="preserve"/></xs:restriction></xs:simpleType></xs:attribute>
<xs:attribute name="base" type="xs:anyURI"/><xs:attribute name="id" type="xs:ID"/>
<xs:attributeGroup name="specialAttrs"><xs:attribute ref="xml:base"/><xs:attribute ref="xml:lang"/>
<xs:attribute ref="xml:space"/><xs:attribute ref="xml:id"/></xs:attributeGroup></xs:schema>"""
_BUILT_IN = {
    f"{scheme}://www.w3.org/{name}": _XML_ATTRIBUTES
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


class SchemaSources:
    """The files that one schema may be made of: everything below the schema's own folder and below `roots`.

    `read` collects the files that were served, `refused` the addresses that were not.
    """

    def __init__(self, schema: Path, roots: Iterable[Path] = ()) -> None:
        self.schema = schema.resolve()
        self.folders = tuple(dict.fromkeys([self.schema.parent, *(Path(root).resolve() for root in roots)]))
        self.read: list[Path] = []
        self.refused: list[str] = []

    @property
    def catalogs(self) -> tuple[Path, ...]:
        """The catalogs beside the schema's files, above them inside the allowed folders, and at the top of these."""
        beside = dict.fromkeys(path.parent for path in (self.schema, *self.read))
        above = dict.fromkeys(folder for own in beside for folder in (own, *own.parents) if self.allows(folder))
        return catalog.catalogs_of([*above, *self.folders])

    def allows(self, path: Path) -> bool:
        """Whether a path, links followed, lies in an allowed folder."""
        real = path.resolve()
        return any(real.is_relative_to(folder) for folder in self.folders)

    def find(self, address: str, public: str = "") -> Path | None:
        """The file that an address or public id stands for; None (and `refused` knows) where it may not be read."""
        if address in map(str, self.read):
            return Path(address)
        mapped = catalog.resolve(self.catalogs, system=address, uri=address, public=public)
        if mapped is not None and self.allows(mapped) and mapped.is_file():
            return self._serve(mapped)
        path = catalog.local_path(address)
        # schemas of the web or of several folders, copied into one, still name each other as they did
        folders = dict.fromkeys((self.schema.parent, *(known.parent for known in self.read)))
        name = (path or Path(urlsplit(address).path)).name
        beside = [folder / name for folder in folders if folder / name != self.schema]
        for local in [path, *beside] if path else beside:
            if local.is_file() and self.allows(local):
                return self._serve(local)
        self.refused.append(address)
        return None

    def _serve(self, path: Path) -> Path:
        path = path.resolve()
        if path not in self.read:
            self.read.append(path)
        return path


class SourceResolver(etree.Resolver):
    """Gives a parser of lxml the files of a sources, and nothing else."""

    def __init__(self, sources: SchemaSources) -> None:
        super().__init__()
        self._sources = sources

    def resolve(self, system_url: str | None, public_id: str | None, context: Any) -> Any:  # noqa: ANN401 - lxml's
        """The content of a file that the sources allows; nothing at all in place of any other."""
        system_url = system_url or ""
        if system_url in _BUILT_IN:
            return self.resolve_string(_BUILT_IN[system_url], context, base_url=system_url)
        path = self._sources.find(system_url, public_id or "")
        if path is None:
            return self.resolve_empty(context)
        return self.resolve_string(path.read_bytes(), context, base_url=str(path))


def read(data: bytes, base: str, sources: SchemaSources) -> Element:
    """The tree of a schema file; raises SchemaError where it is not well-formed."""
    reader: etree.XMLParser[Any] = parser(load_dtd=True, entities=True, resolver=SourceResolver(sources))
    try:
        root: Element = etree.fromstring(data, reader, base_url=base)
    except etree.XMLSyntaxError as error:
        # the exception carries the log of the whole process, the parser its own
        entry = next((entry for entry in reader.error_log if entry.level_name in ("ERROR", "FATAL")), None)
        raise broken(sources, entry, str(error)) from None
    return root


def broken(sources: SchemaSources, entry: Any, otherwise: str) -> SchemaError:  # noqa: ANN401 - lxml's log entry, or None
    """The sentence for a schema that cannot be used: its file, line and problem, and what it could not read."""
    problem = " ".join((entry.message if entry is not None else otherwise).split()).rstrip(".")
    place = str(sources.schema)
    if entry is not None:
        named = entry.filename if entry.filename and not entry.filename.startswith("<") else place
        place = f"{named}, line {entry.line}" if entry.line > 0 else named
    text = f"The schema is the broken side, not the document: {place}: {problem}."
    if sources.refused:
        missing = ", ".join(dict.fromkeys(sources.refused))
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
