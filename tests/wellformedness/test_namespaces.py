"""Prefixes that no declaration binds, and namespaces that cannot be any."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.loop.proposal import Safety
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.schemas.plan import Plan

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: list[tuple[str, list[tuple[str, str]]]] = [
    ("<a:b/>", [("unbound-prefix", "a")]),
    ("<a b:c='d'/>", [("unbound-prefix", "b")]),
    ("<a xmlns=' urn:x '/>", [("wrong-namespace", " urn:x ")]),
]
# a document, what it becomes, and how sure that is
MENDED: list[tuple[str, str, Safety | None]] = [
    (
        "<a xsi:nil='true'/>",
        "<a xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil='true'/>",
        SAFE,
    ),
    ("<a><b xmlns:p='urn:p'/><p:c/></a>", "<a xmlns:p=\"urn:p\"><b xmlns:p='urn:p'/><p:c/></a>", SAFE),
    ("<a xmlns:inv='urn:i'><inv:b/><inw:c/></a>", "<a xmlns:inv='urn:i'><inv:b/><inv:c/></a>", UNSAFE),
    (
        "<fox:a/>",
        '<fox:a xmlns:fox="http://xmlgraphics.apache.org/fop/extensions"/>',
        SAFE,
    ),
    # a word that others may have chosen for a namespace of their own
    ("<text:p/>", '<text:p xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"/>', UNSAFE),
    ("<a xmlns=' urn:x '/>", "<a xmlns='urn:x'/>", SAFE),
    ("<a xmlns:b=''/>", "<a/>", SAFE),
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


def test_a_namespace_that_cannot_be_one_is_the_parsers_affair_and_the_schemas() -> None:
    document = Document("<a xmlns:b=' urn:x '/>")
    (fix,) = propose(document, Plan(), False, {}).fixes  # noqa: FBT003 - positional over the process border
    assert apply(document.text, fix.edits) == "<a xmlns:b='urn:x'/>"
