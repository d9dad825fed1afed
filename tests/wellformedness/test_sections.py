"""Comments, CDATA sections and processing instructions that do not begin or end as they must."""

from __future__ import annotations

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from .conftest import Found, Mended, finding, mending

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: Found = [
    ("<a>]]></a>", [("cdata-end-in-text", "]]>")]),
    ("<a><!-- b -- c --></a>", [("malformed-comment", "<!-- b -- c -->")]),
    ("<a><![CDATA[b</a>", [("unterminated-section", "<![CDATA[b")]),
    ("<a><?b c></a>", [("malformed-instruction", "<?b c>")]),
]
# a document, what it becomes, and how sure that is
MENDED: Mended = [
    ("<a>x]]>y</a>", "<a>x]]&gt;y</a>", SAFE),
    ("<a><![CDATA[x]]>]]></a>", "<a><![CDATA[x]]></a>", UNSAFE),
    ("<a><![CDATA[<![CDATA[x]]>]]></a>", "<a><![CDATA[x]]></a>", UNSAFE),
    ("<a><![CDATA[<b><![CDATA[x]]></b>]]></a>", "<a><![CDATA[<b><![CDATA[x]]>]]&gt;<![CDATA[</b>]]></a>", UNSAFE),
    ("<a>x]]></a>", "<a>x</a>", UNSAFE),
    ("<r><a>x [y]\n]]></a></r>", "<r><a>x [y]\n</a></r>", UNSAFE),
    ("<r><a>x\n]]></a><a><![CDATA[y]]></a></r>", "<r><a><![CDATA[x\n]]></a><a><![CDATA[y]]></a></r>", UNSAFE),
    ("<a><![CDTA[x & y]]></a>", "<a><![CDATA[x & y]]></a>", SAFE),
    ("<a>a Class<?> b</a>", "<a>a Class&lt;?> b</a>", SAFE),
    ("<!--\nb\nc\n\n<a/>", "<!--\nb\nc -->\n\n<a/>", SAFE),
    ("<a>\n<!-- <b>\n<!-- c -->\n<d/> </b> -->\n</a>", "<a>\n<!-- <b>\n<!- - c - ->\n<d/> </b> -->\n</a>", UNSAFE),
    ("<a>![CDATA[b c]]></a>", "<a><![CDATA[b c]]></a>", UNSAFE),
    ("<a>b <-- c --> d</a>", "<a>b <!-- c --> d</a>", SAFE),
    ("<a><b><!-- c --</b></a>", "<a><b><!-- c --></b></a>", SAFE),
    ("<a><!-- b -- c --></a>", "<a><!-- b - - c --></a>", SAFE),
    ("<a>\n<!-- b>\n <!-- c>1</c -->\n</b -->\n</a>", "<a>\n<!-- b>\n <!- - c>1</c - ->\n</b -->\n</a>", SAFE),
]

test_a_fault_is_found_at_its_place = finding(FOUND)

test_a_fault_is_mended = mending(MENDED)
