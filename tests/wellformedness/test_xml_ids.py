"""IDs that the parser itself minds: an xml:id that is no name, or stands twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: list[tuple[str, list[tuple[str, str]]]] = [
    ("<a xml:id='x'><b xml:id='x'/></a>", [("duplicate-id", "x")]),
]
# a document, what it becomes, and how sure that is
MENDED: list[tuple[str, str, Safety | None]] = [
    ("<a xml:id='x'><b xml:id='x'/></a>", "<a xml:id='x'><b xml:id='x-2'/></a>", UNSAFE),
    ("<a><b xml:id='x'>1</b>\n<b xml:id='x'>1</b></a>", "<a><b xml:id='x'>1</b></a>", UNSAFE),
    (
        "<a>\n<b xml:id='x'>1</b>\n<c/>\n<b xml:id='x'>1</b>\n</a>",
        "<a>\n<b xml:id='x'>1</b>\n<c/>\n</a>",
        UNSAFE,
    ),
    ("<a><b xml:id='x'>1</b><b xml:id='x'>2</b></a>", "<a><b xml:id='x'>1</b><b xml:id='x-2'>2</b></a>", UNSAFE),
]


@pytest.mark.parametrize(("text", "faults"), FOUND)
def test_a_fault_is_found_at_its_place(
    text: str, faults: list[tuple[str, str]], found: Callable[[str], list[tuple[str, str]]]
) -> None:
    assert found(text) == faults


@pytest.mark.parametrize(("broken", "sound", "safety"), MENDED)
def test_a_fault_is_mended(
    broken: str, sound: str, safety: Safety | None, mended: Callable[[str], tuple[str, set[Safety]]]
) -> None:
    text, safeties = mended(broken)
    assert text == sound
    assert safety is None or safeties == {safety}
