"""Wishes of a person beside what is wrong with a document ("the price must stay 1,00"): heard, never obeyed.

A wish changes no verdict and makes no edit. Values that are to stay, and those of elements and attributes that are, are
kept in so far as no edit that touches one is made without consent.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ...document.edits import Edit
from .claims import claims
from .words import CHANGES, CHOOSES, CLAUSES, STAYS, WISHING

_LONGEST = 5_000  # characters that are read
_MOST = 5
_SENTENCE = re.compile(r"[^.!?;\n]+(?:[.!?;](?=\d)[^.!?;\n]+)*")
_QUOTED = re.compile("[\"'\u201c\u201e\u00ab]([^\"'\u201c\u201d\u00bb]{1,80})[\"'\u201d\u201c\u00bb]")
_NUMBER = re.compile(r"(?<![\w.,-])[\w-]*\d[\w.,:/-]*")
_WORD = re.compile(r"[^\W\d][\w.:-]*\w{2}")
_PARTS = re.compile(r"[^\W\d_]+?(?=[A-Z_\d.-]|$)")  # PriceAmount is Price and Amount
_HELD = (
    re.compile(r"<(?P<name>[^\W\d][\w:.-]*)(?![\w:.-])[^<>]*>(?P<value>[^<]*)</"),
    re.compile(r"(?<=\s)(?P<name>[^\W\d][\w:.-]*)(?![\w:.-])\s*=\s*(?P<mark>[\"'])(?P<value>[^<>\"']*)(?P=mark)"),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish: its words, the values that are to stay, and the words for elements whose values are.

    One that `chooses` says which edits to make.
    """

    text: str
    kept: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    chooses: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A value in a document, from `start` to `end`, and the name of the element or attribute that has it."""

    start: int
    end: int
    name: str
    value: str


@lru_cache(maxsize=8)
def wishes(problem: str) -> tuple[Wish, ...]:
    """The wishes in a text; none in the messages of other systems."""
    return tuple(_wishes(problem[:_LONGEST]))[:_MOST] if problem else ()


def _wishes(problem: str) -> Iterator[Wish]:
    messages = [claim.text for claim in claims(problem)]
    for sentence in _SENTENCE.findall(problem):
        words = " ".join(sentence.split())
        if any(words in message for message in messages):
            continue
        chooses = CHOOSES.search(words) is not None
        if STAYS.search(words):
            named = [*_QUOTED.findall(words), *(found.strip(".,:") for found in _NUMBER.findall(words))]
            kept = tuple(dict.fromkeys(value for value in named if value))
            yield Wish(words, kept, tuple(_named(words)), chooses)
        elif chooses or CHANGES.search(words):
            yield Wish(words, chooses=chooses)


def _named(sentence: str) -> Iterator[str]:
    """The words of the values that are to stay: of the clauses that say so, and of those that continue them."""
    clauses = CLAUSES.split(sentence)
    staying = not any(map(STAYS.search, clauses))
    for clause in clauses:
        says_so = STAYS.search(clause) is not None
        staying = says_so or (staying and not (CHANGES.search(clause) or CHOOSES.search(clause)))
        if staying:
            yield from (word for word in _WORD.findall(clause) if not WISHING.fullmatch(word))


def changed(edits: Sequence[Edit], text: str, wanted: Sequence[Wish]) -> str:
    """The first value that edits of a text change though it is to stay; empty where they change none."""
    for value in (value for wish in wanted for value in wish.kept):
        if any(touches(text[edit.start : edit.end], value) for edit in edits):
            return value
    places = held(text, tuple(word for wish in wanted for word in wish.named))
    for edit in edits if places else ():
        for place in places[bisect_left(places, edit.start, key=lambda each: each.end) :]:
            if place.start > edit.end:
                break
            is_moved = edit.start < place.start and any(f">{place.value}</" in each.after for each in edits)
            is_beside = "<" in edit.after and edit.start == edit.end  # a tag that is put in front of it or behind it
            if not (is_moved or is_beside or text[edit.start : edit.end] == edit.after):
                return place.value.strip()
    return ""


@lru_cache(maxsize=2)
def held(text: str, named: tuple[str, ...]) -> tuple[Held, ...]:
    """The values of the elements and attributes whose name contains or is one of some words, in document order."""
    wanted = {form for word in named for form in _forms(word)}
    matches = (match for pattern in _HELD for match in pattern.finditer(text)) if wanted else iter(())
    places = [
        Held(*match.span("value"), match["name"], match["value"])
        for match in matches
        if match["value"].strip() and not wanted.isdisjoint(_parts(match["name"]))
    ]
    return tuple(sorted(places, key=lambda place: place.start))


def _forms(word: str) -> tuple[str, ...]:
    """A word in the forms that a name may have: without its prefix, and in the singular."""
    plain = word.rpartition(":")[2].casefold()
    return (plain, plain.removesuffix("s"))


def _parts(name: str) -> Iterator[str]:
    own = name.rpartition(":")[2]
    yield own.casefold()
    yield from (part.casefold() for part in _PARTS.findall(own))


def touches(value: str, kept: str) -> bool:
    """Whether the text that an edit replaces contains a value that is to stay, as a whole."""
    return re.search(rf"(?<![\w.,]){re.escape(kept)}(?![\w]|[.,]\d)", value) is not None
