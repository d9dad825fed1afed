"""What facts and claims find goes through the loop: safe edits are made, the rest waits or is asked."""
# ruff: noqa: E501 - a row of the table is one document

from __future__ import annotations

from pathlib import Path

import anyio
import pytest

from mcp_servers.xml_troubleshooter.config import Settings
from mcp_servers.xml_troubleshooter.files.reading import Workspace
from mcp_servers.xml_troubleshooter.request import Request
from mcp_servers.xml_troubleshooter.services import open_services
from mcp_servers.xml_troubleshooter.troubleshooting.outcome import Outcome, Status
from mcp_servers.xml_troubleshooter.troubleshooting.troubleshooter import troubleshoot

SITEMAP = '<urlset xmlns="{}"><url><loc>https://a.example/</loc></url></urlset>'
POM = (
    '<project xmlns="http://maven.apache.org/POM/4.0.0">\n  <modelVersion>4.0.0</modelVersion>\n  <groupId>g</groupId>\n'
    "  <artifactId>a</artifactId>\n  <version>1</version>\n{}</project>\n"
)
CONFIG = "<configuration>\n  <appSettings/>\n  <configSections/>\n</configuration>\n"
ENVELOPE = '<s:Envelope xmlns:s="{}"><s:Body/></s:Envelope>'
SOAP_11, SOAP_12 = "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"


async def silent(_: str) -> None:
    """Progress that nobody follows."""


async def runs(requests: list[Request], state_dir: Path) -> list[Outcome]:
    async with open_services(Settings(state_dir=state_dir), Workspace.create([state_dir])) as services:
        return [await troubleshoot(request, services, silent) for request in requests]


def run(tmp_path: Path, *requests: Request) -> list[Outcome]:
    return anyio.run(runs, [*requests], tmp_path)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SITEMAP.format("https://sitemaps.org/schemas/sitemap/0.9"), SITEMAP.format("http://www.sitemaps.org/schemas/sitemap/0.9")),
        ('<svg width="1"/>', '<svg xmlns="http://www.w3.org/2000/svg" width="1"/>'),
        ('<resources><string name="a">It\'s</string></resources>', '<resources><string name="a">It\\\'s</string></resources>'),
        (POM.replace("artifactId", "artifactid").format(""), POM.format("")),
        (CONFIG, "<configuration>\n  <configSections/>\n  <appSettings/>\n</configuration>\n"),
        ('<a xml:space="PRESERVE"> </a>', '<a xml:space="preserve"> </a>'),
    ],
)  # fmt: skip
def test_what_is_beyond_doubt_is_mended(before: str, after: str, tmp_path: Path) -> None:
    (outcome,) = run(tmp_path, Request(xml=before, engine="offline"))
    assert outcome.result.document.text == after
    assert outcome.status is Status.FIXED


def test_what_only_a_person_knows_is_asked_and_the_answer_is_put_in(tmp_path: Path) -> None:
    text = POM.format("  <version>2</version>\n")
    (outcome,) = run(tmp_path, Request(xml=text, engine="offline"))
    (question,) = outcome.result.questions
    assert (outcome.status, question.allowed) == (Status.NEEDS_INPUT, ("1", "2"))
    (answered,) = run(tmp_path, Request(xml=text, engine="offline", answers={question.id: "2"}))
    assert answered.result.document.text == text.replace("  <version>1</version>\n", "")


def test_what_another_system_expects_waits_for_consent(tmp_path: Path) -> None:
    problem = f'VersionMismatch: found "{SOAP_11}", expected "{SOAP_12}"'
    request = Request(xml=ENVELOPE.format(SOAP_11), problem=problem, engine="offline")
    (waits,) = run(tmp_path, request)
    assert waits.status is Status.UNCHANGED
    assert [claim.state for claim in waits.claims] == ["confirmed"]
    consent = Request(xml=request.xml, problem=problem, engine="offline", allow_unsafe=True)
    (made,) = run(tmp_path, consent)
    assert made.result.document.text == ENVELOPE.format(SOAP_12)
    assert [claim.state for claim in made.claims] == ["repaired"]
