"""The state of one examination of a document against a grammar."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from ..codes import Code
from ..document import XSI_NAMESPACE
from ..document.names import local_name, namespace
from ..document.tokens import Attribute
from ..document.tree import Node, Tree, resolve
from ..grammar.datatypes import SimpleType
from ..grammar.model import ElementDecl, Grammar, TypeDef
from ..prices import VIOLATIONS
from ..wording import shortened
from .child_changes import Step
from .later_errors import Complaints, later_complaints
from .name_distance import Familiar
from .type_alternatives import likeliest
from .violations import ChangeValue, Correction, RemoveAttribute, Violation, ViolationOf, at_element

_HIDDEN = 100  # elements behind structural faults that are looked at where a validator has seen the rest
_WORTH_ASKING = 1000  # hidden characters from which on a validator finds the errors there sooner
_SHOWN = 60  # characters of a text in a sentence
_SMALL = 1000  # elements of a document that is looked at as a whole
_BLANKS = re.compile(r"[ \t\r\n]*")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);|#)[^\s;&<]+;")


@dataclass(frozen=True, slots=True)
class Value:
    """The value of an attribute, or of an element (None), and the type that it should have."""

    text: str
    node: Node
    attribute: Attribute | None
    type: SimpleType

    @property
    def span(self) -> tuple[int, int]:
        """The span of the value; that of the whole element where it has no text."""
        if self.attribute is not None:
            return self.attribute.value_start, self.attribute.value_end
        start, end = self.node.content
        return (start, end) if self.node.close and start < end else (self.node.start, self.node.end)


class Examination:
    """The document and grammar under examination, the violations found, and the elements still to be examined.

    `literal` says that names are compared as written, because a DTD knows no namespaces. `suspects` are the elements
    with errors of a validator; where there are none, every element is examined. Of the `parents` of suspects only the
    order of the children is. `complaints` runs that validator on another text.
    """

    def __init__(
        self, tree: Tree, grammar: Grammar, suspects: Collection[int], complaints: Complaints | None = None
    ) -> None:
        self.tree = tree
        self.grammar = grammar
        self.literal = grammar.kind == "dtd"
        self.found: list[Violation] = []
        self.id_values: list[Value] = []  # those that name an element or refer to one
        self.pending: list[tuple[Node, ElementDecl, bool]] = []
        self.suspects = {tree.at(offset) for offset in suspects}
        self.parents = {node.parent for node in self.suspects if node.parent is not None} - self.suspects
        self._hidden = _HIDDEN
        self._complaints = complaints
        self._types: dict[Node, TypeDef | None] = {}

    @cached_property
    def _watched(self) -> dict[Node | None, list[Node]]:
        """The elements that the validator does not clear, by their parents."""
        found: dict[Node | None, list[Node]] = {}
        for node in self.suspects | self.parents:
            found.setdefault(node.parent, []).append(node)
        return found

    @cached_property
    def familiar(self) -> Familiar:
        """The names of all declared elements."""
        return Familiar(self.grammar.declarations)

    @cached_property
    def used(self) -> dict[str, set[str]]:
        """The local names that the document has in each namespace."""
        found: dict[str, set[str]] = {}
        for name in self.tree.names:
            found.setdefault(namespace(name), set()).add(local_name(name))
        return found

    def add(
        self, correction: Correction, code: Code, node: Node, span: tuple[int, int], sentence: str, **rest: object
    ) -> None:
        """Record a violation."""
        start, end = span
        fields = {"node": node, "start": start, "end": end, "sentence": sentence, **rest}
        self.found.append(ViolationOf(correction=correction, code=code, **fields))  # type: ignore[arg-type]

    def add_element(self, correction: Correction, code: Code, node: Node, sentence: str, **rest: object) -> None:
        """Record that an element is itself the violation."""
        self.found.append(at_element(correction, code, node, sentence, **rest))

    def add_surplus(self, code: Code, node: Node, attribute: Attribute, sentence: str, **rest: object) -> None:
        """Record that an element may not have an attribute."""
        start = attribute.name_start
        self.add(
            RemoveAttribute(), code, node, (start, start + len(attribute.name)), sentence, attribute=attribute,
            value=attribute.name, held=self.tree.attribute_value(attribute), cost=VIOLATIONS.surplus_attribute, **rest,
        )  # fmt: skip

    def add_value(
        self,
        correction: ChangeValue,
        code: Code,
        value: Value,
        sentence: str,
        expected: tuple[str, ...],
        **rest: object,
    ) -> None:
        """Record that a value is not valid."""
        self.add(
            correction, code, value.node, value.span, sentence, attribute=value.attribute, value=value.text,
            expected=expected, cost=VIOLATIONS.value, **rest,
        )  # fmt: skip

    def trust_nothing(self) -> None:
        """Examine all elements of a small document: the validator has not seen those behind the faults found so far."""
        if self.tree.names.total() <= _SMALL:
            self.suspects, self.parents = set(), set()

    def clears(self, node: Node) -> bool:
        """Whether a validator that has seen an element finds no fault in it."""
        return bool(self.suspects) and node not in self.suspects and node not in self.parents

    def doubtful(
        self, parent: Node, stretch: range, *, masked: bool, complaints: Sequence[int] | None = None
    ) -> Sequence[int]:
        """The indexes of the children in a stretch that need to be examined: those that the validator does not clear.

        Of masked ones these are the children with `complaints`, its errors behind the fault; where it was not run, the
        first of them.
        """
        if masked and complaints is not None:
            blamed = (parent.children.around(offset) for offset in complaints)
            chosen: Sequence[int] = sorted(
                {node.index for node in blamed if node is not None and node.index in stretch}
            )
        elif not self.suspects:
            return stretch
        elif not masked or self.grammar.kind != "xsd":  # the others are judged wherever they are
            return sorted(node.index for node in self._watched.get(parent, ()) if node.index in stretch)
        else:
            chosen = stretch
        chosen = chosen[: self._hidden]
        self._hidden -= len(chosen)
        return chosen

    def complaints_from(self, node: Node, first: int, steps: Sequence[Step]) -> list[int] | None:
        """The offsets of a validator's errors in the children from a first one on, once these steps are taken.

        None where it is not run, because to examine them is cheaper.
        """
        if not self.suspects or self._complaints is None or first >= len(node.children):
            return None
        size = node.children[-1].end - node.children[first].start
        if min(size, _WORTH_ASKING * 10) < max(_WORTH_ASKING, len(self.tree.text) // 20):
            return None
        complaints, self._complaints = self._complaints, None  # once, so that many faults do not ask many times
        return later_complaints(self.tree, node, steps, complaints)

    def settle(self, node: Node, decl: ElementDecl) -> TypeDef | None:
        """The type of an element by its declaration, remembered for `type_of`."""
        found = self._types[node] = self._definition(node, decl)
        return found

    def type_of(self, node: Node) -> TypeDef | None:
        """The type of an element; None where the grammar does not declare it at its place.

        If only suspects are examined, the types of the others are found by their names.
        """
        if self.suspects:
            for item in reversed(list(takewhile(lambda each: each not in self._types, node.lineage()))):
                decl = self.declaration(item)
                self._types[item] = None if decl is None else self._definition(item, decl)
        return self._types.get(node)

    def declaration(self, node: Node) -> ElementDecl | None:
        """The declaration of an element in its parent, by its name; None where there is none."""
        if node.parent is None:
            return next((item for item in self.grammar.roots if item.matches(node.name)), None)
        definition = self.type_of(node.parent)
        if definition is None:  # an element admitted by a wildcard may hold any global element
            return self.grammar.elements.get(node.name) if self.grammar.kind == "xsd" else None
        named, wildcards = definition.content.declared
        decl = named.get(node.name)
        if decl is not None:
            return decl
        wild = next((item for item in wildcards if item.matches(node.name)), None)
        return self.grammar.elements.get(node.name) if wild is not None and wild.process != "skip" else None

    def _definition(self, node: Node, decl: ElementDecl) -> TypeDef | None:
        """The type of an element: the one that xsi:type names, else the declared one."""
        attribute = node.attribute(f"{{{XSI_NAMESPACE}}}type") if self.grammar.types else None
        if attribute is not None:
            named = self.grammar.types.get(resolve(self.tree.attribute_value(attribute).strip(), node.scope))
            if named is not None:
                return named
        return None if decl.type is None else likeliest(self.tree, node, decl.type)

    def droppable(self, node: Node) -> bool:
        """Whether an element is empty, without attributes, next to a filled one of its name, and may be left out."""
        definition = self.type_of(node.parent) if node.parent is not None else None
        if node.parent is None or definition is None or node.children or self.tree.value(node).strip():
            return False
        beside = node.parent.children[max(node.index - 1, 0) : node.index + 2]
        twins = [twin for twin in beside if twin is not node and twin.name == node.name]
        if not any(twin.attributes or twin.children or twin.texts for twin in twins):
            return False  # its content may have been lost
        if node.named_attributes:
            return False
        others = (child.name for child in node.parent.children if child is not node)
        return definition.content.after_all(others).nullable

    def opaque(self, node: Node) -> bool:
        """Whether the element contains an entity reference, so that its content is not all in the text."""
        text = self.tree.text
        if _ENTITY.search(text, *node.content) is None:
            return False
        return any(not piece.cdata and _ENTITY.search(text, piece.start, piece.end) for piece in node.texts)


def holds_entity(value: str) -> bool:
    """Whether a value, as it is written, contains an entity reference, so that it is not all in the text."""
    return _ENTITY.search(value) is not None


def white_space_from(text: str, place: int) -> str:
    """The white space from a place on."""
    found = _BLANKS.match(text, place)
    return found[0] if found else ""


def misnamed(node: Node, meant: str, code: Code) -> Code:
    """The code of an element that should have another name: the namespace is at fault where the rest is right."""
    return Code.WRONG_NAMESPACE if local_name(meant) == local_name(node.name) else code


def clip(text: str) -> str:
    """A text short enough for a sentence."""
    return shortened(" ".join(text.split()), _SHOWN)
