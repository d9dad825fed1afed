"""An attribute that stands twice in one tag."""

from __future__ import annotations

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from ..conftest import Found, Mended, finding, mending

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: Found = [
    ("<a b='c' b='d'/>", [("duplicate-attribute", "b='d'")]),
]
# a document, what it becomes, and how sure that is
MENDED: Mended = [
    ("<a b='c' d='e' b='c'/>", "<a b='c' d='e'/>", SAFE),
    ("<a b='c' b='d'/>", "<a b='c'/>", UNSAFE),
]

test_a_fault_is_found_at_its_place = finding(FOUND)

test_a_fault_is_mended = mending(MENDED)
