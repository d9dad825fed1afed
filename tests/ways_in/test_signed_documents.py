"""What is said of signed documents: that a signature does not hold comes first, its cause only where that is proven."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from mcp import Client

from tests.signatures.test_evidence import ENVELOPED, LETTER, canonical, signature, signed
from tests.ways_in.test_conversations import asked

Connect = Callable[[], AbstractAsyncContextManager[Client]]
pytestmark = pytest.mark.anyio

HOLDS_NOT = "A signature does not hold"
LETTERS = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:example:letter"
  elementFormDefault="qualified"><xs:element name="letter"><xs:complexType><xs:sequence>
  <xs:element name="to"><xs:complexType><xs:simpleContent><xs:extension base="xs:string">
  <xs:attribute name="id"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
  <xs:element name="sum" type="xs:decimal"/><xs:any namespace="##other" processContents="skip"/>
  </xs:sequence></xs:complexType></xs:element></xs:schema>"""


def _signed_with_a_comma() -> str:
    letter = LETTER.replace("12.50", "12,50")
    return letter.format(signature(canonical(letter.format("")), "", ENVELOPED))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Ada &amp;", "Eve &", "perhaps since before the edits"),  # its digest cannot have been checked
        ("12.50", "13,50", "and did not hold before the edits either"),
        ("", "", "because what it covers was changed"),  # signed as it is, with a fault
    ],
)
async def test_edits_are_the_cause_of_a_void_signature_only_where_it_held_before(
    connect: Connect, folder: Path, old: str, new: str, said: str
) -> None:
    (folder / "letter.xsd").write_text(LETTERS)
    text = signed().replace(old, new) if old else _signed_with_a_comma()
    arguments = {"xml": text, "schema_path": str(folder / "letter.xsd")}
    async with connect() as client:
        waiting = await asked(client, **arguments)
        assert [edit["safe"] for edit in waiting["edits"]] == [False]
        result = await asked(client, run_id=waiting["run_id"], accept=[waiting["edits"][0]["id"]])
    assert (result["status"], result["signatures"][0]["digest"]) == ("fixed", "broken")
    assert result["summary"].startswith(HOLDS_NOT)
    assert f"The signature is void, {said}" in result["summary"]


async def test_of_a_sound_document_the_signature_that_does_not_hold_comes_first(connect: Connect) -> None:
    changed = signed().replace("12.50", "13.50")
    async with connect() as client:
        result = await asked(client, xml=changed, problem="the receiver rejects it")
        diagnosis = await client.call_tool("validate_xml", {"xml": changed})
        sound = await asked(client, xml=signed(), problem="the receiver rejects it")
    assert diagnosis.structured_content is not None
    for told in (result, diagnosis.structured_content):
        assert told["status"] == "well_formed"
        assert told["summary"].startswith(HOLDS_NOT)
        assert "have it signed again" in told["summary"]
        assert "schema_path" not in told["summary"]
    assert HOLDS_NOT not in sound["summary"]


async def test_a_doubtful_repair_outside_of_what_is_signed_waits_for_its_doubt_alone(connect: Connect) -> None:
    letter = LETTER.replace("<sum>12.50</sum>", "<x:Status><x:Code/></x:Status>")
    text = letter.format(signature(canonical(letter.format(""), "{*}to"), "#a1")).replace("</x:Status>", "</x:Code>")
    async with connect() as client:
        waiting = await asked(client, xml=text)
        result = await asked(client, xml=text, allow_unsafe=True)
    assert "waits for consent, because it is not beyond doubt" in waiting["summary"]
    assert "lie outside of what is signed" in waiting["summary"]
    assert "void" not in waiting["summary"]
    assert (result["status"], result["signatures"][0]["digest"]) == ("fixed", "holds")


async def test_a_repair_that_drops_an_element_says_so(connect: Connect, folder: Path) -> None:
    (folder / "list.dtd").write_text("<!ELEMENT list (a)><!ELEMENT a EMPTY><!ELEMENT b EMPTY>")
    async with connect() as client:
        waiting = await asked(client, xml="<list><a/><b/></list>", schema_path=str(folder / "list.dtd"))
    assert "it drops content" in waiting["summary"]
