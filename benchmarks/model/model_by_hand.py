"""A person at the keyboard is the model: prompts are files in a folder, and so are the answers.

usage: python -m benchmarks.model.model_by_hand CASES FOLDER [--cases N | --only NAME ...] [--bytes N] [--unsafe]
                                                [--minutes N]
       python -m benchmarks.model.model_by_hand CASES FOLDER --plain

CASES has a folder for each case: broken.xml, original.xml, and case.json with the path of the `schema` beside it and
the `source`, the project. Of the cases below `--bytes` those are taken whose names have the smallest digests, one a
project, or those that are named. In FOLDER every case has a folder of its own. The loop runs over all of them at once,
each with a stand-in service for itself: 1.prompt is its question, and 1.answer is waited for, and so on, until the
result is there. With --plain the whole file and one sentence are plain.prompt, and plain.answer, the whole file, is
looked for at once.

Prints a row for each case: its result, and whether that is the original, white space between tags aside.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import anyio
from lxml import etree

from mcp_servers.xml_troubleshooter.files.reading import Workspace
from mcp_servers.xml_troubleshooter.request import Request
from mcp_servers.xml_troubleshooter.services import open_services
from mcp_servers.xml_troubleshooter.troubleshooting.troubleshooter import troubleshoot
from tests.open_arena.exchange import Received
from tests.open_arena.server import StandIn

PLAIN = "This XML file is broken or invalid. Return the repaired file, whole, and nothing else.\n\n"
NO_MORE = (
    '{"action": "report_complete", "confidence": 0.0, "reasoning": "no answer in time", "data": {"questions": []}}'
)


def chosen(cases: Path, number: int, largest: int) -> list[Path]:
    """The folders of the cases, one a project."""
    found: dict[str, Path] = {}
    folders = (path.parent for path in cases.glob("*/case.json"))
    for folder in sorted(folders, key=lambda each: hashlib.sha256(each.name.encode()).hexdigest()):
        if (folder / "broken.xml").stat().st_size < largest:
            found.setdefault(json.loads((folder / "case.json").read_text())["source"], folder)
    return list(found.values())[:number]


def places(case: Path) -> tuple[Path, Path]:
    """The schema of a case, and the folder that holds all its parts: that in which `schema` is, or its own."""
    schema = (case.parent / json.loads((case / "case.json").read_text())["schema"]).resolve()
    return schema, next((each.parent for each in schema.parents if each.name == "schema"), schema.parent)


def by_hand(folder: Path, ends: float) -> Callable[[Received], str]:
    """A model that writes each prompt to a file, and waits for the answer in another until the clock says `ends`."""
    turns = iter(range(1, 100))

    def answer(received: Received) -> str:
        turn = next(turns)
        (folder / f"{turn}.prompt").write_text(received.query)
        given = folder / f"{turn}.answer"
        while not given.exists():
            if time.monotonic() > ends:
                return NO_MORE
            time.sleep(0.5)
        return given.read_text()

    return answer


async def run(case: Path, folder: Path, asked: argparse.Namespace) -> None:
    """One case through the loop, with the model behind the stand-in's socket; the result goes into the folder."""
    schema, root = places(case)
    seconds = 60.0 * asked.minutes
    with StandIn() as arena, tempfile.TemporaryDirectory() as state:
        arena.answer = by_hand(folder, time.monotonic() + seconds)
        settings = arena.settings(state_dir=Path(state)).model_copy(update={"agent_timeout": seconds})
        workspace = Workspace.create([case, folder, root])
        async with open_services(settings, workspace, keep_runs=False) as services:
            request = Request(
                path=str(case / "broken.xml"),
                schema_path=str(schema),
                output_path=str(folder / "result.xml"),
                overwrite=True,
                allow_unsafe=asked.unsafe,
            )

            async def quiet(_: str) -> None:
                pass

            patient = replace(services, limits=replace(services.limits, seconds=seconds))
            outcome = await troubleshoot(request, patient, quiet)
    made = [f"{each.source} {each.before!r} -> {each.after!r}" for each in outcome.result.edits if each.applied]
    questions = [question.needed for question in outcome.result.questions]
    turns = int(outcome.result.usage["iterations"]) if outcome.result.usage else 0
    tell(case, folder / "result.xml", f"{outcome.status} after {turns} turns", *made, *questions)


def tell(case: Path, result: Path, *words: str) -> None:
    """Print what a case comes to."""
    right = result.exists() and said(result) == said(case / "original.xml")
    sys.stdout.write("\n    ".join((f"{'right' if right else 'other'} {case.name}: {words[0]}", *words[1:])) + "\n")
    sys.stdout.flush()


def said(file: Path) -> list[object]:
    """The content of a document: names, attributes and words in order; the bytes of one that is not well-formed."""
    try:
        reader = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
        root = etree.fromstring(file.read_bytes(), reader)
    except etree.XMLSyntaxError:
        return [file.read_bytes()]
    words: list[object] = []
    for event, item in etree.iterwalk(root, events=("start", "end")):
        words += [item.tag, *sorted(item.attrib.items())] if event == "start" else ["/"]
        words += ((item.text if event == "start" else item.tail) or "").split()
    return words


def arguments() -> argparse.Namespace:
    """The arguments of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite", metavar="CASES", type=Path)
    parser.add_argument("folder", metavar="FOLDER", type=Path)
    parser.add_argument("--cases", type=int, default=30)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these cases, whatever their size")
    parser.add_argument("--bytes", type=int, default=8_000)
    parser.add_argument("--unsafe", action="store_true", help="with consent to all edits")
    parser.add_argument("--minutes", type=float, default=30, help="that answers are waited for")
    parser.add_argument("--plain", action="store_true", help="the file and one message, no loop")
    return parser.parse_args()


async def play(asked: argparse.Namespace, pairs: Sequence[tuple[Path, Path]]) -> None:
    """All cases through the loop at once, each with its folder."""
    async with anyio.create_task_group() as group:
        for case, folder in pairs:
            group.start_soon(run, case, folder, asked)


def main() -> None:
    """Play the model, or write the prompts for it."""
    asked = arguments()
    suite = asked.suite.resolve()
    cases = [suite / name for name in asked.only] or chosen(suite, asked.cases, asked.bytes)
    pairs = [(case, asked.folder.resolve() / case.name) for case in cases]
    for case, folder in pairs:
        folder.mkdir(parents=True, exist_ok=True)
        if asked.plain:
            (folder / "plain.prompt").write_bytes(PLAIN.encode() + (case / "broken.xml").read_bytes())
            tell(case, folder / "plain.answer", "as the model wrote it")
    if not asked.plain:
        anyio.run(play, asked, pairs)


if __name__ == "__main__":
    main()
