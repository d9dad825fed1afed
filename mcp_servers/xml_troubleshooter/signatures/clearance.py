"""The stamps of state systems that clear invoices: a document with one was issued, and must not be changed."""

from __future__ import annotations

import re

from ..document.tree import unescape

# the system of the stamp, a name that every such stamp contains, and the pattern of its text
_STAMPS = (
    # the hash of the invoice before this one, and the code that its readers scan
    ("ZATCA", "AdditionalDocumentReference", re.compile(r">\s*+(?:QR|PIH)\s*+<")),
    ("ZATCA", "ExtensionURI", re.compile("urn:oasis:names:specification:ubl:dsig:")),
    ("ZATCA", "UBLDocumentSignatures", re.compile("<")),
    ("SAT", "TimbreFiscalDigital", re.compile("SelloSAT")),
)
_AROUND = re.compile(r"<!--(?:[^-]++|-(?!-))*+-->|<!\[CDATA\[|\]\]>")  # markup around a text, and in it


def may_be_stamped(text: str) -> bool:
    """Whether a document contains the words of a stamp: a quick check."""
    return any(word in text for _, word, _ in _STAMPS)


def stamp(text: str) -> str:
    """The system whose clearance stamp a document carries: "ZATCA" (Saudi Arabia), "SAT" (Mexico); "" for none."""
    possible = [(system, form) for system, name, form in _STAMPS if name in text]
    plain = unescape(_AROUND.sub("", text)) if possible else ""
    return next((system for system, form in possible if form.search(plain)), "")
