"""Whether a signature was made with the key that it carries: signatures made and forged by keys made up here."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import importlib.util

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree
from signxml.signer import XMLSigner

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import Edit
from mcp_servers.xml_troubleshooter.output.verdicts import of_signatures
from mcp_servers.xml_troubleshooter.signatures import signature_values as module
from mcp_servers.xml_troubleshooter.signatures.signature_states import proven, states

LETTER = '<letter xmlns="urn:example:letter"><to>Ada</to><sum>12.50</sum></letter>'
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@pytest.fixture(scope="module", params=["rsa", "ec"])
def key(request: pytest.FixtureRequest) -> Key:
    if request.param == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def certificate(key: Key) -> x509.Certificate:
    """One that nobody trusts, and that has run out."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Example")])
    begin = dt.datetime(2019, 1, 1, tzinfo=dt.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 7, begin, begin + dt.timedelta(days=365))
    return made.sign(key, hashes.SHA256())


def signed(key: Key, *, with_certificate: bool = True) -> str:
    method = "rsa-sha256" if isinstance(key, rsa.RSAPrivateKey) else "ecdsa-sha256"
    signer = XMLSigner(signature_algorithm=method, c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
    carried = [certificate(key)] if with_certificate else None
    made = signer.sign(etree.fromstring(LETTER), key=key, cert=carried, always_add_key_value=not with_certificate)
    return etree.tostring(made, encoding="unicode")


def forged(text: str) -> str:
    """Other content with a digest that is right for it."""
    root = etree.fromstring(text.replace("12.50", "99.50"))
    value = root.find(".//{*}DigestValue")
    assert value is not None
    content = etree.tostring(etree.fromstring(LETTER.replace("12.50", "99.50")), method="c14n", exclusive=True)
    value.text = base64.b64encode(hashlib.sha256(content).digest()).decode()
    return etree.tostring(root, encoding="unicode")


@pytest.mark.parametrize("with_certificate", [True, False])
def test_a_signature_is_of_the_key_that_it_carries_whoever_trusts_it(key: Key, with_certificate: bool) -> None:
    (state,) = states(Document.from_text(signed(key, with_certificate=with_certificate)))
    assert (state.digest, state.value) == ("holds", "holds")
    assert "whether to trust it, is not judged" in of_signatures([state])


def test_changed_content_breaks_the_digest_and_not_the_value(key: Key) -> None:
    (state,) = states(Document.from_text(signed(key).replace("12.50", "99.50")))
    assert (state.digest, state.value) == ("broken", "holds")


def test_a_digest_that_was_made_to_fit_is_seen_by_the_value(key: Key) -> None:
    (state,) = states(Document.from_text(forged(signed(key))))
    assert (state.digest, state.value) == ("holds", "broken")
    assert "worth nothing" in of_signatures([state])


def test_a_forged_digest_proves_no_repair(key: Key) -> None:
    for text, is_proven in ((signed(key), True), (forged(signed(key)), False)):
        broken = text.replace("Ada", "Adda")
        at = broken.index("Adda")
        assert proven(Document.from_text(broken), [[Edit(at, at + 4, "Ada")]]) == ([True], [is_proven])


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("KeyInfo", "Info", "no key or certificate"),
        ("X509Certificate>", "X509Certificate>AAAA", "cannot be read"),
        ("SignatureValue>", "Value>", "cannot be read"),
        ("-sha256", "-md2", "cannot be read"),
    ],
)
def test_what_cannot_be_checked_says_why(key: Key, old: str, new: str, reason: str) -> None:
    (state,) = states(Document.from_text(signed(key).replace(old, new)))
    assert state.value == "uncheckable"
    assert reason in state.value_reason


def test_a_key_of_endless_length_is_not_computed_with(key: Key) -> None:
    value = "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{0}</ds:Modulus><ds:Exponent>{0}</ds:Exponent></ds:RSAKeyValue>"
    written = value.format("/" * 200_000) + "</ds:KeyValue></ds:KeyInfo>"
    (state,) = states(Document.from_text(signed(key).replace("</ds:KeyInfo>", written)))
    assert (state.value, "longer than any" in state.value_reason) == ("uncheckable", True)


def test_without_the_extra_nothing_is_said_of_the_value(key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    assert importlib.util.find_spec("signxml") is not None
    (state,) = states(Document.from_text(forged(signed(key))))
    assert (state.digest, state.value) == ("holds", "uncheckable")
    assert "[signatures]" in state.value_reason
