"""Attributes and simple types of an XML Schema: which values it declares."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from .datatypes import BUILTINS, SimpleType, restrict
from .model import AttributeDecl, Wildcard
from .xsd_components import XML, XSD, Components, Source, name_meant, qualified, tag_of
from .xsd_wildcards import intersection, wildcard_of


class Values:
    """The attributes and simple types of a schema, by its components."""

    def __init__(self, components: Components) -> None:
        self._components = components
        self._simple_types: dict[str, SimpleType] = {}

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
        found = self._components.get(("attribute", name))
        if found is None:
            return _XML_ATTRIBUTES.get(name)
        kind = self._attribute_type(found.node, found.source)
        return AttributeDecl(name, kind, default=found.node.get("default"), fixed=found.node.get("fixed"))

    def _attribute_type(self, node: etree._Element, source: Source) -> SimpleType:
        if node.get("type"):
            return self._simple_named(name_meant(node, node.get("type", ""), source), source)
        inner = node.find(XSD + "simpleType")
        return BUILTINS["anySimpleType"] if inner is None else self.simple(inner, source, "")

    def _simple_named(self, name: str, source: Source) -> SimpleType:
        original = source.redefined.get(("type", name))
        if original is not None:
            return self.simple(original.node, original.source, name)
        known = self._simple_types.get(name)
        if known is None:
            known = BUILTINS.get(name.removeprefix(XSD)) if name.startswith(XSD) else None
            found = self._components.get(("type", name))
            if known is None and found is not None and tag_of(found.node) == "simpleType":
                known = self.simple(found.node, found.source, name)
            known = known or BUILTINS["anySimpleType"]
            self._simple_types[name] = known
        return known

    def simple(self, node: etree._Element, source: Source, name: str) -> SimpleType:
        local = name.rpartition("}")[2]
        for child in node:
            match tag_of(child):
                case "restriction":
                    base = (
                        self._simple_named(name_meant(child, child.get("base", ""), source), source)
                        if child.get("base")
                        else SimpleType()
                    )
                    return self.restricted(child, source, base, local)
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

    def _member_types(self, node: etree._Element, source: Source, attribute: str) -> tuple[SimpleType, ...]:
        named = [self._simple_named(name_meant(node, name, source), source) for name in node.get(attribute, "").split()]
        return (*named, *(self.simple(child, source, "") for child in node.iterchildren(XSD + "simpleType")))

    def restricted(self, node: etree._Element, source: Source, base: SimpleType, name: str) -> SimpleType:
        """The base type with the facets of a restriction; patterns of one step are alternatives, steps add up."""
        inner = node.find(XSD + "simpleType")
        if inner is not None:
            base = self.simple(inner, source, "")
        facets = [(tag_of(child), child.get("value", "")) for child in node]
        return restrict(base, name, facets)


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
