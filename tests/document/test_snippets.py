"""What a person knows a place of a document by."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.snippets import snippets

PLACES = [
    ("<a><b>Tea</b><c>2.50</c></a>", "<c>", "Tea, 2.50"),
    # what a neighbour holds is no name of a place that holds nothing itself
    ("<a><b><c>db.example.com</c></b><d level='loud'/></a>", "loud", "<d level='loud'/>"),
    ("<a><n>x</n><d level='loud'/></a>", "loud", "<d level='loud'/>"),
    ("<a><b><c>db.example.com</c></b><d/></a>", "<d", "<d/>"),
    # tags that do not pair are no reason to say nothing
    ("<a>\n  <b>Tea</c>\n</a>", "</c>", "<a> <b>Tea</c> </a>"),
]


@pytest.mark.parametrize(("text", "place", "known_by"), PLACES)
def test_a_place_is_known_by_what_stands_around_it(text: str, place: str, known_by: str) -> None:
    assert snippets(Document.from_text(text), [text.index(place), -1]) == [known_by, ""]


def test_a_place_of_a_document_that_is_not_well_formed_is_known_by_its_line() -> None:
    text = "<row>\n<mean depth>31</mean depth>\n</row>"
    (shown,) = snippets(Document.from_text(text), [text.index("31")])
    assert "31" in shown
