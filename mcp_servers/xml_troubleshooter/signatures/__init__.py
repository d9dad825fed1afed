"""XML signatures: their coverage, and whether their digests and values hold."""

from __future__ import annotations

from ..document.character_references import resolved

DSIG = "http://www.w3.org/2000/09/xmldsig#"  # their namespace, as XML reads it; documents may spell it otherwise


def may_be_signed(text: str) -> bool:
    """Whether a text may contain XML signatures, however its values are spelled: cheap, and true in doubt.

    Names of elements have one spelling only, except in the entity values of a DOCTYPE.
    """
    return _names_signature(text) or ("<!ENTITY" in text and "&#" in text and _names_signature(resolved(text)))


def _names_signature(text: str) -> bool:
    return "SignedInfo" in text or "SignatureValue" in text
