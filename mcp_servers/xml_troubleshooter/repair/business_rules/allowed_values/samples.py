"""A value that matches a pattern, to show what one looks like."""

from __future__ import annotations

import re

from .formats import matching

_SHORTEST = 3  # characters of a sample that tells something
_ESCAPED = {"d": "0", "w": "a", "s": " ", "i": "a", "c": "a"}
_TIMES = re.compile(r"\{(\d+)(?:,\d*)?\}\??|([*+?])\??")
_SAME = re.compile(r"(.)\1{3}|x@x")
_DIGITS = "0123456789"


def sample(pattern: str) -> str:
    """A value that matches a pattern of XPath; "" where none is found, or it would tell nothing."""
    text = _Writer(pattern).alternatives()
    telling = len(text) >= _SHORTEST and text.strip() == text and not _SAME.search(text)
    return text if telling and matching(pattern, text) else ""


class _Writer:
    """Goes through a pattern once, and takes the first of all alternatives."""

    def __init__(self, pattern: str) -> None:
        self._left = pattern
        self._digits = 0  # that were written one after another

    def alternatives(self) -> str:
        first = self._sequence()
        while self._left.startswith("|"):
            self._left = self._left[1:]
            self._sequence()
        return first

    def _sequence(self) -> str:
        text = ""
        while self._left and self._left[0] not in "|)":
            before = self._left
            part = self._atom()
            times = _TIMES.match(self._left)
            self._left = self._left[times.end() :] if times else self._left
            count = int(times[1]) if times and times[1] else 1
            text += part
            for _ in range(count - 1):
                text += part if len(part) != 1 else self._again(before)
        return text

    def _again(self, before: str) -> str:
        """The same atom once more, so that digits go on."""
        rest, self._left = self._left, before
        part = self._atom()
        self._left = rest
        return part

    def _atom(self) -> str:
        first, self._left = self._left[0], self._left[1:]
        if first == "(":
            self._left = self._left.removeprefix("?:")
            inside = self.alternatives()
            self._left = self._left.removeprefix(")")
            return inside
        if first == "[":
            end = self._left.find("]", 1)
            inside, self._left = self._left[:end], self._left[end + 1 :]
            return self._one_of(inside)
        if first == "\\":
            letter, self._left = self._left[:1], self._left[1:]
            return self._digit() if letter == "d" else _ESCAPED.get(letter, letter)
        self._digits = 0
        # a point that nothing repeats was meant as one, most often
        return {"^": "", "$": "", ".": "x" if self._left[:1] in ("*", "+", "{") else "."}.get(first, first)

    def _one_of(self, inside: str) -> str:
        if inside.startswith("^"):
            return "x"
        if inside.startswith("0-9"):
            return self._digit()
        return inside.replace("\\", "")[:1]

    def _digit(self) -> str:
        self._digits += 1
        return _DIGITS[(self._digits - 1) % len(_DIGITS)]
