"""Schemas: read only from allowed places, compiled once a process, and blamed when they are the broken side.

One thread of a process compiles and parses: libxml2 has one loader of external files for all threads, which lxml puts
in before each parse and takes out behind it, so that a schema compiled beside a parse would read past its resolver.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from lxml import etree

from ..diagnostics import SCHEMA_KINDS, LayerKind
from ..disk.bounds import read_file
from ..disk.file_cache import FileCache
from ..document.doctype import Doctype
from ..errors import SchemaError, too_deep
from ..grammar.declared_elements import DeclaredElements
from ..grammar.id_names import IdNames, id_names
from ..schema_files import rng_files
from ..schema_files.dtd_files import compile_doctype, compile_dtd
from ..schema_files.resolver import RefusedImport, SchemaSources, broken, read
from .libxml2 import DtdValidator, RelaxNgValidator, XsdValidator
from .validator import Validator

_XS = "{http://www.w3.org/2001/XMLSchema}"
# what XSD 1.1 alone has; an annotation may hold elements of any kind, rules in Schematron among them
_XSD11 = etree.XPath(
    "//@vc:minVersion[starts-with(normalize-space(), '1.1')] or //*[self::xs:assert or self::xs:assertion or"
    " self::xs:override or self::xs:alternative or self::xs:openContent or self::xs:defaultOpenContent]"
    "[not(ancestor::xs:annotation)]",
    namespaces={
        "xs": "http://www.w3.org/2001/XMLSchema",
        "vc": "http://www.w3.org/2007/XMLSchema-versioning",
    },
)
_ANNOTATED = re.compile(rb"purl\.oclc\.org/dsdl/schematron|www\.ascc\.net/xml/schematron")


class Kind(StrEnum):
    """The schema languages."""

    XSD = "xsd"
    XSD11 = "xsd11"
    RELAXNG = "rng"
    DTD = "dtd"
    SCHEMATRON = "sch"


_NOWHERE = Path(os.devnull) / "document.xml"  # no file lies beside it
_EXPORTED = (".sef", ".json")  # what Saxon makes of stylesheets


@dataclass(frozen=True, slots=True)
class Schema:
    """A compiled schema. `files` are all that it was made of, `validator` judges by it, `id_names` are the names of
    attributes and elements that hold IDs (a DTD checks these by itself), `roots` the folders that it could take files
    from besides its own, `entities` the content of those that a DTD declares, None for those kept in other files,
    `refused` the imports that it does without, because their files are not there or may not be read. One that is
    `annotated` speaks of rules in Schematron, which its own engine passes over; `declared` tells which elements it has.
    `settle` waits for what another process still compiles of it, and raises SchemaError where that cannot be done.
    """

    path: Path
    kind: Kind
    files: tuple[Path, ...]
    validator: Validator
    id_names: IdNames = field(default_factory=IdNames)
    roots: tuple[Path, ...] = ()
    entities: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    refused: tuple[RefusedImport, ...] = ()
    annotated: bool = False
    declared: DeclaredElements = field(default_factory=lambda: DeclaredElements(()))
    settle: Callable[[], None] = field(default=lambda: None, compare=False)


_cache: FileCache[Schema] = FileCache()


def load(path: str | Path, roots: Iterable[Path] = ()) -> Schema:
    """The schema in a file, compiled; remembered until one of its files changes.

    It may consist of files in its own folder and below, and in the folders `roots`. Raises SchemaError with a sentence
    that names the file, the line and the problem.
    """
    return _settled(prepare(path, roots), (os.path.abspath(path), tuple(roots)))  # noqa: PTH100 - see prepare


def prepare(path: str | Path, roots: Iterable[Path] = ()) -> Schema:
    """The same without the wait for another process that compiles rules, so that there may be other work meanwhile."""
    name, allowed = os.path.abspath(path), tuple(roots)  # noqa: PTH100 - the way of pathlib takes ten times as long
    return _cache.get((name, allowed), lambda: replace(_compile(Path(name), allowed), roots=allowed))


def _settled(schema: Schema, key: Hashable) -> Schema:
    """The schema when it is compiled; one that could not be is not remembered. Raises SchemaError."""
    try:
        schema.settle()
    except SchemaError:
        _cache.drop(key)
        raise
    return schema


def rules_of(schema: Schema) -> Schema | None:
    """The rules in Schematron that the files of a grammar hold, ready to judge; None where they hold none.

    Raises SchemaError where these cannot be used.
    """
    if not schema.annotated:
        return None
    key = (schema.path, schema.roots, Kind.SCHEMATRON)
    made = _settled(_cache.get(key, lambda: _annotations(schema)), key)
    return made if made.kind is Kind.SCHEMATRON else None


def _annotations(schema: Schema) -> Schema:
    """The Schematron rules in a grammar; the grammar itself where it proves to have none."""
    from .schematron.rules import rules_in_grammar  # noqa: PLC0415 - few grammars have rules

    try:
        found = rules_in_grammar(schema.files, SchemaSources(schema.path, schema.roots))
    except RecursionError:
        raise SchemaError(too_deep(str(schema.path))) from None
    if found is None:
        return schema
    return replace(
        schema, kind=Kind.SCHEMATRON, validator=found, id_names=IdNames(), settle=found.engine.settle
    )  # fmt: skip


def _compile(path: Path, roots: tuple[Path, ...]) -> Schema:
    kind = SCHEMA_KINDS.get(path.suffix.lower())
    if kind is None and path.suffix.lower() in _EXPORTED:
        raise SchemaError(
            f"{path.name} looks like a stylesheet that Saxon has compiled (SEF), which runs in the product alone that "
            "it was compiled for; name the .xsl, .xslt or .sch that it was made from."
        )
    if kind is None:
        raise SchemaError(f"{path.name} is no schema that is known here; name a {', '.join(SCHEMA_KINDS)} file.")
    if path.is_dir():
        raise SchemaError(f"{path} is a folder; name the schema file in it.")
    sources = SchemaSources(path, roots)
    try:
        data = read_file(sources.schema)
    except OSError as error:
        raise SchemaError(f"The schema {path} cannot be read ({error.strerror}); check the path.") from None
    try:
        made = _compiled(kind, data, sources)
    except (etree.XMLSchemaParseError, etree.RelaxNGParseError, etree.XSLTParseError) as error:
        raise broken(sources, error.error_log, str(error)) from None
    except RecursionError:
        raise SchemaError(too_deep(str(path))) from None
    if sources.refused:  # an engine that does without what it was refused judges by another schema
        raise broken(sources, (), "a part of it cannot be read")
    return made


def _compiled(kind: LayerKind, data: bytes, sources: SchemaSources) -> Schema:
    match kind:
        case LayerKind.DTD:
            return _dtd(sources)
        case LayerKind.RNG:
            return _schema(Kind.RELAXNG, sources, RelaxNgValidator(etree.RelaxNG(rng_files.grammar(data, sources))))
        case LayerKind.RULES:
            from .schematron.rules import rules  # noqa: PLC0415 - most documents have no rule set

            made = rules(data, sources)
            return replace(_schema(Kind.SCHEMATRON, sources, made), settle=made.engine.settle)
        case _:
            return _xsd(data, sources)


def _dtd(sources: SchemaSources) -> Schema:
    compiled, files = compile_dtd(sources), _files(sources)
    entities = _entities(compiled)
    validator = DtdValidator(compiled, sources.schema, files, entities)
    return Schema(sources.schema, Kind.DTD, files, validator, entities=entities)


def own_dtd(doctype: Doctype, document: str, roots: Iterable[Path]) -> Schema | None:
    """The DTD of a document's own DOCTYPE, with the files that it includes from the folder of the file `document` (""
    for none) and from `roots`; None where it declares nothing. Its path has no name. Raises SchemaError.
    """
    allowed = tuple(roots)
    sources = SchemaSources(Path(document) if document else _NOWHERE, allowed)
    compiled = compile_doctype(doctype, sources)
    if compiled is None:
        return None
    return Schema(
        Path(), Kind.DTD, tuple(sources.read), DtdValidator(compiled), roots=allowed, entities=_entities(compiled)
    )


def _entities(dtd: etree.DTD) -> Mapping[str, str | None]:
    return {item.name: None if item.system_url else item.content or "" for item in dtd.iterentities() if item.name}


def _xsd(data: bytes, sources: SchemaSources) -> Schema:
    root = read(data, str(sources.schema), sources)
    if root.tag != f"{_XS}schema":
        raise SchemaError(f"{sources.schema} is no XML Schema: its root is {root.tag!r}, not xs:schema.")
    sources.drop_refused_imports(root, sources.schema)
    if not _XSD11(root):
        try:
            compiled = etree.XMLSchema(etree.ElementTree(root))
            return _schema(Kind.XSD, sources, XsdValidator(compiled, _without(sources)))
        except etree.XMLSchemaParseError:
            parts = (path for path in tuple(sources.read) if path.suffix.lower() == ".xsd")
            if not any(_XSD11(read(sources.content(path), str(path), sources)) for path in parts):
                raise
    from .xsd11 import Xsd11, compiled_xsd11  # noqa: PLC0415 - most schemas are of XSD 1.0

    return _schema(Kind.XSD11, sources, Xsd11(compiled_xsd11(sources), _without(sources)))


def _without(sources: SchemaSources) -> frozenset[str]:
    """The namespaces that a compiled schema imports, but has no declarations of."""
    return DeclaredElements(_files(sources)).unlocated.union(item.namespace for item in sources.refused_imports)


def _schema(kind: Kind, sources: SchemaSources, validator: Validator) -> Schema:
    files = _files(sources)
    annotated = kind is not Kind.SCHEMATRON and any(_ANNOTATED.search(read_file(path)) for path in files)
    refused = tuple(sources.refused_imports)
    return Schema(
        sources.schema, kind, files, validator, id_names(files), refused=refused, annotated=annotated,
        declared=DeclaredElements(files),
    )  # fmt: skip


def _files(sources: SchemaSources) -> tuple[Path, ...]:
    return tuple(dict.fromkeys([sources.schema, *sources.read]))
