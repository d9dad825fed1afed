"""XML Schema (XSD 1.0) as a grammar: reads content models, not validity; libxml2 remains the judge.

Components are found when the schema is read, and built when a document first needs them: of the thousands of types in a
large schema a document uses a few dozen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from ..schema_files.resolver import SchemaSources
from .datatypes import BUILTINS, SimpleType
from .lexical_spaces import BASES
from .model import ElementDecl, Grammar, TypeDef, Wildcard
from .patterns import Pattern, Patterns
from .xsd_components import XSD, Components, Source, name_meant, qualified, tag_of
from .xsd_values import Values
from .xsd_wildcards import union, wildcard_of

_ANY_TYPE = XSD + "anyType"
_PARTICLES = frozenset({"element", "group", "sequence", "choice", "all", "any"})


def read(sources: SchemaSources) -> Grammar:
    """The grammar of the schema of a sources and of the files it refers to there.

    Components that a file outside the sources would declare stay open: anything is allowed. Raises SchemaError.
    """
    return _Reader(sources).read()


class _Types(Mapping[str, TypeDef]):
    """The named types of a schema, each built when first needed."""

    def __init__(self, names: tuple[str, ...], build: Callable[[str], TypeDef]) -> None:
        self._names = dict.fromkeys(names)
        self._build = build

    def __getitem__(self, name: str) -> TypeDef:
        if name in self._names:
            return self._build(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _Reader:
    def __init__(self, sources: SchemaSources) -> None:
        self._patterns = Patterns()
        self._components = Components(sources)
        self._elements: dict[str, ElementDecl] = {}
        self._local_elements: dict[etree._Element, ElementDecl] = {}
        self._types: dict[str, TypeDef] = {}
        self._anonymous: dict[etree._Element, TypeDef] = {}
        self._values = Values(self._components)
        self._bases: dict[TypeDef, TypeDef] = {}
        self._groups: dict[etree._Element, Pattern] = {}
        anything = self._patterns.element(ElementDecl("", wildcard=Wildcard()))
        self._open = TypeDef(self._patterns.repeat(anything, 0, None), any_attribute=Wildcard(), mixed=True)

    def read(self) -> Grammar:
        for kind, name in self._components:
            if kind == "element":
                self._element(name)
        named = [name for kind, name in self._components if kind == "type"]
        builtin = [XSD + name for name in ("anyType", *BUILTINS)]
        return Grammar(
            kind="xsd",
            roots=tuple(decl for decl in self._elements.values() if not decl.abstract),
            elements=self._elements,
            types=_Types((*named, *builtin), self._type),
            derives=self._derives,
            global_attributes={
                name: decl
                for kind, name in self._components
                if kind == "attribute" and (decl := self._values.global_attribute(name)) is not None
            },
            files=tuple(self._components.files),
        )

    # --- elements

    def _element(self, name: str) -> ElementDecl | None:
        known = self._elements.get(name)
        if known is None:
            found = self._components.get(("element", name))
            if found is None:
                return None
            known = self._elements[name] = self._declare(name, found.node, found.source)
        return known

    def _declare(self, name: str, node: etree._Element, source: Source) -> ElementDecl:
        return ElementDecl(
            name,
            lambda: self._element_type(node, source),
            nillable=_true(node.get("nillable")),
            abstract=_true(node.get("abstract")),
            default=node.get("default"),
            fixed=node.get("fixed"),
        )

    def _element_type(self, node: etree._Element, source: Source) -> TypeDef:
        named = node.get("type")
        if named:
            return self._type(name_meant(node, named, source))
        for child in node:
            if child.tag in (XSD + "complexType", XSD + "simpleType"):
                return self._definition(child, source)
        head = node.get("substitutionGroup")
        if head:
            decl = self._element(name_meant(node, head.split()[0], source))
            if decl is not None and decl.type is not None:
                return decl.type
        return self._open

    def _substitutes(self, head: str) -> Pattern:
        """An element of this name or of any concrete member of its substitution group."""
        decls: dict[str, ElementDecl] = {}
        stack = [head]
        while stack:
            name = stack.pop()
            decl = self._element(name)
            if decl is None or name in decls:
                continue
            decls[name] = decl
            found = self._components["element", name]
            blocked = found.node.get("block", found.source.root.get("blockDefault", ""))
            if blocked != "#all" and "substitution" not in blocked:
                stack += reversed(self._components.members.get(name, []))
        return self._patterns.choice(self._patterns.element(decl) for decl in decls.values() if not decl.abstract)

    # --- content models

    def _particle(self, node: etree._Element, source: Source) -> Pattern:
        minimum = _count(node.get("minOccurs"))
        maximum = None if node.get("maxOccurs") == "unbounded" else _count(node.get("maxOccurs"))
        if maximum == 0:
            return self._patterns.empty
        return self._patterns.repeat(self._term(node, source), minimum, maximum)

    def _term(self, node: etree._Element, source: Source) -> Pattern:
        table = self._patterns
        match tag_of(node):
            case "element":
                reference = node.get("ref")
                if reference is None:
                    return table.element(self._local_element(node, source))
                name = name_meant(node, reference, source)
                return self._substitutes(name) if self._element(name) else table.element(ElementDecl(name))
            case "any":
                if node not in self._local_elements:
                    self._local_elements[node] = ElementDecl("", wildcard=wildcard_of(node, source))
                return table.element(self._local_elements[node])
            case "group":
                return self._group(node, source)
            case "choice":
                return table.choice(self._particles(node, source))
            case "all":
                return table.interleave(self._particles(node, source))
        return table.sequence(self._particles(node, source))

    def _particles(self, node: etree._Element, source: Source) -> list[Pattern]:
        return [self._particle(child, source) for child in node if tag_of(child) in _PARTICLES]

    def _local_element(self, node: etree._Element, source: Source) -> ElementDecl:
        known = self._local_elements.get(node)
        if known is None:
            form = node.get("form") or source.root.get("elementFormDefault")
            space = node.get("targetNamespace") or (source.namespace if form == "qualified" else "")
            known = self._local_elements[node] = self._declare(qualified(space, node.get("name", "")), node, source)
        return known

    def _group(self, node: etree._Element, source: Source) -> Pattern:
        key = "group", name_meant(node, node.get("ref", ""), source)
        found = source.redefined.get(key) or self._components.get(key)
        if found is None:
            return self._open.content
        if found.node not in self._groups:
            self._groups[found.node] = self._patterns.sequence(self._particles(found.node, found.source))
        return self._groups[found.node]

    # --- types

    def _type(self, name: str) -> TypeDef:
        known = self._types.get(name)
        if known is not None:
            return known
        if name == _ANY_TYPE:
            return self._open
        local = name.removeprefix(XSD) if name.startswith(XSD) else ""
        found = self._components.get(("type", name))
        if local in BUILTINS:
            made = TypeDef(self._patterns.empty, value=BUILTINS[local])
            if local in BASES:
                self._bases[made] = self._type(XSD + BASES[local])
        elif found is not None:
            made = self._definition(found.node, found.source)
        else:
            made = self._open
        return self._types.setdefault(name, made)

    def _definition(self, node: etree._Element, source: Source) -> TypeDef:
        known = self._anonymous.get(node)
        if known is None:
            if node.tag == XSD + "simpleType":
                known = TypeDef(self._patterns.empty, value=self._values.simple(node, source))
                base = node.find(XSD + "restriction")
                if base is not None and base.get("base"):
                    self._bases[known] = self._base(base, source)
            else:
                known = self._complex(node, source)
            self._anonymous[node] = known
        return known

    def _base(self, node: etree._Element, source: Source) -> TypeDef:
        """The type that a restriction or extension starts from; within a redefinition, the one redefined."""
        name = name_meant(node, node.get("base", ""), source)
        original = source.redefined.get(("type", name))
        return self._type(name) if original is None else self._definition(original.node, original.source)

    def _complex(self, node: etree._Element, source: Source) -> TypeDef:
        mixed, abstract = _true(node.get("mixed")), _true(node.get("abstract"))
        made = TypeDef(self._patterns.empty, mixed=mixed, abstract=abstract)
        holder = node.find(XSD + "complexContent")
        simple = node.find(XSD + "simpleContent")
        derivation = None
        for outer in (holder, simple):
            if outer is not None:
                derivation = next(
                    (child for child in outer if child.tag in (XSD + "restriction", XSD + "extension")), None
                )
        if derivation is None:
            made.content = self._patterns.sequence(self._particles(node, source))
            made.attributes, _, made.any_attribute = self._values.attributes(node, source)
            return made
        base = self._base(derivation, source)
        self._bases[made] = base
        extends = derivation.tag == XSD + "extension"
        own, prohibited, wildcard = self._values.attributes(derivation, source)
        made.attributes = {name: decl for name, decl in base.attributes.items() if name not in prohibited} | own
        made.any_attribute = union(base.any_attribute, wildcard) if extends else wildcard
        if simple is not None:
            made.value = base.value or SimpleType()
            if not extends:
                made.value = self._values.restricted(derivation, source, made.value)
            return made
        if holder is not None:
            made.mixed = _true(holder.get("mixed", node.get("mixed")))
        made.content = self._patterns.sequence(self._particles(derivation, source))
        if extends:
            made.value = base.value
            made.mixed = made.mixed or base.mixed
            combine = self._patterns.interleave if base.content.kind == "interleave" else self._patterns.sequence
            made.content = combine((base.content, made.content))
        return made

    def _derives(self, name: str, wanted: TypeDef) -> bool:
        """Whether the named type is the wanted one, derived from it, or a member of the union that it is."""
        named = self._type(name)
        if wanted is self._open:
            return True
        found: TypeDef | None = named
        while found is not None:
            if found is wanted:
                return True
            found = self._bases.get(found)
        if wanted.value is None or named.value is None:
            return False
        return wanted.value is BUILTINS["anySimpleType"] or (
            wanted.value.primitive == "union" and any(member is named.value for member in wanted.value.members)
        )


def _true(value: str | None) -> bool:
    return value is not None and value.strip() in ("true", "1")


def _count(value: str | None) -> int:
    return int(value) if value is not None and value.strip().isdecimal() else 1
