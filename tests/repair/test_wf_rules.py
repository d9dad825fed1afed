"""The rules for well-formedness: one table a rule, of what is broken and what it becomes."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.syntax import check
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.loop.proposal import Fix, Safety
from mcp_servers.xml_troubleshooter.repair.syntax import fixes
from mcp_servers.xml_troubleshooter.wellformedness.families import FAULT_KINDS

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

OUTSIDE = '<!DOCTYPE a SYSTEM "elsewhere.dtd">'

BARE_AMPERSAND = [
    ("<a>b & c</a>", "<a>b &amp; c</a>", SAFE),
    ("<a>AT&T</a>", "<a>AT&amp;T</a>", SAFE),
    ("<a>x && y</a>", "<a>x &amp;&amp; y</a>", SAFE),
    ("<a b='?c=1&d=2&copy=3'/>", "<a b='?c=1&amp;d=2&amp;copy=3'/>", SAFE),
    ("<a>&lt/b&gt;</a>", "<a>&lt;/b&gt;</a>", SAFE),
    ("<a>a &amp b</a>", "<a>a &amp; b</a>", SAFE),
    ("<a>&#8364 5</a>", "<a>&#8364; 5</a>", SAFE),
    ("<a>& quot;b& amp ;</a>", "<a>&quot;b&amp;</a>", SAFE),
    ("<a>&#03)</a>", "<a>&amp;#03)</a>", SAFE),
    ("<a>The&nbsp end</a>", "<a>The\u00a0 end</a>", SAFE),
    # a DTD that is not at hand may declare it
    (f"{OUTSIDE}<a>&vendor; and &vendor too</a>", f"{OUTSIDE}<a>&vendor; and &vendor; too</a>", SAFE),
    (f"{OUTSIDE}<a>by &vendor.</a>", f"{OUTSIDE}<a>by &vendor;.</a>", UNSAFE),
    (f"{OUTSIDE}<a b='?c=1&page=2'/>", f"{OUTSIDE}<a b='?c=1&amp;page=2'/>", SAFE),
]
WRAPPED = [
    ("&lt;a b=&quot;c&quot;/&gt;", '<a b="c"/>', None),
    ('"<a b=\\"c\\">\\n\\u00e9</a>\\n"', '<a b="c">\n\u00e9</a>\n', None),
    ('<a\nb=\\"c\\"/>', '<a\nb="c"/>', None),
    ("b'<a>\\n\\xc3\\xa9</a>\\n'", "<a>\n\u00e9</a>\n", None),
    ('"<a b=""c"">\nd</a>\n"', '<a b="c">\nd</a>\n', None),
    ('<a b=3D"c">d=\n=C3=A9</a>', '<a b="c">d\u00e9</a>', None),
    ("%3Ca+b%3D%22c%22%2F%3E", '<a b="c"/>', None),
    ("> <a>\n> \n>   b</a>\n", "<a>\n\n  b</a>", None),
    ("1\t<a>\n2\t b\n3\t</a>\n", "<a>\n b\n</a>", None),
    (
        "2024-05-01 12:00:01,001 INFO - <a>\n2024-05-01 12:00:01,001 INFO -  b\n2024-05-01 12:00:01,002 INFO - </a>",
        "<a>\n b\n</a>",
        None,
    ),
    ("PGEgYj0iYyI+w6k8L2E+", '<a b="c">\u00e9</a>', None),
]
UNDEFINED_ENTITY = [
    ("<a>&eacute;&ndash;&hearts;</a>", "<a>\u00e9\u2013\u2665</a>", SAFE),
    ("<a b='&nbsp;'/>", "<a b='\u00a0'/>", SAFE),
    ("<a>&LT;&Amp;</a>", "<a>&lt;&amp;</a>", SAFE),
    ("<a>&unheard;</a>", "<a>&amp;unheard;</a>", UNSAFE),
    ("<!DOCTYPE a [<!ENTITY own 'x'>]><a>&OWN;</a>", "<!DOCTYPE a [<!ENTITY own 'x'>]><a>&own;</a>", SAFE),
]
CHARACTER_REFERENCE = [
    ("<a>b&#0;c&#x1F;d</a>", "<a>bcd</a>", SAFE),
    ("<a>&#xD83D;&#xDE00;</a>", "<a>&#x1F600;</a>", SAFE),
    ("<a>&#X41;</a>", "<a>&#x41;</a>", SAFE),
]
INVALID_CHARACTER = [
    ("<a>\x1b[36mb\x1b[0m</a>", "<a>b</a>", None),
    ("<a>in\x0bvoice</a>", "<a>invoice</a>", SAFE),
    ("<a b='\x02'/>", "<a b=''/>", SAFE),
    ("<a>\x00</a>", "<a></a>", SAFE),
    ("<a>b &am\x1fp; c</a>", "<a>b &amp; c</a>", SAFE),
]
ENCODING = [
    ("<a>M\udcfcller \udc805</a>", "<a>M\u00fcller \u20ac5</a>", SAFE),
    (
        "<a>\udca1Ol\udce9! \udcabCaf\udce9\udcbb S\udce3o</a>",
        "<a>\u00a1Ol\u00e9! \u00abCaf\u00e9\u00bb S\u00e3o</a>",
        SAFE,
    ),
    ("<a>\udca3ukasz</a>", "<a>\u0141ukasz</a>", UNSAFE),
    ("<a>M\udc81ller</a>", "<a>M\u00fcller</a>", UNSAFE),
    ("<a>word\udce2\udc80 x</a>", "<a>word\u00e2\u20ac x</a>", UNSAFE),
    ("<?xml version='1.0' encoding='437'?><a/>", '<?xml version="1.0" encoding="UTF-8"?><a/>', SAFE),
    ("<a>\udc93quoted\udc94</a>", "<a>\u201cquoted\u201d</a>", SAFE),
    ("<?xml version='1.0' encoding='UTF-16'?><a/>", "<?xml version='1.0' encoding='UTF-8'?><a/>", SAFE),
    ("<?xml version='1.0' encoding='utf_8'?><a/>", "<?xml version='1.0' encoding='UTF-8'?><a/>", SAFE),
    (
        "<a>" + "\udccf\udcf0\udce8\udce2\udce5\udcf2 " * 3 + "</a>",
        "<a>" + "\u041f\u0440\u0438\u0432\u0435\u0442 " * 3 + "</a>",
        UNSAFE,
    ),
]
DECLARATION = [
    ("\n\n<?xml version='1.0'?><a/>", "<?xml version='1.0'?><a/>", SAFE),
    ("<?xml encoding='UTF-8' version='1.0'?><a/>", '<?xml version="1.0" encoding="UTF-8"?><a/>', SAFE),
    ("<?xml version='1.0' standalone='true'?><a/>", '<?xml version="1.0" standalone="yes"?><a/>', SAFE),
    ("<?xml version='1.0'><a/>", '<?xml version="1.0"?><a/>', SAFE),
    ("<?XML version='1.0'?><a/>", '<?xml version="1.0"?><a/>', SAFE),
    ("?xml version='1.0'?><a/>", "<?xml version='1.0'?><a/>", SAFE),
    ("<?xml version='1.0'?>\n<?xml version='1.0'?>\n<a/>", "<?xml version='1.0'?>\n<a/>", SAFE),
    ("<!-- c -->\n<?xml version='1.0'?>\n<a/>", "<?xml version='1.0'?>\n<!-- c -->\n<a/>", SAFE),
    ("<!doctype a>\n<a/>", "<!DOCTYPE a>\n<a/>", SAFE),
]
OUTSIDE_ROOT = [
    ("```xml\n<a/>\n```\n", "<a/>\n\n", SAFE),
    ("\u00ef\u00bb\u00bf<?xml version='1.0'?><a/>", "<?xml version='1.0'?><a/>", SAFE),
    ("Here it is:\n<?xml version='1.0'?><a/>", "<?xml version='1.0'?><a/>", UNSAFE),
    ("<a/>\nend of file", "<a/>\n", UNSAFE),
    ("<a>x</a>\n<a>x</a>\n", "<a>x</a>\n", SAFE),
    ("<a>x</a>\n<b>y</b>\n", "<a>x</a>\n", UNSAFE),
    ('"<a b=\\"c\\">x\\n<d e=\\"f\\"/></a>"', '<a b="c">x\n<d e="f"/></a>', SAFE),
    ("&lt;a b=&quot;c&quot;&gt;x &amp;amp; y&lt;/a&gt;", '<a b="c">x &amp; y</a>', SAFE),
]
END_TAG = [
    # a name
    ("<a><bee>x</beee></a>", "<a><bee>x</bee></a>", None),
    ("<a>\n  <street>x</stret>\n</a>", "<a>\n  <street>x</street>\n</a>", UNSAFE),
    ("<a b='an address'><adress>x</address></a>", "<a b='an address'><address>x</address></a>", SAFE),
    ("<r><p>x</p><w>x <i>y</i> z</p></r>", "<r><p>x</p><p>x <i>y</i> z</p></r>", None),
    ("<a><bee>y</bee><beee>x</bee></a>", "<a><bee>y</bee><bee>x</bee></a>", SAFE),
    ("<a><Bee>x</bee></a>", "<a><Bee>x</Bee></a>", None),
    ("<a><b>x</></a>", "<a><b>x</b></a>", None),
    # an end tag that is missing
    ("<a>\n  <b>x\n  <c>y</c>\n</a>", "<a>\n  <b>x</b>\n  <c>y</c>\n</a>", SAFE),
    ("<a>\n  <b>\n    <c>y</c>\n</a>", "<a>\n  <b>\n    <c>y</c>\n  </b>\n</a>", SAFE),
    ("<a>\n  <b>\n    <c/>\n  \n  <d/>\n</a>", "<a>\n  <b>\n    <c/>\n  </b>\n  <d/>\n</a>", SAFE),
    ("<ul><li>x</li><li>y<li>z</li></ul>", "<ul><li>x</li><li>y</li><li>z</li></ul>", SAFE),
    ("<a>x<br>y</a>", "<a>x<br/>y</a>", None),
    ("<r>\n <m>\n  <m>\n  <m/>\n </m>\n</r>", "<r>\n <m>\n  <m/>\n  <m/>\n </m>\n</r>", None),
    ("<a>Set<T> of <b>T</b></a>", "<a>Set&lt;T> of <b>T</b></a>", SAFE),
    ("<a>\n <b>\n  <c>\n   <d/>\n  \n</a>", "<a>\n <b>\n  <c>\n   <d/>\n  </c>\n </b>\n</a>", SAFE),
    (
        "<a>\n <b>\n  <c>\n   <d>x</d>\n  \n <e>y</e>\n</a>",
        "<a>\n <b>\n  <c>\n   <d>x</d>\n  </c>\n </b>\n <e>y</e>\n</a>",
        SAFE,
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
    # a slash
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
    ("<a><b>the <i>old<i> way</b></a>", "<a><b>the <i>old</i> way</b></a>", SAFE),
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
    ("<a><be>e12</bee></a>", "<a><bee>12</bee></a>", SAFE),
    ("<a>\n b<ee>x</bee></a>", "<a>\n <bee>x</bee></a>", SAFE),
    ("<a>\n<b>${c>\n<b>${d}</b>\n</a>", "<a>\n<b>${c}</b>\n<b>${d}</b>\n</a>", SAFE),
    ("<a><b>&lt;c&gt;d</c></b></a>", "<a><b><c>d</c></b></a>", SAFE),
    ("<a><b><c>d&lt;/c&gt;</b></a>", "<a><b><c>d</c></b></a>", SAFE),
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
        "<a>\n <b>\n  <d>x</d>\n </b>\n  <c>\n  <e>y</e>\n  <e>z</e>\n </c>\n</a>",
        None,
    ),
    # an end tag too many
    ("<a><b>x</b></b></a>", "<a><b>x</b></a>", SAFE),
    ("<a><b/>x</b></a>", "<a><b>x</b></a>", None),
    ("<p><i>a</i><i>b</i></p></i>", "<p><i>a</i><i>b</i></p>", None),
    ("<a><b/></a>\nTrace in <module>\nValueError\n", "<a><b/></a>\n", UNSAFE),
    ("<a>\n<b>x</b>\n</a>\n<b>x</b>\n</a>\n", "<a>\n<b>x</b>\n</a>\n", UNSAFE),
    ("<!DOCTYPE a SYSTEM 'b'>\n<c/>\n<d/>\n", "<!DOCTYPE a SYSTEM 'b'>\n<a>\n<c/>\n<d/>\n</a>\n", SAFE),
    # an order
    ("<a><b><c>x</b></c></a>", "<a><b><c>x</c></b></a>", SAFE),
    ("<a>\n  <c>\n <b>\n  x</c>\n </b>\n</a>", "<a>\n  <b>\n <c>\n  x</c>\n </b>\n</a>", SAFE),
    ("<a>\n<b>x\n<c d='e'>\n</b>\ny</c>\n</a>", "<a>\n<b>x\n</b>\n<c d='e'>\ny</c>\n</a>", SAFE),
    ("<a><b>x<i>y</b>z</i></a>", "<a><b>x<i>y</i></b>z</a>", SAFE),
    # the end of the document
    ("<a><b><a><b>x", "<a><b><a><b>x</b></a></b></a>", SAFE),
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
UNBOUND_PREFIX = [
    (
        "<a xsi:nil='true'/>",
        "<a xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil='true'/>",
        SAFE,
    ),
    ("<a><b xmlns:p='urn:p'/><p:c/></a>", "<a xmlns:p=\"urn:p\"><b xmlns:p='urn:p'/><p:c/></a>", SAFE),
    ("<a xmlns:inv='urn:i'><inv:b/><inw:c/></a>", "<a xmlns:inv='urn:i'><inv:b/><inv:c/></a>", UNSAFE),
]
DUPLICATES = [
    ("<a b='c' d='e' b='c'/>", "<a b='c' d='e'/>", SAFE),
    ("<a b='c' b='d'/>", "<a b='c'/>", UNSAFE),
    ("<a xml:id='x'><b xml:id='x'/></a>", "<a xml:id='x'><b xml:id='x-2'/></a>", UNSAFE),
    ("<a><b xml:id='x'>1</b>\n<b xml:id='x'>1</b></a>", "<a><b xml:id='x'>1</b></a>", UNSAFE),
    ("<a><b xml:id='x'>1</b><b xml:id='x'>2</b></a>", "<a><b xml:id='x'>1</b><b xml:id='x-2'>2</b></a>", UNSAFE),
]
NAMESPACE_VALUE = [
    ("<a xmlns=' urn:x '/>", "<a xmlns='urn:x'/>", SAFE),
    ("<a xmlns:b=''/>", "<a/>", SAFE),
]
FORM = [
    ("<a b=c/>", '<a b="c"/>', SAFE),
    ("<a b/>", '<a b="b"/>', UNSAFE),
    ("<a><b c='d'</b></a>", "<a><b c='d'></b></a>", SAFE),
    ("<a>1 < 2</a>", "<a>1 &lt; 2</a>", SAFE),
    ("<a>x]]>y</a>", "<a>x]]&gt;y</a>", SAFE),
    ("<a><![CDATA[x]]>]]></a>", "<a><![CDATA[x]]></a>", UNSAFE),
    ("<a><![CDATA[<![CDATA[x]]>]]></a>", "<a><![CDATA[x]]></a>", UNSAFE),
    ("<a><![CDATA[<b><![CDATA[x]]></b>]]></a>", "<a><![CDATA[<b><![CDATA[x]]>]]&gt;<![CDATA[</b>]]></a>", SAFE),
    ("<a>x]]></a>", "<a>x</a>", UNSAFE),
    ("<a><![CDTA[x & y]]></a>", "<a><![CDATA[x & y]]></a>", SAFE),
    ("<a>a Class<?> b</a>", "<a>a Class&lt;?> b</a>", SAFE),
    ("<a><?b c='d'>x</b></a>", "<a><b c='d'>x</b></a>", SAFE),
    ("<a b+'c'/>", "<a b='c'/>", SAFE),
    ('<a b=\u201cc "d" e\u201d f=\u201cg\u201d/>', '<a b="c &quot;d&quot; e" f="g"/>', None),
    ("<a b='c'd/>", "<a b='cd'/>", SAFE),
    ('<a b="x ("y", "z")">1</a>', '<a b="x (&quot;y&quot;, &quot;z&quot;)">1</a>', SAFE),
    ("<!DOCTYPE a PUBLIC -//b c//EN\" 'd'><a/>", '<!DOCTYPE a PUBLIC "-//b c//EN" "d"><a/>', SAFE),
    ("<!--\nb\nc\n\n<a/>", "<!--\nb\nc -->\n\n<a/>", SAFE),
    ("<a>\n<!-- <b>\n<!-- c -->\n<d/> </b> -->\n</a>", "<a>\n<!-- <b>\n<!- - c - ->\n<d/> </b> -->\n</a>", UNSAFE),
    ("<a>\n<<<<<<< x\n<b>\n=======\n<b >\n>>>>>>> y\n1</b></a>", "<a>\n<b>\n1</b></a>", None),
    ("<a>\n<<<<<<< x\n<b/></a>", "<a>\n<b/></a>", None),
    ("?xml version='1.0'?><!-- b --><a/>", "<?xml version='1.0'?><!-- b --><a/>", SAFE),
    ("<a>![CDATA[b c]]></a>", "<a><![CDATA[b c]]></a>", UNSAFE),
    ("<a>b <-- c --> d</a>", "<a>b <!-- c --> d</a>", SAFE),
    ("<a><b><!-- c --</b></a>", "<a><b><!-- c --></b></a>", SAFE),
    ('<a b=""c"/>', '<a b="c"/>', SAFE),
    ("<a>c <b d</a>", "<a>c &lt;b d</a>", SAFE),
    ('<a>\n<b/>\n<"b c="d"/>\n</a>', '<a>\n<b/>\n<b c="d"/>\n</a>', SAFE),
    ("!DOCTYPE a SYSTEM 'b'>\n<a/>", "<!DOCTYPE a SYSTEM 'b'>\n<a/>", SAFE),
    ("<a\n<<<<<<< x\nb='1'\n=======\nb='2'\n>>>>>>> y\n/>", "<a\nb='1'\n/>", UNSAFE),
    ("<a\u00a0b='\u00a0'/>", "<a b='\u00a0'/>", SAFE),
    ("<a\u200bb>c</a\u200bb>", "<ab>c</ab>", SAFE),
    ("<a><b c='d>'e</b></a>", "<a><b c='d'>e</b></a>", SAFE),
    ("<a b='c' <!-- d='e' --> f='g' <!-- h -->/>", "<a b='c' f='g'/>", SAFE),
    ('<a b="{"c": ["d", 1]}"/>', '<a b="{&quot;c&quot;: [&quot;d&quot;, 1]}"/>', SAFE),
    ("<a><b>1</ /b></a>", "<a><b>1</b></a>", SAFE),
    ("<a><b c='d>'\n<e/></b></a>", "<a><b c='d'>\n<e/></b></a>", SAFE),
    ('<a b="c d=""/>', '<a b="c" d=""/>', SAFE),
    ("<a>\n<na\nme>b</name></a>", "<a>\n<name>b</name></a>", SAFE),
    ("<a b={c}/>", '<a b="c"/>', UNSAFE),
    ("<a><b>1<//b></a>", "<a><b>1</b></a>", SAFE),
    ("<a><!-- b -- c --></a>", "<a><!-- b - - c --></a>", SAFE),
    ("<a>\n<!-- b>\n <!-- c>1</c -->\n</b -->\n</a>", "<a>\n<!-- b>\n <!- - c>1</c - ->\n</b -->\n</a>", SAFE),
    ("<a>\n<<<<<<< x\n<b>1</b>\n=======\n<b>2</b>\n>>>>>>> y\n</a>", "<a>\n<b>1</b>\n</a>", UNSAFE),
    ("<a>\n<<<<<<< x\n<b>1</b>\n=======\n <b>1</b>\n>>>>>>> y\n</a>", "<a>\n<b>1</b>\n</a>", SAFE),
]
TABLES = {name: table for name, table in globals().items() if isinstance(table, list) and name.isupper()}
CASES = [
    pytest.param(*case, id=f"{name}-{number}") for name, table in TABLES.items() for number, case in enumerate(table)
]


def rounds(text: str) -> tuple[str, list[Fix]]:
    """The text when the rules have nothing more to say, and all their fixes."""
    document, applied = Document(text), list[Fix]()
    for _ in range(10):
        found = fixes(document, check(document))
        if not found:
            break
        applied += found
        document = document.with_text(apply(document.text, [edit for fix in found for edit in fix.edits]))
    return document.text, applied


@pytest.mark.parametrize(("broken", "mended", "safety"), CASES)
def test_a_rule_mends_what_is_broken(broken: str, mended: str, safety: Safety | None) -> None:
    text, applied = rounds(broken)
    assert text == mended
    assert check(Document(text)) == ()
    assert safety is None or {fix.safety for fix in applied} == {safety}
    assert all(fix.reason.endswith(".") and fix.source.startswith("rule:") for fix in applied)


def test_every_rule_is_in_the_tables() -> None:
    used = {fix.source for case in CASES for fix in rounds(str(case.values[0]))[1]}
    assert {f"rule:{name}" for name in (
        "bare-ampersand", "undefined-entity", "character-reference", "invalid-character", "encoding", "declaration",
        "outside-root", "end-tag", "unbound-prefix", "duplicate-attribute", "duplicate-id", "namespace-value",
        "attribute-form", "tag-form", "unescaped", "section",
    )} <= used  # fmt: skip
    assert Code.NOT_WELL_FORMED not in FAULT_KINDS


def test_a_prefix_that_nothing_explains_is_left_alone() -> None:
    document = Document("<a><unheard:b/></a>")
    assert fixes(document, check(document)) == []
