"""The document type declaration: what it declares, and how it reads where it is written wrongly."""

from __future__ import annotations

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from .conftest import Found, Mended, finding, mending

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: Found = [
    ("<!doctype a><a/>", [("malformed-doctype", "<!doctype a>")]),
]
# a document, what it becomes, and how sure that is
MENDED: Mended = [
    ("<!doctype a>\n<a/>", "<!DOCTYPE a>\n<a/>", SAFE),
    ("<!DOCTYPE a PUBLIC -//b c//EN\" 'd'><a/>", '<!DOCTYPE a PUBLIC "-//b c//EN" "d"><a/>', SAFE),
    ("!DOCTYPE a SYSTEM 'b'>\n<a/>", "<!DOCTYPE a SYSTEM 'b'>\n<a/>", SAFE),
]

test_a_fault_is_found_at_its_place = finding(FOUND)

test_a_fault_is_mended = mending(MENDED)
