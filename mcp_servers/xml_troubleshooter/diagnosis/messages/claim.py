"""One claim of another system about a document: its kind, its fields, and its state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ...codes import Code


class Kind(StrEnum):
    """The kind of fault that a message claims."""

    NAMESPACE = "namespace"  # another one was expected
    UNEXPECTED = "unexpected element"
    MISSING = "missing element"
    UNEXPECTED_ATTRIBUTE = "unexpected attribute"
    MISSING_ATTRIBUTE = "missing attribute"
    VALUE = "value"
    DUPLICATE = "duplicate"
    UNDECLARED_PREFIX = "undeclared prefix"
    PROLOG = "content in front of the document"
    RULE = "business rule"
    TEXT = "text"
    ESCAPE = "escape"
    ORDER = "order"
    DISPLAY = "display"
    CONTENT = "content model"
    KEY = "missing key"
    PLACEHOLDER = "placeholder"
    WISH = "wish"
    OTHER = "other"


class Unit(StrEnum):
    """The unit of an offset, which depends on the system that reports it."""

    BYTES = "bytes"  # of the file, its byte order mark included
    CHARACTERS = "characters"
    UTF_16 = "UTF-16 units"  # of .NET, Java and JavaScript: a character beyond U+FFFF is two


class State(StrEnum):
    """The outcome of checking a claim; public."""

    CONFIRMED = "confirmed"
    REPAIRED = "repaired"
    ABSENT = "absent"  # not to be seen in this document
    UNCHECKABLE = "uncheckable"  # understood, but the document alone does not show whether it is true


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim of a message about a document; `line`, `column` and `offset` (in a `unit`) are 0 for none.

    `expected` are names, values or one namespace; `found` is the actual namespace, the words of a rule, a content
    model, or the name of a thing that has a name of its own; `codes` are the faults that the message may stand for. A
    name that `is_bare` may be a word or a label of a form; a claim that `is_guessed` counts only where the document has
    its name or value.
    """

    text: str = ""
    kind: Kind = Kind.OTHER
    tool: str = ""
    line: int = 0
    column: int = 0
    offset: int = 0
    unit: Unit = Unit.CHARACTERS
    file: str = ""
    name: str = ""
    parent: str = ""
    namespace: str = ""
    expected: tuple[str, ...] = ()
    found: str = ""
    value: str = ""
    type: str = ""
    rule: str = ""
    codes: frozenset[Code] = frozenset()
    is_bare: bool = False
    is_guessed: bool = False

    @property
    def own_rule(self) -> str:
        """The rule id of the findings that show this claim."""
        return f"problem-{self.kind.value.replace(' ', '-')}"
