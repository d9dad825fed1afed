"""The ways in which people break an invoice: what is left out, written twice, written otherwise, mistyped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from lxml import etree

SMALL = 4  # values of a group that people forget as a whole
SHORT, LONG = 3, 20  # characters of a code, and of an identifier of a specification
_CALLED = {
    "EUR": ["Euro", "€"], "GBP": ["Pounds"], "USD": ["US-Dollar"], "DE": ["DEU", "Germany"], "NL": ["NLD"],
    "NO": ["Norway"], "SE": ["SWE"], "DK": ["Denmark"], "BE": ["BEL"], "GB": ["UK"], "KGM": ["kg"], "HUR": ["h"],
    "DAY": ["days"], "C62": ["pcs"], "H87": ["piece"], "EA": ["each"], "LTR": ["litre"], "XPP": ["pieces"],
    "0088": ["GLN", "88"], "0160": ["GTIN"], "0192": ["192"], "VAT": ["vat", "MWST"], "30": ["transfer"],
}  # fmt: skip
_CODED = re.compile(r"(Code|schemeID|listID|Currency|CurrencyID|CountryID|TypeCode)$")
_FIXED = {"CustomizationID", "ProfileID", "GuidelineSpecifiedDocumentContextParameter", "BusinessProcessSpecified"}
_NAMED = re.compile(r"(EndpointID|CompanyID|URIID|GlobalID|IBANID|^ID)$")


def slips(root: Any) -> Iterator[tuple[str, str, Any, str, str]]:  # noqa: ANN401 - lxml's
    """Group, slip, element, attribute and new value; "" for a thing removed, "=" for one written twice."""
    for node in root.iter("*"):
        local = etree.QName(node).localname
        if node is not root and (sum(not len(each) for each in node.iter("*")) <= SMALL or re.search("Tax", local)):
            yield "removed", "removed", node, "", ""
            yield "removal", "twice", node, "", "="
        for name, value in node.attrib.items():
            yield "removed", "attribute removed", node, name, ""
            for slip, new in _codes(value):
                yield "code", slip, node, name, new
            if name in ("currencyID", "unitCode"):
                yield "derivable", "another", node, name, "XXX" if name == "currencyID" else "HUR"
        if not len(node) and (value := (node.text or "").strip()):
            for group, slip, new in _of_text(local, value):
                yield group, slip, node, "", new


def _of_text(local: str, value: str) -> Iterator[tuple[str, str, str]]:
    if re.search("Note$|Description$|^Content$", local):
        yield "removal", "blank one", "= "
    if _CODED.search(local) or (local == "ID" and len(value) <= SHORT):
        yield from (("code", slip, new) for slip, new in _codes(value))
    if (len(value) > LONG and ":" in value) or value == "VAT":
        yield "literal", "capitals", value.upper()
        yield "literal", "digit", _digit(value)
        yield "literal", "blank", value.replace(":", ": ", 1)
    if _NAMED.search(local):
        yield from (("format", slip, new) for slip, new in _identifiers(value))
    yield from (("format", slip, new) for slip, new in _dates(value))
    if re.fullmatch(r"-?\d+(\.\d+)?", value) and re.search("Amount|Percent|Quantity", local):
        yield from _figures(value, local)


def _codes(value: str) -> Iterator[tuple[str, str]]:
    if re.search(r"[A-Za-z]", value):
        yield "small letters", value.lower()
    yield "blanks", f" {value} "
    for called in _CALLED.get(value, []):
        yield "called", called
    if len(value) > 5:  # noqa: PLR2004
        yield "slip", value[:3] + value[4:]
        yield "separator", value.replace("-", "_").replace("/", " ")


def _digit(value: str) -> str:
    found = re.search(r"\d(?=\D*$)", value)
    return f"{value[: found.start()]}{(int(found[0]) + 1) % 10}{value[found.end() :]}" if found else value[:-1]


def _identifiers(value: str) -> Iterator[tuple[str, str]]:
    if re.search(r"\d{6}", value):
        yield "blanks", re.sub(r"(\d{3})(?=\d)", r"\1 ", value)
        yield "dots", re.sub(r"(\d{3})(?=\d)", r"\1.", value)
        yield "label", f"VAT no. {value}"
        yield "small letters", value.lower()


def _dates(value: str) -> Iterator[tuple[str, str]]:
    if (day := re.fullmatch(r"(\d{4})-?(\d\d)-?(\d\d)", value)) and 1990 < int(day[1]) < 2040:  # noqa: PLR2004
        if int(day[3]) > 12:  # noqa: PLR2004
            yield "dots", f"{day[3]}.{day[2]}.{day[1]}"
            yield "slashes", f"{day[2]}/{day[3]}/{day[1]}"
        yield "zone", f"{value}+01:00"
        yield "time", f"{day[1]}-{day[2]}-{day[3]}T00:00:00"
        yield "hyphens", f"{day[1]}{day[2]}{day[3]}" if "-" in value else f"{day[1]}-{day[2]}-{day[3]}"


def _figures(value: str, local: str) -> Iterator[tuple[str, str, str]]:
    whole, point, rest = value.partition(".")
    if "Percent" in local:
        yield "format", "sign", f"{value}%"
        yield "literal", "another rate", "19" if Decimal(value) == 0 else "0"
        return
    if "Quantity" in local:
        return
    if len(rest) == 2:  # noqa: PLR2004
        yield "format", "three decimals", f"{value}4"
    if rest:
        yield "format", "comma", f"{whole},{rest}"
    yield "format", "currency beside", f"{value} EUR"
    if len(whole.lstrip("-")) > 3 and len(rest) == 2:  # noqa: PLR2004
        yield "format", "thousands", f"{int(whole):,}".replace(",", ".") + f",{rest}"
    turned = next((n for n in range(len(whole) - 1) if whole[n].isdigit() and whole[n] != whole[n + 1]), None)
    if turned is not None:
        yield (
            "arithmetic",
            "turned digits",
            f"{whole[:turned]}{whole[turned + 1]}{whole[turned]}{whole[turned + 2 :]}{point}{rest}",
        )
    yield "arithmetic", "digit lost", (whole[:-1] if len(whole.lstrip("-")) > 1 else f"{whole}1") + point + rest
    yield "arithmetic", "one more", f"{Decimal(value) + 1}"
    if Decimal(value) == 0:
        yield "literal", "not zero", "12.00"
