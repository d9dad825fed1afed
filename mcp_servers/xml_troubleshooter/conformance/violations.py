"""The violations of a grammar by a document, and the corrections that would remove them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Generic, TypeVar

from ..codes import Code
from ..diagnostics import Related
from ..document.names import bare_name, local_name
from ..document.tokens import Attribute
from ..document.tree import Node
from ..grammar.datatypes import SimpleType
from ..grammar.model import AttributeDecl, ElementDecl
from ..prices import ALIGNMENT, NAMES
from ..wording import listed
from .name_distance import name_distance


@dataclass(frozen=True, slots=True)
class Correction:
    """The change that removes a violation; this class itself where none is near enough to propose.

    `structural` says that a validator may report the fault at the parent or a sibling; `mended_by` is the module and
    the function of `repair/rules/` that make edits of it, `remedy` the advice, if it is always the same.
    """

    structural: ClassVar[bool] = True
    mended_by: ClassVar[str] = ""
    remedy: ClassVar[str] = ""

    def advice(self, violation: Violation) -> str:
        """The advice on a violation, in one sentence."""
        return self.remedy or (f"Expected here: {listed(violation.shown)}." if violation.expected else "")


@dataclass(frozen=True, slots=True)
class DeclareNamespace(Correction):
    """The declaration that is the violation's attribute should name this namespace, or is missing."""

    mended_by = "namespace_declaration.mend"
    namespace: str

    def advice(self, violation: Violation) -> str:
        return f"Declare the namespace {self.namespace}."


@dataclass(frozen=True, slots=True)
class Rename(Correction):
    """The element should have this name, and the declaration `decl`, if that is known."""

    mended_by = "misnamed.rename_element"
    name: str
    decl: ElementDecl | None = None

    def advice(self, violation: Violation) -> str:
        name = local_name(self.name)
        if self.is_near(violation.node):
            return f"Rename it to {name}."
        return f"Rename it to {name} if that is what it is meant as."

    def is_near(self, node: Node) -> bool:
        """Whether the name that is written may be a slip for this one: they have letters or words in common."""
        written, meant = bare_name(node.name).lower(), bare_name(self.name).lower()
        held = min(len(written), len(meant)) > 1 and (written in meant or meant in written)
        return held or name_distance(written, meant) < NAMES.unrelated


@dataclass(frozen=True, slots=True)
class NameInDoctype(Correction):
    """The DOCTYPE should name this document element; the DTD declares the one that it names, too, or does not."""

    mended_by = "doctype_name.mend"
    name: str
    declared: bool

    def advice(self, violation: Violation) -> str:
        if self.declared:
            return f"Name {self.name} there, if that is the element that it should be."
        return f"Name {self.name} there; the DTD does not declare {violation.value}."


@dataclass(frozen=True, slots=True)
class Remove(Correction):
    """The element does not belong here; it may repeat the one in front of it, and its parent may admit just one."""

    mended_by = "surplus_element.mend"
    duplicate: bool = False
    single: bool = False

    def advice(self, violation: Violation) -> str:
        if self.duplicate:
            return "Remove it, if it was put in twice."
        return "Remove it, or move its content to an element that may hold it."


@dataclass(frozen=True, slots=True)
class Move(Correction):
    """The element belongs to another place of its parent, or of another; `rank` is its place among those that move.

    `single` says that it, or each sibling that it passes, may occur only once, so that its place is certain; nor is
    the content mixed, or another element missing that it may be under a wrong name.
    """

    mended_by = "misplaced_element.mend"
    place: int
    rank: int = 0
    to_another: bool = False
    single: bool = True

    def advice(self, violation: Violation) -> str:
        around = (each for each in violation.node.lineage() if each.content[0] <= self.place <= each.content[1])
        node = next(around, violation.node)
        before = [child for child in node.children if child.end <= self.place and child is not violation.node]
        where = f"behind {before[-1].written}" if before else f"at the beginning of {node.written}"
        return f"It belongs {where}."


@dataclass(frozen=True, slots=True)
class PutBack(Correction):
    """The element was moved from the empty line that ends at a place."""

    mended_by = "misplaced_element.put_back"
    remedy = "Put it back, if that is so."
    structural = False
    place: int


@dataclass(frozen=True, slots=True)
class Wrap(Correction):
    """An element is missing around the content from the start of the violation to a place."""

    mended_by = "nesting.wrap"
    decl: ElementDecl
    place: int

    def advice(self, violation: Violation) -> str:
        return f"Put {local_name(self.decl.name)} around it."


@dataclass(frozen=True, slots=True)
class Unwrap(Correction):
    """The element's children should replace it; it may be the only content of an element with the same start tag."""

    mended_by = "nesting.unwrap"
    remedy = "Remove its tags and keep what is between them."
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Extract(Correction):
    """A descendant of the element should be the document element."""

    mended_by = "nesting.extract"
    remedy = "Keep the document inside, without what is around it."
    inner: Node


@dataclass(frozen=True, slots=True)
class Join(Correction):
    """The element and one beside it should be one."""

    mended_by = "nesting.join"
    remedy = "Make one element of the two."
    beside: Node


@dataclass(frozen=True, slots=True)
class Split(Correction):
    """The parent should end in front of the element, and another of its name begin."""

    mended_by = "nesting.split"
    remedy = "Begin a new element in front of it."
    parent: Node


@dataclass(frozen=True, slots=True)
class MoveEnd(Correction):
    """The end tag of an element belongs to another place."""

    mended_by = "nesting.end"
    remedy = "Put the end tag to its place."
    holder: Node
    place: int


@dataclass(frozen=True, slots=True)
class AsElement(Correction):
    """The attribute should be a child element at a place."""

    mended_by = "attribute_element.to_element"
    structural = False
    name: str
    place: int

    def advice(self, violation: Violation) -> str:
        return f"Write it as an element {local_name(self.name)} inside."


@dataclass(frozen=True, slots=True)
class AsAttribute(Correction):
    """The element should be an attribute of its parent."""

    mended_by = "attribute_element.to_attribute"
    name: str

    def advice(self, violation: Violation) -> str:
        return f"Write it as the attribute {local_name(self.name)} of its parent."


@dataclass(frozen=True, slots=True)
class Carry(Correction):
    """The attribute or text belongs to an element, as its attribute of a name, or as its text ("")."""

    mended_by = "attribute_element.carry"
    remedy = "Write the value there."
    structural = False
    holder: Node
    name: str = ""


@dataclass(frozen=True, slots=True)
class Insert(Correction):
    """An element is missing at a place."""

    mended_by = "missing.element"
    decl: ElementDecl
    place: int

    def advice(self, violation: Violation) -> str:
        return f"Add {local_name(self.decl.name)}."


@dataclass(frozen=True, slots=True)
class RemoveText(Correction):
    """The text does not belong in the element."""

    mended_by = "stray_text.mend"
    remedy = "Remove the text, or move it into the element that it belongs to."


@dataclass(frozen=True, slots=True)
class ChangeValue(Correction):
    """The text of the element, or the violation's attribute, is no value of a type, or not the one that is `fixed`.

    `optional` says that the element holds nothing and could as well be left out.
    """

    mended_by = "value.mend"
    structural = False
    type: SimpleType
    fixed: str | None = None
    optional: bool = False

    def advice(self, violation: Violation) -> str:
        return "Use one of these." if violation.code is Code.NOT_IN_ENUMERATION else "Correct the value."


@dataclass(frozen=True, slots=True)
class AddAttribute(Correction):
    """An attribute is missing; `optional` as in `ChangeValue`."""

    mended_by = "missing.attribute"
    remedy = "Add it."
    structural = False
    declared: AttributeDecl
    optional: bool = False


@dataclass(frozen=True, slots=True)
class RenameAttribute(Correction):
    """The attribute should have this name."""

    mended_by = "misnamed.rename_attribute"
    structural = False
    name: str

    def advice(self, violation: Violation) -> str:
        return f"Rename it to {local_name(self.name)}."


@dataclass(frozen=True, slots=True)
class RemoveAttribute(Correction):
    """The attribute does not belong here."""

    mended_by = "misnamed.remove_attribute"
    structural = False

    def advice(self, violation: Violation) -> str:
        return f"Remove it; allowed here: {listed(violation.shown)}." if violation.expected else "Remove it."


Change_co = TypeVar("Change_co", bound=Correction, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationOf(Generic[Change_co]):
    """A violation of the grammar at a place of the document, and the nearest correction.

    `start` and `end` are the characters at fault, `node` is the element concerned (the parent, where one is missing),
    `attribute` the one at fault, if any; `value` is the name or value at fault as written, `held` the value of an
    attribute or the text of an element that does not belong; `expected` holds the names or values that the grammar
    allows there, `sentence` describes the fault in plain words, `related` is another place involved. `others` counts
    the equally cheap corrections besides this one; `cost` is this one's.
    """

    correction: Change_co
    code: Code
    node: Node
    start: int
    end: int
    sentence: str
    attribute: Attribute | None = None
    expected: tuple[str, ...] = ()
    value: str = ""
    held: str = ""
    cost: float = 0.0
    others: int = 0
    masked: bool = False
    related: Related | None = None

    @property
    def shown(self) -> tuple[str, ...]:
        """The expected names, without their namespaces, or values, as they are: braces in them are their own."""
        if isinstance(self.correction, ChangeValue):
            return self.expected
        return tuple(local_name(name) for name in self.expected)


Violation = ViolationOf[Correction]


def at_element(correction: Correction, code: Code, node: Node, sentence: str, **rest: object) -> Violation:
    """The violation that an element itself is, reported at its name."""
    fields = {"start": node.start, "end": node.name_end, "value": node.written, **rest}
    return ViolationOf(correction=correction, code=code, node=node, sentence=sentence, **fields)  # type: ignore[arg-type]


def changed(
    violation: Violation, correction: Correction, sentence: str, cost: float = ALIGNMENT.nesting, **rest: object
) -> Violation:
    """The violation with another correction, mostly a change of nesting."""
    return replace(violation, correction=correction, sentence=sentence, cost=cost, **rest)  # type: ignore[arg-type]
