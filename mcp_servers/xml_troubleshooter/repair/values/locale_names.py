"""The names of months and countries in the languages of documents, by the Unicode CLDR; signs of currencies."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from babel import Locale

_LANGUAGES = """
bg cs da de de_AT el en en_GB es et fi fr ga hr hu is it ja ko lt lv nb nl pl pt ro ru sk sl sq sr sv tr uk zh
"""
# written as well
_MONTHS = (("mrz", 3),)
_COUNTRIES = (
    ("Czech Republic", "CZ"), ("EL", "GR"), ("Great Britain", "GB"), ("Holland", "NL"), ("The Netherlands", "NL"),
    ("Turkey", "TR"), ("UAE", "AE"), ("UK", "GB"), ("United States of America", "US"), ("U.S.", "US"), ("U.S.A.", "US"),
)  # fmt: skip
_WITHDRAWN = frozenset({"ANT", "BUR", "DDR", "FXX", "NTZ", "SCG", "SUN", "TMP", "YMD", "YUG", "ZAR"})
# those that mean no other currency
_SIGNS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₴": "UAH", "₪": "ILS", "₫": "VND",
    "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "฿": "THB",
}  # fmt: skip

_UNNAMED = re.compile(r"[\d\n;:/=]|.{50}|^\W*$")  # no country is called so

_Meaning = TypeVar("_Meaning", int, str)


def month_number(name: str) -> int:
    """The number of a month by its name or short name; 0 for no such name, or if two languages disagree about it."""
    return _months().get(_key(name), 0)


def codes(text: str) -> Iterator[str]:
    """The codes of ISO 3166 and ISO 4217 that a country's name, its other code, or a currency's sign stands for."""
    if not _UNNAMED.search(text):
        # to load the names of all countries takes a quarter of a second
        country = dict(_country_codes()).get(text) or _countries().get(_key(text), "")
        yield from (code for code, named in _country_codes() if named == country)
    if text in _SIGNS:
        yield _SIGNS[text]


def _locales() -> list[Locale]:
    from babel import Locale  # noqa: PLC0415 - all languages take a quarter of a second, and are seldom needed

    return [Locale.parse(language) for language in _LANGUAGES.split()]


@cache
def _months() -> Mapping[str, int]:
    kinds = [locale.months[form] for locale in _locales() for form in ("format", "stand-alone")]
    names = [(name, n) for kind in kinds for width in ("wide", "abbreviated") for n, name in kind[width].items()]
    return _unique([*names, *_MONTHS])


@cache
def _countries() -> Mapping[str, str]:
    countries = {country for _, country in _country_codes()}
    named = [locale.territories for locale in _locales()]
    names = [(territories.get(code, code), code) for territories in named for code in countries]
    return _unique([*names, *_country_codes(), *_COUNTRIES])


@cache
def _country_codes() -> tuple[tuple[str, str], ...]:
    """Each code of two or three letters, with that of two letters for the same country."""
    from babel.core import get_global  # noqa: PLC0415 - loaded where it is used

    aliases = [(code, named[0]) for code, named in get_global("territory_aliases").items() if len(named) == 1]
    long = [(code, named) for code, named in aliases if re.fullmatch("[A-Z]{3}", code) and code not in _WITHDRAWN]
    return (*((code, code) for _, code in long), *long)


def _unique(named: Iterable[tuple[str, _Meaning]]) -> Mapping[str, _Meaning]:
    """The names that mean one thing, also with the letters that stand for German umlauts."""
    found: defaultdict[str, set[_Meaning]] = defaultdict(set)
    for name, meaning in named:
        spelt = name.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
        found[_key(name)].add(meaning)
        found[_key(spelt)].add(meaning)
    return {name: meanings.pop() for name, meanings in found.items() if len(meanings) == 1}


def _key(name: str) -> str:
    """A name without case, accents and the point of an abbreviation."""
    parts = unicodedata.normalize("NFKD", name.casefold().rstrip("."))
    return "".join(character for character in parts if not unicodedata.combining(character))
