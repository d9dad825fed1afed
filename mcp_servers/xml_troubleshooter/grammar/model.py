"""A schema of any language as one model: its elements, attributes and types.

Names are in Clark notation, `{namespace}local`, as in lxml.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ..document.names import folded, local_name, namespace

if TYPE_CHECKING:  # both need this module
    from .datatypes import SimpleType
    from .patterns import Pattern


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A set of names: of the given namespaces (None: of any), without the excluded namespaces and names.

    `process` says how the content is validated: "strict", "lax" or "skip".
    """

    namespaces: frozenset[str] | None = None
    excluded: frozenset[str] = frozenset()
    excluded_names: frozenset[str] = frozenset()
    process: str = "lax"

    def matches(self, name: str) -> bool:
        """Whether the wildcard admits an element or attribute of this name."""
        space = namespace(name)
        return (
            (self.namespaces is None or space in self.namespaces)
            and space not in self.excluded
            and name not in self.excluded_names
        )


@dataclass(slots=True, eq=False)
class AttributeDecl:
    """An attribute that a type allows."""

    name: str
    type: SimpleType
    required: bool = False
    default: str | None = None
    fixed: str | None = None


@dataclass(slots=True, eq=False)
class TypeDef:
    """The type of an element: its child elements by a content model (`content`), its attributes, and its text.

    Text is a `value` of a simple type, or free text between the children where `mixed`, or (neither) white space alone.
    `alternatives` are the types of which an element must have one, where its content depends on its attributes.
    """

    content: Pattern
    attributes: dict[str, AttributeDecl] = field(default_factory=dict)
    any_attribute: Wildcard | None = None
    value: SimpleType | None = None
    mixed: bool = False
    abstract: bool = False
    alternatives: tuple[TypeDef, ...] = ()


@dataclass(eq=False)
class ElementDecl:
    """An element that a schema declares; its type is built when first needed, so that grammars may be recursive.

    `name` is "" and `wildcard` set in a declaration for any element of a set of names.
    """

    name: str
    build: Callable[[], TypeDef] | None = field(default=None, repr=False)
    wildcard: Wildcard | None = field(default=None, kw_only=True)
    nillable: bool = False
    abstract: bool = False
    default: str | None = None
    fixed: str | None = None

    @cached_property
    def type(self) -> TypeDef | None:
        """The type, or None where the schema leaves the content open."""
        return self.build() if self.build is not None else None

    def matches(self, name: str) -> bool:
        """Whether an element of this name is declared here."""
        return self.wildcard.matches(name) if self.wildcard else name == self.name


@dataclass(eq=False)
class Grammar:
    """A schema as data: its root elements, the content of each element, and its names.

    `roots` are the declarations that may be the document element; `elements` all global ones by name (for lax and
    strict wildcards); `types` the named types (for xsi:type), built when first needed; `derives` tells whether the
    named type may replace another (None: it always may); `global_attributes` are those for wildcards; `files` all
    files read. The names of a DTD are written names, with their prefix.
    """

    kind: str
    roots: tuple[ElementDecl, ...]
    elements: dict[str, ElementDecl] = field(default_factory=dict)
    types: Mapping[str, TypeDef] = field(default_factory=dict)
    derives: Callable[[str, TypeDef], bool] | None = None
    global_attributes: dict[str, AttributeDecl] = field(default_factory=dict)
    files: tuple[Path, ...] = ()

    @cached_property
    def declarations(self) -> dict[str, list[ElementDecl]]:
        """Every element declaration by name, global or local; walks the whole grammar once."""
        found: dict[str, list[ElementDecl]] = {}
        seen: set[int] = set()
        stack = [*reversed(self.roots), *self.elements.values()]
        for definition in self.types.values():
            stack += definition.content.declarations
        while stack:
            decl = stack.pop()
            if id(decl) in seen:
                continue
            seen.add(id(decl))
            if decl.name:
                found.setdefault(decl.name, []).append(decl)
            if decl.type is not None:
                stack += decl.type.content.declarations
        return found

    @cached_property
    def attributes(self) -> list[AttributeDecl]:
        """Every attribute that a declared element may carry."""
        types = (decl.type for decls in self.declarations.values() for decl in decls)
        return [item for definition in types if definition is not None for item in definition.attributes.values()]

    @cached_property
    def by_local_name(self) -> dict[str, list[str]]:
        """The full names of all declared elements by local name."""
        return self._names_by(local_name)

    @cached_property
    def by_folded_name(self) -> dict[str, list[str]]:
        """The full names of all declared elements by their names without regard to case."""
        return self._names_by(folded)

    def _names_by(self, part: Callable[[str], str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.declarations:
            found.setdefault(part(name), []).append(name)
        return found

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """The namespaces of all declared elements ("" among them where some have none)."""
        return frozenset(namespace(name) for name in self.declarations)
