"""The line that a fault is in, with marks under what is at fault."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnostics import Diagnostic
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.output.marked_line import excerpts

LONG = f"<a>{'x' * 200}&{'y' * 200}</a>"


@pytest.mark.parametrize(
    ("text", "fault", "lines"),
    [
        ("<a>\r\n\t<b c=d/>\r\n</a>", "d", ("      2 |  <b c=d/>", "      2 |       ^")),
        ("<a>\n<b>\n</b></a>", "<b>\n</b>", ("      2 | <b>", "      2 | ^~~")),
        ("<a>\u5b57e\u0301 & b</a>", "&", ("      1 | <a>\u5b57e\u0301 & b</a>", "      1 |        ^")),
        ("<a>\x1b[2J&</a>", "&", ("      1 | <a>\ufffd[2J&</a>", "      1 |        ^")),
        (LONG, "&", (f"      1 | ...{'x' * 60}&{'y' * 39}...", f"      1 | {' ' * 63}^")),
        ("<a>\n\n</a>", "\n</a>", ()),
    ],
    ids=["tab", "several lines", "wide and joined", "control", "long line", "empty line"],
)
def test_the_marks_stand_under_what_is_at_fault(text: str, fault: str, lines: tuple[str, ...]) -> None:
    document, start = Document(text), text.index(fault)
    place = document.position(start)
    found = Diagnostic(
        code=Code.NOT_VALID,
        start=start,
        end=start + len(fault),
        line=place.line,
        column=place.column,
        message="",
        explanation="",
    )
    shown = excerpts(document, [found])(place.line, place.column, "not-valid")
    assert tuple(shown) == tuple(
        line if number == 0 else line.replace(f"{place.line} |", "  |", 1) for number, line in enumerate(lines)
    )


def test_what_does_not_stand_in_the_text_is_not_shown() -> None:
    assert not excerpts(Document("<a/>"), [])(7, 3, "not-valid")
