"""Runs that are kept: what comes back, who may read it, and when it is gone."""

from __future__ import annotations

import dataclasses
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnostics import Diagnostic, LayerKind, LayerResult, LayerState, Related, Report
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import Edit
from mcp_servers.xml_troubleshooter.errors import InputError
from mcp_servers.xml_troubleshooter.knowledge.article_store import Article
from mcp_servers.xml_troubleshooter.loop.loop_manager import EditRecord, Iteration, LoopResult
from mcp_servers.xml_troubleshooter.loop.proposal import Fix, Question, Safety
from mcp_servers.xml_troubleshooter.request import Request
from mcp_servers.xml_troubleshooter.schemas.plan import plan
from mcp_servers.xml_troubleshooter.troubleshooting.checked_document import Checked
from mcp_servers.xml_troubleshooter.troubleshooting.outcome import Outcome
from mcp_servers.xml_troubleshooter.troubleshooting.runs import RunStore

BROKEN = Document.from_bytes(b"\xef\xbb\xbf<note>caf\xe9 " + b"word " * 500 + b"</note>", "note.xml")
MENDED = BROKEN.with_text(BROKEN.text.replace("\udce9", "é"))
FAULT = Diagnostic(
    code=Code.ENCODING_MISMATCH, start=9, end=10, message="byte \udce9", explanation="No text.", line=1, column=10,
    expected=("a", "b"), related=Related(0, "here"),
)  # fmt: skip
LAYER = LayerResult(
    name="syntax", kind=LayerKind.SYNTAX, state=LayerState.FAILED, reason="r", errors=1, named=True, seconds=0.5
)
FIX = Fix(edits=(Edit(1, 2, "x"),), source="model", reason="r", safety=Safety.UNSAFE, confidence=0.5, at=3)


def outcome(run_id: str = "0123456789abcdef", *, running: bool = False) -> Outcome:
    broken = Report(well_formed=False, valid=False, diagnostics=(FAULT,), layers=(LAYER,), total=1)
    article = Article(id="a", title="t", codes=("c",), vocabularies=(), body="b", path=Path("/kb/a"))
    edit = EditRecord(
        line=1,
        column=10,
        before="\udce9",
        after="é",
        reason="r",
        source="rule:x",
        confidence=1,
        safe=True,
        applied=True,
    )
    result = LoopResult(
        document=MENDED, report=Report(well_formed=True, valid=True), edits=(edit,),
        questions=(Question(id="q", path="/note", needed="n", type="t", why="w", allowed=("1", "2")),),
        iterations=(Iteration(engine="rules", action="propose_fix", reasoning="", verdict="", tokens=0, seconds=0.1),),
        withheld=(FIX,), usage={"tokens": 12.0},
    )  # fmt: skip
    return Outcome(
        run_id, Request(path="note.xml", answers={"q": "1"}),
        Checked(BROKEN, Path("note.xml"), plan(["note.xsd"], [Path("schemas")]), "", broken, (article,)),
        result, "out.xml", MENDED.to_bytes(), running,
    )  # fmt: skip


def test_what_was_saved_comes_back_in_another_process_with_every_byte(tmp_path: Path) -> None:
    RunStore(tmp_path).save(outcome())
    loaded = RunStore(tmp_path).load("0123456789abcdef")
    assert loaded == outcome()
    assert loaded.checked.document.to_bytes() == BROKEN.to_bytes()


def test_only_the_owner_can_read_a_run(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "runs"
    previous = os.umask(0)
    try:
        RunStore(folder).save(outcome())
    finally:
        os.umask(previous)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600]


def test_a_folder_that_others_could_enter_is_closed_before_anything_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    folder.mkdir(mode=0o755)
    RunStore(folder).save(outcome())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_run_is_gone_after_its_time(tmp_path: Path) -> None:
    RunStore(tmp_path).save(outcome())
    (kept,) = tmp_path.iterdir()
    a_day_ago = kept.stat().st_mtime - 25 * 60 * 60
    os.utime(kept, (a_day_ago, a_day_ago))
    with pytest.raises(InputError, match="no run 0123456789abcdef any more"):
        RunStore(tmp_path).load("0123456789abcdef")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("store", [RunStore(None), RunStore(Path("never-made"), keep=0)])
def test_nothing_is_written_where_keeping_is_off(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store.save(outcome())
    assert store.load("0123456789abcdef") == outcome()
    assert not list(tmp_path.iterdir())


def test_what_was_kept_goes_when_keeping_is_switched_off(tmp_path: Path) -> None:
    RunStore(tmp_path).save(outcome())
    os.utime(tmp_path / "0123456789abcdef.run.json", (0, 0))
    RunStore(tmp_path, keep=0).save(outcome("fedcba9876543210"))
    assert not list(tmp_path.iterdir())


def test_a_disk_that_cannot_be_written_costs_no_result(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    store = RunStore(blocked / "runs")
    store.save(outcome())
    assert store.load("0123456789abcdef") == outcome()


@pytest.mark.parametrize(
    "run_id", ["../../etc/passwd", "", "a/b/c/d/e/f/g", "x" * 65, "..%2f..%2fetc", "0123456789abcde\n"]
)
def test_an_id_that_is_none_reaches_no_file(run_id: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no run id"):
        RunStore(tmp_path).load(run_id)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"outcome": {"run_id": 1}, "texts": [], "process": 1}'])
def test_a_file_that_is_no_run_is_no_run(content: str, tmp_path: Path) -> None:
    (tmp_path / "0123456789abcdef.run.json").write_text(content)
    with pytest.raises(InputError, match="no run"):
        RunStore(tmp_path).load("0123456789abcdef")


def test_a_run_whose_process_is_gone_no_longer_counts_as_running(tmp_path: Path) -> None:
    RunStore(tmp_path).save(outcome(running=True))
    (kept,) = tmp_path.iterdir()
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    kept.write_text(kept.read_text().replace(f'"process": {os.getpid()}', f'"process": {int(ended.stdout)}'))
    assert RunStore(tmp_path).load("0123456789abcdef") == outcome(running=False)


def test_a_run_of_a_living_process_is_still_running(tmp_path: Path) -> None:
    RunStore(tmp_path).save(outcome(running=True))
    (kept,) = tmp_path.iterdir()
    kept.write_text(kept.read_text().replace(f'"process": {os.getpid()}', f'"process": {os.getppid()}'))
    assert RunStore(tmp_path).load("0123456789abcdef").running


def test_a_later_state_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    store.save(outcome(running=True))
    store.save(dataclasses.replace(outcome(), output_path="later.xml"))
    assert RunStore(tmp_path).load("0123456789abcdef").output_path == "later.xml"
    assert len(list(tmp_path.iterdir())) == 1
