"""Rules that a grammar holds in its annotations: in XML Schema in xs:appinfo, in RELAX NG anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lxml import etree

from ....document.parsing import Element
from ....schema_files.resolver import SchemaSources, read
from .rule_files import SCH, XSL, Piece, RuleFiles, modern, unusable

_SAYING = (f"{SCH}rule", f"{SCH}assert", f"{SCH}report")
_OF_SCHEMA = ("queryBinding", "defaultPhase")


def rules_inside(paths: Sequence[Path], sources: SchemaSources, files: RuleFiles) -> Piece | None:
    """The rules in the files of a grammar, as one schema of Schematron; None where they hold none.

    A rule outside of any pattern becomes a pattern of its own. Raises SchemaError.
    """
    schemas = [(path, _schema(path, sources)) for path in paths]
    filled = [(path, schema) for path, schema in schemas if len(schema)]
    if not any(True for _, schema in filled for _ in schema.iter(*_SAYING)):
        return None
    whole = etree.Element(f"{SCH}schema")
    for path, schema in filled:
        for name in _OF_SCHEMA:
            if (value := schema.get(name)) and not whole.get(name):
                whole.set(name, value)
        files.know(path, schema)
        etree.SubElement(whole, f"{SCH}include", href=path.as_uri())
    return Piece(whole, sources.schema)


def _schema(path: Path, sources: SchemaSources) -> Element:
    """The rules in one file, as a schema; its elements keep the line numbers that they have in the file."""
    data = sources.content(path)
    if path.suffix.lower() == ".rnc":
        raise unusable(
            sources, f"{path.name} holds Schematron in the compact syntax, which is not read: give it as .rng"
        )
    root = modern(read(data, str(path), sources))
    schema = etree.Element(f"{SCH}schema")
    for name in _OF_SCHEMA:
        for holder in (root, *root.iter(f"{SCH}schema")):
            value = holder.get(name) or holder.get(f"{SCH}{name}")
            if value:
                schema.set(name, value)
    for element in list(_outermost(root)):
        if element.tag == f"{SCH}schema":
            schema.extend(list(element))
        elif element.tag == f"{SCH}rule":
            etree.SubElement(schema, f"{SCH}pattern").append(element)
        else:
            schema.append(element)
    return schema


def _outermost(root: Element) -> Iterator[Element]:
    """The elements of Schematron and XSLT that are not nested in another of these."""
    for element in root.iter(f"{SCH}*", f"{XSL}*"):
        above = element.getparent()
        if above is not None and not any(str(each.tag).startswith((SCH, XSL)) for each in element.iterancestors()):
            yield element
