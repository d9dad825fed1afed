"""Control characters and other characters that XML forbids, and those that stand for markup but may not in text."""

from __future__ import annotations

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from ..conftest import Found, Mended, finding, mending

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: Found = [
    ("<a>\x01\x02</a>", [("invalid-character", "\x01\x02")]),
    ("<a b='\x0b'/>", [("invalid-character", "\x0b")]),
]
# a document, what it becomes, and how sure that is
MENDED: Mended = [
    # inside of a code, whatever its letters
    ("<a>Z2FyY2lh\x0bLXVzLXByZXByb2Qp</a>", "<a>Z2FyY2lhLXVzLXByZXByb2Qp</a>", SAFE),
    ("<a>\x1b[36mb\x1b[0m</a>", "<a>b</a>", None),
    ("<a>\x1b]0;title\x07\x1b[2J\x1b[?25lb</a>", "<a>b</a>", None),
    ("<a>in\x0b4voice</a>", "<a>in4voice</a>", SAFE),
    ("<a>one\x0btwo</a>", "<a>onetwo</a>", UNSAFE),
    ("<a>in\x1fvoice</a>", "<a>invoice</a>", SAFE),
    ("<a>Mill.\x0cClub</a>", "<a>Mill.\nClub</a>", SAFE),
    ("<a>Mill\x0bClub</a>", "<a>Mill\nClub</a>", UNSAFE),
    ("<a b='\x02'/>", "<a b=''/>", SAFE),
    ("<a>\x00</a>", "<a></a>", SAFE),
    ("<a>b &am\x1fp; c</a>", "<a>b &amp; c</a>", SAFE),
]

test_a_fault_is_found_at_its_place = finding(FOUND)

test_a_fault_is_mended = mending(MENDED)
