"""What a compiled grammar can tell about names while the text is not yet well-formed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from ..document.names import local_name, namespace
from ..errors import SchemaError
from . import READABLE, load
from .model import ElementDecl, Grammar


class SchemaNames:
    """The names of a schema: evidence that decides between readings of broken markup.

    All names are local names, because prefixes may be broken too; a path runs from the root to the parent. Answers are
    evidence, not verdicts: `None` means that the schema does not say.
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
        found: set[str] = set()
        for decl in self._declarations(element):
            if decl.type is not None:
                found.update(local_name(name) for name in decl.type.attributes)
        return frozenset(found)

    def accepts(self, element: str, children: Sequence[str]) -> bool | None:
        """Whether these children, in their order, are all that elements of this name need and may hold."""
        patterns = [decl.type.content for decl in self._declarations(element) if decl.type is not None]
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
        types = [decl.type for decl in self._declarations(element) if decl.type is not None]
        needed = [{local_name(name) for name, item in type_.attributes.items() if item.required} for type_ in types]
        return frozenset(set.intersection(*needed)) if needed else frozenset()

    def namespaces(self, name: str) -> frozenset[str]:
        """The namespaces in which the schema declares an element or attribute of this local name."""
        if self._grammar.kind == "dtd":
            return frozenset(self._declared.get(name, ()))
        elements = {namespace(full) for full in self._grammar.by_local_name.get(name, ())}
        return frozenset(elements | self._attribute_namespaces.get(name, set()))

    @cached_property
    def _declared(self) -> dict[str, set[str]]:
        """What a DTD fixes as the namespaces of its prefixes, by the names that have these prefixes."""
        bound: dict[str, str] = {}
        names: set[str] = set()
        for written, decls in self._grammar.declarations.items():
            names.add(written)
            for decl in decls:
                for name, item in decl.type.attributes.items() if decl.type is not None else ():
                    names.add(name)
                    value = item.fixed if item.fixed is not None else item.default
                    if value and (name == "xmlns" or name.startswith("xmlns:")):
                        bound[name.partition(":")[2]] = value
        found: dict[str, set[str]] = {}
        for written in names:
            prefix, _, local = written.rpartition(":")
            if prefix in bound:
                found.setdefault(local, set()).add(bound[prefix])
        return found

    @cached_property
    def _attribute_namespaces(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for decls in self._grammar.declarations.values():
            for decl in decls:
                for name in decl.type.attributes if decl.type is not None else ():
                    found.setdefault(local_name(name), set()).add(namespace(name))
        return found

    def _declarations(self, element: str) -> list[ElementDecl]:
        names = self._grammar.by_local_name.get(element, ())
        return [decl for name in names for decl in self._grammar.declarations[name]]

    def _holds(self, element: str) -> tuple[frozenset[str], bool, bool]:
        """The local names of possible children, whether others may come too, and whether text may."""
        known = self._allowed.get(element)
        if known is None:
            children: set[str] = set()
            wild = text = False
            for decl in self._declarations(element):
                if decl.type is None:
                    wild = text = True
                    continue
                text = text or decl.type.mixed or decl.type.value is not None
                for child in decl.type.content.declarations:
                    wild = wild or child.wildcard is not None
                    children.add(local_name(child.name))
            known = self._allowed[element] = (frozenset(children), wild, text)
        return known


@lru_cache(maxsize=8)
def _of(grammar: Grammar) -> SchemaNames:
    return SchemaNames(grammar)


def names_of(schema: str, roots: tuple[Path, ...] = ()) -> SchemaNames | None:
    """The names of a schema that may take files from `roots` too, kept for the process.

    None for a schema that has no content models, and for one that cannot be read: markup can be told and repaired all
    the same, and the layer says so.
    """
    if not schema.lower().endswith(READABLE):
        return None
    try:
        return _of(load(schema, roots))
    except SchemaError:
        return None
