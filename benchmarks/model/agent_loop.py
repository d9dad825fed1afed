"""The results of the loop with good and bad models, over the stand-in service.

usage: python -m benchmarks.model.agent_loop [--models a,b] [--cases N] [--verbose]

fixed     share of the determinable cases that end valid and equal to the original, white space aside
asked     share of the other cases that end with a question and an unchanged document
false     results said to be valid that are not, by lxml's word
lost      words of the broken document that the result lacks and no edit names
invented  words of the result that are neither in the broken document nor in the original
turns     median iterations a case; tokens: median prompt and answer tokens of a fixed case, estimated
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio
from lxml import etree

from benchmarks.model.agent_loop_cases import VOCABULARIES, Case, cases
from benchmarks.model.agent_loop_models import MODELS, Model
from mcp_servers.xml_troubleshooter.agent.client import OpenArenaClient
from mcp_servers.xml_troubleshooter.agent.schemas import estimated_tokens
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.loop.loop_manager import LoopManager, LoopResult
from mcp_servers.xml_troubleshooter.loop.proposal import Task
from mcp_servers.xml_troubleshooter.model.model_engine import ModelEngine
from mcp_servers.xml_troubleshooter.repair.lookahead import LookaheadJudge
from mcp_servers.xml_troubleshooter.schemas.plan import plan
from tests.open_arena.exchange import Received
from tests.open_arena.server import StandIn

NAIVE_PROMPT = 150  # tokens of the instructions to a model that is given the whole document and writes it whole


@dataclass(frozen=True, slots=True)
class Score:
    """The result of one case."""

    case: Case
    fixed: bool
    asked: bool
    false: bool
    lost: int
    invented: int
    turns: int
    tokens: int
    stopped: str


async def run(model: Model, chosen: Sequence[Case]) -> list[Score]:
    """Every case through the loop, with this model behind the stand-in service."""
    scores: list[Score] = []
    with StandIn() as arena, tempfile.TemporaryDirectory() as folder:
        schemas = write_schemas(Path(folder))
        async with OpenArenaClient(settings=arena.settings()) as client:
            for case in chosen:
                spent = 0

                def answer(received: Received, case: Case = case) -> str:
                    nonlocal spent
                    text = model(case, received.query)
                    spent += estimated_tokens(received.query) + estimated_tokens(text)
                    return text

                arena.answer = answer
                schema = schemas[case.vocabulary.name]
                document = Document.from_text(case.broken)
                layers = plan([schema])
                loop = LoopManager([ModelEngine(client)], LookaheadJudge([]))
                report = validate(document, layers)
                result = await loop.run(Task(document=document, report=report, plan=layers, problem=case.problem))
                scores.append(score(case, result, schema, spent))
    return scores


def write_schemas(folder: Path) -> dict[str, str]:
    """The schema files of the vocabularies, by name."""
    written = {}
    for vocabulary in VOCABULARIES:
        path = folder / f"{vocabulary.name}.{vocabulary.suffix}"
        path.write_text(vocabulary.schema)
        written[vocabulary.name] = str(path)
    return written


def score(case: Case, result: LoopResult, schema: str, spent: int) -> Score:
    """Judge a result by lxml and by the original, not by its own claims."""
    text = result.document.text
    equal = text.split() == case.original.split()
    named = Counter(word for edit in result.edits if edit.applied for word in words(edit.before))
    lost = words(case.broken) - words(text) - named
    invented = set(words(text)) - set(words(case.broken)) - set(words(case.original))
    return Score(
        case=case,
        fixed=equal and result.report.valid and not case.asks,
        asked=case.asks and text == case.broken and bool(result.questions),
        false=result.report.valid and not accepted_by_lxml(text, schema),
        lost=lost.total(),
        invented=len(invented),
        turns=int(result.usage["iterations"]),
        tokens=spent,
        stopped=result.stopped,
    )


def words(text: str) -> Counter[str]:
    """Words of text and attribute values, and names of elements, markup or not."""
    return Counter(re.findall(r"[^\s<>\"'=&/;]+", text))


def accepted_by_lxml(text: str, schema: str) -> bool:
    """The verdict of lxml by itself."""
    try:
        root = etree.fromstring(text.encode())
    except etree.XMLSyntaxError:
        return False
    if schema.endswith(".dtd"):
        return bool(etree.DTD(schema).validate(root))
    kind = etree.XMLSchema if schema.endswith(".xsd") else etree.RelaxNG
    return bool(kind(etree.parse(schema)).validate(root))


def table_row(name: str, scores: Sequence[Score]) -> str:
    """One line of the table."""
    sure = [item for item in scores if not item.case.asks]
    asking = [item for item in scores if item.case.asks]
    fixed = [item for item in sure if item.fixed]
    spent = statistics.median(item.tokens for item in fixed) if fixed else 0
    return (
        f"{name:12} {len(fixed):3}/{len(sure):<3} {sum(item.asked for item in asking):3}/{len(asking):<3} "
        f"{sum(item.false for item in scores):5} {sum(item.lost for item in scores):5} "
        f"{sum(item.invented for item in scores):8} {statistics.median(item.turns for item in scores):5g} "
        f"{max(item.turns for item in fixed) if fixed else 0:9} {spent:7g}"
    )


def against_naive(scores: Sequence[Score]) -> str:
    """The cost of the larger documents beside that of sending the whole document and having it written whole."""
    shares = [
        item.tokens / (2 * estimated_tokens(item.case.original) + NAIVE_PROMPT)
        for item in scores
        if item.fixed and "50 KB" in item.case.name
    ]
    return f"median share of the naive loop's tokens at 50 KB: {statistics.median(shares):.1%}" if shares else ""


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="What the loop makes of good and bad models.")
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--cases", type=int, default=0, help="at most so many cases (0: all)")
    parser.add_argument("--verbose", action="store_true", help="name the cases that a model did not fix")
    arguments = parser.parse_args()
    chosen = list(cases())
    if arguments.cases:
        chosen = chosen[:: max(len(chosen) // arguments.cases, 1)]
    sys.stdout.write("model          fixed   asked false  lost invented turns max turns  tokens\n")
    for name in arguments.models.split(","):
        scores = anyio.run(run, MODELS[name], chosen)
        sys.stdout.write(table_row(name, scores) + "\n")
        if name == "perfect":
            sys.stdout.write(f"             {against_naive(scores)}\n")
        for item in scores:
            if arguments.verbose and not (item.fixed or item.asked):
                sys.stdout.write(f"    {item.case.name}: {item.stopped}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
