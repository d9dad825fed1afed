"""What signatures cover, whether their digests hold, and which repairs the digests prove."""

from __future__ import annotations

import base64
import hashlib

import pytest
from lxml import etree

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import Edit
from mcp_servers.xml_troubleshooter.signatures import DSIG
from mcp_servers.xml_troubleshooter.signatures.coverage import signatures
from mcp_servers.xml_troubleshooter.signatures.signature_states import proven, states

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = f"{DSIG}enveloped-signature"
LETTER = (
    '<letter xmlns="urn:example:letter" xmlns:x="urn:example:x">'
    '<to id="a1">Ada &amp; Co</to> <sum>12.50</sum>{}</letter>'
)


def signature(content: bytes, uri: str, *transforms: str) -> str:
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    made = "".join(f'<d:Transform Algorithm="{each}"/>' for each in transforms)
    return (
        f'<d:Signature xmlns:d="{DSIG}"><d:SignedInfo><d:Reference URI="{uri}"><d:Transforms>{made}</d:Transforms>'
        '<d:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
        f"<d:DigestValue>{digest}</d:DigestValue></d:Reference></d:SignedInfo></d:Signature>"
    )


def canonical(text: str, path: str = ".", *, exclusive: bool = False) -> bytes:
    element = etree.fromstring(text).find(path)
    assert element is not None
    return etree.tostring(element, method="c14n", exclusive=exclusive, with_comments=False)


def signed(*transforms: str, exclusive: bool = False) -> str:
    """The letter with an enveloped signature over all of it."""
    content = canonical(LETTER.format(""), exclusive=exclusive)
    return LETTER.format(signature(content, "", ENVELOPED, *transforms))


@pytest.mark.parametrize(
    ("text", "covers", "digest"),
    [
        (signed(), "the whole document", "holds"),
        (signed(C14N), "the whole document", "holds"),
        (signed(EXCLUSIVE, exclusive=True), "the whole document", "holds"),
        (signed().replace("12.50", "13.50"), "the whole document", "broken"),
        (signed().replace("Ada &amp; Co", "Ada &#38; Co"), "the whole document", "holds"),
        (signed().replace("<sum>", "<!-- net --><sum>"), "the whole document", "holds"),
        (signed(f"{DSIG}base64"), "the whole document", "uncheckable"),
        (signed().replace("Ada &amp;", "Ada &"), "the whole document", "uncheckable"),
        (signed().replace("xmlenc#sha256", "xmlenc#other"), "the whole document", "uncheckable"),
        (
            LETTER.format(signature(canonical(LETTER.format(""), "{*}to"), "#a1")),
            "the element with the ID a1",
            "holds",
        ),
        (LETTER.format(signature(b"", "other.xml")), "other.xml, which lies elsewhere", "uncheckable"),
        (
            LETTER.format(signature(b"", "#missing")),
            "perhaps the whole document, as it cannot be told what #missing leads to",
            "uncheckable",
        ),
    ],
)
def test_what_a_signature_covers_and_whether_its_digest_holds(text: str, covers: str, digest: str) -> None:
    (told,) = states(Document.from_text(text))
    assert (told.covers, told.digest.value) == (covers, digest)
    assert bool(told.reason) == (digest == "uncheckable")


ATTACKED = {
    "a relative namespace": ("urn:example:letter", "letter"),
    "a relative namespace with dots": ("urn:example:letter", "../x"),
    "a relative namespace of a prefix": ("urn:example:x", "x"),
}


@pytest.mark.parametrize("transforms", [(), (C14N,), (EXCLUSIVE,)])
@pytest.mark.parametrize(("old", "new"), ATTACKED.values(), ids=ATTACKED)
def test_what_has_no_canonical_form_is_uncheckable_and_its_repairs_wait(
    old: str, new: str, transforms: tuple[str, ...]
) -> None:
    text = signed(*transforms).replace(old, new, 1)
    (told,) = states(Document.from_text(text))
    reason = f'the namespace "{new}" is a relative URI, for which there is no canonical form'
    assert (told.digest.value, told.reason) == ("uncheckable", reason)
    broken = text.replace("&amp;", "&")
    assert proven(Document.from_text(broken), [edit(broken, "& ", "&amp; ")]) == ([True], [False])


@pytest.mark.parametrize(
    ("old", "new", "digest"),
    [
        ("<d:DigestValue>", "<d:DigestValue>\u00e4", "broken"),
        ("<d:DigestValue>", "<d:DigestValue>=", "broken"),
        ("d:DigestValue>", "d:Other>", "broken"),
        ("d:DigestMethod", "d:Other", "uncheckable"),
        ('URI=""', "URI=\"#xpointer(id(''))\"", "uncheckable"),
        ('URI=""', 'URI="#xpointer(/*/*[1])"', "uncheckable"),
        ('URI=""', 'URI="#"', "uncheckable"),
        ('URI=""', 'URI="http://[x"', "uncheckable"),
        (ENVELOPED, "http://www.w3.org/TR/1999/REC-xpath-19991116", "uncheckable"),
        (ENVELOPED, "", "uncheckable"),
        ("d:Reference", "d:Other", "uncheckable"),
        ("</d:SignedInfo>", '</d:SignedInfo a="b"', "uncheckable"),
    ],
)
def test_whatever_a_hostile_signature_says_is_an_answer(old: str, new: str, digest: str) -> None:
    (told,) = states(Document.from_text(signed().replace(old, new)))
    assert told.digest.value == digest
    assert bool(told.reason) == (digest == "uncheckable")


def test_whatever_the_libraries_raise_makes_a_digest_uncheckable(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise ValueError("unsupported hash type")  # as where a system forbids old ones

    monkeypatch.setattr(hashlib, "new", forbidden)
    (told,) = states(Document.from_text(signed()))
    assert (told.digest.value, told.reason) == ("uncheckable", "the digest cannot be computed (ValueError)")


@pytest.mark.parametrize("uri", ["#", "#xpointer(/*/*[1])", "#xpointer(id(''))"])
def test_a_pointer_that_is_not_followed_may_cover_everything(uri: str) -> None:
    text = LETTER.format(signature(b"", uri))
    assert proven(Document.from_text(text), [edit(text, "Ada", "Eve")]) == ([True], [False])


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (signature(b"", "", *[ENVELOPED] * 1000), "more than"),
        (signature(b"", f"#{'a' * 100_000}", C14N), "no element has the ID"),
    ],
)
def test_what_would_cost_too_much_is_not_computed(made: str, reason: str) -> None:
    (told,) = states(Document.from_text(LETTER.format(made)))
    assert (told.digest.value, reason in told.reason) == ("uncheckable", True)


def test_of_thousands_of_signatures_some_are_computed() -> None:
    told = states(Document.from_text(LETTER.format(signature(b"", "", ENVELOPED) * 90)))
    assert {each.digest.value for each in told[:60]} == {"broken"}
    assert {each.digest.value for each in told[60:]} == {"uncheckable"}


def test_a_document_without_signatures_has_none() -> None:
    assert states(Document.from_text(LETTER.format(""))) == ()
    assert states(Document.from_text(LETTER.format("<Signature>Ada</Signature>"))) == ()


def edit(text: str, old: str, new: str) -> list[Edit]:
    at = text.index(old)
    return [Edit(at, at + len(old), new)]


def test_a_repair_after_which_the_digest_holds_is_proven() -> None:
    sound = signed()
    broken = sound.replace("&amp;", "&").replace("12.50", "12,50")
    amount, ampersand = edit(broken, "12,50", "12.50"), edit(broken, "& ", "&amp; ")
    assert proven(Document.from_text(broken), [amount, ampersand]) == ([True, True], [True, True])
    other = edit(broken, "12,50", "1250")
    assert proven(Document.from_text(broken), [other, ampersand]) == ([True, True], [False, False])


def test_one_of_several_repairs_can_be_proven_alone() -> None:
    broken = signed().replace("12.50", "12,50")
    amount, wish = edit(broken, "12,50", "12.50"), edit(broken, "Ada", "Eve")
    assert proven(Document.from_text(broken), [amount, wish]) == ([True, True], [True, False])


def test_an_edit_outside_of_what_is_signed_needs_no_proof() -> None:
    text = LETTER.format(signature(canonical(LETTER.format(""), "{*}to"), "#a1"))
    outside, inside, own = edit(text, "12.50", "13"), edit(text, "Ada", "Eve"), edit(text, "d:DigestValue", "d:Other")
    assert proven(Document.from_text(text), [outside]) == ([False], [False])
    assert proven(Document.from_text(text), [inside]) == ([True], [False])
    assert proven(Document.from_text(text), [own]) == ([True], [False])


@pytest.mark.parametrize("cut", range(0, 900, 7))
def test_a_text_cut_off_anywhere_still_tells_what_its_signature_covers(cut: int) -> None:
    text = signed()[:cut]
    for each in signatures(text):
        assert 0 <= each.start < each.end <= len(text)
        for reference in each.references:
            assert reference.spans
            assert all(0 <= span.start < span.end <= len(text) for span in reference.spans)
