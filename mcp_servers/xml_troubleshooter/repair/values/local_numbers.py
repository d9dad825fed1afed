"""Numbers as people write them: local separators, currencies, signs behind, exponents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal

from .rewrite import Rewrite, sure, unsure

_SIGNS = str.maketrans({"−": "-", "–": "-", "—": "-", "‒": "-", "﹣": "-", "－": "-", "＋": "+"})  # noqa: RUF001 - signs as typed
_BLANKS = " \t\n\r\u00a0\u2007\u2009\u202f"
_THIN = "'’‘`´" + _BLANKS  # noqa: RUF001 - the marks between groups of digits in Switzerland and by ISO 80000
_CODES = (
    "AED ARS AUD BAM BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HRK HUF IDR ILS INR ISK JPY KES KRW KWD LKR "
    "MAD MXN MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD UAH USD UYU VND ZAR"
)
_CURRENCY = rf"[^\W\d_]{{0,3}}[$€£¥₹₽₩₺₴₪₫฿¢]|{_CODES.replace(' ', '|')}|Fr\.?|kr\.?|zł|Kč|Ft|lei|Rs\.?"
_WITH_CURRENCY = re.compile(
    rf"(?P<sign>[+-]?)\s*(?:(?:{_CURRENCY})\s*(?P<after>.*\d\)?-?)|(?P<before>.*\d)\s*(?:{_CURRENCY}))"
)
_WITH_UNIT = re.compile(r"(?P<number>[+-]?\d[\d.,]*)\s*[^\W\d_]{1,6}\.?")
_EXPONENT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)[Ee][+-]?\d{1,2}")
_GROUPED = re.compile(r"\d{1,3}(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3})*")
_LAKHS = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}")
_NO_CENTS = re.compile(r"(?<=\d)[.,]-+$")  # 12.- and 12,-- stand for a whole amount
_SIGNED = re.compile(r"-?\d+(?:\.\d+)?")
_LONGEST = 100  # characters: beyond, nobody means a number

_SPECIAL = {
    "inf": "INF",
    "infinity": "INF",
    "+inf": "INF",
    "∞": "INF",
    "-inf": "-INF",
    "-infinity": "-INF",
    "nan": "NaN",
}
_EXACT = Context(prec=3 * _LONGEST, rounding=ROUND_HALF_UP)

_NUMBER = "A number is written with digits and at most one point."


def number_readings(text: str, fraction_digits: int | None) -> Iterator[Rewrite]:
    """The plain numbers that a text may mean; some may not fit the type.

    `fraction_digits` is how many the type allows, None for any number; 0 for a type of whole numbers.
    """
    if len(text) > _LONGEST:
        return
    text = _NO_CENTS.sub("", ascii_digits(text).translate(_SIGNS).strip(_BLANKS))
    if text.lower() in _SPECIAL:
        reason = "Infinity and not-a-number are written INF and NaN."
        yield sure(_SPECIAL[text.lower()], reason, 0.95)
    elif text.endswith("%"):
        for found in _plain(text[:-1].rstrip(_BLANKS)):
            yield unsure(found.value, "The percent sign was left out.", 0.6)
            share = _plainly(_EXACT.divide(Decimal(found.value), Decimal(100)))
            yield unsure(share, "The percentage was written as a fraction.", 0.4)
    else:
        readings = list(_plain(text))
        if not readings and (unit := _WITH_UNIT.fullmatch(text)) is not None:
            reason = "The unit was left out."
            readings = [unsure(one.value, reason, 0.5) for one in _plain(unit["number"])]
        yield from readings if fraction_digits is None else _fitted(readings, text, fraction_digits)


def sign_moved(written: str, number: str) -> bool:
    """Whether a number got its minus sign from behind it or from parentheses, or lost a plus sign behind it."""
    if not _SIGNED.fullmatch(number):
        return False
    written = written.translate(_SIGNS)
    before = re.split(r"\d", written, maxsplit=1)[0]
    return (number.startswith("-") and "-" not in before) or (number.isdigit() and written.rstrip().endswith("+"))


def _fitted(readings: list[Rewrite], text: str, digits: int) -> Iterator[Rewrite]:
    """The readings with at most so many fraction digits."""
    step = Decimal(1).scaleb(-digits)
    exact = [found for found in readings if _rounded(found, step) == Decimal(found.value)]
    for found in readings:
        rounded = _rounded(found, step)
        if found not in exact:
            reason = f"The number was rounded to {f'{digits} fraction digits' if digits else 'a whole number'}."
            yield unsure(f"{rounded:f}", reason, found.confidence * 0.5)
        elif digits:
            yield found
        else:
            sole = len(exact) == 1 and "," in text  # among whole numbers, 1,234 has one reading
            reason = "The fraction is zero and was left out." if "." in found.value else found.reason
            confidence = max(found.confidence, 0.85) if sole else found.confidence
            certain = sole or (found.safe and len(exact) == 1)  # 1.000 may be one thousand
            yield Rewrite(f"{rounded:f}", reason, safe=certain, confidence=confidence)


def _rounded(found: Rewrite, step: Decimal) -> Decimal:
    return Decimal(found.value).quantize(step, ROUND_HALF_UP, _EXACT)


def _plain(text: str) -> Iterator[Rewrite]:
    """The readings of a number without a unit."""
    currency = _WITH_CURRENCY.fullmatch(text)
    if currency is not None:
        inner = currency["sign"] + (currency["after"] or currency["before"]).strip(_BLANKS)
        for found in _plain(inner):
            yield _weaker(found, found.value, "The currency does not belong in a number.")
    elif text.startswith("(") and text.endswith(")"):
        for found in _plain(text[1:-1].strip(_BLANKS)):
            if not found.value.startswith("-"):
                yield _weaker(found, "-" + found.value, "A negative number is written with a minus sign in front.")
    else:
        yield from _signed(text)


def _weaker(found: Rewrite, value: str, reason: str) -> Rewrite:
    return Rewrite(value, reason, safe=found.safe, confidence=min(found.confidence, 0.9))


def _signed(text: str) -> Iterator[Rewrite]:
    """The readings of digits with a sign in front or behind, or with an exponent."""
    sign = ""
    if text[-1:] in ("-", "+") and text[:1] not in ("-", "+"):
        sign, text = text[-1], text[:-1]
    elif text[:1] in ("-", "+"):
        sign, text = text[0], text[1:]
    sign = sign if sign == "-" else ""
    text = text.strip(_BLANKS)
    if _EXPONENT.fullmatch(text):
        yield sure(sign + _plainly(Decimal(text)), "The exponent was written out.", 0.95)
        return
    for found in _unsigned(text):
        whole, point, fraction = found.value.partition(".")
        yield replace(found, value=sign + (whole or "0") + (point + fraction if fraction else ""))


def _unsigned(text: str) -> Iterator[Rewrite]:
    joined = re.sub(rf"(?<=\d)[{_THIN}](?=\d{{3}}(?!\d))", "", text)
    joined = re.sub(rf"\s*(?<=[\d.,])[{_THIN}]+(?=[.,]?\d)", "", joined) if joined != text else joined
    spaced = joined != text
    points, commas = joined.count("."), joined.count(",")
    if not re.fullmatch(r"[\d.,]*\d[\d.,]*", joined):
        return
    if not points and not commas:
        yield sure(joined, "The digits are written without gaps.", 0.95) if spaced else sure(joined, _NUMBER, 1.0)
    elif points and commas:
        last = max(joined.rfind("."), joined.rfind(","))
        mark, other = joined[last], "," if joined[last] == "." else "."
        whole, fraction = joined[:last], joined[last + 1 :]
        if mark not in whole and (_GROUPED.fullmatch(whole) or (other == "," and _LAKHS.fullmatch(whole))):
            reason = "Thousands are not separated, and a point starts the fraction."
            yield sure(f"{whole.replace(other, '')}.{fraction}", reason, 0.95)
    elif points + commas > 1:
        if _GROUPED.fullmatch(joined) or _LAKHS.fullmatch(joined):
            yield sure(re.sub("[.,]", "", joined), "Thousands are not separated.", 0.95)
    else:
        mark = "," if commas else "."
        whole, _, fraction = joined.partition(mark)
        grouped = not spaced and bool(_GROUPED.fullmatch(joined)) and not whole.startswith("0")
        # 1,234 may be either; a point is the fraction's by the rules of the type, and never doubted where it fits
        if mark == ".":
            yield sure(f"{whole}.{fraction}", _NUMBER, 1.0)
        else:
            reason = "A point starts the fraction."
            yield Rewrite(f"{whole}.{fraction}", reason, safe=not grouped, confidence=0.55 if grouped else 0.95)
        if grouped:
            yield unsure(whole + fraction, "Thousands are not separated.", 0.5 if mark == "," else 0.3)


def _plainly(number: Decimal) -> str:
    """A number without exponent and without zeros behind the fraction."""
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def ascii_digits(text: str) -> str:
    """A text with the digits of all scripts written 0 to 9."""
    return "".join(str(int(character)) if character.isdecimal() else character for character in text)
