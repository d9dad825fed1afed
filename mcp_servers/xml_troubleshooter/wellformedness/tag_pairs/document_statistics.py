"""The evidence of the sound part of a document, and of its schema, on which element belongs in which."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from ...document.names import bare_name
from ...document.tokens import EMPTY, END, START, TEXT, Kind, Token
from ...prices import PLACEMENT
from ..mismatches import Structure
from .common_words import WORD, common_triples, is_common, words_of

if TYPE_CHECKING:
    from ...grammar.schema_names import SchemaNames

FEW = 3  # occurrences that make a habit
SAMPLE = 20_000  # tokens that statistics are learned from
_LOOKED_AT = 100  # names of children
_SHORTEST_ATTRIBUTE = 6  # characters of one, and of "/>" behind it
_ODD_LETTERS = (re.compile(r"[a-z][A-Z]\Z"), re.compile(r"[^\x00-\x7f]"))
_READ = 1_000_000  # characters of the text that words and spellings are learned from


class DocumentStatistics:
    """Prices of a child or text as the content of an element: 0 for content that is known to belong there."""

    def __init__(
        self, structure: Structure, schema_names: SchemaNames | None, parents: Sequence[int], broken: Collection[int]
    ) -> None:
        """Learn from a structure: `parents` gives the start tag around each token, `broken` those not to learn from."""
        self.schema_names = schema_names
        self._source = structure.tokens[0].source[:_READ] if structure.tokens else ""
        self.children: Counter[tuple[str, str]] = Counter()
        self.text: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()  # elements whose extent is beyond doubt
        self.parents: Counter[str] = Counter()  # of these, those with child elements
        self.empty: Counter[str] = Counter()
        self.attributed_empty: Counter[str] = Counter()  # of these two, those that carry attributes
        self.attributed: Counter[str] = Counter()
        self.homes: Counter[str] = Counter()  # children whose parent is beyond doubt
        self._firsts: Counter[tuple[str, str]] = Counter()  # of parents, and of each with the child they begin with
        self.repeated: set[tuple[str, str]] = set()  # parents that hold several children of a name
        self.longest: Counter[str] = Counter()  # most words in a text that an element begins with
        self.starts: Counter[str] = Counter()
        self.ends: Counter[str] = Counter()
        self._learn(structure, parents, broken)

    def _learn(self, structure: Structure, parents: Sequence[int], broken: Collection[int]) -> None:
        tokens, partner = structure.tokens, structure.partner
        siblings: dict[int, set[str]] = {}
        # elements that begin and end where their tags say
        trusted = {
            start
            for start, end in enumerate(partner)
            if end > start and start not in broken and tokens[end].name == tokens[start].name
        }
        for index in self._sample(len(tokens), broken):
            token, around = tokens[index], parents[index]
            kind, name = token.kind, token.name
            if kind is START or kind is EMPTY:
                self.starts[name] += 1
                if kind is EMPTY:
                    self.empty[name] += 1
                    self.attributed_empty[name] += token.end - token.name_start > len(name) + _SHORTEST_ATTRIBUTE
                elif index in trusted:
                    self.seen[name] += 1
                    self.attributed[name] += token.end - token.name_start > len(name) + 1
                if around in trusted:
                    self._child(tokens[around].name, name, siblings.setdefault(around, set()))
            elif kind is END:
                self.ends[name] += 1
            elif around in trusted and (words := _words(token)):
                name = tokens[around].name
                self.text[name] += 1
                if around == index - 1:
                    self.longest[name] = max(self.longest[name], words)

    def _sample(self, size: int, broken: Collection[int]) -> Iterable[int]:
        """All tokens of a document; of a large one its beginning and the surroundings of the first broken places."""
        if size <= SAMPLE:
            return range(size)
        chosen = set(range(SAMPLE // 2))
        for index in sorted(broken)[:10]:
            chosen.update(range(max(0, index - SAMPLE // 20), min(size, index + SAMPLE // 20)))
        return sorted(chosen)

    def _child(self, parent: str, name: str, siblings: set[str]) -> None:
        self.children[parent, name] += 1
        self.parents[parent] += 1
        self.homes[name] += 1
        if not siblings:
            self._firsts.update([(parent, ""), (parent, name)])
        if name in siblings:
            self.repeated.add((parent, name))
        siblings.add(name)

    def child(self, path: Sequence[str], name: str) -> float:
        """The price of an element of this name as the child of the last element of a path of names."""
        if not path:
            return PLACEMENT.beside_root
        if (allowed := self._allows(path, name)) is not None:
            return 0.0 if allowed else PLACEMENT.forbidden
        parent = path[-1]
        if self.children[parent, name] > 0:
            return 0.0
        if parent == name:
            return PLACEMENT.unseen + PLACEMENT.unseen_in_itself
        price = PLACEMENT.at_home_elsewhere if self.homes[name] > 0 else 0.0
        if not self.seen[parent]:
            return PLACEMENT.unseen_parent + price
        return price + (PLACEMENT.unseen if self.parents[parent] else PLACEMENT.unseen + PLACEMENT.unseen_in_leaf)

    def _allows(self, path: Sequence[str], name: str) -> bool | None:
        """Whether the schema has room for an element of this name in the last of a path; None where it does not say."""
        if not self.schema_names:
            return None
        return self.schema_names.allows_child([bare_name(step) for step in path], bare_name(name))

    def forbids(self, path: Sequence[str], name: str) -> bool:
        """Whether the schema has no room for an element of this name in the last of a path."""
        return self._allows(path, name) is False

    def is_stranger(self, path: Sequence[str], name: str) -> bool:
        """Whether the document knows elements of this name, but neither as children here nor amid text."""
        if self.homes[name] <= 0 or not self.child(path, name):
            return False
        return not any(self.text[parent] and self.children[parent, name] > 0 for parent in self._around[name])

    @cached_property
    def _around(self) -> Mapping[str, set[str]]:
        """The parents of each name."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for parent, name in self.children:
            found[name].add(parent)
        return found

    @contextmanager
    def without(self, parent: str, name: str) -> Iterator[None]:
        """Leave one child of a parent out of the counts: a tag is no evidence for itself."""
        self.children[parent, name] -= 1
        self.homes[name] -= 1
        yield
        self.children[parent, name] += 1
        self.homes[name] += 1

    def knows_alike(self, name: str) -> bool:
        """Whether the sound part of the document has elements of this name in other letters' case."""
        return name not in self.seen and name.lower() in self._lower

    @cached_property
    def _lower(self) -> frozenset[str]:
        return frozenset(name.lower() for name, times in self.seen.items() if times)

    def begins(self, parent: str, name: str) -> float:
        """The tendency of elements to begin with a child of a name: from 1, all do, to -1, none does; 0 if unknown."""
        total = self._firsts[parent, ""]
        return (2 * self._firsts[parent, name] / total - 1) * min(1.0, total / 2) if total else 0.0

    def again(self, parent: str, name: str) -> float:
        """The price of one more child of a name that the parent holds already."""
        if self.seen[parent] > 1 and self.children[parent, name] and (parent, name) not in self.repeated:
            return PLACEMENT.repeated * min(1.0, self.seen[parent] / FEW)
        # a name that no parent holds twice: a title, an identifier
        single = self.homes[name] >= FEW and not self._twice[name]
        return PLACEMENT.repeated / 2 if single and self.seen[parent] <= 1 else 0.0

    @cached_property
    def _twice(self) -> Counter[str]:
        return Counter(name for _, name in self.repeated)

    def familiar(self, name: str, other: str) -> float:
        """The share of the words in a name (camel case) that the document uses elsewhere, or that are common in names.

        Common words are no evidence against another name that the document knows.
        """
        undecided = not self.knows(other)
        words = words_of(name)
        known = [(undecided and is_common(word)) or self._words[word] > self._own(name, word) for word in words]
        return sum(known) / len(words) if words else 0.0

    def is_odd(self, name: str, other: str) -> bool:
        """Whether a name has letters that no other name here has: accents, or a single capital at its end."""
        return any(
            pattern.search(name) and not pattern.search(other) and self._odd[pattern] <= {name}
            for pattern in _ODD_LETTERS
        )

    @cached_property
    def _odd(self) -> Mapping[re.Pattern[str], set[str]]:
        return {pattern: {name for name in self.starts if pattern.search(name)} for pattern in _ODD_LETTERS}

    def kindred(self, parent: str, name: str, other: str) -> float:
        """The share of a parent's children whose names have the prefix or suffix that a name adds to the other."""
        if name.endswith(other):
            more = name.removesuffix(other)
            alike = [each.startswith(more) for each in self._names_in[parent] if each not in (name, other)]
        elif name.startswith(other):
            more = name.removeprefix(other)
            alike = [each.endswith(more) for each in self._names_in[parent] if each not in (name, other)]
        else:
            return 0.0
        return sum(alike) / len(alike) if len(alike) >= FEW else 0.0

    @cached_property
    def _names_in(self) -> Mapping[str, list[str]]:
        """The names of the children of each parent, as many as are looked at for each tag at fault."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for (parent, name), times in self.children.items():
            if times > 0 and len(found[parent]) < _LOOKED_AT:
                found[parent].append(name)
        return found

    def spelt(self, name: str, other: str) -> float:
        """The share of the letter triples of a name, the other name's aside, that the document has elsewhere too.

        If the document knows neither name, triples of words that are common in names count too.
        """
        own = self.starts[name] + self.ends[name]
        name = bare_name(name).lower()
        triples = {name[at : at + 3] for at in range(len(name) - 2)} - {
            bare_name(other).lower()[at : at + 3] for at in range(len(other))
        }
        undecided = not self.knows(other)
        found = [self._triples[each] > own or (undecided and each in common_triples()) for each in triples]
        return sum(found) / len(triples) if triples else 0.5

    @cached_property
    def _triples(self) -> Counter[str]:
        """The number of occurrences of each run of three letters, counted once however many names are looked at."""
        text = self._source.lower()
        return Counter(map("".join, zip(text, text[1:], text[2:], strict=False)))

    def _own(self, name: str, word: str) -> int:
        """The number of occurrences of a word that are within the name itself."""
        return words_of(name).count(word) * (self.starts[name] + self.ends[name])

    @cached_property
    def _words(self) -> Counter[str]:
        return Counter(word.lower() for word in WORD.findall(self._source))

    def knows_word(self, word: str, times: int = 1) -> bool:
        """Whether a word occurs in the document so many times, or is common in names."""
        return is_common(word.lower()) or self._words[word.lower()] >= times

    def words(self, path: Sequence[str]) -> float:
        """The price of text in the last element of a path."""
        if not path:
            return PLACEMENT.beside_root
        if self.schema_names:
            verdict = self.schema_names.allows_text([bare_name(step) for step in path])
            if verdict is not None:
                unused = self.seen[path[-1]] > 0 and not self.text[path[-1]]
                return PLACEMENT.unused_text if verdict and unused else 0.0 if verdict else PLACEMENT.forbidden_text
        parent = path[-1]
        if self.text[parent]:
            return 0.0
        return PLACEMENT.unseen_text if self.seen[parent] else PLACEMENT.text_in_unknown

    def knows(self, name: str) -> bool:
        """Whether the schema, or without one the sound part of the document, has elements of this name."""
        if self.schema_names:
            return self.schema_names.knows_element(bare_name(name))
        return self.seen[name] > 0 or self.empty[name] > 0


def _words(token: Token) -> int:
    """The number of words in a text token; a CDATA section has one even if it is empty."""
    if token.kind is TEXT:
        return len(token.text.split())
    return max(1, len(token.text.split())) if token.kind is Kind.CDATA else 0
