"""Typing errors in words: small changes of a word that can hardly make it another word."""

from __future__ import annotations

import re

from ...wellformedness.tag_pairs.common_words import is_common

_WORD = re.compile(r"[^\W\d_]+")
_LONG = 5  # letters: one slip makes a shorter word another one
_BEGINNING = 2  # letters: un-, in-, de-, bi- and their like turn a meaning round


def mistyped(written: str, meant: str) -> bool:
    """Whether one letter inside a long word was typed twice, left out or swapped with its neighbour, and no more.

    A word that differs at its beginning or end, or in a letter or digit that is another one, may be meant as written
    (inactive, active; internal, external; 2023, 2024), and so may one that is a common word (contact, contract).
    """
    one, two = written.lower(), meant.lower()
    at = next((place for place, (left, right) in enumerate(zip(one, two, strict=False)) if left != right), -1)
    word = next((found for found in _WORD.finditer(two) if found.start() + _BEGINNING <= at < found.end() - 1), None)
    if word is None or len(word[0]) < _LONG:
        return False
    if any(is_common(found[0]) for found in _WORD.finditer(one) if found.start() <= at < found.end()):
        return False
    twice = one[at] == one[at - 1] and one[:at] + one[at + 1 :] == two
    left_out = one == two[:at] + two[at + 1 :]
    swapped = at + 2 < word.end() and one == two[:at] + two[at + 1] + two[at] + two[at + 2 :]
    return one[at].isalpha() and (twice or left_out or swapped)
