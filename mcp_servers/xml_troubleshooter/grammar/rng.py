"""RELAX NG as a grammar, in the XML or the compact syntax.

A RELAX NG pattern mixes elements, attributes and text. Here the three are separate: the content model keeps the
elements, attributes are required where every alternative has them, and text is one simple value, free, or none.
If attributes decide about the rest, or about each other, a type has alternatives, up to a limit. Conditions beyond
these are lost: libxml2 is the judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache, reduce
from pathlib import Path

from lxml import etree

from ..errors import SchemaError
from ..schema_files.compact_syntax import RNG
from ..schema_files.resolver import SchemaSources
from ..schema_files.rng_files import grammar, inherited
from .datatypes import BUILTINS, SimpleType, list_of, restrict, union_of
from .model import AttributeDecl, ElementDecl, Grammar, TypeDef, Wildcard
from .patterns import Pattern, Patterns
from .rng_names import PREFIX, name_class, tag_of

_VARIANTS = 24  # alternative contents of one element that are kept apart


def read(sources: SchemaSources) -> Grammar:
    """The grammar of the .rng or .rnc schema of a sources and of the files it refers to there. Raises SchemaError."""
    root = grammar(sources.content(sources.schema), sources)
    if not tag_of(root):
        raise SchemaError(f"{sources.schema} is not RELAX NG: its root {root.tag!s} is not in the namespace {RNG}.")
    return _Reader().read(root, (sources.schema, *sources.read))


@dataclass(frozen=True, slots=True)
class _Part:
    """The content, attributes and text that a RELAX NG pattern requires of an element.

    `values` are the simple types that its text may have, None where text is free; empty where there is none.
    """

    content: Pattern
    attributes: dict[str, AttributeDecl]
    wildcard: Wildcard | None = None
    values: tuple[SimpleType, ...] | None = ()


@dataclass(eq=False, slots=True)
class _Define:
    """The patterns that share a name in one grammar, their way to `combine`, and the `part` that they form together."""

    bodies: list[etree._Element] = field(default_factory=list)
    combine: str = ""
    part: _Part | None = None
    expanding: bool = False


@dataclass(eq=False, slots=True)
class _Scope:
    """A grammar: its defines by name ("" is its start), within the grammar around it."""

    outer: _Scope | None
    defines: dict[str, _Define] = field(default_factory=dict)


class _Reader:
    def __init__(self) -> None:
        self._patterns = Patterns()
        self._nothing = _Part(self._patterns.nothing, {})
        self._empty = _Part(self._patterns.empty, {})
        self._decls: dict[tuple[etree._Element, _Scope], tuple[ElementDecl, ...]] = {}

    def read(self, root: etree._Element, files: tuple[Path, ...]) -> Grammar:
        start = self._part(root, _Scope(None))
        roots = tuple(dict.fromkeys(start.content.first))
        return Grammar(
            kind="rng",
            roots=roots,
            elements={decl.name: decl for decl in reversed(roots) if decl.name},
            files=tuple(dict.fromkeys(files)),
        )

    # --- grammars

    def _collect(self, node: etree._Element, scope: _Scope) -> None:
        """Put the defines of a grammar, or of a div in it, into its scope."""
        for child in node:
            match tag_of(child):
                case "start" | "define" as kind:
                    name = child.get("name", "").strip() if kind == "define" else ""
                    define = scope.defines.setdefault(name, _Define())
                    define.bodies.append(child)
                    define.combine = define.combine or child.get("combine", "").strip()
                case "div":
                    self._collect(child, scope)

    def _defined(self, name: str, scope: _Scope | None) -> _Part:
        define = scope.defines.get(name) if scope is not None else None
        if scope is None or define is None:
            return self._nothing
        if define.part is None:
            if define.expanding:
                raise SchemaError(
                    f"The schema defines {name!r} by itself without an element between; repair the schema."
                )
            define.expanding = True
            bodies = [self._group(body, scope) for body in define.bodies]
            define.expanding = False
            if len(bodies) == 1:
                define.part = bodies[0]
            else:
                define.part = self._interleave(bodies) if define.combine == "interleave" else self._choice(bodies)
        return define.part

    # --- patterns

    def _group(self, node: etree._Element, scope: _Scope) -> _Part:
        """The children of a node one behind another."""
        return self._sequence(self._parts(node, scope))

    def _parts(self, node: etree._Element, scope: _Scope) -> list[_Part]:
        return [self._part(child, scope) for child in _inner(node)]

    def _part(self, node: etree._Element, scope: _Scope) -> _Part:  # noqa: C901, PLR0912 - one case a kind
        table = self._patterns
        match tag_of(node):
            case "element":
                return replace(self._empty, content=table.choice(map(table.element, self._elements(node, scope))))
            case "attribute":
                return self._attribute(node, scope)
            case "group" | "define":
                return self._group(node, scope)
            case "choice":
                return self._choice(self._parts(node, scope))
            case "interleave":
                return self._interleave(self._parts(node, scope))
            case "mixed":
                return replace(self._group(node, scope), values=None)
            case "optional":
                return self._choice([self._group(node, scope), self._empty])
            case "zeroOrMore":
                return self._choice([self._repeated(node, scope), self._empty])
            case "oneOrMore":
                return self._repeated(node, scope)
            case "ref":
                return self._defined(node.get("name", "").strip(), scope)
            case "parentRef":
                return self._defined(node.get("name", "").strip(), scope.outer)
            case "grammar":
                inner = _Scope(scope)
                self._collect(node, inner)
                return self._defined("", inner)
            case "text":
                return replace(self._empty, values=None)
            case "data" | "value" | "list":
                return replace(self._empty, values=(self._simple(node, scope),))
            case "empty":
                return self._empty
        return self._nothing

    def _sequence(self, parts: list[_Part]) -> _Part:
        return self._all(parts, self._patterns.sequence(part.content for part in parts))

    def _interleave(self, parts: list[_Part]) -> _Part:
        return self._all(parts, self._patterns.interleave(part.content for part in parts))

    def _all(self, parts: list[_Part], content: Pattern) -> _Part:
        """The attributes and text that parts require together, with the content that they form."""
        attributes: dict[str, AttributeDecl] = {}
        wildcard: Wildcard | None = None
        values: tuple[SimpleType, ...] | None = ()
        for part in parts:
            attributes = attributes | part.attributes if attributes else part.attributes
            wildcard = wildcard or part.wildcard
            values = None if values is None or part.values is None else values + part.values
        return _Part(content, attributes, wildcard, values)

    def _choice(self, parts: list[_Part]) -> _Part:
        possible = [part for part in parts if part.content is not self._patterns.nothing]
        if len(possible) < 2:  # noqa: PLR2004 - no choice
            return possible[0] if possible else self._nothing
        whole = self._all(possible, self._patterns.choice(part.content for part in possible))
        attributes: dict[str, AttributeDecl] = {}
        for name in whole.attributes:
            decls = [part.attributes[name] for part in possible if name in part.attributes]
            everywhere = len(decls) == len(possible) and all(decl.required for decl in decls)
            attributes[name] = replace(reduce(_either, decls), required=everywhere)
        bare = any(part.values == () and part.content.nullable for part in possible)
        values = (*whole.values, _EMPTY) if whole.values and bare else whole.values
        return replace(whole, attributes=attributes, values=values)

    def _repeated(self, node: etree._Element, scope: _Scope) -> _Part:
        part = self._group(node, scope)
        return replace(part, content=self._patterns.repeat(part.content, 1, None))

    # --- elements and attributes

    def _elements(self, node: etree._Element, scope: _Scope) -> tuple[ElementDecl, ...]:
        known = self._decls.get((node, scope))
        if known is None:

            @cache  # all names of the element share one type
            def build() -> TypeDef:
                alternatives = [self._type(part) for part in self._alternatives(_inner(node), scope, self._sequence)]
                whole = self._type(self._group(node, scope))
                return replace(whole, alternatives=tuple(alternatives) if len(alternatives) > 1 else ())

            known = self._decls[node, scope] = tuple(
                ElementDecl(name, build) if isinstance(name, str) else ElementDecl("", build, wildcard=name)
                for name in name_class(node, attribute=False)
            )
        return known

    def _alternatives(
        self, nodes: Iterable[etree._Element], scope: _Scope, combine: Callable[[list[_Part]], _Part]
    ) -> list[_Part]:
        """The parts that patterns may form together, as far as attributes distinguish them."""
        made: list[list[_Part]] = [[]]
        for node in nodes:
            found = self._branches(node, scope)
            if len(made) * len(found) > _VARIANTS:
                found = [self._part(node, scope)]
            made = [[*parts, part] for parts in made for part in found]
        return [combine(parts) for parts in made]

    def _branches(self, node: etree._Element, scope: _Scope) -> list[_Part]:  # noqa: C901 - one case a kind
        """The alternatives of a pattern, where the choice is one of attributes; else the pattern as one part."""
        match tag_of(node):
            case "choice":
                found = [part for child in _inner(node) for part in self._branches(child, scope)]
                found = [part for part in found if part.content is not self._patterns.nothing]
                if 1 < len(found) <= _VARIANTS and any(part.attributes for part in found):
                    return found
            case "optional":
                found = self._alternatives(_inner(node), scope, self._sequence)
                if len(found) > 1 or len(found[0].attributes) > 1:
                    return [*found, self._empty]
            case "oneOrMore":
                found = self._alternatives(_inner(node), scope, self._sequence)
                if len(found) > 1:  # one of the attributes, and any of the others
                    whole = self._part(node, scope)
                    return [replace(whole, attributes=whole.attributes | part.attributes) for part in found]
            case "group" | "define":
                return self._alternatives(_inner(node), scope, self._sequence)
            case "interleave":
                return self._alternatives(_inner(node), scope, self._interleave)
            case "mixed":
                return [replace(part, values=None) for part in self._alternatives(_inner(node), scope, self._sequence)]
            case "ref":
                return self._expanded(node, scope)
        return [self._part(node, scope)]

    def _expanded(self, node: etree._Element, scope: _Scope) -> list[_Part]:
        """The alternatives of the pattern that a reference names."""
        name = node.get("name", "").strip()
        define = scope.defines.get(name)
        chosen = define is not None and len(define.bodies) > 1 and define.combine != "interleave"
        if define is None or chosen or define.expanding:
            return [self._part(node, scope)]
        define.expanding = True
        found = self._alternatives(define.bodies, scope, self._interleave)
        define.expanding = False
        return found

    def _type(self, part: _Part) -> TypeDef:
        value = _one_of(part.values) if part.values and part.content is self._patterns.empty else None
        mixed = value is None and part.values != ()  # of elements or a value, the validator alone checks the text
        return TypeDef(part.content, attributes=part.attributes, any_attribute=part.wildcard, value=value, mixed=mixed)

    def _attribute(self, node: etree._Element, scope: _Scope) -> _Part:
        names = name_class(node, attribute=True)
        part = self._group(node, scope)
        if part.content is self._patterns.nothing:
            return self._nothing
        free = not _inner(node) or part.values is None
        value = SimpleType() if free else _one_of(part.values or (_EMPTY,))
        attributes = {name: AttributeDecl(name, value, len(names) == 1) for name in names if isinstance(name, str)}
        wildcards = [name for name in names if isinstance(name, Wildcard)]
        wildcard = wildcards[0] if len(wildcards) == 1 else Wildcard() if wildcards else None
        return _Part(self._patterns.empty, attributes, wildcard)

    # --- values

    def _simple(self, node: etree._Element, scope: _Scope) -> SimpleType:
        match tag_of(node):
            case "data":
                base = self._library_type(node, node.get("type", "").strip())
                excluded = [
                    kind
                    for child in node.iterchildren(PREFIX + "except")
                    for inner in child
                    if tag_of(inner)
                    for kind in self._part(inner, scope).values or ()
                ]
                params = [(child.get("name", ""), child.text or "") for child in node.iterchildren(PREFIX + "param")]
                made = restrict(base, params)
                if made.patterns and base.primitive != "string":  # libxml2 matches the value as written
                    made = replace(made, white_space="preserve")
                return replace(made, excluded=tuple(excluded)) if excluded else made
            case "value":
                base = self._library_type(node, node.get("type", "token").strip())
                return replace(base, enumeration=(base.normalise(node.text or ""),))
        members = [self._simple(inner, scope) for inner in node.iter(PREFIX + "data", PREFIX + "value")]
        for inner in node.iter(PREFIX + "ref"):
            members += self._defined(inner.get("name", "").strip(), scope).values or ()
        children = [child for child in node if tag_of(child)]
        at_least = 1 if len(children) == 1 and tag_of(children[0]) == "oneOrMore" else None
        return list_of(tuple(dict.fromkeys(members)) or (BUILTINS["token"],), at_least=at_least)

    def _library_type(self, node: etree._Element, name: str) -> SimpleType:
        library = inherited(node, "datatypeLibrary").strip()
        if "type" not in node.attrib or not library:
            return BUILTINS["string" if name == "string" else "token"]
        return replace(BUILTINS.get(name, BUILTINS["anySimpleType"]), bare=False)


_EMPTY = SimpleType(enumeration=("",), white_space="collapse")


def _one_of(values: tuple[SimpleType, ...]) -> SimpleType:
    """One type for alternatives; enumerations of one base become one enumeration."""
    values = tuple(dict.fromkeys(values))
    if len(values) == 1:
        return values[0]
    plain = {replace(value, enumeration=()) for value in values}
    if len(plain) == 1 and all(value.enumeration for value in values):
        return replace(
            values[0], enumeration=tuple(dict.fromkeys(one for value in values for one in value.enumeration))
        )
    return union_of(values)


def _either(one: AttributeDecl, other: AttributeDecl) -> AttributeDecl:
    if one.type == other.type:
        return one
    return AttributeDecl(one.name, _one_of((*_alternatives(one.type), *_alternatives(other.type))), one.required)


def _alternatives(kind: SimpleType) -> Iterable[SimpleType]:
    return kind.members if kind.primitive == "union" and not kind.enumeration else (kind,)


def _inner(node: etree._Element) -> list[etree._Element]:
    """The patterns that a node holds, without the name class that an element or attribute may begin with."""
    children = [child for child in node if tag_of(child)]
    return children[1:] if tag_of(node) in ("element", "attribute") and node.get("name") is None else children
