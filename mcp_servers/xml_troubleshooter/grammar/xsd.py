"""XML Schema (XSD 1.0) as a grammar: reads content models, not validity; libxml2 remains the judge.

Components are found when the schema is read, and built when a document first needs them: of the thousands of types in a
large schema a document uses a few dozen.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml import etree

from ..disk.bounds import read_file
from ..document.parsing import parser
from ..errors import SchemaError
from ..schema_files.resolver import SchemaSources, absolute
from .datatypes import BASES, BUILTINS, SimpleType, restrict
from .model import AttributeDecl, ElementDecl, Grammar, TypeDef, Wildcard
from .patterns import Pattern, Patterns

XS = "http://www.w3.org/2001/XMLSchema"
XML = "http://www.w3.org/XML/1998/namespace"
_XS = f"{{{XS}}}"
_ANY_TYPE = _XS + "anyType"
_KINDS = {
    "element": "element",
    "complexType": "type",
    "simpleType": "type",
    "group": "group",
    "attributeGroup": "attributeGroup",
    "attribute": "attribute",
}
_PARTICLES = frozenset({"element", "group", "sequence", "choice", "all", "any"})


def read(sources: SchemaSources) -> Grammar:
    """The grammar of the schema of a sources and of the files it refers to there.

    What a file that is not on the sources would declare stays open: anything is allowed. Raises SchemaError.
    """
    return _Reader(sources).read()


@dataclass(eq=False, slots=True)
class _Source:
    """One schema document: its target namespace (that of the includer for a chameleon) and what it redefines."""

    path: Path
    root: etree._Element
    namespace: str
    redefined: dict[tuple[str, str], _Component] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class _Component:
    """A global declaration or definition, and the schema document it stands in."""

    node: etree._Element
    source: _Source


class _Types(Mapping[str, TypeDef]):
    """The named types of a schema, each built when first asked for."""

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
        self._sources = sources
        self._patterns = Patterns()
        self._components: dict[tuple[str, str], _Component] = {}
        self._documents: dict[tuple[Path, str], _Source] = {}
        self._members: dict[str, list[str]] = {}  # substitution groups: the direct members by head
        self._elements: dict[str, ElementDecl] = {}
        self._local_elements: dict[etree._Element, ElementDecl] = {}
        self._types: dict[str, TypeDef] = {}
        self._anonymous: dict[etree._Element, TypeDef] = {}
        self._simple_types: dict[str, SimpleType] = {}
        self._bases: dict[TypeDef, TypeDef] = {}
        self._groups: dict[tuple[etree._Element, str], Pattern] = {}
        self._open = self._any_type()

    def read(self) -> Grammar:
        self._load(self._sources.schema)
        self._index_substitutions()
        for kind, name in self._components:
            if kind == "element":
                self._element(name)
        named = [name for kind, name in self._components if kind == "type"]
        builtin = [_XS + name for name in ("anyType", *BUILTINS)]
        return Grammar(
            kind="xsd",
            patterns=self._patterns,
            roots=tuple(decl for decl in self._elements.values() if not decl.abstract),
            elements=self._elements,
            types=_Types((*named, *builtin), self._type),
            derives=self._derives,
            global_attributes={
                name: decl
                for kind, name in self._components
                if kind == "attribute" and (decl := self._global_attribute(name)) is not None
            },
            files=tuple(dict.fromkeys(path for path, _ in self._documents)),
        )

    # --- schema documents

    def _load(self, entry: Path) -> None:
        """Index the components of the schema and of all that it refers to; its own come first."""
        waiting = deque([(entry, "", "")])
        redefines: list[tuple[etree._Element, _Source, str]] = []
        own: set[Path] = set()  # files with a target namespace of their own: read once
        while waiting:
            path, namespace, referrer = waiting.popleft()
            if path in own or (path, namespace) in self._documents:
                continue
            root = _parse(path, referrer)
            target = root.get("targetNamespace", "")
            if target:
                own.add(path)
            target = target or namespace
            source = self._documents[path, target] = _Source(path, root, target)
            for node in root:
                kind = _KINDS.get(_local(node))
                if kind is not None:
                    name = _qualified(target, node.get("name", ""))
                    self._components.setdefault((kind, name), _Component(node, source))
                elif (how := _local(node)) in ("include", "redefine", "override", "import"):
                    location = node.get("schemaLocation")
                    found = location and self._sources.find(absolute(str(path), location))
                    if not found:
                        continue
                    waiting.append((found, "" if how == "import" else target, str(path)))
                    if how in ("redefine", "override"):
                        redefines.append((node, source, target))
        for node, source, target in reversed(redefines):
            self._redefine(node, source, target)

    def _redefine(self, redefine: etree._Element, source: _Source, target: str) -> None:
        originals = {}
        for node in redefine:
            key = (_KINDS.get(_local(node), ""), _qualified(target, node.get("name", "")))
            if key in self._components:
                originals[key] = self._components[key]
        scope = replace(source, redefined=originals)
        for node in redefine:
            key = (_KINDS.get(_local(node), ""), _qualified(target, node.get("name", "")))
            if key[0]:
                self._components[key] = _Component(node, scope)

    def _name(self, node: etree._Element, written: str, source: _Source) -> str:
        """The Clark name that a QName in a schema document means."""
        prefix, colon, local = written.strip().rpartition(":")
        space = XML if prefix == "xml" else node.nsmap.get(prefix if colon else None, "") or ""
        if not space and not colon:
            space = source.namespace if not source.root.get("targetNamespace") else ""
        return _qualified(space, local)

    # --- elements

    def _index_substitutions(self) -> None:
        for (kind, name), found in self._components.items():
            if kind == "element" and (head := found.node.get("substitutionGroup")):
                for one in head.split():
                    self._members.setdefault(self._name(found.node, one, found.source), []).append(name)

    def _element(self, name: str) -> ElementDecl | None:
        known = self._elements.get(name)
        if known is None:
            found = self._components.get(("element", name))
            if found is None:
                return None
            known = self._elements[name] = self._declare(name, found.node, found.source)
        return known

    def _declare(self, name: str, node: etree._Element, source: _Source) -> ElementDecl:
        return ElementDecl(
            name,
            lambda: self._element_type(node, source),
            nillable=_true(node.get("nillable")),
            abstract=_true(node.get("abstract")),
            default=node.get("default"),
            fixed=node.get("fixed"),
        )

    def _element_type(self, node: etree._Element, source: _Source) -> TypeDef:
        named = node.get("type")
        if named:
            return self._type(self._name(node, named, source))
        for child in node:
            if child.tag in (_XS + "complexType", _XS + "simpleType"):
                return self._definition(child, source, "")
        head = node.get("substitutionGroup")
        if head:
            decl = self._element(self._name(node, head.split()[0], source))
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
                stack += reversed(self._members.get(name, []))
        return self._patterns.choice(self._patterns.element(decl) for decl in decls.values() if not decl.abstract)

    # --- content models

    def _particle(self, node: etree._Element, source: _Source) -> Pattern:
        minimum = _count(node.get("minOccurs"))
        maximum = None if node.get("maxOccurs") == "unbounded" else _count(node.get("maxOccurs"))
        if maximum == 0:
            return self._patterns.empty
        return self._patterns.repeat(self._term(node, source), minimum, maximum)

    def _term(self, node: etree._Element, source: _Source) -> Pattern:
        table = self._patterns
        match _local(node):
            case "element":
                reference = node.get("ref")
                if reference is None:
                    return table.element(self._local_element(node, source))
                name = self._name(node, reference, source)
                return self._substitutes(name) if self._element(name) else table.element(ElementDecl(name))
            case "any":
                decl = self._local_elements.get(node)
                if decl is None:
                    decl = self._local_elements[node] = ElementDecl("", wildcard=_wildcard(node, source))
                return table.element(decl)
            case "group":
                return self._group(node, source)
            case "choice":
                return table.choice([self._particle(child, source) for child in node if _local(child) in _PARTICLES])
            case "all":
                return table.interleave(
                    [self._particle(child, source) for child in node if _local(child) in _PARTICLES]
                )
        return table.sequence([self._particle(child, source) for child in node if _local(child) in _PARTICLES])

    def _local_element(self, node: etree._Element, source: _Source) -> ElementDecl:
        known = self._local_elements.get(node)
        if known is None:
            form = node.get("form") or source.root.get("elementFormDefault")
            space = node.get("targetNamespace") or (source.namespace if form == "qualified" else "")
            known = self._local_elements[node] = self._declare(_qualified(space, node.get("name", "")), node, source)
        return known

    def _group(self, node: etree._Element, source: _Source) -> Pattern:
        name = self._name(node, node.get("ref", ""), source)
        found = source.redefined.get(("group", name)) or self._components.get(("group", name))
        if found is None:
            return self._open.content
        key = (found.node, "")
        if key not in self._groups:
            self._groups[key] = self._patterns.sequence(
                [self._particle(child, found.source) for child in found.node if _local(child) in _PARTICLES]
            )
        return self._groups[key]

    # --- types

    def _type(self, name: str) -> TypeDef:
        known = self._types.get(name)
        if known is not None:
            return known
        if name == _ANY_TYPE:
            return self._open
        local = name.removeprefix(_XS) if name.startswith(_XS) else ""
        found = self._components.get(("type", name))
        if local in BUILTINS:
            made = TypeDef(self._patterns.empty, name=name, value=BUILTINS[local])
            if local in BASES:
                self._bases[made] = self._type(_XS + BASES[local])
        elif found is not None:
            made = self._definition(found.node, found.source, name)
        else:
            made = self._open
        return self._types.setdefault(name, made)

    def _definition(self, node: etree._Element, source: _Source, name: str) -> TypeDef:
        known = self._anonymous.get(node)
        if known is None:
            if node.tag == _XS + "simpleType":
                known = TypeDef(self._patterns.empty, name=name, value=self._simple(node, source, name))
                base = node.find(_XS + "restriction")
                if base is not None and base.get("base"):
                    self._bases[known] = self._base(base, source, "type")
            else:
                known = self._complex(node, source, name)
            self._anonymous[node] = known
        return known

    def _base(self, node: etree._Element, source: _Source, kind: str) -> TypeDef:
        """The type that a restriction or extension starts from; within a redefinition, the one redefined."""
        name = self._name(node, node.get("base", ""), source)
        original = source.redefined.get((kind, name))
        return self._type(name) if original is None else self._definition(original.node, original.source, name)

    def _complex(self, node: etree._Element, source: _Source, name: str) -> TypeDef:
        made = TypeDef(
            self._patterns.empty,
            name=name,
            mixed=_true(node.get("mixed")),
            abstract=_true(node.get("abstract")),
        )
        holder = node.find(_XS + "complexContent")
        simple = node.find(_XS + "simpleContent")
        derivation = None
        for outer in (holder, simple):
            if outer is not None:
                derivation = next(
                    (child for child in outer if child.tag in (_XS + "restriction", _XS + "extension")), None
                )
        if derivation is None:
            made.content = self._own_content(node, source)
            made.attributes, _, made.any_attribute = self._attributes(node, source)
            return made
        base = self._base(derivation, source, "type")
        self._bases[made] = base
        extends = derivation.tag == _XS + "extension"
        own, prohibited, wildcard = self._attributes(derivation, source)
        made.attributes = {name: decl for name, decl in base.attributes.items() if name not in prohibited} | own
        made.any_attribute = _union(base.any_attribute, wildcard) if extends else wildcard
        if simple is not None:
            made.value = base.value or SimpleType()
            if not extends:
                made.value = self._restricted(derivation, source, made.value, "")
            return made
        if holder is not None:
            made.mixed = _true(holder.get("mixed", node.get("mixed")))
        made.content = self._own_content(derivation, source)
        if extends:
            if base.value is not None:
                made.value = base.value
            made.mixed = made.mixed or base.mixed
            combine = self._patterns.interleave if base.content.kind == "interleave" else self._patterns.sequence
            made.content = combine((base.content, made.content))
        return made

    def _own_content(self, node: etree._Element, source: _Source) -> Pattern:
        return self._patterns.sequence([self._particle(child, source) for child in node if _local(child) in _PARTICLES])

    def _any_type(self) -> TypeDef:
        anything = self._patterns.element(ElementDecl("", wildcard=Wildcard()))
        return TypeDef(self._patterns.repeat(anything, 0, None), name=_ANY_TYPE, any_attribute=Wildcard(), mixed=True)

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
            wanted.value.primitive == "union" and named.value in wanted.value.members
        )

    # --- attributes

    def _attributes(
        self, node: etree._Element, source: _Source
    ) -> tuple[dict[str, AttributeDecl], set[str], Wildcard | None]:
        """The attributes that a type or group declares itself, those it prohibits, and its wildcard."""
        found: dict[str, AttributeDecl] = {}
        prohibited: set[str] = set()
        wildcard: Wildcard | None = None
        for child in node:
            match _local(child):
                case "attribute":
                    decl = self._attribute(child, source)
                    if child.get("use") == "prohibited":
                        prohibited.add(decl.name)
                    else:
                        found[decl.name] = decl
                case "attributeGroup":
                    name = self._name(child, child.get("ref", ""), source)
                    group = source.redefined.get(("attributeGroup", name)) or self._components.get(
                        ("attributeGroup", name)
                    )
                    if group is None:
                        wildcard = _intersection(wildcard, Wildcard())
                        continue
                    inner, _, inner_wildcard = self._attributes(group.node, group.source)
                    found.update(inner)
                    wildcard = _intersection(wildcard, inner_wildcard)
                case "anyAttribute":
                    wildcard = _intersection(wildcard, _wildcard(child, source))
        return found, prohibited, wildcard

    def _attribute(self, node: etree._Element, source: _Source) -> AttributeDecl:
        required = node.get("use") == "required"
        reference = node.get("ref")
        if reference is not None:
            name = self._name(node, reference, source)
            known = self._global_attribute(name) or AttributeDecl(name, SimpleType())
            return AttributeDecl(
                name,
                known.type,
                required,
                known.default if node.get("default") is None else node.get("default"),
                known.fixed if node.get("fixed") is None else node.get("fixed"),
            )
        form = node.get("form") or source.root.get("attributeFormDefault")
        name = _qualified(source.namespace if form == "qualified" else "", node.get("name", ""))
        return AttributeDecl(name, self._attribute_type(node, source), required, node.get("default"), node.get("fixed"))

    def _global_attribute(self, name: str) -> AttributeDecl | None:
        found = self._components.get(("attribute", name))
        if found is None:
            return _XML_ATTRIBUTES.get(name)
        node = found.node
        return AttributeDecl(
            name,
            self._attribute_type(node, found.source),
            default=node.get("default"),
            fixed=node.get("fixed"),
        )

    def _attribute_type(self, node: etree._Element, source: _Source) -> SimpleType:
        if node.get("type"):
            return self._simple_named(self._name(node, node.get("type", ""), source), source)
        inner = node.find(_XS + "simpleType")
        return BUILTINS["anySimpleType"] if inner is None else self._simple(inner, source, "")

    # --- simple types

    def _simple_named(self, name: str, source: _Source) -> SimpleType:
        original = source.redefined.get(("type", name))
        if original is not None:
            return self._simple(original.node, original.source, name)
        known = self._simple_types.get(name)
        if known is None:
            known = BUILTINS.get(name.removeprefix(_XS)) if name.startswith(_XS) else None
            found = self._components.get(("type", name))
            if known is None and found is not None and _local(found.node) == "simpleType":
                known = self._simple(found.node, found.source, name)
            known = known or BUILTINS["anySimpleType"]
            self._simple_types[name] = known
        return known

    def _simple(self, node: etree._Element, source: _Source, name: str) -> SimpleType:
        local = name.rpartition("}")[2]
        for child in node:
            match _local(child):
                case "restriction":
                    base = (
                        self._simple_named(self._name(child, child.get("base", ""), source), source)
                        if child.get("base")
                        else SimpleType()
                    )
                    return self._restricted(child, source, base, local)
                case "list":
                    items = self._member_types(child, source, "itemType")
                    return SimpleType(
                        name=local, primitive="list", builtin="anySimpleType", white_space="collapse", members=items[:1]
                    )
                case "union":
                    return SimpleType(
                        name=local,
                        primitive="union",
                        builtin="anySimpleType",
                        members=self._member_types(child, source, "memberTypes"),
                    )
        return SimpleType(name=local)

    def _member_types(self, node: etree._Element, source: _Source, attribute: str) -> tuple[SimpleType, ...]:
        named = [self._simple_named(self._name(node, name, source), source) for name in node.get(attribute, "").split()]
        return (*named, *(self._simple(child, source, "") for child in node.iterchildren(_XS + "simpleType")))

    def _restricted(self, node: etree._Element, source: _Source, base: SimpleType, name: str) -> SimpleType:
        """The base type with the facets of a restriction; patterns of one step are alternatives, steps add up."""
        inner = node.find(_XS + "simpleType")
        if inner is not None:
            base = self._simple(inner, source, "")
        facets = [(_local(child), child.get("value", "")) for child in node]
        return restrict(base, name, facets)


def _parse(path: Path, referrer: str) -> etree._Element:
    try:
        root: etree._Element = etree.fromstring(read_file(path), parser())
    except OSError as error:
        named = f", which {referrer} refers to," if referrer else ""
        raise SchemaError(f"The schema {path}{named} cannot be read: {error.strerror}.") from error
    except etree.XMLSyntaxError as error:
        raise SchemaError(f"The schema {path} is not well-formed XML: {error.msg}; repair the schema first.") from error
    if root.tag != _XS + "schema":
        raise SchemaError(f"{path} is not an XML Schema: its root is {root.tag!s}, not xs:schema.")
    return root


def _local(node: etree._Element) -> str:
    """The local name of an element of XML Schema; "" for anything else."""
    tag = node.tag
    return tag[len(_XS) :] if isinstance(tag, str) and tag.startswith(_XS) else ""


def _qualified(space: str, local: str) -> str:
    return f"{{{space}}}{local}" if space else local


def _true(value: str | None) -> bool:
    return value is not None and value.strip() in ("true", "1")


def _count(value: str | None) -> int:
    return int(value) if value is not None and value.strip().isdecimal() else 1


def _wildcard(node: etree._Element, source: _Source) -> Wildcard:
    process = node.get("processContents", "strict")
    written = node.get("namespace", "##any").split()
    excluded_names = frozenset(node.get("notQName", "").split())  # XSD 1.1
    if "notNamespace" in node.attrib:
        return Wildcard(None, _namespaces(node.get("notNamespace", "").split(), source), excluded_names, process)
    if written == ["##any"]:
        return Wildcard(None, frozenset(), excluded_names, process)
    if written == ["##other"]:
        return Wildcard(None, frozenset({source.namespace, ""}), excluded_names, process)
    return Wildcard(_namespaces(written, source), frozenset(), excluded_names, process)


def _namespaces(written: list[str], source: _Source) -> frozenset[str]:
    special = {"##targetNamespace": source.namespace, "##local": ""}
    return frozenset(special.get(one, one) for one in written)


def _intersection(one: Wildcard | None, other: Wildcard | None) -> Wildcard | None:
    if one is None or other is None:
        return one or other
    spaces = other.namespaces if one.namespaces is None else one.namespaces
    if one.namespaces is not None and other.namespaces is not None:
        spaces = one.namespaces & other.namespaces
    return Wildcard(spaces, one.excluded | other.excluded, one.excluded_names | other.excluded_names, one.process)


def _union(one: Wildcard | None, other: Wildcard | None) -> Wildcard | None:
    if one is None or other is None:
        return one or other
    if one.namespaces is not None and other.namespaces is not None:
        listed = (one.namespaces - one.excluded) | (other.namespaces - other.excluded)
        return Wildcard(listed, frozenset(), one.excluded_names & other.excluded_names, other.process)
    left = one.excluded if other.namespaces is None else one.excluded - other.namespaces
    right = other.excluded if one.namespaces is None else other.excluded - one.namespaces
    if one.namespaces is None and other.namespaces is None:
        left = right = one.excluded & other.excluded
    excluded = left if one.namespaces is None else right
    return Wildcard(None, excluded, one.excluded_names & other.excluded_names, other.process)


_XML_ATTRIBUTES = {
    f"{{{XML}}}lang": AttributeDecl(
        f"{{{XML}}}lang",
        SimpleType(
            name="lang",
            primitive="union",
            builtin="anySimpleType",
            members=(BUILTINS["language"], SimpleType(name="", enumeration=("",))),
        ),
    ),
    f"{{{XML}}}space": AttributeDecl(
        f"{{{XML}}}space", replace(BUILTINS["NCName"], name="space", enumeration=("default", "preserve"))
    ),
    f"{{{XML}}}base": AttributeDecl(f"{{{XML}}}base", BUILTINS["anyURI"]),
    f"{{{XML}}}id": AttributeDecl(f"{{{XML}}}id", BUILTINS["ID"]),
}
