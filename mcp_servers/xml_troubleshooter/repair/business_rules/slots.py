"""Slots: places of a document that can hold a value, present or missing, and the edits that fill them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from ...catalogue.catalogue_store import SchemaStore
from ...document.character_references import attribute_text, element_text
from ...document.edits import Edit
from ...document.names import local_name, namespace
from ...document.tree import Node, Tree
from ...errors import TroubleshooterError
from ...grammar import load
from ...grammar.model import Grammar, TypeDef
from ...schemas.plan import Plan
from ...validators.schematron.findings import NodePlace
from ..context import Context, insertion

_NUMBER = re.compile(r"\s*-?\d+(?:[.,]\d+)?\s*")
_LAST_WORD = re.compile(r"[A-Z][a-z]+$")
_MARK = "\ue000"  # in the place of a value that is not known yet
_NOWHERE = Path("nowhere")  # no folder of downloads: the schemas of installed packages will do here


@dataclass(frozen=True, slots=True)
class Slot:
    """An element or attribute by its place; with `missing`, the names (Clark, "@" in front of an attribute's) of the
    nodes to make inside it, the last of which holds the value, and its `attributes` where a rule names them.
    """

    place: NodePlace
    missing: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def is_attribute(self) -> bool:
        """Whether an attribute holds the value."""
        return bool(self.place.attribute) or (bool(self.missing) and self.missing[-1].startswith("@"))


@dataclass
class Slots:
    """Reads and writes the slots of one document; the order of elements is that of the plan's grammar, or of the
    official schema where an installed package ships it.
    """

    context: Context
    plan: Plan

    @cached_property
    def tree(self) -> Tree:
        """The elements of the document; raises ValueError where the text is not well-formed."""
        return Tree(self.context.document)

    def node(self, place: NodePlace) -> Node:
        """The element at a place, or of an attribute there."""
        node = self.tree.root
        for step in place.steps[1:]:
            node = node.children[step - 1]
        return node

    def place(self, node: Node) -> NodePlace:
        """The place of an element."""
        return NodePlace(tuple(each.index + 1 for each in reversed(list(node.lineage()))))

    def value(self, slot: Slot) -> str:
        """The value of a slot; "" where there is none."""
        if slot.missing:
            return ""
        node = self.node(slot.place)
        if not slot.place.attribute:
            return self.tree.value(node)
        attribute = node.attribute(slot.place.attribute)
        return self.tree.attribute_value(attribute) if attribute is not None else ""

    def is_leaf(self, slot: Slot) -> bool:
        """Whether it can hold a value and nothing else."""
        return bool(slot.missing or slot.place.attribute) or not len(self.node(slot.place).children)

    def name(self, slot: Slot) -> str:
        """The name of the element or attribute that holds the value, as it is written or would be."""
        steps = self._steps(slot)
        return steps[-1] if steps else self.node(slot.place).written

    def path(self, slot: Slot) -> str:
        """The readable path to it."""
        return "/".join([self.node(slot.place).path, *self._steps(slot)])

    def _steps(self, slot: Slot) -> list[str]:
        """The names of the missing nodes, or of an attribute, as they are written or would be."""
        node, own = self.node(slot.place), slot.place.attribute
        return [
            f"@{local_name(name[1:])}" if name.startswith("@") else self.context.written(name, node)[0]
            for name in slot.missing or ((f"@{own}",) if own else ())
        ]

    @cached_property
    def values(self) -> Counter[str]:
        """The number of elements and attributes of the document with each value."""
        leaves = (self.tree.value(node).strip() for node in self.tree.nodes if not node.children)
        attributes = (self.tree.attribute_value(item) for node in self.tree.nodes for item in node.attributes)
        return Counter((*leaves, *attributes))

    def scheme(self, slot: Slot) -> str:
        """The scheme of the identifier in a slot's element, by its attribute; "" for none."""
        item = self.node(slot.place).attribute("schemeID")
        return self.tree.attribute_value(item).strip() if item is not None else ""

    def start(self, slot: Slot) -> int:
        """The offset of the value's attribute or element, or of the element that lacks it."""
        node = self.node(slot.place)
        return node.start if slot.missing or not slot.place.attribute else self._attribute_span(node, slot)[0]

    def put(self, slot: Slot, value: str) -> tuple[Edit, ...]:
        """The edits that write a value there, with the parents that it lacks."""
        node = self.node(slot.place)
        if slot.missing:
            return self._insert(node, slot, value)
        if slot.place.attribute:
            start, end = self._attribute_span(node, slot)
            return (Edit(start, end, attribute_text(value)),)
        if node.close is None:
            return insertion(node, node.end, element_text(value), self.context)
        start, end = node.content
        inner = self.context.text[start:end]
        if inner.strip() not in ("", element_text(value)) and "\n" in inner:  # layout stays, blanks around a value go
            start, end = start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip())
        return (Edit(start, end, element_text(value)),)

    def is_group(self, slot: Slot) -> bool:
        """Whether a missing element holds elements, as far as there is a grammar."""
        if not slot.missing or slot.is_attribute:
            return False
        definition = self._definition(self.node(slot.place), *slot.missing)
        return definition is not None and definition.value is None and not definition.mixed

    def required(self, node: Node) -> str:
        """The one child, by its name, that an element lacks by a grammar; "" where it lacks none or more."""
        definition = self._definition(node)
        names = [child.name for child in node.children]
        if definition is None or definition.content.after_all(names).nullable:
            return ""
        rank = {decl.name: number for number, decl in enumerate(definition.content.declarations)}
        for name, number in rank.items():
            before = sum(1 for other in names if rank.get(other, len(rank)) <= number)
            if definition.content.after_all([*names[:before], name, *names[before:]]).nullable:
                return name
        return ""

    def with_room(self, slot: Slot) -> Slot | None:
        """The same slot, in another one of the element around it where a grammar has room for no more there.

        None where that is the root, which a grammar does not let hold it.
        """
        node, name = self.node(slot.place), slot.missing[0] if slot.missing else ""
        if node.parent is None and name and not name.startswith("@"):
            order = self._order(node)
            return slot if name in order or not order else None
        if node.parent is None or not any(child.name == name for child in node.children):
            return slot
        definition = self._definition(node)
        if definition is None:
            return slot
        names, content = [child.name for child in node.children], definition.content
        last = max(number for number, other in enumerate(names) if other == name) + 1
        another = content.after_all([*names[:last], name, *names[last:]])
        if content.after_all(names).nullable and another is content.table.nothing:
            like = (child for child in node.parent.children if child.name == node.name and not child.children)
            if (empty := next(like, None)) is not None:
                return replace(slot, place=self.place(empty))
            return replace(slot, place=self.place(node.parent), missing=(node.name, *slot.missing))
        return slot

    def put_xml(self, slot: Slot, xml: str) -> tuple[Edit, ...]:
        """The edits that make the missing elements, with XML in the last of them."""
        return tuple(replace(edit, after=edit.after.replace(_MARK, xml)) for edit in self.put(slot, _MARK))

    def skeleton(self, slot: Slot) -> tuple[int, str]:
        """The offset at which the answer to a question is inserted, and the XML around it with "{}" in its place."""
        edits = self.put(slot, _MARK)
        after = edits[0].after.replace("{", "{{").replace("}", "}}").replace(_MARK, "{}")
        return edits[0].start, after

    def remove(self, place: NodePlace) -> tuple[Edit, ...]:
        """The edits that take out an element with its line, or an attribute."""
        node = self.node(place)
        if place.attribute:
            attribute = node.attribute(place.attribute)
            if attribute is None:
                return ()
            start = attribute.start
            while self.context.text[start - 1].isspace():
                start -= 1
            return (Edit(start, attribute.end, ""),)
        return (Edit(*self.context.whole(node), ""),)

    def _attribute_span(self, node: Node, slot: Slot) -> tuple[int, int]:
        attribute = node.attribute(slot.place.attribute)
        return (attribute.value_start, attribute.value_end) if attribute is not None else (node.start, node.start)

    def _insert(self, node: Node, slot: Slot, value: str) -> tuple[Edit, ...]:
        names = slot.missing
        if names[0].startswith("@"):
            return (self.context.with_attribute(node, names[0][1:], value),)
        indent = self.context.indentation(node)
        text = self._written(node, slot, value, indent)
        place = self._place(node, names[0])
        return insertion(node, place, indent + text, self.context)

    def _written(self, node: Node, slot: Slot, value: str, indent: str) -> str:
        names = slot.missing
        written, declaration = self.context.written(names[0], node)
        if len(names) == 1:
            told = "".join(f' {name}="{attribute_text(text)}"' for name, text in slot.attributes)
            told = told or self._shared(node, names[0], value)
            return f"<{written}{declaration}{told}>{element_text(value)}</{written}>"
        if names[1].startswith("@"):
            name = self.context.written(names[1][1:], node, attribute=True)[0]
            return f'<{written}{declaration} {name}="{attribute_text(value)}"/>'
        inner = f"{indent}  " if indent else ""
        within = self._written(node, replace(slot, missing=names[1:]), value, inner)
        return f"<{written}{declaration}>{inner}{within}{indent}</{written}>"

    def _shared(self, node: Node, name: str, value: str) -> str:
        """The attributes that the numbers beside a new one, called alike, have in common: its currency, most often."""
        if not _NUMBER.fullmatch(value):
            return ""
        kind = _LAST_WORD.findall(local_name(name)) or [local_name(name)]
        beside = [leaf for leaf in node.children if self._is_figure(leaf)]
        like = [leaf for leaf in beside if local_name(leaf.name).endswith(kind[-1])]
        like = like or [leaf for leaf in self.tree.nodes if leaf.name == name and self._is_figure(leaf)]
        like = like or [leaf for leaf in self.tree.nodes if leaf.name.endswith(kind[-1]) and self._is_figure(leaf)]
        sets = [
            {
                (item.name, self.tree.attribute_value(item))
                for item in leaf.attributes
                if not item.name.startswith("xmlns")
            }
            for leaf in like or beside
        ]
        common = set.intersection(*sets) if sets else set()
        return "".join(f' {name}="{attribute_text(value)}"' for name, value in sorted(common))

    def _is_figure(self, node: Node) -> bool:
        return not node.children and _NUMBER.fullmatch(self.tree.value(node)) is not None

    def _place(self, node: Node, name: str) -> int:
        """The offset for a new child: by the grammar, else behind the last one of its name, or of all."""
        order = self._order(node)
        children = list(node.children)
        if name in order:
            known = order[: order.index(name) + 1]
            before = [child for child in children if child.name in known]
        else:
            before = [child for child in children if child.name == name] or children
        return before[-1].end if before else node.content[0]

    def _order(self, node: Node) -> list[str]:
        """The names that an element may hold, in their order; without a grammar, as others of its name have them."""
        definition = self._definition(node)
        if definition is not None:
            return [decl.name for decl in definition.content.declarations]
        like = (other.children for other in self.tree.nodes if other.name == node.name and other is not node)
        longest = max(like, key=len, default=None)
        return list(dict.fromkeys(longest.names)) if longest is not None else []

    def _definition(self, node: Node, *missing: str) -> TypeDef | None:
        """The type of an element, or of one that is to be made inside it."""
        if self._grammar is None:
            return None
        root, *inside = reversed([each.name for each in node.lineage()])
        decl = self._grammar.elements.get(root)
        for name in (*inside, *missing):
            if decl is None or decl.type is None:
                return None
            decl = decl.type.content.declared[0].get(name)
        return decl.type if decl is not None else None

    @cached_property
    def _grammar(self) -> Grammar | None:
        try:
            if self.plan.grammar:
                return load(self.plan.grammar, self.plan.roots)
            return _official(self.tree.root.name)
        except (TroubleshooterError, ValueError):
            return None


@lru_cache(maxsize=8)
def _official(root: str) -> Grammar | None:
    """The grammar of an official schema for documents of this root that an installed package ships."""
    if not namespace(root):
        return None
    store = SchemaStore(_NOWHERE)
    for entry in store.known.judging(root):
        for held in store.held(entry.id):
            if (path := held.file(root)) is not None:
                return load(str(path), (held.folder,))
    return None
