"""What a model is shown of a document, and the way back from what it was shown."""

from __future__ import annotations

import re

import pytest

from mcp_servers.xml_troubleshooter.agent.schemas import EditData
from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnostics import Diagnostic
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.model.edit_resolution import resolve
from mcp_servers.xml_troubleshooter.model.excerpt import Excerpt, ResolutionError, excerpt, fits

BUDGET = 2400


def fault(start: int, end: int = -1) -> Diagnostic:
    return Diagnostic(code=Code.INVALID_VALUE, start=start, end=max(end, start), message="m", explanation="e")


def around(text: str, *places: str, budget: int = BUDGET, lines: tuple[tuple[int, int], ...] = ()) -> Excerpt:
    starts = [text.index(place) for place in places]
    return excerpt(Document.from_text(text), [fault(start, start + 3) for start in starts], budget, lines)


def items(count: int, line_end: str = "\n") -> str:
    inner = "".join(f'  <item n="{n}">{line_end}    <v>x{n}y</v>{line_end}  </item>{line_end}' for n in range(count))
    return f"<?xml version='1.0'?>{line_end}<list xmlns='u'>{line_end}{inner}</list>{line_end}"


def test_a_small_document_is_shown_whole_with_line_numbers() -> None:
    assert around("<a>\n <b/>\n\n</a>\n", "<b").text == "    1| <a>\n    2|  <b/>\n    3| \n    4| </a>"


def test_the_heads_of_the_elements_around_a_fault_are_shown_wherever_they_are() -> None:
    text = "<root xmlns='u'>\n" + "<pad/>\n" * 500 + "<part id='7'>\n" + "<pad/>\n" * 500 + "<v>bad</v>\n</part></root>"
    shown = around(text, "bad").text
    assert "    1| <root xmlns='u'>\n   …\n" in shown
    assert "  502| <part id='7'>\n   …\n" in shown
    assert " 1003| <v>bad</v>" in shown


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_size_does_not_grow_with_the_document(line_end: str) -> None:
    sizes = [len(around(items(count, line_end), f"x{count // 2}y").text) for count in (100, 10_000, 60_000)]
    assert max(sizes) <= min(sizes) * 1.1
    assert max(sizes) < 2 * BUDGET


@pytest.mark.parametrize(
    "text",
    [
        f"<a><b c='{'y' * 1_000_000}'>bad</b></a>",
        f"<a>{'z' * 1_000_000}<b>bad</b>{'z' * 1_000_000}</a>",
        "<a>" + "<b/>" * 250_000 + "<c>bad</c></a>",
        "<a>" * 50_000 + "bad" + "</a>" * 50_000,
        "<a\n" * 100_000 + "bad",
    ],
)
def test_lines_of_any_length_are_cut_around_the_fault(text: str) -> None:
    shown = around(text, "bad")
    assert "bad" in shown.text
    assert len(shown.text) < 2 * BUDGET
    assert shown.find("bad") == (text.index("bad"), text.index("bad") + 3)


def test_lines_that_were_asked_for_are_shown_too() -> None:
    shown = around(items(1000), "x500y", lines=((12, 14),)).text
    assert '   12|   <item n="3">' in shown
    assert "<v>x500y</v>" in shown


def test_faults_far_apart_fit_while_there_is_room() -> None:
    document = Document.from_text(items(1000))
    places = [fault(document.text.index(f"x{n}y")) for n in range(0, 1000, 20)]
    assert fits(document, places[:3], BUDGET)
    assert not fits(document, places, BUDGET)


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ("<v>", "stands 11 times in the excerpt (lines 1489"),
        ("<v>x500y </v>", "does not stand in the excerpt; similar: line 1504: <v>x500y</v>"),
        (" 1504|     <v>x500y</v>", "leave the line numbers out"),
        ("<v>x3y</v>", "does not stand in the excerpt"),
        ("<nothing of the kind>", "does not stand in the excerpt"),
        ("", "does not stand in the excerpt"),
        ("<list xmlns='u'>\n  <item n=\"495\">", "does not stand in the excerpt"),
    ],
)
def test_text_that_is_not_exactly_once_in_the_excerpt_is_no_place(wanted: str, problem: str) -> None:
    with pytest.raises(ResolutionError, match=re.escape(problem)):
        around(items(1000), "x500y").find(wanted)


def test_occurrences_that_overlap_are_two() -> None:
    with pytest.raises(ResolutionError, match="2 times"):
        around("<a>xx:xx:xx</a>", "xx").find("xx:xx")


@pytest.mark.parametrize(
    ("text", "edit", "result"),
    [
        ("<a>\r\n <b>1</b>\r\n</a>", {"find": "<a>\n <b>1", "replace": "<a>\n <b>2"}, "<a>\r\n <b>2</b>\r\n</a>"),
        ("<a>\r\n <b/>\r\n</a>", {"find": " <b/>\n", "replace": " <b/>\n <c/>\n"}, "<a>\r\n <b/>\r\n <c/>\r\n</a>"),
        ("<a>\n <b/>\n</a>", {"first_line": 2, "replace": " <b/>\n <c/>\n"}, "<a>\n <b/>\n <c/>\n</a>"),
        ("<a>\n <b/>\n</a>", {"first_line": 2, "last_line": 3, "replace": "</a>"}, "<a>\n</a>"),
        ("<a>\x0b<b>1</b></a>", {"find": "␋<b>1</b>", "replace": "␋<b>2</b>"}, "<a>\x0b<b>2</b></a>"),
        ("<a>\x0b<b>1</b></a>", {"find": "<a>␋", "replace": "<a>"}, "<a><b>1</b></a>"),
        ("<a>\udcff</a>", {"find": "\ufffd", "replace": "ÿ"}, "<a>ÿ</a>"),
    ],
)
def test_an_edit_changes_the_characters_that_it_means(text: str, edit: dict[str, object], result: str) -> None:
    document = Document.from_text(text)
    shown = excerpt(document, [fault(3)], BUDGET)
    assert apply(text, resolve(document, shown, EditData.model_validate(edit))) == result


@pytest.mark.parametrize(
    ("edit", "places"),
    [
        ({"find": "<Nmae>Bo</Nmae>", "replace": "<Name>Bo</Name>"}, [(5, 9, "Name"), (14, 18, "Name")]),
        ({"find": "<Nmae>Bo", "replace": "<Nmae><x/>Bo"}, [(10, 10, "<x/>")]),
        ({"find": "Bo", "replace": "Bo"}, []),
    ],
)
def test_only_what_differs_becomes_an_edit(edit: dict[str, object], places: list[tuple[int, int, str]]) -> None:
    document = Document.from_text("<r>\n<Nmae>Bo</Nmae></r>")
    edits = resolve(document, excerpt(document, [fault(4)], BUDGET), EditData.model_validate(edit))
    assert [(edit.start, edit.end, edit.after) for edit in edits] == places


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        ({"first_line": 2, "last_line": 9000, "replace": ""}, "is not shown in full"),
        ({"first_line": 70, "replace": ""}, "line 70 is not shown in full"),
        ({"find": "<v>x7y</v>", "replace": ""}, "does not stand"),
    ],
)
def test_what_was_not_shown_cannot_be_touched(edit: dict[str, object], reason: str) -> None:
    document = Document.from_text(items(1000))
    shown = excerpt(document, [fault(document.text.index("x500y"))], BUDGET)
    with pytest.raises(ResolutionError, match=reason):
        resolve(document, shown, EditData.model_validate(edit))


@pytest.mark.parametrize(
    ("first", "last", "target", "result"),
    [
        (4, 5, 2, "<a>\n<c>\n</c>\n<b>\n</b>\n</a>"),
        (2, 3, 6, "<a>\n<c>\n</c>\n<b>\n</b>\n</a>"),
        (2, 3, 4, "they stand there"),
        (2, 9, 1, "line 9 is not shown"),
    ],
)
def test_lines_are_moved_in_front_of_another(first: int, last: int, target: int, result: str) -> None:
    document = Document.from_text("<a>\n<b>\n</b>\n<c>\n</c>\n</a>")
    edit = EditData.model_validate({"first_line": first, "last_line": last, "move_to": target, "replace": ""})
    shown = excerpt(document, [fault(5)], BUDGET)
    if result.startswith("<a>"):
        assert apply(document.text, resolve(document, shown, edit)) == result
    else:
        with pytest.raises(ResolutionError, match=result):
            resolve(document, shown, edit)


def test_a_very_long_replacement_is_compared_in_bounded_time() -> None:
    document = Document.from_text("<a>\n" + "p q\n" * 20 + "</a>")
    new = " ".join("qp"[n % 3 % 2] for n in range(40_000))
    shown = excerpt(document, [fault(40)], BUDGET)
    edits = resolve(document, shown, EditData.model_validate({"first_line": 5, "last_line": 15, "replace": new}))
    assert apply(document.text, edits) == "<a>\n" + "p q\n" * 3 + new + "\n" + "p q\n" * 6 + "</a>"
