"""What the rules make of a document of the small vocabulary that all tests know."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.loop.proposal import Fix, Question
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.schemas.plan import plan

LANGUAGES = ("xsd", "rng", "dtd")
Repair = Callable[..., tuple[str, list[Fix], list[Question]]]


@pytest.fixture(scope="session")
def repair() -> Repair:
    """Apply what the rules propose until they propose no more; the text, all fixes, and the questions left."""

    def run(
        text: str, schema: str, *, allow_unsafe: bool = False, answers: Mapping[str, str] | None = None
    ) -> tuple[str, list[Fix], list[Question]]:
        document = Document.from_text(text)
        applied: list[Fix] = []
        for _ in range(10):
            report = validate(document, plan([schema]))
            if report.valid:
                return document.text, applied, []
            proposal = propose(document, plan([schema]), allow_unsafe, answers or {})
            if not proposal.fixes:
                return document.text, applied, list(proposal.questions)
            document = document.with_text(apply(document.text, [e for fix in proposal.fixes for e in fix.edits]))
            applied += proposal.fixes
        raise AssertionError("the rules found no end")

    return run
