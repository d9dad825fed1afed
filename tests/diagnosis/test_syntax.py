"""Well-formedness: every fault at its place, each once, in plain words; nothing against sound documents."""

from __future__ import annotations

import codecs

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.syntax import check
from mcp_servers.xml_troubleshooter.diagnosis.validate import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.wellformedness.families import FAULT_KINDS

# a document, and its faults: code and the text at fault
FAULTS: list[tuple[str, list[tuple[str, str]]]] = [
    ("", [("empty-document", "")]),
    (" \n", [("empty-document", " \n")]),
    ("plain words", [("not-xml", "plain words")]),
    ("words <a/>", [("content-before-root", "words ")]),
    ("<a/> words", [("extra-content", "words")]),
    ("<a/><b/>", [("extra-content", "<b/>")]),
    ("\n<?xml version='1.0'?><a/>", [("declaration-not-first", "<?xml version='1.0'?>")]),
    ("<?xml version='1.0'?><?xml version='1.0'?><a/>", [("declaration-not-first", "<?xml version='1.0'?>")]),
    ("<?xml version=1.0?><a/>", [("malformed-declaration", "<?xml version=1.0?>")]),
    ("<?xml version='1.0' encoding='none'?><a/>", [("unknown-encoding", "none")]),
    ("<!doctype a><a/>", [("malformed-doctype", "<!doctype a>")]),
    ("<a>\x01\x02</a>", [("invalid-character", "\x01\x02")]),
    ("<a b='\x0b'/>", [("invalid-character", "\x0b")]),
    ("<a>\udce9</a>", [("encoding-mismatch", "\udce9")]),
    ("<a>&#0;&#xFFFF;</a>", [("invalid-character-reference", "&#0;"), ("invalid-character-reference", "&#xFFFF;")]),
    ("<a b='1 & 2'>3 & 4</a>", [("bare-ampersand", "&"), ("bare-ampersand", "&")]),
    ("<a>&lt x</a>", [("unterminated-reference", "&lt")]),
    ("<a>&nbsp;</a>", [("undefined-entity", "&nbsp;")]),
    ("<a>1 < 2</a>", [("less-than-in-text", "<")]),
    ("<a>]]></a>", [("cdata-end-in-text", "]]>")]),
    ("<a><b>x</a>", [("missing-end-tag", "")]),
    ("<a>x</b></a>", [("unexpected-end-tag", "</b>")]),
    ("<a><b>x</c></a>", [("tag-mismatch", "</c>")]),
    ("<a><b><c>x</b></c></a>", [("overlapping-tags", "</b></c>")]),
    ("<a><b>x</b>", [("truncated", "")]),
    ("<a><b c='d'</b></a>", [("malformed-tag", "<b c='d'")]),
    ("<a><1>x</1></a>", [("invalid-name", "1"), ("invalid-name", "1")]),
    ("<a:b/>", [("unbound-prefix", "a")]),
    ("<a b:c='d'/>", [("unbound-prefix", "b")]),
    ("<a b=c/>", [("unquoted-attribute", "c")]),
    ("<a b='c><d/></a>", [("unclosed-attribute-value", "'c")]),
    ("<a b=\u201cc\u201d/>", [("wrong-quotes", "\u201cc\u201d")]),
    ("<a b/>", [("attribute-without-value", "b")]),
    ("<a b='c' b='d'/>", [("duplicate-attribute", "b='d'")]),
    ("<a b='1<2'/>", [("less-than-in-attribute", "<")]),
    ("<a b='c'd='e'/>", [("missing-space", "d")]),
    ("<a><!-- b -- c --></a>", [("malformed-comment", "<!-- b -- c -->")]),
    ("<a><![CDATA[b</a>", [("unterminated-section", "<![CDATA[b")]),
    ("<a><?b c></a>", [("malformed-instruction", "<?b c>")]),
    ("<a xmlns=' urn:x '/>", [("wrong-namespace", " urn:x ")]),
    ("<a xml:id='x'><b xml:id='x'/></a>", [("duplicate-id", "x")]),
]


@pytest.mark.parametrize(("text", "faults"), FAULTS)
def test_every_fault_is_found_once_at_its_place(text: str, faults: list[tuple[str, str]]) -> None:
    found = check(Document(text))
    assert [(each.code.value, text[each.start : each.end]) for each in found] == faults
    for each in found:
        assert each.message
        assert each.explanation.endswith(".")
        assert (each.line, each.column) == Document(text).position(each.start)


def test_the_table_of_faults_covers_every_code_that_has_words() -> None:
    codes = {code for _, faults in FAULTS for code, _ in faults}
    assert codes == set(FAULT_KINDS)


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
    assert check(Document(text)) == ()


def test_independent_faults_are_found_in_one_pass_without_cascades() -> None:
    text = (
        '<r>\n  <a b=1>x & y</a>\n  <c>&nbsp;</d>\n  <e>\n    <f>1</f>\n  <g h="i" h="i"/>\n  <!-- j -- k -->\n</r>\n'
    )
    codes = [each.code for each in check(Document(text))]
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
    [found] = check(Document("<a>\n<bee>\nx</bea>\n</a>"))
    assert found.related is not None
    assert found.related.start == 4
    assert "line 2" in found.explanation
    assert '"bee"' in found.explanation
    assert '"</bea>"' in found.explanation


def test_a_prefix_without_declaration_names_the_root_element_where_that_could_stand() -> None:
    [found] = check(Document("<!-- c --><a>\n<p:b/></a>"))
    assert (found.line, found.column) == (2, 2)
    assert found.related is not None
    assert found.related.start == 10


def test_undecodable_bytes_are_told_with_offset_and_meaning() -> None:
    [found] = check(Document.from_bytes(b"<a>Stra\xdfe</a>"))
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
    [found] = check(Document(text))
    assert found.code is Code.RESOURCE_LIMIT
    assert words in found.explanation


def test_elements_that_never_end_are_the_fault_not_the_depth_they_lead_to() -> None:
    found = check(Document("<r>\n" + "<i>x\n" * 400 + "</r>"))
    assert {each.code for each in found} == {Code.MISSING_END_TAG}
    assert len(found) == 400


@pytest.mark.parametrize("lines", [1, 20_000])
def test_a_second_byte_order_mark_is_a_fault_in_documents_of_any_size(lines: int) -> None:
    body = b"<a>\n" + b"<b>x</b>\n" * lines + b"</a>"
    assert validate(Document.from_bytes(codecs.BOM_UTF8 + body)).well_formed
    assert not validate(Document.from_bytes(codecs.BOM_UTF8 * 2 + body)).well_formed
