"""The right repairs that the gates refuse: repairs that the authors of broken documents made themselves.

usage: python -m benchmarks.trust.gate_refusals DIRECTORY [--every N] [--roots FOLDER]

Each folder of the directory holds `broken.xml`, `original.xml` (as its author repaired it) and `case.json` with the
path of its `schema`. A model that knows the author's lines proposes those that it is shown, and consent is given to
all, so that all refusals are those of a gate. A value that an author knew and the document does not hold is rightly
asked for: that is counted, and not listed. The listing is there to be read.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import anyio

from mcp_servers.xml_troubleshooter.agent.schemas import AgentAction, LLMInferenceRequest, LLMInferenceResponse
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.loop.loop_manager import Limits, LoopManager
from mcp_servers.xml_troubleshooter.loop.proposal import Action, Task
from mcp_servers.xml_troubleshooter.model.model_engine import ModelEngine
from mcp_servers.xml_troubleshooter.repair.lookahead import LookaheadJudge
from mcp_servers.xml_troubleshooter.schemas.plan import plan
from mcp_servers.xml_troubleshooter.workers.offload import offload

_SHOWN = re.compile(r"^ *(\d+)\| ", re.MULTILINE)
_FAULT = re.compile(r"^(\d+)\. line (\d+),", re.MULTILINE)
_TURNS = 8
# what is said of an author's change that has nothing to do with the fault, and is no objection to it
_NO_REFUSALS = (
    "the document is as valid without it",
    "no fault is reported at the place it aims at",
    "it changes nothing",  # a line end at the end of the file
    "only lines shown in full can be replaced",  # of longer ones a model would name the words
)
_UNPROVEN = re.compile(r"nothing proves (['\"])(.*)\1")


@dataclass(slots=True)
class Author:
    """A client whose model proposes the author's own lines."""

    original: list[str]
    document: Document

    async def infer(self, request: LLMInferenceRequest) -> LLMInferenceResponse:
        """The author's lines among those that the prompt shows."""
        edits = self._edits(request.query)
        data: dict[str, object] = {"edits": edits} if edits else {"questions": []}
        action = AgentAction.model_validate(
            {"action": "propose_fix" if edits else "report_complete", "confidence": 0.9, "reasoning": "", "data": data}
        )
        return LLMInferenceResponse(success=True, response=action, tokens_used=1, model_used="author")

    def _edits(self, prompt: str) -> list[dict[str, object]]:
        shown = {int(number) for number in _SHOWN.findall(prompt)}
        faults = [(int(number), int(line)) for number, line in _FAULT.findall(prompt)]
        lines = _lines(self.document.text)
        edits: list[dict[str, object]] = []
        for kind, first, last, start, end in SequenceMatcher(None, lines, self.original, autojunk=False).get_opcodes():
            if kind == "equal":
                continue
            begin, after = first, self.original[start:end]
            if first == last == 0:
                after.append(lines[0])
            elif first == last:  # an insertion needs a line to hold on to
                begin = max(first - 1, 0)
                after = [*lines[begin:first], *after]
            stop = max(last, begin + 1)
            if not shown.issuperset(range(begin + 1, stop + 1)):
                continue
            nearest = min(faults, key=lambda fault: abs(fault[1] - begin - 1), default=(1, 0))
            edits.append({"fault": nearest[0], "first_line": begin + 1, "last_line": stop, "replace": "\n".join(after)})
        return edits


@dataclass(slots=True)
class Watched:
    """The model's engine, with a look at what becomes of its proposals."""

    engine: ModelEngine
    client: Author

    @property
    def name(self) -> str:
        """As the engine's."""
        return self.engine.name

    async def next_action(self, task: Task) -> Action:
        """The engine's answer to this state."""
        self.client.document = task.document
        return await self.engine.next_action(task)


async def refusals(folder: Path, roots: tuple[Path, ...]) -> tuple[bool, list[str], bool]:
    """Whether the author's repair comes through whole, the refusals, and whether the author alone knew a value."""
    case = json.loads((folder / "case.json").read_text())
    schema = str((folder.parent / case["schema"]).resolve())
    document = Document.from_bytes((folder / "broken.xml").read_bytes())
    original = Document.from_bytes((folder / "original.xml").read_bytes())
    layers = plan([schema], roots=roots)
    report = await offload(validate, document, layers, seconds=60)
    author = Author(_lines(original.text), document)
    watched = Watched(ModelEngine(author), author)
    loop = LoopManager([watched], LookaheadJudge([], 60), Limits(free_turns=_TURNS, fruitless_turns=1))
    result = await loop.run(Task(document=document, report=report, plan=layers, allow_unsafe=True))
    refused = [
        reason
        for turn in result.iterations
        if turn.action == "propose_fix"
        for reason in turn.verdict.split("; ")[1:]
        if not any(said in reason for said in (*_NO_REFUSALS, "is not shown in full"))
    ]
    values = {reason: found[2] for reason in refused if (found := _UNPROVEN.match(reason))}
    values |= {f"asked: {each.needed} {each.suggestion}": each.suggestion for each in result.questions}
    told = [reason for reason in refused if reason not in values]
    told += [reason for reason, value in values.items() if value in document.text]
    reached = result.report.valid or _lines(result.document.text) == author.original
    return reached, list(dict.fromkeys(told)), any(value not in document.text for value in values.values())


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def main() -> int:
    """Print every refusal, and how often each kind occurs."""
    parser = argparse.ArgumentParser(description="What the gates refuse of repairs that are right.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only every so many folders")
    parser.add_argument("--roots", type=Path, action="append", default=[], help="a folder that schemas take files from")
    arguments = parser.parse_args()
    kinds: Counter[str] = Counter()
    whole = number = asked = 0
    for path in sorted(arguments.directory.glob("*/case.json"))[:: arguments.every]:
        valid, told, unknown = anyio.run(refusals, path.parent, tuple(arguments.roots))
        number += 1
        whole += valid
        asked += unknown
        kinds.update({re.sub(r"line \d+|'.*'|\".*\"|“.*”", "…", reason)[:60] for reason in told})
        for reason in told:
            sys.stdout.write(f"{path.parent.name}: {reason[:300]}\n")
        if not (valid or told or unknown):
            sys.stdout.write(f"{path.parent.name}: not reached, nothing refused\n")
    sys.stdout.write(f"{whole} of {number} repaired as their authors did; in {asked} the author alone knew a value\n")
    for kind, times in kinds.most_common():
        sys.stdout.write(f"{times:5} {kind}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
