"""IDs that the parser itself minds: an xml:id that is no name, or stands twice."""

from __future__ import annotations

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from ..conftest import Found, Mended, finding, mending

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: Found = [
    ("<a xml:id='x'><b xml:id='x'/></a>", [("duplicate-id", "x")]),
]
# a document, what it becomes, and how sure that is
MENDED: Mended = [
    ("<a xml:id='x'><b xml:id='x'/></a>", "<a xml:id='x'><b xml:id='x-2'/></a>", UNSAFE),
    ("<a><b xml:id='x'>1</b>\n<b xml:id='x'>1</b></a>", "<a><b xml:id='x'>1</b></a>", SAFE),
    (
        "<a>\n<b xml:id='x'>1</b>\n<c/>\n<b xml:id='x'>1</b>\n</a>",
        "<a>\n<b xml:id='x'>1</b>\n<c/>\n</a>",
        UNSAFE,
    ),
    ("<a><b xml:id='x'>1</b><b xml:id='x'>2</b></a>", "<a><b xml:id='x'>1</b><b xml:id='x-2'>2</b></a>", UNSAFE),
    # the second may be s2, or words around want both
    ("<a><b xml:id='s1'/><b xml:id='s1'/><b xml:id='s3'/></a>", "<a><b xml:id='s1'/><b xml:id='s3'/></a>", UNSAFE),
    ("<a>so <b xml:id='x'>so</b> <b xml:id='x'>so</b></a>", "<a>so <b xml:id='x'>so</b></a>", UNSAFE),
    # no name, but for a sign
    ("<a xml:id='x_y'><b xml:id='x=z'/></a>", "<a xml:id='x_y'><b xml:id='x_z'/></a>", UNSAFE),
    ("<a xml:id='3 b'/>", "<a xml:id='_3-b'/>", UNSAFE),
    # in a list that goes on, the later one is the newer
    (
        "<a>\n<b xml:id='x'>1</b>\n<b xml:id='y'>2</b>\n<b xml:id='x'>1</b>\n</a>",
        "<a>\n<b xml:id='y'>2</b>\n<b xml:id='x'>1</b>\n</a>",
        UNSAFE,
    ),
    # others of the name have IDs that repeat their text
    (
        "<a><b xml:id='oak'>Oak</b><b xml:id='red-elm'>Red elm</b><b xml:id='oak'>Ash</b></a>",
        "<a><b xml:id='oak'>Oak</b><b xml:id='red-elm'>Red elm</b><b xml:id='oak-2'>Ash</b></a>",
        UNSAFE,
    ),
    (
        "<a><b xml:id='oak'>Oak</b><b xml:id='red-elm'>Red elm</b><b xml:id='fir'>Fir</b><b xml:id='oak'>Ash</b></a>",
        "<a><b xml:id='oak'>Oak</b><b xml:id='red-elm'>Red elm</b><b xml:id='fir'>Fir</b><b xml:id='ash'>Ash</b></a>",
        UNSAFE,
    ),
    # or none: then it was copied with its element, unless something refers to it
    ("<a><b xml:id='x'>1</b><b xml:id='x'>2</b><b>3</b></a>", "<a><b xml:id='x'>1</b><b>2</b><b>3</b></a>", UNSAFE),
    (
        "<a><b xml:id='x'>1</b><b xml:id='x'>2</b><b>3</b><c to='#x'/></a>",
        "<a><b xml:id='x'>1</b><b xml:id='x-2'>2</b><b>3</b><c to='#x'/></a>",
        UNSAFE,
    ),
]

test_a_fault_is_found_at_its_place = finding(FOUND)

test_a_fault_is_mended = mending(MENDED)
