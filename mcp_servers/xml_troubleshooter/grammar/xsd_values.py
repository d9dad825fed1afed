"""Attributes and simple types of an XML Schema."""

from __future__ import annotations

from lxml import etree

from .datatypes import BUILTINS, SimpleType, list_of, restrict, union_of
from .model import AttributeDecl, Wildcard
from .xsd_components import XSD, Components, Source, name_meant, qualified, tag_of
from .xsd_wildcards import intersection, wildcard_of


class Values:
    """The attributes and simple types of a schema, by its components."""

    def __init__(self, components: Components) -> None:
        self._components = components
        self._simple_types: dict[etree._Element, SimpleType] = {}

    def attributes(
        self, node: etree._Element, source: Source
    ) -> tuple[dict[str, AttributeDecl], set[str], Wildcard | None]:
        """The attributes that a type or group declares itself, those it prohibits, and its wildcard."""
        found: dict[str, AttributeDecl] = {}
        prohibited: set[str] = set()
        wildcard: Wildcard | None = None
        for child in node:
            match tag_of(child):
                case "attribute":
                    decl = self._attribute(child, source)
                    if child.get("use") == "prohibited":
                        prohibited.add(decl.name)
                    else:
                        found[decl.name] = decl
                case "attributeGroup":
                    key = "attributeGroup", name_meant(child, child.get("ref", ""), source)
                    group = source.redefined.get(key) or self._components.get(key)
                    if group is None:
                        wildcard = intersection(wildcard, Wildcard())
                        continue
                    inner, _, inner_wildcard = self.attributes(group.node, group.source)
                    found.update(inner)
                    wildcard = intersection(wildcard, inner_wildcard)
                case "anyAttribute":
                    wildcard = intersection(wildcard, wildcard_of(child, source))
        return found, prohibited, wildcard

    def _attribute(self, node: etree._Element, source: Source) -> AttributeDecl:
        required = node.get("use") == "required"
        reference = node.get("ref")
        if reference is not None:
            name = name_meant(node, reference, source)
            known = self.global_attribute(name) or AttributeDecl(name, SimpleType())
            default, fixed = node.get("default", known.default), node.get("fixed", known.fixed)
            return AttributeDecl(name, known.type, required, default, fixed)
        form = node.get("form") or source.root.get("attributeFormDefault")
        name = qualified(source.namespace if form == "qualified" else "", node.get("name", ""))
        return AttributeDecl(name, self._attribute_type(node, source), required, node.get("default"), node.get("fixed"))

    def global_attribute(self, name: str) -> AttributeDecl | None:
        found = self._components.get(("attribute", name)) or self._components.of_xml.get(name)
        if found is None:
            return None
        kind = self._attribute_type(found.node, found.source)
        return AttributeDecl(name, kind, default=found.node.get("default"), fixed=found.node.get("fixed"))

    def _attribute_type(self, node: etree._Element, source: Source) -> SimpleType:
        if node.get("type"):
            return self._named(node, node.get("type", ""), source)
        inner = node.find(XSD + "simpleType")
        return BUILTINS["anySimpleType"] if inner is None else self.simple(inner, source)

    def _named(self, node: etree._Element, written: str, source: Source) -> SimpleType:
        name = name_meant(node, written, source)
        if name.startswith(XSD) and (builtin := BUILTINS.get(name.removeprefix(XSD))) is not None:
            return builtin
        key = "type", name
        found = source.redefined.get(key) or self._components.get(key)
        if found is None or tag_of(found.node) != "simpleType":
            return BUILTINS["anySimpleType"]
        return self.simple(found.node, found.source)

    def simple(self, node: etree._Element, source: Source) -> SimpleType:
        """The type that an xs:simpleType defines, always the same."""
        known = self._simple_types.get(node)
        if known is None:
            known = self._simple_types[node] = self._defined(node, source)
        return known

    def _defined(self, node: etree._Element, source: Source) -> SimpleType:
        for child in node:
            match tag_of(child):
                case "restriction":
                    written = child.get("base")
                    base = self._named(child, written, source) if written else SimpleType()
                    return self.restricted(child, source, base)
                case "list":
                    return list_of(self._member_types(child, source, "itemType")[:1])
                case "union":
                    return union_of(self._member_types(child, source, "memberTypes"))
        return SimpleType()

    def _member_types(self, node: etree._Element, source: Source, attribute: str) -> tuple[SimpleType, ...]:
        named = [self._named(node, name, source) for name in node.get(attribute, "").split()]
        return (*named, *(self.simple(child, source) for child in node.iterchildren(XSD + "simpleType")))

    def restricted(self, node: etree._Element, source: Source, base: SimpleType) -> SimpleType:
        """The base type with the facets of a restriction; patterns of one step are alternatives, steps add up."""
        inner = node.find(XSD + "simpleType")
        if inner is not None:
            base = self.simple(inner, source)
        return restrict(base, ((tag_of(child), child.get("value", "")) for child in node))
