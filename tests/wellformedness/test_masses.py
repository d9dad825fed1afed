"""What stands in a text a thousand times costs a thousand times as much, and no more."""

from __future__ import annotations

import time

import pytest

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.wellformedness.analysis import analyse

SIZE = 60_000  # characters
SECONDS = 8.0  # of processor time; what grows with the square of the size takes a minute


@pytest.mark.parametrize(
    ("begin", "again", "end"),
    [
        ("<!DOCTYPE r [", " <!-- ", ""),
        ("<r><!-- name> <!-- x --> ", "<? ", "</name --></r>"),
        ("<?xml version='1.0' encoding", " ", "?><r/>"),
        ("", "?xml ", "<r/>"),
        ("", "`", "!<r/>"),
        ("<r>", "<!-- x ", "</r>"),
        ("<r>", "<![CDATA[ x ", "</r>"),
        ("<r>", "]]>", "</r>"),
    ],
)
def test_masses_cost_time_in_proportion(begin: str, again: str, end: str) -> None:
    document = Document(begin + again * (SIZE // len(again)) + end)
    started = time.process_time()
    assert analyse(document)
    assert time.process_time() - started < SECONDS
