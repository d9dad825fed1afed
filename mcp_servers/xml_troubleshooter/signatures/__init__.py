"""XML signatures: what they cover, and whether their digests hold."""

from __future__ import annotations

import re
import sys

DSIG = "http://www.w3.org/2000/09/xmldsig#"  # their namespace, as XML reads it; documents may spell it otherwise
_REFERENCE = re.compile(r"&#(?:x0*+([0-9a-fA-F]{1,6})|0*+([0-9]{1,7}));")


def may_be_signed(text: str) -> bool:
    """Whether a text may hold XML signatures, however its values are spelled: cheap, and true in doubt.

    Names of elements cannot be spelled in two ways, but in what the entities of a DOCTYPE hold.
    """
    return _names_signature(text) or ("<!ENTITY" in text and "&#" in text and _names_signature(_spelled_out(text)))


def _names_signature(text: str) -> bool:
    return "SignedInfo" in text or "SignatureValue" in text


def _spelled_out(text: str) -> str:
    return _REFERENCE.sub(lambda match: _character(int(match[1], 16) if match[1] else int(match[2])), text)


def _character(number: int) -> str:
    return chr(number) if number <= sys.maxunicode else ""
