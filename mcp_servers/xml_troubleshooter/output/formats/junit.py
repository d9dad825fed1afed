"""JUnit XML: a test case for each file, which fails where the file does."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from .file_findings import FileFindings, HelpOn, rule_of, told, writable


def render(files: Sequence[FileFindings], _: HelpOn) -> str:
    """All files as one suite."""
    failures = sum(file.fails and not file.error for file in files)
    errors = sum(bool(file.error) for file in files)
    counts = f'tests="{len(files)}" failures="{failures}" errors="{errors}"'
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f"<testsuites {counts}>",
            f'<testsuite name="xml-troubleshooter" {counts}>',
            *map(_case, files),
            "</testsuite>",
            "</testsuites>",
        ]
    )


def _case(file: FileFindings) -> str:
    name = f'<testcase classname="xml" name={_attribute(file.name)}'
    if file.error:
        return f'{name}><error type="error" message={_attribute(file.error)}/></testcase>'
    errors = [fault for fault, level in file.levels if level == "error"]
    lines = "\n".join(
        f"{file.name}:{fault.line}:{fault.column} {rule_of(fault)}: {told(fault, level)}"
        for fault, level in file.levels
    )
    if file.untold:
        lines += f"\n... and {file.untold} more"
    if not errors:
        return f"{name}><system-out>{escape(writable(lines))}</system-out></testcase>" if lines else f"{name}/>"
    kind, message = _attribute(rule_of(errors[0])), _attribute(file.summary)
    return f"{name}><failure type={kind} message={message}>{escape(writable(lines))}</failure></testcase>"


def _attribute(text: str) -> str:
    return quoteattr(writable(text), {"\n": "&#10;", "\r": "&#13;"})
