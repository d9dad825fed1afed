"""Attributes without quotation marks, equals sign, space or value: how their values may be read."""

from __future__ import annotations

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from ..conftest import Found, Mended, finding, mending

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: Found = [
    ("<a b=c/>", [("unquoted-attribute", "c")]),
    ("<a b='c><d/></a>", [("unclosed-attribute-value", "'c")]),
    ("<a b=\u201cc\u201d/>", [("wrong-quotes", "\u201cc\u201d")]),
    ("<a b/>", [("attribute-without-value", "b")]),
    ("<a b='1<2'/>", [("less-than-in-attribute", "<")]),
    ("<a b='c'd='e'/>", [("missing-space", "d")]),
]
# a document, what it becomes, and how sure that is
MENDED: Mended = [
    ("<a b=c/>", '<a b="c"/>', SAFE),
    ("<a b/>", '<a b="b"/>', UNSAFE),
    ('<a b=\u201cc "d" e\u201d f=\u201cg\u201d/>', '<a b="c &quot;d&quot; e" f="g"/>', None),
    ("<a b='c'd/>", "<a b='cd'/>", SAFE),
    ('<a b="x ("y", "z")">1</a>', '<a b="x (&quot;y&quot;, &quot;z&quot;)">1</a>', SAFE),
    ('<a b=""c"/>', '<a b="c"/>', SAFE),
    ('<a b="{"c": ["d", 1]}"/>', '<a b="{&quot;c&quot;: [&quot;d&quot;, 1]}"/>', SAFE),
    ('<a b="c d=""/>', '<a b="c" d=""/>', SAFE),
    ('<a b="5" 6""/>', '<a b="5" _6=""/>', UNSAFE),
    # a value that goes on behind its quotation mark
    ('<a b="$c != 0" and d>x</a>', '<a b="$c != 0 and d">x</a>', UNSAFE),
    ("<a b=\"c = 'd'\"\n or c = 'e'\">x</a>", "<a b=\"c = 'd'\n or c = 'e'\">x</a>", UNSAFE),
    ('<a b="John" Smith"/>', '<a b="John Smith"/>', UNSAFE),
    ('<a b="a 19" monitor"/>', '<a b="a 19&quot; monitor"/>', UNSAFE),
    # words without quotation marks: whether the second is an attribute is for the others of the document to say
    ('<a b=old mill c="d"/>', '<a b="old mill" c="d"/>', UNSAFE),
    ('<x><a b=old mill c="d"/><a mill="e"/></x>', '<x><a b="old" mill="mill" c="d"/><a mill="e"/></x>', None),
    ("<a b=old selected>x</a>", '<a b="old" selected="selected">x</a>', None),
    ("<a b={c}/>", '<a b="c"/>', UNSAFE),
    ('<a b="$(c) < 3 and d"/>', '<a b="$(c) &lt; 3 and d"/>', SAFE),
    ('<a b="c <= 3"/>', '<a b="c &lt;= 3"/>', SAFE),
]

test_a_fault_is_found_at_its_place = finding(FOUND)

test_a_fault_is_mended = mending(MENDED)
