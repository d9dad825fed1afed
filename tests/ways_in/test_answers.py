"""What becomes of answers: those that a rule objects to, those given by name, and what is asked once."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from mcp_servers.xml_troubleshooter.cli import run

Connect = Callable[[], AbstractAsyncContextManager[Client]]
RULES = """<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">
  <ns prefix="o" uri="urn:example:order"/>
  <pattern>
    <rule context="o:order"><assert id="R-1" test="o:number">An order has a number.</assert></rule>
    <rule context="o:article">
      <assert id="R-2" test="contains(' T C ', concat(' ', substring(., 1, 1), ' '))">It begins with T or C.</assert>
    </rule>
  </pattern>
</schema>
"""
FEED = """<rss version="2.0"><channel><title>News</title><link>https://example.org/</link></channel></rss>"""


@pytest.fixture(autouse=True)
def lacking(folder: Path) -> None:
    """Documents that lack what only a person knows."""
    text = (folder / "valid.xml").read_text()
    (folder / "rules.sch").write_text(RULES)
    (folder / "feed.xml").write_text(FEED)
    (folder / "wrong.xml").write_text(text.replace("Cups<", "Pots<"))
    prefixed = text.replace("<", "<o:").replace("<o:/", "</o:").replace("<o:!", "<!").replace("<o:?", "<?")
    prefixed = prefixed.replace("xmlns=", "xmlns:o=")
    (folder / "prefixed.xml").write_text(prefixed.replace("  <o:number>AB-1234</o:number>\n", ""))


async def asked(client: Client, **arguments: object) -> dict[str, Any]:
    result = await client.call_tool("troubleshoot_xml", arguments)
    told: dict[str, Any] | None = result.structured_content
    assert told is not None
    return told


@pytest.mark.anyio
async def test_an_answer_that_a_rule_objects_to_is_asked_for_again_with_the_rule(connect: Connect) -> None:
    pytest.importorskip("saxonche")
    async with connect() as client:
        first = await asked(client, path="wrong.xml", schema_path="rules.sch")
        (question,) = first["questions"]
        told = await asked(client, run_id=first["run_id"], answers={question["id"]: "Pans"})
        (again,) = told["questions"]
        last = await asked(client, run_id=first["run_id"], answers={question["id"]: "Tins"})
    assert (told["status"], again["id"]) == ("needs_input", question["id"])
    assert again["refused"].startswith(f"The answer “Pans” to {question['id']} was not taken: ")
    assert "It begins with T or C." in again["refused"]
    assert (last["status"], last["questions"]) == ("fixed", [])


def test_a_person_who_is_asked_is_told_the_rule(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("saxonche")
    monkeypatch.chdir(folder)
    monkeypatch.setattr("sys.stdin", io.StringIO("Pans\nTins\n"))
    assert run(["fix", "-p", "--engine", "offline", "--schema", "rules.sch", "--summary", "wrong.xml"]) == 0
    shown = capsys.readouterr().out
    assert "The answer “Pans” was not taken: " in shown
    assert "FIXED" in shown


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("document", "name"),
    [("feed.xml", "description"), ("prefixed.xml", "number"), ("prefixed.xml", "o:number")],
)
async def test_an_answer_goes_by_the_name_of_what_is_asked_for(connect: Connect, document: str, name: str) -> None:
    async with connect() as client:
        at_once = await asked(client, path=document, answers={name: "CD-5678"})
        first = await asked(client, path=document)
        later = await asked(client, run_id=first["run_id"], answers={name: "CD-5678"})
    assert [len(first["questions"]), at_once["questions"], later["questions"]] == [1, [], []]
    assert all("CD-5678" in str(told["edits"]) for told in (at_once, later))


@pytest.mark.anyio
async def test_what_both_schema_and_rules_miss_is_asked_once(connect: Connect) -> None:
    pytest.importorskip("saxonche")
    async with connect() as client:
        first = await asked(client, path="prefixed.xml", schema_path="order.xsd;rules.sch")
        (question,) = first["questions"]
        last = await asked(client, run_id=first["run_id"], answers={question["id"]: "CD-5678"})
    assert "[A-Z]{2}-[0-9]{4}" in question["type"]
    assert last["status"] == "fixed"
