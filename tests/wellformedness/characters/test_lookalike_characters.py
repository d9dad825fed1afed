"""Characters in tags that look like blanks or like nothing."""

from __future__ import annotations

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from ..conftest import Mended, mending

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, what it becomes, and how sure that is
MENDED: Mended = [
    ("<a\u00a0b='\u00a0'/>", "<a b='\u00a0'/>", SAFE),
    ("<na\x0bme>c</name>", "<name>c</name>", SAFE),
    ("<a\u200bb>c</a\u200bb>", "<ab>c</ab>", SAFE),
]

test_a_fault_is_mended = mending(MENDED)
