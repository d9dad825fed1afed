"""Signatures with references, transforms and keys that cost, lead out or cover other than they seem."""

# ruff: noqa: E501 - rows of a table, each with a text that is one thing

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.trust.tricks import DEEP, Trick, fixed
from tests.signatures.test_evidence import C14N, ENVELOPED, LETTER, canonical, signature


def signed_documents() -> Iterator[tuple[str, Trick]]:
    """Signatures with references and transforms that cost, lead out or cover other than they seem; all want consent."""
    whole = LETTER.replace("&amp;", "&")  # what is to be repaired, in all
    content = canonical(LETTER.format(""))
    for name, transform in {
        "XSLT": '<d:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><xsl:copy-of select="document(\'file://{out}/secret.xml\')"/></xsl:template></xsl:stylesheet></d:Transform>',
        "endless XSLT": '<d:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/" name="t"><xsl:call-template name="t"/></xsl:template></xsl:stylesheet></d:Transform>',
        "XPath": '<d:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><d:XPath>count(//. | //@* | //namespace::*) = count(//.[count(//.) = 1])</d:XPath></d:Transform>',
        "nested XPath": f'<d:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><d:XPath>{"(" * DEEP}1{")" * DEEP}</d:XPath></d:Transform>',
        "an XPath filter": '<d:Transform Algorithm="http://www.w3.org/2002/06/xmldsig-filter2"><f:XPath xmlns:f="http://www.w3.org/2002/06/xmldsig-filter2" Filter="intersect">//*[document("file://{out}/secret.xml")]</f:XPath></d:Transform>',
        "base64": '<d:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#base64"/>',
        "decryption": '<d:Transform Algorithm="http://www.w3.org/2002/07/decrypt#XML"/>',
        "thousands of them": f'<d:Transform Algorithm="{C14N}"/>' * 10_000,
        "enveloped twice": f'<d:Transform Algorithm="{ENVELOPED}"/>' * 2,
        "c14n 1.1": '<d:Transform Algorithm="http://www.w3.org/2006/12/xml-c14n11"/>',
        "c14n 2": '<d:Transform Algorithm="http://www.w3.org/2010/xml-c14n2"/>',
        "a prefix list": '<d:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="'
        + "p " * 100_000
        + '"/></d:Transform>',
        "no name": "<d:Transform/>",
    }.items():
        made = signature(content, "", ENVELOPED).replace("</d:Transforms>", f"{transform}</d:Transforms>")
        yield f"a transform: {name}", fixed(whole.replace("{}", made), never=("valid",))
    for uri in (
        "http://127.0.0.1:9/x",
        "file://{out}/secret.xml",
        "../outside/secret.xml",
        "#xpointer(/)",
        "#xpointer(//*[count(//*)=1])",
        "#" + "a" * 100_000,
        "#a1#a1",
        "#'a1'",
        "#a1' or '1'='1",
        "#*",
        "cid:x",
        "#\u00e4",
        "#xpointer(id('a1')/..)",
        "#xmlns(x=u)xpointer(/)",
        "data:,x",
    ):
        made = signature(content, "@", ENVELOPED).replace("@", uri.replace("'", "&apos;"))
        yield f"a reference to {uri[:40]!r}", fixed(whole.replace("{}", made), never=("valid",))
    made = signature(content, "", ENVELOPED)
    for name, changed in {
        "thousands of references": made.replace(
            "</d:SignedInfo>",
            '<d:Reference URI="#a1"><d:DigestValue>AAAA</d:DigestValue></d:Reference>' * 5000 + "</d:SignedInfo>",
        ),
        "thousands of signatures": made * 1000,
        "signatures in signatures": "".join(made.replace("</d:Signature>", "<d:Object>") for _ in range(500))
        + "</d:Object></d:Signature>" * 500,
        "a digest that is none": made.replace("<d:DigestValue>", "<d:DigestValue>!!!"),
        "a digest of a megabyte": made.replace("<d:DigestValue>", "<d:DigestValue>" + "A" * 1_000_000),
        "an unknown digest": made.replace("xmlenc#sha256", "xmlenc#__class__"),
        "MD5": made.replace("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmldsig-more#md5"),
        "a key elsewhere": made.replace(
            "</d:Signature>",
            '<d:KeyInfo><d:RetrievalMethod URI="file://{out}/secret.txt"/><d:KeyName>../../key</d:KeyName></d:KeyInfo></d:Signature>',
        ),
        "a certificate that is none": made.replace(
            "</d:Signature>",
            "<d:SignatureValue>AAAA</d:SignatureValue><d:KeyInfo><d:X509Data><d:X509Certificate>"
            + "MIIB" * 50_000
            + "</d:X509Certificate></d:X509Data></d:KeyInfo></d:Signature>",
        ),
        "a huge key": made.replace(
            "<d:Reference ",
            '<d:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><d:Reference ',
            1,
        ).replace(
            "</d:Signature>",
            "<d:SignatureValue>AAAA</d:SignatureValue><d:KeyInfo><d:KeyValue><d:RSAKeyValue><d:Modulus>"
            + "/" * 400_000
            + "</d:Modulus><d:Exponent>"
            + "/" * 400_000
            + "</d:Exponent></d:RSAKeyValue></d:KeyValue></d:KeyInfo></d:Signature>",
        ),
        "an HMAC of no length": made.replace(
            "<d:Reference ",
            '<d:SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"><d:HMACOutputLength>0</d:HMACOutputLength></d:SignatureMethod><d:Reference ',
            1,
        ),
        "entities that double": made,
    }.items():
        text = whole.replace("{}", changed)
        if name.startswith("entities"):
            text = (
                "<!DOCTYPE letter [<!ENTITY a 'aaaaaaaaaa'>"
                + "".join(f"<!ENTITY a{k} '{f'&a{k - 1 or str()};' * 10}'>" for k in range(1, 10))
                + "]>"
                + text.replace("12.50", "&a9;")
            )
        yield name, fixed(text, never=("valid",))
    moved = f"<env>{LETTER.format('').replace('Ada', 'Eve').replace('a1', 'a2').replace('&amp;', '&')}<old>{LETTER.format(signature(canonical(LETTER.format(''), '{*}to'), '#a1'))}</old></env>"
    yield "a wrapped letter", fixed(moved, never=("valid",))
    twice = f"<env>{LETTER.format('').replace('Ada', 'Eve').replace('&amp;', '&')}<old>{LETTER.format(signature(canonical(LETTER.format(''), '{*}to'), '#a1'))}</old></env>"
    yield "an ID that stands twice", fixed(twice, never=("valid",))
