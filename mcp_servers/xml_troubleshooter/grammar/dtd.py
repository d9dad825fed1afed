"""A DTD as a grammar.

A DTD knows nothing of namespaces: all names are as written in a document, with their prefix. lxml gives the prefix of a
declared element, but not those of the names in content models: there a local name stands for every declared element
that has it (almost always one).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from ..document.names import prefixed
from ..schema_files.dtd_files import compile_dtd
from ..schema_files.resolver import SchemaSources
from .datatypes import BUILTINS, SimpleType, list_of
from .model import AttributeDecl, ElementDecl, Grammar, TypeDef, Wildcard
from .patterns import Pattern, Patterns

if TYPE_CHECKING:  # names of the stubs alone
    from lxml.etree._dtd import _DTDAttributeDecl, _DTDElementContentDecl, _DTDElementDecl

# a Name of XML 1.0 may hold colons, other than the NCName of the XML Schema types with the same names
_NAME = SimpleType(builtin="Name", white_space="collapse")
_REFERENCE = replace(_NAME, identity="idref")
_TYPES = {
    "cdata": SimpleType(),
    "id": replace(_NAME, identity="id"),
    "idref": _REFERENCE,
    "idrefs": list_of((_REFERENCE,), at_least=1),
    "entity": _NAME,
    "entities": list_of((_NAME,), at_least=1),
    "nmtoken": BUILTINS["NMTOKEN"],
    "nmtokens": list_of((BUILTINS["NMTOKEN"],), at_least=1),
}
_OCCURS = {"once": (1, 1), "opt": (0, 1), "mult": (0, None), "plus": (1, None)}


def read(sources: SchemaSources) -> Grammar:
    """The grammar of a DTD file and the files that it consists of. Raises SchemaError."""
    declarations = compile_dtd(sources)
    return of(declarations, files=(sources.schema, *sources.read))


def of(*subsets: etree.DTD, files: tuple[Path, ...] = ()) -> Grammar:
    """The grammar of the declarations of a document: its internal subset, its external one, or both in this order.

    Attributes that one subset adds to an element that the other one declares are not seen: lxml does not give them.
    """
    elements = _Reader(subsets).elements
    return Grammar(kind="dtd", roots=tuple(elements.values()), elements=elements, files=files)


class _Reader:
    def __init__(self, subsets: tuple[etree.DTD, ...]) -> None:
        self._patterns = Patterns()
        self._declared: dict[str, _DTDElementDecl] = {}
        for subset in subsets:
            for declared in subset.iterelements():
                self._declared.setdefault(prefixed(declared.prefix, declared.name or ""), declared)
        self.elements = {
            name: ElementDecl(name, lambda name=name: self._type(name))  # type: ignore[misc]  # no type for a bound name
            for name in self._declared
        }
        self._by_local: dict[str, list[ElementDecl]] = {}
        for name, decl in self.elements.items():
            self._by_local.setdefault(name.rpartition(":")[2], []).append(decl)
        self._anything = self._patterns.element(ElementDecl("", wildcard=Wildcard(process="strict")))

    def _type(self, name: str) -> TypeDef:
        declared = self._declared[name]
        made = TypeDef(self._patterns.empty, mixed=declared.type in ("mixed", "any"))
        if declared.type == "any":
            made.content = self._patterns.repeat(self._anything, 0, None)
        elif declared.content is not None:
            made.content = self._content(declared.content)
        for attribute in declared.iterattributes():
            written = prefixed(attribute.prefix, attribute.name or "")
            made.attributes.setdefault(written, _attribute(written, attribute))
        return made

    def _content(self, node: _DTDElementContentDecl) -> Pattern:
        table = self._patterns
        match node.type:
            case "element":
                local = node.name or ""
                # an undeclared element can only be left out
                decls = self._by_local.setdefault(local, [ElementDecl(local)])
                found = table.choice(map(table.element, decls))
            case "seq":
                found = table.sequence([self._content(part) for part in _parts(node, "seq")])
            case "or":
                parts = [part for part in _parts(node, "or") if part.type != "pcdata"]
                found = table.choice([self._content(part) for part in parts]) if parts else table.empty
            case _:
                found = table.empty
        return table.repeat(found, *_OCCURS[node.occur or "once"])


def _parts(node: _DTDElementContentDecl, kind: str) -> Iterator[_DTDElementContentDecl]:
    """The members of a sequence or choice, which libxml2 keeps as a tree that leans to the right."""
    inner: _DTDElementContentDecl | None = node
    while inner is not None and inner.type == kind and (inner is node or inner.occur == "once"):
        if inner.left is not None:
            yield inner.left
        inner = inner.right
    if inner is not None:
        yield inner


def _attribute(name: str, declared: _DTDAttributeDecl) -> AttributeDecl:
    kind = _TYPES.get(declared.type or "cdata", _TYPES["cdata"])
    if declared.type in ("enumeration", "notation"):
        builtin = "NMTOKEN" if declared.type == "enumeration" else "Name"
        kind = SimpleType(builtin=builtin, white_space="collapse", enumeration=tuple(declared.values()))
    fixed = declared.default_value if declared.default == "fixed" else None
    default = declared.default_value if declared.default == "none" else None
    return AttributeDecl(name, kind, declared.default == "required", default, fixed)
