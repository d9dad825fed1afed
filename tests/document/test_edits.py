"""Edits: text outside them survives, conflicts are refused, places can be traced back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_servers.xml_troubleshooter.document.edits import Edit, EditConflictError, JointEdits, apply
from mcp_servers.xml_troubleshooter.document.way_back import OffsetMap


@st.composite
def text_and_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(st.text("abc", max_size=30))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    return text, [Edit(start, end, draw(st.text("XYZ", max_size=3))) for start, end in spans]


@given(text_and_edits())
def test_text_outside_the_edits_survives(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    kept = list(text)
    for edit in edits:
        kept[edit.start : edit.end] = [""] * (edit.end - edit.start)
    assert "".join(each for each in apply(text, edits) if each in "abc") == "".join(kept)


@given(text_and_edits(), st.integers(0, 60))
def test_a_kept_character_is_traced_back_to_where_it_stood(case: tuple[str, list[Edit]], at: int) -> None:
    text, edits = case
    after = apply(text, edits)
    if at < len(after) and after[at] in "abc":
        assert text[OffsetMap(text, edits).origin(at)] == after[at]


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(0, 3, "x"), Edit(2, 4, "y")],
        [Edit(0, 9, "x")],
        [Edit(1, 4, "x"), Edit(2, 2, "y")],
    ],
)
def test_edits_that_overlap_or_lie_outside_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(EditConflictError):
        apply("abcde", edits)


def test_insertions_at_one_place_keep_their_order() -> None:
    assert apply("ab", [Edit(1, 1, "</x>"), Edit(1, 1, "</y>")]) == "a</x></y>b"


GROUPS = {
    "others share characters": ([Edit(2, 5, "x")], [Edit(4, 6, "y")], False, False),
    "others lie side by side": ([Edit(2, 5, "x")], [Edit(0, 2, ""), Edit(5, 6, "y")], True, True),
    "one lies around others": ([Edit(2, 3, ""), Edit(4, 5, "")], [Edit(1, 6, "x")], False, False),
    "an insertion within": ([Edit(2, 5, "x")], [Edit(3, 3, "y")], False, False),
    "an insertion at a border": ([Edit(2, 5, "x")], [Edit(2, 2, "y"), Edit(5, 5, "z")], True, True),
    "around an insertion": ([Edit(3, 3, "x")], [Edit(2, 5, "y")], False, False),
    "insertions at one place": ([Edit(3, 3, "x")], [Edit(3, 3, "y")], True, True),
    "an equal edit": ([Edit(2, 5, "x"), Edit(7, 7, "x")], [Edit(2, 5, "x"), Edit(7, 7, "x")], False, True),
    "insertions in any order": ([Edit(3, 3, "b"), Edit(3, 3, "a")], [Edit(3, 3, "a")], False, True),
    "an insertion made twice": ([Edit(2, 5, "x")], [Edit(6, 6, "y"), Edit(6, 6, "y")], True, True),
    "edits of one group share characters": ([], [Edit(2, 5, "x"), Edit(3, 6, "y")], False, False),
}


@pytest.mark.parametrize(("first", "second", "apart", "shared"), GROUPS.values(), ids=GROUPS)
def test_a_group_of_edits_is_taken_whole_or_not_at_all(
    first: list[Edit], second: list[Edit], apart: bool, shared: bool
) -> None:
    for admitted, joint in ((apart, JointEdits()), (shared, JointEdits(shared=True))):
        assert joint.admit(first)
        assert joint.admit(second) == admitted
        if not admitted:  # nothing of it is left behind
            rest = [edit for edit in second if edit not in first][:1]
            assert joint.admit(rest) == JointEdits(first).admit(rest)
