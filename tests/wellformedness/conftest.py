"""What is told of a document that is not well-formed, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.syntax import check
from mcp_servers.xml_troubleshooter.diagnosis.syntax import faults as faults_of
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.loop.proposal import Safety
from mcp_servers.xml_troubleshooter.repair.syntax import fixes


@pytest.fixture(scope="session")
def found() -> Callable[[str], list[tuple[str, str]]]:
    """The faults of a text: code and the characters at fault."""

    def find(text: str) -> list[tuple[str, str]]:
        document = Document(text)
        diagnostics = check(document)
        for each in diagnostics:
            assert each.message
            assert each.explanation.endswith(".")
            assert (each.line, each.column) == document.position(each.start)
        return [(each.code.value, text[each.start : each.end]) for each in diagnostics]

    return find


@pytest.fixture(scope="session")
def mended() -> Callable[[str], tuple[str, set[Safety]]]:
    """The text when the rules have nothing more to say, which is well-formed, and how sure they were."""

    def mend(text: str) -> tuple[str, set[Safety]]:
        document, safeties = Document(text), set[Safety]()
        while found := fixes(document, faults_of(document)):
            assert all(fix.reason.endswith(".") and fix.source.startswith("rule:") for fix in found)
            safeties |= {fix.safety for fix in found}
            document = document.with_text(apply(document.text, [edit for fix in found for edit in fix.edits]))
        assert check(document) == ()
        return document.text, safeties

    return mend
