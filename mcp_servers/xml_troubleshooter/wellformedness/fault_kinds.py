"""The kind of a fault, shared by all faults of its code: its words, and its readings if its finder gives none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..codes import Code
from ..wording import shortened
from .faults import Fault, Reading

if TYPE_CHECKING:
    from .broken_document import BrokenDocument

MAX_SHOWN = 60  # characters of the document that a sentence quotes


def shown(value: str) -> str:
    """A piece of the document as sentences quote it."""
    flat = " ".join(value.split())
    flat = "".join(character if character.isprintable() else "\ufffd" for character in flat)
    return shortened(flat, MAX_SHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultKind:
    """All faults of one code; their repairs name `rule` as their source.

    `message` and `explanation` may mention {name}, {value}, {line} (that of the first of two places) and {note} (of
    the best reading). `show` makes the value readable. `words` gives other words for special cases; `read` gives the
    readings, best first, of a fault whose finder gives none: [] where only the author can know.
    """

    code: Code
    rule: str
    message: str = ""
    explanation: str = ""
    show: Callable[[str], str] = shown
    words: Callable[[BrokenDocument, Fault], tuple[str, str] | None] = lambda _document, _fault: None
    read: Callable[[BrokenDocument, Fault], Sequence[Reading]] = lambda _document, _fault: ()

    def readings(self, document: BrokenDocument, fault: Fault) -> Sequence[Reading]:
        """The ways to read a fault, best first."""
        return fault.readings or self.read(document, fault)

    def describe(self, document: BrokenDocument, fault: Fault) -> tuple[str, str]:
        """A short message and an explanation in one sentence, both in the document's own names."""
        if special := self.words(document, fault):
            return special
        first = min(fault.start, fault.other) if fault.other >= 0 else fault.start
        fields: dict[str, Any] = {
            "name": shown(fault.name), "value": self.show(fault.value), "line": document.document.position(first).line,
            "note": fault.readings[0].note if fault.readings else "",
        }  # fmt: skip
        return self.message.format_map(fields), self.explanation.format_map(fields).rstrip()
