"""Lines in a build's log that GitHub and Azure show beside the code."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .file_findings import FileFindings, HelpOn, rule_of, told

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def github(files: Sequence[FileFindings], _: HelpOn) -> str:
    """Workflow commands, one a fault."""
    lines = []
    for file in files:
        if file.error:
            lines.append(f"::error file={_property(file.name)}::{_escaped(file.error)}")
        for fault, level in file.levels:
            at = file.region(fault)
            end = f",endColumn={at.end_column}" if at.end_line == at.line and at.end_column > at.column else ""
            place = f"file={_property(file.name)},line={at.line},endLine={at.end_line},col={at.column}{end}"
            said = _escaped(told(fault, level))
            lines.append(f"::{_COMMANDS[level]} {place},title={_property(rule_of(fault))}::{said}")
    return "\n".join(lines)


def azure(files: Sequence[FileFindings], _: HelpOn) -> str:
    """Logging commands, one a fault that is left: Azure knows errors and warnings alone."""
    lines = []
    for file in files:
        if file.error:
            lines.append(f"##vso[task.logissue type=error;sourcepath={_vso(file.name)}]{_vso_text(file.error)}")
        for fault, kind in file.levels:
            if kind == "note":
                continue
            place = f"sourcepath={_vso(file.name)};linenumber={max(fault.line, 1)};columnnumber={max(fault.column, 1)}"
            lines.append(
                f"##vso[task.logissue type={kind};{place};code={_vso(rule_of(fault))}]{_vso_text(told(fault))}"
            )
    return "\n".join(lines)


def _replacing(*pairs: tuple[str, str]) -> Callable[[str], str]:
    table = str.maketrans(dict(pairs))
    return lambda text: text.translate(table)


_ENDS = ("\r", "%0D"), ("\n", "%0A")
_escaped = _replacing(("%", "%25"), *_ENDS)
_property = _replacing(("%", "%25"), *_ENDS, (":", "%3A"), (",", "%2C"))
_vso_text = _replacing(("%", "%AZP25"), *_ENDS)
_vso = _replacing(("%", "%AZP25"), *_ENDS, (";", "%3B"), ("]", "%5D"))
