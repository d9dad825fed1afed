"""The values of signatures: whether each was made with the key that the signature carries, alone or in a certificate.

Whose key that is, and whether a certificate may be trusted or has run out, is not judged: anybody can sign with a key
of his own.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from lxml import etree

from .digests import DS
from .state import DigestState

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

MOST = 20  # signatures that are looked at
_CERTIFICATES = 5  # of each, of which one is the signer's
_LONGEST_KEY = 10_000  # characters in all: several times those of the longest keys in use; checking takes their cube
_NOT_INSTALLED = "the extra [signatures] is not installed"
_NO_KEY = "the signature carries no key or certificate to check it by"
_TOO_LONG = "the key that the signature carries is longer than any in use"


@dataclass(frozen=True, slots=True)
class Value:
    """The result for the value of one signature; `reason` is why it could not be checked."""

    state: DigestState
    reason: str = ""


def values(root: etree._Element) -> list[Value]:
    """For each signature of a document as it is `parsed`, in its order, the result for its value."""
    found = list(root.iter(f"{DS}Signature"))
    if found and find_spec("signxml") is None:
        return [Value(DigestState.UNCHECKABLE, _NOT_INSTALLED)] * len(found)
    rest = [Value(DigestState.UNCHECKABLE, f"only {MOST} signatures are looked at")] * len(found[MOST:])
    return [*map(_value, found[:MOST]), *rest]


def _value(signature: etree._Element) -> Value:
    if any(len("".join(key.itertext())) > _LONGEST_KEY for key in signature.iterfind(f"{DS}KeyInfo/{DS}KeyValue")):
        return Value(DigestState.UNCHECKABLE, _TOO_LONG)
    try:
        made = [_was_made_with(key, signature) for key in _keys(signature)]
    except Exception as error:  # noqa: BLE001 - whatever a hostile signature makes of the libraries
        return Value(DigestState.UNCHECKABLE, f"the signature cannot be read ({type(error).__name__})")
    if not made:
        return Value(DigestState.UNCHECKABLE, _NO_KEY)
    return Value(DigestState.HOLDS if any(made) else DigestState.BROKEN)


def _keys(signature: etree._Element) -> Iterator[Certificate | None]:
    """The certificates in a signature; None for a key that is there without any."""
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415 - an extra, and few documents are signed

    written = signature.findall(f"{DS}KeyInfo/{DS}X509Data/{DS}X509Certificate")[:_CERTIFICATES]
    for each in written:
        yield load_der_x509_certificate(base64.b64decode(each.text or ""))
    if not written and signature.find(f"{DS}KeyInfo/{DS}KeyValue") is not None:
        yield None


def _was_made_with(certificate: Certificate | None, signature: etree._Element) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from signxml.algorithms import SignatureMethod  # noqa: PLC0415
    from signxml.exceptions import InvalidDigest  # noqa: PLC0415
    from signxml.verifier import SignatureConfiguration, XMLVerifier  # noqa: PLC0415

    class ValueVerifier(XMLVerifier):
        def _verify_reference(self, *_: object, **__: object) -> None:
            """Nothing: the digests are computed apart, so that each can be reported."""

    expected = SignatureConfiguration(
        require_x509=False,
        expect_references=False,
        signature_methods=frozenset(SignatureMethod),  # an old one is weak, but says whether anything changed
        ignore_ambiguous_key_info=True,
    )
    if certificate is not None:
        expected = replace(expected, verification_time=certificate.not_valid_before_utc)
    try:
        ValueVerifier().verify(signature, x509_cert=certificate, validate_schema=False, expect_config=expected)
    except InvalidDigest:
        return True  # the value is checked first
    except InvalidSignature:
        return False
    return True
