"""Every article is a worked example: what its note says is what the program does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.knowledge.store import default_folder, front_matter, listed, read_article
from mcp_servers.xml_troubleshooter.validation.diagnostics import Code

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
