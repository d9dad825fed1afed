"""The attributes of the elements of a document, as evidence for a name that was split or lost."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ...document.tokens import NAME

if TYPE_CHECKING:
    from ...grammar.schema_names import SchemaNames

MAX_KNOWN = 2_000  # elements of a name whose attributes are looked at
_TAG = re.compile(rf"<({NAME})((?:\s++{NAME}\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))++)\s*+/?>")
_ATTRIBUTE = re.compile(rf"\s({NAME})\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")
_OWN = frozenset(  # of XML itself and of its schemas
    (
        *("xml:lang", "xml:space", "xml:base", "xml:id", "xmlns"),
        *("xsi:schemaLocation", "xsi:noNamespaceSchemaLocation", "xsi:type", "xsi:nil"),
    )
)
_SHAPES = (re.compile(r"-?\d+"), re.compile(r"-?[\d.,]+%?"), re.compile(r"[\w.\-]+"), re.compile(r"\S+:\S+"))


@dataclass(frozen=True)
class AttributeNames:
    """The attributes of a text, broken or not, and those that its schema declares, where one is known."""

    text: str
    schema_names: SchemaNames | None = None

    @cached_property
    def _values(self) -> dict[str, dict[str, list[str]]]:
        """By the name of the elements: their attributes with their values, and under "" an item for each element."""
        found: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for element, attributes in _TAG.findall(self.text):
            known = found[element]
            if len(known[""]) < MAX_KNOWN:
                known[""].append("")
                for name, value, other in _ATTRIBUTE.findall(attributes):
                    known[name].append(value or other)
        return dict(found)

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(name for known in self._values.values() for name in known)

    def knows(self, element: str, name: str) -> bool:
        """Whether elements of a name, or any others of the text, carry an attribute."""
        if name in self._all or name in _OWN or name.startswith("xmlns:"):
            return True
        return self.schema_names is not None and name in self.schema_names.attributes(element.rpartition(":")[2])

    def likely(self, element: str, present: frozenset[str], value: str) -> Iterator[str]:
        """The names that an attribute may have whose name got lost, best first.

        They are those that the schema allows, or else other elements of the name carry, and this one does not have yet.
        """
        known = self._values.get(element, {})
        scores = {name: len(held) * (1 + _likeness(value, held)) for name, held in known.items() if name}
        if self.schema_names is not None and (declared := self.schema_names.attributes(element.rpartition(":")[2])):
            allowed = (*declared, *(name for name in scores if name.rpartition(":")[2] in declared))
            scores = {name: scores.get(name, 0.0) for name in allowed}
        yield from sorted((name for name in scores if name not in present), key=lambda name: (-scores[name], name))


def _likeness(value: str, others: list[str]) -> float:
    """The likeness of a value to others: 2 if it is one of them, else the share of them that have its shape."""
    if value in others:
        return 2.0
    shape = next((shape for shape in _SHAPES if shape.fullmatch(value)), None)
    return sum(shape.fullmatch(other) is not None for other in others) / len(others) if shape and others else 0.0
