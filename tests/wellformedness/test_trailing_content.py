"""What stands behind the root element, or in place of one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: list[tuple[str, list[tuple[str, str]]]] = [
    ("<a/> words", [("extra-content", "words")]),
    ("<a/><b/>", [("extra-content", "<b/>")]),
]
# a document, what it becomes, and how sure that is
MENDED: list[tuple[str, str, Safety | None]] = [
    ("<a/>\nend of file", "<a/>\n", UNSAFE),
    ("<a>x</a>\n<a>x</a>\n", "<a>x</a>\n", SAFE),
    ("<a>x</a>\n<b>y</b>\n", "<a>x</a>\n", UNSAFE),
    ("<a><b/></a>\nTrace in <module>\nValueError\n", "<a><b/></a>\n", UNSAFE),
    ("<a>\n<b>x</b>\n</a>\n<b>x</b>\n</a>\n", "<a>\n<b>x</b>\n</a>\n", UNSAFE),
    ("<!DOCTYPE a SYSTEM 'b'>\n<c/>\n<d/>\n", "<!DOCTYPE a SYSTEM 'b'>\n<a>\n<c/>\n<d/>\n</a>\n", SAFE),
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
