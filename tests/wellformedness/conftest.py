"""What is told of a document that is not well-formed, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.syntax_verdict import faults as faults_of
from mcp_servers.xml_troubleshooter.diagnosis.syntax_verdict import tell
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.loop.proposal import Safety
from mcp_servers.xml_troubleshooter.repair.syntax import proposals

Found = list[tuple[str, list[tuple[str, str]]]]  # a document, and its faults: code and the text at fault
Mended = list[tuple[str, str, Safety | None]]  # a document, what it becomes, and how sure that is


def found(text: str) -> list[tuple[str, str]]:
    """The faults of a text: code and the characters at fault."""
    document = Document(text)
    diagnostics = tell(document, faults_of(document))
    for each in diagnostics:
        assert each.message
        assert each.explanation.endswith(".")
        assert (each.line, each.column) == document.position(each.start)
    return [(each.code.value, text[each.start : each.end]) for each in diagnostics]


def mended(text: str) -> tuple[str, set[Safety]]:
    """The text when the rules have nothing more to say, which is well-formed, and how sure they were."""
    document, safeties = Document(text), set[Safety]()
    while made := proposals(document, faults_of(document))[0]:
        assert all(fix.reason.endswith(".") and fix.source.startswith("rule:") for fix in made)
        safeties |= {fix.safety for fix in made}
        document = document.with_text(apply(document.text, [edit for fix in made for edit in fix.edits]))
    assert tell(document, faults_of(document)) == ()
    return document.text, safeties


def finding(table: Found) -> Callable[[str, list[tuple[str, str]]], None]:
    """The test that each fault of a table is found at its place."""

    @pytest.mark.parametrize(("text", "faults"), table)
    def test(text: str, faults: list[tuple[str, str]]) -> None:
        assert found(text) == faults

    return test


def mending(table: Mended) -> Callable[[str, str, Safety | None], None]:
    """The test that each document of a table is mended, and as sure as it says."""

    @pytest.mark.parametrize(("broken", "sound", "safety"), table)
    def test(broken: str, sound: str, safety: Safety | None) -> None:
        text, safeties = mended(broken)
        assert text == sound
        assert safety is None or safeties == {safety}

    return test
