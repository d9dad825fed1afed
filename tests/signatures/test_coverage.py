"""What signatures cover, however it is spelled: where an edit is in doubt, it waits for consent."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import Edit
from mcp_servers.xml_troubleshooter.loop.consent import sift
from mcp_servers.xml_troubleshooter.loop.proposal import Fix, Safety
from mcp_servers.xml_troubleshooter.signatures import DSIG, may_be_signed
from mcp_servers.xml_troubleshooter.signatures.coverage import ENVELOPED, signatures
from tests.signatures.test_evidence import C14N, EXCLUSIVE, canonical, signature

LETTER = '<letter {}><to {}="{}">Ada</to><sum nr="7">12</sum><note>free</note>{}</letter>'
SIGNATURE = (
    '<{p}Signature {ns}><{p}SignedInfo><{p}Reference URI="{uri}">{more}<{p}DigestValue>AAAA</{p}DigestValue>'
    "</{p}Reference></{p}SignedInfo><{p}SignatureValue>AAAA</{p}SignatureValue></{p}Signature>"
)
PLAIN = SIGNATURE.format(p="d:", ns=f'xmlns:d="{DSIG}"', uri="#a1", more="")


def letter(signature_: str = PLAIN, attribute: str = "id", value: str = "a1", root: str = "") -> str:
    return LETTER.format(root, attribute, value, signature_)


def fix(text: str, old: str, new: str, safety: Safety = Safety.SAFE, provenance: str = "fact:x") -> Fix:
    at = text.index(old)
    edits = (Edit(at, at + len(old), new),)
    return Fix(edits=edits, source="rule:x", reason="r", safety=safety, confidence=0.5, at=at, provenance=provenance)


def waits(text: str, old: str, new: str) -> bool:
    """Whether an edit that is safe but for signatures is withheld without consent."""
    allowed, waiting = sift(Document.from_text(text), [fix(text, old, new)], False)  # noqa: FBT003
    assert len(allowed) + len(waiting) == 1
    return any(each.voids for each, _ in waiting)


def spelled(draw: st.DrawFn, value: str) -> str:
    """A value as XML may write it: any character by its number, in any length and case, between white space."""
    ways = st.sampled_from("pdxXz ")
    pieces = []
    for each in value:
        way = draw(ways)
        number = ord(each)
        pieces.append(
            {"d": f"&#{number};", "x": f"&#x{number:x};", "X": f"&#x{number:X};", "z": f"&#x000{number:X};"}.get(
                way, each
            )
        )
    space = st.text(" \n\t", max_size=2)
    return draw(space) + "".join(pieces) + draw(space)


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """A letter whose signature covers its first element, by one of the many ways to write that."""
    prefix = draw(st.sampled_from(["", "d:", "ds:", "Sig-1.x:", "\u00e4:"]))
    binding = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    namespace = f'{binding}{draw(st.sampled_from(["=", " = ", chr(10) + "="]))}"{spelled(draw, DSIG)}"'
    attribute = draw(st.sampled_from(["ID", "Id", "id", "xml:id", "wsu:Id", "AssertionID", "nr", "schl\u00fcssel"]))
    identifier = draw(st.sampled_from(["a1", "_7f-3.b", "\u00e91"]))
    pointer = draw(st.sampled_from(["#{}", "#xpointer(id('{}'))", "#xpointer( id( '{}' ) )", "doc.xml#{}"]))
    within = draw(st.booleans())
    made = SIGNATURE.format(
        p=prefix, ns="" if within else namespace, uri=spelled(draw, pointer.format(identifier)), more=""
    )
    if draw(st.booleans()):
        made = made.replace('"', "\x00").replace("'", "&#39;").replace("\x00", "'")
    if draw(st.booleans()):
        made = made.replace("><", ">\r\n <")
    return letter(made, attribute, spelled(draw, identifier), namespace if within else "")


@given(spellings())
def test_however_it_is_spelled_what_is_signed_needs_consent(text: str) -> None:
    assert may_be_signed(text)
    assert waits(text, "Ada", "Eve")


@given(spellings(), st.integers(0, 400), st.sampled_from(["", "<", "&", '"', "x"]))
def test_neither_does_a_slip_anywhere_open_it(text: str, at: int, slip: str) -> None:
    start = text.index("Signature") + at % (len(text) - text.index("Signature"))
    broken = text[:start] + slip + text[start + (not slip) :]
    if "Reference" in broken and may_be_signed(broken):
        assert waits(broken, "Ada", "Eve")


OTHER = PLAIN.replace("#a1", "#nr")  # covers something else
NOTE = '<note id="nr">'
DOUBTFUL = {
    "another element has the ID, too": letter(root='id="a1" x=""').replace('id="a1" x', 'x', 1).replace(
        "<note>", '<note id="a1">'
    ),
    "a percent sign": letter(PLAIN.replace("#a1", "#%61%31")),
    "two IDs in one pointer": letter(PLAIN.replace("#a1", "#xpointer(id('b')|id('a1'))")),
    "a path": letter(PLAIN.replace("#a1", "#xpointer(/*/*[1])")),
    "all": letter(PLAIN.replace("#a1", "#xpointer(/)")),
    "an element pointer": letter(PLAIN.replace("#a1", "#element(/1/1)")),
    "no URI": letter(PLAIN.replace(' URI="#a1"', "")),
    "a URI that is misspelt": letter(PLAIN.replace("URI", "Uri")),
    "a URI without quotes": letter(PLAIN.replace('"#a1"', "#a1")),
    "a URI whose quote is not closed": letter(PLAIN.replace('"#a1"', '"#a1')),
    "a tag of a reference without its end": letter(PLAIN.replace('"#a1">', '"#a1"')),
    "a reference that is misspelt": letter(PLAIN.replace("d:Reference", "d:Referense")),
    "an ID without quotes": letter().replace('"a1"', "a1"),
    "an ID whose quote is not closed": letter().replace('"a1"', '"a1'),
    "an ID that is misspelt": letter(value="al"),
    "a broken tag and a lure": letter().replace('id="a1"', 'x="<" id="a1"').replace("<note>", '<note ref="a1">'),
    "an ID of a DTD": "<!DOCTYPE letter [<!ATTLIST sum nr ID #FIXED 'a1'>]>" + letter(attribute="key"),
    "a URI of a DTD": "<!DOCTYPE letter [<!ATTLIST d:Reference URI CDATA '#a1'>]>" + letter(PLAIN.replace("URI", "X")),
    "a URI of an entity": "<!DOCTYPE letter [<!ENTITY u '#a1'>]>" + letter(PLAIN.replace("#a1", "&u;")),
    "a namespace of a DTD": f"<!DOCTYPE letter [<!ATTLIST Signature xmlns CDATA #FIXED '{DSIG}'>]>"
    + letter(SIGNATURE.format(p="", ns="", uri="", more="")),
    "a signature in an entity": "<!DOCTYPE letter [<!ENTITY s '"
    + PLAIN.replace("<", "&#60;").replace("SignedI", "Signed&#73;").replace("SignatureV", "Signature&#x56;")
    + "'>]>"
    + letter("&s;"),
    "a namespace that is misspelt": letter(PLAIN.replace("2000/09", "2000/9")),
    "a prefix that is not bound": letter(PLAIN.replace(f'xmlns:d="{DSIG}"', "")),
    "a tag of the signature without its end": letter(PLAIN.replace(f'"{DSIG}">', f'"{DSIG}"')),
    "a broken name of the signature": letter(PLAIN.replace("<d:Signature ", "<d;Signature ")),
    "a broken core": letter(PLAIN.replace("<d:SignedInfo>", "<d:SignedInfo")),
    "a comment with an early end": letter("<!-- signed by -- us -> " + PLAIN + "<!-- end -->"),
    "a section with an early end": letter("<x><![CDATA[ signed ]> </x>" + PLAIN + "<![CDATA[ end ]]>"),
    "an end tag too many": letter().replace("Ada", "</to>Ada"),
    "an end tag too few": letter().replace("</to>", ""),
    "an end tag in a comment": letter().replace("Ada", "<!-- </to> -->Ada"),
    "a transform that leads on": letter(
        OTHER.replace("<d:DigestValue>", '<d:Transform Algorithm="urn:x#STR"/><d:DigestValue>')
    ).replace("<note>", NOTE),
    "a name of the document itself": letter(
        PLAIN.replace("#a1", "letter.xml").replace(
            "<d:DigestValue>", f'<d:Transform Algorithm="{ENVELOPED}"/><d:DigestValue>'
        )
    ),
    "a second reference": letter(
        OTHER.replace("</d:SignedInfo>", '<d:Reference URI="#a1"/></d:SignedInfo>')
    ).replace("<note>", NOTE),
    "a reference of a manifest": letter(
        PLAIN.replace("#a1", "#m").replace(
            "</d:Signature>", '<d:Manifest Id="m"><d:Reference URI="#a1"/></d:Manifest></d:Signature>'
        )
    ),
    "a second signature": letter(OTHER + PLAIN).replace("<note>", NOTE),
    "a signature of a signature": letter(
        OTHER.replace("</d:Signature>", f"<d:Object>{PLAIN}</d:Object></d:Signature>")
    ).replace("<note>", NOTE),
    "around the content": PLAIN.replace("</d:Signature>", f"<d:Object>{letter('')}</d:Object></d:Signature>"),
    "more signatures than are read": letter(OTHER * 150 + PLAIN).replace("<note>", NOTE),
    "a document that is cut off": letter(PLAIN.replace("#a1", "")).partition("</letter>")[0].replace("Ada", "")
    + "Ada",
}  # fmt: skip


@pytest.mark.parametrize("text", DOUBTFUL.values(), ids=DOUBTFUL)
def test_what_is_in_doubt_counts_as_signed(text: str) -> None:
    assert waits(text, "Ada", "Eve")


FREE = {
    "beside an element with an ID": letter(),
    "with a transform": letter(PLAIN.replace("<d:DigestV", f'<d:Transform Algorithm="{C14N}"/><d:DigestV')),
    "an ID that others contain": letter().replace("<note>", '<note id="a12">'),
    "where text looks like an ID": letter().replace("<note>", "<note>id=&quot;a1&quot; id=\"a1\" "),
    "no signature": letter(""),
    "a signature in a comment": letter(f"<!-- {PLAIN.replace('#a1', '')} -->"),
    "a signature in a CDATA section": letter(f"<![CDATA[{PLAIN.replace('#a1', '')}]]>"),
    "a signature in an instruction": letter(f"<?x {PLAIN.replace('#a1', '').replace('<', '')} ?>"),
    "a signature of another file": letter(PLAIN.replace("#a1", "other.xml")),
    "an empty signature": letter(f'<d:Signature xmlns:d="{DSIG}"/>'),
    "a signature that is none": letter("<Signature>Ada &amp; Co</Signature>"),
}  # fmt: skip


@pytest.mark.parametrize("text", FREE.values(), ids=FREE)
def test_what_is_surely_not_signed_is_free(text: str) -> None:
    assert not waits(text, "free", "freed")


def test_what_an_element_inherits_is_free_only_where_its_digest_says_so() -> None:
    root = 'xmlns:x="urn:example:x"'
    content = canonical(letter("", root=root), "{*}to", exclusive=True)
    text = letter(signature(content, "#a1", EXCLUSIVE), root=root)
    assert not waits(text, '"urn:example:x"', '"urn:example:y"')
    assert waits(text.replace(EXCLUSIVE, C14N), '"urn:example:x"', '"urn:example:y"')
    assert waits(text.replace(EXCLUSIVE, C14N), "<letter", '<letter xml:lang="de"')
    assert not waits(text, "<letter", "<letter a='b'")


def test_a_digest_that_holds_proves_nothing_outside_of_what_it_covers() -> None:
    root = 'xmlns:x="urn:example:x"'
    text = letter(signature(canonical(letter("", root=root), "{*}to", exclusive=True), "#a1", EXCLUSIVE), root=root)
    doubtful = fix(text, "urn:example:x", "URN:example:x", Safety.UNSAFE, "")
    _, ((waiting, _),) = sift(Document.from_text(text), [doubtful], False)  # noqa: FBT003
    assert (waiting.confidence, waiting.provenance, waiting.voids) == (0.5, "", False)


ENDLESS = {
    "signatures": f'<d:Signature xmlns:d="{DSIG}"><d:SignedInfo>',
    "references": '<Signature><SignedInfo/><Reference URI="#a1">',
    "IDs": '<Signature><SignedInfo/><Reference URI="#a1"/><a id="a1">',
    "values": '<Signature><SignedInfo/><Reference URI="#a1"/> ="a1"',
    "comments": "<Signature><SignedInfo/><!--",
    "sections": "<Signature><SignedInfo/><![CDATA[",
    "instructions": "<Signature><SignedInfo/><?",
    "quotes": '<Signature a="<SignedInfo b=',
    "prefixes": "<SignedInfo>" + "a" * 100 + ":",
    "references to characters": "<SignedInfo><!ENTITY &#000000000",
    "declarations": ' xmlns="" <Signature><SignedInfo/><a id="a1"/><Reference URI="#a1"/></Signature>',
    "URIs": "<a URI <SignedInfo URI",
}


@pytest.mark.parametrize("piece", ENDLESS.values(), ids=ENDLESS)
def test_reading_takes_time_in_proportion_to_the_text(piece: str) -> None:
    def seconds(times: int) -> float:
        started = time.process_time()
        signatures(piece * times)
        return time.process_time() - started

    small = 20_000 // len(piece)
    assert seconds(8 * small) < 24 * max(seconds(small), 0.01)
