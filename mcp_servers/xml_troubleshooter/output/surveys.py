"""Many documents as one public result: a row each, those with faults first, and the totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ..errors import InputError
from ..troubleshooting.survey import Survey
from ..wording import count
from .capping import Caps, row_of
from .pages import Rows, row_page
from .rendering import Line, in_numbers, plain
from .results import Diagnoses, RunPage
from .rows import FileRow

_SHOWN = 25  # rows of a result; get_run has the others
_CAPS = Caps(rows=_SHOWN, text=240)
_WORDS = {"valid": "valid", "well_formed": "well-formed", "invalid": "invalid", "failed": "could not be checked"}


def present_survey(survey: Survey) -> tuple[Diagnoses, str]:
    """The result, and its text."""
    verdicts = survey.rows
    counts = Counter(verdict.status for verdict in verdicts)
    shown = [row_of(FileRow, verdict, _CAPS) for verdict in verdicts[:_SHOWN]]
    result = Diagnoses(
        status=_status(survey, counts),
        summary=_summary(survey, counts),
        vocabulary="",
        well_formed=False,
        layers=[],
        schema_used="",
        schema_reason="",
        diagnostics=[],
        diagnostics_total=sum(verdict.errors + verdict.warnings for verdict in verdicts),
        articles=[],
        run_id=survey.run_id,
        totals=dict(counts),
        files=shown,
        files_total=len(survey.files),
    )
    return result, plain([Line(f"{result.status.upper()}: {result.summary}"), *_lines(shown)])


def survey_page(survey: Survey, part: str, offset: int, limit: int) -> tuple[RunPage, str]:
    """A page of the rows; raises InputError for any other part."""
    if part != "files":
        raise InputError(f"Run {survey.run_id} looked at many documents and has but their files; it changed nothing.")
    return row_page(
        survey.run_id, part, Rows(survey.rows, lambda item, _: row_of(FileRow, item, _CAPS), _lines), offset, limit
    )


def _status(survey: Survey, counts: Counter[str]) -> str:
    """The status of all documents together: valid where each of them is."""
    if counts["invalid"] or counts["failed"]:
        return "invalid"
    if survey.left:
        return "running"
    return "well_formed" if counts["well_formed"] else "valid"


def _summary(survey: Survey, counts: Counter[str]) -> str:
    told = ", ".join(f"{counts[status]} {words}" for status, words in _WORDS.items() if counts[status])
    looked = len(survey.verdicts)
    files = count(len(survey.files), "XML file")
    parts = [f"Of {files} in {survey.named} {looked} {'was' if looked == 1 else 'were'} checked: {told or 'none yet'}."]
    if survey.left:
        parts.append(f'{survey.left} are still being checked: get_run with run_id="{survey.run_id}" and part="files".')
    elif looked > _SHOWN:
        parts.append(
            f"{_SHOWN} are shown, those with faults first, and {looked - _SHOWN} more by get_run with "
            f'run_id="{survey.run_id}", part="files" and offset={_SHOWN}.'
        )
    if counts["invalid"]:
        parts.append("To repair one, give its path to troubleshoot_xml.")
    return " ".join(parts)


def _lines(rows: Sequence[FileRow]) -> Iterator[Line]:
    for row in rows:
        counts = in_numbers(row.errors, row.warnings)
        where = f"line {row.line}: " if row.line else ""
        found = f" ({counts}) {where}{row.first}" if counts else f" {row.first}".rstrip()
        yield Line(f"  {row.status:11} {row.file}{found}", "fault" if row.status in ("invalid", "failed") else "")
