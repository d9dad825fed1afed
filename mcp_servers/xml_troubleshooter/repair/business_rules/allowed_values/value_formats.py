"""A value in the form that a rule asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from ...values.dates import date_readings
from ...values.local_numbers import number_readings
from ...values.rewrite import Rewrite, unsure
from ..candidates import SURE

_QUANTITY = re.compile(r"(?i)amount|total|sum|price|percent|quantity|rate|base|value|factor|numeric")
_ZONED = re.compile(r"\s*(\d{4}-\d\d-\d\d)(?:T[\d:.]+)?(?:Z|[+-]\d\d:?\d\d)?\s*")
_LABELLED = re.compile(r"\s*[^\W\d][\w .\-]*?(?:[:\s]+|\b(?:no|nr)\.?\s*)(\S+)\s*", re.IGNORECASE)
_UNIT = re.compile(r"\s*([\d.,\s]*\d)\s*(?:%|[^\W\d]{1,4}\.?|[€$£])\s*|\s*(?:[^\W\d]{1,4}|[€$£])\s*([\d.,\s]*\d)\s*")
_WORD = re.compile(r"[^\W\d_]{3,}")
_TAIL = re.compile(r"([\w-]+)\)*\$?$")
_SEPARATORS = re.compile(r"[\s.\-/]+")
_BARE_CAPITALS = "Its separators were removed, and it is written in capitals."
_DIGITS = re.compile(r"\d+")
_LONG = 500  # characters of a text that has a value in it, and more beside
_LONGEST = 20  # characters of a figure that somebody writes with decimals


def is_quantity(name: str) -> bool:
    """Whether an element or attribute of this name holds a figure that somebody has to answer for."""
    return bool(_QUANTITY.search(name))


def forms(
    value: str, patterns: tuple[str, ...] = (), *, shorter: bool = False, cased: bool = True, whole: bool = False
) -> Iterator[Rewrite]:
    """The other forms in which a value may be written, the surest first; `patterns` are those that it should match.

    If it has to be `shorter`, all but the white space around it is part of its meaning; `cased` says that upper and
    lower case may change, `whole` that a number has no decimals.
    """
    number = decimal(value)
    if number is not None and value == value.strip():
        yield from _with_decimals(value, patterns)
        if whole and number == number.to_integral_value():
            yield unsure(f"{number:.0f}", "It is the same number without decimals.", 0.85)
        if not value.isdigit():
            return  # a figure; its point is no separator
    for reason, text in _same(value, patterns, shorter=shorter, cased=cased):
        # without its separators and in other letters, an identifier may be another one
        other = reason == _BARE_CAPITALS and text not in ("".join(value.split()).upper(), _SEPARATORS.sub("", value))
        yield Rewrite(text, reason, safe=not other, confidence=0.8 if other else SURE)
    if (zoned := _ZONED.fullmatch(value)) is not None and zoned[1] != value.strip():
        yield unsure(zoned[1], "The date without its time or time zone.", 0.85)
    if not shorter:
        yield from _without_what_is_beside(value, patterns)


def _same(value: str, patterns: tuple[str, ...], *, shorter: bool, cased: bool) -> Iterator[tuple[str, str]]:
    """Other forms of the same value, each behind a sentence that says how it was changed."""
    same = {
        "White space around it was removed.": value.strip(),
        "White space was made single blanks.": " ".join(value.split()),
    }
    if not shorter:
        if _is_identifier(value) or any(matching(pattern, "".join(value.split())) for pattern in patterns):
            same["The blanks in it were removed."] = plain = "".join(value.split())
            if decimal(plain) is None or plain.isdigit():  # in a figure a point is no separator
                same["Its separators were removed."] = bare = _SEPARATORS.sub("", value)
                if cased:
                    same[_BARE_CAPITALS] = bare.upper()
        if cased:
            same["It is written in capitals."] = value.strip().upper()
            same["It is written in small letters."] = value.strip().lower()
    yield from ((reason, text) for reason, text in same.items() if text and text != value)


def _without_what_is_beside(value: str, patterns: tuple[str, ...]) -> Iterator[Rewrite]:
    if len(value) > _LONG:
        return
    if (label := _LABELLED.fullmatch(value)) is not None:
        yield unsure(label[1], "What stood in front of the value was left out.", 0.8)
    for reading in date_readings(value, "date"):
        bare = reading.value.replace("-", "")  # CII writes dates without hyphens
        compact = any(matching(pattern, bare) for pattern in patterns)
        reason = reading.reason.replace("YYYY-MM-DD", "YYYYMMDD") if compact else reading.reason
        yield unsure(bare if compact else reading.value, reason, 0.8 if reading.safe else 0.5)
    yield from numbers(value)
    for pattern in patterns:
        yield from _fitted(value, pattern)


def _is_identifier(value: str) -> bool:
    """Whether there are digits, and no words that blanks would part."""
    return any(character.isdigit() for character in value) and len(_WORD.findall(value)) <= 1


def numbers(value: str, decimals: int | None = None) -> Iterator[Rewrite]:
    """The number that a value may be, with so many decimals at most."""
    unit = _UNIT.fullmatch(value)
    bare = (unit[1] or unit[2]).strip() if unit is not None else value
    if bare != value and decimal(bare) is not None:
        yield unsure(bare, "The sign or unit beside the number was left out.", 0.8)
    for reading in number_readings(bare, None):
        yield unsure(reading.value, reading.reason, 0.75 if reading.safe else 0.5)
    number = decimal(value)
    if number is not None and decimals is not None:
        rounded = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        yield unsure(f"{rounded:f}", f"It was rounded to {decimals} decimals.", 0.8)


def _with_decimals(value: str, patterns: tuple[str, ...]) -> Iterator[Rewrite]:
    """A number with as many decimals as patterns want that speak of a point."""
    number = decimal(value)
    if number is None or len(value) > _LONGEST or not any(r"\." in each or "[.]" in each for each in patterns):
        return
    rounded = (number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) for decimals in (2, 1, 0, 3, 4))
    fitting = (
        (number == written, written)
        for written in rounded
        if all(matching(pattern, f"{written:f}") for pattern in patterns)
    )
    best = max(fitting, key=lambda each: each[0], default=None)
    if best is not None:
        equal, written = best
        said = "It is the same number with the decimals" if equal else "It was rounded to the decimals"
        yield unsure(f"{written:f}", f"{said} that the rule wants.", 0.85 if equal else 0.7)


def matching(pattern: str, value: str) -> bool:
    """Whether a value matches a pattern of XPath, which is none of Python's here and there."""
    try:
        return re.search(pattern.replace(r"\i", r"[^\W\d]").replace(r"\c", r"[\w.\-]"), value) is not None
    except re.error:
        return False


def _fitted(value: str, pattern: str) -> Iterator[Rewrite]:
    """The value with leading zeros that a pattern asks for, or with the word that the pattern ends in."""
    text = value.strip()
    for found in _DIGITS.finditer(text):
        for zeros in range(1, 6):
            padded = f"{text[: found.start()]}{'0' * zeros}{text[found.start() :]}"
            if matching(pattern, padded):
                yield unsure(padded, f"The number {found[0]} is written with its zeros.", 0.85)
                break
    tail = _TAIL.search(pattern)
    if tail is not None and not text.endswith(tail[1]) and tail[1].isalpha():
        yield unsure(text + tail[1], f'It ends in "{tail[1]}".', 0.8)


def decimal(text: str) -> Decimal | None:
    """The number that a text is, as computers write it; None for any other."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
