"""Many small documents are looked at together, and each is told of as if it had been looked at by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mcp_servers.xml_troubleshooter.cli import run
from mcp_servers.xml_troubleshooter.errors import LimitError
from mcp_servers.xml_troubleshooter.troubleshooting import batches
from mcp_servers.xml_troubleshooter.workers import dispatch

XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="n" type="xs:int"/></xs:schema>"""
DOCUMENTS = {
    "valid": "<n>1</n>",
    "invalid": "<n>one</n>",
    "ill-formed": "<n>1 & 2</n>",
    "of no schema": "<m/>",
    "no XML": "<!DOCTYPE html><html><br></html>",
    "empty": "",
    "large": f"<n><!-- {'-' + ' x' * 40_000} -->1</n>",
}
EVERY = {f"{number:02} {name}.xml": text for number in range(4) for name, text in DOCUMENTS.items()}

Rows = dict[str, Any]


@pytest.fixture
def rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Rows]:
    """A function that validates files and returns what is told of each."""
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "n.xsd").write_text(XSD)
    (tmp_path / "many").mkdir()
    for name, text in EVERY.items():
        (tmp_path / "many" / name).write_text(text)

    def told(*names: str) -> Rows:
        run(["validate", "--json", "--schema", "n.xsd", *names])
        found = {}
        for line in capsys.readouterr().out.splitlines():
            row = json.loads(line)
            layers = [{**layer, "seconds": 0} for layer in row.get("layers", ())]
            found[Path(row["file"]).name] = {**row, "layers": layers, "file": ""}
        return found

    return told


def test_many_are_told_of_like_each_by_itself(rows: Callable[..., Rows]) -> None:
    together = rows("many")
    assert list(together) == sorted(EVERY)
    first = sorted(EVERY)[: len(DOCUMENTS)]
    assert {name: together[name] for name in first} == {name: rows(f"many/{name}")[name] for name in first}
    assert [row["articles"] for name, row in together.items() if "ill-formed" in name] != [[]] * 4


@pytest.mark.parametrize("broken", [LimitError("the time is up"), RuntimeError("WorkerError")])
def test_a_call_that_breaks_off_costs_none_its_verdict(
    broken: Exception, rows: Callable[..., Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    together = rows("many")
    calls = []

    async def break_off(*arguments: object, **_: object) -> None:
        calls.append(arguments)
        raise broken

    monkeypatch.setattr(batches, "offload", break_off)
    assert rows("many") == together
    assert calls


def test_a_call_ends_where_its_time_is_over_and_the_others_follow(
    rows: Callable[..., Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    together = rows("many")
    monkeypatch.setattr(dispatch._guarded, "memory", 0)  # what the worker's part sets here goes with this test
    taken: list[int] = []

    async def first_alone(function: Callable[..., Any], files: list[Path], *others: object, **_: object) -> Any:  # noqa: ANN401 - of any
        found = function(files[:1], *others)
        taken.append(len(found))
        return found

    monkeypatch.setattr(batches, "offload", first_alone)
    assert rows("many") == together
    assert sum(taken) > 0
