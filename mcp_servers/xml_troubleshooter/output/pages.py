"""Pages of a part of a run, which together have all rows or text that a result capped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..diagnostics import Report
from ..errors import InputError
from ..troubleshooting.outcome import Outcome
from .capping import Caps, row_of, shown
from .diagnoses import diagnostic_row
from .outcomes import document_text, in_order, question_row
from .rendering import Line, diagnostic_lines, edit_lines, plain, question_lines
from .results import EditRow, RunPage
from .rows import Row

_PAGE_BYTES = 21_000  # rows and text together; at three bytes a token a page stays under 8,000 tokens
_WHOLE = Caps(rows=10**6, text=2_000)
_SHORT = Caps(rows=20, text=200)


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of a run: its items, the row of an item, the lines of rows, and a note about the whole list."""

    items: Sequence[Any]
    row: Callable[[Any, Caps], Row]
    lines: Callable[[Sequence[Any]], Iterator[Line]]
    note: str = ""


def _rows(outcome: Outcome) -> dict[str, Rows]:
    result = outcome.result
    return {
        "edits": Rows(in_order(result.edits), partial(row_of, EditRow), partial(edit_lines, "Edits")),
        "diagnostics": _faults("Faults", outcome.checked.diagnosis),
        "remaining": _faults("Still wrong", result.report),
        "questions": Rows(result.questions, question_row, question_lines),
    }


def _faults(title: str, report: Report) -> Rows:
    """The faults of a report; a validator may have reported more than are kept."""
    more = report.count > len(report.diagnostics)
    note = f" {report.count} were found; the others come up once these are repaired." if more else ""
    return Rows(report.diagnostics, diagnostic_row, partial(diagnostic_lines, title), note)


def page(outcome: Outcome, part: str, offset: int, limit: int) -> tuple[RunPage, str]:
    """A page of a part and its text: `limit` rows or characters from `offset`, fewer where they are large; 0 for most.

    Raises InputError where the run has no such part, or nothing at that offset.
    """
    rows = _rows(outcome).get(part)
    if rows is None:
        return _text_page(outcome, part, offset, limit)
    return row_page(outcome.run_id, part, rows, offset, limit)


def row_page(run_id: str, part: str, rows: Rows, offset: int, limit: int) -> tuple[RunPage, str]:
    """A page of a list; raises InputError where there is nothing at that offset."""
    _check_offset(run_id, part, offset, len(rows.items))
    taken: list[Row] = []
    size = 0
    for item in rows.items[offset : offset + limit if limit else None]:
        row = rows.row(item, _WHOLE)
        needed = _weight(row)
        if needed > _PAGE_BYTES:
            row = rows.row(item, _SHORT)
            needed = _weight(row)
        if taken and size + needed > _PAGE_BYTES:
            break
        taken.append(row)
        size += needed
    data = [row.as_data() for row in taken]
    made = _page(run_id, part, offset, len(taken), len(rows.items), rows=data)
    return made, "\n".join((_heading(made) + rows.note, plain(rows.lines(taken))))


def _check_offset(run_id: str, part: str, offset: int, length: int) -> None:
    if offset and offset >= length:
        raise InputError(f"{part} of run {run_id} has {length}, counted from 0: there is nothing at {offset}.")


def _weight(row: Row) -> int:
    """The bytes of a row, about as many again as text."""
    return 2 * len(row.as_json().encode())


def _text(outcome: Outcome, part: str) -> str:
    if part == "diff":
        return outcome.diff
    if part != "document":
        raise InputError(f"Run {outcome.run_id} has no {part}: it was made for one document.")
    text = document_text(outcome, 10**9)
    if not text and outcome.result.document.text:
        raise InputError(
            "The document has bytes that are no characters and cannot travel as text: read the resource "
            f"run://{outcome.run_id}/document, or have it written with output_path."
        )
    return text


def _text_page(outcome: Outcome, part: str, offset: int, limit: int) -> tuple[RunPage, str]:
    text = _text(outcome, part)
    _check_offset(outcome.run_id, part, offset, len(text))
    taken = text[offset : offset + min(limit or _PAGE_BYTES, _PAGE_BYTES)]
    while len(taken.encode(errors="replace")) > _PAGE_BYTES // 2:
        taken = taken[: len(taken) * 3 // 4]
    made = _page(outcome.run_id, part, offset, len(taken), len(text), text=shown(taken))
    return made, f"{_heading(made)}\n{made.text}"


def _page(
    run_id: str,
    part: str,
    offset: int,
    taken: int,
    length: int,
    rows: Sequence[dict[str, Any]] = (),
    text: str = "",
) -> RunPage:
    end = offset + taken
    return RunPage(
        run_id=run_id,
        part=part,
        total=length,
        offset=offset,
        next_offset=end if end < length else 0,
        rows=list(rows),
        text=text,
    )


def _heading(made: RunPage) -> str:
    """The part of the run and the range in it, as a sentence."""
    if not made.total:
        return f"Run {made.run_id} has no {made.part}."
    unit = "characters" if made.text else made.part
    end = made.next_offset or made.total
    more = f"; go on with offset={made.next_offset}" if made.next_offset else ""
    return f"Run {made.run_id}, {unit} {made.offset + 1} to {end} of {made.total}{more}."
