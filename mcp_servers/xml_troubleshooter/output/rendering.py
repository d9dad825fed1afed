"""Public results as text for people, line by line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from ..wording import count

if TYPE_CHECKING:
    from .marked_line import Excerpt
    from .results import ClaimRow, EditRow, Health, OptionRow, QuestionRow, Restored, Troubleshooting, Usage, UsageRow
    from .rows import ArticleRow, Diagnosis, DiagnosticRow, LayerRow, SignatureRow

_KINDS = {
    "valid": "good",
    "well_formed": "good",
    "fixed": "good",
    "ok": "good",
    "unchanged": "bad",
    "invalid": "bad",
    "failed": "bad",
}
_STATES = {"absent": "not to be seen here", "uncheckable": "understood, not checked"}
_WISH = "wish"  # the kind of a claim that is the wish of a person
_ANY_TEXT = "xs:anySimpleType"  # as the type of a value that is asked for it says nothing to a person


class Line(NamedTuple):
    """One line of a text for people, and its kind.

    The kinds: "title", "good", "open" and "bad" for verdicts, "fault", "edit", "question", "diff", "" for the rest.
    """

    text: str
    kind: str = ""


def verdict_line(result: Troubleshooting | Diagnosis | Health) -> Line:
    """The status and the summary."""
    return Line(f"{result.status.upper()}: {result.summary}", _KINDS.get(result.status, "open"))


def verdict(result: Troubleshooting | Diagnosis | Health) -> str:
    """The status for a person's eyes."""
    return result.status.replace("well_formed", "well-formed")


def troubleshooting_lines(
    result: Troubleshooting, before: Excerpt | None = None, after: Excerpt | None = None
) -> Iterator[Line]:
    """The lines of a run but its verdict; with the lines of the input and the result that are at fault."""
    yield from _facts(
        ("Document", result.vocabulary),
        ("Schema", result.schema_used),
        ("", result.schema_reason),
        ("Written to", result.output_path),
        ("Run", result.run_id),
    )
    yield from _layer_lines(result.layers, ", after the repair" if result.diff else "")
    yield from _claim_lines(result.claims)
    yield from _signature_lines(result.signatures)
    yield from _needed_lines(result)
    if result.diagnostics:  # they are told once a run
        yield from diagnostic_lines("What was wrong", result.diagnostics, result.diagnostics_total, before)
    yield from edit_lines("Edits made", [edit for edit in result.edits if edit.applied])
    if result.edits_total > len(result.edits):
        yield from (Line(f"  of all edits made: {counted}") for counted in result.edits_by_rule)
    yield from edit_lines("Edits proposed, not made", [edit for edit in result.edits if not edit.applied])
    if result.run_id and (waiting := [edit for edit in result.edits if not edit.applied]):
        yield Line(
            f'  Call troubleshoot_xml with run_id="{result.run_id}" and accept=["{waiting[0].id}", ...] to make some, '
            "allow_unsafe=true to make them all."
        )
    if result.edits_total > len(result.edits):
        rest = f'; get_run with run_id="{result.run_id}" and part="edits" has all' if result.run_id else ""
        goes_on = result.diagnostics_total and not (result.diagnostics or result.output_path)
        shown = f"{len(result.edits)} of {result.edits_total} edits shown"
        yield Line(f"  ... {f'{shown}, those of earlier results stand as they were' if goes_on else shown}{rest}")
    if result.remaining == result.diagnostics and result.remaining_total == result.diagnostics_total:
        if any(item.severity == "error" for item in result.remaining):
            yield Line("Still wrong: everything listed above", "title")
    else:
        where = " in the result, at its lines" if result.diff else ""
        yield from diagnostic_lines(f"Still wrong{where}", result.remaining, result.remaining_total, after)
    yield from _iteration_lines(result)
    yield from article_lines(result.articles)
    yield from _diff_lines(result)
    yield from _document_lines(result)


def diagnosis_lines(result: Diagnosis, excerpt: Excerpt | None = None) -> Iterator[Line]:
    """The lines of a diagnosis but its verdict; with the lines of the document that are at fault."""
    yield from _facts(("Document", result.vocabulary), ("Schema", result.schema_used), ("", result.schema_reason))
    yield from _layer_lines(result.layers)
    yield from _signature_lines(result.signatures)
    yield from diagnostic_lines("What is wrong", result.diagnostics, result.diagnostics_total, excerpt)
    yield from article_lines(result.articles)


def health_lines(result: Health) -> Iterator[Line]:
    """The checks, one a line, with the action to take; those that were skipped for one reason are one line."""
    for (status, meaning, action), rows in groupby(result.checks, lambda row: (row.status, row.meaning, row.action)):
        kind = {"failed": "bad", "warning": "open", "ok": "good"}.get(status, "")
        yield Line(f"  {status:8} {', '.join(row.check for row in rows)}: {meaning}", kind)
        if action:
            yield Line(f"           {action}")


def usage_lines(result: Usage) -> Iterator[Line]:
    """The figures of this session and of all time."""
    yield Line(result.summary, "title")
    yield from _usage_lines("This session", result.session)
    yield from _usage_lines("Lifetime", result.lifetime)


def restored_lines(result: Restored) -> Iterator[Line]:
    """The summary of an undo, and the backups beside the file."""
    yield Line(result.summary)
    yield from (Line(f"  {each}") for each in result.backups)


def plain(lines: Iterable[Line]) -> str:
    """The lines as one text."""
    return "\n".join(line.text for line in lines)


def _facts(*facts: tuple[str, str]) -> Iterator[Line]:
    for name, value in facts:
        if value:
            yield Line(f"{name}: {value}" if name else f"  ({value})")


def _layer_lines(rows: Sequence[LayerRow], when: str = "") -> Iterator[Line]:
    """The layers that were checked and those that were not."""
    if len(rows) == 1:
        return  # syntax alone, of which the verdict speaks
    yield Line(f"Checked{when}:", "title")
    for row in rows:
        found = in_numbers(row.errors, row.warnings)
        said = row.state.replace("_", " ") + (f" ({found})" if found else "")
        yield Line(f"  {row.name}: {said}{f': {row.reason}' if row.reason else ''}")


def _signature_lines(rows: Sequence[SignatureRow]) -> Iterator[Line]:
    """The signatures: the parts that they cover, and whether their digests and values hold."""
    if rows:
        yield Line("Signed:", "title")
    for row in rows:
        said = [("digest", row.digest, row.reason), ("signature value", row.value, row.value_reason)]
        told = "; ".join(f"{what} {state}{f' ({reason})' if reason else ''}" for what, state, reason in said)
        yield Line(f"  {row.path}: over {row.covers}; {told}")


def in_numbers(errors: int, warnings: int) -> str:
    """The numbers of errors and warnings, in words, without one that is 0."""
    return ", ".join(count(number, noun) for number, noun in ((errors, "error"), (warnings, "warning")) if number)


def _heading(title: str, total: int, shown: int) -> Iterator[Line]:
    if total:
        yield Line(f"{title} ({total}{f', the first {shown} shown' if shown < total else ''}):", "title")


def diagnostic_lines(
    title: str, rows: Sequence[DiagnosticRow], total: int = 0, excerpt: Excerpt | None = None
) -> Iterator[Line]:
    """Faults, each with its place; `total` counts those that are not shown, too."""
    total = total or len(rows)
    only_warnings = total == sum(row.severity == "warning" for row in rows)
    yield from _heading("Warnings" if only_warnings else title, total, len(rows))
    for row in rows:
        notes = [
            note
            for note, so in ((row.severity, row.severity != "error"), ("hidden behind another fault", row.masked))
            if so
        ]
        said = f" ({', '.join(notes)})" if notes else ""
        at = f" at {row.path}" if row.path else ""
        yield Line(f"  {row.line}:{row.column} {row.code}{said}{at}", "fault")
        yield Line(f"      {row.explanation or row.message}")
        if not all(_names(row.explanation, name) for name in row.expected):
            yield Line(f"      Expected: {', '.join(row.expected)}")
        if excerpt is not None:
            yield from map(Line, excerpt(row.line, row.column, row.code))


def _names(sentence: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sentence) is not None


def edit_lines(title: str, edits: Sequence[EditRow]) -> Iterator[Line]:
    """Edits with their reasons; a deletion and an insertion of one text for one reason read as a move."""
    if not edits:
        return
    moves = dict(_moves(edits))
    yield Line(f"{title}{' (a move counts as two)' if moves else ''}:", "title")
    arrived = set(moves.values())
    told = [number for number in range(len(edits)) if number not in arrived]  # those are told where they came from
    for number, following in zip_longest(told, told[1:]):
        edit = edits[number]
        target = edits[moves[number]] if number in moves else None
        safety = "safe" if edit.safe else "unsafe"
        named = f"{edit.id}, " if edit.id else ""
        yield Line(f"  {_move(edit, target) if target else _change(edit)} [{named}{edit.source}, {safety}]", "edit")
        if following is None or _why(edit) != _why(edits[following]):  # edits of one reason tell it once
            yield from (Line(f"      {reason}") for reason in _why(edit))


def _why(edit: EditRow) -> list[str]:
    proven = edit.provenance and not (edit.before and edit.before in edit.provenance)
    proof = _proof(edit) if proven else ""
    return [edit.reason, proof] if proof else [edit.reason]


def _proof(edit: EditRow) -> str:
    """The source of the value of an edit, as a sentence; "" where the reason names it."""
    kind, _, source = edit.provenance.partition(": ")
    if source and source.rstrip(".") in edit.reason:
        return ""
    match kind:
        case "computed":
            return f"The value is computed {source}"
        case "code list" | "rule":
            return f"Value from the {kind} {source}"
        case _:
            return f"Value from the {edit.provenance}"


def _moves(edits: Sequence[EditRow]) -> Iterator[tuple[int, int]]:
    """The numbers of edits that delete something and of those that insert it elsewhere for the same reason."""
    inserted: dict[tuple[str, str], list[int]] = {}
    for number, edit in enumerate(edits):
        if not edit.before:
            inserted.setdefault((edit.after.strip(), edit.reason), []).append(number)
    for number, edit in enumerate(edits):
        if not edit.after and (targets := inserted.get((edit.before.strip(), edit.reason))):
            yield number, targets.pop(0)


def _move(edit: EditRow, target: EditRow) -> str:
    space = edit.before[: len(edit.before) - len(edit.before.lstrip())]
    line = edit.line + space.count("\n")
    column = len(space.rpartition("\n")[2]) + (1 if "\n" in space else edit.column)
    return f"{line}:{column} move {_quoted(edit.before.strip())} to {target.line}:{target.column}"


def _change(edit: EditRow) -> str:
    place = f"{edit.line}:{edit.column}"
    if not edit.before:
        return f"{place} insert {_quoted(edit.after)}"
    if not edit.after:
        return f"{place} delete {_quoted(edit.before)}"
    return f"{place} {_quoted(edit.before)} -> {_quoted(edit.after)}"


def _quoted(text: str) -> str:
    """Text in which nothing is invisible: a line end reads \\n, a no-break space \\xa0."""
    if text.isprintable():
        return f"`{text}`"
    return f"`{''.join(each if each.isprintable() else each.encode('unicode_escape').decode() for each in text)}`"


def _needed_lines(result: Troubleshooting) -> Iterator[Line]:
    yield from _heading("Needed from you", result.questions_total, len(result.questions))
    if result.questions and result.run_id:
        yield Line(f'  Call troubleshoot_xml with run_id="{result.run_id}" and answers={{"<id>": "<value>", ...}}.')
    yield from question_lines(result.questions)


def question_lines(questions: Sequence[QuestionRow]) -> Iterator[Line]:
    """The questions, each with the facts that help to answer it."""
    groups = Counter(question.group for question in questions)
    for question in questions:
        yield Line(f"  {question.id}: {question.needed}", "question")
        yield from (
            Line(f"      {label}: {value}")
            for label, value in (
                ("At", _place(question)),
                ("One answer for all that are alike, by", question.group if groups[question.group] > 1 else ""),
                ("Type", "" if question.allowed or question.type == _ANY_TEXT else question.type),
                ("Allowed", ", ".join(question.allowed)),
                ("Refused", question.refused),
                ("Why", question.why),
                ("Suggestion, unproven", question.suggestion),
                ("Suggested because", question.suggestion_reason),
                *((f"Answer {option.id}", _option(option)) for option in question.options),
            )
            if value
        )


def _place(question: QuestionRow) -> str:
    """The place of a question: its line and column, the text there, and the path."""
    place = f"line {question.line}, column {question.column}" if question.line else ""
    snippet = f"“{question.snippet}”" if question.snippet else ""
    return ", ".join(filter(None, (place, snippet, question.path)))


def _option(option: OptionRow) -> str:
    what = _quoted(option.value) if option.value else f"{_quoted(option.before)} -> {_quoted(option.after)}"
    return f"{what}: {option.meaning}" if option.meaning else what


def _claim_lines(claims: Sequence[ClaimRow]) -> Iterator[Line]:
    wishes = [claim for claim in claims if claim.kind == _WISH]
    said = [claim for claim in claims if claim.kind != _WISH]
    for title, rows in (("What the other system says:", said), ("What is wished:", wishes)):
        if rows:
            yield Line(title, "title")
        for claim in rows:
            state = "heard" if rows is wishes else _STATES.get(claim.state, claim.state)
            yield Line(f"  {state}: {claim.text}", "fault")
            yield Line(f"      {claim.reason}")


def _iteration_lines(result: Troubleshooting) -> Iterator[Line]:
    if not any(turn.tokens for turn in result.iterations):
        return  # the edits say all that there is to say about the rules
    yield from _heading("How it went", result.iterations_total, len(result.iterations))
    for number, turn in enumerate(result.iterations, 1):
        cost = f", {turn.tokens} tokens" if turn.tokens else ""
        why = f": {turn.reasoning}" if turn.reasoning else ""
        yield Line(f"  {number}. {turn.engine} {turn.action}{why} -> {turn.verdict} ({turn.seconds:.1f} s{cost})")
    if result.model:
        yield Line(f"  The model was {result.model}.")


def _diff_lines(result: Troubleshooting) -> Iterator[Line]:
    if result.diff:
        yield Line("Diff:", "title")
        yield from (Line(line, "diff") for line in result.diff.removesuffix("\n").split("\n"))
        if not result.diff_complete:
            yield Line(f'... cut; get_run with run_id="{result.run_id}" and part="diff" has all of it')


def _document_lines(result: Troubleshooting) -> Iterator[Line]:
    if not result.diff:
        return  # the caller has it
    if result.document:
        yield Line("Document:", "title")
        yield Line(result.document)
    elif result.run_id and not result.output_path and not result.diff_complete:
        yield Line(f"The resource run://{result.run_id}/document has the result; output_path writes it to a file.")


def article_lines(articles: Sequence[ArticleRow]) -> Iterator[Line]:
    """The articles to read."""
    if articles:
        yield Line("To read:", "title")
        yield from (Line(f"  {article.title} ({article.uri})") for article in articles)


def _usage_lines(title: str, row: UsageRow) -> Iterator[Line]:
    errors = ", ".join(f"{kind} {number}" for kind, number in sorted(row.errors_by_kind.items())) or "none"
    runs = ", ".join(f"{status} {number}" for status, number in sorted(row.runs.items())) or "none"
    cost = f", cost {row.cost:.4f}" if row.cost else ""
    yield Line(f"{title}:", "title")
    yield Line(f"  runs: {runs}")
    yield Line(f"  requests {row.requests}, attempts {row.attempts}, retries {row.retries}, errors: {errors}")
    yield Line(f"  tokens {row.total_tokens} (of these estimated: {row.tokens_estimated}){cost}")
    if row.requests:
        yield Line(f"  latency: median {row.latency_p50:.2f} s, 95% within {row.latency_p95:.2f} s")
