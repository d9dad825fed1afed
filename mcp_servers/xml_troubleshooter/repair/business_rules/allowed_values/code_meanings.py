"""The meanings of codes in business documents, in words; the name of an element or attribute gives the code list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

# by the end of the name of the element or attribute, in UBL and CII; the names of the commonest
_LISTS: tuple[tuple[str, str], ...] = (
    (r"unitCode", "units"),
    (r"TaxExemptionReasonCode|ExemptionReasonCode", "exemptions"),
    (r"Currency\w*|currencyID", "currencies"),
    (r"CountryID|IdentificationCode|CountryCode|OriginCountry", "countries"),
    (r"schemeID|schemeAgencyID", "schemes"),
    (r"(?:Invoice|CreditNote|Document)TypeCode", "documents"),
    (r"PaymentMeansCode", "payments"),
    (r"AllowanceChargeReasonCode|ReasonCode", "allowances"),
    (r"CategoryCode|ClassifiedTaxCategory|TaxCategory|ID", "categories"),
    (r"mimeCode|MimeCode", "files"),
)
_MEANINGS: dict[str, dict[str, str]] = {
    "units": {
        "C62": "one, a piece", "H87": "piece", "EA": "each", "XPP": "piece (packed)", "KGM": "kilogram", "GRM": "gram",
        "TNE": "tonne", "LTR": "litre", "MLT": "millilitre", "MTR": "metre", "CMT": "centimetre", "MMT": "millimetre",
        "KMT": "kilometre", "MTK": "square metre", "MTQ": "cubic metre", "HUR": "hour", "MIN": "minute",
        "SEC": "second", "DAY": "day", "WEE": "week", "MON": "month", "ANN": "year", "KWH": "kilowatt hour",
        "MWH": "megawatt hour", "KWT": "kilowatt", "XBX": "box", "BX": "box", "XPX": "pallet", "PF": "pallet (lift)",
        "XPK": "package", "PK": "pack", "PR": "pair", "SET": "set", "LS": "lump sum", "P1": "percent", "XCT": "carton",
        "CT": "carton", "ZZ": "mutually defined", "DZN": "dozen", "NAR": "number of articles", "XBG": "bag",
    },
    "schemes": {
        "0002": "SIRENE (France)", "0007": "organisation number (Sweden)", "0009": "SIRET (France)",
        "0060": "DUNS number", "0088": "GLN, Global Location Number", "0096": "P number (Denmark)",
        "0106": "KVK number (Netherlands)", "0151": "ABN (Australia)", "0160": "GTIN, Global Trade Item Number",
        "0184": "CVR number (Denmark)", "0190": "OIN (Netherlands)", "0192": "organisation number (Norway)",
        "0195": "UEN (Singapore)", "0196": "kennitala (Iceland)", "0198": "SE number (Denmark)",
        "0199": "LEI, Legal Entity Identifier", "0204": "Leitweg-ID (Germany)", "0208": "enterprise number (Belgium)",
        "0210": "codice fiscale (Italy)", "0211": "partita IVA (Italy)", "9906": "VAT number (Italy)",
        "9914": "VAT number (Austria)", "9915": "firm identification (Austria)", "9920": "VAT number (Spain)",
        "9925": "VAT number (Belgium)", "9930": "VAT number (Germany)", "9944": "VAT number (Netherlands)",
        "9945": "VAT number (Poland)", "9955": "VAT number (Sweden)", "9957": "VAT number (France)",
        "EM": "e-mail address",
    },
    "documents": {
        "380": "commercial invoice", "381": "credit note", "326": "partial invoice", "383": "debit note",
        "384": "corrected invoice", "386": "prepayment invoice", "389": "self-billed invoice",
        "393": "factored invoice", "396": "factored credit note", "751": "invoice information for accounting",
        "875": "partial construction invoice",
        "876": "partial final construction invoice", "877": "final construction invoice",
    },
    "payments": {
        "30": "credit transfer", "58": "SEPA credit transfer", "59": "SEPA direct debit", "49": "direct debit",
        "48": "bank card", "54": "credit card", "55": "debit card", "10": "cash", "20": "cheque",
        "31": "debit transfer", "42": "payment to bank account", "57": "standing agreement", "1": "not defined",
        "68": "online payment service", "97": "clearing between partners",
    },
    "allowances": {
        "95": "discount", "41": "bonus for works ahead of schedule", "42": "other bonus", "64": "special agreement",
        "66": "new outlet discount", "67": "sample discount", "68": "end-of-range discount", "100": "special rebate",
        "102": "fixed long term", "103": "temporary", "104": "standard", "105": "yearly turnover",
        "FC": "freight service", "PC": "packing", "ABL": "additional packaging", "ADR": "other services",
        "CG": "cleaning", "DL": "delivery", "LA": "labelling", "IS": "invoicing service",
    },
    "categories": {
        "S": "standard rate", "Z": "zero rated", "E": "exempt from tax", "AE": "VAT reverse charge",
        "K": "intra-community supply", "G": "export outside the EU", "O": "not subject to VAT", "L": "IGIC (Canaries)",
        "M": "IPSI (Ceuta and Melilla)", "B": "transferred VAT (Italy)",
    },
    "exemptions": {
        "VATEX-EU-AE": "reverse charge", "VATEX-EU-G": "export outside the EU", "VATEX-EU-O": "not subject to VAT",
        "VATEX-EU-IC": "intra-community supply", "VATEX-EU-D": "travel agents' margin scheme",
        "VATEX-EU-F": "margin scheme for second-hand goods", "VATEX-EU-I": "margin scheme for works of art",
        "VATEX-EU-J": "margin scheme for collectors' items", "VATEX-EU-132": "exempt by article 132",
        "VATEX-EU-143": "exempt by article 143", "VATEX-EU-148": "exempt by article 148",
        "VATEX-EU-151": "exempt by article 151", "VATEX-EU-309": "exempt by article 309",
    },
    "files": {
        "application/pdf": "PDF", "image/png": "PNG picture", "image/jpeg": "JPEG picture", "text/csv": "CSV table",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel sheet",
        "application/vnd.oasis.opendocument.spreadsheet": "OpenDocument sheet", "application/xml": "XML",
    },
}  # fmt: skip


def meaning(code: str, name: str) -> str:
    """The meaning of a code in an element or attribute of this name; "" where it is not known."""
    kind = _kind(name)
    if kind in ("currencies", "countries"):
        return _in_english(kind).get(code, "")
    return _MEANINGS.get(kind, {}).get(code, "")


def common(name: str) -> Mapping[str, str]:
    """The codes that are known here with their meanings, the commonest first; nothing of countries and currencies."""
    return _MEANINGS.get(_kind(name), {})


def told(code: str, name: str) -> str:
    """A code with its meaning: "KGM (kilogram)"; the code alone where its meaning is not known."""
    known = meaning(code, name)
    return f"{code} ({known})" if known else code


def _kind(name: str) -> str:
    local = name.rpartition(":")[2].lstrip("@")
    return next((kind for ends, kind in _LISTS if re.search(rf"(?:{ends})$", local)), "")


@cache
def _in_english(kind: str) -> dict[str, str]:
    """The names of currencies (ISO 4217) or countries (ISO 3166), as the Unicode CLDR has them."""
    from babel import Locale  # noqa: PLC0415 - loaded where it is used

    english = Locale.parse("en")
    return {
        code: str(name) for code, name in (english.currencies if kind == "currencies" else english.territories).items()
    }
