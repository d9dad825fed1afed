"""Where a document is not what a grammar allows, and the change that would make it so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..codes import Code
from ..diagnostics import Related
from ..document.tokens import Attribute
from ..document.tree import Node
from ..grammar.datatypes import SimpleType
from ..grammar.model import AttributeDecl, ElementDecl


class Correction(StrEnum):
    """The change that removes a violation."""

    NAMESPACE = "namespace"  # the namespace declaration `attribute` of `node` should name `name` (None: is missing)
    RENAME = "rename"  # the element should be called `name`
    REMOVE = "remove"  # the element does not belong here
    MOVE = "move"  # the element belongs to `place` inside its parent
    PUT_BACK = "put-back"  # the element was moved from the empty line that ends at `place`
    WRAP = "wrap"  # the element `decl` is missing around the children from `start` to `place`
    UNWRAP = "unwrap"  # the element's children belong where it stands
    EXTRACT = "extract"  # the element `holder` inside should be all that there is
    JOIN = "join"  # the element and `holder` beside it should be one
    SPLIT = "split"  # the element `holder` should end in front of the element, and another of its name begin
    END = "end"  # the end tag of `holder` belongs to `place`
    AS_ELEMENT = "as-element"  # the attribute should be an element `name` at `place` inside `node`
    AS_ATTRIBUTE = "as-attribute"  # the element should be the attribute `name` of its parent
    CARRY = "carry"  # the attribute or text belongs to `holder`, as its attribute `name` ("": its text)
    INSERT = "insert"  # an element `decl` is missing inside `node` at `place`
    TEXT = "text"  # the text from `start` to `end` does not belong in `node`
    VALUE = "value"  # the text of `node` is no value of `type`
    ADD_ATTRIBUTE = "add-attribute"  # the attribute `declared` is missing
    RENAME_ATTRIBUTE = "rename-attribute"  # the attribute should be called `name`
    REMOVE_ATTRIBUTE = "remove-attribute"  # the attribute does not belong here
    ATTRIBUTE_VALUE = "attribute-value"  # the value of the attribute is not of `type`
    NONE = "none"  # nothing is near enough to propose


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A place where the document is not what the grammar allows.

    `start` and `end` are the characters at fault, `node` the element concerned (the parent, where one is missing);
    `strays` marks a move to another parent, `order` is the rank of a move among those of one parent; `optional` says
    that the element holds nothing and could as well be left out; `held` is the value of an attribute or the text of
    an element that does not belong; `expected` holds the names or values that the grammar allows there, `sentence`
    what is wrong in plain words, `related` another place that it has to do with. `others` counts the equally cheap
    changes besides this one; `cost` is this one's.
    """

    correction: Correction
    code: Code
    node: Node
    start: int
    end: int
    sentence: str
    expected: tuple[str, ...] = ()
    name: str = ""
    place: int = -1
    decl: ElementDecl | None = None
    holder: Node | None = None
    attribute: Attribute | None = None
    declared: AttributeDecl | None = None
    type: SimpleType | None = None
    value: str = ""
    held: str = ""
    cost: float = 0.0
    others: int = 0
    duplicate: bool = False
    strays: bool = False
    order: int = 0
    optional: bool = False
    masked: bool = False
    related: Related | None = None
