"""The scanner: every text becomes tokens, none is lost, and broken markup is read the way it was meant."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.document.tokens import Kind
from mcp_servers.xml_troubleshooter.wellformedness.scanner import scan

PIECES = (
    *"<>/='\"&?!- \n\tx1:",
    "<a>", "</a>", "<a b='c'>", "<a b=\"", "<a/>", "<!--", "-->", "--", "<![CDATA[", "]]>", "<?", "?>", "<?xml ?>",
    "<!DOCTYPE a [", "<!ENTITY e 'x'>", "]>", "&amp;", "&#", "&e", "<<<<<<< ours\n", "=======\n", ">>>>>>> theirs\n",
    "\u201c", "\\\"", "\x00", "\udce9", "\ufeff", "<1>", "</1>", "xmlns:a='b'",
)  # fmt: skip
broken_markup = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text()


@given(broken_markup)
@example("<a b=\"x' c=\u201cd\u201d <!-- <![CDATA[ ]]> -- </a")
def test_tokens_concatenate_to_the_text(text: str) -> None:
    tokens = scan(text).tokens
    assert "".join(token.text for token in tokens) == text
    assert all(token.start < token.end for token in tokens)


@given(broken_markup)
def test_attributes_lie_inside_their_tag_and_in_order(text: str) -> None:
    for token in scan(text).tokens:
        at = token.start
        for attribute in token.attributes:
            assert at <= attribute.start <= attribute.name_start <= attribute.value_start <= attribute.value_end
            assert attribute.value_end <= attribute.end <= token.end
            at = attribute.end


names = st.from_regex(r"\A[a-z][a-z0-9.\-]{0,5}\Z")
values = st.text(st.characters(codec="utf-8", exclude_characters="<&\"'>", exclude_categories=["C"]), max_size=12)


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> str:
    name = draw(names)
    keys = draw(st.lists(names, unique=True, max_size=3))
    tag = name + "".join(f' {key}="{draw(values)}"' for key in keys)
    if depth == 0 or draw(st.booleans()):
        return f"<{tag}/>"
    inner = draw(st.lists(values | elements(depth - 1) | st.sampled_from(["<!-- c -->", "<![CDATA[<]]>", "<?p q?>"])))
    return f"<{tag}>{''.join(inner)}</{name}>"


@given(elements())
def test_well_formed_markup_has_no_faults(text: str) -> None:
    assert scan(text).faults == ()


def test_an_attribute_knows_the_places_of_its_parts() -> None:
    text = "<a  b = 'c d' e=\"\"/>"
    [token] = scan(text).tokens
    first, second = token.attributes
    assert token.kind is Kind.EMPTY
    assert text[first.start : first.end] == "  b = 'c d'"
    assert (first.name, first.quote, text[first.value_start : first.value_end]) == ("b", "'", "c d")
    assert (second.name, second.quote, second.value_start == second.value_end) == ("e", '"', True)


def test_the_document_type_tells_its_entities() -> None:
    doctype = scan('<!DOCTYPE a [<!ENTITY x "1"><!ENTITY y SYSTEM "y.xml"><!-- <!ENTITY z "3"> -->]><a/>').doctype
    assert dict(doctype.entities) == {"x": "1", "y": None}
    assert not doctype.open
    assert scan('<!DOCTYPE a SYSTEM "a.dtd"><a/>').doctype.open
    assert scan('<!DOCTYPE a [<!ENTITY % p SYSTEM "p"> %p;]><a/>').doctype.open


# broken markup, and what it says once the readings of all faults are written down
READINGS = [
    # quotation marks
    ('<a b="one c="two">', '<a b="one" c="two">'),
    ('<a b="one>\n<c d="e"/>', '<a b="one">\n<c d="e"/>'),
    ("<a b='one\">", "<a b='one'>"),
    ("<a b=one c=2>", '<a b="one" c="2">'),
    ('<a b=one two">', '<a b="one two">'),
    ("<a b=\u201cone\u201d c=\u2018two\u2019>", '<a b="one" c="two">'),
    ('<a b=\\"one\\" c=\\"two\\">', '<a b="one" c="two">'),
    ('<a b=""one"">', '<a b="one">'),
    ('<a b="say "yes" now">', '<a b="say &quot;yes&quot; now">'),
    ("<a b='${one'}>", "<a b='${one}'>"),
    ('<a b="1"">', '<a b="1">'),
    # the other parts of an attribute
    ('<a b "1">', '<a b="1">'),
    ('<a b:"1">', '<a b="1">'),
    ('<ab="1">x</a>', '<a b="1">x</a>'),
    ('<a b="/c/>x</a>', '<a b="/c/">x</a>'),
    ('<a b="1"c="2">', '<a b="1" c="2">'),
    ('<a b="1", c="2">', '<a b="1" c="2">'),
    ("<input checked>", '<input checked="checked">'),
    ('<a 1b="x">', '<a _1b="x">'),
    ('<a b="1 < 2">', '<a b="1 &lt; 2">'),
    ('<a b="see <i>this</i>">', '<a b="see &lt;i>this&lt;/i>">'),
    # brackets and slashes
    ('<a b="c"\n  <d/>', '<a b="c">\n  <d/>'),
    ("<a>x</a\n</b>", "<a>x</a>\n</b>"),
    ("<a/ >", "<a/>"),
    ("<a>x<\\a>", "<a>x</a>"),
    ("<a>x<\\/a>", "<a>x</a>"),
    ("<a>x< /a>", "<a>x</a>"),
    ('<a>x</a b="c">', "<a>x</a>"),
    ("<size4.1</size>", "<size>4.1</size>"),
    ('<a b="c"$x</a>', '<a b="c">$x</a>'),
    ("<a\">x</a>", "<a>x</a>"),
    ("<r>\n<<a/></r>", "<r>\n<a/></r>"),
    # names
    ("<1a>x</1a>", "<_1a>x</_1a>"),
    ("<first name>x</first name>", "<first_name>x</first_name>"),
    ("<first Name a='b'>x</first Name>", "<firstName a='b'>x</firstName>"),
    # text that only looks like a tag
    ("a < b && c > d", "a &lt; b && c > d"),
    ("if (a<b) x", "if (a&lt;b) x"),
    ("Map<String, Integer> m", "Map&lt;String, Integer> m"),
    ("<me@example.org>", "&lt;me@example.org>"),
    ("<your name here>", "&lt;your name here>"),
    ("<a>x<</a>", "<a>x</a>"),
    ("x <- y <= z <3", "x &lt;- y &lt;= z &lt;3"),
    # comments
    ("<!-- a -- b -->", "<!-- a - - b -->"),
    ("<!-- a --->", "<!-- a - -->"),
    ("<!-- a --!>", "<!-- a -->"),
    ("<!-- a ->\n<b/>", "<!-- a -->\n<b/>"),
    ("<!-- a\n<b/>", "<!-- a -->\n<b/>"),
    ("<!-- a ><b/>\n<c/>", "<!-- a --><b/>\n<c/>"),
    ("<!- a -><b/>", "<!-- a --><b/>"),
    ("<! a --><b/>", "<!-- a --><b/>"),
    # document type declarations
    ("<!DOCTYPE a 'b.dtd'><a/>", '<!DOCTYPE a SYSTEM "b.dtd"><a/>'),
    ("<!DOCTYPE a SYSTEM 'b.dtd><a c='d'/>", '<!DOCTYPE a SYSTEM "b.dtd"><a c=\'d\'/>'),
    ("<!DOCTYPE a '-//B//C' 'b.dtd'\n<a/>", '<!DOCTYPE a PUBLIC "-//B//C" "b.dtd">\n<a/>'),
    ("<!-- a <!-- b --> c -->", "<!-- a <!- - b - -> c -->"),
    # CDATA sections and processing instructions
    ("<a><![CDATA[ x < y </a>", "<a><![CDATA[ x < y ]]></a>"),
    ("<a><![CDATA[ x ]]</a>", "<a><![CDATA[ x ]]></a>"),
    ("<a><![cdata[ x ]]></a>", "<a><![CDATA[ x ]]></a>"),
    ("<?a b><c/>", "<?a b?><c/>"),
    ("<!doctype a><a/>", "<!DOCTYPE a><a/>"),
    # an unfinished merge
]  # fmt: skip


@pytest.mark.parametrize(("text", "meant"), READINGS)
def test_broken_markup_is_read_as_it_was_meant(text: str, meant: str) -> None:
    read = scan(text)
    assert apply(text, [edit for fault in read.faults for edit in fault.readings[0].edits]) == meant


def test_a_value_longer_than_the_search_looks_is_no_fault() -> None:
    text = f'<a b="{"x" * 50_000}" c="d"/>'
    assert scan(text).faults == ()
    assert len(scan(text).tokens) == 1
