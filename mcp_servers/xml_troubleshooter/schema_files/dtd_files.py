"""A DTD compiled from its files."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from lxml import etree

from ..document.parsing import parser
from .resolver import SchemaSources, SourceResolver, broken


def compile_dtd(sources: SchemaSources) -> etree.DTD:
    """The declarations of a DTD file and of the files that it consists of. Raises SchemaError."""
    # through a document, because only then a resolver is asked for the files that the DTD is made of
    reader: etree.XMLParser[Any] = parser(load_dtd=True, entities=True, resolver=SourceResolver(sources))
    stub = f'<!DOCTYPE stub SYSTEM "{sources.schema.as_uri()}"><stub/>'
    with suppress(etree.XMLSyntaxError):
        etree.fromstring(stub.encode(), reader)
    problem = next((entry for entry in reader.error_log if entry.level_name in ("ERROR", "FATAL")), None)
    if problem is not None or sources.refused:
        raise broken(sources, problem, "a part of it cannot be read")
    dtd: etree.DTD | None = etree.fromstring(stub.encode(), reader).getroottree().docinfo.externalDTD
    if dtd is None or not any(True for _ in dtd.iterelements()):
        raise broken(sources, None, "it declares no element")
    return dtd
