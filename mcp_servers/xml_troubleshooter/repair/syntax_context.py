"""What the rules for well-formedness share: the case they judge, and fixes made from readings of the scanner."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..document.document import Document
from ..document.edits import Edit
from ..document.tokens import NAME
from ..loop.proposal import Fix, Safety
from ..wellformedness.encodings import Guess, likely_encoding
from ..wellformedness.faults import Fault, Reading
from ..wellformedness.scanner import Scan, scan_head
from ..wellformedness.vocabulary import Vocabulary

_LOCATIONS = re.compile(r":schemaLocation\s*=\s*[\"']([^\"'<>]*)[\"']")
_DECLARED = re.compile(rf"xmlns:({NAME})\s*+=\s*+(?:\"([^\"<]*+)\"|'([^'<]*+)')")
EQUAL = 0.35  # readings whose costs differ by less are equally good


@dataclass(frozen=True)
class Case:
    """A document that is not well-formed, with the vocabulary that it should use, where one is known."""

    document: Document
    vocabulary: Vocabulary | None = None

    @property
    def text(self) -> str:
        """The text of the document."""
        return self.document.text

    @cached_property
    def head(self) -> Scan:
        """The tokens of the document up to the root element's start tag."""
        return scan_head(self.text)

    @cached_property
    def likely_encoding(self) -> Guess:
        """The encoding that undecodable bytes of the document were most likely written in."""
        return likely_encoding(self.document)

    @cached_property
    def declared_prefixes(self) -> Mapping[str, Counter[str]]:
        """The namespaces that each prefix is bound to anywhere in the document."""
        found: dict[str, Counter[str]] = {}
        for prefix, value, other in _DECLARED.findall(self.text):
            found.setdefault(prefix, Counter())[value or other] += 1
        return found

    @cached_property
    def located_namespaces(self) -> tuple[str, ...]:
        """The namespaces that a schemaLocation in the document names and no declaration binds."""
        bound = {uri for uris in self.declared_prefixes.values() for uri in uris}
        words = [word for match in _LOCATIONS.finditer(self.text) for word in match.group(1).split()[::2]]
        return tuple(dict.fromkeys(word for word in words if word not in bound))

    def names_with(self, prefix: str) -> Counter[str]:
        """The local names that stand behind a prefix, in tags."""
        written = re.escape(prefix)
        return Counter(re.findall(rf"{written}(?<=[<\s]{written}):([\w.\-]+)", self.text))


Rule = Callable[[Case, Fault], list[Fix]]


def fix(
    rule: str, fault: Fault, edits: tuple[Edit, ...], reason: str, *, safe: bool = True, confidence: float = 0.95
) -> Fix:
    """A fix of a rule for a fault."""
    return Fix(
        edits=edits,
        source=f"rule:{rule}",
        reason=reason,
        safety=Safety.SAFE if safe else Safety.UNSAFE,
        confidence=confidence,
        at=fault.start,
    )


def from_readings(rule: str, fault: Fault) -> list[Fix]:
    """One fix for each reading, best first; the best is safe where it drops nothing and no other reading equals it."""
    return [_from_reading(rule, fault, number, reading) for number, reading in enumerate(fault.readings)]


def _from_reading(rule: str, fault: Fault, number: int, reading: Reading) -> Fix:
    others = [other.cost for index, other in enumerate(fault.readings) if index != number]
    distance = min(others) - reading.cost if others else 1.0
    clear = number == 0 and distance >= EQUAL
    confidence = 0.95 if not others else max(0.3, min(0.95, 0.6 + 0.3 * distance)) if number == 0 else 0.3
    return fix(rule, fault, reading.edits, reading.note, safe=clear and not reading.drops, confidence=confidence)
