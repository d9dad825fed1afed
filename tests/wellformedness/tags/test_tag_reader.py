"""Tags written wrongly: missing brackets, stray characters, impossible names."""

from __future__ import annotations

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from ..conftest import Found, Mended, finding, mending

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: Found = [
    ("<a>1 < 2</a>", [("less-than-in-text", "<")]),
    ("<a><b c='d'</b></a>", [("malformed-tag", "<b c='d'")]),
    ("<a><1>x</1></a>", [("invalid-name", "1"), ("invalid-name", "1")]),
]
# a document, what it becomes, and how sure that is
MENDED: Mended = [
    ("<a><b c='d'</b></a>", "<a><b c='d'></b></a>", SAFE),
    ("<a>1 < 2</a>", "<a>1 &lt; 2</a>", SAFE),
    ("<a>1 </</a>", "<a>1 </a>", SAFE),
    ("<a><b c>1</b c></a>", "<a><b_c>1</b_c></a>", UNSAFE),
    ("<a>\n<b>1</b><\n<c>2</c>\n</a>", "<a>\n<b>1</b>\n<c>2</c>\n</a>", SAFE),
    ("<r><a><<b>>x</b></a></r>", "<r><a><b>x</b></a></r>", SAFE),
    ("<a><?b c='d'>x</b></a>", "<a><b c='d'>x</b></a>", SAFE),
    ("<a b+'c'/>", "<a b='c'/>", SAFE),
    ("<a>c <b d</a>", "<a>c &lt;b d</a>", UNSAFE),
    ('<a>\n<b/>\n<"b c="d"/>\n</a>', '<a>\n<b/>\n<b c="d"/>\n</a>', SAFE),
    ("<a><b c='d>'e</b></a>", "<a><b c='d'>e</b></a>", SAFE),
    ("<a b='c' <!-- d='e' --> f='g' <!-- h -->/>", "<a b='c' f='g'/>", SAFE),
    ("<a><b>1</ /b></a>", "<a><b>1</b></a>", SAFE),
    ("<a><b c='d>'\n<e/></b></a>", "<a><b c='d'>\n<e/></b></a>", SAFE),
    ("<a>\n<na\nme>b</name></a>", "<a>\n<name>b</name></a>", SAFE),
    # begun and left, with or without being written again
    ("<a>\n <b\n <b c='d'>1</b>\n</a>", "<a>\n <b c='d'>1</b>\n</a>", SAFE),
    ("<a>\n <b\n <c>1</c>\n</a>", "<a>\n <c>1</c>\n</a>", UNSAFE),
    ("<a>\n <b/>\n <b\n <c>1</c>\n</a>", "<a>\n <b/>\n <b></b>\n <c>1</c>\n</a>", None),
    # a bracket that slipped into the next line
    ("<a>\n<b>1</b\n<b>2</b>>\n</a>", "<a>\n<b>1</b>\n<b>2</b>\n</a>", SAFE),
    ("<a><b>1<//b></a>", "<a><b>1</b></a>", SAFE),
    ("<a>\n<na$me>b</na$me>\n<name>c</name></a>", "<a>\n<name>b</name>\n<name>c</name></a>", SAFE),
    ("<a>\n<na$me>b</name>\n</a>", "<a>\n<name>b</name>\n</a>", SAFE),
    ("<a>\n<name>b</na$me>\n</a>", "<a>\n<name>b</name>\n</a>", SAFE),
    ("<a><b$c>1</b$c></a>", "<a><b_c>1</b_c></a>", UNSAFE),
    ("<a><b nu$m='1'/><b num='2'/></a>", "<a><b num='1'/><b num='2'/></a>", SAFE),
    ("<a><b nu$m='1'/></a>", "<a><b nu_m='1'/></a>", UNSAFE),
    ("<a b= c='3'/>", "<a b=\"\" c='3'/>", UNSAFE),
]

test_a_fault_is_found_at_its_place = finding(FOUND)

test_a_fault_is_mended = mending(MENDED)
