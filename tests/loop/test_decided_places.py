"""What the user decided to stand somewhere, and the edits that would undo it."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.document.edits import Edit, MovedOffsets, apply
from mcp_servers.xml_troubleshooter.loop.decided_places import DecidedPlace, places_of, still_there
from mcp_servers.xml_troubleshooter.loop.proposal import Fix, Safety


@pytest.mark.parametrize(
    ("before", "after", "edit", "undone"),
    [
        ("<", "&lt;", Edit(10, 14, "<"), True),
        ("<", "&lt;", Edit(14, 14, "</"), True),
        ("<", "&lt;", Edit(15, 15, "</"), False),
        ("<", "&lt;", Edit(14, 14, "x"), False),
        ("", "<b>1</b>", Edit(13, 14, "2"), True),
        ("", "<b>1</b>", Edit(18, 18, "<c/>"), False),  # the next that is missing
        ("</b>", "", Edit(10, 10, "</b>"), True),
        ("</b>", "", Edit(10, 10, "</c>"), False),
    ],
)
def test_an_edit_that_undoes_a_decision(before: str, after: str, edit: Edit, undone: bool) -> None:
    assert DecidedPlace(10, before, after).undone_by(edit) is undone


def test_a_place_is_found_again_behind_edits_until_they_change_it() -> None:
    edits = [Edit(0, 0, "<!-- -->"), Edit(3, 4, "&lt;")]
    first = apply("<a><b</a>", edits)
    fix = Fix(edits=(edits[1],), reason="", source="rule:x", safety=Safety.UNSAFE, confidence=1.0, at=11)
    places = places_of([fix], "<a><b</a>", first, MovedOffsets(edits))
    assert [first[place.start : place.end] for place in places] == ["&lt;"]
    later = [Edit(0, 8, "")]
    places = still_there(places, second := apply(first, later), MovedOffsets(later))
    assert [second[place.start : place.end] for place in places] == ["&lt;"]
    change = [Edit(3, 7, "<")]
    assert still_there(places, apply(second, change), MovedOffsets(change)) == []
