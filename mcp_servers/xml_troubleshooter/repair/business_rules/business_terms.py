"""Business terms for the places of an invoice: by the message of a rule, else by EN 16931."""

from __future__ import annotations

import re

from ...document.names import local_name

_TERM = re.compile(
    r"(?<![\w'\-])((?:[^\W\d_][\w'\-]*+\s++){0,7}[^\W\d_][\w'\-]*+)[\"\u201c\u201d\u2033]?\s+\((B[TG]-\d+(?:-\d+)?)\)"
)
_WORDS = 6  # of a business term; more are part of a sentence in another language
_NEAR = 3  # last steps of a path, which tell its subject
_LEADING = re.compile(
    r"^.*\b(?:if both|if|and|shall|must|should|have|has|contain|contains|provided?|be|the|an?|one|each|or)\s+",
    re.IGNORECASE,
)
# by the end of a path in a party: the term behind the party's name, and the numbers for each of the parties below
_OF_PARTY = (
    ("PostalZone|PostcodeCode", "post code", "BT-38 BT-53 BT-67 BT-78"),
    ("CityName", "city", "BT-37 BT-52 BT-66 BT-77"),
    ("/StreetName|LineOne", "address line 1", "BT-35 BT-50 BT-64 BT-75"),
    ("CountrySubentity|CountrySubDivisionName", "country subdivision", "BT-39 BT-54 BT-68 BT-79"),
    ("Country/IdentificationCode|PostalTradeAddress/CountryID", "country code", "BT-40 BT-55 BT-69 BT-80"),
    ("EndpointID|/URIUniversalCommunication/URIID", "electronic address", "BT-34 BT-49"),
    ("PartyTaxScheme/CompanyID|SpecifiedTaxRegistration/ID", "VAT identifier", "BT-31 BT-48 BT-63"),
    ("PartyLegalEntity/CompanyID|SpecifiedLegalOrganization/ID", "legal registration identifier", "BT-30 BT-47"),
    ("PartyIdentification/ID", "identifier", "BT-29 BT-46"),
    ("RegistrationName|TradeParty/Name", "name", "BT-27 BT-44 BT-62"),
    ("Contact/Name|DefinedTradeContact/PersonName", "contact point", "BT-41 BT-56"),
    ("Telephone|TelephoneUniversalCommunication/CompleteNumber", "contact telephone number", "BT-42 BT-57"),
    ("ElectronicMail|EmailURIUniversalCommunication/URIID", "contact email address", "BT-43 BT-58"),
    ("Party/Contact|DefinedTradeContact", "contact", "BG-6 BG-9"),
    ("PostalAddress|PostalTradeAddress", "postal address", "BG-5 BG-8 BG-12 BG-15"),
)
_PARTIES = (
    ("AccountingSupplierParty|SellerTradeParty", "Seller"), ("AccountingCustomerParty|BuyerTradeParty", "Buyer"),
    ("TaxRepresentative", "Seller tax representative"), ("/Delivery/|ShipToTradeParty", "Deliver to"),
)  # fmt: skip
_OTHERS = (
    ("BuyerReference", "Buyer reference (BT-10)"), ("/ProfileID", "Business process type (BT-23)"),
    ("CustomizationID", "Specification identifier (BT-24)"),
    ("/OrderReference/ID", "Purchase order reference (BT-13)"),
    ("TaxCurrencyCode", "VAT accounting currency code (BT-6)"),
    ("/DueDate", "Payment due date (BT-9)"), ("/PaymentMeans", "Payment instructions (BG-16)"),
    ("PaymentMeansCode", "Payment means type code (BT-81)"), ("/PaymentID", "Remittance information (BT-83)"),
    ("PayeeFinancialAccount/ID", "Payment account identifier (BT-84)"),
    ("InvoiceDocumentReference/ID", "Preceding Invoice reference (BT-25)"),
    ("ActualDeliveryDate", "Actual delivery date (BT-72)"), ("Price/PriceAmount", "Item net price (BT-146)"),
    ("InvoicedQuantity|CreditedQuantity", "Invoiced quantity (BT-129)"),
    ("MonetaryTotal/PayableAmount", "Amount due for payment (BT-115)"),
    ("e/TaxTotal/TaxAmount", "Invoice total VAT amount (BT-110)"),
    ("TaxSubtotal/TaxCategory/Percent", "VAT category rate (BT-119)"),
)  # fmt: skip
_ATTRIBUTES = {
    "schemeID": "scheme identifier", "listID": "list identifier", "currencyID": "currency",
    "unitCode": "unit of measure", "mimeCode": "Mime code",
}  # fmt: skip


def called(message: str, name: str, path: str) -> str:
    """The business term of an element or attribute at a path, by a message or the standard; "" where there is none."""
    local = "/".join(step.rpartition(":")[2] for step in re.sub(r"\[\d+\]", "", path).split("/"))
    whole, _, attribute = local.partition("/@")
    term = business_term(message, name, " ".join(local.split("/")[-_NEAR:])) or _standard(f"/{whole.lstrip('/')}")
    return f"{_ATTRIBUTES[attribute]} of the {term}" if attribute in _ATTRIBUTES and term else term


def _standard(path: str) -> str:
    """The business term of EN 16931 for a path of local names; "" where the tables of this module have none."""
    number, party = next(
        ((number, party) for number, (known, party) in enumerate(_PARTIES) if re.search(known, path)), (0, "")
    )
    for ends, words, terms in _OF_PARTY if party else ():
        if re.search(f"(?:{ends})$", path) and number < len(terms.split()):
            return f"{party} {words} ({terms.split()[number]})"
    return next((term for ends, term in _OTHERS if re.search(f"(?:{ends})$", path)), "")


def business_term(message: str, name: str, around: str = "") -> str:
    """The business term of a message that an element stands for: "Buyer name (BT-44)"; "" if the message has none.

    `around` are the names of the elements around it.
    """
    terms = [(" ".join(words.split()), number) for words, number in _TERM.findall(message)]
    if not terms:
        return ""
    words = {word.lower() for word in re.findall(r"[A-Z][a-z]+|[A-Z]+(?![a-z])", local_name(name).rpartition(":")[2])}
    near = {word.lower() for word in re.findall(r"[A-Z][a-z]+", around)}
    best = max(
        terms,
        key=lambda term: (
            len(words & {word.lower() for word in term[0].split()}),
            term[1].startswith("BT"),
            len(near & {word.lower() for word in term[0].split()}),
            ("code" in words) == ("code" in term[0].lower().split()),
        ),
    )
    label = _LEADING.sub("", best[0]).strip() or best[0]
    most = _WORDS if label.isascii() else _WORDS // 2
    return f"{label} ({best[1]})" if len(label.split()) <= most else best[1]
