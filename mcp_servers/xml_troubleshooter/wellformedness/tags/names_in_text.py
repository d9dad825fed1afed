"""The names in the whole text, as evidence for the reading of a broken tag."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ...codes import Code
from ...document.edits import Edit
from ...document.tokens import EMPTY, END, NAME, NO_NAME_CHARACTER, START, Kind
from ..faults import Fault, fault
from .attribute_names import AttributeNames

if TYPE_CHECKING:
    from ...grammar.schema_names import SchemaNames

MAX_NAME = 100  # characters of an element's name that may be glued to an attribute's
NAME_PATTERN = re.compile(NAME)
_START_NAME = re.compile(rf"<({NAME})(?=[\s/>])")
END_NAME = re.compile(r"</\s*([^<>/\s][^<>/]*?)\s*>")
PROPER_TAG = re.compile(rf"<(?:({NAME})(?:\s++{NAME}\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+\s*+(/)?>|/({NAME})\s*+>)")
_ATTRIBUTE_NAME = re.compile(rf"\s({NAME})\s*+=\s*+[\"']")
_PARTED_START = re.compile(rf"<({NAME})[ \t]++({NAME})(?=\s++{NAME}\s*+=)")
VOID = frozenset(  # elements that HTML writes without end tags
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
ODD_START = re.compile(r"<([^\s<>/=\"'!?]+(?: [^\s<>/=\"'!?]+)*)\s*(/?)>")


@dataclass(frozen=True)
class NamesInText:
    """The names of elements and attributes in the whole text; computed only when a broken tag asks."""

    text: str
    schema_names: SchemaNames | None = None

    @cached_property
    def of_attributes(self) -> AttributeNames:
        """The names of attributes, by those of their elements."""
        return AttributeNames(self.text, self.schema_names)

    @cached_property
    def starts(self) -> frozenset[str]:
        """Names of start tags."""
        return frozenset(_START_NAME.findall(self.text))

    @cached_property
    def proper(self) -> frozenset[str]:
        """Names of well-formed start tags and empty tags."""
        return frozenset((*self._tags[START], *self._tags[EMPTY]))

    @cached_property
    def _tags(self) -> Mapping[Kind, Counter[str]]:
        """The number of well-formed tags of each kind, by name."""
        found: dict[Kind, Counter[str]] = {START: Counter(), EMPTY: Counter(), END: Counter()}
        for tag in PROPER_TAG.finditer(self.text):
            found[END if tag[3] else EMPTY if tag[2] else START][tag[3] or tag[1]] += 1
        return found

    @cached_property
    def parted_starts(self) -> frozenset[str]:
        """Start tags' names, parted by a blank, in front of attributes."""
        return frozenset(" ".join(pair) for pair in _PARTED_START.findall(self.text))

    def lacks_start(self, name: str) -> bool:
        """Whether a name has an end tag more than start tags."""
        return self._tags[END][name] > self._tags[START][name]

    def lacks_end(self, name: str) -> bool:
        """Whether a name has a start tag more than end tags."""
        return self._tags[END][name] < self._tags[START][name]

    def may_be_empty(self, name: str) -> bool:
        """Whether elements of a name hold nothing, so that a tag of it needs no other to end it."""
        return name.lower() in VOID or name in self._tags[EMPTY]

    @cached_property
    def attributes(self) -> frozenset[str]:
        """Names of attributes."""
        return frozenset(_ATTRIBUTE_NAME.findall(self.text))

    def without_attribute(self, name: str) -> str:
        """The element's name in one that its first attribute's is glued to ("itemid"), "" where none is known."""
        splits = [
            (name[end:] in self.attributes, end)
            for end in range(1, min(len(name), MAX_NAME))
            if NAME_PATTERN.fullmatch(name, end) and (name[:end] in self.ends or name[:end] in self.proper)
        ]
        return name[: max(splits)[1]] if splits else ""

    def joined(self, raw: str) -> str:
        """The name of an element in one that a blank parts ("it em"), "" where the text has no such element."""
        first, *rest = raw.split()
        name = "".join((first, *rest))
        known = len(rest) == 1 and first not in self.proper and (name in self.proper or name in self.ends)
        return name if known and NAME_PATTERN.fullmatch(name) else ""

    @cached_property
    def odd_starts(self) -> frozenset[str]:
        """Names in start tags and empty tags without attributes, proper names or not."""
        return frozenset(match.group(1) for match in ODD_START.finditer(self.text))

    @cached_property
    def ends(self) -> frozenset[str]:
        """Names of end tags, proper names or not."""
        return frozenset(END_NAME.findall(self.text))


def without_odd(raw: str) -> str:
    """A name as it is written, without the signs that no name may hold."""
    return re.sub(f"[{NO_NAME_CHARACTER}]", "", raw)


def proper_name(raw: str, is_known: Callable[[str], bool]) -> tuple[str, bool]:
    """The name that may be meant by one that is none, and whether it is known: else the signs become "_"."""
    name = without_odd(raw)
    if NAME_PATTERN.fullmatch(name) and is_known(name):
        return name, True
    name = re.sub(f"[{NO_NAME_CHARACTER}]", "_", raw)
    return name if NAME_PATTERN.match(name) else f"_{name}", False


def parted(place: tuple[int, int], name: str) -> Fault:
    """A name that a blank parts."""
    note = f'The blank inside the name "{name}" is removed.'
    return fault(Code.INVALID_NAME, *place, (Edit(*place, name),), note, name=name)
