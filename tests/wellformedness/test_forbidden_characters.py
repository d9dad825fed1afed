"""Control characters and other characters that XML forbids, and those that stand for markup but may not in text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: list[tuple[str, list[tuple[str, str]]]] = [
    ("<a>\x01\x02</a>", [("invalid-character", "\x01\x02")]),
    ("<a b='\x0b'/>", [("invalid-character", "\x0b")]),
]
# a document, what it becomes, and how sure that is
MENDED: list[tuple[str, str, Safety | None]] = [
    ("<a>\x1b[36mb\x1b[0m</a>", "<a>b</a>", None),
    ("<a>in\x0bvoice</a>", "<a>invoice</a>", SAFE),
    ("<a b='\x02'/>", "<a b=''/>", SAFE),
    ("<a>\x00</a>", "<a></a>", SAFE),
    ("<a>b &am\x1fp; c</a>", "<a>b &amp; c</a>", SAFE),
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
