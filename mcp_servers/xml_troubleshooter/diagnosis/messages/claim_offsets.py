"""The line and column of an offset that a message gives in place of them."""

from __future__ import annotations

from dataclasses import replace

from ...document.document import Document
from .claim import Claim, Unit


def located(claim: Claim, document: Document) -> Claim:
    """A claim with the line and column of its offset; unchanged if it has a line, or if no such offset exists."""
    if claim.line or not claim.offset or claim.offset > length(document, claim.unit):
        return claim
    line, column = document.position(_characters(document, claim.offset, claim.unit))
    return replace(claim, line=line, column=column)


def length(document: Document, unit: Unit) -> int:
    """The length of a document in a unit."""
    if unit is Unit.CHARACTERS:
        return len(document.text)
    return len(document.to_bytes()) if unit is Unit.BYTES else len(_utf_16(document)) // 2


def _characters(document: Document, offset: int, unit: Unit) -> int:
    """The offset in characters."""
    if unit is Unit.CHARACTERS:
        return offset
    if unit is Unit.UTF_16:
        return len(_utf_16(document)[: 2 * offset].decode("utf-16-le", "replace"))
    return len(document.to_bytes()[len(document.bom) : offset].decode(document.encoding, "replace"))


def _utf_16(document: Document) -> bytes:
    return document.text.encode("utf-16-le", "surrogatepass")
