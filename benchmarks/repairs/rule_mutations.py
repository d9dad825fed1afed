"""The repairs of valid invoices that were broken as people break them, rule by rule.

usage: python -m benchmarks.repairs.rule_mutations RULES EXAMPLES GROUPS
    [--syntax ubl] [--each 2] [--cases FILE] [--show 40]

RULES is a folder with `en16931`, `peppol` and `xrechnung`, EXAMPLES one of valid invoices, GROUPS a JSON file that
sorts the ids of rules by how their repair could be determined; nothing of these is part of this project. Each example
is broken in every way of the table of slips, its rules say what they notice of that, and up to `--each` of the slips
that a rule notices are tried to be repaired. `--cases` keeps them in a file, for later runs; `--results` keeps the
outcome of each, so that a run that was stopped goes on from there.

exact safe, exact consent   the result equals the example (25.0 equals 25, but where a format was broken)
first, option               the right value is the first answer that is offered, or one of them
question                    there is one question, and it names the thing that is missing
asked                       there are questions, but not about that
other, wrong safe           the document was changed otherwise, with consent or without it
nothing                     nothing was changed, nothing asked
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import anyio
from lxml import etree

from benchmarks.repairs.rule_slips import slips
from benchmarks.repairs.rule_variants import variants
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.loop.loop_manager import Limits, LoopManager, LoopResult
from mcp_servers.xml_troubleshooter.loop.proposal import Question, Task
from mcp_servers.xml_troubleshooter.repair.business_rules.trial import Trials
from mcp_servers.xml_troubleshooter.repair.engine import RuleEngine
from mcp_servers.xml_troubleshooter.repair.lookahead import LookaheadJudge
from mcp_servers.xml_troubleshooter.schemas.plan import Plan, plan
from mcp_servers.xml_troubleshooter.validators.schematron.findings import NodePlace
from mcp_servers.xml_troubleshooter.workers.offload import offload

LARGEST = 60_000  # bytes of an example; attachments make the others large
OUTCOMES = ["exact safe", "exact consent", "first", "option", "question", "asked", "other", "wrong safe", "nothing"]
GROUPS = {
    "fixed literal": "literal", "code list": "code", "derivable from another element": "derivable",
    "format or checksum": "format", "only a person knows": "person",
}  # fmt: skip
DETERMINED = ("literal", "code", "derivable", "removal", "format")
RULES = {
    "ubl": {
        "en16931": ["en16931/ubl/EN16931-UBL-validation-preprocessed.sch"],
        "peppol": ["peppol/PEPPOL-EN16931-UBL.sch", "en16931/ubl/EN16931-UBL-validation-preprocessed.sch"],
        "xrechnung": [
            "en16931/ubl/EN16931-UBL-validation-preprocessed.sch",
            "xrechnung/src/validation/schematron/ubl/XRechnung-UBL-validation.sch",
        ],
    },
    "cii": {
        "en16931": ["en16931/cii/EN16931-CII-validation-preprocessed.sch"],
        "xrechnung": [
            "en16931/cii/EN16931-CII-validation-preprocessed.sch",
            "xrechnung/src/validation/schematron/cii/XRechnung-CII-validation.sch",
        ],
    },
}
_ONCE_ONLY = re.compile(r"(UBL|CII)-(SR|DT|CR)-|PEPPOL-EN16931-R(008|100|101)")


@dataclass(frozen=True, slots=True)
class Case:
    """A broken example: the slip, the rules that notice it, and the original value."""

    rules: list[str]
    group: str
    slip: str
    example: str
    plan: list[str]
    name: str
    path: str
    wanted: str
    broken: str
    whole: str  # the example, or its variant, before it was broken


def broken(root: Any, node: Any, attribute: str, new: str) -> str:  # noqa: ANN401
    """The text of a document with one slip in it."""
    made = deepcopy(root.getroottree())
    at = made.xpath(NodePlace.of(node).path)[0]
    if attribute:
        if new:
            at.set(attribute, new)
        else:
            del at.attrib[attribute]
    elif new.startswith("="):
        copy = deepcopy(at)
        if new == "= ":
            copy.text = " "
        at.addnext(copy)
        copy.tail, at.tail = at.tail, at.tail
    elif new:
        at.text = new
    else:
        before = at.getprevious()
        if before is None:
            at.getparent().text = at.getparent().text if len(at.getparent()) > 1 else None
        at.getparent().remove(at)
    return str(etree.tostring(made, encoding="unicode"))


def cases(
    rules: Path, examples: Path, groups: dict[str, dict[str, list[str]]], syntax: str, each: int, seconds: float
) -> Iterator[Case]:
    """The slips to try, from a shuffled walk through all examples that ends after so many seconds."""
    until = time.monotonic() + seconds
    sorted_ = {
        rule: GROUPS.get(group, group) for known in groups.values() for group, ids in known.items() for rule in ids
    }
    kept: Counter[tuple[str, str, str]] = Counter()
    todo = list(_todo(rules, examples, syntax))
    random.Random(16).shuffle(todo)  # noqa: S311 - the same walk each time
    seen = Counter[object]()
    for variant, known, path, layers, root, (group, slip, node, attribute, new) in todo:
        names = tuple(at.tag for at in (node, *node.iterancestors()))
        sort = (variant, names, attribute, slip, node.text if group == "literal" else "")
        seen[sort] += 1
        if seen[sort] > each:
            continue
        if time.monotonic() > until:
            return
        text = broken(root, node, attribute, new)
        fired = sorted({fault.finding.rule for fault in Trials(Document.from_text(text), layers).faults})
        of = {sorted_.get(rule, "removal" if _ONCE_ONLY.match(rule) else "") for rule in fired} - {""}
        aim = group
        if group == "removed":
            aim = (
                "derivable"
                if of & {"derivable", "arithmetic"}
                else "literal"
                if of == {"literal"}
                else "person"
                if "person" in of
                else ""
            )
        mine = [rule for rule in fired if sorted_.get(rule, "removal" if _ONCE_ONLY.match(rule) else "") == aim]
        if not aim or not (mine or aim == "derivable" and of):  # noqa: RUF021
            continue
        mine = mine or fired
        if all(kept[known, rule, aim] >= each for rule in mine):
            continue
        kept.update((known, rule, aim) for rule in mine)
        name = etree.QName(attribute or node).localname
        wanted = node.get(attribute, "") if attribute else (node.text or "").strip() if not len(node) else ""
        yield Case(
            fired, aim, slip, f"{path.parent.name}/{path.name}", list(layers.sources), name,
            NodePlace.of(node).path, wanted, text, str(etree.tostring(root, encoding="unicode")),
        )  # fmt: skip


_Todo = tuple[str, str, Path, Plan, Any, tuple[str, str, Any, str, str]]


def _todo(rules: Path, examples: Path, syntax: str) -> Iterator[_Todo]:
    """All slips in all examples and their variants that the rules accept."""
    for path in sorted(examples.rglob("*.xml")):
        example = etree.parse(str(path), etree.XMLParser(remove_comments=True)).getroot()
        kind = "cii" if str(example.tag).endswith("CrossIndustryInvoice") else "ubl"
        known = "en16931" if path.parent.name.startswith("en") else path.parent.name.split("-")[0]
        if kind != syntax or path.stat().st_size > LARGEST:
            continue
        layers = plan([str(rules / name) for name in RULES[kind][known]], [rules])
        made = variants(example, national=known == "peppol") if kind == "ubl" else ()
        for variant, root in (("", example), *made):
            if not Trials(Document.from_text(str(etree.tostring(root, encoding="unicode"))), layers).faults:
                yield from ((variant, known, path, layers, root, slip) for slip in slips(root))


async def tried(case: Case, rules: Path) -> tuple[str, dict[str, object]]:
    """The outcome of a case, and the details that are shown of it."""
    document, layers = Document.from_text(case.broken), plan(case.plan, [rules])
    begun = time.perf_counter()
    report = await offload(validate, document, layers, seconds=60)
    checked = time.perf_counter() - begun

    async def run(*, consent: bool) -> LoopResult:
        engine = RuleEngine(60)
        loop = LoopManager([engine], LookaheadJudge([engine], 120), Limits())
        return await loop.run(Task(document=document, report=report, plan=layers, allow_unsafe=consent))

    consented = await run(consent=True)
    safe = await run(consent=False) if any(edit.safe for edit in consented.edits) else None
    questions = list((safe or consented).questions) or list(consented.questions)
    lines = [item.explanation for item in report.diagnostics if item.rule in case.rules]
    told: dict[str, object] = {
        "edits": [(edit.before[:80], edit.after[:120], edit.safe) for edit in consented.edits][:4],
        "questions": [(each.path, each.needed[:160], [one.value for one in each.options[:6]]) for each in questions],
        "seconds": round(time.perf_counter() - begun, 2), "check": round(checked, 2),
        "sides": any(re.search(r"\d.* [=≠<>≤≥] .*\d|not there|no number", line) for line in lines),
    }  # fmt: skip
    original = _lines(case.whole.encode(), numbers=case.group != "format")
    begun_as = _lines(case.broken.encode(), numbers=case.group != "format")
    results = [
        _lines(each.document.text.encode(), numbers=case.group != "format") for each in (safe or consented, consented)
    ]
    if safe is not None and results[0] not in (original, begun_as) and not _nearer(results[0], begun_as, original):
        return "wrong safe", told
    if safe is not None and results[0] == original:
        return "exact safe", told
    if results[1] == original:
        return "exact consent", told
    values = [option.after or option.value for each in questions for option in each.options]
    firsts = [(option.after or option.value) for each in questions for option in each.options[:1]]
    wanted = case.wanted or case.name
    if case.group != "person" and any(_same(value, wanted) for value in firsts):
        return "first", told
    if case.group != "person" and any(_same(value, wanted) for value in values):
        return "option", told
    if len(questions) == 1 and _names(questions[0], case):
        return "question", told
    if questions:
        return "asked", told
    return ("other" if results[1] != begun_as else "nothing"), told


def _nearer(result: list[str], begun: list[str], original: list[str]) -> bool:
    before, after = (Counter(original), Counter(begun)), (Counter(original), Counter(result))
    return sum(((after[0] - after[1]) + (after[1] - after[0])).values()) < sum(
        ((before[0] - before[1]) + (before[1] - before[0])).values()
    )


def _names(question: Question, case: Case) -> bool:
    said = f"{question.path} {question.needed} {question.skeleton}"
    names = {case.name, *(etree.QName(each).localname for each in _original(case).iter("*"))}
    return any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", said) for name in names)


def _original(case: Case) -> Any:  # noqa: ANN401
    return etree.fromstring(case.whole).xpath(case.path)[0]


def _same(value: str, wanted: str) -> bool:
    try:
        return value == wanted or Decimal(value) == Decimal(wanted)
    except InvalidOperation:
        return value == wanted


def _lines(data: bytes, *, numbers: bool) -> list[str]:
    out: list[str] = []
    root = etree.fromstring(data, etree.XMLParser(remove_comments=True))
    for node in root.iter("*"):
        text = (node.text or "").strip() if len(node) else node.text or ""
        if numbers and re.fullmatch(r"-?\d+(\.\d+)?", text):
            text = str(Decimal(text).normalize() + 0)
        depth = sum(1 for _ in node.iterancestors())
        out.append(f"{depth} {node.tag!s} {sorted(node.attrib.items())} {text}")
    return out


def _known(results: Path | None) -> dict[str, tuple[str, dict[str, object]]]:
    """The outcomes of cases in an earlier run."""
    if results is None or not results.exists():
        return {}
    return dict(json.loads(line) for line in results.read_text("utf-8").splitlines())


def _keep(results: Path, row: list[object]) -> None:
    with results.open("a", encoding="utf-8") as kept:
        kept.write(json.dumps(row) + "\n")


async def run(found: list[Case], rules: Path, show: int, only: str, results: Path | None) -> None:
    """Print the table, and the cases that failed."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    failed: list[str] = []
    slow: list[float] = []
    known = _known(results)
    for case in found:
        key = " ".join((case.example, case.path, case.name, case.slip, *case.rules))
        outcome, told = known.get(key) or await tried(case, rules)
        if results and key not in known:
            _keep(results, [key, [outcome, told]])
        row = rows[case.group]
        row[outcome] += 1
        row["all"] += 1
        row["sides"] += bool(told["sides"])
        row["silent"] += outcome in ("exact safe", "wrong safe")
        good = outcome in ("exact safe", "exact consent", "question" if case.group == "person" else "first")
        row["good"] += good
        slow.append(float(str(told["seconds"])))
        if not good or outcome == "wrong safe" or (case.group == "arithmetic" and not told["sides"]):
            failed.append(
                f"{outcome:14} {case.group:10} {case.slip:14} {case.name} {case.wanted[:30]!r} {case.example} "
                f"{' '.join(case.rules)[:90]}\n      {told['edits']} {told['questions']} {told['seconds']}"[:1100]
            )
            if only:
                sys.stdout.write(failed[-1] + "\n")
    heads = ["all", *OUTCOMES, "good"]
    sys.stdout.write(f"{'group':12}" + "".join(f"{head:>15}" for head in heads) + "\n")
    for group in [*rows, "determined"]:
        row = rows[group] if group in rows else sum((rows[each] for each in DETERMINED), Counter[str]())
        share = f"  {100 * row['good'] / max(1, row['all']):.0f}%"
        more = f", both sides {row['sides']}, silent {row['silent']}" if group == "arithmetic" else ""
        sys.stdout.write(f"{group:12}" + "".join(f"{row[head]:>15}" for head in heads) + share + more + "\n")
    if not found:
        return
    slow.sort()
    sys.stdout.write(f"{len(found)} cases, median {slow[len(slow) // 2]:.2f} s, slowest {slow[-1]:.1f} s\n")
    for line in failed[:show]:
        sys.stdout.write(line + "\n")


def main() -> None:
    """Make the cases, or read them, and try them."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("rules", type=Path)
    options.add_argument("examples", type=Path)
    options.add_argument("groups", type=Path)
    options.add_argument("--syntax", choices=sorted(RULES), default="ubl")
    options.add_argument("--each", type=int, default=2)
    options.add_argument("--minutes", type=float, default=6, help="for the search for cases")
    options.add_argument("--cases", type=Path, help="where the cases are kept")
    options.add_argument("--results", type=Path, help="where the outcomes are kept")
    options.add_argument("--only", default="", help="a group, a slip or a rule")
    options.add_argument("--every", type=int, default=1)
    options.add_argument("--show", type=int, default=40)
    given = options.parse_args()
    if given.cases and given.cases.exists():
        found = [Case(**json.loads(line)) for line in given.cases.read_text("utf-8").splitlines()]
    else:
        groups = json.loads(given.groups.read_text("utf-8"))
        found = list(cases(given.rules.resolve(), given.examples, groups, given.syntax, given.each, 60 * given.minutes))
        if given.cases:
            given.cases.write_text("".join(json.dumps(asdict(case)) + "\n" for case in found), "utf-8")
    if given.only:
        found = [case for case in found if given.only in (case.group, case.slip, *case.rules)]
    anyio.run(run, found[:: given.every], given.rules.resolve(), given.show, given.only, given.results)


if __name__ == "__main__":
    main()
