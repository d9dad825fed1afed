"""Slips of the pen, of conversions and of programs: one table a kind, of what is broken and what was meant."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.loop.consent import grade
from mcp_servers.xml_troubleshooter.loop.proposal import Safety
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.schemas.plan import Plan

# beyond doubt
SAFE = {
    "other characters in place of quotation marks": [
        ("<a>\n <b c=?d? e=?f g?/>\n</a>", '<a>\n <b c="d" e="f g"/>\n</a>'),
        ("<a><b c='d' e=?f g?/></a>", "<a><b c='d' e=\"f g\"/></a>"),
        ("<a b=?http://c.example/d?e=1? f=?g?/>", '<a b="http://c.example/d?e=1" f="g"/>'),
        ("<a><b c=\ufffdd e\ufffd>f</b></a>", '<a><b c="d e">f</b></a>'),
        ("<a><b c=\x93d e\x94>f</b></a>", '<a><b c="d e">f</b></a>'),
        ("<a><b c=\u00e2\u20ac\u0153d e\u00e2\u20ac\x9d>f</b></a>", '<a><b c="d e">f</b></a>'),
        ("<a><b c=&ldquo;d e&rdquo;>f</b></a>", '<a><b c="d e">f</b></a>'),
        ("<a><b c=&#8220;d e&#x201D;>f</b></a>", '<a><b c="d e">f</b></a>'),
        (
            "<?xml version=?1.0? encoding=?UTF-8??><a b=?c?>d</a>",
            '<?xml version="1.0" encoding="UTF-8"?><a b="c">d</a>',
        ),
    ],
    "an end tag without its beginning": [
        ("<a><b>c 2.0b></a>", "<a><b>c 2.0</b></a>"),
        (
            "<a>\n  <step>Mix it.step>\n  <step>Knead it.</step>\n</a>",
            "<a>\n  <step>Mix it.</step>\n  <step>Knead it.</step>\n</a>",
        ),
        ("<a><b:c xmlns:b='d'>17b:c><e/></a>", "<a><b:c xmlns:b='d'>17</b:c><e/></a>"),
        ("<a><b>${c.b></a>", "<a><b>${c.b}</b></a>"),
        ("<a><p>d <b>e b> f</p></a>", "<a><p>d <b>e </b> f</p></a>"),
        (
            "<a>\n<b>\n<c>d</c>\nb>\n<b>\n<c>e</c>\n</b>\n</a>",
            "<a>\n<b>\n<c>d</c>\n</b>\n<b>\n<c>e</c>\n</b>\n</a>",
        ),
    ],
    "a character reference in another notation": [
        ("<a>M&#fc;ll</a>", "<a>M&#xfc;ll</a>"),
        ("<a b='&#E9;'>&#20AC; 5 &#1F600;</a>", "<a b='&#xE9;'>&#x20AC; 5 &#x1F600;</a>"),
        ("<a>&xE9; &#0xE9; &#U+00E9;</a>", "<a>&#xE9; &#xE9; &#x00E9;</a>"),
    ],
    "a name that a blank parts": [
        (
            "<a xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schema  Location='b c.xsd' xmlns='b'/>",
            "<a xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='b c.xsd' xmlns='b'/>",
        ),
        ('<a>\n<b wid th="1" h="2"/>\n<b width="3"/>\n</a>', '<a>\n<b width="1" h="2"/>\n<b width="3"/>\n</a>'),
        ('<a>\n<b h="2" wid\n  th="1"/>\n<b width="3"/>\n</a>', '<a>\n<b h="2" width="1"/>\n<b width="3"/>\n</a>'),
        ("<a xml ns='b' xml: lang='c'/>", "<a xmlns='b' xml:lang='c'/>"),
        ("<a xmlns: b='c' xmlns :d='e'><b:f/><d:g/></a>", "<a xmlns:b='c' xmlns:d='e'><b:f/><d:g/></a>"),
        ("<a><it em>1</it em><item>2</item></a>", "<a><item>1</item><item>2</item></a>"),
        ("<a><it em>1</item><item>2</item></a>", "<a><item>1</item><item>2</item></a>"),
        ("<a><item>1</it em><item>2</item></a>", "<a><item>1</item><item>2</item></a>"),
        ("<a><it em b='1'/><item b='2'/></a>", "<a><item b='1'/><item b='2'/></a>"),
    ],
    "a control character in a tag": [
        ("<a><na\x01me>b</na\x01me></a>", "<a><name>b</name></a>"),
        ("<a><na\x01me>b</name></a>", "<a><name>b</name></a>"),
        ("<a><name>b</na\x08me></a>", "<a><name>b</name></a>"),
        ("<a><b c\x01d='e'/\x02></a>", "<a><b cd='e'/></a>"),
        ("<a><b\x0bc='d'/><e\x0c/></a>", "<a><b c='d'/><e/></a>"),
    ],
    "neighbours that changed places": [
        ("<a><b c\"=d\" e='f'/></a>", "<a><b c=\"d\" e='f'/></a>"),
        ('<a><b c="day "e="2"/></a>', '<a><b c="day" e="2"/></a>'),
        ('<a><b c="d"T>ext</b></a>', '<a><b c="d">Text</b></a>'),
        (
            "<a>\n <b>\n  <c>UPDATE d</c>\n  <cU>PDATE e</c>\n </b>\n</a>",
            "<a>\n <b>\n  <c>UPDATE d</c>\n  <c>UPDATE e</c>\n </b>\n</a>",
        ),
        ("<a><b><c>d</c<>/b></a>", "<a><b><c>d</c></b></a>"),
        ("<a><b<>c>d</c></b></a>", "<a><b><c>d</c></b></a>"),
        ("<a><name>b<n/ame><name>c</nme></a>", "<a><name>b</name><name>c</name></a>"),
        ('<a>\n <b c="d" >/\n</a>', '<a>\n <b c="d" />\n</a>'),
        ('<a>\n <b c="d/f/">\n <b c="e/"/>\n</a>', '<a>\n <b c="d/f/"/>\n <b c="e/"/>\n</a>'),
        ("<a>\n <nameX>Xavier</name>\n <name/>\n</a>", "<a>\n <name>Xavier</name>\n <name/>\n</a>"),
        (
            "<a>\n <b>1</b>\n <c>\n  <b>2</b>\n /<c>\n <c/>\n</a>",
            "<a>\n <b>1</b>\n <c>\n  <b>2</b>\n </c>\n <c/>\n</a>",
        ),
    ],
    "a letter typed twice that the text begins with": [
        ("<a><color>red</colorr></a>", "<a><color>red</color></a>"),
    ],
    "two slips in one element": [
        ("<a>\n n<ame>b/name>\n</a>", "<a>\n <name>b</name>\n</a>"),
        ("<a>\n <mmodule>b/module>\n</a>", "<a>\n <module>b</module>\n</a>"),
        ("<a>\n <date1.5-B</date\n</a>", "<a>\n <date>1.5-B</date>\n</a>"),
        ("<a>\n <ctyZurich<//cty>\n</a>", "<a>\n <cty>Zurich</cty>\n</a>"),
        (
            "<a>\n <item x='1'>\n  <b/>\n </item>\n <itm x='2'>\n  <b/>\n <item>\n</a>",
            "<a>\n <item x='1'>\n  <b/>\n </item>\n <item x='2'>\n  <b/>\n </item>\n</a>",
        ),
    ],
    "an opening mark that is lost": [
        ('<a><b c=:d:e@f:/g"/></a>', '<a><b c=":d:e@f:/g"/></a>'),
        ("<a><b c=d[@e='f']\">g</b></a>", "<a><b c=\"d[@e='f']\">g</b></a>"),
    ],
    "a key without shift": [
        ("<a>\n <b.\n  <c>d</c>\n </b>\n</a>", "<a>\n <b>\n  <c>d</c>\n </b>\n</a>"),
        ("<a><p>x <b>y</b: z</p></a>", "<a><p>x <b>y</b>: z</p></a>"),
        ("<a>\n <b>...</b.\n <c>d</c>\n</a>", "<a>\n <b>...</b>\n <c>d</c>\n</a>"),
    ],
    "what an assistant puts around a document": [
        ("Here it is:\n\n```xml\n<a>b</a>\n```\n\nDo ask if there is more.", "<a>b</a>\n"),
        ("Sure:\n<?xml version='1.0'?>\n<a>b</a>\n", "<?xml version='1.0'?>\n<a>b</a>\n"),
        ("~~~\n<a>b</a>\n~~~", "<a>b</a>\n"),
        ("`<a>b</a>`", "<a>b</a>"),
    ],
}
# only with consent; the first is the best
OPEN = {
    "what may be a slip as well as meant": [
        ("<a><b>one&lt;b></a>", "<a><b>one</b></a>"),
        ("<a><p>x (<b>y</b)> z</p></a>", "<a><p>x (<b>y</b>) z</p></a>"),
        ("<a>\n <name.alpha beta</name>\n</a>", "<a>\n <name>alpha beta</name>\n</a>"),
        ("<a>\n <item*>*/*</item>\n</a>", "<a>\n <item>*/*</item>\n</a>"),
        ("<a>\n <names>imon</name>\n</a>", "<a>\n <name>simon</name>\n</a>"),
        ('<a>\n <b c="d/">\n <b c="e"/>\n</a>', '<a>\n <b c="d"/>\n <b c="e"/>\n</a>'),
    ],
    "a letter of a name or of the text, or of a value": [
        ('<a><b c=d"ay">e</b></a>', '<a><b c="day">e</b></a>'),
        (
            "<a>\n <b>the Director</b>\n <nameD>irector</name>\n</a>",
            "<a>\n <b>the Director</b>\n <name>Director</name>\n</a>",
        ),
        ("<a>\n <nameX>avier</name>\n</a>", "<a>\n <name>Xavier</name>\n</a>"),
        ("<a><step>10</step1></a>", "<a><step>10</step></a>"),
        ("<a><b>12</b><amount>250.00</amount2></a>", "<a><b>12</b><amount>250.00</amount></a>"),
        ("<a><items>and</item></a>", "<a><item>sand</item></a>"),
        ("<p><em>x</em><emp>y</em></p>", "<p><em>x</em><em>py</em></p>"),
        ("<a><form>x</from></a>", "<a><form>x</form></a>"),
    ],
    "an attribute without its name": [
        ('<a>\n <b c="1" ="red"/>\n <b c="2" d="blue"/>\n</a>', '<a>\n <b c="1" d="red"/>\n <b c="2" d="blue"/>\n</a>'),
        ('<a>\n <b "1" d="red"/>\n <b c="2" d="blue"/>\n</a>', '<a>\n <b c="1" d="red"/>\n <b c="2" d="blue"/>\n</a>'),
        ("<a>\n <b 'x'>y</b>\n <b c='z'>y</b>\n</a>", "<a>\n <b c='x'>y</b>\n <b c='z'>y</b>\n</a>"),
        ("<a>\n <b =1>y</b>\n <b c='2' d='e'>y</b>\n</a>", "<a>\n <b c=\"1\">y</b>\n <b c='2' d='e'>y</b>\n</a>"),
        ('<a>\n <b "c">d</b>\n</a>', "<a>\n <b>d</b>\n</a>"),
    ],
    "tags inside the value of an attribute": [
        (
            '<a>\n <b c="d <e f="g"/>" h="i"/>\n</a>',
            '<a>\n <b c="d &lt;e f=&quot;g&quot;/>" h="i"/>\n</a>',
        ),
        (
            "<a>\n <b c='d <e f='g'>h</e> i'/>\n</a>",
            "<a>\n <b c='d &lt;e f=&apos;g&apos;>h&lt;/e> i'/>\n</a>",
        ),
    ],
}


def _rows(tables: dict[str, list[tuple[str, str]]]) -> list[object]:
    return [
        pytest.param(*row, id=f"{kind}: {number}") for kind, rows in tables.items() for number, row in enumerate(rows)
    ]


def mended(text: str, *, allow_unsafe: bool = False) -> str:
    """The text when the rules have nothing more to propose that may be applied."""
    document = Document.from_text(text)
    for _ in range(10):
        report = validate(document)
        proposal = propose(document, Plan(), allow_unsafe, {})
        fixes = grade(document.text, proposal.fixes)
        edits = [edit for fix in fixes if allow_unsafe or fix.safety is Safety.SAFE for edit in fix.edits]
        if report.valid or not edits:
            break
        document = document.with_text(apply(document.text, edits))
    return document.text


@pytest.mark.parametrize(("broken", "meant"), _rows(SAFE))
def test_what_is_beyond_doubt_is_mended_without_consent(broken: str, meant: str) -> None:
    assert mended(broken) == meant


@pytest.mark.parametrize(("broken", "meant"), _rows(OPEN))
def test_what_is_a_guess_waits_for_consent(broken: str, meant: str) -> None:
    assert mended(broken) == broken
    assert mended(broken, allow_unsafe=True) == meant
