"""Values of which a type has but a few: the one of an enumeration that a text means, yes and no."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from decimal import Decimal

from rapidfuzz.distance import OSA

from .rewrite import Rewrite, sure, unsure
from .typing_errors import mistyped

SEPARATORS = re.compile(r"[\s_\-./]+")
_NUMBER = re.compile(r"\d{1,20}(?:\.\d{1,20})?(?:[Ee][+-]?\d{1,2})?")
_TRUE = frozenset(
    {"true", "yes", "y", "on", "t", "1", "1.0", "-1", "ja", "j", "wahr", "oui", "vrai", "sí", "si", "tak", "sim"}
    | {"verdadero", "verdadeiro", "vero", "waar", "sant", "ano", "да", "是", "evet"}
)
_FALSE = frozenset(
    {"false", "no", "n", "off", "f", "0", "0.0", "nein", "falsch", "non", "faux", "não", "nie", "nej"}
    | {"falso", "onwaar", "falskt", "нет", "否", "hayır"}  # noqa: RUF001 - Turkish
)


def listed_readings(text: str, allowed: tuple[str, ...]) -> Iterator[Rewrite]:
    """The values of an enumeration that the text may be: by case, separators, accents, leading zeros, typing errors."""
    for form, words, confidence in _SAME:
        matching = [one for one in allowed if form(one) == form(text)]
        if matching:
            for one in matching:
                yield Rewrite(
                    one, f"The value allowed is {one}; {words}.", safe=len(matching) == 1, confidence=confidence
                )
            return
    meant = _TRUE if text.lower() in _TRUE else _FALSE if text.lower() in _FALSE else None
    yes_or_no = len(list(filter(None, allowed))) == len("yn") and any(one.lower() in _TRUE for one in allowed)
    if meant is not None and yes_or_no:
        for one in allowed:
            if one.lower() in meant:
                yield sure(one, f"Yes and no are written {' and '.join(allowed)} here.", 0.9)
        return
    yield from _slips(text, allowed)
    words_in = [one for one in allowed if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text, re.IGNORECASE)]
    if len(words_in) == 1 and (len(words_in[0]) > 1 or words_in[0].isdigit()):
        yield unsure(words_in[0], f"The value allowed is {words_in[0]}; words around it were left out.", 0.5)
    starting = [one for one in allowed if one.lower().startswith(text.lower())]
    if len(starting) == 1 and len(text) > 2:  # noqa: PLR2004 - one or two letters say too little
        yield unsure(starting[0], f"The value allowed is {starting[0]}; it was cut short.", 0.5)


def _slips(text: str, allowed: tuple[str, ...]) -> Iterator[Rewrite]:
    """The values a few typing errors away; safe if one is near, the rest far, and no other word can be meant."""
    limit = max(1, len(text) // 4)
    near = sorted(
        (distance, one)
        for one in allowed
        if (distance := OSA.distance(text.lower(), one.lower(), score_cutoff=limit + 2)) <= limit + 2
    )
    if not near or near[0][0] > limit:
        return
    nearest = near[0][0]
    ties = [one for distance, one in near if distance == nearest]
    alone = len(ties) == 1 and all(distance > nearest + 1 for distance, _ in near[1:])
    for one in ties:
        clear = alone and mistyped(text, one)
        words = "it was misspelt" if clear else "it is the one that comes closest"
        confidence = 0.85 if clear else 0.6 / len(ties)
        yield Rewrite(one, f"The value allowed is {one}; {words}.", safe=clear, confidence=confidence)


def _squeezed(text: str) -> str:
    return SEPARATORS.sub("", text).casefold()


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return _squeezed("".join(character for character in decomposed if not unicodedata.combining(character)))


def _amount(text: str) -> str:
    return str(Decimal(text).normalize()) if _NUMBER.fullmatch(text) else text.casefold()


_SAME: tuple[tuple[Callable[[str], str], str, float], ...] = (
    (str.casefold, "upper and lower case count", 0.97),
    (_squeezed, "blanks, hyphens and underscores count", 0.95),
    (_bare, "accents count", 0.9),
    (_amount, "it is the same number", 0.9),
)


def truth_readings(text: str) -> Iterator[Rewrite]:
    """True or false, if a text is a word for yes or no in some language."""
    for meaning, words in (("true", _TRUE), ("false", _FALSE)):
        if text.lower() in words:
            yield sure(meaning, "A boolean is written true or false.", 0.95)
