"""The costs of changing a child so that a content model accepts it: the likelier a slip, the cheaper."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from ..document.names import bare_name, namespace
from ..document.tree import Node
from ..grammar.model import ElementDecl, TypeDef
from ..prices import ALIGNMENT, NAMES, RENAMES
from .examination import Examination
from .layout_anomalies import is_put_in
from .name_distance import name_distance, words

INFINITE = float("inf")
FEW = 30  # declarations that a child is compared with, whatever their names
_TAG = re.compile(r"<[^<>]*>")
_WORDS = 15  # words and tags of an element, at most, that raise the cost of removing it
_ENOUGH = 2000  # characters of an element in which they are counted


def rename_cost(exam: Examination, node: Node, decl: ElementDecl) -> float:
    """The cost of giving an element a declared name: the distance of the names and the misfit of the content."""
    written, meant = bare_name(node.name), bare_name(decl.name)
    if written == meant:
        # of several namespaces with this name, one that the document declares and does not use yet is the likeliest
        uri = namespace(decl.name)
        bound = RENAMES.declared_namespace if uri in node.scope.values() else 0.0
        unused = RENAMES.unused_namespace if uri not in exam.used else 0.0
        return RENAMES.namespace + misfit(exam, node, decl) - bound - unused
    cost = min(name_distance(written, meant), _extended(node, written, meant, decl))
    if namespace(node.name) != namespace(decl.name):
        cost += RENAMES.namespace
    declared = node.name in exam.grammar.declarations
    if cost >= NAMES.unrelated and declared:
        return INFINITE  # the name is no evidence for it
    unfit = misfit(exam, node, decl)
    if cost >= NAMES.unrelated and not declared and unfit == 0 and (near := _expected(exam, node, decl)):
        cost = near  # an undeclared name, but the content is just that of the element expected here
    if cost >= NAMES.unrelated and unfit > RENAMES.stranger:
        return INFINITE  # neither the name nor the content is evidence for it
    if declared:
        cost += RENAMES.declared
        cost += RENAMES.twin if any(_beside(node, step) == node.name for step in (-1, 1)) else 0.0
        holds = decl.type is not None and decl.type.content.declaration(node.name)
        if holds and not holds.wildcard:
            cost += RENAMES.child_of_other
    return cost + unfit


def _beside(node: Node, step: int) -> str:
    """The name of the sibling `step` places away; "" for none."""
    siblings, at = node.parent.children if node.parent is not None else (), node.index + step
    return siblings[at].name if 0 <= at < len(siblings) else ""


def _expected(exam: Examination, node: Node, decl: ElementDecl) -> float:
    """The cost of giving an unknown element a declared name because of its siblings or content; 0 without evidence."""
    beside = node.parent.children[max(node.index - 1, 0) : node.index + 2] if node.parent is not None else []
    if any(item.name == decl.name for item in beside) and (node.children or node.texts or node.attributes):
        return RENAMES.beside_others
    value = decl.type.value if decl.type is not None else None
    narrow = value is not None and (value.primitive != "string" or bool(value.enumeration or value.patterns))
    fits = len(node.children) > 1 or (narrow and exam.tree.value(node).strip())
    return RENAMES.fitting if fits else 0.0


def _extended(node: Node, written: str, meant: str, decl: ElementDecl) -> float:
    """The distance of a name with something added or left out: the parent's name, a prefix, other words."""
    parent = bare_name(node.parent.name) if node.parent is not None else ""
    if written.lower() == (parent + meant).lower():
        return RENAMES.parent_in_name
    for mark in ".-_":
        prefix, _, local = written.partition(mark)
        if local == meant and prefix in node.scope and node.scope[prefix] == namespace(decl.name):
            return RENAMES.colon_lost
    longer, shorter = sorted((written, meant), key=len, reverse=True)
    many, few = words(longer), words(shorter)
    if (
        few
        and (many[: len(few)] == few or many[-len(few) :] == few)
        and (node.children or node.texts or node.attributes)
    ):
        return RENAMES.words_around
    ends_alike = len(shorter) > 1 and longer.lower().endswith(shorter.lower())
    return RENAMES.letters_around if ends_alike else NAMES.unrelated


def misfit(exam: Examination, node: Node, decl: ElementDecl) -> float:
    """The share (0 to 1) of an element's children, attributes and text that a declaration has no room for."""
    if decl.type is None:
        return 0.0
    found = misfits(exam, node, decl.type)
    hollow = not node.children and not decl.type.content.nullable
    return (sum(found) / len(found) if found else 0.0) + (RENAMES.hollow if hollow else 0.0)


def misfits(exam: Examination, node: Node, definition: TypeDef) -> list[bool]:
    """Of each child of an element, each attribute and the text, whether a type has no room for it."""
    found = [not definition.content.names(child.name) for child in node.children]
    wild = definition.any_attribute is not None
    found += [not wild and name not in definition.attributes for name in node.named_attributes]
    judged = _text_fits(exam, node, definition)
    return found if judged is None else [*found, not judged]


def _text_fits(exam: Examination, node: Node, definition: TypeDef) -> bool | None:
    """Whether a type has room for the text of an element; None where there is none and none is needed."""
    text = exam.tree.value(node)
    if definition.value is not None and (text.strip() or not node.children):
        return definition.value.accepts(text)
    return definition.mixed if text.strip() else None


class Costs:
    """The costs of the changes of one child of an element; infinite where a change is out of the question."""

    def __init__(self, examination: Examination, parent: Node) -> None:
        self.examination = examination
        self.children = parent.children
        self._renamed: dict[tuple[int, ElementDecl], float] = {}
        self._wrapped: dict[tuple[int, ElementDecl], tuple[float, int]] = {}

    def renames(self, child: int, decls: Sequence[ElementDecl]) -> Iterator[tuple[float, ElementDecl]]:
        """The costs of giving the child a declared name: the distance of the names and the misfit of the content.

        Of more than FEW declarations, the first ones count, those of like names, and those of the adjacent siblings.
        """
        node = self.children[child]
        if len(decls) > FEW:
            beside = {_beside(node, -1), _beside(node, 1)}
            like = beside | self.examination.familiar.like(node.name)
            decls = [decl for number, decl in enumerate(decls) if number < FEW or decl.name in like]
        for decl in decls:
            if decl.wildcard is not None or decl.name == node.name or decl.abstract:
                continue
            key = (child, decl)
            if key not in self._renamed:
                self._renamed[key] = rename_cost(self.examination, node, decl)
            if self._renamed[key] != INFINITE:
                yield self._renamed[key], decl

    def remove(self, child: int) -> float:
        """The cost of leaving the child out: the more words and tags it holds, the dearer."""
        node, tree = self.children[child], self.examination.tree
        if tree.repeats(node):
            return ALIGNMENT.repeated
        if tree.stands_twice(node):
            return ALIGNMENT.repeated_apart
        start, end = node.content
        inner = tree.text[start : min(end, start + _ENOUGH)]
        holds = len(_TAG.sub(" ", inner).split()) + inner.count("<") + inner.count('="')
        holds += len(node.named_attributes)
        decls = self.examination.grammar.declarations.get(node.name, [])
        if decls and not holds and is_put_in(tree.text, node):
            return ALIGNMENT.put_in
        base = (
            ALIGNMENT.known
            if holds or (decls and _are_empty(decls))
            else ALIGNMENT.hollow
            if decls
            else ALIGNMENT.strange
        )
        return base + ALIGNMENT.word * min(_WORDS, holds)

    def insert(self, decl: ElementDecl) -> float:
        """The cost of inserting a missing element: the same for all, since their content is not known."""
        return INFINITE if decl.abstract else ALIGNMENT.missing

    def wrap(self, child: int, decl: ElementDecl, *, alone: bool) -> tuple[float, int]:
        """The cost of a missing element around the child and the next ones that it may hold; and the number of these.

        `alone` says that the content model allows no other element there.
        """
        key = (child, decl)
        if key not in self._wrapped:
            self._wrapped[key] = self._wrap(child, decl)
        cost, fitting = self._wrapped[key]
        # a single element finds a wrapper that it fits too easily
        return cost + (ALIGNMENT.lone_wrapper if fitting == 1 and not alone else 0.0), fitting

    def _wrap(self, child: int, decl: ElementDecl) -> tuple[float, int]:
        definition = None if decl.abstract else decl.type
        if definition is None or self.children[child].name not in definition.content.declared[0]:
            return INFINITE, 0
        pattern, fitting = definition.content, 0
        for count, node in enumerate(islice(self.children, child, None), 1):
            declared = pattern.declaration(node.name)
            if declared is None or declared.wildcard is not None:
                break  # a wildcard admits anything, which is no evidence for this wrapper
            pattern = pattern.after(node.name)
            fitting = count if pattern.nullable else fitting
        required = sum(item.required for item in definition.attributes.values())
        return ALIGNMENT.nesting + required, fitting

    def unwrap(self, child: int) -> tuple[float, Sequence[str]]:
        """The cost of replacing the child by its content, text only where the parent may hold any; its child names."""
        node, parent = self.children[child], self.children[child].parent
        attributes = len(node.named_attributes)
        if is_doubled(self.examination, node):
            return ALIGNMENT.doubled_tags, [item.name for item in node.children]
        if not node.children:
            definition = self.examination.type_of(parent) if parent is not None else None
            holds_text = definition is not None and (definition.mixed or definition.value is not None)
            if not holds_text or not node.texts:
                return INFINITE, ()
        cost = ALIGNMENT.nesting - (0 if node.children else ALIGNMENT.unwrapped_text)
        return cost + ALIGNMENT.unwrapped_attribute * attributes, [item.name for item in node.children]


def _are_empty(decls: Sequence[ElementDecl]) -> bool:
    """Whether an element is declared empty, so that its presence alone is the information."""
    types = [decl.type for decl in decls if decl.type is not None]
    return len(types) == len(decls) and not any(
        item.mixed or item.value is not None or item.content.declarations for item in types
    )


def is_doubled(exam: Examination, node: Node) -> bool:
    """Whether an element is all that its parent holds, and has the same start tag: the tags are written twice."""
    parent, text = node.parent, exam.tree.text
    if parent is None or len(parent.children) != 1 or exam.tree.value(parent).strip():
        return False
    return text[node.start : node.tag.end] == text[parent.start : parent.tag.end]
