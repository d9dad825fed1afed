"""A document that is cut off is known by where it stops, and never made whole without consent."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.syntax_verdict import faults as faults_of
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.loop.proposal import Safety
from mcp_servers.xml_troubleshooter.repair.syntax import candidates
from mcp_servers.xml_troubleshooter.wellformedness.analysis import analyse
from mcp_servers.xml_troubleshooter.wellformedness.truncation import truncation

# what a document stops with, whether that is early, and inside what
STOPS = {
    "inside a comment right behind the root's start tag": ("<a><!-- c </a>", True, "<!--"),
    "its end": ("<a><b>one</b></a>", False, ""),
    "an end tag without its bracket": ("<a><b>one</b></a", False, ""),
    "a whole element": ("<a><b>one</b>", True, ""),
    "a comment": ("<a><b>one</b><!-- two -->", False, ""),
    "an empty element": ("<a><b/>", True, ""),
    "a word": ("<a><b>one</b><c>tw", True, "<c>tw"),
    "a start tag": ("<a><b>one</b><c>", True, "<c>"),
    "half a start tag": ("<a><b>one</b><c id='4", True, "<c id='4"),
    "half a comment": ("<a><b>one</b><!-- two", True, "<!-- two"),
    "half a CDATA section": ("<a><b><![CDATA[one", True, "<![CDATA[one"),
}


@pytest.mark.parametrize(("text", "early", "within"), STOPS.values(), ids=STOPS)
def test_where_a_document_is_cut_off(text: str, early: bool, within: str) -> None:
    for written in (text, f"{text}\n"):
        document = Document(written)
        cut = truncation(written, [(fault.code, fault.start) for fault in analyse(document)])
        assert (cut.early, cut.within) == (early, text.index(within) if within else -1)
        if within:
            assert all(
                fix.safety is Safety.UNSAFE for ways in candidates(document, faults_of(document)) for fix in ways
            )
