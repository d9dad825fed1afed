"""Fit the weights of repair/judgement.toml on pairs of broken and repaired documents, and print how well they hold.

usage: fit_judgement.py FOLDER... [--write] [--jobs 2]

A FOLDER holds cases, each a folder with broken.xml, original.xml and case.json: `schema` (a path beside the folder of
cases, or absolute), `source` (the project that the document comes from, "" for none). Every repair that the rules make
with consent is one observation: its evidence, and whether the author's document agrees at that place. Weights are
fitted without each tenth of the projects in turn and tried on it; the tables are made of these trials. With --write the
weights fitted on all are written, and nothing else of the documents.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import json
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import compress
from multiprocessing import Pool
from pathlib import Path

from lxml import etree

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import Edit, ordered
from mcp_servers.xml_troubleshooter.loop import gate
from mcp_servers.xml_troubleshooter.loop.consent import grade
from mcp_servers.xml_troubleshooter.loop.proposal import Fix, Safety
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.schemas.plan import plan

ROUNDS = 30  # of repair of one document
FOLDS = 10
SETTLED = 1e-5  # change of a weight with which the search ends
WRONG = 0.03  # of the files that safe edits alone repair, at most
KEPT = 0.94  # of the files that come out right so, whatever caution there is beyond
SMOOTH = 2  # hundredths on either side of a threshold over which what it does is averaged
LEAST = 0.03  # a weight that is written
# Prior means of the weights, in logits, and how strongly weights are drawn to them: rules are made to be right, a
# rule's own confidence counts, and something like markup without words around it is no text.
PRIORS = {
    "bias": (3.0, 5.0),
    "of a rule": (-2.5, 20.0),
    "said by the rule": (1.0, 20.0),
    "no words around": (-2.0, 1.0),
    "looks like a tag": (-2.0, 8.0),
    "looks like a reference": (-3.0, 8.0),
    "nothing inside": (-1.0, 1.0),
    "root twice": (-3.0, 1.0),
    "ends the text": (-2.0, 1.0),
    "no twin": (-1.0, 1.0),
    "swallows attributes": (-2.0, 1.0),
    "beyond doubt": (1.0, 5.0),
    "spaced between words": (2.0, 1.0),
    "glued to a word": (2.0, 1.0),
    "attribute behind": (-3.0, 3.0),
    "hollow among full": (-2.0, 3.0),
    "other one missing": (-2.5, 3.0),
    "words inside": (-0.3, 3.0),
    "markup in a value": (-1.5, 1.0),
    "words behind": (-1.0, 1.0),
    "markup in the text behind": (-1.5, 1.0),
    "name unknown": (-1.5, 1.0),
    "names unlike": (-1.0, 2.0),
    "nothing left": (-2.0, 3.0),
    "unheard amid words": (-2.0, 3.0),
}
RIDGE = 0.5  # how strongly other weights are drawn to zero
RIDGE_OF_KINDS = 4.0  # and those of single kinds of faults, of which there are few examples each
MADE = 0.5  # the weight of all made faults together, by that of the genuine ones
MOST_TOKENS = 4_000  # of a stretch that is compared token by token
TOKEN = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<[^<>]*>|[^\s<>]+", re.DOTALL)
ATTRIBUTE = re.compile(r"([^\s=\"'<>/]+)\s*=\s*(\"[^\"]*\"|'[^']*')")


@dataclass(slots=True)
class Observation:
    """A repair that was made: its evidence, whether it was the author's, and whether a rule may call it safe."""

    evidence: dict[str, float]
    right: bool
    may_be_safe: bool


@dataclass(slots=True)
class File:
    """One document: the repairs made in it, and whether all of it came out as the author's."""

    name: str
    group: str
    source: str
    right: bool
    valid: bool
    genuine: bool = True
    observations: list[Observation] = field(default_factory=list)


# ------------------------------------------------------------------ observations
def observe(folder: Path) -> File:
    """Repair a document with consent and compare with its author's."""
    case = json.loads((folder / "case.json").read_text("utf-8"))
    schema = (folder.parent / case["schema"]).resolve()
    root = next((path.parent for path in schema.parents if path.name == "schema"), schema.parents[1])
    document = Document.from_bytes((folder / "broken.xml").read_bytes(), str(folder / "broken.xml"))
    author = Document.from_bytes((folder / "original.xml").read_bytes()).text
    judged_by = plan([schema], (root,))
    report = validate(document, judged_by)
    refused: set[tuple[object, ...]] = set()
    made: list[tuple[Observation, list[tuple[int, int]]]] = []
    for _ in range(ROUNDS):
        if report.valid:
            break
        fixes = propose(document, judged_by, True, {}, frozenset(refused)).fixes  # noqa: FBT003
        if not fixes:
            break
        verdict = gate.judge(document, report, grade(document.text, fixes), judged_by)
        refused |= {(fix.source, fix.at, fix.edits) for fix, _ in verdict.rejected}
        if not verdict.accepted:
            continue
        refused.clear()
        edits = ordered(gate.edits_of(verdict.accepted))
        made = [(seen, [_moved(span, edits) for span in spans]) for seen, spans in made]
        for fix in verdict.accepted:
            may = not {"doubted", "drops", "equal", "withheld by the rule"} & dict(fix.evidence).keys()
            made.append(
                (
                    Observation(dict(fix.evidence), right=True, may_be_safe=may and not _drops(document.text, fix)),
                    [_placed(e, edits) for e in fix.edits],
                )
            )
        document, report = verdict.document, verdict.report
    wrong = list(differences(document.text, author))
    same = _says(document.text) == _says(author)
    file = File(
        folder.name,
        folder.name[0] if "source" in case else case["kind"],
        case.get("source") or case["doc"],
        same,
        same or report.valid,  # whatever layers of other knowledge say of it
        "source" in case,
    )
    for seen, spans in made:
        seen.right = file.right or not any(start <= high and low <= end for start, end in spans for low, high in wrong)
        file.observations.append(seen)
    return file


def _drops(text: str, fix: Fix) -> bool:
    """Whether a repair loses content, whatever its rule says."""
    return grade(text, [replace(fix, safety=Safety.SAFE)])[0].safety is not Safety.SAFE


def _moved(span: tuple[int, int], edits: Sequence[Edit]) -> tuple[int, int]:
    """A span after edits in front of it."""
    start, end = span
    return start + sum(e.shift for e in edits if e.end <= start), end + sum(
        e.shift for e in edits if (e.end <= end and e.start < end) or e.end <= start
    )


def _placed(edit: Edit, edits: Sequence[Edit]) -> tuple[int, int]:
    """The span of the text of an edit after all edits."""
    start = edit.start + sum(e.shift for e in edits if e.end <= edit.start and e is not edit and e < edit)
    return start, start + len(edit.after)


def differences(ours: str, author: str) -> Iterable[tuple[int, int]]:
    """The spans of our document, between tokens, in which it says something else than the author's."""
    first, second = list(_tokens(ours)), list(_tokens(author))
    names, others = [token[0] for token in first], [token[0] for token in second]
    head = 0
    while head < min(len(names), len(others)) and names[head] == others[head]:
        head += 1
    tail = 0
    while tail < min(len(names), len(others)) - head and names[-1 - tail] == others[-1 - tail]:
        tail += 1
    a, b = names[head : len(names) - tail], others[head : len(others) - tail]
    if len(a) > MOST_TOKENS or len(b) > MOST_TOKENS:
        yield 0, len(ours)
        return
    for kind, low, high, _, _ in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind != "equal":
            begin, end = low + head, high + head
            yield first[begin - 1][2] if begin else 0, first[end][1] if end < len(first) else len(ours)


def _tokens(text: str) -> Iterable[tuple[str, int, int]]:
    for match in TOKEN.finditer(text):
        token, start, end = match.group(), match.start(), match.end()
        if token.startswith(("<!--", "<?")):
            continue
        if token.startswith("<![CDATA["):
            for word in re.finditer(r"\S+", token[9:-3]):
                yield word.group(), start + 9 + word.start(), start + 9 + word.end()
        elif token.startswith("</"):
            yield "</" + token[2:-1].strip() + ">", start, end
        elif token.startswith("<"):
            name = re.split(r"[\s<>/]", token[1:], maxsplit=1)[0]
            yield f"<{name}", start, start + len(name) + 1
            for found in sorted(ATTRIBUTE.finditer(token), key=lambda item: item[1]):
                value = " ".join(html.unescape(found[2][1:-1]).split())
                yield f"{found[1]}={value}", start + found.start(), start + found.end()
            yield ">", end - 1, end
            if token.endswith("/>"):
                yield f"</{name}>", end, end
        else:
            yield html.unescape(token), start, end


def _says(text: str) -> list[object] | None:
    """The content of a document: names, attributes and words in order; None where it is not well-formed."""
    text = re.sub(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][\w.\-]*);", r"[[\1]]", re.sub(r"\A<\?xml[^>]*\?>", "", text))
    try:
        root = etree.fromstring(
            text.encode("utf-8", "surrogatepass"),
            etree.XMLParser(no_network=True, resolve_entities=False, remove_comments=True, remove_pis=True),
        )
    except (etree.XMLSyntaxError, ValueError):
        return None
    said: list[object] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            said += [element.tag, sorted(element.attrib.items()), *(element.text or "").split()]
        else:
            said += ["/", *(element.tail or "").split()]
    return said


# ------------------------------------------------------------------ the fit
@dataclass(slots=True)
class Row:
    """An observation as the fit sees it: those of a kind in one file count as one, in one project as their root."""

    evidence: dict[str, float]
    right: bool
    weight: float
    fold: int


def rows_of(files: Sequence[File]) -> list[Row]:
    """All observations; those of made faults weigh together MADE times what those of genuine ones do."""
    rows: list[tuple[bool, Row]] = []
    alike = Counter((file.source, kind) for file in files for kind in {_kind(each) for each in file.observations})
    for file in files:
        kinds = Counter(_kind(each) for each in file.observations)
        for each in file.observations:
            kind = _kind(each)
            weight = 1 / kinds[kind] / math.sqrt(alike[file.source, kind])
            rows.append((file.genuine, Row({"bias": 1.0, **each.evidence}, each.right, weight, fold_of(file))))
    genuine = sum(row.weight for is_genuine, row in rows if is_genuine)
    made = sum(row.weight for is_genuine, row in rows if not is_genuine)
    for is_genuine, row in rows:
        row.weight *= 1.0 if is_genuine or not genuine else min(1.0, MADE * genuine / made)
    return [row for _, row in rows]


def _kind(observation: Observation) -> tuple[str, ...]:
    return tuple(name for name in observation.evidence if name.startswith("code "))


def fold_of(file: File) -> int:
    """The tenth of the projects that a file belongs to."""
    return int(hashlib.sha256((file.source or file.name).encode()).hexdigest(), 16) % FOLDS


def fit(rows: Sequence[Row]) -> dict[str, float]:
    """The weights of a logistic regression, drawn to PRIORS, else zero, where little speaks for them (Newton)."""
    weights = dict.fromkeys([*PRIORS, *(name for row in rows for name in row.evidence)])
    names = list(weights)
    number = {name: index for index, name in enumerate(names)}
    sparse = [
        ([(number[name], value) for name, value in row.evidence.items()], float(row.right), row.weight) for row in rows
    ]
    known = [PRIORS.get(name, (0.0, RIDGE_OF_KINDS if name.startswith("code ") else RIDGE)) for name in names]
    start, pull = [value for value, _ in known], [strength for _, strength in known]
    point = [0.0] * len(names)
    for _ in range(12):
        slope = [strength * (first - value) for strength, first, value in zip(pull, start, point, strict=True)]
        curve = [[strength if at == index else 0.0 for at in range(len(names))] for index, strength in enumerate(pull)]
        for items, right, weight in sparse:
            chance = logistic(sum(point[index] * value for index, value in items))
            spread = weight * max(1e-6, chance * (1 - chance))
            for index, value in items:
                slope[index] += weight * (right - chance) * value
                line = curve[index]
                for other, more in items:
                    line[other] += spread * value * more
        step = solve(curve, slope)
        point = [value + change for value, change in zip(point, step, strict=True)]
        if max(map(abs, step)) < SETTLED:
            break
    return dict(zip(names, point, strict=True))


def logistic(score: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def solve(matrix: list[list[float]], vector: list[float]) -> list[float]:
    """The solution of a symmetric positive system of equations (Cholesky)."""
    size = len(vector)
    lower = [[0.0] * size for _ in range(size)]
    for row in range(size):
        for column in range(row + 1):
            total = matrix[row][column] - sum(
                a * b for a, b in zip(lower[row][:column], lower[column][:column], strict=True)
            )
            lower[row][column] = math.sqrt(total) if row == column else total / lower[column][column]
    forward: list[float] = []
    for row in range(size):
        forward.append(
            (vector[row] - sum(a * b for a, b in zip(lower[row][:row], forward, strict=True))) / lower[row][row]
        )
    backward = [0.0] * size
    for row in reversed(range(size)):
        backward[row] = (forward[row] - sum(lower[at][row] * backward[at] for at in range(row + 1, size))) / lower[row][
            row
        ]
    return backward


def chance(weights: Mapping[str, float], evidence: Mapping[str, float]) -> float:
    """The confidence that these weights give to a repair."""
    return logistic(weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in evidence.items()))


# ------------------------------------------------------------------ the tables
def tried(files: Sequence[File]) -> list[list[float]]:
    """For each file the confidence in each of its repairs, by weights that were fitted without its project."""
    rows = rows_of(files)
    fitted = {fold: fit([row for row in rows if row.fold != fold]) for fold in {row.fold for row in rows}}
    return [[chance(fitted[fold_of(file)], each.evidence) for each in file.observations] for file in files]


def reliability(files: Sequence[File], confidences: Sequence[Sequence[float]], group: str) -> float:
    """Print how often repairs of each tenth of confidence are right; returns the expected calibration error."""
    bins: list[list[tuple[float, bool, float]]] = [[] for _ in range(10)]
    for file, row in zip(files, confidences, strict=True):
        kinds = Counter(_kind(each) for each in file.observations)
        for each, sure in zip(file.observations, row, strict=True):
            bins[min(9, int(sure * 10))].append((sure, each.right, 1 / kinds[_kind(each)]))
    total = sum(weight for held in bins for _, _, weight in held)
    error = 0.0
    print(f"\n{group}: confidence   repairs   said   right")  # noqa: T201
    for index, held in enumerate(bins):
        if weight := sum(weight for _, _, weight in held):
            said = sum(sure * share for sure, _, share in held) / weight
            right = sum(is_right * share for _, is_right, share in held) / weight
            error += abs(said - right) * weight / total
            print(f"  {index / 10:.1f} to {index / 10 + 0.1:.1f} {weight:11.1f} {said:7.1%} {right:7.1%}")  # noqa: T201
    print(f"  expected calibration error {error:.3f}")  # noqa: T201
    return error


def safe_rates(files: Sequence[File], confidences: Sequence[Sequence[float]], threshold: float) -> None:
    """Print, group by group, the files that safe edits alone repair, and how many of them come out right."""
    alone = {file.name for file in repaired_safely(files, confidences, threshold)}
    groups: dict[str, list[File]] = defaultdict(list)
    for file in files:
        groups[file.group].append(file)
    for group, held in sorted(groups.items()):
        count = sum(file.name in alone for file in held)
        right = sum(file.right for file in held if file.name in alone)
        low, high = interval(right, count)
        print(  # noqa: T201
            f"  {group:8s} {count:4d} of {len(held):4d} files ({count / len(held):.0%}), "
            f"right {right / max(1, count):.1%} (95%: {low:.1%} to {high:.1%})"
        )


def interval(right: int, of: int) -> tuple[float, float]:
    """The 95% interval of a share (Wilson)."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, right / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def threshold_of(files: Sequence[File], confidences: Sequence[Sequence[float]]) -> float:
    """The highest confidence that may be demanded for safe edits at next to no cost.

    It is at least one at which at most WRONG of the files that they alone repair have an edit that the author did not
    make, genuine and made faults counting alike. Beyond it caution is raised as long as KEPT of the files that come out
    right so still do, among the genuine and among the made: between two thresholds that repair the same, the stricter
    one is right for files not seen yet. Both are averaged over neighbours, so that no single file moves it.
    """
    steps = range(50, 100)
    alone = [repaired_safely(files, confidences, step / 100) for step in steps]
    populations = [genuine for genuine in (True, False) if any(file.genuine is genuine for file in files)]
    wrong: dict[bool, list[float]] = {}
    right: dict[bool, list[float]] = {}
    for genuine in populations:
        held = [[file for file in kept if file.genuine is genuine] for kept in alone]
        agreed = [sum(all(each.right for each in file.observations) for file in kept) for kept in held]
        wrong[genuine] = _smooth([1 - good / max(1, len(kept)) for good, kept in zip(agreed, held, strict=True)])
        right[genuine] = _smooth([sum(file.right for file in kept) for kept in held])
    rates = [sum(wrong[genuine][at] for genuine in populations) / len(populations) for at in range(len(steps))]
    least = next((at for at, rate in enumerate(rates) if rate <= WRONG), None)
    if least is None:
        return 1.0
    free = (
        at
        for at in range(least, len(steps))
        if all(right[genuine][at] >= KEPT * right[genuine][least] for genuine in populations)
    )
    return steps[max(free)] / 100


def _smooth(values: Sequence[float]) -> list[float]:
    """Each value as the mean of itself and its neighbours."""
    around = (values[max(0, at - SMOOTH) : at + SMOOTH + 1] for at in range(len(values)))
    return [sum(near) / len(near) for near in around]


def repaired_safely(files: Sequence[File], confidences: Sequence[Sequence[float]], threshold: float) -> list[File]:
    """The files that safe edits alone repair."""
    return [
        file
        for file, row in zip(files, confidences, strict=True)
        if file.valid
        and row
        and all(each.may_be_safe and sure >= threshold for each, sure in zip(file.observations, row, strict=True))
    ]


def write(weights: Mapping[str, float], threshold: float) -> None:
    """Write the weights that weigh anything, the strongest of each kind first."""
    target = Path(__file__).resolve().parents[2] / "mcp_servers/xml_troubleshooter/repair/judgement.toml"
    lines = [
        "# What speaks for a repair (above 0) and against it, in logits. By benchmarks/repairs/fit_judgement.py.",
        f"threshold = {threshold:.2f} # confidence from which a repair that drops nothing needs no consent",
        f"bias = {weights['bias']:.2f}",
        "",
        "[weights]",
    ]
    kept = {name: weight for name, weight in weights.items() if name != "bias" and abs(weight) >= LEAST}

    def rank(name: str) -> tuple[str, float]:
        return name.split(maxsplit=1)[0] if name.startswith("code ") else "", -abs(kept[name])

    lines += [f'"{name}" = {kept[name]:.2f}' for name in sorted(kept, key=rank)]
    target.write_text("\n".join(lines) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true", help="write the weights")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    cases: list[Path] = [path.parent for folder in arguments.folders for path in sorted(folder.glob("*/case.json"))]
    with Pool(arguments.jobs) as pool:
        files = pool.map(observe, cases, chunksize=4)
    confidences = tried(files)
    genuine = [file.genuine for file in files]
    for group, chosen in (("genuine faults", [*genuine]), ("all faults", [True] * len(files))):
        if any(chosen):
            reliability(list(compress(files, chosen)), list(compress(confidences, chosen)), group)
    threshold = threshold_of(files, confidences)
    print(f"\nfiles that edits of a confidence from {threshold:.2f} alone repair")  # noqa: T201
    safe_rates(files, confidences, threshold)
    if arguments.write:
        write(fit(rows_of(files)), threshold)


if __name__ == "__main__":
    main()
