"""The entry of a code list that a value means: by its letters, by a common name for it, by a typing error."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from ...values.locale_names import codes
from ...values.rewrite import Rewrite, sure, unsure
from ..candidates import SURE
from .code_meanings import common, told

SHOWN = 12  # entries of a list that a person looks through
_NEAR = 55.0  # likeness from which on an entry is worth showing
_LONG = 5  # letters from which on one slip leaves no doubt which code was meant
_SEPARATORS = re.compile(r"[\s\-_./,]+")

# common words, and the codes that they stand for in the lists of business documents; the rule's own list decides
_CALLED: dict[str, str] = {
    # units of UN/ECE recommendations 20 and 21
    "kg kgs kilo kilos kilogram kilograms kilogramm": "KGM",
    "g gr gram grams gramm": "GRM",
    "t to ton tons tonne tonnes tonnen": "TNE",
    "l ltr liter litre liters litres": "LTR",
    "ml milliliter millilitre": "MLT",
    "m mtr meter metre meters metres": "MTR",
    "cm centimeter centimetre": "CMT",
    "mm millimeter millimetre": "MMT",
    "km kilometer kilometre kilometers kilometres": "KMT",
    "m2 qm sqm m²": "MTK",
    "m3 cbm m³": "MTQ",
    "h hr hrs hour hours std stunde stunden heure heures uur uren": "HUR",
    "min mins minute minutes minuten": "MIN",
    "s sec secs second seconds sekunde sekunden": "SEC",
    "d day days tag tage jour jours dag dagen": "DAY",
    "w wk week weeks woche wochen semaine semaines": "WEE",
    "mo month months monat monate mois maand maanden": "MON",
    "y yr year years jahr jahre an ans année jaar": "ANN",
    "kwh": "KWH",
    "mwh": "MWH",
    "kw": "KWT",
    "pc pcs pce piece pieces stk stck stück st unit units einheit pièce pièces stuk stuks": "H87 C62 EA XPP",
    "ea each": "EA H87 C62",
    "one": "C62",
    "box boxes karton": "XBX BX",
    "pallet pallets palette": "XPX PF",
    "package packages pack packung paket": "XPK PK",
    "pair pairs paar": "PR",
    "set sets satz": "SET",
    "lump lumpsum pauschal pauschale flat forfait": "LS",
    "% percent prozent": "P1",
    # schemes of identifiers
    "gln ean-13 gs1gln": "0088",
    "gtin ean gtin-13 gtin-14 upc": "0160",
    "duns d-u-n-s": "0060",
    "siret": "0009",
    "siren sirene": "0002",
    "leitweg leitweg-id leitwegid": "0204",
    "kvk": "0106",
    "oin": "0190",
    "cvr": "0184",
    "orgnr": "0007 0192",
    "lei": "0199",
    "abn": "0151",
    "kbo bce": "0208",
    # kinds of documents
    "invoice rechnung facture": "380",
    "creditnote credit gutschrift avoir": "381",
    "corrected correction": "384",
    "selfbilled selfbilling": "389",
    # payment
    "transfer banktransfer überweisung virement": "30 58 42 31",
    "sepa sepatransfer": "58",
    "directdebit lastschrift": "59 49",
    "card creditcard kreditkarte": "48 54",
    "cash bar espèces": "10",
    # allowances
    "discount rabatt nachlass remise korting sconto": "95",
    "specialrebate sonderrabatt": "100",
    "freight fracht transport": "FC",
    # files
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg jpeg": "image/jpeg",
    "csv": "text/csv",
    "xlsx excel": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    # VAT categories
    "standard": "S",
    "zero": "Z",
    "exempt": "E",
    "reversecharge": "AE",
    "export": "G",
    # currencies
    "euro euros": "EUR",
    "dollar dollars us-dollar": "USD",
    "pound pounds sterling": "GBP",
    "franken francs": "CHF",
    "zloty złoty": "PLN",
    "rmb": "CNY",
}


def meanings(value: str, listed: Sequence[str], name: str) -> list[Rewrite]:
    """The entries that a value may mean, of the surest kind that there is; [] where it is like none.

    `name` is that of the element or attribute which holds it.
    """
    key = _key(value)
    if not key:
        return []
    known = set(listed)
    called = [code for words, found in _CALLED.items() if _among(value, words) for code in found.split()]
    kind = common(name)  # "bar" is cash to a list of payments, and a unit of pressure to one of units
    if len(known & kind.keys()) * 2 < len(kind):
        kind = {}  # it is another list
    called += [code for code, words in kind.items() if words.lower() == value.strip().lower()]
    same = [entry for entry in listed if _key(entry) == key]
    called += [] if same or kind else codes(value.strip())  # names of countries, which take long to load
    called = [code for code in dict.fromkeys(called) if code in known and (not kind or code in kind)]
    if same and (not called or called == same or not _is_word(value) or any(entry in called for entry in same)):
        exact = [entry for entry in same if entry.lower() == value.strip().lower()] or same
        return [sure(entry, f'The list writes "{entry}".', SURE) for entry in exact]
    if called:
        # a word with the letters of an entry may mean another one: "Stk" is a piece, STK a stick
        return [
            unsure(code, f'"{value.strip()}" is what people call {told(code, name)}.', 0.85)
            for code in (*called, *same)
        ]
    padded = [entry for entry in listed if entry.isdigit() and key.isdigit() and entry.lstrip("0") == key.lstrip("0")]
    if padded:
        return [unsure(entry, f"The list writes {told(entry, name)}.", 0.85) for entry in padded]
    if len(key) >= _LONG:
        near = [
            entry for entry in listed if len(entry) >= _LONG and OSA.distance(entry.lower(), value.strip().lower()) == 1
        ]
        return [unsure(entry, f"The list has {told(entry, name)}, one slip away.", 0.8) for entry in near]
    return []


def nearest(value: str, listed: Sequence[str], name: str = "") -> list[str]:
    """The entries to offer to a person, the likeliest first: of a long list those like the value, those with the value
    in their meaning, and the commonest codes for an element or attribute of this name.
    """
    if len(listed) <= SHOWN:
        return list(listed)
    text = value.strip().upper()
    if text.isdigit():
        found = [entry for entry in listed if OSA.distance(entry, text) == 1]
    else:
        like = process.extract(text, listed, scorer=fuzz.WRatio, limit=SHOWN // 2, score_cutoff=_NEAR)
        found = [entry for entry, _, _ in like]
    known = set(listed)
    usual = {code: words for code, words in common(name).items() if code in known}
    meant = [code for code, words in usual.items() if _is_word(value) and text in words.upper()]
    return list(dict.fromkeys((*meant, *found[: SHOWN // 2], *usual)))[:SHOWN]


def _is_word(value: str) -> bool:
    """Whether a value is written as people write words, and not as codes are."""
    return value != value.upper() and any(character.isalpha() for character in value)


def _among(value: str, words: str) -> bool:
    text = value.strip().lower()
    return text in words.split() or re.sub(r"[\s.\-_]+", "", text) in words.split()


def _key(text: str) -> str:
    return _SEPARATORS.sub("", text).upper()
