"""An attribute that stands twice in one tag."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: list[tuple[str, list[tuple[str, str]]]] = [
    ("<a b='c' b='d'/>", [("duplicate-attribute", "b='d'")]),
]
# a document, what it becomes, and how sure that is
MENDED: list[tuple[str, str, Safety | None]] = [
    ("<a b='c' d='e' b='c'/>", "<a b='c' d='e'/>", SAFE),
    ("<a b='c' b='d'/>", "<a b='c'/>", UNSAFE),
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
