"""What is known of every fault of one code: its words, and how it may be read where its finder does not say."""

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
    """The faults of one code, the repairs of which are said to be by `rule`.

    `message` and `explanation` may mention {name}, {value}, {line}, that of the first of two places, and {note}, what
    the best reading does. `show` makes the value readable. `words` gives other words for special cases, `read` the
    readings that the finder does not, best first; [] where nobody but the author can know.
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
