"""Every article is a worked example: what its note says is what the program does."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import anyio
import pytest
from lxml import etree

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.config import Settings
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.files.reading import Workspace
from mcp_servers.xml_troubleshooter.knowledge.article_store import default_folder, front_matter, listed, read_article
from mcp_servers.xml_troubleshooter.request import Request
from mcp_servers.xml_troubleshooter.schemas.plan import plan
from mcp_servers.xml_troubleshooter.services import open_services
from mcp_servers.xml_troubleshooter.troubleshooting.outcome import Outcome
from mcp_servers.xml_troubleshooter.troubleshooting.troubleshooter import Services, troubleshoot

NOTES = sorted(default_folder().glob("*/*/note.md"))


@dataclass(frozen=True)
class Example:
    """A worked example and what its note claims of it."""

    folder: Path
    codes: tuple[str, ...]
    rules: tuple[str, ...]
    schema: Path | None
    repaired_by: str
    answer: str

    @property
    def broken(self) -> Path:
        return self.folder / "broken.xml"

    @property
    def fixed(self) -> Path:
        return self.folder / "fixed.xml"

    @property
    def request(self) -> Request:
        schema = str(self.schema) if self.schema else ""
        return Request(path=str(self.broken), schema_path=schema, engine="offline")


def read_example(note: Path) -> Example:
    facts, _ = front_matter(note.read_text(encoding="utf-8"))
    schema = facts.get("schema", "")
    explained = listed(facts["codes"])
    return Example(
        folder=note.parent,
        codes=tuple(each for each in explained if not each.startswith("rule:")),
        rules=tuple(each for each in explained if each.startswith("rule:")),
        schema=note.parent / schema if schema else None,
        repaired_by=facts["repaired_by"],
        answer=facts.get("answer", ""),
    )


async def silent(_: str) -> None:
    """Progress that nobody follows."""


async def repair(example: Example, services: Services) -> list[Outcome]:
    """What becomes of a broken document: without consent to unsafe edits, and then with the consent and the answer."""
    first = await troubleshoot(example.request, services, silent)
    answers = {question.id: example.answer for question in first.result.questions}
    consent = example.repaired_by == "unsafe"
    return [
        first,
        await troubleshoot(replace(example.request, answers=answers, allow_unsafe=consent), services, silent),
    ]


async def repair_all(state_dir: Path) -> dict[Path, list[Outcome]]:
    async with open_services(Settings(state_dir=state_dir), Workspace.create([default_folder()])) as services:
        return {note: await repair(read_example(note), services) for note in NOTES}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, list[Outcome]]:
    """What became of each article's broken document; all in one event loop, and so in one worker process."""
    return anyio.run(repair_all, tmp_path_factory.mktemp("state"))


@pytest.fixture(params=NOTES, ids=lambda note: str(note.parent.relative_to(default_folder())))
def example(request: pytest.FixtureRequest) -> Example:
    return read_example(request.param)


def test_every_code_has_an_article() -> None:
    articles = [read_article(note) for note in NOTES]
    assert [code for code in Code if not any(code in article.codes for article in articles)] == []


def test_an_article_is_called_what_its_folder_is_called() -> None:
    assert [read_article(note).id for note in NOTES] == [note.parent.name for note in NOTES]


def test_no_two_articles_share_an_id() -> None:
    ids = [read_article(note).id for note in NOTES]
    assert len(set(ids)) == len(ids)


def test_an_article_names_codes_that_exist(example: Example) -> None:
    assert example.codes
    assert set(example.codes) <= {str(code) for code in Code}


def test_an_article_says_how_it_is_repaired(example: Example) -> None:
    assert example.repaired_by in {"rules", "unsafe", "question", "person"}
    assert bool(example.answer) == (example.repaired_by == "question")


def test_the_broken_document_shows_what_the_article_is_about(example: Example) -> None:
    document = Document.from_bytes(example.broken.read_bytes(), str(example.broken))
    report = validate(document, plan([example.schema or ""]))
    assert not report.valid
    assert {str(found.code) for found in report.diagnostics} >= set(example.codes)


def messages_of_libxml2(example: Example) -> list[str]:
    parser = etree.XMLParser()
    try:
        etree.fromstring(example.broken.read_bytes(), parser)
    except etree.XMLSyntaxError:
        return [entry.message for entry in parser.error_log]
    document = Document.from_bytes(example.broken.read_bytes(), str(example.broken))
    report = validate(document, plan([example.schema or ""]))
    return [entry.message for entry in parser.error_log] + [found.message for found in report.diagnostics]


def test_a_message_of_libxml2_is_quoted_as_it_is(example: Example) -> None:
    note = (example.folder / "note.md").read_text(encoding="utf-8")
    said = re.search(r"^- libxml2: (.*?)(?=^- |^$)", note, re.DOTALL | re.MULTILINE)
    quoted = [" ".join(words.split()).split("...") for words in re.findall(r"`([^`]+)`", said[1])] if said else []
    messages = messages_of_libxml2(example)
    # not every fault is one that libxml2 tells of
    assert not quoted or any(all(part.strip() in text for part in parts) for parts in quoted for text in messages)


def test_the_fixed_document_is_valid(example: Example) -> None:
    document = Document.from_bytes(example.fixed.read_bytes(), str(example.fixed))
    report = validate(document, plan([example.schema or ""]))
    assert report.diagnostics == ()
    assert report.valid


def test_the_rules_repair_the_broken_document_as_the_article_says(
    example: Example, outcomes: dict[Path, list[Outcome]]
) -> None:
    first, last = outcomes[example.folder / "note.md"]
    open_ = "unchanged improved needs_input"  # what waits for consent may be a choice as well
    statuses = {"rules": "fixed", "unsafe": open_, "question": "needs_input", "person": "unchanged"}
    assert first.status in statuses[example.repaired_by].split()
    if example.repaired_by == "unsafe":
        assert first.result.withheld or first.result.questions
    else:
        assert not first.result.withheld
        assert bool(first.result.questions) == (example.repaired_by == "question")
    if example.repaired_by == "person":
        assert last.status == "unchanged"
        return
    assert last.status == "fixed", last.result.stopped
    assert last.result.document.to_bytes() == example.fixed.read_bytes()
    assert all(edit.reason and edit.applied for edit in last.result.edits)
    assert {edit.source for edit in last.result.edits} >= set(example.rules)


def test_an_edit_leads_to_the_article_about_its_fault(outcomes: dict[Path, list[Outcome]]) -> None:
    led = {note.parent.name: {edit.article for edit in last.result.edits} for note, (_, last) in outcomes.items()}
    assert led["misspelt-element"] == {"misspelt-element"}
    assert led["element-order"] == {"element-order"}
    assert led["rejected-invoice"] == {
        "bare-ampersand",
        "date-and-decimal",
        "element-order",
        "encoding-mismatch",
        "tag-mismatch",
        "unquoted-attribute",
    }
