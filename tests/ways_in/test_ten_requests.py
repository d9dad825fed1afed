"""Ten things that people ask an assistant for, played with the tools alone against a server process over stdio.

Each request is a function that calls tools as an assistant would and returns what it can say at the end; what it says
is held against the files.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters

from .conftest import VALID, broken

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.anyio


@dataclass
class Assistant:
    """An assistant with a server and the person's folder."""

    client: Client
    folder: Path

    async def call(self, tool: str, **arguments: object) -> dict[str, Any]:
        """The structured answer of a tool; its text begins with the same word."""
        result = await self.client.call_tool(tool, arguments)
        text = result.content[0].model_dump()["text"]
        assert not result.is_error, text
        structure: dict[str, Any] | None = result.structured_content
        assert structure is not None
        if "status" in structure:
            assert text.startswith(structure["status"].upper())
        return structure

    def file(self, name: str, text: str) -> Path:
        """A file of the person's."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
        return path


async def repair_it(person: Assistant) -> str:
    """Why is order.xml rejected? Repair it."""
    path = person.file("order.xml", broken())
    result = await person.call("troubleshoot_xml", path=f'"{path}" ')
    assert path.read_text() == broken()  # nothing was asked to be written
    return f"{result['status']}: {len(result['diagnostics'])} faults, {result['edits_total']} edits"


async def show_then_write(person: Assistant) -> str:
    """Show me what you would change, and write it when I say yes."""
    path = person.file("order.xml", broken())
    shown = await person.call("troubleshoot_xml", path=str(path))
    assert "+  <line><article>Tea &amp; biscuits</article>" in shown["diff"]
    written = await person.call("troubleshoot_xml", run_id=shown["run_id"], output_path=str(path))
    assert path.read_text() == VALID
    assert Path(f"{path}.bak").read_text() == broken()  # noqa: ASYNC240 - a test waits for nobody
    return f"{written['status']}, in {Path(written['output_path']).name}" + " and .bak" * (".bak" in written["summary"])


async def keep_my_formatting(person: Assistant) -> str:
    """Fix it, but keep my formatting."""
    odd = broken().replace("\n", "\r\n").replace("<date>", "<date\t>").replace('"UTF-8"', "'UTF-8'")
    path = person.file("odd.xml", odd)
    result = await person.call("troubleshoot_xml", path=str(path), output_path=str(path))
    after = path.read_bytes().decode()
    assert after == odd.replace("a & b", "a &amp; b").replace(" & bisc", " &amp; bisc").replace("artikle", "article")
    return f"{result['status']}: {result['edits_total']} edits, all else is as it was"


async def fifty_at_once(person: Assistant) -> str:
    """Are these fifty all right?"""
    found: dict[int, str] = {}

    async def look(number: int) -> None:
        text = VALID if number % 10 else VALID.replace("</order>", "")
        found[number] = (await person.call("validate_xml", xml=text, schema_path="order.xsd"))["status"]

    async with anyio.create_task_group() as tasks:
        for number in range(50):
            tasks.start_soon(look, number)
    wrong = sorted(number for number, status in found.items() if status == "invalid")
    return f"{sum(status == 'valid' for status in found.values())} valid, not {wrong}"


async def what_does_this_mean(person: Assistant) -> str:
    """What does "cvc-complex-type.2.4.b … is not complete" mean? I have no file at hand."""
    message = "cvc-complex-type.2.4.b: The content of element 'order' is not complete. One of '{line}' is expected."
    (told,) = (await person.call("explain_error", message=message))["explained"]
    return f"{told['tool']}: {told['codes'][0]}; first {told['causes'][0]}; send {told['send']}"


async def undo_that(person: Assistant) -> str:
    """Repair it in place. No, undo that."""
    path = person.file("undo.xml", broken())
    await person.call("troubleshoot_xml", path=str(path), output_path=str(path))
    repaired = path.read_text()
    undone = await person.call("restore", path=str(path))
    assert (path.read_text(), repaired) == (broken(), VALID)
    return f"{Path(undone['path']).name} is as it was; {len(undone['backups'])} backups"


async def all_in_this_folder(person: Assistant) -> str:
    """Which of the orders in this folder are wrong? Repair those."""
    for number in range(12):
        person.file(f"orders/{number:02}.xml", broken() if number in (3, 8) else VALID)
    arguments = {"schema_path": "order.xsd"}
    found = await person.call("validate_xml", path=str(person.folder / "orders"), **arguments)
    wrong = [row["file"] for row in found["files"] if row["status"] == "invalid"]
    for name in wrong:
        path = str(person.folder / "orders" / name)
        await person.call("troubleshoot_xml", path=path, output_path=path, **arguments)
    now = await person.call("validate_xml", path=str(person.folder / "orders"), **arguments)
    return f"{len(wrong)} of {found['files_total']} were wrong: {', '.join(wrong)}; now {now['totals']}"


async def the_first_two_not_the_third(person: Assistant) -> str:
    """Make the first two of those edits, not the third."""
    notes = VALID.replace("  <line>", "  <note>1</note><line>", 1).replace("  <line>", "  <note>2</note><line>", 1)
    path = person.file("notes.xml", notes.replace("</order>", "<note>3</note></order>"))
    shown = await person.call("troubleshoot_xml", path=str(path))
    first, second, third = [row["id"] for row in shown["edits"] if not row["applied"]]
    made = await person.call("troubleshoot_xml", run_id=shown["run_id"], accept=[first, second], reject=[third])
    document = await person.call("get_run", run_id=shown["run_id"], part="document")
    assert [f"<note>{number}</note>" in document["text"] for number in (1, 2, 3)] == [False, False, True]
    return f"{made['status']}: {made['edits_total']} made, {made['remaining_total']} fault left"


async def what_exactly_changed(person: Assistant) -> str:
    """What exactly did you change?"""
    many = VALID.replace(
        "<line>", "<line><article>a &amp; b</article><quantity>1</quantity></line>" * 120 + "<line>", 1
    )
    path = person.file("many.xml", many.replace("&amp;", "&"))
    result = await person.call("troubleshoot_xml", path=str(path), allow_unsafe=True)
    rows: list[dict[str, Any]] = []
    page: dict[str, Any] = {"next_offset": 1}
    while page["next_offset"]:
        page = await person.call("get_run", run_id=result["run_id"], part="edits", offset=len(rows))
        rows += page["rows"]
    assert {(row["before"], row["after"]) for row in rows} == {("&", "&amp;")}
    assert all("⟦&⟧" in row["context"] for row in rows)
    return f"{result['edits_by_rule'][0]}; {len(rows)} edits read"


async def it_is_this_no_that(person: Assistant) -> str:
    """The number is AB-1111. No, CD-2222; and the quantity must stay 6."""
    path = person.file("lacking.xml", VALID.replace("AB-1234", ""))
    shown = await person.call("troubleshoot_xml", path=str(path), problem="The quantity must stay 6")
    (question,) = shown["questions"]
    await person.call("troubleshoot_xml", run_id=shown["run_id"], answers={question["id"]: "AB-1111"})
    last = await person.call("troubleshoot_xml", run_id=shown["run_id"], answers={"number": "CD-2222"})
    document = await person.call("get_run", run_id=shown["run_id"], part="document")
    assert document["text"] == VALID.replace("AB-1234", "CD-2222")
    (wish,) = last["claims"]
    heard = wish["reason"].partition("to is changed. ")[2]
    return f"{question['line']}: {question['snippet']}; {last['status']}; {wish['kind']}: {heard}"


REQUESTS: dict[Callable[[Assistant], Awaitable[str]], str] = {
    repair_it: "fixed: 2 faults, 2 edits",
    show_then_write: "fixed, in order.xml and .bak",
    keep_my_formatting: "fixed: 2 edits, all else is as it was",
    fifty_at_once: "45 valid, not [0, 10, 20, 30, 40]",
    what_does_this_mean: "Xerces: missing-element; first the program had no value and left the element out; "
    "send the document, and the schema that the system judges by",
    undo_that: "undo.xml is as it was; 2 backups",
    all_in_this_folder: "2 of 12 were wrong: 03.xml, 08.xml; now {'valid': 12}",
    the_first_two_not_the_third: "improved: 2 made, 1 fault left",
    what_exactly_changed: "121 \u00d7 `&` → `&amp;` (rule:bare-ampersand); 121 edits read",
    it_is_this_no_that: "3: 2025-03-01, Tea & biscuits, 2; fixed; "
    "wish: No edit touches “6”. No edit touches “2” of quantity in line 6.",
}


async def test_what_an_assistant_can_truthfully_say(folder: Path, subtests: pytest.Subtests) -> None:
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "mcp_servers.xml_troubleshooter"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    async with Client(server) as client:
        for request, said in REQUESTS.items():
            with subtests.test(request.__doc__):
                assert await request(Assistant(client, folder)) == said
