"""Content models of any schema language as one kind of pattern, and what may follow after each child.

A pattern is a regular expression over element declarations, with interleaving. `Pattern.after(name)` is its Brzozowski
derivative: the pattern that the children behind an element of that name must match ("A formal approach to schema
languages", J. Clark's algorithm for RELAX NG validation, applied to element content alone). Patterns are interned by
their `Patterns` table, so that equal patterns are one object and derivatives are computed once.

Names are in Clark notation, `{namespace}local`, as in lxml.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # simple types need patterns for their regular expressions
    from .datatypes import SimpleType


def local_name(name: str) -> str:
    """The local part of a Clark name."""
    return name.rpartition("}")[2]


def bare_name(name: str) -> str:
    """The local part of a name, without the prefix that a DTD's literal names may have."""
    return local_name(name).rpartition(":")[2]


def namespace(name: str) -> str:
    """The namespace of a Clark name, "" for none."""
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def folded(name: str) -> str:
    """A Clark name with a local part of one case."""
    return f"{{{namespace(name)}}}{local_name(name).casefold()}"


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A set of names: of the given namespaces (None: of any), without the excluded namespaces and names.

    `process` says what becomes of the content: "strict", "lax" or "skip".
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
    """What an element may hold: child elements by `content`, attributes, and text.

    Text is a `value` of a simple type, or free text between the children where `mixed`, or (neither) white space alone.
    `alternatives` are the types of which an element must be one, where what it may hold depends on its attributes.
    """

    content: Pattern
    name: str = ""
    attributes: dict[str, AttributeDecl] = field(default_factory=dict)
    any_attribute: Wildcard | None = None
    value: SimpleType | None = None
    mixed: bool = False
    abstract: bool = False
    alternatives: tuple[TypeDef, ...] = ()


class ElementDecl:
    """An element that a schema declares; `type` is built when first asked for, so that grammars may be recursive.

    `name` is "" and `wildcard` set where any element of a set of names is meant; its type is then unknown (None).
    """

    __slots__ = ("_build", "_type", "abstract", "default", "fixed", "name", "nillable", "wildcard")

    def __init__(
        self,
        name: str,
        build: Callable[[], TypeDef] | None = None,
        *,
        wildcard: Wildcard | None = None,
        nillable: bool = False,
        abstract: bool = False,
        default: str | None = None,
        fixed: str | None = None,
    ) -> None:
        self.name = name
        self.wildcard = wildcard
        self.nillable = nillable
        self.abstract = abstract
        self.default = default
        self.fixed = fixed
        self._build = build
        self._type: TypeDef | None = None

    @property
    def type(self) -> TypeDef | None:
        """The type, or None where the schema leaves the content open."""
        if self._type is None and self._build is not None:
            self._type = self._build()
        return self._type

    def matches(self, name: str) -> bool:
        """Whether an element of this name is declared here."""
        return self.wildcard.matches(name) if self.wildcard else name == self.name

    def __repr__(self) -> str:
        return f"ElementDecl({self.name or self.wildcard})"


class Pattern:
    """A set of sequences of child elements. Made by `Patterns` only; equal patterns of one table are identical."""

    __slots__ = (
        "_after",
        "_declarations",
        "_declared",
        "_first",
        "_next",
        "decl",
        "kind",
        "maximum",
        "minimum",
        "nullable",
        "parts",
        "table",
    )

    def __init__(
        self,
        table: Patterns,
        kind: str,
        parts: tuple[Pattern, ...] = (),
        *,
        nullable: bool,
        decl: ElementDecl | None = None,
        minimum: int = 1,
        maximum: int | None = 1,
    ) -> None:
        self.table = table
        self.kind = kind
        self.parts = parts
        self.nullable = nullable
        self.decl = decl
        self.minimum = minimum
        self.maximum = maximum
        self._after: dict[str, Pattern] = {}
        self._first: tuple[ElementDecl, ...] | None = None
        self._next: dict[str, ElementDecl] | None = None
        self._declarations: tuple[ElementDecl, ...] | None = None
        self._declared: tuple[Mapping[str, ElementDecl], tuple[Wildcard, ...]] | None = None

    def after(self, name: str) -> Pattern:
        """What must follow behind a child of this name; `table.nothing` where no such child is allowed here."""
        known = self._after.get(name)
        if known is None:
            known = self._after[name] = self._derive(name)
        return known

    @property
    def first(self) -> tuple[ElementDecl, ...]:
        """The declarations of which an element may come next, in the order of the schema."""
        if self._first is None:
            self._first = tuple(dict.fromkeys(self._firsts()))
        return self._first

    def declaration(self, name: str) -> ElementDecl | None:
        """The declaration that the next child of this name falls under; a named one before a wildcard."""
        if self._next is None:
            self._next = {decl.name: decl for decl in reversed(self.first) if decl.wildcard is None}
        found = self._next.get(name)
        if found is None and len(self._next) < len(self.first):
            found = next((decl for decl in self.first if decl.wildcard and decl.wildcard.matches(name)), None)
        return found

    def declarations(self) -> Iterator[ElementDecl]:
        """Every declaration in the pattern, once, in the order of the schema."""
        if self._declarations is None:
            seen: set[int] = set()
            stack = [self]
            found: list[ElementDecl] = []
            while stack:
                pattern = stack.pop()
                if id(pattern) in seen:
                    continue
                seen.add(id(pattern))
                if pattern.decl is not None:
                    found.append(pattern.decl)
                stack += reversed(pattern.parts)
            self._declarations = tuple(found)
        return iter(self._declarations)

    @property
    def declared(self) -> tuple[Mapping[str, ElementDecl], tuple[Wildcard, ...]]:
        """What the pattern names anywhere: the first declaration of each name, and the wildcards."""
        if self._declared is None:
            decls = list(self.declarations())
            named = {decl.name: decl for decl in reversed(decls) if decl.wildcard is None}
            self._declared = named, tuple(decl.wildcard for decl in decls if decl.wildcard is not None)
        return self._declared

    def _derive(self, name: str) -> Pattern:
        table = self.table
        match self.kind:
            case "element":
                return table.empty if self.decl is not None and self.decl.matches(name) else table.nothing
            case "choice":
                return table.choice(part.after(name) for part in self.parts)
            case "repeat":
                (part,) = self.parts
                rest = None if self.maximum is None else self.maximum - 1
                return table.sequence((part.after(name), table.repeat(part, max(self.minimum - 1, 0), rest)))
            case "sequence":
                found = []
                for index, part in enumerate(self.parts):
                    derived = part.after(name)
                    if derived is not table.nothing:
                        found.append(table.sequence((derived, *self.parts[index + 1 :])))
                    if not part.nullable:
                        break
                return table.choice(found)
            case "interleave":
                return table.choice(
                    table.interleave((*self.parts[:index], derived, *self.parts[index + 1 :]))
                    for index, part in enumerate(self.parts)
                    if (derived := part.after(name)) is not table.nothing
                )
        return table.nothing

    def _firsts(self) -> Iterator[ElementDecl]:
        if self.decl is not None:
            yield self.decl
        for part in self.parts:
            yield from part.first
            if self.kind == "sequence" and not part.nullable:
                return


class Patterns:
    """Makes the patterns of one grammar, each once."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], Pattern] = {}
        self.empty = Pattern(self, "empty", nullable=True)
        self.nothing = Pattern(self, "nothing", nullable=False)

    def element(self, decl: ElementDecl) -> Pattern:
        """Exactly one element of a declaration."""
        key = ("element", id(decl))
        return self._made.get(key) or self._keep(key, Pattern(self, "element", nullable=False, decl=decl))

    def sequence(self, parts: Iterable[Pattern]) -> Pattern:
        """The parts one behind another."""
        return self._all("sequence", parts)

    def choice(self, parts: Iterable[Pattern]) -> Pattern:
        """One of the parts."""
        flat: dict[Pattern, None] = {}
        for part in parts:
            if part.kind == "choice":
                flat.update(dict.fromkeys(part.parts))
            elif part is not self.nothing:
                flat[part] = None
        if not flat:
            return self.nothing
        return self._combine("choice", list(flat), any(part.nullable for part in flat))

    def interleave(self, parts: Iterable[Pattern]) -> Pattern:
        """All parts, mingled in any way (xs:all, RELAX NG interleave)."""
        return self._all("interleave", parts)

    def repeat(self, part: Pattern, minimum: int, maximum: int | None) -> Pattern:
        """The part at least `minimum` and at most `maximum` times (None: any number)."""
        if maximum == 0 or part is self.empty:
            return self.empty
        if part is self.nothing:
            return self.empty if minimum == 0 else self.nothing
        if (minimum, maximum) == (1, 1):
            return part
        key = ("repeat", id(part), minimum, maximum)
        return self._made.get(key) or self._keep(
            key,
            Pattern(self, "repeat", (part,), nullable=minimum == 0 or part.nullable, minimum=minimum, maximum=maximum),
        )

    def _all(self, kind: str, parts: Iterable[Pattern]) -> Pattern:
        """A pattern that wants every part; parts of its own kind are taken apart."""
        flat: list[Pattern] = []
        for part in parts:
            if part is self.nothing:
                return self.nothing
            if part.kind == kind:
                flat += part.parts
            elif part is not self.empty:
                flat.append(part)
        return self._combine(kind, flat, all(part.nullable for part in flat))

    def _combine(self, kind: str, parts: list[Pattern], nullable: bool) -> Pattern:  # noqa: FBT001 - internal
        if not parts:
            return self.empty
        if len(parts) == 1:
            return parts[0]
        key = (kind, *map(id, parts))
        return self._made.get(key) or self._keep(key, Pattern(self, kind, tuple(parts), nullable=nullable))

    def _keep(self, key: tuple[object, ...], pattern: Pattern) -> Pattern:
        self._made[key] = pattern
        return pattern


@dataclass(eq=False)
class Grammar:
    """A schema as data: which elements may be a root, what each may hold, which names there are.

    `roots` are the declarations that may be the document element; `elements` all global ones by name (what a lax or
    strict wildcard finds); `types` the named types (what xsi:type finds), built when asked for; `derives` tells whether
    the named type may stand in for another (None: it always may); `global_attributes` are those that a wildcard finds;
    `files` all that was read. The names of a DTD are written names, with their prefix.
    """

    kind: str
    patterns: Patterns
    roots: tuple[ElementDecl, ...]
    elements: dict[str, ElementDecl] = field(default_factory=dict)
    types: Mapping[str, TypeDef] = field(default_factory=dict)
    derives: Callable[[str, TypeDef], bool] | None = None
    global_attributes: dict[str, AttributeDecl] = field(default_factory=dict)
    files: tuple[Path, ...] = ()

    @cached_property
    def declarations(self) -> dict[str, list[ElementDecl]]:
        """Every element declaration by name, wherever it stands; walks the whole grammar once."""
        found: dict[str, list[ElementDecl]] = {}
        seen: set[int] = set()
        stack = [*reversed(self.roots), *self.elements.values()]
        for definition in self.types.values():
            stack += definition.content.declarations()
        while stack:
            decl = stack.pop()
            if id(decl) in seen:
                continue
            seen.add(id(decl))
            if decl.name:
                found.setdefault(decl.name, []).append(decl)
            if decl.type is not None:
                stack += decl.type.content.declarations()
        return found

    @cached_property
    def by_local_name(self) -> dict[str, list[str]]:
        """The full names of all declared elements by local name."""
        found: dict[str, list[str]] = {}
        for name in self.declarations:
            found.setdefault(local_name(name), []).append(name)
        return found

    @cached_property
    def by_folded_name(self) -> dict[str, list[str]]:
        """The full names of all declared elements by what they are without regard to case."""
        found: dict[str, list[str]] = {}
        for name in self.declarations:
            found.setdefault(folded(name), []).append(name)
        return found

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """The namespaces of all declared elements ("" among them where some have none)."""
        return frozenset(namespace(name) for name in self.declarations)
