"""What stands behind the root element, or in place of one."""

from __future__ import annotations

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from ..conftest import Found, Mended, finding, mending

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: Found = [
    ("<a/> words", [("extra-content", "words")]),
    ("<a/><b/>", [("extra-content", "<b/>")]),
]
# a document, what it becomes, and how sure that is
MENDED: Mended = [
    ("<a/>\nend of file", "<a/>\n", UNSAFE),
    ("--b\nA: c\n\n<?xml version='1.0'?><a/>\n--b--\n", "<?xml version='1.0'?><a/>\n", SAFE),
    ("<a>x</a>\n<a>x</a>\n", "<a>x</a>\n", SAFE),
    ("<a>x</a>\n<b>y</b>\n", "<a>x</a>\n", UNSAFE),
    ("<a><b/></a>\nTrace in <module>\nValueError\n", "<a><b/></a>\n", UNSAFE),
    ("<a>\n<b>x</b>\n</a>\n<b>x</b>\n</a>\n", "<a>\n<b>x</b>\n</a>\n", UNSAFE),
    ("<!DOCTYPE a SYSTEM 'b'>\n<c/>\n<d/>\n", "<!DOCTYPE a SYSTEM 'b'>\n<a>\n<c/>\n<d/>\n</a>\n", SAFE),
]

test_a_fault_is_found_at_its_place = finding(FOUND)

test_a_fault_is_mended = mending(MENDED)
