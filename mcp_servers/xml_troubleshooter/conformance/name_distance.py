"""The distance of names and namespaces from each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from ..document.names import bare_name
from ..prices import NAMES

_LONG = 8  # letters of a word in which two wrong ones are a slip of the pen all the same

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_a-zA-Z]+")
_DIGITS = re.compile(r"\d")
_SEPARATORS = str.maketrans("", "", "-_. ")


def name_distance(written: str, meant: str) -> float:
    """The distance of two names: 0 the same, up to 1.5 a likely slip, 3 unrelated.

    Counts insertions, deletions, substitutions and swaps of neighbours (optimal string alignment), case aside.
    """
    if written == meant:
        return 0.0
    one, two = written.lower(), meant.lower()
    if one == two:
        return NAMES.letter_case
    if one.translate(_SEPARATORS) == two.translate(_SEPARATORS):
        return NAMES.separators
    length = max(len(one), len(two))
    distance = _changes(one, two, max(2, length // 3))
    if distance == 1:
        return _one_letter(one, two)
    parts, others = words(written), words(meant)
    several = min(len(parts), len(others)) > 1
    if distance == 2 and length > 4 and not (several and _are_other_words(parts, others)):  # noqa: PLR2004
        return NAMES.two_letters
    if not several:
        return NAMES.few_letters if distance <= length // 3 else NAMES.unrelated
    return _by_words(parts, others) or (NAMES.few_letters_of_words if distance <= length // 3 else NAMES.unrelated)


class Familiar:
    """Many declared names, among which those are found that may be near to a written one."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(names)
        self._bare = [bare_name(name).lower() for name in self._names]
        self._by_word: dict[str, list[int]] = {}
        self._by_initials: dict[str, list[int]] = {}
        self._known: dict[str, set[str]] = {}
        for number, name in enumerate(self._names):
            parts = words(bare_name(name))
            self._by_initials.setdefault(_initials(parts), []).append(number)
            for word in {*parts}:
                self._by_word.setdefault(word, []).append(number)

    def like(self, written: str) -> set[str]:
        """Those that have letters, words or initials in common with a name."""
        bare = bare_name(written)
        if bare not in self._known:
            self._known[bare] = {self._names[number] for number in self._like(bare.lower(), words(bare))}
        return self._known[bare]

    def _like(self, one: str, parts: tuple[str, ...]) -> set[int]:
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - most names are right
        from rapidfuzz.process import extract_iter  # noqa: PLC0415

        few = max(2, len(one) // 2)  # a third of a name that is longer by it
        near = extract_iter(one, self._bare, scorer=OSA.distance, score_cutoff=few)
        return {
            *(number for _, _, number in near),
            *(number for word in parts for number in self._by_word.get(word, ())),
            *(self._by_initials.get(_initials(parts), ()) if len(parts) > 1 else ()),
            *(number for number, two in enumerate(self._bare) if one.endswith(two) or two.endswith(one)),
        }


def _initials(parts: Sequence[str]) -> str:
    """The first letters of several words."""
    return "".join(part[0] for part in parts)


def _by_words(parts: tuple[str, ...], others: tuple[str, ...]) -> float:
    """The distance of two names of several words, 0 where their number or too many of the words differ."""
    if len(parts) != len(others):
        return 0.0
    if sorted(parts) == sorted(others):
        return NAMES.word_order
    pairs = list(zip(parts, others, strict=True))
    if all(part.startswith(other) or other.startswith(part) for part, other in pairs):
        return NAMES.abbreviated
    differing = sum(_word_distance(part, other) for part, other in pairs)
    return NAMES.words + NAMES.word * differing if differing <= 0.5 * (len(pairs) - 1) else 0.0


def _word_distance(one: str, two: str) -> float:
    """The distance of two words: 0 the same, 1 another word."""
    if one == two:
        return 0.0
    if _changes(one, two, 1) <= 1:
        return NAMES.word_letter
    stem = max(3, max(len(one), len(two)) // 2)
    return NAMES.word_ending if one[:stem] == two[:stem] else 1.0


def _are_other_words(parts: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether one word differs by two letters, so that it may be another word: status and state."""
    return len(parts) == len(others) and any(
        part != other and max(len(part), len(other)) < _LONG and _changes(part, other, 1) > 1
        for part, other in zip(parts, others, strict=True)
    )


def _one_letter(one: str, two: str) -> float:
    """The distance of two names that differ in one letter: the shorter, the greater; another digit, another name."""
    numbers, others = _DIGITS.findall(one), _DIGITS.findall(two)
    if len(numbers) == len(others) and numbers != others:
        return NAMES.number
    return {1: NAMES.letter_of_one, 2: NAMES.letter_of_two}.get(max(len(one), len(two)), NAMES.letter)


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """The words of a name, by its capitals, digits and separators, in small letters."""
    return tuple(word.lower() for word in _WORD.findall(name))


def plain_uri(uri: str) -> str:
    """A namespace without the parts most often written wrong: scheme, case, trailing separators."""
    return uri.strip().lower().removeprefix("https:").removeprefix("http:").strip("/#")


def rivals(ranked: Sequence[tuple[float, str]]) -> int:
    """The number of other names that are as near as the nearest."""
    return sum(cost <= ranked[0][0] + NAMES.equal for cost, _ in ranked) - 1


def _changes(one: str, two: str, most: int) -> int:
    """The number of letters changed, inserted, left out or swapped; `most` and one for any more."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - most names are right

    return OSA.distance(one, two, score_cutoff=most)
