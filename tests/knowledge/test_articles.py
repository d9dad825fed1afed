"""Every article is a worked example: what its note says is what the program does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import anyio
import pytest

from mcp_servers.xml_troubleshooter.config import Settings
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.files import Workspace
from mcp_servers.xml_troubleshooter.knowledge.store import default_folder, front_matter, listed, read_article
from mcp_servers.xml_troubleshooter.outcome import Outcome, Request
from mcp_servers.xml_troubleshooter.services import open_services
from mcp_servers.xml_troubleshooter.troubleshooter import Services, troubleshoot
from mcp_servers.xml_troubleshooter.validation.diagnostics import Code
from mcp_servers.xml_troubleshooter.validation.validate import validate

NOTES = sorted(default_folder().glob("*/*/note.md"))


@dataclass(frozen=True)
class Example:
    """A worked example and what its note claims of it."""

    folder: Path
    codes: tuple[str, ...]
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
    return Example(
        folder=note.parent,
        codes=listed(facts["codes"]),
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


def test_the_knowledge_base_covers_what_people_meet() -> None:
    covered = {code for note in NOTES for code in read_example(note).codes}
    assert len(NOTES) >= 12
    assert covered >= {"encoding-mismatch", "tag-mismatch", "undefined-entity", "unexpected-element", "invalid-value"}


def test_an_article_is_called_what_its_folder_is_called() -> None:
    assert [read_article(note).id for note in NOTES] == [note.parent.name for note in NOTES]


def test_no_two_articles_share_an_id() -> None:
    ids = [read_article(note).id for note in NOTES]
    assert len(set(ids)) == len(ids)


def test_an_article_names_codes_that_exist(example: Example) -> None:
    assert example.codes
    assert set(example.codes) <= {str(code) for code in Code}


def test_an_article_says_how_it_is_repaired(example: Example) -> None:
    assert example.repaired_by in {"rules", "unsafe", "question"}
    assert bool(example.answer) == (example.repaired_by == "question")


def test_the_broken_document_shows_what_the_article_is_about(example: Example) -> None:
    document = Document.from_bytes(example.broken.read_bytes(), str(example.broken))
    report = validate(document, str(example.schema or ""))
    assert not report.valid
    assert {str(found.code) for found in report.diagnostics} >= set(example.codes)


def test_the_fixed_document_is_valid(example: Example) -> None:
    document = Document.from_bytes(example.fixed.read_bytes(), str(example.fixed))
    report = validate(document, str(example.schema or ""))
    assert report.diagnostics == ()
    assert report.valid


def test_the_rules_repair_the_broken_document_as_the_article_says(
    example: Example, outcomes: dict[Path, list[Outcome]]
) -> None:
    first, last = outcomes[example.folder / "note.md"]
    assert first.status == {"rules": "fixed", "unsafe": "unchanged", "question": "needs_input"}[example.repaired_by]
    assert bool(first.result.withheld) == (example.repaired_by == "unsafe")
    assert len(first.result.questions) == (example.repaired_by == "question")
    assert last.status == "fixed", last.summary
    assert last.result.document.to_bytes() == example.fixed.read_bytes()
    assert all(edit.reason and edit.applied for edit in last.result.edits)
