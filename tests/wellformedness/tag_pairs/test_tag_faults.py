"""From tags that do not pair to faults: where a missing tag belongs, which name is the wrong one, what is surplus."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.loop.proposal import Safety
from mcp_servers.xml_troubleshooter.wellformedness.analysis import analyse
from mcp_servers.xml_troubleshooter.wellformedness.tag_pairs import tag_faults

from ..conftest import Found, Mended, finding, mended, mending

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: Found = [
    ("<a><b>x</a>", [("missing-end-tag", "")]),
    ("<a>x</b></a>", [("unexpected-end-tag", "</b>")]),
    ("<a><b>x</c></a>", [("tag-mismatch", "</c>")]),
    ("<a><b><c>x</b></c></a>", [("overlapping-tags", "</b></c>")]),
    ("<a><b>x</b>", [("truncated", "")]),
]
# a document, what it becomes, and how sure that is
MENDED: Mended = [
    # a comparison that reads like a tag
    ("<r><t>x <y</t><y>1</y></r>", "<r><t>x </t><y>1</y></r>", UNSAFE),
    # a name
    ("<a><bee>x</beee></a>", "<a><bee>x</bee></a>", None),
    ("<a>\n  <street>x</stret>\n</a>", "<a>\n  <street>x</street>\n</a>", SAFE),
    ("<a b='an address'><adress>x</address></a>", "<a b='an address'><address>x</address></a>", SAFE),
    ("<r><p>x</p><w>x <i>y</i> z</p></r>", "<r><p>x</p><p>x <i>y</i> z</p></r>", None),
    ("<a><bee>y</bee><beee>x</bee></a>", "<a><bee>y</bee><bee>x</bee></a>", SAFE),
    ("<a><Bee>x</bee></a>", "<a><Bee>x</Bee></a>", None),
    ("<inv:a xmlns:inv='u'><inv:b>x</inw:b></inv:a>", "<inv:a xmlns:inv='u'><inv:b>x</inv:b></inv:a>", SAFE),
    ("<a><b>x</></a>", "<a><b>x</b></a>", None),
    (
        "<r><a.version>1</a.version><b.version>2</b.version><c.version>3</c.version><tool>4</tool.version></r>",
        "<r><a.version>1</a.version><b.version>2</b.version><c.version>3</c.version><tool.version>4</tool.version></r>",
        None,
    ),
    ("<r><q>1</q><Menús>x<q/></Menus></r>", "<r><q>1</q><Menus>x<q/></Menus></r>", None),
    ("<r><q>1</q><sgmltaG>x</sgmltag></r>", "<r><q>1</q><sgmltag>x</sgmltag></r>", None),
    # a start tag that was meant as the end tag of an element with nearly its name
    ("<a>\n <items>\n  <x>1</x>\n <itemss>\n</a>", "<a>\n <items>\n  <x>1</x>\n </items>\n</a>", UNSAFE),
    # an end tag that is missing
    ("<a>\n  <b>x\n  <c>y</c>\n</a>", "<a>\n  <b>x</b>\n  <c>y</c>\n</a>", SAFE),
    ("<a>\n  <b>\n    <c>y</c>\n</a>", "<a>\n  <b>\n    <c>y</c>\n  </b>\n</a>", SAFE),
    ("<a>\n  <b>\n    <c/>\n  \n  <d/>\n</a>", "<a>\n  <b>\n    <c/>\n  </b>\n  <d/>\n</a>", SAFE),
    ("<ul><li>x</li><li>y<li>z</li></ul>", "<ul><li>x</li><li>y</li><li>z</li></ul>", SAFE),
    ("<a>x<br>y</a>", "<a>x<br/>y</a>", None),
    ("<a>x<br><br>y</a>", "<a>x<br/><br/>y</a>", None),
    ("<a><b>x</b>\n<hr>\n<hr>\n<b>y</b></a>", "<a><b>x</b>\n<hr/>\n<hr/>\n<b>y</b></a>", None),
    ("<div><div>1</div><div>2</div>", "<div><div>1</div><div>2</div></div>", None),
    ("<a><a><a>x</a>", "<a><a>x</a></a>", None),
    ("<r>\n <m>\n  <m>\n  <m/>\n </m>\n</r>", "<r>\n <m>\n  <m/>\n  <m/>\n </m>\n</r>", None),
    ("<a>Set<T> of <b>T</b></a>", "<a>Set&lt;T> of <b>T</b></a>", UNSAFE),
    ("<a>\n <b>\n  <c>\n   <d/>\n  \n</a>", "<a>\n <b>\n  <c>\n   <d/>\n  </c>\n </b>\n</a>", SAFE),
    (
        "<a>\n <b>\n  <c>\n   <d>x</d>\n  \n <e>y</e>\n</a>",
        "<a>\n <b>\n  <c>\n   <d>x</d>\n  </c>\n </b>\n <e>y</e>\n</a>",
        None,
    ),
    (
        "<r>\n <c>\n  <i>\n   <c/>\n\n <c>1</c>\n <c>2</c>\n</r>",
        "<r>\n <c>\n  <i>\n   <c/>\n  </i>\n </c>\n\n <c>1</c>\n <c>2</c>\n</r>",
        None,
    ),
    (
        "<a>\n<b>\n<c>x</c>\n<c>y</c>\n\n\n<b>\n<c>z</c>\n</b>\n\n</a>",
        "<a>\n<b>\n<c>x</c>\n<c>y</c>\n</b>\n\n<b>\n<c>z</c>\n</b>\n\n</a>",
        SAFE,
    ),
    # what lacks its end is a list: it may have had more records
    ("<a><b>1</b><b>2</b>\n", "<a><b>1</b><b>2</b></a>\n", UNSAFE),
    ("<a><b>1</b><c>2</c>\n", "<a><b>1</b><c>2</c></a>\n", SAFE),
    # an element of the same name further in, which has an end tag
    (
        "<r>\n <d><p>z</p></d>\n <d>\n  <p>x</p>\n  <d><p>y</p>\n </d>\n</r>",
        "<r>\n <d><p>z</p></d>\n <d>\n  <p>x</p>\n </d>\n  <d><p>y</p>\n </d>\n</r>",
        None,
    ),
    # start tags that stand twice
    ("<l a='1'>\n<r>\n\n<l>\n<r b='2'>\n<x/>\n</r>\n</l>", "<l a='1'>\n\n<r b='2'>\n<x/>\n</r>\n</l>", SAFE),
    ("<l><r a='1'><l><r><x/></r></l>", "<l><r a='1'><x/></r></l>", SAFE),
    ("<l><r a='1'><l><r b='2'><x/></r></l>", "<l><r a='1'><l><r b='2'><x/></r></l></r></l>", None),
    # a slash
    ("<a><b><b></a>", "<a><b></b></a>", UNSAFE),
    ("<a><b/><b><b/></a>", "<a><b/><b/><b/></a>", UNSAFE),
    ("<a><b>x<b></a>", "<a><b>x</b></a>", SAFE),
    ("<a><b>x<b/></a>", "<a><b>x</b></a>", SAFE),
    ("<a><b c='d'><i>x</i> y<b/><b>z</b></a>", "<a><b c='d'><i>x</i> y</b><b>z</b></a>", SAFE),
    ("<a><b>x<b>, <b>y</b></a>", "<a><b>x</b>, <b>y</b></a>", SAFE),
    (
        "<a>\n <b>\n  <c>x</c>\n <b>\n <b>\n  <c>y</c>\n </b>\n</a>",
        "<a>\n <b>\n  <c>x</c>\n </b>\n <b>\n  <c>y</c>\n </b>\n</a>",
        SAFE,
    ),
    (
        "<a>\n <b n='1'>\n  <b>\n   <c>x</c>\n  <b>\n  <b>\n   <c>y</c>\n  </b>\n </b>\n</a>",
        "<a>\n <b n='1'>\n  <b>\n   <c>x</c>\n  </b>\n  <b>\n   <c>y</c>\n  </b>\n </b>\n</a>",
        SAFE,
    ),
    ("<a>\n <b>x</b>\n<a/>\n", "<a>\n <b>x</b>\n</a>\n", SAFE),
    ("<a><b>the <i>old<i> way</b></a>", "<a><b>the <i>old</i> way</b></a>", UNSAFE),
    ("<a><b>the <i>old<i> <i>new</i> way</b></a>", "<a><b>the <i>old</i> <i>new</i> way</b></a>", SAFE),
    ("<a>Dear <Name>, your <Name> is</a>", "<a>Dear <Name>, your </Name> is</a>", UNSAFE),
    ("<a><b>x/<b></a>", "<a><b>x</b></a>", SAFE),
    (
        "<a>\n<r><b>1<b>2</b><b/></r>\n<r><b/><b>3</b><b/></r>\n</a>",
        "<a>\n<r><b>1</b><b>2</b><b/></r>\n<r><b/><b>3</b><b/></r>\n</a>",
        None,
    ),
    # another character, or a letter that slipped out
    ("<a>\n  <b>x</b}\n</a>", "<a>\n  <b>x</b>\n</a>", SAFE),
    ("<a>\n  <b)\n   <c/></b>\n</a>", "<a>\n  <b>\n   <c/></b>\n</a>", SAFE),
    ("<a><b&gt;x</b></a>", "<a><b>x</b></a>", SAFE),
    ("<a>\n  (b>x</b>\n</a>", "<a>\n  <b>x</b>\n</a>", SAFE),
    ("<a>&lt;b>x</b></a>", "<a><b>x</b></a>", SAFE),
    ("<a><b>x<.b></a>", "<a><b>x</b></a>", SAFE),
    ("<a><-b>x</b></a>", "<a><b>x</b></a>", SAFE),
    ("<a><bee>x<b/ee></a>", "<a><bee>x</bee></a>", SAFE),
    ("<a><be>e12</bee></a>", "<a><bee>12</bee></a>", UNSAFE),
    ("<a>\n b<ee>x</bee></a>", "<a>\n <bee>x</bee></a>", SAFE),
    ("<a>\n<b>${c>\n<b>${d}</b>\n</a>", "<a>\n<b>${c}</b>\n<b>${d}</b>\n</a>", SAFE),
    ("<a><b>&lt;c&gt;d</c></b></a>", "<a><b><c>d</c></b></a>", SAFE),
    ("<a><b><c>d&lt;/c&gt;</b></a>", "<a><b><c>d</c></b></a>", SAFE),
    # brackets that are doubled on both sides
    ("<r><<b>>5<</b>> and <<i>>x<</i>></r>", "<r><b>5</b> and <i>x</i></r>", SAFE),
    ("<r><x>5</x><y>see <<x>> here</y></r>", "<r><x>5</x><y>see &lt;&lt;x>> here</y></r>", UNSAFE),
    # tags without an end in one line, each with text
    ("<r><item>one<note>two</r>", "<r><item>one&lt;note>two</item></r>", UNSAFE),
    # a start tag twice, which may begin an element in its like
    ("<s><g><g><p/></g></s>", "<s><g><p/></g></s>", UNSAFE),
    # words that speak of tags
    (
        "<a><bee>1</bee><c>text</c><c>the <bee> tag</c></a>",
        "<a><bee>1</bee><c>text</c><c>the &lt;bee> tag</c></a>",
        UNSAFE,
    ),
    (
        "<a><b>1</b><c>text</c><c>the </b> tag</c></a>",
        "<a><b>1</b><c>text</c><c>the &lt;/b> tag</c></a>",
        UNSAFE,
    ),
    ("<a><c>http://<host>:<port>/</c></a>", "<a><c>http://&lt;host>:&lt;port>/</c></a>", None),
    # a start tag
    ("<a>\n <b>x</b>\n <b>y</b>\n </c>z</c>\n</a>", "<a>\n <b>x</b>\n <b>y</b>\n <c>z</c>\n</a>", SAFE),
    ("<a>\n<a>\n <b>x</b>\n</a>\n", "<a>\n <b>x</b>\n</a>\n", None),
    ("<a>\n zname>\n  <b/>\n </name>\n</a>", "<a>\n <name>\n  <b/>\n </name>\n</a>", UNSAFE),
    (
        "<a>\n <b>\n  <d>x</d>\n </b>\n  <e>y</e>\n  <e>z</e>\n </c>\n</a>",
        "<a>\n <b>\n  <d>x</d>\n </b>\n <c>\n  <e>y</e>\n  <e>z</e>\n </c>\n</a>",
        None,
    ),
    # an end tag too many
    ("<a><b>x</b></b></a>", "<a><b>x</b></a>", SAFE),
    ("<a>\n<b>x <i>y</i></b>\n</i>).</b>\n<b>z</b>\n</a>", "<a>\n<b>x <i>y</i></b>\n<b>z</b>\n</a>", UNSAFE),
    ("<a><b/>x</b></a>", "<a><b>x</b></a>", None),
    ("<p><i>a</i><i>b</i></p></i>", "<p><i>a</i><i>b</i></p>", None),
    # what is left of an element that stands whole behind it, or one that lacks its end tag
    (
        "<a>\n<b>\n <c>1</c> x y\n</b>\n<b><c>1</c> x y\n<b>\n <c>1</c> x y\n</b>\n</a>",
        "<a>\n<b>\n <c>1</c> x y\n</b>\n<b><c>1</c> x y</b>\n<b>\n <c>1</c> x y\n</b>\n</a>",
        UNSAFE,
    ),
    # but not where its attributes say that it is another one
    (
        "<a>\n<b d='1'>\n <c>x y z</c>\n<b d='2'>\n <c>x y z</c>\n</b>\n</a>",
        "<a>\n<b d='1'>\n <c>x y z</c>\n</b>\n<b d='2'>\n <c>x y z</c>\n</b>\n</a>",
        SAFE,
    ),
    # an order
    ("<a><b><c>x</b></c></a>", "<a><b><c>x</c></b></a>", SAFE),
    ("<a>\n  <c>\n <b>\n  x</c>\n </b>\n</a>", "<a>\n  <b>\n <c>\n  x</c>\n </b>\n</a>", SAFE),
    ("<a>\n<b>x\n<c d='e'>\n</b>\ny</c>\n</a>", "<a>\n<b>x\n</b>\n<c d='e'>\ny</c>\n</a>", SAFE),
    ("<a><b>x<i>y</b>z</i></a>", "<a><b>x<i>y</i></b>z</a>", UNSAFE),
    # the end of the document
    ("<a><b><a><b>x", "<a><b><a><b>x</b></a></b></a>", UNSAFE),
    ("<a>\n  <b>\n    <c>x</c>\n", "<a>\n  <b>\n    <c>x</c>\n  </b>\n</a>\n", SAFE),
    (
        "<a>\n<l>\n <i>1</i>\n</l>\n<p>y\n<l>\n <i>1</i>\n</l>\n<l>\n <i>2</i>\n <i>3",
        "<a>\n<l>\n <i>1</i>\n</l>\n<p>y\n<l>\n <i>1</i>\n</l>\n<l>\n <i>2</i>\n <i>3</i>\n</l></p>\n</a>",
        None,
    ),
    (
        "<a>\n <s>\n  <t>1</t>\n </s>\n <s>\n  <t>2</t>\n <s>\n  <t>3</t>\n </s>\n <s>\n  <t>4",
        "<a>\n <s>\n  <t>1</t>\n </s>\n <s>\n  <t>2</t>\n </s>\n <s>\n  <t>3</t>\n </s>\n <s>\n  <t>4</t>\n </s>\n</a>",
        None,
    ),
    # a bracket
    ("<a><b>x/b></a>", "<a><b>x</b></a>", SAFE),
    ("<a>\n b c='d'>x</b></a>", "<a>\n <b c='d'>x</b></a>", SAFE),
    ("<a>[b c='d']x</b></a>", "<a><b c='d'>x</b></a>", SAFE),
    ("<a><b>x[/b]</a>", "<a><b>x</b></a>", SAFE),
]

test_a_fault_is_found_at_its_place = finding(FOUND)

test_a_fault_is_mended = mending(MENDED)


@pytest.mark.parametrize(
    ("line", "sound"),
    [
        ("<l><a>x</a><q>2</l>\n", "<l><a>x</a><q>2</q></l>\n"),
        ("<l><a>x</a></q></l>\n", "<l><a>x</a></l>\n"),
        ("<l><aisle>x</asile></l>\n", "<l><aisle>x</aisle></l>\n"),
        ("<l><a><b>x</a></b></l>\n", "<l><a><b>x</b></a></l>\n"),
    ],
)
def test_of_very_many_only_the_first_are_read_and_the_others_wait_for_the_next_round(
    line: str, sound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tag_faults, "MOST_READ", 10)
    text = f"<r>\n<l><a>x</a></l>\n<l><aisle/></l>\n{line * 25}</r>"
    found = analyse(Document(text))
    assert [bool(fault.readings) for fault in found] == [True] * 10 + [False] * 15
    assert len({fault.code for fault in found}) == 1
    assert mended(text)[0] == text.replace(line, sound)


def test_unequal_tags_far_behind_are_told_with_both_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tag_faults, "MOST_READ", 10)
    found = analyse(Document("<r>\n" + "<aisle>x</asile>\n" * 25 + "</r>"))
    assert {(fault.name, fault.value, fault.other_note) for fault in found} == {
        ("aisle", "asile", '"aisle" opened here')
    }


def test_what_is_open_at_the_end_is_closed_however_much_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tag_faults, "MOST_READ", 10)
    assert mended("<r>\n" + "<a>x\n" * 25)[0] == "<r>\n" + "<a>x\n" * 24 + "<a>x" + "</a>" * 25 + "\n</r>\n"
