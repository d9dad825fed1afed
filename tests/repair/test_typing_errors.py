"""Slips of each kind in documents of several vocabularies: they are mended without asking, as the author had it."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import canonicalize

import pytest

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from .conftest import Repair

FOLDER = Path(__file__).with_name("typing_errors")

# of each kind: the document ("*": its schema is at hand), what stands there, and what it is broken into
SLIPS = {
    "an end tag too many": [
        (
            "payment",
            "</Amt>\n        <Cdtr>\n          <Nm>Heron",
            "</Amt>\n        </Amt>\n        <Cdtr>\n          <Nm>Heron",
        ),
        ("build", "    </plugins>\n", "    </plugins>\n    </plugin>\n"),
        ("drawing", "  </defs>\n", "  </defs>\n  </defs>\n"),
        ("stylesheet", "        </item>\n", "        </item>\n        </xsl:value-of>\n"),
    ],
    "a start tag lost": [
        ("payment", '        <Amt>\n          <InstdAmt Ccy="EUR">8', '          <InstdAmt Ccy="EUR">8'),
    ],
    'a quotation mark or "=" lost': [
        ("payment", 'Ccy="EUR">8', 'Ccy=EUR">8'),
        ("article", 'fileref="jar.png" width', 'fileref="jar.png width'),
        ("drawing", 'cx="60"', "cx=60"),
    ],
    "other quotation marks": [
        ("payment", 'Ccy="EUR">12', "Ccy=«EUR»>12"),
        ("drawing", 'r="4"', "r=`4`"),
        ("stylesheet", 'match="note"', "match='note\""),
        ("orchard", 'kind="pear"', 'kind=\\"pear\\"'),
    ],
    "a bracket lost": [
        ("payment", "<MsgId>M", "MsgId>M"),
        ("build", "<scope>test</scope>", "<scope>test</scope"),
        ("drawing", 'stroke="red"/>', 'stroke="red"/'),
        ("task", "</steps>", "/steps>"),
    ],
    "a bracket doubled": [
        ("orchard*", '</tree>\n  <tree no="3"', '</tree>>\n  <tree no="3"'),
        ("task*", "<step>\n        <cmd>Open", "<step>>\n        <cmd>Open"),
        ("feed", "</item>\n  </channel>", "<</item>\n  </channel>"),
    ],
    "a slash that closes what goes on": [
        ("payment", "<PmtId>\n          <EndToEndId>E-2", "<PmtId/>\n          <EndToEndId>E-2"),
        ("article", "<imageobject>", "<imageobject/>"),
        ("build", "<plugins>", "<plugins/>"),
        ("drawing", '<linearGradient id="sky">', '<linearGradient id="sky"/>'),
    ],
    "a start tag too many": [
        ("build", "      <plugin>\n", "      <plugin>\n      <plugin>\n"),
        ("orchard*", "    <planted>2020", "    <tree>\n    <planted>2020"),
        ("task*", "    <steps>\n", "    <steps>\n    <steps>\n"),
        ("feed*", "    <item>\n      <title>Wind", "    <item>\n    <item>\n      <title>Wind"),
    ],
    "a name parted by a blank": [
        ("payment", "<EndToEndId>E-2", "<EndTo EndId>E-2"),
        ("build", "<artifactId>slf4j", "<artifact Id>slf4j"),
        ("orchard", '</planted>\n    <yield unit="kg">9', '</plan ted>\n    <yield unit="kg">9'),
        ("task", "<uicontrol>cold", "<ui control>cold"),
    ],
    "a reference in another notation": [
        ("orchard", "&#xE9;", "&xE9;"),
        ("orchard", "&#xE9;", "&#0xE9;"),
        ("drawing", "&#x2191;", "&#u2191;"),
        ("orchard", "&#xE9;", "&#xE9"),
    ],
    "an element twice": [
        ("orchard*", "    <planted>2020</planted>\n", "    <planted>2020</planted>\n    <planted>2020</planted>\n"),
        ("feed*", "      <title>Wind</title>\n", "      <title>Wind</title>\n      <title>Wind</title>\n"),
        (
            "task*",
            "  <title>Clean the filter</title>\n",
            "  <title>Clean the filter</title>\n  <title>Clean the filter</title>\n",
        ),
    ],
    "an element misspelt": [
        ("orchard*", "<planted>2020</planted>", "<plantd>2020</plantd>"),
        ("orchard*", '<yield unit="kg">28</yield>', '<yeild unit="kg">28</yeild>'),
        ("feed*", '<guid isPermaLink="false">l-2</guid>', '<guidd isPermaLink="false">l-2</guidd>'),
        ("task*", "<cmd>Rinse the filter.</cmd>", "<Cmd>Rinse the filter.</Cmd>"),
    ],
    "an attribute misspelt": [
        ("orchard*", 'kind="pear"', 'kimd="pear"'),
        ("orchard*", 'no="3"', 'nr="3"'),
        ("orchard*", 'unit="kg">28', 'Unit="kg">28'),
        ("feed*", 'isPermaLink="false">l-2', 'isPermalink="false">l-2'),
    ],
    "a control character in a name": [
        ("payment", "<MsgId>M", "<Msg\x0bId>M"),
        ("drawing", "<circle", "<cir\x01cle"),
        ("orchard", '</planted>\n    <yield unit="kg">9', '</plan\x02ted>\n    <yield unit="kg">9'),
        ("build", "<scope>", "<sco\x7fpe>"),
    ],
    "a tag written as text": [
        ("payment", "<Nm>Heron AG</Nm>", "&lt;Nm>Heron AG</Nm>"),
        ("orchard*", "<planted>2020</planted>", "&lt;planted&gt;2020&lt;/planted&gt;"),
        ("build", "<scope>test</scope>", "<scope>test&lt;/scope>"),
        ("feed*", "<title>Wind</title>", "&lt;title>Wind</title>"),
    ],
    "a well-known prefix undeclared": [
        ("stylesheet", ' xmlns:xsl="http://www.w3.org/1999/XSL/Transform"', ""),
        ("drawing", ' xmlns:xlink="http://www.w3.org/1999/xlink"', ""),
        ("article", ' xmlns:xlink="http://www.w3.org/1999/xlink"', ""),
        ("feed", ' xmlns:dc="http://purl.org/dc/elements/1.1/"', ""),
    ],
    "neighbours that changed places": [
        (
            "orchard*",
            '    <planted>2020</planted>\n    <yield unit="kg">28</yield>\n',
            '    <yield unit="kg">28</yield>\n    <planted>2020</planted>\n',
        ),
        (
            "feed*",
            "      <title>Wind</title>\n      <link>http://example.org/wind</link>\n",
            "      <link>http://example.org/wind</link>\n      <title>Wind</title>\n",
        ),
        (
            "task*",
            "        <cmd>Rinse the filter.</cmd>\n        <info>Use <uicontrol>cold</uicontrol> water.</info>\n",
            "        <info>Use <uicontrol>cold</uicontrol> water.</info>\n        <cmd>Rinse the filter.</cmd>\n",
        ),
    ],
    "a mark between elements": [
        ("orchard*", "<planted>2020", "; <planted>2020"),
        ("orchard*", '</tree>\n  <tree no="2"', '</tree>,\n  <tree no="2"'),
        ("task*", "<steps>", "<steps>."),
        ("orchard*", "</orchard>", ">\n</orchard>"),
    ],
    "a value in another form": [
        ("orchard*", "<planted>2020<", "<planted> 2020 <"),
        ("orchard*", ">28</yield>", ">28,0</yield>"),
        ("orchard*", ">28</yield>", ">28 kg</yield>"),
        ("orchard*", 'no="3"', 'no="3."'),
    ],
}
CASES = [(kind, *slip) for kind, slips in SLIPS.items() for slip in slips]


@pytest.mark.parametrize(("kind", "document", "right", "wrong"), CASES)
def test_a_slip_is_mended_without_asking(kind: str, document: str, right: str, wrong: str, repair: Repair) -> None:
    name = document.rstrip("*")
    text = (FOLDER / f"{name}.xml").read_text("utf-8")
    schema = next(str(path) for path in FOLDER.glob(f"{name}.*") if path.suffix != ".xml") if "*" in document else ""
    broken = text.replace(right, wrong, 1)
    assert broken != text

    fixed, fixes, questions = repair(broken, schema)

    assert canonicalize(fixed, strip_text=True) == canonicalize(text, strip_text=True)
    assert all(fix.safety is Safety.SAFE for fix in fixes)
    assert not questions
