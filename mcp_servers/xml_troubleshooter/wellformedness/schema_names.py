"""What a schema knows about names: the evidence that decides between readings of broken markup."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Protocol


class Vocabulary(Hashable, Protocol):
    """The names of a schema. All names are local names (without prefix); a path runs from the root to the parent.

    Answers are evidence, not verdicts: `None` means that the schema does not say.
    """

    def knows_element(self, name: str) -> bool:
        """Whether the schema declares an element of this local name anywhere."""
        ...

    def allows_child(self, path: Sequence[str], child: str) -> bool | None:
        """Whether the last element of `path` may contain `child`; an empty path asks for the root."""
        ...

    def allows_text(self, path: Sequence[str]) -> bool | None:
        """Whether the last element of `path` may contain text other than white space."""
        ...

    def attributes(self, element: str) -> frozenset[str]:
        """The local names of the attributes that elements of this name may carry."""
        ...

    def namespaces(self, name: str) -> frozenset[str]:
        """The namespaces in which the schema declares an element or attribute of this local name."""
        ...

    def accepts(self, element: str, children: Sequence[str]) -> bool | None:
        """Whether these children, in their order, are all that elements of this name need and may hold."""
        ...

    def required(self, element: str) -> frozenset[str]:
        """The local names of the attributes that every element of this name must carry."""
        ...
