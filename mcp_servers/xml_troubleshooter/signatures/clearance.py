"""The stamps of systems of states that clear invoices: what carries one was issued, and is not changed any more."""

from __future__ import annotations

import re

# whose stamp it is, a word without which it is not there, and what it looks like
_STAMPS = (
    # the hash of the invoice before this one, and the code that its readers scan
    ("ZATCA", "AdditionalDocumentReference", r"\bAdditionalDocumentReference\b[^<>]*>\s*<[^<>]*\bID>\s*(?:QR|PIH)\s*<"),
    ("ZATCA", "urn:oasis:names:specification:ubl:dsig:", r"\bExtensionURI\b[^<>]*>\s*urn:oasis"),
    ("ZATCA", "UBLDocumentSignatures", r"\bUBLDocumentSignatures\b"),
    ("SAT", "TimbreFiscalDigital", r"\bTimbreFiscalDigital\b[^<>]*\bSelloSAT\b"),
)  # fmt: skip


def stamp(text: str) -> str:
    """Whose clearance stamp a document carries: "ZATCA" (Saudi Arabia), "SAT" (Mexico); "" for none."""
    return next((system for system, word, form in _STAMPS if word in text and re.search(form, text)), "")
