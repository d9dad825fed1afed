"""The document type declaration: what it declares, and how it reads where it is written wrongly."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: list[tuple[str, list[tuple[str, str]]]] = [
    ("<!doctype a><a/>", [("malformed-doctype", "<!doctype a>")]),
]
# a document, what it becomes, and how sure that is
MENDED: list[tuple[str, str, Safety | None]] = [
    ("<!doctype a>\n<a/>", "<!DOCTYPE a>\n<a/>", SAFE),
    ("<!DOCTYPE a PUBLIC -//b c//EN\" 'd'><a/>", '<!DOCTYPE a PUBLIC "-//b c//EN" "d"><a/>', SAFE),
    ("!DOCTYPE a SYSTEM 'b'>\n<a/>", "<!DOCTYPE a SYSTEM 'b'>\n<a/>", SAFE),
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
