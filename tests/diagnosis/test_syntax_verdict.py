"""Well-formedness: every fault at its place, each once, in plain words; nothing against sound documents."""

from __future__ import annotations

import codecs

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnosis.syntax_verdict import faults, tell
from mcp_servers.xml_troubleshooter.document.document import Document

SOUND = [
    "<a/>",
    "\ufeff<a/>",
    "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n<!-- c --><?p i?><a xml:lang='en'>x > y ]] &#xE9;</a>\n",
    "<!DOCTYPE a [<!ENTITY e 'x'>]><a b='&e;'>&e;</a>",
    "<!DOCTYPE a [<!ENTITY e SYSTEM 'e.xml'>]><a>&e;</a>",
    "<!DOCTYPE a SYSTEM 'a.dtd'><a>&nbsp;</a>",
    "<a:b xmlns:a='urn:a'><c xmlns:d='urn:d' d:e='f'><d:g/></c></a:b>",
    "<a><![CDATA[ <b> & ]] ]]></a>",
    "<a b='>' c='\"'/>",
]


@pytest.mark.parametrize("text", SOUND)
def test_a_sound_document_has_no_faults(text: str) -> None:
    assert validate(Document(text)).diagnostics == ()


def test_independent_faults_are_found_in_one_pass_without_cascades() -> None:
    text = (
        '<r>\n  <a b=1>x & y</a>\n  <c>&nbsp;</d>\n  <e>\n    <f>1</f>\n  <g h="i" h="i"/>\n  <!-- j -- k -->\n</r>\n'
    )
    codes = [each.code for each in validate(Document(text)).diagnostics]
    assert codes == [
        Code.UNQUOTED_ATTRIBUTE,
        Code.BARE_AMPERSAND,
        Code.UNDEFINED_ENTITY,
        Code.TAG_MISMATCH,
        Code.MISSING_END_TAG,
        Code.DUPLICATE_ATTRIBUTE,
        Code.MALFORMED_COMMENT,
    ]


def test_a_fault_between_two_places_names_both() -> None:
    [found] = validate(Document("<a>\n<bee>\nx</bea>\n</a>")).diagnostics
    assert found.related is not None
    assert found.related.start == 4
    assert "line 2" in found.explanation
    assert '"bee"' in found.explanation
    assert '"</bea>"' in found.explanation


def test_a_prefix_without_declaration_names_the_root_element_where_that_could_stand() -> None:
    [found] = validate(Document("<!-- c --><a>\n<p:b/></a>")).diagnostics
    assert (found.line, found.column) == (2, 2)
    assert found.related is not None
    assert found.related.start == 10


def test_undecodable_bytes_are_told_with_offset_and_meaning() -> None:
    [found] = validate(Document.from_bytes(b"<a>Stra\xdfe</a>")).diagnostics
    assert "0xDF" in found.explanation
    assert "byte offset 7" in found.explanation
    assert '"\u00df"' in found.explanation
    assert "ISO-8859-1" in found.explanation


LONG = "x" * 10_000_001
LIMITS = {
    "depth": ("<a>" * 300 + "</a>" * 300, "limit of 256"),
    "entities": (f'<!DOCTYPE a [<!ENTITY e "{LONG[:100_000]}">]><a>{"&e;" * 1000}</a>', "The entities stand for more"),
    "a name": (f"<{LONG[:60_000]}/>", "limit of 50,000"),
    "a value": (f"<a b='{LONG}'/>", "limit of 10 million"),
    "a comment": (f"<a><!--{LONG}--></a>", "limit of 10 million"),
}


@pytest.mark.parametrize("case", LIMITS)
def test_a_limit_of_the_parser_is_told_by_itself(case: str) -> None:
    text, words = LIMITS[case]
    document = Document(text)
    [found] = tell(document, faults(document))
    assert found.code is Code.RESOURCE_LIMIT
    assert words in found.explanation


def test_elements_that_never_end_are_the_fault_not_the_depth_they_lead_to() -> None:
    found = validate(Document("<r>\n" + "<i>x\n" * 400 + "</r>")).diagnostics
    assert {each.code for each in found} == {Code.MISSING_END_TAG}
    assert len(found) == 400


@pytest.mark.parametrize("lines", [1, 20_000])
def test_a_second_byte_order_mark_is_a_fault_in_documents_of_any_size(lines: int) -> None:
    body = b"<a>\n" + b"<b>x</b>\n" * lines + b"</a>"
    assert validate(Document.from_bytes(codecs.BOM_UTF8 + body)).well_formed
    assert not validate(Document.from_bytes(codecs.BOM_UTF8 * 2 + body)).well_formed


@pytest.mark.parametrize(
    ("written", "instead"),
    [("&#38; ", "&amp; or &#38;#38"), ("&#x26;b ", "&amp; or &#38;#38"), ("&#60; ", "&lt; or &#38;#60")],
)
@pytest.mark.parametrize("use", ["<a>&e;</a>", "<a b='&e;'/>", "<a>&f;</a>"])
def test_a_bare_sign_in_an_entity_is_told_at_its_declaration(written: str, instead: str, use: str) -> None:
    text = f"<!DOCTYPE a [<!ENTITY s '&#60;i/>&#38;#38;'><!ENTITY e 'x {written}y'><!ENTITY f '&e;'>]>{use}"
    [found] = validate(Document(text)).diagnostics
    assert (found.code, found.start) == (Code.NOT_WELL_FORMED, text.index(written))
    assert f"Write {instead}; there" in found.explanation
