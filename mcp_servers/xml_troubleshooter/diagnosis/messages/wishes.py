"""What a person wants of a document beside what is wrong with it ("the price must stay 1,00"): heard, never obeyed.

A wish changes no verdict and makes no edit. Values that are to stay are kept in so far as no edit that touches one is
made without consent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from .claims import claims
from .words import wants_changed, wants_kept

_LONGEST = 5_000  # characters that are read
_MOST = 5
_SENTENCE = re.compile(r"[^.!?;\n]+(?:[.!?;](?=\d)[^.!?;\n]+)*")
_QUOTED = re.compile("[\"'\u201c\u201e\u00ab]([^\"'\u201c\u201d\u00bb]{1,80})[\"'\u201d\u201c\u00bb]")
_NUMBER = re.compile(r"(?<![\w.,-])[\w-]*\d[\w.,:/-]*")


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that is wanted: its words, and the values that are to stay as they are."""

    text: str
    kept: tuple[str, ...] = ()


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
        if wants_kept(words):
            named = [*_QUOTED.findall(words), *(found.strip(".,:") for found in _NUMBER.findall(words))]
            yield Wish(words, tuple(dict.fromkeys(value for value in named if value)))
        elif wants_changed(words):
            yield Wish(words)


def touches(value: str, kept: str) -> bool:
    """Whether a text that an edit replaces holds a value that is to stay, as a whole."""
    return re.search(rf"(?<![\w.,]){re.escape(kept)}(?![\w]|[.,]\d)", value) is not None
