"""What a person knows a place of a document by."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.snippets import snippets

PLACES = [
    ("<a><b>Tea</b><c>2.50</c></a>", "<c>", "Tea, 2.50"),
    # tags that do not pair are no reason to say nothing
    ("<a>\n  <b>Tea</c>\n</a>", "</c>", "<a> <b>Tea</c> </a>"),
]


@pytest.mark.parametrize(("text", "place", "known_by"), PLACES)
def test_a_place_is_known_by_what_stands_around_it(text: str, place: str, known_by: str) -> None:
    assert snippets(Document.from_text(text), [text.index(place), -1]) == [known_by, ""]
