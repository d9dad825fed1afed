"""The names of a compiled grammar, as evidence while the text is not yet well-formed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from ..document.names import local_name, namespace
from ..errors import SchemaError
from . import READABLE, load
from .model import ElementDecl, Grammar, TypeDef


class SchemaNames:
    """The names of a schema: evidence that decides between readings of broken markup.

    All names are local names, because prefixes may be broken too; a path runs from the root to the parent. Answers are
    evidence, not verdicts: `None` means that the schema does not decide it.
    """

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._allowed: dict[str, tuple[frozenset[str], bool, bool]] = {}

    def knows_element(self, name: str) -> bool:
        """Whether the schema declares an element of this local name anywhere."""
        return name in self._grammar.by_local_name

    def allows_child(self, path: Sequence[str], child: str) -> bool | None:
        """Whether the last element of the path may contain the child; an empty path asks for the root."""
        if not path:
            roots = {local_name(decl.name) for decl in self._grammar.roots if decl.wildcard is None}
            return child in roots if roots else None
        if not self.knows_element(path[-1]):
            return None
        children, wild, _ = self._holds(path[-1])
        return True if child in children else None if wild else False

    def allows_text(self, path: Sequence[str]) -> bool | None:
        """Whether the last element of the path may contain text other than white space."""
        if not path or not self.knows_element(path[-1]):
            return None
        return self._holds(path[-1])[2]

    def attributes(self, element: str) -> frozenset[str]:
        """The local names of the attributes that elements of this name may carry."""
        return frozenset(local_name(name) for definition in self._types(element) for name in definition.attributes)

    def accepts(self, element: str, children: Sequence[str]) -> bool | None:
        """Whether these children, in their order, are all that elements of this name need and may hold."""
        patterns = [definition.content for definition in self._types(element)]
        if not patterns or self._holds(element)[1]:
            return None
        for child in children:
            patterns = [
                pattern.after(decl.name)
                for pattern in patterns
                for decl in pattern.first
                if local_name(decl.name) == child
            ]
        return any(pattern.nullable for pattern in patterns)

    def required(self, element: str) -> frozenset[str]:
        """The local names of the attributes that every element of this name must carry."""
        attributes = [definition.attributes for definition in self._types(element)]
        needed = [{local_name(name) for name, item in items.items() if item.required} for items in attributes]
        return frozenset(set.intersection(*needed)) if needed else frozenset()

    def namespaces(self, name: str) -> frozenset[str]:
        """The namespaces in which the schema declares an element or attribute of this local name."""
        if self._grammar.kind == "dtd":
            return frozenset(self._declared.get(name, ()))
        elements = {namespace(full) for full in self._grammar.by_local_name.get(name, ())}
        return frozenset(elements | self._attribute_namespaces.get(name, set()))

    @cached_property
    def _declared(self) -> dict[str, set[str]]:
        """The namespaces that a DTD fixes for its prefixes, by the local names that have these prefixes."""
        bound: dict[str, str] = {}
        for item in self._grammar.attributes:
            value = item.fixed if item.fixed is not None else item.default
            if value and (item.name == "xmlns" or item.name.startswith("xmlns:")):
                bound[item.name.partition(":")[2]] = value
        found: dict[str, set[str]] = {}
        for written in {*self._grammar.declarations, *(item.name for item in self._grammar.attributes)}:
            prefix, _, local = written.rpartition(":")
            if prefix in bound:
                found.setdefault(local, set()).add(bound[prefix])
        return found

    @cached_property
    def _attribute_namespaces(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for item in self._grammar.attributes:
            found.setdefault(local_name(item.name), set()).add(namespace(item.name))
        return found

    def _declarations(self, element: str) -> list[ElementDecl]:
        names = self._grammar.by_local_name.get(element, ())
        return [decl for name in names for decl in self._grammar.declarations[name]]

    def _types(self, element: str) -> list[TypeDef]:
        return [decl.type for decl in self._declarations(element) if decl.type is not None]

    def _holds(self, element: str) -> tuple[frozenset[str], bool, bool]:
        """The local names of possible children, whether others may come too, and whether text may."""
        known = self._allowed.get(element)
        if known is None:
            types = self._types(element)
            left_open = len(types) < len(self._declarations(element))
            inner = [child for definition in types for child in definition.content.declarations]
            children = frozenset(local_name(child.name) for child in inner)
            wild = left_open or any(child.wildcard is not None for child in inner)
            text = left_open or any(definition.mixed or definition.value is not None for definition in types)
            known = self._allowed[element] = (children, wild, text)
        return known


_of = lru_cache(maxsize=8)(SchemaNames)


def names_of(schema: str, roots: tuple[Path, ...] = ()) -> SchemaNames | None:
    """The names of a schema that may take files from `roots` too, kept for the process.

    None for a schema that has no content models, and for one that cannot be read: markup can be diagnosed and repaired
    all the same, and the layer reports it.
    """
    if not schema.lower().endswith(READABLE):
        return None
    try:
        return _of(load(schema, roots))
    except SchemaError:
        return None
