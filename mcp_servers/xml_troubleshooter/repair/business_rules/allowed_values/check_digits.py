"""The check digits of identifiers: a wrong one is explained when the identifier is asked for, never computed anew."""

from __future__ import annotations

import re
from importlib import import_module

# by the scheme of an identifier (ISO 6523, and those of Peppol for VAT numbers): its name, and the module that knows it
_SCHEMES = {
    "0002": ("SIREN", "fr.siren"), "0007": ("Swedish organisation number", "se.orgnr"), "0009": ("SIRET", "fr.siret"),
    "0088": ("GLN", "ean"), "0151": ("ABN", "au.abn"), "0160": ("GTIN", "ean"), "0184": ("CVR number", "dk.cvr"),
    "0192": ("Norwegian organisation number", "no.orgnr"), "0195": ("UEN", "sg.uen"),
    "0196": ("kennitala", "is_.kennitala"), "0199": ("LEI", "lei"), "0208": ("Belgian enterprise number", "be.vat"),
    "0210": ("codice fiscale", "it.codicefiscale"), "0211": ("partita IVA", "it.iva"), "9906": ("VAT number", "it.iva"),
    "9914": ("VAT number", "at.uid"), "9920": ("VAT number", "es.nif"), "9925": ("VAT number", "be.vat"),
    "9930": ("VAT number", "de.vat"), "9944": ("VAT number", "nl.btw"), "9945": ("VAT number", "pl.nip"),
    "9955": ("VAT number", "se.vat"), "9957": ("VAT number", "fr.tva"),
}  # fmt: skip
_EU = "AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK"  # before VAT numbers
# without a scheme, by its form and the names in its path
_FORMS = (
    (r"RF\d{2}[A-Z0-9]{1,21}", "Payment|Reference", "creditor reference (ISO 11649)", "iso11649"),
    (r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", "Account|IBAN", "IBAN", "iban"),
    (rf"(?:{_EU})[A-Z0-9]{{8,12}}", "Tax|VAT", "VAT number", "eu.vat"),
)  # fmt: skip


def fault_of(identifier: str, scheme: str, path: str) -> str:
    """The fault in the digits of an identifier at a path, as a sentence; "" if there is none or it cannot be checked.

    It needs python-stdnum, which comes with the extra for e-invoices.
    """
    bare = re.sub(r"[\s.\-]", "", identifier).upper()
    by_form = (row[2:] for row in _FORMS if re.fullmatch(row[0], bare) and re.search(row[1], path))
    name, module = _SCHEMES.get(scheme) or next(by_form, ("", ""))
    if not module:
        return ""
    try:
        from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError  # noqa: PLC0415 - an extra

        import_module(f"stdnum.{module}").validate(bare)
    except ImportError:
        return ""
    except InvalidChecksum:
        return f"Its check digit does not hold: a digit of this {name} is wrong, or two are exchanged."
    except InvalidLength:
        return f"It has {len(bare)} characters, which no {name} has."
    except ValidationError:
        return f"It is not what a {name} looks like."
    return ""
