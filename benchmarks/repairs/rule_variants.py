"""Invoices as other people would send them: of a seller in another country, or with another category of VAT.

So rules apply that apply to none of the examples as they are. Variants that the rules do not accept are left out by the
caller.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from lxml import etree

_C = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_A = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_NS = {"c": _C, "a": _A}
_SELLER, _BUYER = "a:AccountingSupplierParty/a:Party/", "a:AccountingCustomerParty/a:Party/"
_COUNTRY = "a:PostalAddress/a:Country/c:IdentificationCode"
_VAT, _LEGAL = "a:PartyTaxScheme[a:TaxScheme/c:ID='VAT']/c:CompanyID", "a:PartyLegalEntity/c:CompanyID"
# by the country of both parties: VAT number, legal identifier and its scheme, scheme and identifier of the address,
# the number that the seller's tax office knows it by; all check digits hold
_PARTIES = {
    "NO": ("NO987654325MVA", "987654325", "0192", "0192", "987654325", "Foretaksregisteret"),
    "SE": ("SE556036079301", "5560360793", "0007", "0007", "5560360793", "Godkänd för F-skatt"),
    "DK": ("DK13585628", "13585628", "0184", "0184", "13585628", ""),
    "IT": ("IT00743110157", "00743110157", "0211", "0211", "IT00743110157", ""),
    "NL": ("NL004495445B01", "12345678", "0106", "0106", "12345678", ""),
    "IS": ("IS12345", "5202720999", "0196", "0196", "5202720999", ""),
    "DE": ("DE136695976", "HRB 123", "", "9930", "DE136695976", ""),
    "BE": ("BE0403019261", "0403019261", "0208", "0208", "0403019261", ""),
}  # fmt: skip
# a category without tax, its rate ("" for none) and the reason of its exemption
_CATEGORIES = {
    "Z": ("0", ""), "E": ("0", "VATEX-EU-F"), "AE": ("0", "VATEX-EU-AE"), "G": ("0", "VATEX-EU-G"),
    "K": ("0", "VATEX-EU-IC"), "O": ("", "VATEX-EU-O"),
}  # fmt: skip


def variants(root: Any, *, national: bool) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - lxml's
    """The variants of an invoice in UBL, each with its name; `national` ones where there are rules of countries."""
    for country in _PARTIES if national else ():
        made = deepcopy(root)
        _of_country(made, country)
        yield country, made
    rates = root.xpath("//c:Percent", namespaces=_NS)
    if all(float(rate.text) == 0 for rate in rates):
        for category in _CATEGORIES:
            made = deepcopy(root)
            _of_category(made, category)
            yield category, made


def _of_country(root: Any, country: str) -> None:  # noqa: ANN401
    vat, legal, scheme, address_scheme, address, registered = _PARTIES[country]
    for party in (_SELLER, _BUYER):
        _write(root, party + _COUNTRY, country)
        _write(root, party + _VAT, vat)
        _write(root, party + _LEGAL, legal, schemeID=scheme)
        _write(root, f"{party}c:EndpointID", address, schemeID=address_scheme)
        _write(root, f"{party}a:PartyIdentification/c:ID", legal, schemeID=scheme)
    for code in root.xpath("//a:PaymentMeans/c:PaymentMeansCode[. = '30' or . = '31']", namespaces=_NS):
        code.text = "58" if country in ("DK", "DE") else "30"
    for tax in root.xpath(_SELLER + "a:PartyTaxScheme[a:TaxScheme/c:ID='VAT'][1]", namespaces=_NS):
        if registered:  # a second number
            other = deepcopy(tax)
            _write(other, "c:CompanyID", registered)
            _write(other, "a:TaxScheme/c:ID", "TAX")
            tax.addnext(other)
    if country == "DE":
        for entity in root.xpath(_SELLER + "a:PartyLegalEntity[not(../a:Contact)]", namespaces=_NS):
            entity.addnext(_made("a:Contact", _made("c:Name", "Jo"), _made("c:Telephone", "069 123456"),
                                 _made("c:ElectronicMail", "jo@example.org")))  # fmt: skip
    if country == "NL":
        for line in root.xpath("//a:OrderLineReference", namespaces=_NS):
            line.getparent().remove(line)


def _of_category(root: Any, category: str) -> None:  # noqa: ANN401
    rate, reason = _CATEGORIES[category]
    for tax in root.xpath("//a:TaxCategory | //a:ClassifiedTaxCategory", namespaces=_NS):
        _write(tax, "c:ID", category)
        for percent in tax.findall(f"{{{_C}}}Percent"):
            percent.text = rate
            if not rate:
                tax.remove(percent)
        for told in [*tax.findall(f"{{{_C}}}TaxExemptionReasonCode"), *tax.findall(f"{{{_C}}}TaxExemptionReason")]:
            tax.remove(told)
        if reason and "Subtotal" in tax.getparent().tag:
            tax.find(f"{{{_A}}}TaxScheme").addprevious(_made("c:TaxExemptionReasonCode", reason))
    _with_what_it_asks_for(root, category)


def _with_what_it_asks_for(root: Any, category: str) -> None:  # noqa: ANN401
    if category == "O":
        for tax in root.xpath("//a:PartyTaxScheme", namespaces=_NS):
            tax.getparent().remove(tax)
    elif category in ("K", "AE"):
        for entity in root.xpath(_BUYER + "a:PartyLegalEntity[not(../a:PartyTaxScheme)]", namespaces=_NS):
            for tax in root.xpath(_SELLER + "a:PartyTaxScheme[1]", namespaces=_NS):
                entity.addprevious(deepcopy(tax))
        _write(root, _BUYER + _VAT, "DE136695976")
    if category == "K":
        for means in root.xpath("a:PaymentMeans[1][not(../a:Delivery)]", namespaces=_NS):
            country = _made("a:Country", _made("c:IdentificationCode", "DE"))
            place = _made("a:DeliveryLocation", _made("a:Address", country))
            means.addprevious(_made("a:Delivery", _made("c:ActualDeliveryDate", "2024-05-16"), place))


def _made(name: str, *content: Any) -> Any:  # noqa: ANN401
    prefix, _, local = name.partition(":")
    node = etree.Element(f"{{{_NS[prefix]}}}{local}")
    for each in content:
        if isinstance(each, str):
            node.text = each
        else:
            node.append(each)
    return node


def _write(root: Any, path: str, text: str, **attributes: str) -> None:  # noqa: ANN401
    for node in root.xpath(path, namespaces=_NS):
        node.text = text
        for name, value in attributes.items():
            if value:
                node.set(name, value)
            else:
                node.attrib.pop(name, None)
