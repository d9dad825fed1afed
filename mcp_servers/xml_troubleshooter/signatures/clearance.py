"""The stamps of systems of states that clear invoices: what carries one was issued, and is not changed any more."""

from __future__ import annotations

import re

from ..document.tree import unescape

# whose stamp it is, a name without which it is not there, and what its text looks like
_STAMPS = (
    # the hash of the invoice before this one, and the code that its readers scan
    ("ZATCA", "AdditionalDocumentReference", re.compile(r">\s*+(?:QR|PIH)\s*+<")),
    ("ZATCA", "ExtensionURI", re.compile("urn:oasis:names:specification:ubl:dsig:")),
    ("ZATCA", "UBLDocumentSignatures", re.compile("<")),
    ("SAT", "TimbreFiscalDigital", re.compile("SelloSAT")),
)
_AROUND = re.compile(r"<!--(?:[^-]++|-(?!-))*+-->|<!\[CDATA\[|\]\]>")  # what may stand around a text, and in it


def may_be_stamped(text: str) -> bool:
    """Whether the words of a stamp stand in a document, which is soon seen."""
    return any(word in text for _, word, _ in _STAMPS)


def stamp(text: str) -> str:
    """Whose clearance stamp a document carries: "ZATCA" (Saudi Arabia), "SAT" (Mexico); "" for none."""
    possible = [(system, form) for system, name, form in _STAMPS if name in text]
    plain = unescape(_AROUND.sub("", text)) if possible else ""
    return next((system for system, form in possible if form.search(plain)), "")
