"""The texts that a pattern of XPath matches: all of them where it spells them out, ^(EUR|USD)$, or one to show."""

from __future__ import annotations

import re
from itertools import product

from .value_formats import matching

MOST = 200  # texts: more than these are no list that anybody wrote
_SHORTEST = 3  # characters of a sample that tells something
_LITERAL = frozenset(r"\.^$|?*+()[]{}-/")  # the characters that a backslash makes literal
_SPECIAL = frozenset(".^$?*+]{}")
_ANY = {"d": "\0", "w": "a", "s": " ", "i": "a", "c": "a"}  # an example of each class; digits are counted up
_TIMES = re.compile(r"(?:\{(\d+)(?:,\d*)?\}|[*+?])\??")
_SAME = re.compile(r"(.)\1{3}|x@x")


def spelled_out(pattern: str) -> tuple[str, ...]:
    """All texts that a pattern of XPath matches; () where these are many, or it is not anchored."""
    if not (pattern.startswith("^") and pattern.endswith("$") and not pattern.endswith("\\$")):
        return ()
    reader = _Reader(pattern[1:-1])
    found = reader.alternatives()
    # of ^a|b$ each anchor belongs to one alternative only
    outside = reader.branches > 1 or reader.left
    return () if outside or not reader.complete else tuple(dict.fromkeys(found))


def sample(pattern: str) -> str:
    """A value that matches a pattern of XPath, as an example; "" where none is found, or it would be of no use."""
    first = _Reader(pattern).alternatives()[0]
    text = re.sub("\0+", lambda run: "".join(str(number % 10) for number in range(len(run[0]))), first)
    telling = len(text) >= _SHORTEST and text.strip() == text and not _SAME.search(text)
    return text if telling and matching(pattern, text) else ""


class _Reader:
    """Goes through a pattern once; its texts are `complete` as long as no part matches more than was spelled out."""

    def __init__(self, pattern: str) -> None:
        self.left = pattern
        self.complete = True
        self.branches = 1  # of the pattern itself

    def alternatives(self, depth: int = 0) -> list[str]:
        found = self._sequence(depth)
        while self._next("|"):
            self.branches += not depth
            found += self._sequence(depth)
        return found

    def _sequence(self, depth: int) -> list[str]:
        found = [""]
        while self.left and self.left[0] not in "|)":
            atom = self._repeated(self._atom(depth))
            if len(found) * len(atom) > MOST:
                found, atom = found[:1], self._part(atom[0])
            found = [before + after for before, after in product(found, atom)]
        return found

    def _repeated(self, atom: list[str]) -> list[str]:
        times = _TIMES.match(self.left)
        if times is None:
            return atom
        self.left = self.left[times.end() :]
        if times[0] == "?":
            return [*atom, ""]
        return self._part(atom[0] * min(int(times[1] or 1) or 1, MOST))

    def _atom(self, depth: int) -> list[str]:
        first, self.left = self.left[0], self.left[1:]
        if first == "(":
            if self._next("?") and not self._next(":"):
                self.complete = False
            inner = self.alternatives(depth + 1)
            self.complete &= self._next(")")
            return inner
        if first == "[":
            inside, _, self.left = self.left.partition("]")
            return list(inside) if inside and not set(inside) & set("^-[\\") else self._part(_one_of(inside))
        if first == "\\":
            letter, self.left = self.left[:1], self.left[1:]
            return [letter] if letter in _LITERAL else self._part(_ANY.get(letter, letter))
        if first in "^$":
            return self._part("")
        if first == ".":  # one that nothing repeats was meant as a point, most often
            return self._part("x" if self.left[:1] in ("*", "+", "{") else ".")
        return self._part(first) if first in _SPECIAL else [first]

    def _part(self, text: str) -> list[str]:
        """One of the texts that a part matches."""
        self.complete = False
        return [text]

    def _next(self, character: str) -> bool:
        there = self.left.startswith(character)
        self.left = self.left[there:]
        return there


def _one_of(inside: str) -> str:
    """A character that serves as an example of a class of characters."""
    if inside.startswith("^"):
        return "x"
    return _ANY["d"] if inside.startswith("0-9") else inside.replace("\\", "")[:1]
