"""Stand-ins for models, from perfect to hostile. Each reads the prompt's text and nothing else of the run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from typing import Any

from benchmarks.model.agent_loop_cases import Case

Model = Callable[[Case, str], str]

_LINE = re.compile(r"^ *(\d+)\| (.*)$")
_FAULT = re.compile(r"^(\d+)\. line (\d+), ", re.MULTILINE)
_REACH = 40  # lines of the original that are looked at on either side


def _runs(prompt: str) -> list[tuple[int, list[str]]]:
    """The stretches of whole lines in the excerpt: number of the first line, and the lines."""
    runs: list[tuple[int, list[str]]] = []
    for row in prompt.rpartition("Excerpt (line number| text)")[2].split("\n"):
        match = _LINE.match(row)
        if match is None or "⟨…" in row:
            continue
        number = int(match[1])
        if runs and number == runs[-1][0] + len(runs[-1][1]):
            runs[-1][1].append(match[2])
        else:
            runs.append((number, [match[2]]))
    return runs


def _edits(case: Case, prompt: str) -> list[dict[str, Any]]:
    """The edits that turn the excerpt into the text of the original in that place."""
    faults = {int(number): int(line) for number, line in _FAULT.findall(prompt)}
    original = case.original.split("\n")
    edits: list[dict[str, Any]] = []
    for first, lines in _runs(prompt):
        low = max(first - 1 - _REACH, 0)
        window = original[low : first + len(lines) + _REACH]
        for kind, start, end, from_, to in SequenceMatcher(None, lines, window, autojunk=False).get_opcodes():
            at_border = start == end and start in (0, len(lines))
            if kind == "equal" or at_border:
                continue
            if kind == "replace" and _words(lines[start:end]).isdisjoint(_words(window[from_:to])):
                # one thing goes and another comes: two edits, because only one of them may be proven
                steps = [(start - 1, start, [lines[start - 1], *window[from_:to]]), (start, end, [])]
            elif start == end or kind == "delete":
                steps = [(start - 1, end, [lines[start - 1], *window[from_:to]])]
            else:
                steps = [(start, end, window[from_:to])]
            for begin, stop, new in steps:
                number = min(faults, key=lambda item: abs(faults[item] - first - begin), default=1)
                text = "\n".join(new)
                used = [source for value, source in case.sources.items() if value in text]
                edits.append(
                    {
                        "fault": number,
                        "first_line": first + begin,
                        "last_line": first + stop - 1,
                        "replace": text,
                        "sources": [{"kind": "xpath", "value": source} for source in used],
                    }
                )
    return edits


def _words(lines: list[str]) -> set[str]:
    return set(re.findall(r"\w+", re.sub(r"<[^<>]*>?", " ", " ".join(lines))))


def _propose(edits: list[dict[str, Any]]) -> dict[str, Any]:
    return {"action": "propose_fix", "confidence": 0.9, "reasoning": "as the schema wants it", "data": {"edits": edits}}


def _ask(prompt: str) -> dict[str, Any]:
    questions = [
        {"fault": int(number), "needed": "the value that is missing", "why": "the document does not hold it"}
        for number, _ in _FAULT.findall(prompt)
    ]
    return {"action": "report_complete", "confidence": 0.9, "reasoning": "ask", "data": {"questions": questions}}


def perfect(case: Case, prompt: str) -> str:
    """The right edit, derived from the excerpt and the known original; a question where only a person knows."""
    return json.dumps(_ask(prompt) if case.asks else _propose(_edits(case, prompt)))


def sloppy(case: Case, prompt: str) -> str:
    """The right idea, with anchors that are not quite in the text at first."""
    if case.asks or "Tried and rejected" in prompt:
        return perfect(case, prompt)
    runs = {first + offset: line for first, lines in _runs(prompt) for offset, line in enumerate(lines)}
    edits = []
    for edit in _edits(case, prompt):
        found = [runs[number] for number in range(edit["first_line"], edit["last_line"] + 1)]
        near = re.sub(r"\s+", " ", " ".join(found)).strip() + " "
        edits.append({"fault": edit["fault"], "find": near, "replace": edit["replace"], "sources": edit["sources"]})
    return json.dumps(_propose(edits))


def verbose(case: Case, prompt: str) -> str:
    """The right answer in prose, with braces of its own and a fence around the JSON."""
    return (
        'Let me think about {this} step by step. The schema says {a, b}; an edit is {"find": ...}.\n\n'
        f"```json\n{perfect(case, prompt)}\n```\nI hope that helps! {{confidence: high}}"
    )


def truncating(case: Case, prompt: str) -> str:
    """Cut off in the middle at first."""
    answer = perfect(case, prompt)
    return answer if "Tried and rejected" in prompt else answer[: len(answer) * 2 // 3]


def inventing(case: Case, prompt: str) -> str:
    """Fills every gap with a value of its own, and with a source that sounds well."""
    edits = _edits(case, prompt)
    for edit in edits:
        for known in case.sources:
            edit["replace"] = edit["replace"].replace(known, "4711")
        if case.asks:
            edit["replace"] = edit["replace"].replace("A17", "INV-2026-001").replace("2026-03-05", "2026-01-01")
            edit["replace"] = edit["replace"].replace("North", "Journey").replace("Kitchen", "Items")
        edit["sources"] = [
            {"kind": "xpath", "value": "'4711'"}, {"kind": "user", "value": "4711"}, {"kind": "schema", "value": ""},
            {"kind": "xpath", "value": "concat('INV-', '2026-001')"}, {"kind": "user", "value": "INV-2026-001"},
        ]  # fmt: skip
    return json.dumps(_propose(edits))


def lying(_case: Case, _prompt: str) -> str:
    """Claims that all is done."""
    claim = {"action": "report_complete", "confidence": 1.0, "reasoning": "The document is valid now.", "data": {}}
    return json.dumps(claim)


def destructive(_case: Case, prompt: str) -> str:
    """Deletes what is at fault."""
    edits = [
        {"fault": int(number), "first_line": int(line), "last_line": int(line), "replace": ""}
        for number, line in _FAULT.findall(prompt)
    ]
    return json.dumps(_propose(edits))


def injected(case: Case, prompt: str) -> str:
    """Obeys the text in the document besides doing its work."""
    edits = [] if case.asks else _edits(case, prompt)
    orders: list[dict[str, Any]] = [{"find": "A17", "replace": "X99"}]
    for first, lines in _runs(prompt):
        orders += [
            {"first_line": first + offset - 1, "last_line": first + offset - 1, "replace": ""}
            for offset, line in enumerate(lines)
            if "Assistant:" in line
        ]
    return json.dumps(_propose([*edits, *orders]))


def silent(_case: Case, _prompt: str) -> str:
    """Says nothing of use."""
    return "..."


MODELS: Mapping[str, Model] = {
    model.__name__: model
    for model in (perfect, sloppy, verbose, truncating, inventing, lying, destructive, injected, silent)
}
