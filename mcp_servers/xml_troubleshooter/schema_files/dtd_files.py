"""DTDs compiled: one in a file with the files that it consists of, or the declarations in a document's DOCTYPE."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from lxml import etree

from ..document.parsing import Element, parser
from .resolver import SchemaSources, SourceResolver, broken

if TYPE_CHECKING:
    from ..document.doctype import Doctype


def compile_dtd(sources: SchemaSources) -> etree.DTD:
    """The declarations of a DTD file and of the files that it consists of. Raises SchemaError."""
    # through a document, because only then a resolver is asked for the files that the DTD is made of
    dtd = _parsed(f'<!DOCTYPE stub SYSTEM "{sources.schema.as_uri()}"><stub/>', sources).externalDTD
    if dtd is None or not any(True for declared in (dtd.iterelements(), dtd.iterentities()) for _ in declared):
        raise broken(sources, (), "it declares no element")
    return dtd


def compile_doctype(doctype: Doctype, sources: SchemaSources) -> etree.DTD | None:
    """The declarations in a DOCTYPE, and of the files that they take in; None where it has none. Raises SchemaError."""
    return _parsed(f"<!DOCTYPE {doctype.name} [{doctype.internal}]><{doctype.name}/>", sources).internalDTD


def _parsed(stub: str, sources: SchemaSources) -> etree.DocInfo:
    reader: etree.XMLParser[Any] = parser(load_dtd=True, entities=True, resolver=SourceResolver(sources))
    root: Element | None = None
    with suppress(etree.XMLSyntaxError):
        root = etree.fromstring(stub.encode(), reader, base_url=str(sources.schema))
    errors = reader.error_log.filter_from_errors()
    if root is None or errors or sources.refused:
        raise broken(sources, errors, "a part of it cannot be read")
    info: etree.DocInfo = root.getroottree().docinfo
    return info
