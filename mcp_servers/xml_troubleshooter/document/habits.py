"""What the sound part of a document, and the vocabulary of its schema, say about which element goes where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from .balance import Structure
from .tokens import Kind
from .vocabulary import Vocabulary

_UNSEEN_PARENT = 0.35
_UNSEEN_CHILD = 0.7
_LEAF_PARENT = 0.3
_FORBIDDEN = 1.5
_UNSEEN_TEXT = 0.7
_FORBIDDEN_TEXT = 1.2
_DOCUMENT = 2.0


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


class Habits:
    """Prices for putting a child or text into an element: 0 for what is known to go there."""

    def __init__(self, structure: Structure, vocabulary: Vocabulary | None, broken: Iterable[int]) -> None:
        self.vocabulary = vocabulary
        self.children: Counter[tuple[str, str]] = Counter()
        self.text: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()  # elements whose extent is beyond doubt
        self.parents: Counter[str] = Counter()  # of these, those with child elements
        self.empty: Counter[str] = Counter()
        self.attributed: Counter[str] = Counter()
        self.starts: Counter[str] = Counter()
        self.ends: Counter[str] = Counter()
        self._learn(structure, frozenset(broken))

    def _learn(self, structure: Structure, broken: frozenset[int]) -> None:
        tokens, partner = structure.tokens, structure.partner
        stack: list[tuple[str, bool]] = []  # name, trusted
        for index, token in enumerate(tokens):
            kind = token.kind
            if kind is Kind.START or kind is Kind.EMPTY:
                if stack and stack[-1][1]:
                    self.children[stack[-1][0], token.name] += 1
                    self.parents[stack[-1][0]] += 1
                self.starts[token.name] += 1
                if kind is Kind.EMPTY:
                    self.empty[token.name] += 1
                elif partner[index] > index:
                    trusted = index not in broken and tokens[partner[index]].name == token.name
                    stack.append((token.name, trusted))
                    self.seen[token.name] += trusted
                    self.attributed[token.name] += trusted and token.end - token.name_start > len(token.name) + 1
            elif kind is Kind.END:
                self.ends[token.name] += 1
                if partner[index] >= 0 and stack:
                    stack.pop()
            elif kind is Kind.TEXT or kind is Kind.CDATA:
                if stack and stack[-1][1] and (kind is Kind.CDATA or not token.text.isspace()):
                    self.text[stack[-1][0]] += 1

    def child(self, path: Sequence[str], name: str) -> float:
        """The price of an element of this name as the child of the last element of a path of names."""
        if not path:
            return _DOCUMENT
        if self.vocabulary:
            verdict = self.vocabulary.allows_child([local(step) for step in path], local(name))
            if verdict is not None:
                return 0.0 if verdict else _FORBIDDEN
        parent = path[-1]
        if self.children[parent, name]:
            return 0.0
        if parent == name:
            return _UNSEEN_CHILD + 0.3
        if not self.seen[parent]:
            return _UNSEEN_PARENT
        return _UNSEEN_CHILD if self.parents[parent] else _UNSEEN_CHILD + _LEAF_PARENT

    def words(self, path: Sequence[str]) -> float:
        """The price of text in the last element of a path."""
        if not path:
            return _DOCUMENT
        if self.vocabulary:
            verdict = self.vocabulary.allows_text([local(step) for step in path])
            if verdict is not None:
                return 0.0 if verdict else _FORBIDDEN_TEXT
        parent = path[-1]
        if self.text[parent]:
            return 0.0
        return _UNSEEN_TEXT if self.seen[parent] else 0.2

    def knows(self, name: str) -> bool:
        """Whether the schema, or without one the sound part of the document, has elements of this name."""
        if self.vocabulary:
            return self.vocabulary.knows_element(local(name))
        return self.seen[name] > 0 or self.empty[name] > 0
