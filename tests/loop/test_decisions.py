"""What a person decides: an option may be named in whatever way."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.loop.decisions import by_id, edit_ids
from mcp_servers.xml_troubleshooter.loop.proposal import Option, Question

ASKED = Question(
    id="q-1", path="/a/b", needed="Which?", type="the id of an option", why="",
    options=(
        Option(id="a", value="<b>1</b>", meaning="The end tag is missing."),
        Option(id="edit-e12ab34", value="", meaning="The start tag goes."),
        Option(id="c", value="edit-e99", meaning="It goes elsewhere."),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "settled"),
    [
        ("a", "a"),
        ("A", "a"),
        (" (a) ", "a"),
        ('"a"', "a"),
        ("a)", "a"),
        ("Option A", "a"),
        ("`edit-E12AB34`", "edit-e12ab34"),
        ("the end tag is missing", "a"),
        ("<b>1</b>", "<b>1</b>"),
        ("C", "edit-e99"),
        ("edit-e99", "edit-e99"),
        ("ab", "ab"),
        ("47 11", "47 11"),
    ],
)
def test_an_option_is_understood_however_it_is_named(answer: str, settled: str) -> None:
    assert by_id({"q-1": answer}, [ASKED]) == {"q-1": settled}


def test_an_edit_is_understood_however_its_id_is_written() -> None:
    assert edit_ids(["e12ab34", " 'E12AB34' ", "edit-e12ab34", "[e12ab34]"]) == ("e12ab34",) * 4


def test_a_value_that_is_asked_for_is_taken_as_it_is_written() -> None:
    asked = Question(id="q-2", path="/a/b", needed="The value.", type="string", why="")
    assert by_id({"q-2": ' "A) '}, [asked]) == {"q-2": ' "A) '}
