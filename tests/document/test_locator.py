"""Where the text is not what the parser has read, a verdict stands without its place."""

from __future__ import annotations

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.locator import ElementLocator


def test_elements_are_found_by_path_and_by_where_their_tags_end() -> None:
    text = "<r xmlns='u'><a/><b>x<c>1</c> y </b></r>"
    places = ElementLocator(Document.from_text(text))

    assert places.of_path("/*/*[2]/*").path == "/r/b/c"
    assert places.of_path("/*/*[2]/*[9]/@k").path == "/r/b"
    assert places.at(text.index("<c>") + 3).path == "/r/b/c"
    assert places.at(text.index("</b>") + 4).path == "/r/b"
    stray = places.at(text.index("<c>") + 3, stray=True)
    assert (stray.path, stray.stray) == ("/r/b", (text.index("x<"), text.index("x<") + 1))


def test_a_text_that_is_no_tree_has_no_places() -> None:
    places = ElementLocator(Document.from_text("<r><a></r>"))

    assert places.at(6).start == 0
    assert places.of_path("/r/a[2]").name == "a"
