"""References: ampersands that begin none, references without an end, to no character or to no declared entity."""

from __future__ import annotations

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from ..conftest import Found, Mended, finding, mending

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: Found = [
    ("<a>&#0;&#xFFFF;</a>", [("invalid-character-reference", "&#0;"), ("invalid-character-reference", "&#xFFFF;")]),
    ("<a b='1 & 2'>3 & 4</a>", [("bare-ampersand", "&"), ("bare-ampersand", "&")]),
    ("<a>&lt x</a>", [("unterminated-reference", "&lt")]),
    ("<a>&nbsp;</a>", [("undefined-entity", "&nbsp;")]),
]
OUTSIDE = '<!DOCTYPE a SYSTEM "elsewhere.dtd">'
# a document, what it becomes, and how sure that is
MENDED: Mended = [
    ("<a>b & c</a>", "<a>b &amp; c</a>", SAFE),
    ("<a>AT&T</a>", "<a>AT&amp;T</a>", SAFE),
    ("<a>x && y</a>", "<a>x &amp;&amp; y</a>", SAFE),
    ("<a b='?c=1&d=2&copy=3'/>", "<a b='?c=1&amp;d=2&amp;copy=3'/>", SAFE),
    ("<a>b &lt=4</a>", "<a>b &lt;=4</a>", SAFE),
    ("<a>b&lt=4</a>", "<a>b&lt;=4</a>", UNSAFE),
    ("<a b='?c=1&lt=4'/>", "<a b='?c=1&amp;lt=4'/>", SAFE),
    ("<a>&lt/b&gt;</a>", "<a>&lt;/b&gt;</a>", SAFE),
    ("<a>a &amp b</a>", "<a>a &amp; b</a>", SAFE),
    ("<a>&lt;b&gt..</a>", "<a>&lt;b&gt;..</a>", SAFE),
    ("<a>&#8364 5</a>", "<a>&#8364; 5</a>", SAFE),
    ("<a>& quot;b& amp ;</a>", "<a>&quot;b&amp;</a>", SAFE),
    ("<a>Caf& #233;s, Don& #x27;t, Caf& eacute;</a>", "<a>Caf&#233;s, Don&#x27;t, Caf\u00e9</a>", SAFE),
    ("<a>B & #12; C & and; D</a>", "<a>B &amp; #12; C &amp; and; D</a>", SAFE),
    ("<a>&#XE9;</a>", "<a>&#xE9;</a>", SAFE),
    ("<a>&#03)</a>", "<a>&amp;#03)</a>", UNSAFE),
    ("<a>The&nbsp end</a>", "<a>The\u00a0 end</a>", SAFE),
    # a DTD that is not at hand may declare it
    (f"{OUTSIDE}<a>&vendor; and &vendor too</a>", f"{OUTSIDE}<a>&vendor; and &vendor; too</a>", SAFE),
    (f"{OUTSIDE}<a>by &vendor.</a>", f"{OUTSIDE}<a>by &vendor;.</a>", UNSAFE),
    (f"{OUTSIDE}<a b='?c=1&page=2'/>", f"{OUTSIDE}<a b='?c=1&amp;page=2'/>", SAFE),
    ("<a>&eacute;&ndash;&hearts;</a>", "<a>\u00e9\u2013\u2665</a>", SAFE),
    ("<a b='&nbsp;'/>", "<a b='\u00a0'/>", SAFE),
    # the document type declaration that was to say what it means stands in a comment
    ("<!-- DOCTYPE a [ %b; ]--><a>&ndash;</a>", "<!-- DOCTYPE a [ %b; ]--><a>\u2013</a>", UNSAFE),
    # another sign stands in front of the word wherever else it is
    ("<a>%n. %t, %n: %t, %n, &n. %t</a>", "<a>%n. %t, %n: %t, %n, %n. %t</a>", UNSAFE),
    ("<a>%n. %t, #n: %t, %n, &n. %t</a>", "<a>%n. %t, #n: %t, %n, &amp;n. %t</a>", SAFE),
    ("<a>&LT;&Amp;</a>", "<a>&lt;&amp;</a>", SAFE),
    ("<a>&unheard;</a>", "<a>&amp;unheard;</a>", UNSAFE),
    ("<!DOCTYPE a [<!ENTITY own 'x'>]><a>&OWN;</a>", "<!DOCTYPE a [<!ENTITY own 'x'>]><a>&own;</a>", SAFE),
    ("<a>b&#0;c&#x1F;d</a>", "<a>bcd</a>", SAFE),
    # XML 1.1 has the character
    ("<?xml version='1.1'?><a>b&#x1;</a>", "<?xml version='1.1'?><a>b</a>", UNSAFE),
    ("<?xml version='1.1'?><a>b&#0;</a>", "<?xml version='1.1'?><a>b</a>", SAFE),
    ("<a>&#xD83D;&#xDE00;</a>", "<a>&#x1F600;</a>", SAFE),
    ("<a>&#X41;</a>", "<a>&#x41;</a>", SAFE),
]

test_a_fault_is_found_at_its_place = finding(FOUND)

test_a_fault_is_mended = mending(MENDED)
