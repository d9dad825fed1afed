"""One claim of another system about a document: its kind, its fields, and its state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ...codes import Code


class Kind(StrEnum):
    """What a message claims."""

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
    """What an offset counts: that depends on the system that tells it."""

    BYTES = "bytes"  # of the file, its byte order mark included
    CHARACTERS = "characters"
    UTF_16 = "UTF-16 units"  # of .NET, Java and JavaScript: a character beyond U+FFFF is two


class State(StrEnum):
    """What is to be thought of a claim; public."""

    CONFIRMED = "confirmed"
    REPAIRED = "repaired"
    ABSENT = "absent"  # not to be seen in this document
    UNCHECKABLE = "uncheckable"  # understood, and not to be told from the document alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing that a message says of a document; `line`, `column` and `offset` (in a `unit`) are 0 for none.

    `expected` are names, values or one namespace; `found` is the namespace that was met, the words of a rule, a content
    model, or of what has a name of its own that name;
    `codes` are the faults that the message may stand for. A name that `is_bare` may be a word or a label of a form,
    and what `is_guessed` is one of the document only where that has it.
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
        """What findings that show it are marked with."""
        return f"problem-{self.kind.value.replace(' ', '-')}"
