"""Patterns that spell out the few texts that they match: ^(EUR|USD)$, ^urn:example:3\\.0$."""

from __future__ import annotations

from itertools import product

MOST = 200  # texts: more than these are no list that anybody wrote
_LITERAL = frozenset(r"\.^$|?*+()[]{}-/")  # what a backslash makes a character of its own
_SPECIAL = frozenset("\\.^$|?*+()[]{}")


class _Endless(Exception):  # noqa: N818 - an answer, and no failure
    pass


def spelled_out(pattern: str) -> tuple[str, ...]:
    """All texts that a pattern of XPath matches, in its order; () where these are many, or it is not anchored."""
    if not (pattern.startswith("^") and pattern.endswith("$") and not pattern.endswith("\\$")):
        return ()
    reader = _Reader(pattern[1:-1])
    try:
        found = reader.alternatives()
    except _Endless:
        return ()
    # of ^a|b$ each anchor belongs to one alternative only
    outside = reader.branches > 1 or reader.at < len(reader.pattern)
    return () if outside else tuple(dict.fromkeys(found))


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.branches = 1  # of the pattern itself

    def alternatives(self, depth: int = 0) -> list[str]:
        found = self._sequence(depth)
        while self._next("|"):
            self.branches += not depth
            found += self._sequence(depth)
        return found

    def _sequence(self, depth: int) -> list[str]:
        found = [""]
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            atom = self._atom(depth)
            if self._next("?"):
                atom = ["", *atom]
            if len(found) * len(atom) > MOST:
                raise _Endless
            found = [before + after for before, after in product(found, atom)]
        return found

    def _atom(self, depth: int) -> list[str]:
        character = self.pattern[self.at]
        self.at += 1
        if character == "(":
            if self._next("?") and not self._next(":"):
                raise _Endless
            inner = self.alternatives(depth + 1)
            if not self._next(")"):
                raise _Endless
            return inner
        if character == "[":
            end = self.pattern.find("]", self.at)
            inside = self.pattern[self.at : end]
            if end < 0 or not inside or set(inside) & set("^-[\\"):
                raise _Endless
            self.at = end + 1
            return list(inside)
        if character == "\\" and self.pattern[self.at : self.at + 1] in _LITERAL:
            self.at += 1
            return [self.pattern[self.at - 1]]
        if character in _SPECIAL:
            raise _Endless
        return [character]

    def _next(self, character: str) -> bool:
        there = self.pattern.startswith(character, self.at)
        self.at += there
        return there
