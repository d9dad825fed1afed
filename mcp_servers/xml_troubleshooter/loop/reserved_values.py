"""Values that only the user chooses, whatever consent is given: amounts, identifiers, parties and dates."""

from __future__ import annotations

import re

from ..wellformedness.tag_pairs.common_words import words_of

# primitive types of amounts and dates
_TYPES = frozenset(
    (
        "decimal", "float", "double", "date", "dateTime", "time", "gYear", "gYearMonth", "gMonth", "gDay", "gMonthDay",
        "duration",
    )
)  # fmt: skip
_IDENTIFYING = frozenset(
    ("account", "bic", "endpoint", "iban", "id", "identification", "identifier", "identity", "number", "uid", "uuid")
)
_WORDS = _IDENTIFYING | frozenset(
    (
        "amount", "birthday", "buyer", "creditor", "customer", "date", "debtor", "due", "party", "payee", "payer",
        "price", "receiver", "recipient", "seller", "sender", "supplier", "tax", "total", "vat",
    )
)  # fmt: skip
_AMOUNT_OR_DATE = re.compile(r"[-+]?\d[\d.,:/\-+TZ ]*(?:\s?(?:[A-Z]{3}|%))?")


def is_reserved(name: str, *values: str, primitive: str = "") -> bool:
    """Whether a name, the primitive type of its value or one of the values shows that it is of such a kind."""
    return (
        primitive in _TYPES
        or not _WORDS.isdisjoint(words_of(name))
        or any(_AMOUNT_OR_DATE.fullmatch(value.strip()) is not None for value in values)
    )


def identifies(name: str) -> bool:
    """Whether a name is that of an identifier, whose digits are no quantity."""
    return not _IDENTIFYING.isdisjoint(words_of(name))
